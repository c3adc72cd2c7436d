//! Streaming compared: this server, nginx and others on the same files, one after the other in every round.
//!
//! `make bench`, or `cargo bench --bench streaming` with flags; `--quick` takes two minutes and shows only that
//! everything works. CPU is the server's, all of its processes, user and system; the client's is not counted, and
//! it costs little: the kernel drops the bodies. Ratios are to nginx in the same run.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that cannot go on says where, and its result is printed"
)]

mod archive;
mod cases;
mod client;
mod cold;
mod crowd;
mod https;
mod load;
mod network;
mod peers;
mod process;
mod report;
mod servers;
#[allow(dead_code, reason = "the tests and the other benchmark use more of it")]
#[path = "../shared/mod.rs"]
mod shared;
mod views;

use std::collections::HashMap;
use std::fmt::Display;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use archive::{Archive, CLOSE, LARGE, LESSON, Size};
use cases::{Case, Large};
use clap::Parser;
use cold::SlowDisk;
use report::Report;
use servers::{Kind, Programs, Started};
use shared::machine::{commit, machine};

/// What `--cases` may name besides those of [`Case`].
const CROWDS: [&str; 6] = ["light", "idle", "slow", "cold", "https", "views"];
/// Descriptors that are needed besides connections.
const OTHER_FILES: u64 = 500;

