//! What the kernel says a server has used: the process that was started and all below it.

use std::fs;
use std::time::Duration;

/// A process and its children, theirs too; workers count as the server.
pub fn family(root: u32) -> Vec<u32> {
    let mut parents: Vec<(u32, u32)> = Vec::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Ok(pid) = entry.file_name().to_string_lossy().parse() else {
            continue;
        };
        if let Some(fields) = stat(pid) {
            parents.push((pid, fields.get(1).and_then(|f| f.parse().ok()).unwrap_or(0)));
        }
    }
    let mut family = vec![root];
    let mut next = 0;
    while let Some(&parent) = family.get(next) {
        family.extend(parents.iter().filter(|(_, p)| *p == parent).map(|(c, _)| c));
        next += 1;
    }
    family
}

/// User and system time: utime and stime of /proc/PID/stat, in ticks of 10 ms.
pub fn cpu(pids: &[u32]) -> Duration {
    let ticks = |pid: &u32| -> u64 {
        let fields = stat(*pid).unwrap_or_default();
        let times = fields.iter().skip(11).take(2);
        times.filter_map(|t| t.parse::<u64>().ok()).sum()
    };
    Duration::from_millis(pids.iter().map(ticks).sum::<u64>() * 10)
}

/// The fields of /proc/PID/stat from the third on. The second is the program's name, which may contain anything.
fn stat(pid: u32) -> Option<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    Some(fields.split_whitespace().map(str::to_owned).collect())
}

/// Memory in KiB.
#[derive(Clone, Copy, Default)]
pub struct Memory {
    /// Resident, pages of files included. What several processes share counts for each.
    pub resident: u64,
    /// Of no file, shared pages counted once (Pss_Anon): what the server itself has taken.
    pub anonymous: u64,
}

/// The memory of all of `pids`.
pub fn memory(pids: &[u32]) -> Memory {
    let mut all = Memory::default();
    for pid in pids {
        all.resident += number(&format!("/proc/{pid}/status"), "VmRSS:");
        all.anonymous += number(&format!("/proc/{pid}/smaps_rollup"), "Pss_Anon:");
    }
    all
}

/// Bytes that `pids` had to fetch from the disk.
pub fn disk_reads(pids: &[u32]) -> u64 {
    let read = |pid: &u32| number(&format!("/proc/{pid}/io"), "read_bytes:");
    pids.iter().map(read).sum()
}

/// The number behind `name` in a file of the kernel's; 0 when it cannot be had.
fn number(path: &str, name: &str) -> u64 {
    let text = fs::read_to_string(path).unwrap_or_default();
    let line = text.lines().find_map(|l| l.strip_prefix(name));
    let first = line.and_then(|l| l.split_whitespace().next()?.parse().ok());
    first.unwrap_or(0)
}

/// Raises the limit of open files as far as it goes; what it is then.
pub fn raise_open_files() -> u64 {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    let _ = setrlimit(Resource::Nofile, limit);
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}
