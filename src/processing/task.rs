//! One job's work, without the queue: files in, files out. It is done the same way here and by a remote worker.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::child::{ChildError, Isolation};
use super::facts::Facts;
use super::nothing::Nothing;
use super::sandbox::Fence;
use crate::catalogue::{JobKind, Role};
use crate::units::{Bytes, Millis};

/// The programs, and what they may use.
#[derive(Clone, Debug)]
pub struct Tools {
    /// ffmpeg, by name (then looked for in `PATH`) or by path.
    pub ffmpeg: PathBuf,
    /// ffprobe, likewise.
    pub ffprobe: PathBuf,
    /// How long one job may take.
    pub wall: Duration,
    /// How much address space a program may take.
    pub memory: Bytes,
    /// How much lower than others a program's priority is: 0 to 19.
    pub nice: u8,
    /// How far programs are kept from the rest of the machine.
    pub isolation: Isolation,
    /// The operator's program that makes captions of speech; `None`: there is none.
    pub speech: Option<PathBuf>,
}

impl Default for Tools {
    fn default() -> Self {
        Self {
            ffmpeg: "ffmpeg".into(),
            ffprobe: "ffprobe".into(),
            wall: Duration::from_secs(6 * 3600),
            memory: Bytes(4 << 30),
            nice: 19,
            isolation: Isolation::Full,
            speech: None,
        }
    }
}

/// What a job works on.
#[derive(Clone, Debug)]
pub struct Task {
    /// What it makes.
    pub kind: JobKind,
    /// The footage.
    pub source: PathBuf,
    /// The footage in 240p, once that is made.
    pub narrow: Option<PathBuf>,
    /// What the probe found; `None`: it has not been done.
    pub facts: Option<Facts>,
    /// The language that the lesson speaks, as its people say (BCP 47).
    pub language: Option<String>,
    /// Languages of the captions that it has.
    pub captioned: Vec<String>,
    /// An empty folder for what it makes; its owner deletes it.
    pub folder: PathBuf,
    /// The programs.
    pub tools: Tools,
}

/// Who waits for a job.
pub trait Watch: Sync {
    /// It is so far, in thousandths.
    fn progress(&self, thousandths: u32);
    /// Asked several times a second: whether it is to stop.
    fn ends(&self) -> bool;
    /// A line for its log.
    fn log(&self, line: &str);
}

/// A job's own time limit, however many programs it runs one after the other.
struct Timed<'a> {
    watch: &'a dyn Watch,
    end: Instant,
}

impl Timed<'_> {
    fn is_over(&self) -> bool {
        Instant::now() >= self.end
    }
}

impl Watch for Timed<'_> {
    fn progress(&self, thousandths: u32) {
        self.watch.progress(thousandths);
    }

    fn ends(&self) -> bool {
        self.watch.ends() || self.is_over()
    }

    fn log(&self, line: &str) {
        self.watch.log(line);
    }
}

/// A file that a job made, in its folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// Where it is.
    pub path: PathBuf,
    /// What it is to the recording.
    pub role: Role,
    /// Of its name: `mp4`.
    pub extension: &'static str,
    /// Its media type.
    pub mime: &'static str,
    /// Height class of a rendition, kbit/s of audio.
    pub quality: Option<u32>,
    /// Pixels as shown.
    pub size: Option<(u32, u32)>,
    /// How long it plays.
    pub duration: Option<Millis>,
    /// Of a slide: when the lesson comes to it.
    pub start: Option<Millis>,
    /// BCP 47, of captions.
    pub language: Option<String>,
    /// Order among its siblings.
    pub position: u32,
}

/// What a job made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Files.
    pub products: Vec<Product>,
    /// What the probe found.
    pub facts: Option<Facts>,
    /// Where it made nothing of all this: why.
    pub nothing: Option<Nothing>,
}

impl Outcome {
    /// There was nothing to make.
    pub(super) fn nothing(why: Nothing, watch: &dyn Watch) -> Self {
        watch.log(why.as_str());
        watch.progress(1000);
        Self {
            nothing: Some(why),
            ..Self::default()
        }
    }

