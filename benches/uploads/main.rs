//! Uploads compared: this server, @tus/server and rustus take the same recording, one after the other in every round,
//! beside `cp` and fsync of the same bytes on the same disk.
//!
//! `make bench-upload`, or `cargo bench --bench uploads` with flags. A server that does not sync before it answers is
//! measured until the disk has the bytes as well, since that is what `cp` and fsync do.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement that cannot go on says where, its result is printed, and others' programs are started"
)]

#[allow(dead_code, reason = "the other benchmark uses more of it")]
#[path = "../streaming/process.rs"]
mod process;
#[allow(
    dead_code,
    reason = "the tests and the other benchmarks use more of it"
)]
#[path = "../shared/mod.rs"]
mod shared;
mod takers;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use clap::Parser;
use shared::machine::{commit, machine};
use shared::samples;
use takers::{Kind, Taker};

const MIB: u64 = 1 << 20;

#[derive(Parser)]
struct Arguments {
    /// Bytes of the recording, in MiB.
    #[arg(long, default_value_t = 1024)]
    mib: u64,
    /// How often each takes it.
    #[arg(long, default_value_t = 5)]
    rounds: u32,
    /// Uploads at once, where memory is looked at.
    #[arg(long, default_value_t = 50)]
    at_once: u32,
    /// Another binary of this program than the one that was built with the benchmark.
    #[arg(long)]
    teledars: Option<PathBuf>,
    /// Where `scripts/setup bench` put the other servers.
    #[arg(long, env = "BENCH_PEERS")]
    peers: Option<PathBuf>,
    /// Where everything is written.
    #[arg(long, default_value = env!("CARGO_TARGET_TMPDIR"))]
    files: PathBuf,
    /// Cargo says so.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let arguments = Arguments::parse();
    let teledars = arguments.teledars.clone();
    let teledars = teledars.unwrap_or_else(|| env!("CARGO_BIN_EXE_teledars").into());
    let peers = arguments.peers.clone();
    let peers = peers.unwrap_or_else(|| arguments.files.join("peers"));
    let source = arguments.files.join("upload.mp4");
    make_recording(&source, arguments.mib * MIB);
    let place = tempfile::tempdir_in(&arguments.files).unwrap();

    let mut rows = Rows::default();
    let mut takers = Vec::new();
    for kind in Kind::ALL {
        match Taker::start(kind, &teledars, &peers, &place.path().join(kind.name())) {
            Ok(taker) => takers.push(taker),
            Err(why) => rows.remarks.push(format!("{}: {why}", kind.name())),
        }
    }
    for round in 0..arguments.rounds {
        eprintln!("round {} of {}", round + 1, arguments.rounds);
        settle();
        rows.add(
            "1 upload: MB/s until the disk has it",
            "cp + fsync",
            copy(&source, place.path()),
        );
        for taker in &takers {
            settle();
            one_upload(taker, &source, &mut rows);
        }
    }
    for taker in &takers {
        settle();
        many_uploads(taker, &source, arguments.at_once, &mut rows);
    }
    let names: Vec<&str> = takers.iter().map(|t| t.kind.name()).collect();
    println!("{}. Commit: {}.", machine(), commit());
    println!(
        "A recording of {} MiB, {} rounds; medians, and how many times what cp and fsync do.\n",
        arguments.mib, arguments.rounds
    );
    rows.print(&[&["cp + fsync"], names.as_slice()].concat());
}

/// A sample, and behind it a box that players skip, different everywhere.
fn make_recording(path: &Path, bytes: u64) {
    if fs::metadata(path).is_ok_and(|m| m.len() == bytes) {
        return;
    }
    let sample = fs::read(samples::small_recording()).unwrap();
    let mut file = File::create(path).unwrap();
    file.write_all(&sample).unwrap();
    let padding = u32::try_from(bytes - sample.len() as u64).unwrap();
    file.write_all(&padding.to_be_bytes()).unwrap();
    file.write_all(b"free").unwrap();
    let mut state = 1_u64;
    let mut left = u64::from(padding) - 8;
    let mut piece = Vec::new();
    while left > 0 {
        piece.clear();
        while piece.len() < 1 << 20 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            piece.extend((state >> 32).to_le_bytes());
        }
        let n = left.min(piece.len() as u64);
        file.write_all(&piece[..n as usize]).unwrap();
        left -= n;
    }
    file.sync_all().unwrap();
}

/// Nothing that was written before is written while the next one is measured.
fn settle() {
    rustix::fs::sync();
}

