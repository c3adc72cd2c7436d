//! A job in words, for the list of jobs and for its lesson's page.

use jiff::tz::TimeZone;

use super::Desk;
use super::lesson_nav::{Refused, Tab};
use crate::catalogue::{Job, JobState};
use crate::clock;
use crate::pages::page::path;
use crate::processing::{Nothing, SERVER};
use crate::units::Code;
use crate::words::{self, Language};

/// A job, as `teach/job.html` shows it.
pub(super) struct JobView {
    pub(super) id: i64,
    /// Where its lesson is, and that lesson's title; not on the lesson's own page.
    pub(super) lesson: Option<(String, String)>,
    /// What it makes.
    pub(super) what: String,
    /// The same with the lesson's title: what its buttons are about, for who does not see where they stand.
    pub(super) name: String,
    pub(super) state: &'static str,
    pub(super) before: Option<u64>,
    /// How it stands.
    pub(super) told: String,
    /// Hundredths and thousandths, while it runs.
    pub(super) percent: Option<u32>,
    pub(super) progress: Option<u32>,
    pub(super) error: Option<String>,
    /// Who has it, since when.
    pub(super) details: Option<String>,
    pub(super) log: Option<String>,
    pub(super) acts: Vec<JobAct>,
    pub(super) on_lesson: bool,
}

/// Something that can be done with a job.
pub(super) struct JobAct {
    pub(super) word: &'static str,
    pub(super) name: String,
    pub(super) action: String,
}

/// Where a job is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Among those of many lessons.
    List,
    /// On its lesson's page.
    Lesson,
}

impl JobView {
    pub(super) fn new(language: Language, zone: &TimeZone, job: &Job, place: Place) -> Self {
        let what = kind_name(language, job.kind.as_str());
        let listed = place == Place::List;
        let runs = job.state == JobState::Running;
        let act = |word: &'static str, name: &str| JobAct {
            word,
            name: name.to_owned(),
            action: path(language, &format!("/teach/jobs/{}/{word}", job.id)),
        };
        let acts = match job.state {
            JobState::Queued | JobState::Running => {
                vec![act("cancel", &language.text("jobs-cancel"))]
            }
            JobState::Failed if job.shown => vec![act("retry", &language.text("jobs-retry"))],
            JobState::Cancelled if job.shown => vec![act("retry", &language.text("jobs-make"))],
            // A lesson's page is calm where all is well.
            JobState::Done if job.shown && listed => {
                vec![act("retry", &language.text("jobs-make-anew"))]
            }
            _ => Vec::new(),
        };
        Self {
            id: job.id.0,
            lesson: listed.then(|| {
                let href = path(language, &Tab::Description.rest(job.code));
                (href, job.title.clone())
            }),
            name: format!("{what}, {}", job.title),
            what,
            state: job.state.as_str(),
            before: job.before,
            told: told(language, zone, job),
            percent: runs.then_some(job.progress / 10),
            progress: runs.then_some(job.progress),
            error: job.error.clone().filter(|_| {
                matches!(
                    job.state,
                    JobState::Failed | JobState::Queued | JobState::Running
                )
            }),
            details: listed.then(|| details(language, zone, job)),
            log: (job.attempts > 0 && (listed || job.state == JobState::Failed))
                .then(|| format!("/api/v1/jobs/{}/log", job.id)),
            acts,
            on_lesson: !listed,
        }
    }
}

/// What a kind of jobs makes.
pub(super) fn kind_name(language: Language, word: &str) -> String {
    language.with("jobs-kind", &[("kind", word.into())])
}

/// How a job stands.
fn told(language: Language, zone: &TimeZone, job: &Job) -> String {
    match job.state {
        JobState::Queued if job.not_before > clock::now() => {
            let when = words::date_time(language, job.not_before, zone);
            language.with("jobs-rests", &[("when", when.into())])
        }
        JobState::Queued => language.count("jobs-waits", job.before.unwrap_or(0)),
        JobState::Done if job.error.is_some() => {
            let why = job.error.as_deref().map_or(Nothing::Unsaid, Nothing::of);
            language.with("jobs-nothing", &[("why", why.key().into())])
        }
        state => language.with("jobs-stands", &[("state", state.as_str().into())]),
    }
}