    /// Why it made nothing; `None`: it did.
    pub fn made_nothing(&self) -> Option<Nothing> {
        let made = !self.products.is_empty() || self.facts.is_some();
        (!made).then(|| self.nothing.unwrap_or(Nothing::Unsaid))
    }
}

/// By which a failure of the machine's, and one of time, are known from what was noted of a job.
pub(super) const DISK: &str = "the disk: ";
pub(super) const TOO_SLOW: &str = "(job_seconds)";

/// Why a job made nothing.
#[derive(Debug, thiserror::Error)]
pub enum TaskError {
    /// It was told to stop.
    #[error("it was stopped")]
    Ended,
    /// A program is not installed: it is no fault of the recording's.
    #[error(
        "the program {0:?} is not installed: install the package ffmpeg (apt-get install ffmpeg)"
    )]
    NoProgram(PathBuf),
    /// The recording cannot be used; another attempt would end the same way.
    #[error("{0}")]
    Hopeless(String),
    /// It went wrong this time.
    #[error("{0}")]
    Failed(String),
    /// The disk.
    #[error("{DISK}{0}")]
    Disk(#[from] io::Error),
}

impl From<ChildError> for TaskError {
    fn from(error: ChildError) -> Self {
        match error {
            ChildError::Missing(program) => Self::NoProgram(program),
            ChildError::Ended => Self::Ended,
            other => Self::Failed(other.to_string()),
        }
    }
}

impl Task {
    /// What the probe found, which every job but the probe needs.
    pub(super) fn known(&self) -> Result<&Facts, TaskError> {
        let facts = self.facts.as_ref();
        facts.ok_or_else(|| TaskError::Failed("the recording has not been looked into yet".into()))
    }

    /// What a program that works on it may touch: the footage, and the folder.
    pub(super) fn fence(&self) -> Fence {
        Fence {
            readable: [Some(&self.source), self.narrow.as_ref()]
                .into_iter()
                .flatten()
                .cloned()
                .collect(),
            runnable: Vec::new(),
            folder: Some(self.folder.clone()),
        }
    }

    /// Does it. Blocks, for hours if need be.
    ///
    /// # Errors
    /// See [`TaskError`].
    pub fn run(&self, watch: &dyn Watch) -> Result<Outcome, TaskError> {
        let timed = Timed {
            watch,
            end: Instant::now() + self.tools.wall,
        };
        match self.run_timed(&timed) {
            Err(TaskError::Ended) if timed.is_over() && !watch.ends() => {
                Err(TaskError::Failed(format!(
                    "it took longer than {} seconds {TOO_SLOW}",
                    self.tools.wall.as_secs()
                )))
            }
            done => done,
        }
    }

    fn run_timed(&self, watch: &dyn Watch) -> Result<Outcome, TaskError> {
        match self.kind {
            JobKind::Probe => super::look::run(self, watch),
            JobKind::Narrow => super::ladder::run_narrow(self, watch),
            JobKind::Ladder => super::ladder::run_ladder(self, watch),
            JobKind::Pictures => super::pictures::run(self, watch),
            JobKind::Slides => super::slides::run(self, watch),
            JobKind::Words => super::words::run(self, watch),
            JobKind::Speech => super::speech::run(self, watch),
        }
    }
}

/// What is to be made next, once `kind` is: the cheapest first, and only what the recording has.
pub fn then(kind: JobKind, facts: &Facts, tools: &Tools) -> Vec<JobKind> {
    let picture = facts.video.is_some();
    if facts.has_nothing() {
        return Vec::new();
    }
    match kind {
        JobKind::Probe => {
            let mut next = vec![JobKind::Narrow];
            if !facts.subtitles.is_empty() {
                next.push(JobKind::Words);
            }
            if picture {
                next.extend([JobKind::Slides, JobKind::Ladder]);
            }
            if tools.speech.is_some() && !facts.sounds.is_empty() {
                next.push(JobKind::Speech);
            }
            next
        }
        // The storyboard is made of the small picture, at a thirtieth of the cost.
        JobKind::Narrow if picture => vec![JobKind::Pictures],
        _ => Vec::new(),
    }
}

/// What a file in the job's folder is called.
pub(super) fn output(task: &Task, name: &str) -> PathBuf {
    Path::new(&task.folder).join(name)
}
