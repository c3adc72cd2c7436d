//! Jobs as people are shown them: what runs, what waits in which order, what became of the others, what changed lately.

use std::cmp::Reverse;
use std::fmt;
use std::str::FromStr;

use rusqlite::{OptionalExtension, Row, ToSql, named_params};

use super::{Error, JobKind, JobState, Snapshot, Whose};
use crate::clock::UnixMillis;
use crate::units::{Code, JobId, LessonId, PersonId, RecordingId};

/// A job, as people are shown it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its row.
    pub id: JobId,
    /// Of which recording.
    pub recording: RecordingId,
    /// That recording's number among those of its lesson.
    pub edition: u32,
    /// Whether that is the edition that the lesson shows.
    pub shown: bool,
    /// Of which lesson.
    pub lesson: LessonId,
    /// That lesson's code.
    pub code: Code,
    /// That lesson's title.
    pub title: String,
    /// What it makes.
    pub kind: JobKind,
    /// How far it has come.
    pub state: JobState,
    /// Times that it was begun.
    pub attempts: u32,
    /// Thousandths.
    pub progress: u32,
    /// Who has it, or had it last.
    pub worker: Option<String>,
    /// While it waits: how many that wait as well have their turns before it.
    pub before: Option<u64>,
    /// When the present attempt began, or the last one did.
    pub begun: Option<UnixMillis>,
    /// Not before then, after a failure.
    pub not_before: UnixMillis,
    /// What went wrong last; of one that is done: why there was nothing to make.
    pub error: Option<String>,
    /// When it was queued first.
    pub created: UnixMillis,
    /// When it last changed.
    pub updated: UnixMillis,
}

/// A job that changed, and what decides who may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobNews {
    /// The job.
    pub job: Job,
    /// Its lesson's subject: a vocabulary id.
    pub subject: String,
    /// Its lesson's grades: vocabulary ids.
    pub grades: Vec<String>,
    /// Whose the lesson is.
    pub owners: Vec<PersonId>,
}

/// Which jobs to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobFilter {
    /// Of these lessons.
    pub whose: Whose,
    /// Of this lesson only.
    pub lesson: Option<LessonId>,
    /// In this state only.
    pub state: Option<JobState>,
}

/// The last job of a page: the next page begins behind it. As text, `STATE.KEY.ID`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobCursor {
    state: JobState,
    /// What jobs of this state are ordered by.
    key: i64,
    id: JobId,
}

impl fmt::Display for JobCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.state.as_str(), self.key, self.id)
    }
}

/// A text that is no [`JobCursor`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write what next said in the page before")]
pub struct NoJobCursor;

impl FromStr for JobCursor {
    type Err = NoJobCursor;

    fn from_str(text: &str) -> Result<Self, NoJobCursor> {
        let mut parts = text.splitn(3, '.');
        let mut part = || parts.next().ok_or(NoJobCursor);
        Ok(Self {
            state: JobState::from_word(part()?).ok_or(NoJobCursor)?,
            key: part()?.parse().map_err(|_| NoJobCursor)?,
            id: JobId(part()?.parse().map_err(|_| NoJobCursor)?),
        })
    }
}

/// In this order they are listed: what can still be influenced first.
const ORDER: [JobState; 5] = [
    JobState::Running,
    JobState::Queued,
    JobState::Failed,
    JobState::Done,
    JobState::Cancelled,
];

/// What jobs of a state are ordered by, and their order. Each is that of an index.
fn order(state: JobState) -> (&'static str, &'static str, &'static str) {
    match state {
        JobState::Running => ("0", "j.id > :id", "j.id"),
        JobState::Queued => (
            "j.priority",
            "(j.priority < :key OR j.priority = :key AND j.id > :id)",
            "j.priority DESC, j.id",
        ),
        JobState::Failed | JobState::Done | JobState::Cancelled => (
            "j.updated_at",
            "(j.updated_at < :key OR j.updated_at = :key AND j.id < :id)",
            "j.updated_at DESC, j.id DESC",
        ),
    }
}

/// The columns of [`read_job`], and where they are.
const COLUMNS: &str =
    "j.*, r.lesson, r.edition, r.id IS l.current_recording AS shown, l.code, l.title";
