//! Search over many lessons with captions, beside Tantivy on the same text.
//!
//! `cargo bench --bench search -- [LESSONS] [--each N] [--rounds N] [--goal] [--slowest N]`. Each query is asked in every round, here and
//! there in turn; the table has the median and the 99th percentile of all that was timed. Ours is what a page costs
//! before it is written: the answer of the catalogue with the moments, for which captions are read from the disk; and
//! the same without them, which is what the other one does. `TANTIVY` names its program (`make bench-search` builds it);
//! without it, ours is measured alone. It fails where nothing is found of what lessons say. With --goal it also fails
//! where the median is above 20 ms or the 99th percentile above 100 ms.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement that cannot go on says where, its result is printed, and its peer is a process"
)]

mod corpus;
#[allow(dead_code, reason = "the other benchmarks use more of it")]
#[path = "../shared/machine.rs"]
mod machine;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use corpus::{Corpus, KINDS, Query, Text, finds, queries};
use teledars::catalogue::{
    Catalogue, Description, Facets, Kind, NewFile, NewRecording, Placement, Role, Search, Target,
    Visibility,
};
use teledars::clock::UnixMillis;
use teledars::units::{Bytes, LessonId, Millis};

/// Lessons unless told otherwise: enough to see what grows.
const LESSONS: u32 = 5_000;
/// Lessons saved in one transaction.
const STEP: u32 = 200;
/// Lessons of one answer.
const SHOWN: usize = 20;
/// What no more than half of all queries may take, and no more than one in a hundred.
const GOAL: (Duration, Duration) = (Duration::from_millis(20), Duration::from_millis(100));

struct Options {
    lessons: u32,
    each: usize,
    rounds: usize,
    goal: bool,
    /// Queries that are named with what they took.
    slowest: usize,
}

fn main() {
    let options = options();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let corpus = Corpus::new();
    eprintln!("making an archive of {} lessons", options.lessons);
    let catalogue = Catalogue::open(&data, 1).unwrap();
    make(&catalogue, &data, &corpus, options.lessons);
    eprintln!("indexing it");
    let indexed = index(&catalogue);
    let weight = catalogue.read_blocking(|c| c.index_bytes()).unwrap().0;
    let mut peer = Peer::start(options.lessons, &folder.path().join("tantivy"));
    let all = queries(&corpus, options.lessons, options.each);
    let mut measured: Vec<Measured> = all.into_iter().map(Measured::new).collect();
    for round in 0..=options.rounds {
        eprintln!("round {round} of {}", options.rounds);
        for measured in &mut measured {
            // The first one warms up.
            measured.ask(&catalogue, peer.as_mut(), round > 0);
        }
    }
    print(&options, &measured, indexed, weight, peer.as_ref());
    for kind in KINDS {
        let mut all = measured.iter().filter(|m| m.query.kind == kind);
        assert!(
            !finds(kind) || all.any(|m| m.found > 0),
            "{kind}: nothing is found"
        );
    }
    let lost = measured.iter().find(|m| m.query.is_said() && m.found == 0);
    assert!(lost.is_none(), "{:?}: not found", lost.map(|m| &m.query));
    if options.goal {
        let times = sorted(measured.iter().flat_map(|m| &m.whole));
        let (half, most) = (share(&times, 0.5), share(&times, 0.99));
        assert!(
            half < GOAL.0 && most < GOAL.1,
            "median {half:?}, 99th percentile {most:?}: above {GOAL:?}"
        );
    }
}

fn options() -> Options {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let after = |name: &str| {
        let at = given.iter().position(|a| a == name)?;
        given.get(at + 1)?.parse().ok()
    };
    // Cargo adds flags of its own.
    let lessons = given.first().and_then(|a| a.parse().ok());
    Options {
        lessons: lessons.unwrap_or(LESSONS),
        each: after("--each").unwrap_or(30),
        rounds: after("--rounds").unwrap_or(5),
        goal: given.iter().any(|a| a == "--goal"),
        slowest: after("--slowest").unwrap_or(0),
    }
}

/// Fills the archive. Captions lie in its store; recordings are rows only.
fn make(catalogue: &Catalogue, data: &Path, corpus: &Corpus, lessons: u32) {
    for first in (0..lessons).step_by(STEP as usize) {
        let mut batch = Vec::new();
        for n in first..lessons.min(first + STEP) {
            let text = corpus.text(n);
            let location = format!("files/{:02x}/{n}.vtt", n % 256);
            let path = data.join(&location);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let captions = captions(&text);
            fs::write(path, &captions).unwrap();
            batch.push((n, text, location, captions.len()));
        }
        let write = move |c: &teledars::catalogue::Change<'_>| {
            for (n, text, location, bytes) in &batch {
                let saved = c.save_lesson(Target::New, &description(*n, text))?;
                let recording = c.add_recording(saved.id, &footage(), &source(*n))?;
                c.add_file(recording, &file(text, location, *bytes))?;
            }
            Ok(())
        };
        catalogue.write_blocking(write).unwrap();
    }
}

