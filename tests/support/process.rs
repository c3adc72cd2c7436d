//! The only place of the tests that starts a process: the `teledars` that was just built.

#![allow(
    clippy::disallowed_methods,
    reason = "the program under test is a process of its own"
)]

use std::ffi::OsStr;
use std::io::{Read, Seek as _, Write as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long a command may take on a slow and busy machine before a test calls it hung.
const PATIENCE: Duration = Duration::from_secs(120);

/// How often a process that cannot be waited for with a time limit is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// What a command did.
pub struct Finished {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
    pub took: Duration,
}

impl Finished {
    /// The exit status, or a panic that says which signal ended it.
    pub fn code(&self) -> i32 {
        let ended = || panic!("ended without a status: {}\n{}", self.status, self.stderr);
        self.status.code().unwrap_or_else(ended)
    }

    /// Itself, if the exit status is `code`; else a panic that shows everything.
    #[track_caller]
    pub fn expect_code(self, code: i32) -> Self {
        assert_eq!(
            self.status.code(),
            Some(code),
            "{}\n--- standard output\n{}\n--- standard error\n{}",
            self.status,
            self.stdout,
            self.stderr
        );
        self
    }
}

/// The program, with no setting from the environment of whoever runs the tests. Its server does no jobs, so that lessons
/// stay as they are; a test that is about them gives `--jobs 1`.
pub fn teledars<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_teledars"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("TELEDARS_") {
            command.env_remove(name);
        }
    }
    command.env("TELEDARS_JOBS", "0").args(arguments);
    command
}

/// The program as the child of another one, which gets these arguments first. When the other one is killed, the
/// program is, too.
pub fn teledars_behind<A: AsRef<OsStr>>(
    other: &[&str],
    arguments: impl IntoIterator<Item = A>,
) -> Command {
    let own = teledars(arguments);
    let mut outer = Command::new(other[0]);
    outer
        .args(&other[1..])
        .args(["setpriv", "--pdeathsig", "KILL"]);
    outer.arg(own.get_program()).args(own.get_args());
    for (name, value) in own.get_envs() {
        match value {
            Some(value) => outer.env(name, value),
            None => outer.env_remove(name),
        };
    }
    outer
}

/// Runs the program to its end. A hang is a panic that shows what it said so far.
pub fn run<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Finished {
    Running::start(teledars(arguments)).finish()
}

/// The same with `input` to read on standard input.
pub fn run_reading<A: AsRef<OsStr>>(
    arguments: impl IntoIterator<Item = A>,
    input: &str,
) -> Finished {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(input.as_bytes()).unwrap();
    file.rewind().unwrap();
    Running::start_reading(teledars(arguments), file.into()).finish()
}

/// Runs another program, as long as it may take.
#[allow(dead_code, reason = "the benches have no need of it")]
pub fn run_other<A: AsRef<OsStr>>(
    program: &str,
    arguments: impl IntoIterator<Item = A>,
) -> Finished {
    let mut command = Command::new(program);
    command.args(arguments);
    Running::start(command).finish()
}

/// A command under way; killed by its own id when dropped.
pub struct Running {
    child: Child,
    began: Instant,
    stdout: Option<JoinHandle<String>>,
    stderr: Option<JoinHandle<String>>,
}

impl Running {
    /// Starts it with nothing to read and both outputs collected.
    pub fn start(command: Command) -> Self {
        Self::start_reading(command, Stdio::null())
    }

    fn start_reading(mut command: Command, input: Stdio) -> Self {
        let began = Instant::now();
        let mut child = command
            .stdin(input)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = child.stdout.take().map(collect);
        let stderr = child.stderr.take().map(collect);
        Self {
            child,
            began,
            stdout,
            stderr,
        }
    }

    /// Its process id.
    #[allow(dead_code, reason = "the benches look at a command while it runs")]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has ended.
    #[allow(dead_code, reason = "the benches look at a command while it runs")]
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Kills it (SIGKILL: it gets to do nothing more) unless it has ended already.
    pub fn kill(mut self) -> Finished {
        // An error means that it has ended already, which its status will tell.
        let _ = self.child.kill();
        self.finish()
    }

    /// Waits for its end.
    pub fn finish(mut self) -> Finished {
        let status = wait(&mut self.child, PATIENCE);
        if status.is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        let text = |reader: Option<JoinHandle<String>>| reader.unwrap().join().unwrap();
        let (stdout, stderr) = (text(self.stdout.take()), text(self.stderr.take()));
        let Some(status) = status else {
            panic!("still running after {PATIENCE:?}\n{stdout}\n{stderr}");
        };
        Finished {
            status,
            stdout,
            stderr,
            took: self.began.elapsed(),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // After `finish` both do nothing: the child has been waited for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits for `child` to end, at most `patience`.
pub fn wait(child: &mut Child, patience: Duration) -> Option<ExitStatus> {
    let deadline = Instant::now() + patience;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status);
        }
        if Instant::now() >= deadline {
            return None;
        }
        std::thread::sleep(LOOK_EVERY);
    }
}

fn collect(mut from: impl Read + Send + 'static) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    })
}
