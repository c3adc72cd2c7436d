//! `teledars jobs`: what is made of recordings, also while the server runs. It notices within seconds.

mod watch;

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::lesson::{Archive, OPERATOR};
use super::{Outcome, print};
use crate::catalogue::{Job, JobKind, JobState};
use crate::clock::UnixMillis;
use crate::config::{General, ServeGiven};
use crate::desk::{Error, JobsAsked};
use crate::sheet::shortened;
use crate::units::{Code, JobId};

/// Jobs fetched in one question.
const STEP: u32 = 200;

/// What is to be done with the queue.
#[derive(Args)]
pub(super) struct Arguments {
    /// The server's program for speech, if its teledars.toml does not name it.
    #[arg(
        long,
        env = "TELEDARS_SPEECH_PROGRAM",
        hide_env = true,
        global = true,
        value_name = "PROGRAM"
    )]
    speech_program: Option<PathBuf>,
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Show jobs: those that run, those that wait in the order of their turns, then those that failed, were done and
    /// were cancelled, the latest first. Number, lesson's code, kind, state, how far or how many before it, what went
    /// wrong.
    List {
        /// Only those in this state.
        #[arg(long, value_parser = states())]
        state: Option<JobState>,
        /// Only those of this lesson.
        #[arg(long, value_name = "CODE")]
        lesson: Option<String>,
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Show what happens, until nothing waits or runs any more: bars on a terminal, else a line for each change. Exit 1
    /// when something failed meanwhile.
    Watch {
        /// Only what is made of this lesson's recording.
        #[arg(long, value_name = "CODE")]
        lesson: Option<String>,
    },
    /// Show all that is known of a job.
    Show {
        /// Its number, as list shows it.
        id: i64,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Print what was noted while a job was tried: what programs said, and why it failed.
    Log {
        /// Its number, as list shows it.
        id: i64,
    },
    /// Take a job out of the queue, or away from whoever does it: they stop within seconds.
    Cancel {
        /// Its number, as list shows it.
        id: i64,
    },
    /// Queue a job that is over anew, with all its attempts; one that is done is made anew.
    Retry {
        /// Its number, as list shows it.
        id: i64,
    },
    /// Make things of a lesson's recording anew; without a kind everything, from looking into the recording on.
    Make {
        /// The lesson's code.
        code: String,
        /// What to make.
        #[arg(value_name = "KIND", value_parser = kinds())]
        kinds: Vec<JobKind>,
    },
}

fn states() -> impl TypedValueParser<Value = JobState> {
    let words = JobState::ALL.iter().map(|s| s.as_str());
    PossibleValuesParser::new(words)
        .try_map(|word| JobState::from_word(&word).ok_or("there is no such state"))
}

fn kinds() -> impl TypedValueParser<Value = JobKind> {
    let words = JobKind::ALL.iter().map(|k| k.as_str());
    PossibleValuesParser::new(words)
        .try_map(|word| JobKind::from_word(&word).ok_or("there is no such kind"))
}

/// `file` is what the settings file says for the server.
pub(super) fn run(
    general: &General,
    file: ServeGiven,
    arguments: Arguments,
) -> anyhow::Result<Outcome> {
    let program = arguments.speech_program.or(file.speech_program);
    let speech = program.is_some_and(|path| !path.as_os_str().is_empty());
    let queue = Queue(Archive::open_with(general, speech)?);
    match arguments.action {
        Action::List {
            state,
            lesson,
            json,
        } => queue.list(state, queue.code(lesson)?, json)?,
        Action::Watch { lesson } => return watch::run(&queue.0, queue.code(lesson)?),
        Action::Show { id, json } => queue.show(JobId(id), json)?,
        Action::Log { id } => queue.log(JobId(id))?,
        Action::Cancel { id } => queue.cancel(JobId(id))?,
        Action::Retry { id } => queue.retry(JobId(id))?,
        Action::Make { code, kinds } => queue.make(queue.0.code(&code)?, &kinds)?,
    }
    Ok(Outcome::Done)
}

struct Queue<'a>(Archive<'a>);