/// How long it takes to index all lessons.
fn index(catalogue: &Catalogue) -> Duration {
    let began = Instant::now();
    catalogue.write_blocking(|c| c.empty_index()).unwrap();
    let mut after = LessonId(0);
    loop {
        let step = catalogue
            .read_blocking(move |c| c.lesson_ids(after, STEP))
            .unwrap();
        let Some(last) = step.last() else { break };
        after = *last;
        catalogue
            .write_blocking(move |c| c.index_anew(&step))
            .unwrap();
    }
    began.elapsed()
}

fn captions(text: &Text) -> String {
    let mut all = String::from("WEBVTT\n");
    for (start, line) in &text.cues {
        let clock = |ms: u64| format!("{:02}:{:02}.{:03}", ms / 60_000, ms / 1000 % 60, ms % 1000);
        all.push_str(&format!(
            "\n{} --> {}\n{line}\n",
            clock(*start),
            clock(start + 5_000)
        ));
    }
    all
}

fn description(n: u32, text: &Text) -> Description {
    Description {
        title: text.title.clone(),
        description: Some(text.description.clone()),
        grades: vec![text.grade.clone()],
        subject: text.subject.into(),
        section: text.section.into(),
        language: None,
        programme: None,
        lesson_number: Some(1 + n % 5000),
        unit: Some(text.unit.clone()),
        topic: Some(text.topic.clone()),
        curriculum: Vec::new(),
        school_year: Some(text.school_year.into()),
        term: None,
        week: None,
        textbook: None,
        broadcasts: Vec::new(),
        teachers: vec![text.teacher.clone()],
        interpreter: text.signed.then(|| text.teacher.clone()),
        kind: Kind::Lesson,
        variant_of: None,
        chapters: Vec::new(),
        license: None,
        rights_holder: None,
        source_url: None,
        visibility: Visibility::Public,
    }
}

fn footage() -> NewRecording {
    NewRecording {
        duration: Millis(1_200_000),
        size: Some((854, 480)),
        has_sound: true,
        playable: true,
        origin: None,
    }
}

fn source(n: u32) -> NewFile {
    let name = format!("{n:032x}.mp4");
    NewFile {
        etag: format!("{n:032x}"),
        mime: "video/mp4".into(),
        ..NewFile::stored(
            Role::Source,
            name,
            format!("files/{n}.mp4"),
            Bytes(90_000_000),
            [0; 32],
        )
    }
}

fn file(text: &Text, location: &str, bytes: usize) -> NewFile {
    let name = format!("{}.vtt", uuid::Uuid::new_v4().simple());
    NewFile {
        language: Some(text.section.into()),
        placement: Placement::Store,
        mime: "text/vtt".into(),
        modified: UnixMillis(0),
        ..NewFile::stored(
            Role::Captions,
            name,
            location.to_owned(),
            Bytes(bytes as u64),
            [1; 32],
        )
    }
}

/// A query and how long it took, round by round.
struct Measured {
    query: Query,
    /// With the moments.
    whole: Vec<Duration>,
    /// Without them.
    index: Vec<Duration>,
    theirs: Vec<Duration>,
    found: usize,
    found_there: usize,
}

impl Measured {
    fn new(query: Query) -> Self {
        Self {
            query,
            whole: Vec::new(),
            index: Vec::new(),
            theirs: Vec::new(),
            found: 0,
            found_there: 0,
        }
    }

    fn ask(&mut self, catalogue: &Catalogue, peer: Option<&mut Peer>, counts: bool) {
        let filter = self.query.filter.clone();
        let search = |moments| Search {
            text: self.query.words.clone(),
            facets: Facets {
                grade: filter.as_ref().map(|(grade, _)| grade.clone()),
                subject: filter.as_ref().map(|(_, subject)| (*subject).to_owned()),
                ..Facets::default()
            },
            skip: 0,
            limit: SHOWN,
            moments,
        };
        let timed = |moments| {
            let began = Instant::now();
            let results = catalogue.search_blocking(search(moments)).unwrap();
            (began.elapsed(), results.lessons.len())
        };
        let ((whole, found), (index, _)) = (timed(true), timed(false));
        let theirs = peer.map(|peer| peer.ask(&self.query));
        if counts {
            self.whole.push(whole);
            self.index.push(index);
            self.found = found;
            if let Some((took, found)) = theirs {
                self.theirs.push(took);
                self.found_there = found;
            }
        }
    }
}

