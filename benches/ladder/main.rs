//! What a recording in all its qualities costs, and what comes out.
//!
//! `make bench-ladder`, or `cargo bench --bench ladder` with flags. The first table has the two passes that are made, one
//! pass for everything, and one ffmpeg for each quality, on the same clip, one after the other in every round. The
//! second has ways to treat its sound. The third has size and likeness of every quality of every sample lesson, and of
//! footage as a camera makes it.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement that cannot go on says where, its result is printed, and ffmpeg is started"
)]

mod footage;
#[allow(
    dead_code,
    reason = "the tests and the other benchmarks use more of it"
)]
#[path = "../shared/mod.rs"]
mod shared;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use clap::Parser;
use footage::Clip;
use shared::machine::{commit, machine};
use shared::samples;
use teledars::catalogue::JobKind;
use teledars::processing::ladder::{Quality, make};
use teledars::processing::{Product, Task, Tools, Watch};

#[derive(Parser)]
struct Arguments {
    /// How often each way is gone.
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    /// Seconds of each clip that sizes are measured on.
    #[arg(long, default_value_t = 20)]
    seconds: u32,
    /// Seconds of each clip that costs are measured on.
    #[arg(long, default_value_t = 8)]
    cost_seconds: u32,
    /// Only the clips whose name has this.
    #[arg(long, default_value = "")]
    clip: String,
    /// Only the table of this name: cost, sound or sizes.
    #[arg(long)]
    only: Option<String>,
    /// Where everything is written.
    #[arg(long, default_value = env!("CARGO_TARGET_TMPDIR"))]
    files: PathBuf,
    /// Cargo says so.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let arguments = Arguments::parse();
    let folder = samples::sheet().parent().unwrap().to_owned();
    let drawn = folder.join("7-mathematics-az-1.mp4");
    let clips = footage::made(&arguments.files, arguments.seconds, &drawn);
    let wanted = |table| arguments.only.as_deref().is_none_or(|only| only == table);
    println!("{}. Commit: {}.", machine(), commit());
    println!(
        "{}, clips of {} s for costs and {} s for sizes.\n",
        version(),
        arguments.cost_seconds,
        arguments.seconds
    );
    if wanted("cost") {
        let costly = ["head before a room", "1080i off air"];
        let some = clips
            .iter()
            .filter(|clip| costly.contains(&clip.name) && clip.name.contains(&arguments.clip));
        costs(some, arguments.cost_seconds, arguments.rounds);
    }
    if wanted("sound") {
        sounds(&drawn, &arguments.files, arguments.rounds);
    }
    if wanted("sizes") {
        let mut all: Vec<(String, PathBuf)> = samples::lessons()
            .into_iter()
            .filter(|row| row["file"].ends_with(".mp4") && row["file"].contains(&arguments.clip))
            .map(|row| (row["file"].clone(), folder.join(&row["file"])))
            .collect();
        let clips = clips
            .into_iter()
            .filter(|clip| clip.name.contains(&arguments.clip));
        all.extend(clips.map(|clip| (clip.name.to_owned(), clip.path)));
        sizes(&all);
    }
}

/// Nobody waits.
struct Nobody;

impl Watch for Nobody {
    fn progress(&self, _thousandths: u32) {}
    fn ends(&self) -> bool {
        false
    }
    fn log(&self, _line: &str) {}
}

/// A recording that was looked into.
fn task(source: &Path, folder: &Path) -> Task {
    let mut task = Task {
        language: None,
        captioned: Vec::new(),
        kind: JobKind::Probe,
        source: source.to_owned(),
        narrow: None,
        facts: None,
        folder: folder.to_owned(),
        tools: Tools::default(),
    };
    task.facts = task.run(&Nobody).unwrap().facts;
    task
}

