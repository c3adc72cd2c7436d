//! One job: fetched, done, and its files handed in.

use std::fs::{self, File};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::{Duration, Instant};

use data_encoding::HEXLOWER;
use serde::Deserialize;
use serde_json::{Value, json};

use super::client::{Client, Trouble};
use super::folder::Folder;
use super::lease::Lease;
use super::transfer::{self, Remote, Rests};
use crate::catalogue::JobKind;
use crate::media::sha256_of;
use crate::processing::facts::Facts;
use crate::processing::{Nothing, Outcome, Product, Task, TaskError, Tools, Watch};
use crate::units::Bytes;

/// How long the server may take to look at what was made: it reads every byte of it twice.
const LOOKING: Duration = Duration::from_secs(3600);
/// How long it may take for a few words.
const PATIENCE: Duration = Duration::from_secs(15);
/// How often it is tried to tell the server that a job is given up; after that the lease ends by itself.
const FAREWELLS: u32 = 3;
/// The longest that a program may run, whatever the server says.
const MOST_SECONDS: u64 = 7 * 24 * 3600;

/// A job as the server gives it.
#[derive(Debug, Deserialize)]
pub(super) struct Job {
    pub(super) job: i64,
    pub(super) kind: String,
    pub(super) code: String,
    pub(super) lease: String,
    pub(super) seconds: u64,
    source: Remote,
    narrow: Option<Remote>,
    facts: Option<Facts>,
    language: Option<String>,
    #[serde(default)]
    captioned: Vec<String>,
    limits: Limits,
}

#[derive(Debug, Deserialize)]
struct Limits {
    wall_seconds: u64,
    memory_bytes: u64,
}

/// How a job ended.
#[derive(Debug)]
pub(super) enum End {
    /// The lesson has what was made.
    Done,
    /// It failed, and the server knows.
    Failed,
    /// It went back, since we stop, or was taken away.
    Left,
    /// It went back, since this machine cannot do it now.
    Unable,
    /// It went back, since this machine can do none of its kind.
    Useless(String),
}

/// Why a job was not done.
enum Undone {
    Task(TaskError),
    Trouble(Trouble),
}

impl From<TaskError> for Undone {
    fn from(error: TaskError) -> Self {
        Self::Task(error)
    }
}

impl From<Trouble> for Undone {
    fn from(error: Trouble) -> Self {
        Self::Trouble(error)
    }
}

impl From<std::io::Error> for Undone {
    fn from(error: std::io::Error) -> Self {
        Self::Task(TaskError::Disk(error))
    }
}

/// Does a job, from the first byte of the recording to the server's last word.
pub(super) fn attempt(
    client: &Client,
    folder: &Folder,
    tools: &Tools,
    job: &Job,
    stop: &AtomicBool,
) -> End {
    let (began, lease) = (Instant::now(), Lease::new(client, job, stop));
    let done = thread::scope(|scope| {
        scope.spawn(|| lease.keep());
        let done = work(client, folder, tools, job, &lease);
        lease.end();
        done
    });
    let (kind, code, seconds) = (&job.kind, &job.code, began.elapsed().as_secs());
    let (end, why) = match done {
        Ok(files) => {
            tracing::info!(job = job.job, kind, code, seconds, files, "done");
            return End::Done;
        }
        Err(undone) => farewell(client, job, undone, &lease),
    };
    tracing::warn!(job = job.job, kind, code, seconds, why, "not done");
    end
}

/// How many files it made.
fn work(
    client: &Client,
    folder: &Folder,
    tools: &Tools,
    job: &Job,
    lease: &Lease<'_>,
) -> Result<usize, Undone> {
    let kind = JobKind::from_word(&job.kind)
        .ok_or_else(|| TaskError::Failed(format!("this worker knows no job {:?}", job.kind)))?;
    let ends = || lease.ends();
    let source = folder.recording(client, &job.source, &job.lease, &ends)?;
    let narrow = match &job.narrow {
        None => None,
        Some(file) => Some(folder.recording(client, file, &job.lease, &ends)?),
    };
    let at = folder.for_job(&job.lease)?;
    let task = Task {
        kind,
        source: source.path.clone(),
        narrow: narrow.as_ref().map(|file| file.path.clone()),
        facts: job.facts.clone(),
        language: job.language.clone(),
        captioned: job.captioned.clone(),
        folder: at.clone(),
        tools: Tools {
            wall: Duration::from_secs(job.limits.wall_seconds.min(MOST_SECONDS)),
            memory: Bytes(job.limits.memory_bytes),
            ..tools.clone()
        },
    };
    let made = task.run(lease);
    drop((source, narrow));
    let handed_in = made.map_err(Undone::from).and_then(|outcome| {
        if lease.ends() {
            return Err(TaskError::Ended.into());
        }
        hand_in(client, job, &outcome, lease)
    });
    let _ = fs::remove_dir_all(&at); // what is left is deleted at the next start
    handed_in
}

