//! The fence around a program that reads what strangers sent.
//!
//! What confines a process must be done by that process between its start and the program's, which from Rust would
//! take `unsafe` code after a fork. So our own program is started first, as `teledars confined …`: it takes the
//! priority, the limits and the namespaces ([`outside`]), starts itself once more as the first process of the new
//! namespaces, shuts the files and the system calls away ([`inside`]), and becomes the program.
//!
//! The outer one waits and does nothing else. When whoever started it dies, however that happens, the kernel kills
//! it, therefore the inner one, and with the first process of a namespace everything that was started in it.

mod calls;
mod files;

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Write as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{
    Pid, Resource, Rlimit, Signal, getegid, geteuid, getppid, set_parent_process_death_signal,
    setpriority_process, setrlimit,
};
use rustix::thread::{CapabilitySet, CapabilitySets, UnshareFlags, set_capabilities};

/// The first word of the command line of what confines.
const CONFINED: &str = "confined";

/// What our own program exits with when it could not become the other one, as shells do.
const NOT_STARTED: u8 = 126;

/// What a program may touch besides what every program needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fence {
    /// Files, and folders with all in them, that it may read.
    pub readable: Vec<PathBuf>,
    /// Folders whose programs and libraries it may read and run.
    pub runnable: Vec<PathBuf>,
    /// Its own folder, in which it may do what it likes; also its working folder and that of its temporary files.
    pub folder: Option<PathBuf>,
}

/// The order to confine a program, as the words of a command line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Order {
    /// Who gives it: when they are gone, nothing is begun.
    pub parent: i32,
    /// Limits by the names that [`resource`] knows.
    pub limits: Vec<(String, u64)>,
    /// How much lower the priority is.
    pub nice: u8,
    /// What may be touched.
    pub fence: Fence,
    /// Does nothing but say on standard output what this machine cannot do, a line each.
    pub tell: bool,
    /// The program and its arguments.
    pub line: Vec<OsString>,
}

static CAN_CONFINE: AtomicBool = AtomicBool::new(false);

/// Whether this process's own program does what [`confined`] does: a test of the library does not.
pub(super) fn available() -> bool {
    CAN_CONFINE.load(Relaxed)
}

/// Does what the first process of a confined program does, if that is what this process was started for; to be called
/// before anything else. `None`: it was not, and from now on what this process starts is confined.
pub fn confined(mut arguments: impl Iterator<Item = OsString>) -> Option<ExitCode> {
    if arguments.nth(1).is_none_or(|word| word != CONFINED) {
        CAN_CONFINE.store(true, Relaxed);
        return None;
    }
    let words: Vec<OsString> = arguments.collect();
    let done = match words.split_first() {
        Some((first, rest)) if first == INSIDE => {
            Order::parse(rest).and_then(|order| inside(&order))
        }
        _ => Order::parse(&words).and_then(|order| outside(&order, &words)),
    };
    Some(done.unwrap_or_else(|error| {
        let _ = writeln!(io::stderr(), "teledars confined: {error}"); // nobody may be listening any more
        ExitCode::from(NOT_STARTED)
    }))
}

/// Ahead of the words that the outer one was given.
const INSIDE: &str = "--inside";

impl Order {
    /// The command line that gives this order to this process's own program, whatever lies at its path meanwhile.
    pub(super) fn words(&self) -> Vec<OsString> {
        let mut words: Vec<OsString> = vec!["/proc/self/exe".into(), CONFINED.into()];
        let mut say = |name: &str, value: &OsStr| words.extend([name.into(), value.to_owned()]);
        say("--parent", self.parent.to_string().as_ref());
        say("--nice", self.nice.to_string().as_ref());
        for (name, limit) in &self.limits {
            say("--limit", format!("{name}={limit}").as_ref());
        }
        for path in &self.fence.readable {
            say("--read", path.as_os_str());
        }
        for path in &self.fence.runnable {
            say("--run", path.as_os_str());
        }
        if let Some(path) = &self.fence.folder {
            say("--folder", path.as_os_str());
        }
        if self.tell {
            say("--tell", "gaps".as_ref());
        }
        words.push("--".into());
        words.extend(self.line.iter().cloned());
        words
    }

