//! The one spawner: a process with a wall clock, limits on what it may use, a fence around it ([`sandbox`]) and
//! nothing of our environment.

use std::env;
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{self, Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Once, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{
    Pid, Resource, Rlimit, Signal, WaitId, WaitIdOptions, kill_process_group, prlimit,
    setpriority_process, waitid,
};

use super::sandbox::{self, Fence, Order};
use crate::units::Bytes;

/// What a process may use before it is killed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// From start to exit.
    pub wall: Duration,
    /// Of all its threads.
    pub cpu: Duration,
    /// Address space.
    pub memory: Bytes,
    /// On standard output.
    pub output: Bytes,
    /// In any one file that it writes; none for what only reads.
    pub file: Bytes,
}

/// Of standard output that is watched.
const LONGEST_LINE: u64 = 4 << 10;

/// Standard error is for a message: the rest of it is thrown away.
const STDERR_KEPT: u64 = 16 << 10;

/// Open files at a time. ffprobe needs its libraries one by one and then the recording.
const OPEN_FILES: u64 = 64;

/// How far a process is kept from the rest of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isolation {
    /// Files that it needs and no others, no network, no privileges, few system calls, and it dies with us: as far as
    /// this machine grants it. Only `teledars` itself can do that: in a test of the library, as `LimitsOnly`.
    Full,
    /// Limits hold, and nothing else.
    LimitsOnly,
}

/// What a process left behind.
#[derive(Debug)]
pub(super) struct Finished {
    pub status: ExitStatus,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
}

/// By which a program that the machine did not let run is known.
pub(super) const NOT_RUN: &str = "could not be run";

/// Why a process gave no result.
#[derive(Debug, thiserror::Error)]
pub enum ChildError {
    /// No such program in `PATH`.
    #[error("the program {0:?} is not installed")]
    Missing(PathBuf),
    /// It took longer than it may.
    #[error("{program} did not finish within {} seconds and was stopped", limit.as_secs_f32())]
    TooSlow {
        /// Which program.
        program: String,
        /// How long it may take.
        limit: Duration,
    },
    /// It wrote more than it may.
    #[error("{program} wrote more than {} bytes and was stopped", limit.0)]
    TooMuchOutput {
        /// Which program.
        program: String,
        /// How much it may write.
        limit: Bytes,
    },
    /// It was stopped because nobody wants its result any more.
    #[error("it was stopped")]
    Ended,
    /// It could not be started or watched.
    #[error("{program} {NOT_RUN}: {error}")]
    Run {
        /// Which program.
        program: String,
        /// What the system said.
        error: io::Error,
    },
}

/// Who watches a process while it runs.
pub(super) struct Watched<'a> {
    /// Gets every line of its standard output, which is not kept then.
    pub on_line: &'a (dyn Fn(&str) + Sync),
    /// Asked several times a second: whether to stop it.
    pub ends: &'a (dyn Fn() -> bool + Sync),
    /// How much lower than ours its priority is.
    pub nice: u8,
}

/// Gets bytes as they come.
type OnBytes<'a> = &'a (dyn Fn(&[u8]) + Sync);

/// Who reads a process's standard output while it runs.
#[derive(Clone, Copy)]
enum Reader<'a> {
    /// It is kept until the end.
    Nobody,
    /// Line by line, or as bytes if somebody takes those.
    Watched(&'a Watched<'a>, Option<OnBytes<'a>>),
}

impl<'a> Reader<'a> {
    fn watched(self) -> Option<&'a Watched<'a>> {
        match self {
            Self::Nobody => None,
            Self::Watched(watched, _) => Some(watched),
        }
    }
}

/// How often [`Watched::ends`] is asked.
const ASK_EVERY: Duration = Duration::from_millis(200);