fn hand_in(
    client: &Client,
    job: &Job,
    outcome: &Outcome,
    lease: &Lease<'_>,
) -> Result<usize, Undone> {
    let ends = || lease.ends();
    let mut products = Vec::new();
    for (number, product) in outcome.products.iter().enumerate() {
        let target = format!("/worker/{}/products/{number}", job.job);
        transfer::deliver(client, &target, &job.lease, &product.path, &ends)?;
        products.push(declared(number, product)?);
    }
    let body = json!({"lease": job.lease, "products": products, "facts": outcome.facts,
        "nothing": outcome.made_nothing().map(Nothing::as_str)});
    let path = format!("/api/v1/worker/{}/done", job.job);
    // Whoever did not hear the answer asks again: what was handed in under this lease stays handed in.
    Rests::new().until_done("what was made is handed in", &ends, || {
        client.post(&path, &body, LOOKING, &ends)
    })?;
    Ok(products.len())
}

fn declared(number: usize, product: &Product) -> std::io::Result<Value> {
    let sha256 = sha256_of(&mut File::open(&product.path)?, |_| ())?;
    Ok(json!({
        "number": number,
        "role": product.role.as_str(),
        "sha256": HEXLOWER.encode(&sha256),
        "quality": product.quality,
        "start_ms": product.start.map(|at| at.0),
        "language": product.language,
        "position": product.position,
    }))
}

/// Tells the server that a job is not done, where it needs to be told.
fn farewell(client: &Client, job: &Job, undone: Undone, lease: &Lease<'_>) -> (End, String) {
    if lease.is_lost() {
        return (End::Left, "it was taken away".into());
    }
    let (end, why, last_word) = match undone {
        Undone::Task(TaskError::Ended) | Undone::Trouble(Trouble::Ended) => {
            (End::Left, "given back".to_owned(), Word::Back)
        }
        Undone::Task(error @ TaskError::NoProgram(_)) => {
            let why = error.to_string();
            (End::Useless(why.clone()), why, Word::Back)
        }
        Undone::Task(TaskError::Disk(error)) | Undone::Trouble(Trouble::Disk(error)) => {
            let why = format!("this machine's disk: {error}");
            (End::Unable, why, Word::Back)
        }
        Undone::Task(error @ TaskError::Hopeless(_)) => (
            End::Failed,
            error.to_string(),
            Word::Failed { hopeless: true },
        ),
        Undone::Task(error @ TaskError::Failed(_)) => (
            End::Failed,
            error.to_string(),
            Word::Failed { hopeless: false },
        ),
        Undone::Trouble(Trouble::Refused { status, said }) => {
            // It was looked at and found no good, or is not ours: the server knows.
            (
                End::Failed,
                format!("{said} ({status})"),
                Word::Failed { hopeless: false },
            )
        }
        Undone::Trouble(error) => (
            End::Failed,
            error.to_string(),
            Word::Failed { hopeless: false },
        ),
    };
    tell(client, job, &last_word, &why);
    (end, why)
}

enum Word {
    Back,
    Failed { hopeless: bool },
}

fn tell(client: &Client, job: &Job, word: &Word, why: &str) {
    let (path, body) = match word {
        Word::Back => ("give-back", json!({"lease": job.lease})),
        Word::Failed { hopeless } => (
            "failed",
            json!({"lease": job.lease, "error": why, "hopeless": hopeless}),
        ),
    };
    let path = format!("/api/v1/worker/{}/{path}", job.job);
    let mut rests = Rests::new();
    for _ in 0..FAREWELLS {
        match client.post(&path, &body, PATIENCE, &|| false) {
            Err(Trouble::Line(_)) => {
                let _ = rests.rest(&|| false); // it does not end
            }
            // What is refused was not ours any more.
            _ => return,
        }
    }
}

/// Asks for a job; `None`: there is none now.
pub(super) fn claim(
    client: &Client,
    name: &str,
    kinds: &[JobKind],
    stop: &Arc<AtomicBool>,
) -> Result<Option<Job>, Trouble> {
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    let body = json!({"worker": name, "kinds": kinds});
    let ends = || stop.load(std::sync::atomic::Ordering::Relaxed);
    let (status, answer) = client.post("/api/v1/worker/claim", &body, PATIENCE, &ends)?;
    if status == http::StatusCode::NO_CONTENT {
        return Ok(None);
    }
    serde_json::from_slice(&answer).map(Some).map_err(|error| {
        Trouble::Line(format!(
            "the server's job is not understood ({error}): have the same version of teledars on both sides"
        ))
    })
}