    fn parse(words: &[OsString]) -> io::Result<Self> {
        let mut order = Self::default();
        let mut words = words.iter();
        let wrong = |name: &OsStr, value: &OsStr| {
            io::Error::other(format!("{name:?} {value:?} is not understood"))
        };
        while let Some(name) = words.next() {
            if name == "--" {
                order.line = words.cloned().collect();
                return Ok(order);
            }
            let value = words.next().ok_or_else(|| wrong(name, OsStr::new("")))?;
            let text = value.to_str().unwrap_or_default();
            let number = || text.parse().map_err(|_| wrong(name, value));
            match name.to_str().unwrap_or_default() {
                "--parent" => order.parent = number()?,
                "--nice" => order.nice = u8::try_from(number()?).map_err(|_| wrong(name, value))?,
                "--limit" => {
                    let limit = text.split_once('=').and_then(|(resource, limit)| {
                        Some((resource.to_owned(), limit.parse().ok()?))
                    });
                    order.limits.push(limit.ok_or_else(|| wrong(name, value))?);
                }
                "--read" => order.fence.readable.push(value.into()),
                "--run" => order.fence.runnable.push(value.into()),
                "--folder" => order.fence.folder = Some(value.into()),
                "--tell" => order.tell = true,
                _ => return Err(wrong(name, value)),
            }
        }
        Err(io::Error::other("there is no -- and no program behind it"))
    }
}

/// The resource that is limited under a name.
fn resource(name: &str) -> Option<Resource> {
    Some(match name {
        "as" => Resource::As,
        "cpu" => Resource::Cpu,
        "core" => Resource::Core,
        "fsize" => Resource::Fsize,
        "nofile" => Resource::Nofile,
        _ => return None,
    })
}

/// What can be done before the program's process is there; then starts that, and waits for it.
fn outside(order: &Order, words: &[OsString]) -> io::Result<ExitCode> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    // They may have died before that.
    if getppid().map(Pid::as_raw_pid) != Some(order.parent) {
        return Err(io::Error::other("whoever wanted this is gone"));
    }
    setpriority_process(None, i32::from(order.nice))?;
    // When memory runs out, the kernel ends this and not the server.
    let _ = fs::write("/proc/self/oom_score_adj", "1000"); // a process may always offer itself, where /proc is there
    for (name, limit) in &order.limits {
        let resource = resource(name)
            .ok_or_else(|| io::Error::other(format!("no limit is called {name:?}")))?;
        let limit = Rlimit {
            current: Some(*limit),
            maximum: Some(*limit),
        };
        setrlimit(resource, limit)?;
    }
    let own_namespaces = separate();
    if order.tell
        && let Err(error) = &own_namespaces
    {
        say_gap(&format!(
            "namespaces (network, processes) are refused: {error}"
        ));
    }
    let mut inner = own_program()
        .arg(INSIDE)
        .args(words)
        .stdin(Stdio::piped())
        .spawn()?;
    // Kept open as long as this lives: by that the inner one knows.
    let alive = inner.stdin.take();
    let status = inner.wait()?;
    drop(alive);
    if let Some(signal) = status.signal() {
        let why = match Signal::from_named_raw(signal) {
            Some(Signal::KILL) => "it was killed, perhaps because memory ran out".to_owned(),
            Some(Signal::XCPU) => "it used more processor time than it may".to_owned(),
            _ => format!("it broke (signal {signal})"),
        };
        let _ = writeln!(io::stderr(), "{why}"); // nobody may be listening any more
    }
    let code = status.code().or(status.signal().map(|signal| 128 + signal));
    Ok(code
        .and_then(|code| u8::try_from(code).ok())
        .map_or(ExitCode::FAILURE, ExitCode::from))
}

#[allow(clippy::disallowed_methods, reason = "the one spawner's first step")]
fn own_program() -> Command {
    let mut own = Command::new("/proc/self/exe");
    own.arg(CONFINED);
    own
}

