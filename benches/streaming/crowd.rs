//! Ten thousand connections: what each costs in memory, and what the others notice of them.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use super::archive::LARGE;
use super::cases::Large;
use super::client::{Connection, Sink};
use super::load::{Pressure, Random, p99, press, ready, watch};
use super::process::{Memory, memory};
use super::servers::{Started, request};

/// Receive buffer of a slow reader. The kernel doubles it.
const NARROW: usize = 16 << 10;
/// What a slow reader takes in a second.
const SIP: usize = 8 << 10;
/// A second is cut in so many parts, so that the readers do not all read at once.
const PARTS: u32 = 50;
/// Connections whose answers are timed while the others wait.
const WATCHED: u64 = 4;

/// Memory after a second of ordinary work on a few connections, which are open still.
pub fn light(server: &Started, large: &Large, time: Duration) -> io::Result<Memory> {
    let target = server.target(LARGE);
    let make = |random: &mut Random| large.range(&target, 1 << 16, random);
    let pressure = Pressure {
        connections: WATCHED,
        time,
        most: 5000,
    };
    press(server, &make, pressure)?;
    Ok(memory(&server.pids()))
}

/// Memory with `count` connections that have been answered once and say nothing more.
pub fn idle(server: &Started, large: &Large, count: u64) -> io::Result<Memory> {
    let target = server.target(LARGE);
    let (mut random, mut sink) = (Random::new(7), Sink::new());
    let mut all = Vec::new();
    for n in 0..count {
        let mut connection = Connection::open(server.address()).map_err(|e| at(n, e))?;
        let ask = large.range(&target, 1, &mut random);
        connection.ask(&ask, &mut sink).map_err(|e| at(n, e))?;
        all.push(connection);
    }
    Ok(memory(&server.pids()))
}

fn at(n: u64, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("connection {n}: {error}"))
}

/// What slow readers cost.
pub struct Slow {
    /// KiB of anonymous memory for each.
    pub kib: f64,
    /// What 99 of 100 others' answers took at most (64 KiB each).
    pub others: Option<Duration>,
}

/// `count` clients ask for the whole file and take 8 KiB of it each second, while others ask for ranges.
pub fn slow(server: &Started, large: &Large, count: u64, time: Duration) -> io::Result<Slow> {
    let target = server.target(LARGE);
    let make = |random: &mut Random| large.range(&target, 1 << 16, random);
    // The threads and buffers that any work needs are there before.
    light(server, large, Duration::from_millis(200))?;
    let watched = ready(server, &make, WATCHED)?;
    let before = memory(&server.pids()).anonymous;
    let whole = request("GET", &target, "");
    let mut readers = Vec::new();
    for n in 0..count {
        let open = Connection::open_narrow(server.address(), NARROW);
        let mut connection = open.map_err(|e| at(n, e))?;
        connection.start(&whole).map_err(|e| at(n, e))?;
        readers.push(connection);
    }
    let over = AtomicBool::new(false);
    let (others, sips, after) = std::thread::scope(|scope| {
        let reading = scope.spawn(|| sip(&readers, &over));
        let others = watch(watched, &make, time);
        let after = memory(&server.pids()).anonymous;
        over.store(true, Relaxed);
        let sips = reading.join();
        (others, sips, after)
    });
    sips.unwrap_or_else(|_| Err(io::Error::other("the client failed")))?;
    Ok(Slow {
        kib: after.saturating_sub(before) as f64 / count as f64,
        others: p99(&others?),
    })
}

/// Takes a little from everybody, again and again. Each must have got something in the end.
fn sip(readers: &[Connection], over: &AtomicBool) -> io::Result<()> {
    let mut sink = Sink::new();
    let mut got = vec![0_usize; readers.len()];
    let mut next = Instant::now();
    let part = readers.len().div_ceil(PARTS as usize).max(1);
    let mut at = 0;
    while !over.load(Relaxed) {
        for n in at..(at + part).min(readers.len()) {
            got[n] += readers[n].sip(SIP, &mut sink)?;
        }
        at = if at + part >= readers.len() {
            0
        } else {
            at + part
        };
        next += Duration::from_secs(1) / PARTS;
        std::thread::sleep(next.saturating_duration_since(Instant::now()));
    }
    let hungry = got.iter().filter(|bytes| **bytes == 0).count();
    match hungry {
        0 => Ok(()),
        _ => Err(io::Error::other(format!(
            "{hungry} slow readers got nothing at all"
        ))),
    }
}