/// Runs `program` to its end, and waits for that: call it from a thread that may block.
///
/// The program sees no standard input, no environment but `PATH` and `TMPDIR`, and the folder of its fence as its
/// own, or `/`. It is in a process group all of which is killed when it exits or outlives its limits.
///
/// # Errors
/// See [`ChildError`]. A failing exit status is not an error here.
pub(super) fn run(
    program: &Path,
    arguments: &[OsString],
    limits: Limits,
    isolation: Isolation,
    fence: &Fence,
) -> Result<Finished, ChildError> {
    start(program, arguments, limits, isolation, fence, Reader::Nobody)
}

/// [`run_watched`] for a program whose standard output is no text: `on_bytes` gets it piece by piece, nothing is kept,
/// and [`Watched::on_line`] is never called.
///
/// # Errors
/// As [`run_watched`].
pub(super) fn run_read(
    program: &Path,
    arguments: &[OsString],
    limits: Limits,
    isolation: Isolation,
    fence: &Fence,
    watched: &Watched<'_>,
    on_bytes: &(dyn Fn(&[u8]) + Sync),
) -> Result<Finished, ChildError> {
    let reader = Reader::Watched(watched, Some(on_bytes));
    start(program, arguments, limits, isolation, fence, reader)
}

/// [`run`] for what takes long: somebody sees its lines, and may stop it.
///
/// # Errors
/// As [`run`], and [`ChildError::Ended`].
pub(super) fn run_watched(
    program: &Path,
    arguments: &[OsString],
    limits: Limits,
    isolation: Isolation,
    fence: &Fence,
    watched: &Watched<'_>,
) -> Result<Finished, ChildError> {
    let reader = Reader::Watched(watched, None);
    start(program, arguments, limits, isolation, fence, reader)
}

fn start(
    program: &Path,
    arguments: &[OsString],
    limits: Limits,
    isolation: Isolation,
    fence: &Fence,
    reader: Reader<'_>,
) -> Result<Finished, ChildError> {
    // Looked up here, because behind what confines it a missing program would look like a failing one.
    let found = find(program).ok_or_else(|| ChildError::Missing(program.to_path_buf()))?;
    let nice = reader.watched().map_or(0, |watched| watched.nice);
    let mut line: Vec<OsString> = vec![found.clone().into()];
    line.extend(arguments.iter().cloned());
    let start = if isolation == Isolation::Full && sandbox::available() {
        warn_of_gaps();
        if nice >= IDLE {
            line.splice(0..0, when_idle().iter().cloned());
        }
        let mut fence = fence.clone();
        // Wherever the operator keeps it.
        fence.runnable.push(found);
        Start::confined(fence, limits, nice, line)
    } else {
        Start::bare(fence, limits, nice, line)
    };
    let name = program.display().to_string();
    let failed = |error: io::Error| ChildError::Run {
        program: name.clone(),
        error,
    };
    match supervise(&start, limits, reader).map_err(failed)? {
        (Outcome::Exited, finished) => Ok(finished),
        (Outcome::Ended, _) => Err(ChildError::Ended),
        (Outcome::TooSlow, _) => Err(ChildError::TooSlow {
            program: name,
            limit: limits.wall,
        }),
        (Outcome::TooMuchOutput, _) => Err(ChildError::TooMuchOutput {
            program: name,
            limit: limits.output,
        }),
    }
}

#[derive(Clone, Copy)]
enum Outcome {
    Exited,
    TooSlow,
    TooMuchOutput,
    Ended,
}

/// A command line, and where it begins.
struct Start {
    line: Vec<OsString>,
    folder: Option<PathBuf>,
    /// What is set from outside, just after the start.
    late: Option<u8>,
}

impl Start {
    /// Our own program, which sets everything before the program's first step.
    fn confined(fence: Fence, limits: Limits, nice: u8, line: Vec<OsString>) -> Self {
        let limits = resources(limits).map(|(name, _, limit)| (name.to_owned(), limit));
        Self {
            folder: fence.folder.clone(),
            line: Order {
                parent: process::id().cast_signed(),
                limits: limits.to_vec(),
                nice,
                fence,
                tell: line.is_empty(),
                line,
            }
            .words(),
            late: None,
        }
    }