/// Takes namespaces of its own: one without a network, and one of processes for what is started next.
fn separate() -> io::Result<()> {
    let wanted = UnshareFlags::NEWNET | UnshareFlags::NEWPID | UnshareFlags::NEWIPC;
    if unshare(wanted).is_ok() {
        return Ok(());
    }
    // Who is not root may do that in a user namespace of their own, as the same user.
    let (user, group) = (geteuid().as_raw(), getegid().as_raw());
    unshare(wanted | UnshareFlags::NEWUSER)?;
    fs::write("/proc/self/setgroups", "deny")?;
    fs::write("/proc/self/uid_map", format!("{user} {user} 1"))?;
    fs::write("/proc/self/gid_map", format!("{group} {group} 1"))
}

#[allow(unsafe_code, reason = "rustix has no other call for it")]
fn unshare(what: UnshareFlags) -> io::Result<()> {
    // SAFETY: unsafe only for UnshareFlags::FILES, which would take other threads' descriptors from them; it is
    // never asked for, and there are no other threads.
    Ok(unsafe { rustix::thread::unshare_unsafe(what) }?)
}

/// What only the program's own process can do; then becomes the program.
fn inside(order: &Order) -> io::Result<ExitCode> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    // The outer one may have died before that: it holds the other end. (Its number says nothing here.)
    let stdin = io::stdin();
    let mut end = [PollFd::new(&stdin, PollFlags::empty())];
    poll(&mut end, Some(&rustix::event::Timespec::default()))?;
    if !end[0].revents().is_empty() {
        return Err(io::Error::other("whoever wanted this is gone"));
    }
    rustix::thread::set_no_new_privs(true)?;
    let refused = [
        files::restrict(&order.fence),
        give_up_privileges(),
        calls::restrict(),
    ];
    if order.tell {
        for gap in refused.iter().filter_map(|refused| refused.as_ref().err()) {
            say_gap(gap);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let [program, arguments @ ..] = order.line.as_slice() else {
        return Err(io::Error::other("no program is named"));
    };
    Err(become_program(program, arguments))
}

#[allow(clippy::disallowed_methods, reason = "the one spawner's last step")]
fn become_program(program: &OsStr, arguments: &[OsString]) -> io::Error {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .exec()
}

/// Root keeps of its privileges only to read other people's recordings; others have none to lose.
fn give_up_privileges() -> Result<(), String> {
    let kept = rustix::thread::capabilities(None)
        .map(|own| own.permitted & CapabilitySet::DAC_READ_SEARCH)
        .unwrap_or(CapabilitySet::empty());
    let sets = CapabilitySets {
        effective: kept,
        permitted: kept,
        inheritable: CapabilitySet::empty(),
    };
    set_capabilities(None, sets).map_err(|error| format!("privileges cannot be given up: {error}"))
}

fn say_gap(gap: &str) {
    let _ = writeln!(io::stdout(), "{gap}"); // whoever asked may be gone
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_survives_the_command_line_whatever_the_paths_are_called() {
        use std::os::unix::ffi::OsStringExt as _;
        let order = Order {
            parent: 7,
            limits: vec![("as".into(), 1 << 40), ("core".into(), 0)],
            nice: 19,
            fence: Fence {
                readable: vec!["--".into(), "--read".into(), "line\nbreak.mp4".into()],
                runnable: vec![OsString::from_vec(b"not utf-8 \xFF".to_vec()).into()],
                folder: Some("".into()),
            },
            tell: true,
            line: vec!["ffmpeg".into(), "--".into(), "--tell".into()],
        };
        assert_eq!(Order::parse(&order.words()[2..]).unwrap(), order);
    }

    #[test]
    fn words_that_are_no_order_are_told() {
        for words in [
            &["--read"][..],
            &["--nice", "300", "--", "true"],
            &["--limit", "as", "--", "true"],
            &["--wish", "x", "--", "true"],
            &["--nice", "1"],
        ] {
            let words: Vec<OsString> = words.iter().map(OsString::from).collect();
            assert!(Order::parse(&words).is_err(), "{words:?}");
        }
    }
}