fn details(language: Language, zone: &TimeZone, job: &Job) -> String {
    let at = match job.state {
        JobState::Queued => job.created,
        JobState::Running => job.begun.unwrap_or(job.updated),
        _ => job.updated,
    };
    let when = [("when", words::date_time(language, at, zone).into())];
    let since = match job.state {
        JobState::Queued => language.with("jobs-since", &when),
        JobState::Running => language.with("jobs-begun", &when),
        _ => language.with("jobs-ended", &when),
    };
    let worker = job
        .worker
        .as_deref()
        .filter(|_| job.state != JobState::Queued);
    let worker = worker.map(|name| match name {
        SERVER => language.text("jobs-server"),
        other => language.with("jobs-worker", &[("name", other.into())]),
    });
    let edition = (!job.shown).then(|| language.count("desk-edition", job.edition.into()));
    let parts = [worker, Some(since), edition];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// How many run, wait and failed, in a sentence.
pub(super) fn summary(language: Language, counts: &[(JobState, u64)]) -> String {
    let count = |state: JobState| {
        let found = counts.iter().find(|(s, _)| *s == state);
        found.map_or(0, |(_, n)| *n)
    };
    let some = |state| Some(count(state)).filter(|n| *n > 0);
    let parts = [
        some(JobState::Running).map(|n| language.count("jobs-count-running", n)),
        some(JobState::Queued).map(|n| language.count("jobs-count-queued", n)),
        some(JobState::Failed).map(|n| language.count("jobs-count-failed", n)),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    match parts.is_empty() {
        true if count(JobState::Done) == 0 => language.text("jobs-none-yet"),
        true => language.text("jobs-all-ready"),
        false => parts.join(" · "),
    }
}

/// Seconds between two questions of a page that is not told what changes.
pub(super) const ASK_AGAIN: u32 = 30;

/// What a page says that is not told what changes.
pub(super) fn asks(language: Language) -> String {
    language.with("jobs-asks", &[("seconds", ASK_AGAIN.into())])
}

/// What is being made of a lesson's recording.
pub(super) struct Made {
    pub(super) summary: String,
    /// What is said where they are not told.
    pub(super) asks: String,
    /// Seconds until they are asked for then.
    pub(super) again: u32,
    /// Where changes are told.
    pub(super) events: String,
    /// When the catalogue was asked, in milliseconds.
    pub(super) at: i64,
    pub(super) jobs: Vec<JobView>,
    /// Where more is told of them.
    pub(super) more: String,
}

impl Desk {
    /// What is being made of a lesson's recording.
    ///
    /// # Errors
    /// The page to answer with where the catalogue does not answer.
    pub(super) async fn made(&self, code: Code) -> Result<Made, Refused> {
        let (author, language, at) = (self.author(), self.visit.language, clock::now());
        let app = &self.visit.app;
        let jobs = app.at_desk(move |d| d.jobs_of_lesson(&author, code)).await;
        let jobs = self.done(jobs)?;
        let count = |state: JobState| {
            let those = jobs.iter().filter(|job| job.state == state);
            (state, those.count() as u64)
        };
        let counts: Vec<(JobState, u64)> = JobState::ALL.iter().copied().map(count).collect();
        Ok(Made {
            summary: summary(language, &counts),
            asks: asks(language),
            again: ASK_AGAIN,
            events: format!("/api/v1/lessons/{code}/events"),
            at: at.0,
            jobs: jobs
                .iter()
                .map(|job| JobView::new(language, &app.zone, job, Place::Lesson))
                .collect(),
            more: path(language, &format!("/teach/jobs?lesson={code}")),
        })
    }
}