const TABLES: &str =
    "jobs j JOIN recordings r ON r.id = j.recording JOIN lessons l ON l.id = r.lesson";
/// The same in the order of turns: not all that wait are to be sorted for one page of them.
const TABLES_IN_TURN: &str =
    "jobs j INDEXED BY jobs_waiting CROSS JOIN recordings r ON r.id = j.recording
     CROSS JOIN lessons l ON l.id = r.lesson";
/// The same from a lesson's side: it has few, however many there are of others.
const TABLES_OF_LESSON: &str =
    "recordings r CROSS JOIN jobs j ON j.recording = r.id JOIN lessons l ON l.id = r.lesson";

/// A job whose place among those that wait is not known yet, and its priority.
fn read_job(r: &Row<'_>) -> rusqlite::Result<(i64, Job)> {
    let job = Job {
        id: JobId(r.get("id")?),
        recording: RecordingId(r.get("recording")?),
        edition: r.get("edition")?,
        shown: r.get("shown")?,
        lesson: LessonId(r.get("lesson")?),
        code: r.get("code")?,
        title: r.get("title")?,
        kind: r.get("kind")?,
        state: r.get("state")?,
        attempts: r.get("attempts")?,
        progress: r.get("progress")?,
        worker: r.get("worker")?,
        before: None,
        begun: r.get::<_, Option<i64>>("begun_at")?.map(UnixMillis),
        not_before: UnixMillis(r.get("not_before_at")?),
        error: r.get("error")?,
        created: UnixMillis(r.get("created_at")?),
        updated: UnixMillis(r.get("updated_at")?),
    };
    Ok((r.get("priority")?, job))
}

/// A list for `json_each`.
pub(super) fn listed<T: Into<serde_json::Value>>(items: impl IntoIterator<Item = T>) -> String {
    serde_json::Value::from_iter(items).to_string()
}