impl Queue<'_> {
    fn code(&self, text: Option<String>) -> anyhow::Result<Option<Code>> {
        text.map(|text| self.0.code(&text)).transpose()
    }

    fn list(
        &self,
        state: Option<JobState>,
        lesson: Option<Code>,
        as_json: bool,
    ) -> anyhow::Result<()> {
        let mut asked = JobsAsked {
            lesson,
            state,
            after: None,
            limit: STEP,
        };
        loop {
            let page = self.0.desk.jobs(OPERATOR, asked)?;
            for job in &page.jobs {
                print(&match as_json {
                    true => told(job).to_string(),
                    false => line(job),
                })?;
            }
            match page.next {
                Some(_) => asked.after = page.next,
                None => return Ok(()),
            }
        }
    }

    fn show(&self, id: JobId, as_json: bool) -> anyhow::Result<()> {
        let job = self.job(id)?;
        if as_json {
            return print(&serde_json::to_string_pretty(&told(&job))?);
        }
        let Value::Object(told) = told(&job) else {
            return Ok(());
        };
        for (name, value) in told {
            match value {
                Value::Null => {}
                Value::String(text) => print(&format!("{name}\t{}", text.replace('\n', "\n\t")))?,
                other => print(&format!("{name}\t{other}"))?,
            }
        }
        Ok(())
    }

    fn job(&self, id: JobId) -> anyhow::Result<Job> {
        self.0.desk.job(OPERATOR, id).map_err(|e| self.known(e))
    }

    fn log(&self, id: JobId) -> anyhow::Result<()> {
        let log = self.0.desk.job_log(OPERATOR, id);
        let log = log.map_err(|e| self.known(e))?;
        match log.strip_suffix('\n') {
            Some(lines) => print(lines),
            None if log.is_empty() => Ok(()),
            None => print(&log),
        }
    }

    fn cancel(&self, id: JobId) -> anyhow::Result<()> {
        let before = self.job(id)?.state;
        let job = self.0.desk.cancel_job(OPERATOR, id)?;
        let later = match before {
            JobState::Running => "; whoever does it stops within seconds",
            _ => "",
        };
        print(&format!(
            "{id}: cancelled {} of {}{later}",
            job.kind.as_str(),
            job.code
        ))
    }

    fn retry(&self, id: JobId) -> anyhow::Result<()> {
        let job = self.0.desk.retry_job(OPERATOR, id);
        let job = job.map_err(|e| self.known(e))?;
        print(&format!(
            "{id}: queued {} of {}",
            job.kind.as_str(),
            job.code
        ))
    }

    fn make(&self, code: Code, kinds: &[JobKind]) -> anyhow::Result<()> {
        for job in self.0.desk.make_jobs(OPERATOR, code, kinds)? {
            print(&line(&job))?;
        }
        Ok(())
    }

    /// Where to look for a job that there is not.
    fn known(&self, error: Error) -> anyhow::Error {
        match error {
            Error::NoJob(id) => anyhow::anyhow!(
                "there is no job {id} in this archive; teledars jobs list shows them all"
            ),
            other => other.into(),
        }
    }
}

/// A job on one line.
fn line(job: &Job) -> String {
    let far = match (job.state, job.before) {
        (JobState::Running, _) => percent(job),
        (JobState::Queued, Some(before)) => format!("{before} before it"),
        _ => String::new(),
    };
    let error = job.error.as_deref().map(shortened).unwrap_or_default();
    let parts = [
        job.id.to_string(),
        job.code.to_string(),
        job.kind.as_str().to_owned(),
        job.state.as_str().to_owned(),
        far,
        error,
    ];
    parts.join("\t").trim_end().to_owned()
}

fn percent(job: &Job) -> String {
    format!("{} %", job.progress / 10)
}

fn told(job: &Job) -> Value {
    let time = |at: UnixMillis| at.timestamp().map(|t| t.to_string());
    let rests = job.state == JobState::Queued && job.not_before.0 > 0;
    json!({
        "id": job.id.0,
        "lesson": job.code,
        "title": job.title,
        "edition": job.edition,
        "shown": job.shown,
        "kind": job.kind.as_str(),
        "state": job.state.as_str(),
        "progress": job.progress,
        "before": job.before,
        "attempts": job.attempts,
        "worker": job.worker,
        "begun": job.begun.and_then(time),
        "not_before": rests.then(|| time(job.not_before)).flatten(),
        "error": job.error,
        "created": time(job.created),
        "updated": time(job.updated),
    })
}