/// Ways to make all qualities: each is some passes, one after the other.
const WAYS: [(&str, &[&[Quality]]); 3] = {
    use Quality::{P240, P360, P480, P720, Sound};
    [
        ("two passes", &[&[Sound, P240], &[P360, P480, P720]]),
        ("one pass", &[&Quality::ALL]),
        (
            "one ffmpeg each",
            &[&[Sound], &[P240], &[P360], &[P480], &[P720]],
        ),
    ]
};

/// What one way took in one round.
struct Cost {
    /// Until the narrowest quality was there.
    first: Duration,
    wall: Duration,
    processor: Duration,
}

fn costs<'a>(clips: impl Iterator<Item = &'a Clip>, seconds: u32, rounds: u32) {
    println!("| | way | until 240p, s | wall, s | CPU, s |\n|---|---|--:|--:|--:|");
    for clip in clips {
        let folder = tempfile::tempdir().unwrap();
        let source = footage::beginning(clip, seconds, folder.path());
        let mut taken: [Vec<Cost>; 3] = Default::default();
        for round in 0..rounds {
            for (way, taken) in WAYS.iter().zip(&mut taken) {
                eprintln!("{}: round {} of {rounds}: {}", clip.name, round + 1, way.0);
                taken.push(cost(&source, way.1));
            }
        }
        let median = |costs: &[Cost], of: fn(&Cost) -> Duration| {
            let mut all: Vec<f64> = costs.iter().map(|cost| of(cost).as_secs_f64()).collect();
            all.sort_by(f64::total_cmp);
            all[all.len() / 2]
        };
        let base = |of| median(&taken[0], of);
        for (way, taken) in WAYS.iter().zip(&taken) {
            let cell = |of| {
                format!(
                    "{:.2} ({:.2}×)",
                    median(taken, of),
                    median(taken, of) / base(of)
                )
            };
            println!(
                "| {} | {} | {} | {} | {} |",
                clip.name,
                way.0,
                cell(|c| c.first),
                cell(|c| c.wall),
                cell(|c| c.processor)
            );
        }
    }
    println!();
}

fn cost(source: &Path, passes: &[&[Quality]]) -> Cost {
    let folder = tempfile::tempdir().unwrap();
    let task = task(source, folder.path());
    let (began, before) = (Instant::now(), processor());
    let mut first = None;
    for pass in passes {
        make(&task, pass, &Nobody).unwrap();
        if pass.contains(&Quality::P240) {
            first = Some(began.elapsed());
        }
    }
    Cost {
        first: first.unwrap(),
        wall: began.elapsed(),
        processor: processor() - before,
    }
}

/// User and system time of children that have ended: cutime and cstime of /proc/self/stat, in ticks of 10 ms.
fn processor() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields = stat.rsplit(')').next().unwrap().split_whitespace();
    let ticks: u64 = fields
        .skip(13)
        .take(2)
        .map(|t| t.parse::<u64>().unwrap())
        .sum();
    Duration::from_millis(ticks * 10)
}

/// Ways to treat a sound, as ffmpeg's words.
const TREATMENTS: [(&str, &str); 5] = [
    ("decoded only", "-f null -"),
    (
        "and its loudness measured",
        "-af aformat=sample_fmts=fltp:channel_layouts=mono,ebur128=dualmono=true -f null -",
    ),
    (
        "or made even by loudnorm",
        "-af aformat=channel_layouts=mono,loudnorm=I=-16:dual_mono=true,aresample=48000 -f null -",
    ),
    (
        "and coded as AAC-LC (21k asked for)",
        "-ac 1 -ar 22050 -c:a aac -b:a 21k -movflags +faststart -chunk_duration 1000000 -f ipod",
    ),
    (
        "or coded as Opus (24k asked for)",
        "-ac 1 -ar 48000 -c:a libopus -b:a 24k -movflags +faststart -chunk_duration 1000000 -f mp4",
    ),
];

