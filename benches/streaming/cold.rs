//! Hot ranges while others read what is not in memory: does one slow disk read keep everybody waiting?

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use super::archive::{Archive, COLD, LARGE, cold};
use super::cases::Large;
use super::client::{Connection, Sink};
use super::load::{Random, p99, ready, watch};
use super::process::disk_reads;
use super::servers::{Started, request};

/// Bytes that the slowed disk gives a server in a second.
const DISK: u64 = 64 << 20;
/// Connections whose answers are timed.
const WATCHED: u64 = 4;

/// What the hot readers noticed.
pub struct Cold {
    /// What 99 of 100 of their answers took at most (64 KiB each).
    pub hot: Option<Duration>,
    /// Bytes that the server had to fetch from the disk meanwhile.
    pub fetched: u64,
}

/// Sixteen clients read cold files for `time`, while others ask for hot ranges.
pub fn run(server: &Started, archive: &Archive, large: &Large, time: Duration) -> io::Result<Cold> {
    archive.chill()?;
    // A kernel that takes back pages by itself may have taken some of these since the start.
    archive.warm(LARGE)?;
    let target = server.target(LARGE);
    let make = |random: &mut Random| large.range(&target, 1 << 16, random);
    let watched = ready(server, &make, WATCHED)?;
    let over = AtomicBool::new(false);
    let pids = server.pids();
    let before = disk_reads(&pids);
    let (hot, readers) = std::thread::scope(|scope| {
        let readers: Vec<_> = (0..COLD)
            .map(|n| {
                let (target, over) = (server.target(&cold(n)), &over);
                scope.spawn(move || read(server, &target, over))
            })
            .collect();
        let hot = watch(watched, &make, time);
        over.store(true, Relaxed);
        let readers: Vec<_> = readers.into_iter().map(|r| r.join()).collect();
        (hot, readers)
    });
    for reader in readers {
        reader.unwrap_or_else(|_| Err(io::Error::other("the client failed")))?;
    }
    Ok(Cold {
        hot: p99(&hot?),
        fetched: disk_reads(&pids).saturating_sub(before),
    })
}

/// Reads the file at `target` once, unless it is over before.
fn read(server: &Started, target: &str, over: &AtomicBool) -> io::Result<()> {
    let mut sink = Sink::new();
    let mut connection = Connection::open(server.address())?;
    connection.start(&request("GET", target, "Connection: close\r\n"))?;
    while !over.load(Relaxed) {
        match connection.gulp(Duration::from_millis(200), &mut sink) {
            // All of it has come.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => break,
            other => other.map(drop)?,
        }
    }
    Ok(())
}

/// A control group that gives its processes little of the disk; removed when dropped.
pub struct SlowDisk {
    group: PathBuf,
}

impl SlowDisk {
    /// For the disk under `folder`; errors say why it cannot be had here (root alone may, and not everywhere).
    pub fn new(folder: &Path) -> io::Result<Self> {
        let disk = disk(folder)?;
        let name = format!("streaming-bench-{}", std::process::id());
        let first = Path::new("/sys/fs/cgroup/blkio").join(&name);
        if first.parent().is_some_and(Path::is_dir) {
            return Self::make(
                first,
                "blkio.throttle.read_bps_device",
                format!("{disk} {DISK}"),
            );
        }
        // May be done already, and fails where it may not be done.
        let _ = fs::write("/sys/fs/cgroup/cgroup.subtree_control", "+io");
        let second = Path::new("/sys/fs/cgroup").join(&name);
        Self::make(second, "io.max", format!("{disk} rbps={DISK}"))
    }

    fn make(group: PathBuf, file: &str, limit: String) -> io::Result<Self> {
        fs::create_dir(&group)?;
        let slow = Self { group };
        // Written, not made: a folder that is no control group has no such file.
        let file = fs::File::options()
            .write(true)
            .open(slow.group.join(file))?;
        io::Write::write_all(&mut &file, limit.as_bytes())?;
        Ok(slow)
    }

    /// Slows this server and its workers; those that it starts later too.
    pub fn hold(&self, server: &Started) -> io::Result<()> {
        for pid in server.pids() {
            fs::write(self.group.join("cgroup.procs"), pid.to_string())?;
        }
        Ok(())
    }

    /// For the table.
    pub fn name(&self) -> String {
        format!("{} MiB/s for each server", DISK >> 20)
    }
}

impl Drop for SlowDisk {
    fn drop(&mut self) {
        // A group can be removed when its last process has been waited for.
        let deadline = Instant::now() + Duration::from_secs(2);
        while fs::remove_dir(&self.group).is_err() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// MAJOR:MINOR of the whole disk that `folder` lies on.
fn disk(folder: &Path) -> io::Result<String> {
    let device = fs::metadata(folder)?.dev();
    let (major, minor) = (rustix::fs::major(device), rustix::fs::minor(device));
    let entry = PathBuf::from(format!("/sys/dev/block/{major}:{minor}"));
    if entry.join("partition").exists() {
        let text = fs::read_to_string(fs::canonicalize(entry)?.join("../dev"))?;
        return Ok(text.trim().to_owned());
    }
    match entry.exists() {
        true => Ok(format!("{major}:{minor}")),
        false => Err(io::Error::other("the files lie on no disk of this machine")),
    }
}