/// MB/s of `cp` and fsync.
fn copy(source: &Path, place: &Path) -> f64 {
    let to = place.join("copied");
    let began = Instant::now();
    let copied = Command::new("cp").arg(source).arg(&to).status().unwrap();
    assert!(copied.success());
    File::open(&to).unwrap().sync_all().unwrap();
    let took = began.elapsed();
    let bytes = fs::metadata(&to).unwrap().len();
    fs::remove_file(to).unwrap();
    bytes as f64 / 1e6 / took.as_secs_f64()
}

fn one_upload(taker: &Taker, source: &Path, rows: &mut Rows) {
    let name = taker.kind.name();
    let bytes = fs::metadata(source).unwrap().len();
    let megabytes = bytes as f64 / 1e6;
    let before = process::cpu(&taker.family());
    let watch = Watch::start(taker);
    let began = Instant::now();
    let upload = taker.begin(bytes);
    taker.send(&upload, &File::open(source).unwrap(), bytes);
    let answered = began.elapsed();
    if !taker.kind.is_durable() {
        rustix::fs::sync();
    }
    let durable = began.elapsed();
    let peak = watch.end();
    taker.settled(&upload);
    let cpu = process::cpu(&taker.family()).saturating_sub(before);
    rows.add(
        "1 upload: MB/s until the disk has it",
        name,
        megabytes / durable.as_secs_f64(),
    );
    rows.add(
        "– MB/s until the answer",
        name,
        megabytes / answered.as_secs_f64(),
    );
    rows.add("– CPU s/GB", name, cpu.as_secs_f64() / megabytes * 1e3);
    rows.add("– memory above idle, MiB", name, peak);
    taker.forget(&upload);
}

/// All at once, each a piece of the recording.
fn many_uploads(taker: &Taker, source: &Path, count: u32, rows: &mut Rows) {
    let bytes = fs::metadata(source).unwrap().len() / u64::from(count);
    let watch = Watch::start(taker);
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..count {
            scope.spawn(|| {
                let upload = taker.begin(bytes + 1);
                taker.send(&upload, &File::open(source).unwrap(), bytes);
            });
        }
    });
    let took = began.elapsed().as_secs_f64();
    let peak = watch.end();
    let name = taker.kind.name();
    rows.add(
        &format!("{count} uploads at once: memory above idle, MiB"),
        name,
        peak,
    );
    let all = bytes as f64 * f64::from(count) / 1e6;
    rows.add("– MB/s together, until the last answer", name, all / took);
}

/// Looks at a server's memory until it is told to end.
struct Watch {
    ending: std::sync::Arc<AtomicBool>,
    thread: std::thread::JoinHandle<f64>,
}

impl Watch {
    fn start(taker: &Taker) -> Self {
        let family = taker.family();
        let idle = process::memory(&family).anonymous;
        let peak = AtomicU64::new(idle);
        let ending = std::sync::Arc::new(AtomicBool::new(false));
        let ended = std::sync::Arc::clone(&ending);
        let thread = std::thread::spawn(move || {
            while !ended.load(Ordering::Relaxed) {
                peak.fetch_max(process::memory(&family).anonymous, Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(20));
            }
            peak.load(Ordering::Relaxed).saturating_sub(idle) as f64 / 1024.0
        });
        Self { ending, thread }
    }

    fn end(self) -> f64 {
        self.ending.store(true, Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}

/// Every measurement, by row and column.
#[derive(Default)]
struct Rows {
    order: Vec<String>,
    values: BTreeMap<(String, String), Vec<f64>>,
    remarks: Vec<String>,
}

impl Rows {
    fn add(&mut self, row: &str, column: &str, value: f64) {
        eprintln!("  {column}: {row}: {value:.1}");
        if !self.order.iter().any(|r| r == row) {
            self.order.push(row.to_owned());
        }
        let key = (row.to_owned(), column.to_owned());
        self.values.entry(key).or_default().push(value);
    }

    fn median(&self, row: &str, column: &str) -> Option<f64> {
        let mut all = self
            .values
            .get(&(row.to_owned(), column.to_owned()))?
            .clone();
        all.sort_by(f64::total_cmp);
        Some(all[all.len() / 2])
    }

    fn print(&self, columns: &[&str]) {
        println!("| | {} |", columns.join(" | "));
        println!("|---|{}", "--:|".repeat(columns.len()));
        for row in &self.order {
            print!("| {row} |");
            let base = self.median(row, columns[0]);
            for column in columns {
                match (self.median(row, column), base) {
                    (None, _) => print!(" – |"),
                    (Some(value), Some(base)) if *column != columns[0] => {
                        print!(" {value:.0} ({:.2}×) |", value / base);
                    }
                    (Some(value), _) if value < 10.0 => print!(" {value:.2} |"),
                    (Some(value), _) => print!(" {value:.0} |"),
                }
            }
            println!();
        }
        for remark in &self.remarks {
            println!("\n- {remark}");
        }
    }
}