    /// The program itself, behind util-linux's prlimit where that is installed: from Rust, to set limits before its
    /// first step would take `unsafe` after the fork.
    fn bare(fence: &Fence, limits: Limits, nice: u8, mut line: Vec<OsString>) -> Self {
        if let Some(prlimit) = find(Path::new("prlimit")) {
            let settings =
                resources(limits).map(|(name, _, limit)| format!("--{name}={limit}").into());
            let before = [prlimit.into()].into_iter().chain(settings);
            line.splice(0..0, before.chain(["--".into()]));
        }
        Self {
            line,
            folder: fence.folder.clone(),
            late: Some(nice),
        }
    }
}

fn supervise(start: &Start, limits: Limits, reader: Reader<'_>) -> io::Result<(Outcome, Finished)> {
    let watched = reader.watched();
    let mut child = spawn(start)?;
    let pid = Pid::from_child(&child);
    // From here on the child must be reaped, so errors wait until it is.
    let bounded = start.late.map_or(Ok(()), |nice| bound(pid, limits, nice));
    let stdout = child.stdout.take();
    let stderr = child.stderr.take();
    let (tell, told) = mpsc::channel();
    let (outcome, stdout, stderr) = thread::scope(|scope| {
        let flooded = tell.clone();
        let stdout = scope.spawn(move || {
            let mut kept = Vec::new();
            let mut pipe = BufReader::new(stdout?.take(limits.output.0.saturating_add(1)));
            let read = match reader {
                Reader::Nobody => pipe.read_to_end(&mut kept).map(|_| ()),
                Reader::Watched(watched, None) => tell_lines(&mut pipe, watched.on_line),
                Reader::Watched(_, Some(on_bytes)) => hand_over(&mut pipe, on_bytes),
            };
            if pipe.get_ref().limit() == 0 {
                flooded.send(Outcome::TooMuchOutput).ok();
            }
            read.ok().map(|()| kept)
        });
        let stderr = scope.spawn(move || {
            let mut kept = Vec::new();
            let mut pipe = stderr?;
            pipe.by_ref()
                .take(STDERR_KEPT)
                .read_to_end(&mut kept)
                .ok()?;
            // Still emptied, or the child would wait for ever to write more.
            io::copy(&mut pipe, &mut io::sink()).ok();
            Some(kept)
        });
        scope.spawn(move || {
            // Leaves the child unreaped, so that its id cannot become another process's before
            // the group of that id is killed.
            let exited = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
            while let Err(rustix::io::Errno::INTR) = waitid(WaitId::Pid(pid), exited) {}
            tell.send(Outcome::Exited).ok();
        });
        let outcome = match &bounded {
            Ok(()) => await_end(&told, limits.wall, watched),
            Err(_) => Outcome::Exited,
        };
        // After a normal exit too: whatever it started may still hold the pipes. No such process
        // is the normal answer then.
        kill_process_group(pid, Signal::KILL).ok();
        (
            outcome,
            stdout.join().ok().flatten(),
            stderr.join().ok().flatten(),
        )
    });
    let status = child.wait()?;
    bounded?;
    let stdout = stdout.unwrap_or_default();
    // It may have written too much and exited before the flood was told.
    let outcome = match outcome {
        Outcome::Exited if stdout.len() as u64 > limits.output.0 => Outcome::TooMuchOutput,
        other => other,
    };
    Ok((
        outcome,
        Finished {
            status,
            stdout,
            stderr: stderr.unwrap_or_default(),
        },
    ))
}

/// Gives whoever watches every line, cut to what a line may reasonably have.
fn tell_lines(pipe: &mut impl BufRead, on_line: &dyn Fn(&str)) -> io::Result<()> {
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = pipe
            .by_ref()
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(());
        }
        on_line(String::from_utf8_lossy(&line).trim_end());
    }
}