#[derive(Parser)]
struct Arguments {
    /// Two minutes: small files, few rounds. Shows that it works, measures nothing.
    #[arg(long)]
    quick: bool,
    /// Only these servers, separated by commas; nginx is what ratios refer to.
    #[arg(long, value_delimiter = ',')]
    servers: Vec<String>,
    /// Only these cases: whole, 1mib, 64kib, 1byte, head, 304, light, idle, slow, cold,
    /// https, views.
    #[arg(long, value_delimiter = ',')]
    cases: Vec<String>,
    /// How often each server is asked for each case.
    #[arg(long)]
    rounds: Option<u32>,
    /// Seconds of each.
    #[arg(long)]
    seconds: Option<f64>,
    /// Lessons in the catalogue that teledars has open.
    #[arg(long)]
    lessons: Option<u32>,
    /// Another binary of this program than the one that was built with the benchmark.
    #[arg(long)]
    teledars: Option<PathBuf>,
    /// Where `cargo install --root` put the other servers.
    #[arg(long, env = "BENCH_PEERS")]
    peers: Option<PathBuf>,
    /// Where the files are made, and kept for the next run (3 GB).
    #[arg(long, default_value = env!("CARGO_TARGET_TMPDIR"))]
    files: PathBuf,
    /// Serve a folder as one of the servers that are compared; the benchmark starts itself so.
    #[arg(long, requires_all = ["listen", "folder"], hide = true)]
    peer: Option<String>,
    #[arg(long, hide = true)]
    listen: Option<SocketAddr>,
    #[arg(long, hide = true)]
    folder: Option<PathBuf>,
    /// Cargo says so.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let open_files = process::raise_open_files();
    let outcome = match &arguments.peer {
        Some(_) => serve(&arguments),
        None => {
            network::enter();
            measure(&arguments, open_files)
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn serve(arguments: &Arguments) -> Result<(), String> {
    let kind = Kind::ALL
        .into_iter()
        .find(|k| Some(k.name()) == arguments.peer.as_deref());
    match (kind, arguments.listen, &arguments.folder) {
        (Some(kind), Some(listen), Some(folder)) => {
            peers::run(kind, listen, folder).map_err(|e| e.to_string())
        }
        _ => Err("there is no such server".to_owned()),
    }
}

/// One run: what is measured, how long, on what.
struct Bench {
    programs: Programs,
    archive: Archive,
    kinds: Vec<Kind>,
    cases: Vec<String>,
    rounds: u32,
    time: Duration,
    crowd: u64,
    large: Large,
    report: Report,
    /// Servers that cannot be had: they are not tried again.
    absent: HashMap<&'static str, String>,
}

fn measure(arguments: &Arguments, open_files: u64) -> Result<(), String> {
    let began = Instant::now();
    let mut bench = Bench::prepare(arguments, open_files)?;
    let prepared = began.elapsed();
    bench.throughput();
    bench.crowds();
    bench.cold();
    bench.https();
    bench.views();
    let flags: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    println!("\n{}", machine());
    println!("Commit: {}", commit());
    println!(
        "Command: cargo bench --bench streaming -- {}",
        flags.join(" ")
    );
    println!("TCP: {}", network::describe());
    let kinds = &bench.kinds;
    println!("Others: {}", bench.programs.versions(kinds).join(", "));
    println!(
        "Files: {} MiB hot, {} × {} MiB cold, a catalogue of {} lessons; {} rounds of {:.1} s; \
         {:.0} s to prepare and {:.0} s to measure.\n",
        bench.large.length >> 20,
        archive::COLD,
        bench.archive.size().cold >> 20,
        bench.archive.size().lessons,
        bench.rounds,
        bench.time.as_secs_f64(),
        prepared.as_secs_f64(),
        (began.elapsed() - prepared).as_secs_f64(),
    );
    println!("{}", bench.report.table());
    Ok(())
}

impl Bench {
    fn prepare(arguments: &Arguments, open_files: u64) -> Result<Self, String> {
        let all: Vec<&str> = Kind::ALL.iter().map(|k| k.name()).collect();
        let servers = chosen(&arguments.servers, &all)?;
        let kinds = Kind::ALL
            .into_iter()
            .filter(|k| servers.contains(&k.name().to_owned()));
        let kinds: Vec<Kind> = kinds.collect();
        let mut all: Vec<&str> = Case::ALL.iter().map(|c| c.name()).collect();
        all.extend(CROWDS);
        let cases = chosen(&arguments.cases, &all)?;
        let teledars = match &arguments.teledars {
            Some(path) => std::path::absolute(path).map_err(|e| e.to_string())?,
            None => PathBuf::from(env!("CARGO_BIN_EXE_teledars")),
        };
        let size = match arguments.quick {
            true => Size {
                lessons: arguments.lessons.unwrap_or(1000),
                large: 128 << 20,
                cold: 16 << 20,
                minutes: 3,
            },
            false => Size {
                lessons: arguments.lessons.unwrap_or(100_000),
                large: 1 << 30,
                cold: 64 << 20,
                minutes: 45,
            },
        };
        let folder = arguments.files.join(format!("streaming-{}", size.lessons));
        let archive = Archive::prepare(&folder.join(size.minutes.to_string()), size, &teledars)?;
        let run = folder.join("run");
        let _ = std::fs::remove_dir_all(&run);
        std::fs::create_dir_all(&run).map_err(|e| e.to_string())?;
        archive.warm(LARGE).map_err(|e| e.to_string())?;
        let (file, length) = archive.open(LARGE).map_err(|e| e.to_string())?;
        let (rounds, seconds) = match arguments.quick {
            true => (1, 0.3),
            false => (5, 1.0),
        };
        let peers = match &arguments.peers {
            Some(folder) => folder.clone(),
            None => Path::new(env!("CARGO_TARGET_TMPDIR")).join("peers"),
        };
        let wanted = match arguments.quick {
            true => 1000,
            false => 10_000,
        };
        // A server may need two for a connection: the socket and the file.
        let crowd = wanted.min(open_files.saturating_sub(OTHER_FILES) / 2);
        Ok(Self {
            programs: Programs {
                teledars,
                peers,
                run,
            },
            archive,
            report: Report::new(kinds.clone()),
            kinds,
            cases,
            rounds: arguments.rounds.unwrap_or(rounds).max(1),
            time: Duration::from_secs_f64(arguments.seconds.unwrap_or(seconds)),
            crowd,
            large: Large { file, length },
            absent: HashMap::new(),
        })
    }

    fn wanted(&self, case: &str) -> bool {
        self.cases.iter().any(|c| c == case)
    }

    /// A server that has just started; its absence is a remark below the table.
    fn start(&mut self, kind: Kind) -> Option<Started> {
        if self.absent.contains_key(kind.name()) {
            return None;
        }
        match Started::start(kind, &self.programs, &self.archive) {
            Ok(started) => Some(started),
            Err(why) => {
                self.report
                    .remark(format!("skipped: {}: {why}", kind.name()));
                self.absent.insert(kind.name(), why);
                None
            }
        }
    }

    fn failed(&mut self, what: &str, kind: Kind, why: &dyn Display) {
        self.report.note(what, 0, kind, "failed");
        self.report
            .remark(format!("failed: {}, {what}: {why}", kind.name()));
    }

    /// All servers run at once and are asked in turn.
    fn throughput(&mut self) {
        let cases: Vec<Case> = Case::ALL
            .into_iter()
            .filter(|c| self.wanted(c.name()))
            .collect();
        if cases.is_empty() {
            return;
        }
        let kinds: Vec<Kind> = self
            .kinds
            .iter()
            .copied()
            .filter(|k| !k.only_cold())
            .collect();
        let servers: Vec<Started> = kinds
            .into_iter()
            .filter_map(|kind| self.start(kind))
            .collect();
        for case in cases {
            let mut given_up = Vec::new();
            for round in 0..self.rounds {
                eprintln!("{}, round {}", case.name(), round + 1);
                for server in &servers {
                    if given_up.contains(&server.pid()) {
                        continue;
                    }
                    match case.run(server, &self.large, self.time) {
                        Ok(Some(done)) => self.add(case, server.kind, &done),
                        Ok(None) => given_up.push(server.pid()),
                        Err(why) => {
                            self.failed(labels(case).0, server.kind, &why);
                            given_up.push(server.pid());
                        }
                    }
                }
            }
        }
    }

    fn add(&mut self, case: Case, kind: Kind, done: &load::Done) {
        let (cost, speed) = labels(case);
        match case.counts_bytes() {
            true => {
                self.report.add(cost, 3, kind, done.cpu_per_gigabyte());
                self.report.add(speed, 2, kind, done.gigabytes_per_second());
            }
            false => {
                self.report.add(cost, 1, kind, done.cpu_per_request());
                self.report.add(speed, 0, kind, done.requests_per_second());
            }
        }
    }

    /// Memory: each server alone and just started.
    fn crowds(&mut self) {
        const LIGHT: &str = "light load: resident MiB";
        const OWN: &str = "– anonymous of it, MiB";
        let idle_label = format!("{} idle connections: resident MiB", self.crowd);
        let slow_label = format!("{} slow readers: anonymous KiB each", self.crowd * 95 / 100);
        const OTHERS: &str = "– p99 of others' 64 KiB, ms";
        let kinds: Vec<Kind> = self
            .kinds
            .iter()
            .copied()
            .filter(|k| !k.only_cold())
            .collect();
        let mebibytes = |kib: u64| kib as f64 / 1024.0;
        if self.wanted("light") || self.wanted("idle") {
            for kind in kinds.clone() {
                eprintln!("memory of {}", kind.name());
                let Some(server) = self.start(kind) else {
                    continue;
                };
                if self.wanted("light") {
                    match crowd::light(&server, &self.large, self.time) {
                        Ok(used) => {
                            self.report.add(LIGHT, 1, kind, mebibytes(used.resident));
                            self.report.add(OWN, 1, kind, mebibytes(used.anonymous));
                        }
                        Err(why) => self.failed(LIGHT, kind, &why),
                    }
                }
                if self.wanted("idle") {
                    match crowd::idle(&server, &self.large, self.crowd) {
                        Ok(used) => self
                            .report
                            .add(&idle_label, 0, kind, mebibytes(used.resident)),
                        Err(why) => self.failed(&idle_label, kind, &why),
                    }
                }
            }
        }
        if !self.wanted("slow") {
            return;
        }
        for kind in kinds {
            eprintln!("slow readers of {}", kind.name());
            let Some(server) = self.start(kind) else {
                continue;
            };
            match crowd::slow(&server, &self.large, self.crowd * 95 / 100, self.time * 5) {
                Ok(slow) => {
                    self.report.add(&slow_label, 1, kind, slow.kib);
                    if let Some(others) = slow.others {
                        self.report.add(OTHERS, 2, kind, others.as_secs_f64() * 1e3);
                    }
                }
                Err(why) => self.failed(&slow_label, kind, &why),
            }
        }
    }

    fn cold(&mut self) {
        const LABEL: &str = "16 cold readers: p99 of hot 64 KiB, ms";
        const FETCHED: &str = "– MB fetched from the disk meanwhile";
        if !self.wanted("cold") {
            return;
        }
        let disk = SlowDisk::new(&self.archive.files());
        match &disk {
            Ok(disk) => self
                .report
                .remark(format!("cold files: the disk gives {}", disk.name())),
            Err(why) => self
                .report
                .remark(format!("cold files: the disk is as fast as it is: {why}")),
        }
        for round in 0..self.rounds.min(3) {
            for kind in self.kinds.clone() {
                eprintln!("cold files from {}, round {}", kind.name(), round + 1);
                let Some(server) = self.start(kind) else {
                    continue;
                };
                if let Ok(disk) = &disk
                    && let Err(why) = disk.hold(&server)
                {
                    self.report
                        .remark(format!("{} is not slowed: {why}", kind.name()));
                }
                match cold::run(&server, &self.archive, &self.large, self.time * 3) {
                    Ok(cold) => {
                        if let Some(hot) = cold.hot {
                            self.report.add(LABEL, 2, kind, hot.as_secs_f64() * 1e3);
                        }
                        self.report.add(FETCHED, 0, kind, cold.fetched as f64 / 1e6);
                    }
                    Err(why) => self.failed(LABEL, kind, &why),
                }
            }
        }
    }

    /// The whole file over TLS, from this program and from nginx.
    fn https(&mut self) {
        if !self.wanted("https") {
            return;
        }
        let kinds: Vec<Kind> = [Kind::Teledars, Kind::Nginx]
            .into_iter()
            .filter(|kind| self.kinds.contains(kind))
            .collect();
        let pair = match https::Pair::make(&self.programs.run) {
            Ok(pair) => pair,
            Err(why) => return self.report.remark(format!("skipped: https: {why}")),
        };
        for kind in kinds {
            // Without TLS first: only there the addresses of files can be asked for.
            let Some(plain) = self.start(kind) else {
                continue;
            };
            let target = plain.target(LARGE);
            drop(plain);
            let started = Started::start_with(kind, &self.programs, &self.archive, Some(&pair));
            for (version, label) in [
                (https::Version::One, "whole file over TLS: CPU s/GB"),
                (https::Version::Two, "– over TLS and HTTP/2: CPU s/GB"),
            ] {
                let server = match &started {
                    Ok(server) => server,
                    Err(why) => {
                        self.failed(label, kind, why);
                        continue;
                    }
                };
                for round in 0..self.rounds {
                    eprintln!("TLS from {}, round {}", kind.name(), round + 1);
                    let length = self.large.length;
                    match https::fetch(server, &self.programs, &target, length, version) {
                        Ok(done) => self.report.add(label, 3, kind, done.cpu_per_gigabyte()),
                        Err(why) => {
                            self.failed(label, kind, &why);
                            break;
                        }
                    }
                }
            }
        }
    }

    fn views(&mut self) {
        if !self.wanted("views") || !self.kinds.contains(&Kind::Teledars) {
            return;
        }
        if let Err(why) = self.try_views() {
            self.failed("views", Kind::Teledars, &why);
        }
    }

    fn try_views(&mut self) -> std::io::Result<()> {
        const INDEX: &str = "first look into an index, ms";
        let kind = Kind::Teledars;
        if self.archive.code(LESSON).is_none() {
            self.report
                .remark("skipped: views: no lesson (ffmpeg)".to_owned());
            return Ok(());
        }
        for name in [LESSON, CLOSE] {
            self.archive.warm(name)?;
        }
        let (file, length) = self.archive.open(LESSON)?;
        let lesson = Large { file, length };
        let Some(server) = self.start(kind) else {
            return Ok(());
        };
        let (views, absent) = views::find(&server, &self.archive)?;
        for _ in 0..self.rounds {
            for view in &views {
                eprintln!("view: {}", view.name);
                let label = format!("{}: CPU s/GB (× plain ranges)", view.name);
                let (view, plain) = view.run(&server, &lesson, self.time)?;
                self.report.add(&label, 3, kind, view.cpu_per_gigabyte());
                self.report.add_against(&label, 3, plain.cpu_per_gigabyte());
            }
        }
        for name in absent {
            self.report
                .remark(format!("skipped: view: {name}: the server has none"));
        }
        drop(server);
        for _ in 0..self.rounds {
            let Some(server) = self.start(kind) else {
                break;
            };
            if let Some(took) = views::first_index(&server, &self.archive)? {
                self.report.add(INDEX, 2, kind, took.as_secs_f64() * 1e3);
            }
        }
        Ok(())
    }
}

/// What the table calls a case's cost, and its speed.
fn labels(case: Case) -> (&'static str, &'static str) {
    match case {
        Case::Whole => ("whole file: CPU s/GB", "– GB/s"),
        Case::Mebibyte => ("random 1 MiB: CPU s/GB", "– GB/s "),
        Case::Kibibytes => ("random 64 KiB: CPU µs/request", "– requests/s"),
        Case::Byte => ("1 byte: CPU µs/request", "– requests/s "),
        Case::Head => ("HEAD: CPU µs/request", "– requests/s  "),
        Case::NotModified => ("304: CPU µs/request", "– requests/s   "),
    }
}

/// The names that were given, or all; an unknown one is an error.
fn chosen(given: &[String], all: &[&str]) -> Result<Vec<String>, String> {
    if let Some(unknown) = given.iter().find(|name| !all.contains(&name.as_str())) {
        return Err(format!("{unknown:?} is none of {}", all.join(", ")));
    }
    match given.is_empty() {
        true => Ok(all.iter().map(|&name| name.to_owned()).collect()),
        false => Ok(given.to_vec()),
    }
}
