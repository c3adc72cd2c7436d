//! `teledars jobs watch`: bars on a terminal, else a line for each change.

use std::collections::HashMap;
use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{STEP, line};
use crate::catalogue::{Job, JobFilter, JobState, Whose};
use crate::cli::lesson::{Archive, OPERATOR};
use crate::cli::{Outcome, print};
use crate::clock::{self, UnixMillis};
use crate::units::{Code, JobId, LessonId};

/// How often the catalogue is asked.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Thousandths between two lines that say how far a job is.
const STEPS: u32 = 100;

/// What one look at the queue found.
struct Look {
    running: Vec<Job>,
    waiting: u64,
    /// What changed since the look before, and what runs; the latest last.
    changed: Vec<Job>,
}

/// Watches until nothing waits or runs.
pub(super) fn run(archive: &Archive<'_>, lesson: Option<Code>) -> anyhow::Result<Outcome> {
    let lesson = match lesson {
        Some(code) => Some(archive.desk.lesson(OPERATOR, code)?.lesson.id),
        None => None,
    };
    let mut shown: Box<dyn Show> = match std::io::stderr().is_terminal() {
        true => Box::new(Bars::new()),
        false => Box::new(Lines::default()),
    };
    let mut seen: HashMap<JobId, Job> = HashMap::new();
    let mut since = clock::now();
    let mut failed = false;
    loop {
        let look = look(archive, lesson, since)?;
        since = look
            .changed
            .last()
            .map_or(since, |job| since.max(job.updated));
        let news = look
            .changed
            .iter()
            .filter(|job| seen.get(&job.id) != Some(job));
        let news: Vec<Job> = news.cloned().collect();
        for job in &news {
            failed |= job.state == JobState::Failed;
            seen.insert(job.id, job.clone());
        }
        shown.show(&look, &news)?;
        if look.running.is_empty() && look.waiting == 0 {
            shown.end();
            return Ok(if failed {
                Outcome::Faults
            } else {
                Outcome::Done
            });
        }
        std::thread::sleep(LOOK_EVERY);
    }
}

fn look(
    archive: &Archive<'_>,
    lesson: Option<LessonId>,
    since: UnixMillis,
) -> anyhow::Result<Look> {
    Ok(archive.catalogue.read_blocking(move |c| {
        let filter = |state| JobFilter {
            whose: Whose::All,
            lesson,
            state: Some(state),
        };
        let (running, _) = c.jobs(&filter(JobState::Running), None, STEP)?;
        let waiting = match lesson {
            Some(_) => c.jobs(&filter(JobState::Queued), None, STEP)?.0.len() as u64,
            None => {
                let counts = c.job_counts(&Whose::All)?;
                let waiting = counts.iter().find(|(state, _)| *state == JobState::Queued);
                waiting.map_or(0, |(_, n)| *n)
            }
        };
        let news = c
            .jobs_changed(since, STEP)?
            .into_iter()
            .map(|news| news.job);
        let mut changed: Vec<Job> = news
            .filter(|job| lesson.is_none_or(|l| l == job.lesson))
            .chain(running.iter().cloned())
            .collect();
        changed.sort_by_key(|job| job.updated);
        Ok(Look {
            running,
            waiting,
            changed,
        })
    })?)
}

trait Show {
    fn show(&mut self, look: &Look, news: &[Job]) -> anyhow::Result<()>;
    fn end(&mut self) {}
}

/// For what is no terminal: changes of state, and how far a job is in tenths.
#[derive(Default)]
struct Lines {
    told: HashMap<JobId, (JobState, u32)>,
}

impl Show for Lines {
    fn show(&mut self, _: &Look, news: &[Job]) -> anyhow::Result<()> {
        for job in news {
            let now = (job.state, job.progress / STEPS);
            if self.told.insert(job.id, now) != Some(now) {
                print(&line(job))?;
            }
        }
        Ok(())
    }
}

/// A bar for each job that runs, above how many wait.
struct Bars {
    all: MultiProgress,
    bars: HashMap<JobId, ProgressBar>,
    waiting: ProgressBar,
}

impl Bars {
    fn new() -> Self {
        let all = MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        let waiting = all.add(ProgressBar::no_length());
        waiting.set_style(style("{msg}"));
        Self {
            all,
            bars: HashMap::new(),
            waiting,
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

impl Show for Bars {
    fn show(&mut self, look: &Look, news: &[Job]) -> anyhow::Result<()> {
        for job in news.iter().filter(|job| job.state != JobState::Running) {
            if let Some(bar) = self.bars.remove(&job.id) {
                self.all.remove(&bar);
            }
            if job.state != JobState::Queued {
                self.all.suspend(|| print(&line(job)))?;
            }
        }
        for job in &look.running {
            let bar = self.bars.entry(job.id).or_insert_with(|| {
                let bar = ProgressBar::new(1000);
                bar.set_style(style("{prefix:24} {bar:30} {percent:>3} % {elapsed}"));
                let prefix = format!("{} {} {}", job.id, job.code, job.kind.as_str());
                self.all
                    .insert_before(&self.waiting, bar)
                    .with_prefix(prefix)
            });
            bar.set_position(job.progress.into());
        }
        self.waiting
            .set_message(format!("{} waiting", look.waiting));
        self.waiting.tick();
        Ok(())
    }

    fn end(&mut self) {
        for bar in self.bars.values() {
            bar.finish_and_clear();
        }
        self.waiting.finish_and_clear();
    }
}
