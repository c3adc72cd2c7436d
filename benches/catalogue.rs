//! What a large archive costs: importing it, and serving a shelf of it.
//!
//! `make bench`, or `cargo bench --bench catalogue -- 10000 100000` with the numbers of lessons. Each archive is made
//! by the program itself from a generated sheet; all lessons show the same sample recording, each under a name of
//! its own (a link) that is registered in place.
//! The question is whether pages cost the same and the import needs no more memory when there are ten times
//! as many lessons.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that cannot go on says where, and its result is printed"
)]

#[allow(dead_code, reason = "the tests and the other benchmark use more of it")]
#[path = "shared/mod.rs"]
mod shared;

use std::fmt::Write as _;
use std::fs;
use std::io::BufWriter;
use std::path::Path;
use std::time::{Duration, Instant};

use shared::machine::{commit, machine};
use shared::programme::{self, GRADES, SUBJECTS};
use shared::support::process::{Finished, Running, teledars};
use shared::support::server::Server;

/// Numbers of lessons when none are given.
const SIZES: [u32; 2] = [10_000, 100_000];
/// Requests that are measured, of each kind.
const REQUESTS: u32 = 400;
/// Requests before them: a server that has just started has empty caches.
const WARM_UP: u32 = 40;
/// An import that takes longer is given up.
const PATIENCE: Duration = Duration::from_secs(30 * 60);
/// How often the memory of an import is looked at. The kernel keeps the peak, so only the end can be missed.
const LOOK_EVERY: Duration = Duration::from_millis(20);

fn main() {
    // Cargo adds flags of its own.
    let given: Vec<u32> = std::env::args().filter_map(|a| a.parse().ok()).collect();
    let sizes = if given.is_empty() {
        SIZES.to_vec()
    } else {
        given
    };
    let mut table = String::from(
        "| lessons | import | per second | peak memory | request | CPU, median | CPU, mean | wall, median | bytes |\n\
         |--:|--:|--:|--:|---|--:|--:|--:|--:|\n",
    );
    for lessons in &sizes {
        measure(*lessons, &mut table);
    }
    let sizes: Vec<String> = sizes.iter().map(u32::to_string).collect();
    println!("\n{}", machine());
    println!("Commit: {}", commit());
    println!(
        "Command: cargo bench --bench catalogue -- {}\n",
        sizes.join(" ")
    );
    println!("{table}");
}