/// The other program.
struct Peer {
    child: Child,
    asked: ChildStdin,
    answers: BufReader<ChildStdout>,
    indexed: Duration,
    bytes: u64,
}

impl Peer {
    fn start(lessons: u32, folder: &Path) -> Option<Self> {
        let program = std::env::var_os("TANTIVY")?;
        eprintln!("indexing the same there");
        let mut child = Command::new(program)
            .arg(lessons.to_string())
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (asked, answers) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let mut answers = BufReader::new(answers);
        let mut line = String::new();
        answers.read_line(&mut line).unwrap();
        let (took, bytes) = line.trim().split_once('\t').unwrap();
        Some(Self {
            child,
            asked,
            answers,
            indexed: Duration::from_secs_f64(took.parse().unwrap()),
            bytes: bytes.parse().unwrap(),
        })
    }

    fn ask(&mut self, query: &Query) -> (Duration, usize) {
        let (grade, subject) = query.filter.clone().unwrap_or_default();
        writeln!(self.asked, "{}\t{grade}\t{subject}", query.words).unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        let (took, found) = line.trim().split_once('\t').unwrap();
        (
            Duration::from_micros(took.parse().unwrap()),
            found.parse().unwrap(),
        )
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn print(
    options: &Options,
    measured: &[Measured],
    indexed: Duration,
    weight: u64,
    peer: Option<&Peer>,
) {
    println!("\n{}", machine::machine());
    println!("Commit: {}", machine::commit());
    println!(
        "Command: cargo bench --bench search -- {} --each {} --rounds {}",
        options.lessons, options.each, options.rounds
    );
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    println!(
        "{} lessons, {} captions; ours: indexed in {:.1} s, index {:.0} MB",
        options.lessons,
        options.lessons as usize * corpus::CUES,
        indexed.as_secs_f64(),
        megabytes(weight),
    );
    if let Some(peer) = peer {
        println!(
            "Tantivy: indexed in {:.1} s, index {:.0} MB",
            peer.indexed.as_secs_f64(),
            megabytes(peer.bytes)
        );
    }
    println!("\n| query | found | ours | 99 % | without moments | 99 % | Tantivy | 99 % | found |");
    println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|");
    let row = |name: &str, rows: &[&Measured]| {
        let cells = |times: fn(&Measured) -> &Vec<Duration>| {
            let times = sorted(rows.iter().flat_map(|m| times(m)));
            match times.is_empty() {
                true => "– | –".to_owned(),
                false => format!(
                    "{:.2} ms | {:.2} ms",
                    share(&times, 0.5).as_secs_f64() * 1e3,
                    share(&times, 0.99).as_secs_f64() * 1e3
                ),
            }
        };
        let mean = |found: fn(&Measured) -> usize| {
            rows.iter().map(|m| found(m)).sum::<usize>() as f64 / rows.len().max(1) as f64
        };
        println!(
            "| {name} | {:.0} | {} | {} | {} | {:.0} |",
            mean(|m| m.found),
            cells(|m| &m.whole),
            cells(|m| &m.index),
            cells(|m| &m.theirs),
            mean(|m| m.found_there),
        );
    };
    for kind in KINDS {
        let rows: Vec<&Measured> = measured.iter().filter(|m| m.query.kind == kind).collect();
        row(kind, &rows);
    }
    row("all", &measured.iter().collect::<Vec<_>>());
    let mut slowest: Vec<_> = measured
        .iter()
        .map(|m| (share(&sorted(m.index.iter()), 0.5), m))
        .collect();
    slowest.sort_by_key(|(took, _)| std::cmp::Reverse(*took));
    for (took, measured) in slowest.iter().take(options.slowest) {
        println!(
            "{took:?}: {} ({})",
            measured.query.words, measured.query.kind
        );
    }
}

fn sorted<'t>(times: impl Iterator<Item = &'t Duration>) -> Vec<Duration> {
    let mut times: Vec<Duration> = times.copied().collect();
    times.sort();
    times
}

/// What this share of them do not exceed.
fn share(times: &[Duration], share: f64) -> Duration {
    let at = (times.len() as f64 * share).ceil() as usize;
    times[at.saturating_sub(1).min(times.len() - 1)]
}
