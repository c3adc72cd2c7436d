//! What is made of recordings, for those whose lessons they are: how far it is, taking it out of the queue, making it
//! anew.
//!
//! Jobs make nothing that a person could say: so whoever may see a lesson as its people do may act on its jobs, also
//! where publishing it is an editor's.

use std::fs::File;
use std::io::{self, Read as _};

use serde_json::json;

use super::lessons::record;
use super::{Author, ConflictError, Desk, Error, Rules};
use crate::auth::permission::{Act, Actor, Standing, TeachersPublish};
use crate::catalogue::{
    Change, Job, JobCursor, JobFilter, JobKind, JobNews, JobState, Lesson, Snapshot, Whose,
};
use crate::media::LONGEST_JOB_LOG;
use crate::units::{Code, JobId};

/// Which jobs somebody wants to see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JobsAsked {
    /// Of this lesson only, all its editions'.
    pub lesson: Option<Code>,
    /// In this state only.
    pub state: Option<JobState>,
    /// Behind this one.
    pub after: Option<JobCursor>,
    /// At most so many.
    pub limit: u32,
}

/// A page of jobs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobPage {
    /// Those that run, those that wait in their order, then the others by their states, the latest first.
    pub jobs: Vec<Job>,
    /// Where the next page begins; `None`: there is none.
    pub next: Option<JobCursor>,
}

impl Desk {
    /// Jobs of the lessons that somebody may edit.
    ///
    /// # Errors
    /// [`Error::Unknown`] and [`Error::NotYours`] for a lesson that is not; the catalogue's.
    pub fn jobs(&self, author: &Author, asked: JobsAsked) -> Result<JobPage, Error> {
        let (rules, author) = (self.rules, author.clone());
        self.ask(move |c| {
            let lesson = match asked.lesson {
                Some(code) => Some(rules.lesson(c, &author, code, Act::View)?.id),
                None => None,
            };
            let filter = JobFilter {
                whose: match lesson {
                    Some(_) => Whose::All,
                    None => author.edits(),
                },
                lesson,
                state: asked.state,
            };
            let (jobs, next) = c.jobs(&filter, asked.after, asked.limit)?;
            Ok(JobPage { jobs, next })
        })
    }

    /// How many jobs of the lessons that somebody may edit are in each state.
    ///
    /// # Errors
    /// The catalogue's.
    pub fn job_counts(&self, author: &Author) -> Result<Vec<(JobState, u64)>, Error> {
        let whose = author.edits();
        self.ask(move |c| Ok(c.job_counts(&whose)?))
    }

    /// What is made of the recording that a lesson shows, in the order in which it is done.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::NotYours`]; the catalogue's.
    pub fn jobs_of_lesson(&self, author: &Author, code: Code) -> Result<Vec<Job>, Error> {
        let (rules, author) = (self.rules, author.clone());
        self.ask(move |c| {
            let lesson = rules.lesson(c, &author, code, Act::View)?;
            Ok(c.jobs_of_lessons(&[lesson.id])?)
        })
    }

    /// A job.
    ///
    /// # Errors
    /// [`Error::NoJob`], [`Error::NotYours`]; the catalogue's.
    pub fn job(&self, author: &Author, id: JobId) -> Result<Job, Error> {
        let (rules, author) = (self.rules, author.clone());
        self.ask(move |c| Ok(rules.job(c, &author, id)?.0))
    }