/// Makes an archive of `lessons` and adds its rows to `table`.
fn measure(lessons: u32, table: &mut String) {
    let folder = tempfile::tempdir().unwrap();
    let sheet = folder.path().join("sheet.csv");
    let data = folder.path().join("data");
    write_sheet(&sheet, lessons);
    programme::link_recordings(folder.path(), lessons);
    eprintln!("importing {lessons} lessons");
    let (import, peak) = import(&sheet, &data);
    let seconds = import.took.as_secs_f64();
    let server = Server::start(&data);
    for kind in Kind::ALL {
        eprintln!("measuring {}", kind.name());
        let cost = serve(&server, kind);
        writeln!(
            table,
            "| {lessons} | {seconds:.1} s | {:.0} | {:.1} MiB | {} | {:.2} ms | {:.2} ms | {:.2} ms | {} |",
            f64::from(lessons) / seconds,
            peak as f64 / 1024.0,
            kind.name(),
            milliseconds(cost.cpu_median),
            milliseconds(cost.cpu_mean),
            milliseconds(cost.wall_median),
            cost.bytes,
        )
        .unwrap();
    }
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// The sheet of the programme.
fn write_sheet(path: &Path, lessons: u32) {
    let file = BufWriter::new(fs::File::create(path).unwrap());
    let mut sheet = csv::Writer::from_writer(file);
    sheet.write_record(programme::COLUMNS.split(',')).unwrap();
    programme::write_rows(&mut sheet, lessons);
    sheet.flush().unwrap();
}

/// Imports the sheet: how that went, and the peak of resident memory in KiB.
fn import(sheet: &Path, data: &Path) -> (Finished, u64) {
    let arguments = [
        "import".as_ref(),
        "--in-place".as_ref(),
        sheet.as_os_str(),
        "--data".as_ref(),
        data.as_os_str(),
    ];
    let began = Instant::now();
    let mut import = Running::start(teledars(arguments));
    let mut peak = 0;
    while !import.has_ended() {
        assert!(
            began.elapsed() < PATIENCE,
            "the import takes more than {PATIENCE:?}"
        );
        // Zero once it is ending.
        peak = peak.max(peak_memory(import.pid()));
        std::thread::sleep(LOOK_EVERY);
    }
    (import.finish().expect_code(0), peak)
}

/// VmHWM of /proc/PID/status, in KiB.
fn peak_memory(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let number = line.and_then(|l| l.split_whitespace().next()?.parse().ok());
    number.unwrap_or(0)
}

/// What is asked for, of one shelf after the other.
#[derive(Clone, Copy)]
enum Kind {
    Page,
    OtherSection,
    Api,
    FeedOfSubject,
    FeedOfGrade,
    FeedOfAll,
    SitemapIndex,
    Sitemap,
    Harvest,
    HarvestOfSet,
}

impl Kind {
    const ALL: [Self; 10] = [
        Self::Page,
        Self::OtherSection,
        Self::Api,
        Self::FeedOfSubject,
        Self::FeedOfGrade,
        Self::FeedOfAll,
        Self::SitemapIndex,
        Self::Sitemap,
        Self::Harvest,
        Self::HarvestOfSet,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Page => "page of a grade and subject",
            Self::OtherSection => "the same in the second section",
            Self::Api => "API, 20 lessons of a grade and subject",
            Self::FeedOfSubject => "feed, the newest 50 of a grade and subject",
            Self::FeedOfGrade => "feed, the newest 50 of a grade",
            Self::FeedOfAll => "feed, the newest 50 of all",
            Self::SitemapIndex => "index of sitemaps",
            Self::Sitemap => "sitemap of 1,000 lessons in 3 languages",
            Self::Harvest => "OAI, 100 records",
            Self::HarvestOfSet => "OAI, 100 headers of a grade and subject",
        }
    }

    fn target(self, n: u32) -> String {
        let subject = SUBJECTS[(n as usize) % SUBJECTS.len()];
        let grade = n / SUBJECTS.len() as u32 % GRADES;
        match self {
            Self::Page => format!("/az/grades/{grade}/{subject}"),
            Self::OtherSection => format!("/az/grades/{grade}/{subject}?section=ru"),
            Self::Api => format!("/api/v1/lessons?grade={grade}&subject={subject}&limit=20"),
            Self::FeedOfSubject => format!("/feeds/grades/{grade}/{subject}/lessons.rss"),
            Self::FeedOfGrade => format!("/feeds/grades/{grade}/lessons.rss"),
            Self::FeedOfAll => "/feeds/lessons.rss".into(),
            Self::SitemapIndex => "/sitemap.xml".into(),
            Self::Sitemap => format!("/sitemaps/lessons-{}.xml", n % 10 + 1),
            Self::Harvest => "/oai?verb=ListRecords&metadataPrefix=oai_lom".into(),
            Self::HarvestOfSet => {
                format!("/oai?verb=ListIdentifiers&metadataPrefix=oai_dc&set={grade}:{subject}")
            }
        }
    }
}

/// What one request costs.
struct Cost {
    cpu_median: Duration,
    cpu_mean: Duration,
    wall_median: Duration,
    /// Of the body, on average.
    bytes: usize,
}

/// Asks on one connection, request after request, and reads the server's CPU time before and after each.
fn serve(server: &Server, kind: Kind) -> Cost {
    let mut client = server.connect();
    let mut ask = |n| {
        let target = kind.target(n);
        let answer = client.request("GET", &target, &[]).unwrap();
        assert_eq!(answer.status, 200, "{target}");
        answer.body.len()
    };
    for n in 0..WARM_UP {
        ask(n);
    }
    let (mut cpu, mut wall, mut bytes) = (Vec::new(), Vec::new(), 0);
    let before = ticks(server.pid());
    for n in 0..REQUESTS {
        let (run, began) = (run_time(server.pid()), Instant::now());
        bytes += ask(n);
        wall.push(began.elapsed());
        cpu.push(run_time(server.pid()).saturating_sub(run));
    }
    Cost {
        cpu_median: median(cpu),
        cpu_mean: (ticks(server.pid()) - before) / REQUESTS,
        wall_median: median(wall),
        bytes: bytes / REQUESTS as usize,
    }
}

fn median(mut all: Vec<Duration>) -> Duration {
    all.sort();
    all[all.len() / 2]
}

/// User and system time of the process: utime and stime of /proc/PID/stat, in ticks of 10 ms.
fn ticks(pid: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    // The second field is the program's name in parentheses, which may contain anything.
    let (_, fields) = stat.rsplit_once(')').unwrap();
    let times = fields.split_whitespace().skip(11).take(2);
    let ticks: u64 = times.map(|t| t.parse::<u64>().unwrap()).sum();
    Duration::from_millis(ticks * 10)
}

/// Time that all threads of the process have run: the first field of schedstat, to the nanosecond.
fn run_time(pid: u32) -> Duration {
    let mut nanoseconds = 0;
    for thread in fs::read_dir(format!("/proc/{pid}/task")).unwrap().flatten() {
        // A thread may end between the two.
        let text = fs::read_to_string(thread.path().join("schedstat")).unwrap_or_default();
        let run = text.split_whitespace().next().and_then(|t| t.parse().ok());
        nanoseconds += run.unwrap_or(0_u64);
    }
    Duration::from_nanos(nanoseconds)
}