/// On ten minutes of speech.
fn sounds(lesson: &Path, files: &Path, rounds: u32) {
    let folder = tempfile::tempdir_in(files).unwrap();
    let speech = folder.path().join("speech.flac");
    let coded = folder.path().join("coded");
    let ffmpeg = |before: &[&str], input: &Path, after: &str, output: Option<&Path>| {
        let ran = Command::new("ffmpeg")
            .args(["-nostdin", "-v", "error", "-y"])
            .args(before)
            .arg("-i")
            .arg(input)
            .args(after.split_whitespace())
            .args(output)
            .status();
        assert!(ran.unwrap().success(), "{after}");
    };
    ffmpeg(&["-stream_loop", "-1"], lesson, "-vn -t 600", Some(&speech));
    let mut taken: [Vec<Duration>; TREATMENTS.len()] = Default::default();
    let mut rates = [None; TREATMENTS.len()];
    for _ in 0..rounds {
        for (n, (_, words)) in TREATMENTS.iter().enumerate() {
            let output = Some(coded.as_path()).filter(|_| !words.ends_with("null -"));
            let before = processor();
            ffmpeg(&[], &speech, words, output);
            taken[n].push(processor() - before);
            rates[n] = output.map(|path| fs::metadata(path).unwrap().len() as f64 * 8e-3 / 600.0);
        }
    }
    println!("| ten minutes of speech | CPU, s | kbit/s |\n|---|--:|--:|");
    for (n, (name, _)) in TREATMENTS.iter().enumerate() {
        taken[n].sort();
        let rate = rates[n].map_or("–".to_owned(), |rate| format!("{rate:.1}"));
        let middle = taken[n][taken[n].len() / 2].as_secs_f64();
        println!("| {name} | {middle:.2} | {rate} |");
    }
    println!();
}

fn sizes(recordings: &[(String, PathBuf)]) {
    print!("| kbit/s (SSIM) | recording |");
    for quality in Quality::ALL {
        print!(" {} |", quality.as_str());
    }
    println!("\n|---|{}", "--:|".repeat(Quality::ALL.len() + 1));
    for (name, path) in recordings {
        let folder = tempfile::tempdir().unwrap();
        let task = task(path, folder.path());
        let made = make(&task, &Quality::ALL, &Nobody).unwrap().products;
        let seconds = task.facts.as_ref().unwrap().duration.0 as f64 / 1e3;
        let rate = |path: &Path| fs::metadata(path).unwrap().len() as f64 * 8e-3 / seconds;
        print!("| {name} | {:.0} |", rate(path));
        for quality in Quality::ALL {
            let named = |product: &&Product| {
                product
                    .path
                    .file_stem()
                    .is_some_and(|stem| stem == quality.as_str())
            };
            match made.iter().find(named) {
                None => print!(" – |"),
                Some(product) => match product.size {
                    None => print!(" {:.0} |", rate(&product.path)),
                    Some(size) => print!(
                        " {:.0} ({:.3}) |",
                        rate(&product.path),
                        likeness(&product.path, path, size)
                    ),
                },
            }
        }
        println!();
    }
}

/// SSIM of a rendition and the recording in its size.
fn likeness(made: &Path, source: &Path, (width, height): (u32, u32)) -> f64 {
    let graph = format!(
        "[0:v]fps=25:start_time=0[made];[1:v]bwdif=mode=send_frame:deint=interlaced,fps=25:start_time=0,\
         scale={width}:{height},format=yuv420p[source];[made][source]ssim"
    );
    let ran = Command::new("ffmpeg")
        .args(["-nostdin", "-hide_banner", "-i"])
        .arg(made)
        .arg("-i")
        .arg(source)
        .args(["-filter_complex", &graph, "-f", "null", "-"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stderr);
    let all = said.rsplit("All:").next().unwrap();
    all.split_whitespace()
        .next()
        .unwrap()
        .parse()
        .unwrap_or_else(|_| panic!("{said}"))
}

fn version() -> String {
    let ran = Command::new("ffmpeg").arg("-version").output().unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    said.split_whitespace()
        .take(3)
        .collect::<Vec<_>>()
        .join(" ")
}