impl Snapshot<'_> {
    /// A job.
    pub fn job(&self, id: JobId) -> Result<Option<Job>, Error> {
        let found = self
            .sql()
            .prepare_cached(&format!("SELECT {COLUMNS} FROM {TABLES} WHERE j.id = :id"))?
            .query_row(named_params! {":id": id.0}, read_job)
            .optional()?;
        let found = self.in_turn(found.into_iter().collect())?;
        Ok(found.into_iter().next())
    }

    /// The jobs, those that wait with the number of those before them.
    fn in_turn(&self, mut jobs: Vec<(i64, Job)>) -> Result<Vec<Job>, Error> {
        self.count_before(jobs.iter_mut().map(|(priority, job)| (*priority, job)))?;
        Ok(jobs.into_iter().map(|(_, job)| job).collect())
    }

    /// Says of those jobs that wait how many have their turns before them. The index of those that wait is passed
    /// through once, however many are asked about.
    fn count_before<'j>(
        &self,
        jobs: impl Iterator<Item = (i64, &'j mut Job)>,
    ) -> Result<(), Error> {
        let mut waiting: Vec<_> = jobs
            .filter(|(_, job)| job.state == JobState::Queued)
            .collect();
        waiting.sort_by_key(|(priority, job)| (Reverse(*priority), job.id.0));
        // From the one before, itself included, up to this one.
        let mut between = self.sql().prepare_cached(
            "SELECT (SELECT count(*) FROM jobs INDEXED BY jobs_waiting WHERE state = 'queued' AND priority = :above
                         AND id >= :from AND id < iif(:above = :priority, :id, 9223372036854775807))
                  + (SELECT count(*) FROM jobs INDEXED BY jobs_waiting WHERE state = 'queued'
                         AND priority < :above AND priority > :priority)
                  + (SELECT count(*) FROM jobs INDEXED BY jobs_waiting WHERE state = 'queued' AND priority = :priority
                         AND id < iif(:above = :priority, 0, :id))",
        )?;
        let (mut above, mut from, mut before) = (i64::MAX, 0, 0);
        for (priority, job) in waiting {
            let passed: i64 = between.query_row(
                named_params! {":above": above, ":from": from, ":priority": priority, ":id": job.id.0},
                |r| r.get(0),
            )?;
            before += passed.unsigned_abs();
            job.before = Some(before);
            (above, from) = (priority, job.id.0);
        }
        Ok(())
    }

    /// At most `limit` jobs behind `after`, and where the next page begins if there is one: those that run, those that
    /// wait in the order of their turns, then those that failed, were done and were cancelled, the latest first.
    pub fn jobs(
        &self,
        filter: &JobFilter,
        after: Option<JobCursor>,
        limit: u32,
    ) -> Result<(Vec<Job>, Option<JobCursor>), Error> {
        let passed = |state: JobState| match after {
            Some(after) => {
                ORDER.iter().position(|s| *s == state)
                    < ORDER.iter().position(|s| *s == after.state)
            }
            None => false,
        };
        let mut found: Vec<(Job, JobCursor)> = Vec::new();
        for state in ORDER {
            let wanted = limit as usize + 1 - found.len();
            if wanted == 0 || passed(state) || filter.state.is_some_and(|s| s != state) {
                continue;
            }
            let begin = after.filter(|after| after.state == state);
            found.extend(self.jobs_of_state(filter, state, begin, wanted)?);
        }
        let more = found.len() > limit as usize;
        found.truncate(limit as usize);
        let next = found.last().filter(|_| more).map(|(_, cursor)| *cursor);
        Ok((found.into_iter().map(|(job, _)| job).collect(), next))
    }

    fn jobs_of_state(
        &self,
        filter: &JobFilter,
        state: JobState,
        after: Option<JobCursor>,
        limit: usize,
    ) -> Result<Vec<(Job, JobCursor)>, Error> {
        let (key, behind, order) = order(state);
        let (lesson, limit) = (filter.lesson.map(|l| l.0), limit as i64);
        let after = after.map(|a| (a.key, a.id.0));
        // Spelled out: an index of one state serves no question whose state comes later.
        let mut conditions = vec![format!("j.state = '{}'", state.as_str())];
        let mut values: Vec<(String, &dyn ToSql)> = vec![(":limit".into(), &limit)];
        if let Some((key, id)) = &after {
            conditions.push(behind.to_owned());
            values.push((":id".into(), id));
            if behind.contains(":key") {
                values.push((":key".into(), key));
            }
        }
        let mut tables = match state {
            JobState::Queued => TABLES_IN_TURN,
            _ => TABLES,
        };
        if lesson.is_some() {
            tables = TABLES_OF_LESSON;
            // The plus: by its recording a job is found, not among all of its state.
            conditions[0].insert(0, '+');
            conditions.push("r.lesson = :lesson".to_owned());
            values.push((":lesson".into(), &lesson));
        }
        filter.whose.narrow(&mut conditions, &mut values);
        let values: Vec<(&str, &dyn ToSql)> =
            values.iter().map(|(n, v)| (n.as_str(), *v)).collect();
        let mut found: Vec<(i64, Job, JobCursor)> = self
            .sql()
            .prepare(&format!(
                "SELECT {COLUMNS}, {key} AS ordered_by FROM {tables} WHERE {} ORDER BY {order} LIMIT :limit",
                conditions.join(" AND "),
            ))?
            .query_map(values.as_slice(), |r| {
                let (priority, job) = read_job(r)?;
                let (key, id) = (r.get("ordered_by")?, job.id);
                Ok((priority, job, JobCursor { state, key, id }))
            })?
            .collect::<Result<_, _>>()?;
        self.count_before(found.iter_mut().map(|(priority, job, _)| (*priority, job)))?;
        let told = found.into_iter().map(|(_, job, cursor)| (job, cursor));
        Ok(told.collect())
    }

    /// The jobs of these lessons' current recordings, lesson by lesson in the order in which they are done.
    pub fn jobs_of_lessons(&self, lessons: &[LessonId]) -> Result<Vec<Job>, Error> {
        let found = self
            .sql()
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM {TABLES}
                 WHERE l.id IN (SELECT value FROM json_each(:lessons)) AND j.recording = l.current_recording
                 ORDER BY l.id, j.priority DESC, j.id"
            ))?
            .query_map(
                named_params! {":lessons": listed(lessons.iter().map(|l| l.0))},
                read_job,
            )?
            .collect::<Result<_, _>>()?;
        self.in_turn(found)
    }

    /// Whether one of these things is yet to be made of a recording.
    pub fn is_being_made(&self, recording: RecordingId, kinds: &[JobKind]) -> Result<bool, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM jobs WHERE recording = :recording AND state IN ('queued', 'running')
                                AND kind IN (SELECT value FROM json_each(:kinds)))",
            )?
            .query_row(
                named_params! {":recording": recording.0, ":kinds": listed(kinds.iter().map(|kind| kind.as_str()))},
                |r| r.get(0),
            )?)
    }

    /// How many of these people's jobs are in each state, the states in the order of lists.
    pub fn job_counts(&self, whose: &Whose) -> Result<Vec<(JobState, u64)>, Error> {
        let (mut conditions, mut values) = (vec!["true".to_owned()], Vec::new());
        whose.narrow(&mut conditions, &mut values);
        // Without a condition on lessons the index alone has the answer.
        let tables = if conditions.len() == 1 {
            "jobs j"
        } else {
            TABLES
        };
        let values: Vec<(&str, &dyn ToSql)> =
            values.iter().map(|(n, v)| (n.as_str(), *v)).collect();
        let counted: Vec<(JobState, i64)> = self
            .sql()
            .prepare(&format!(
                "SELECT j.state, count(*) FROM {tables} WHERE {} GROUP BY j.state",
                conditions.join(" AND ")
            ))?
            .query_map(values.as_slice(), |r| Ok((r.get(0)?, r.get(1)?)))?
            .collect::<Result<_, _>>()?;
        let count = |state: JobState| {
            let found = counted.iter().find(|(s, _)| *s == state);
            (state, found.map_or(0, |(_, n)| n.unsigned_abs()))
        };
        Ok(ORDER.map(count).into())
    }

    /// At most `most` jobs that changed at `since` or later, the latest first.
    pub fn jobs_changed(&self, since: UnixMillis, most: u32) -> Result<Vec<JobNews>, Error> {
        let numbers = |text: Option<String>| -> Vec<PersonId> {
            let text = text.unwrap_or_default();
            let ids = text.split_whitespace().filter_map(|id| id.parse().ok());
            ids.map(PersonId).collect()
        };
        let mut question = self.sql().prepare_cached(&format!(
            "SELECT j.*,
                 (SELECT group_concat(grade, ' ') FROM lesson_grades WHERE lesson = j.lesson) AS grades,
                 (SELECT group_concat(person, ' ') FROM lesson_owners WHERE lesson = j.lesson) AS owners
             FROM (SELECT {COLUMNS}, l.subject FROM jobs j INDEXED BY jobs_of_state
                   CROSS JOIN recordings r ON r.id = j.recording CROSS JOIN lessons l ON l.id = r.lesson
                   WHERE j.state = :state AND j.updated_at >= :since
                   ORDER BY j.updated_at DESC, j.id DESC LIMIT :most) j
             ORDER BY j.updated_at DESC, j.id DESC"
        ))?;
        let mut news: Vec<(i64, JobNews)> = Vec::new();
        // State by state, so that the index has them in order however many changed.
        for state in ORDER {
            let values = named_params! {":since": since.0, ":most": most, ":state": state.as_str()};
            let found = question.query_map(values, |r| {
                let grades: Option<String> = r.get("grades")?;
                let (priority, job) = read_job(r)?;
                let news = JobNews {
                    job,
                    subject: r.get("subject")?,
                    grades: grades
                        .unwrap_or_default()
                        .split_whitespace()
                        .map(str::to_owned)
                        .collect(),
                    owners: numbers(r.get("owners")?),
                };
                Ok((priority, news))
            })?;
            for one in found {
                news.push(one?);
            }
        }
        news.sort_by_key(|(_, news)| Reverse((news.job.updated.0, news.job.id.0)));
        news.truncate(most as usize);
        self.count_before(
            news.iter_mut()
                .map(|(priority, news)| (*priority, &mut news.job)),
        )?;
        Ok(news.into_iter().map(|(_, news)| news).collect())
    }
}
