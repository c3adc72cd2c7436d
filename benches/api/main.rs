//! What the API carries: pages of 20 lessons from a large archive, and a class behind a shared cache.
//!
//! `make bench-api`, or `cargo bench --bench api -- 100000` with the number of lessons; `-- shared` for the shared cache
//! alone, `-- pages` for the pages alone. Server and clients share the machine's cores, so requests a second say how much
//! both can do together; CPU is the server's own.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that cannot go on says where, and its result is printed"
)]

#[allow(
    dead_code,
    reason = "the tests and the other benchmarks use more of it"
)]
#[path = "../shared/mod.rs"]
mod shared;

mod asked;
mod shared_cache;

use std::fmt::Write as _;
use std::fs;
use std::io::BufWriter;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use asked::{Load, load};
use shared::machine::{commit, machine};
use shared::programme::{self, GRADES, SUBJECTS};
use shared::support::process::teledars;
use shared::support::server::Server;

/// Lessons of the archive when no number is given.
const LESSONS: u32 = 100_000;
/// Times that each case is measured, all cases in turn; the table has the medians.
const ROUNDS: usize = 5;
/// How long each case is asked for in a round.
const FOR: Duration = Duration::from_secs(2);
/// Connections at once.
const CONNECTIONS: usize = 8;

fn main() {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let wants = |name: &str| {
        let named = |g: &String| ["pages", "shared"].contains(&g.as_str());
        !given.iter().any(named) || given.iter().any(|g| g == name)
    };
    let lessons = given.iter().find_map(|g| g.parse().ok()).unwrap_or(LESSONS);
    println!("{}", machine());
    println!("Commit: {}\n", commit());
    if wants("pages") {
        println!("{}", pages(lessons));
    }
    if wants("shared") {
        match shared_cache::measure() {
            Some(table) => println!("{table}"),
            None => println!("nginx is not there: no shared cache was measured"),
        }
    }
}

/// The table of the pages.
fn pages(lessons: u32) -> String {
    let folder = tempfile::tempdir().unwrap();
    let (sheet, data) = (folder.path().join("sheet.csv"), folder.path().join("data"));
    write_sheet(&sheet, lessons);
    programme::link_recordings(folder.path(), lessons);
    eprintln!("importing {lessons} lessons");
    let import = [
        "import".as_ref(),
        "--in-place".as_ref(),
        sheet.as_os_str(),
        "--data".as_ref(),
        data.as_os_str(),
    ];
    // It takes longer than tests have patience.
    let imported = teledars(import).stdout(Stdio::null()).status();
    assert!(
        imported.is_ok_and(|status| status.success()),
        "not imported"
    );
    let mut table = format!(
        "{lessons} lessons, {CONNECTIONS} connections, medians of {ROUNDS} rounds of {} s\n\n\
         | request | requests/s | CPU of the server, µs/request | bytes |\n|---|--:|--:|--:|\n",
        FOR.as_secs()
    );
    // The clients have one address; the limit itself is at work. The work that the import left is not what is measured.
    let limit = ["--api-requests-per-minute", "10000000", "--jobs", "0"];
    let forgetful = ["--api-answers-bytes", "0"];
    let remembers = Server::with(&data, limit);
    let forgets = Server::with(&data, [&limit[..], &forgetful[..]].concat());
    let every = every_page(&remembers);
    let (first, one): (Vec<String>, Vec<String>) = (shelves(), lessons_of(&every, &remembers));
    let tags = asked::tags(&remembers, &first, "");
    let small = every.iter().map(|t| format!("{t}&fields=code,title,url"));
    let small: Vec<String> = small.collect();
    let br = "Accept-Encoding: br\r\n";
    let cases = [
        ("a page of 20, each made anew", &forgets, &every, "", None),
        ("the same, compressed", &forgets, &every, br, None),
        (
            "the same with code, title and url alone",
            &forgets,
            &small,
            "",
            None,
        ),
        (
            "every page of the archive in turn, as it comes",
            &remembers,
            &every,
            "",
            None,
        ),
        ("first pages of shelves", &remembers, &first, "", None),
        ("the same, compressed", &remembers, &first, br, None),
        (
            "the same, not modified (304)",
            &remembers,
            &first,
            "",
            Some(&tags),
        ),
        ("one lesson, made anew", &forgets, &one, "", None),
        ("one lesson", &remembers, &one, "", None),
    ];
    let mut rounds: Vec<Vec<Load>> = cases.iter().map(|_| Vec::new()).collect();
    for round in 1..=ROUNDS {
        eprintln!("round {round} of {ROUNDS}");
        for ((_, server, targets, fields, tags), loads) in cases.iter().zip(&mut rounds) {
            let tags = tags.map(Vec::as_slice);
            loads.push(load(server, targets, fields, tags, CONNECTIONS, FOR));
        }
    }
    for ((name, ..), loads) in cases.iter().zip(&rounds) {
        let of = |figure: fn(&Load) -> f64| {
            let mut all: Vec<f64> = loads.iter().map(figure).collect();
            all.sort_by(f64::total_cmp);
            all[all.len() / 2]
        };
        writeln!(
            table,
            "| {name} | {:.0} | {:.1} | {:.0} |",
            of(|l| l.per_second),
            of(|l| l.cpu_micros),
            of(|l| l.bytes as f64),
        )
        .unwrap();
    }
    table
}

fn write_sheet(path: &Path, lessons: u32) {
    let file = BufWriter::new(fs::File::create(path).unwrap());
    let mut sheet = csv::Writer::from_writer(file);
    sheet.write_record(programme::COLUMNS.split(',')).unwrap();
    programme::write_rows(&mut sheet, lessons);
    sheet.flush().unwrap();
}

/// The first pages of all shelves.
fn shelves() -> Vec<String> {
    let mut targets = Vec::new();
    for grade in 0..GRADES {
        for subject in SUBJECTS {
            for section in ["az", "ru"] {
                targets.push(format!(
                    "/api/v1/lessons?grade={grade}&subject={subject}&section={section}&limit=20"
                ));
            }
        }
    }
    targets
}

/// Every page of the whole archive, by following its cursors.
fn every_page(server: &Server) -> Vec<String> {
    let mut client = server.connect();
    let mut targets = vec!["/api/v1/lessons?limit=20".to_owned()];
    loop {
        let target = format!("{}&fields=code", targets.last().unwrap());
        let page = client.request("GET", &target, &[]).unwrap().json();
        match page["next"].as_str() {
            Some(next) => targets.push(format!("/api/v1/lessons?limit=20&cursor={next}")),
            None => return targets,
        }
    }
}

/// Some hundreds of lessons.
fn lessons_of(pages: &[String], server: &Server) -> Vec<String> {
    let mut client = server.connect();
    let mut targets = Vec::new();
    for page in pages.iter().step_by(pages.len().div_ceil(40).max(1)) {
        let target = format!("{page}&fields=code");
        let page = client.request("GET", &target, &[]).unwrap().json();
        for lesson in page["lessons"].as_array().unwrap() {
            targets.push(format!(
                "/api/v1/lessons/{}",
                lesson["code"].as_str().unwrap()
            ));
        }
    }
    targets
}
