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

#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../tests/support/mod.rs"]
mod support;

use std::fmt::Write as _;
use std::fs;
use std::io::BufWriter;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, Instant};

use support::process::{Finished, Running, teledars};
use support::samples;
use support::server::Server;

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

const GRADES: u32 = 12;
const SUBJECTS: [&str; 12] = [
    "mathematics",
    "azerbaijani",
    "literature",
    "english",
    "physics",
    "chemistry",
    "biology",
    "geography",
    "history_of_azerbaijan",
    "world_history",
    "informatics",
    "music",
];
const SECTIONS: [&str; 2] = ["az", "ru"];
const TOPICS: [&str; 8] = [
    "Kəsrlərin toplanması",
    "Üçbucağın sahəsi",
    "Nisbət və tənasüb",
    "Сложение дробей",
    "Площадь треугольника",
    "İşıq hadisələri",
    "Elektrik cərəyanı",
    "Повторение темы",
];
/// Lessons of one unit.
const UNIT: u32 = 12;

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
    link_recordings(folder.path(), lessons);
    eprintln!("importing {lessons} lessons");
    let (import, peak) = import(&sheet, &data);
    let seconds = import.took.as_secs_f64();
    let server = Server::start(&data);
    for kind in [Kind::Page, Kind::OtherSection, Kind::Api] {
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

/// Lessons spread over grades, sections and subjects as a programme spreads them: each shelf has its units in order.
fn write_sheet(path: &Path, lessons: u32) {
    let file = BufWriter::new(fs::File::create(path).unwrap());
    let mut sheet = csv::Writer::from_writer(file);
    let columns = "file,title,description,grades,subject,section,programme,lesson_number,unit,topic,school_year,term,visibility";
    sheet.write_record(columns.split(',')).unwrap();
    for n in 0..lessons {
        // Every shelf in turn, so that each has about as many as the others.
        let subject = SUBJECTS[(n as usize) % SUBJECTS.len()];
        let rest = n / SUBJECTS.len() as u32;
        let (grade, rest) = (rest % GRADES, rest / GRADES);
        let (section, place) = (SECTIONS[(rest % 2) as usize], rest / 2);
        let topic = TOPICS[(place as usize) % TOPICS.len()];
        let (number, unit) = (place + 1, place / UNIT + 1);
        let description =
            format!("{topic}: izahlar, nümunələr və tapşırıqlar. Dərslikdə {number}-ci mövzu.");
        sheet
            .write_record([
                &recording(n),
                &format!("{topic}, dərs {number} ({n})"),
                &description,
                &grade.to_string(),
                subject,
                section,
                "Televiziya dərsləri",
                &number.to_string(),
                &format!("{unit}. {topic}"),
                topic,
                "2019/20",
                &(place % 4 + 1).to_string(),
                "public",
            ])
            .unwrap();
    }
    sheet.flush().unwrap();
}

/// What lesson `n` calls its recording, from the sheet's folder.
fn recording(n: u32) -> String {
    format!("recordings/{}/{n}.mp4", n / 1000)
}

/// Makes the recordings that the sheet in `folder` names.
fn link_recordings(folder: &Path, lessons: u32) {
    let sample = samples::small_recording();
    for n in 0..lessons {
        let link = folder.join(recording(n));
        if n % 1000 == 0 {
            fs::create_dir_all(link.parent().unwrap()).unwrap();
        }
        symlink(&sample, link).unwrap();
    }
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
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Page => "page of a grade and subject",
            Self::OtherSection => "the same in the second section",
            Self::Api => "API, 20 lessons of a grade and subject",
        }
    }

    fn target(self, n: u32) -> String {
        let subject = SUBJECTS[(n as usize) % SUBJECTS.len()];
        let grade = n / SUBJECTS.len() as u32 % GRADES;
        match self {
            Self::Page => format!("/az/grades/{grade}/{subject}"),
            Self::OtherSection => format!("/az/grades/{grade}/{subject}?section=ru"),
            Self::Api => format!("/api/v1/lessons?grade={grade}&subject={subject}&limit=20"),
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

/// What this was measured on.
fn machine() -> String {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let after_colon = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name));
        let value = line.and_then(|line| line.split_once(':'));
        value.map_or("?".to_owned(), |(_, value)| value.trim().to_owned())
    };
    let processors = std::thread::available_parallelism().map_or(0, usize::from);
    format!(
        "Machine: {processors} × {}, {} of memory, Linux {}",
        after_colon(&read("/proc/cpuinfo"), "model name"),
        after_colon(&read("/proc/meminfo"), "MemTotal"),
        read("/proc/sys/kernel/osrelease").trim(),
    )
}

/// The commit that was built, with a mark when something was changed since.
#[allow(
    clippy::disallowed_methods,
    reason = "git alone knows which commit this is"
)]
fn commit() -> String {
    let git = std::process::Command::new("git")
        .args(["describe", "--always", "--dirty", "--abbrev=12"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output();
    let commit = git.ok().filter(|out| out.status.success());
    commit.map_or("unknown".to_owned(), |out| {
        String::from_utf8_lossy(&out.stdout).trim().to_owned()
    })
}