    /// The log of a job's attempts; empty until it was begun.
    ///
    /// # Errors
    /// As [`Desk::job`]; the disk's.
    pub fn job_log(&self, author: &Author, id: JobId) -> Result<String, Error> {
        self.job(author, id)?;
        let mut bytes = Vec::new();
        match File::open(self.store.job_log(id)) {
            Ok(file) => file.take(2 * LONGEST_JOB_LOG).read_to_end(&mut bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Err(error) => return Err(error.into()),
        };
        // What a program says of a file need not be text.
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Takes a job out of the queue, or away from whoever does it: they notice within seconds. What it would have been
    /// followed by is not made either.
    ///
    /// # Errors
    /// [`ConflictError::JobIsOver`]; as [`Desk::job`].
    pub fn cancel_job(&self, author: &Author, id: JobId) -> Result<Job, Error> {
        let (rules, author) = (self.rules, author.clone());
        self.attempt(move |c| {
            let (job, lesson) = rules.job(&c.snapshot(), &author, id)?;
            if !c.cancel_job(id)? {
                return Err(ConflictError::JobIsOver(job.state).into());
            }
            told(c, &author, &lesson, "job_cancelled", &[job.kind])?;
            Ok(rules.job(&c.snapshot(), &author, id)?.0)
        })
    }

    /// Queues a job that is over anew, with all its attempts.
    ///
    /// # Errors
    /// [`ConflictError::JobIsUnderWay`], [`ConflictError::NotShown`], [`ConflictError::NoSpeech`]; as [`Desk::job`].
    pub fn retry_job(&self, author: &Author, id: JobId) -> Result<Job, Error> {
        let (rules, author) = (self.rules, author.clone());
        self.attempt(move |c| {
            let (job, lesson) = rules.job(&c.snapshot(), &author, id)?;
            if !job.shown {
                return Err(ConflictError::NotShown(job.edition).into());
            }
            rules.can_make(&[job.kind])?;
            if !c.retry_job(id)? {
                return Err(ConflictError::JobIsUnderWay(job.state).into());
            }
            told(c, &author, &lesson, "job_retried", &[job.kind])?;
            Ok(rules.job(&c.snapshot(), &author, id)?.0)
        })
    }

    /// Has these things made of the recording that a lesson shows, also where they were made before; without any of
    /// them all, from looking into it on. What waits or runs is left alone. The lesson's jobs.
    ///
    /// # Errors
    /// [`ConflictError::NoRecording`], [`ConflictError::NotProbed`], [`ConflictError::NoSpeech`], [`Error::Unknown`],
    /// [`Error::NotYours`].
    pub fn make_jobs(
        &self,
        author: &Author,
        code: Code,
        kinds: &[JobKind],
    ) -> Result<Vec<Job>, Error> {
        let (rules, author) = (self.rules, author.clone());
        let kinds = match kinds {
            [] => vec![JobKind::Probe],
            kinds => kinds.to_vec(),
        };
        self.attempt(move |c| {
            let lesson = rules.lesson(&c.snapshot(), &author, code, Act::View)?;
            let recording = lesson.recording.as_ref();
            let recording = recording.ok_or(ConflictError::NoRecording)?.id;
            rules.can_make(&kinds)?;
            let probed = c.snapshot().facts(recording)?.is_some();
            if !probed && kinds.iter().any(|kind| *kind != JobKind::Probe) {
                return Err(ConflictError::NotProbed.into());
            }
            for kind in &kinds {
                c.queue_job(recording, *kind)?;
            }
            told(c, &author, &lesson, "job_retried", &kinds)?;
            Ok(c.snapshot().jobs_of_lessons(&[lesson.id])?)
        })
    }
}

/// Writes down what was done with jobs of a lesson. It is no change of the lesson: its version stays.
fn told(
    c: &Change<'_>,
    author: &Author,
    lesson: &Lesson,
    action: &str,
    kinds: &[JobKind],
) -> Result<(), Error> {
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    let detail = json!({"kinds": kinds.join(" ")});
    record(c, author, lesson, action, Some(detail))
}

impl Rules {
    /// Whether this archive can make such things at all.
    fn can_make(self, kinds: &[JobKind]) -> Result<(), Error> {
        match kinds.contains(&JobKind::Speech) && !self.speech {
            true => Err(ConflictError::NoSpeech.into()),
            false => Ok(()),
        }
    }

    /// A job and its lesson, for who may see that as its people do. Of those of others' drafts nobody learns that they
    /// are there.
    fn job(&self, c: &Snapshot<'_>, author: &Author, id: JobId) -> Result<(Job, Lesson), Error> {
        let job = c.job(id)?.ok_or(Error::NoJob(id))?;
        match self.lesson(c, author, job.code, Act::View) {
            Ok(lesson) => Ok((job, lesson)),
            Err(Error::Unknown(_)) => Err(Error::NoJob(id)),
            Err(refused) => Err(refused),
        }
    }
}

/// Whether somebody may see a job that changed: without a question to the catalogue, since many may watch.
pub fn sees(actor: &Actor, news: &JobNews) -> bool {
    let standing = Standing {
        own: news.owners.contains(&actor.person),
        grades: &news.grades,
        subject: &news.subject,
        // Who sees a lesson's jobs sees them before and after it is published.
        draft: true,
    };
    actor.may(Act::View, standing, TeachersPublish::No)
}