/// Gives whoever takes bytes what there is.
fn hand_over(pipe: &mut impl BufRead, on_bytes: &dyn Fn(&[u8])) -> io::Result<()> {
    loop {
        let piece = pipe.fill_buf()?;
        if piece.is_empty() {
            return Ok(());
        }
        on_bytes(piece);
        let taken = piece.len();
        pipe.consume(taken);
    }
}

/// Waits until the process has ended, or is to.
fn await_end(
    told: &mpsc::Receiver<Outcome>,
    wall: Duration,
    watched: Option<&Watched<'_>>,
) -> Outcome {
    let end = Instant::now() + wall;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        let step = watched.map_or(left, |_| left.min(ASK_EVERY));
        match told.recv_timeout(step) {
            Ok(outcome) => return outcome,
            Err(RecvTimeoutError::Disconnected) => return Outcome::Exited,
            Err(RecvTimeoutError::Timeout) if left.is_zero() => return Outcome::TooSlow,
            Err(RecvTimeoutError::Timeout) => {}
        }
        if watched.is_some_and(|watched| (watched.ends)()) {
            return Outcome::Ended;
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "this is the one spawner")]
fn spawn(start: &Start) -> io::Result<Child> {
    let [program, arguments @ ..] = start.line.as_slice() else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env_clear()
        .env("PATH", search_path())
        .current_dir(start.folder.as_deref().unwrap_or(Path::new("/")))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    if let Some(folder) = &start.folder {
        command.env("TMPDIR", folder);
    }
    command.spawn()
}

fn resources(limits: Limits) -> [(&'static str, Resource, u64); 5] {
    [
        ("as", Resource::As, limits.memory.0),
        ("cpu", Resource::Cpu, limits.cpu.as_secs().max(1)),
        ("core", Resource::Core, 0),
        ("fsize", Resource::Fsize, limits.file.0),
        ("nofile", Resource::Nofile, OPEN_FILES),
    ]
}

/// Limits what has just been started, from outside.
fn bound(pid: Pid, limits: Limits, nice: u8) -> io::Result<()> {
    for (_, resource, limit) in resources(limits) {
        let limit = Rlimit {
            current: Some(limit),
            maximum: Some(limit),
        };
        prlimit(Some(pid), resource, limit)?;
    }
    Ok(setpriority_process(Some(pid), i32::from(nice))?)
}

/// The niceness from which on a program gets only what nobody else wants, of the processors and of the disk.
const IDLE: u8 = 19;

/// What goes before a program for that: without it, niceness alone must do.
fn when_idle() -> &'static [OsString] {
    static WORDS: OnceLock<Vec<OsString>> = OnceLock::new();
    WORDS.get_or_init(|| {
        let chrt = find(Path::new("chrt"));
        chrt.map_or_else(Vec::new, |chrt| {
            vec![chrt.into(), "--idle".into(), "0".into()]
        })
    })
}

/// Says once in the log what this machine does not grant.
fn warn_of_gaps() {
    static SAID: Once = Once::new();
    SAID.call_once(|| {
        let limits = Limits {
            wall: Duration::from_secs(10),
            cpu: Duration::from_secs(10),
            memory: Bytes(4 << 30),
            output: Bytes(64 << 10),
            file: Bytes(0),
        };
        let start = Start::confined(Fence::default(), limits, 0, Vec::new());
        match supervise(&start, limits, Reader::Nobody) {
            Ok((_, told)) => {
                for gap in [told.stdout, told.stderr].concat().split(|b| *b == b'\n') {
                    if !gap.is_empty() {
                        tracing::warn!(
                            "media programs run less confined: {}",
                            String::from_utf8_lossy(gap)
                        );
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "media programs cannot be confined"),
        }
    });
}

fn search_path() -> OsString {
    env::var_os("PATH").unwrap_or_else(|| "/usr/local/bin:/usr/bin:/bin".into())
}

fn find(program: &Path) -> Option<PathBuf> {
    if program.components().count() > 1 {
        return program.is_file().then(|| program.to_path_buf());
    }
    let path = search_path();
    env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}
