//! A running server: the real binary on a free port.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::client::{Client, Response};
use super::process;

/// How long a start or a stop may take on a slow and busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// `teledars serve` on an archive; killed by its own id when dropped. What it logged is printed when the
/// test fails.
pub struct Server {
    child: Child,
    address: SocketAddr,
    lines: Receiver<String>,
    log: Arc<Mutex<String>>,
    readers: Vec<JoinHandle<()>>,
}

impl Server {
    /// Serves `data` with the default settings.
    pub fn start(data: &Path) -> Self {
        Self::with(data, [] as [&str; 0])
    }

    /// Serves `data` with these flags as well.
    pub fn with<A: AsRef<OsStr>>(data: &Path, flags: impl IntoIterator<Item = A>) -> Self {
        let mut arguments = serving(data);
        arguments.extend(flags.into_iter().map(|f| f.as_ref().to_owned()));
        Self::of(process::teledars(arguments))
    }

    /// Serves `data` as the child of another program, such as strace and its arguments.
    pub fn behind(program: &[&str], data: &Path) -> Self {
        Self::behind_with(program, data, [] as [&str; 0])
    }

    /// The same with these flags as well.
    pub fn behind_with<A: AsRef<OsStr>>(
        program: &[&str],
        data: &Path,
        flags: impl IntoIterator<Item = A>,
    ) -> Self {
        let mut arguments = serving(data);
        arguments.extend(flags.into_iter().map(|f| f.as_ref().to_owned()));
        Self::of(process::teledars_behind(program, arguments))
    }

    fn of(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let log = Arc::new(Mutex::new(String::new()));
        let written = Arc::clone(&log);
        let readers = vec![
            std::thread::spawn(move || {
                for line in stdout.lines().map_while(Result::ok) {
                    // Nobody listens any more when the test is over.
                    let _ = sender.send(line);
                }
            }),
            std::thread::spawn(move || {
                for line in stderr.lines().map_while(Result::ok) {
                    let mut log = written.lock().unwrap();
                    log.push_str(&line);
                    log.push('\n');
                }
            }),
        ];
        let mut server = Self {
            child,
            address: SocketAddr::from(([0, 0, 0, 0], 0)),
            lines,
            log,
            readers,
        };
        let first = server.lines.recv_timeout(PATIENCE);
        let first = first.unwrap_or_else(|e| panic!("the server says nothing: {e}"));
        let address = first
            .strip_prefix("listening on http://")
            .or_else(|| first.strip_prefix("listening on https://"));
        server.address = address
            .and_then(|a| a.trim_end_matches('/').parse().ok())
            .unwrap_or_else(|| panic!("not an address to listen on: {first:?}"));
        server
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it writes next on standard output, behind where it listens.
    #[track_caller]
    pub fn next_line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).unwrap()
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// What it has logged, as soon as `part` is there.
    #[track_caller]
    pub fn log_until(&self, part: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let log = self.log();
            if log.contains(part) {
                return log;
            }
            assert!(Instant::now() < deadline, "no {part:?} in\n{log}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// A new connection to it.
    pub fn connect(&self) -> Client {
        Client::connect(self.address)
    }

    /// One GET on a connection of its own.
    pub fn get(&self, target: &str) -> Response {
        self.connect().request("GET", target, &[]).unwrap()
    }

    /// GETs until the answer is `as_hoped`: what another program changes is seen a moment later.
    #[track_caller]
    pub fn get_until(&self, target: &str, as_hoped: impl Fn(&Response) -> bool) -> Response {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let answer = self.get(target);
            if as_hoped(&answer) {
                return answer;
            }
            let (status, headers) = (answer.status, &answer.headers);
            assert!(Instant::now() < deadline, "{target}: {status} {headers:?}");
        }
    }

    /// Asks it to stop (SIGTERM) and goes on at once.
    pub fn ask_to_stop(&self) {
        let pid = Pid::from_raw(self.pid().cast_signed()).unwrap();
        kill_process(pid, Signal::TERM).unwrap();
    }

    /// Kills it (SIGKILL: it gets to do nothing more).
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Stops it: all that it has logged in its life.
    pub fn log_when_ended(self) -> String {
        self.ask_to_stop();
        let log = Arc::clone(&self.log);
        self.ended();
        let log = log.lock().unwrap();
        log.clone()
    }

    /// Waits until it has ended: its status, and what else it wrote on standard output.
    pub fn ended(mut self) -> (ExitStatus, Vec<String>) {
        let status = process::wait(&mut self.child, PATIENCE);
        let status = status.unwrap_or_else(|| panic!("still running {PATIENCE:?} after SIGTERM"));
        for reader in self.readers.drain(..) {
            reader.join().unwrap();
        }
        (status, self.lines.try_iter().collect())
    }
}

fn serving(data: &Path) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = ["serve", "--listen", "127.0.0.1:0", "--data"]
        .map(OsString::from)
        .into();
    arguments.push(data.into());
    arguments
}

impl Drop for Server {
    fn drop(&mut self) {
        // Errors mean that it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        for reader in self.readers.drain(..) {
            let _ = reader.join();
        }
        if std::thread::panicking() {
            eprintln!("--- the server's log\n{}", self.log());
        }
    }
}
