//! Recordings made for one test, and what ffmpeg sees in a file.

#![allow(
    clippy::disallowed_methods,
    reason = "ffmpeg is the judge of what is made here"
)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

use teledars::mp4::{OpenFile, SampleIndex};
use tempfile::TempDir;

/// A recording in a folder of its own.
pub struct Recording {
    pub folder: TempDir,
    pub path: PathBuf,
    pub bytes: Vec<u8>,
}

/// The arguments that follow the inputs: H.264 with B-frames and a keyframe every two seconds, AAC.
pub const USUAL: &str = "-c:v libx264 -preset ultrafast -bf 2 -g 50 -keyint_min 50 -sc_threshold 0 \
                         -c:a aac -b:a 64k";

/// A moving picture of so many seconds.
pub fn picture(seconds: f64) -> String {
    format!("-f lavfi -t {seconds} -i testsrc2=s=160x90:r=25")
}

/// A sound of so many seconds of which no two moments are equal.
pub fn sound(seconds: f64) -> String {
    format!("-f lavfi -t {seconds} -i aevalsrc=sin(300*t*(1+t)):s=48000")
}

impl Recording {
    /// What ffmpeg makes of `arguments`, separated by spaces.
    pub fn made(arguments: &str) -> Self {
        Self::made_of(arguments, None)
    }

    /// The same, where `{}` in the arguments stands for the path of another.
    pub fn made_of(arguments: &str, of: Option<&Recording>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("recording.mp4");
        let of = of.map_or(String::new(), |of| of.path.display().to_string());
        let arguments = arguments
            .split_whitespace()
            .map(|argument| argument.replace("{}", &of));
        let command: Vec<String> = arguments.chain([path.display().to_string()]).collect();
        run("ffmpeg", &command);
        let bytes = fs::read(&path).unwrap();
        Self {
            folder,
            path,
            bytes,
        }
    }

    /// A recording that ffmpeg did not make.
    pub fn of(bytes: Vec<u8>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("recording.mp4");
        fs::write(&path, &bytes).unwrap();
        Self {
            folder,
            path,
            bytes,
        }
    }

    /// Two seconds to a keyframe, picture and sound of the same length.
    pub fn usual(seconds: f64, more: &str) -> Self {
        Self::made(&format!(
            "{} {} {USUAL} {more}",
            picture(seconds),
            sound(seconds)
        ))
    }

    pub fn index(&self) -> SampleIndex {
        index_of(&self.path).unwrap()
    }
}

/// The sample index of a file.
pub fn index_of(path: &Path) -> io::Result<SampleIndex> {
    let source = OpenFile::new(fs::File::open(path)?)?;
    SampleIndex::read(&source).map_err(io::Error::other)
}

/// Runs a program of ffmpeg's; fails on any complaint.
fn run<A: AsRef<std::ffi::OsStr>>(program: &str, arguments: &[A]) -> String {
    let done = Command::new(program)
        .args(["-v", "error"])
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    let complaint = String::from_utf8_lossy(&done.stderr);
    assert!(
        done.status.success() && complaint.is_empty(),
        "{program}: {complaint}"
    );
    String::from_utf8(done.stdout).unwrap()
}

/// The hashes of all decoded pictures (`v`) or of all coded frames of sound (`a`), as a player gets them.
pub fn hashes(path: &Path, kind: char) -> Vec<String> {
    let path = path.display().to_string();
    let map = format!("0:{kind}:0");
    // Pictures decoded; sound as packets, since decoders differ at a seam.
    let coding = if kind == 'a' {
        &["-c", "copy"][..]
    } else {
        &["-vsync", "passthrough"]
    };
    let mut arguments = vec!["-allowed_extensions", "ALL", "-i", &path, "-map", &map];
    if !path.ends_with("m3u8") {
        arguments.drain(..2);
    }
    arguments.extend_from_slice(coding);
    arguments.extend(["-f", "framemd5", "-"]);
    let lines = run("ffmpeg", &arguments);
    let rows = lines.lines().filter(|line| !line.starts_with('#'));
    rows.map(|row| row.split(',').nth(5).unwrap().trim().to_owned())
        .collect()
}

/// When packets are shown, in seconds; nothing may be complained about.
pub fn shown(path: &Path, kind: char) -> Vec<f64> {
    let path = path.display().to_string();
    let stream = kind.to_string();
    let lines = run(
        "ffprobe",
        &[
            "-select_streams",
            &stream,
            "-show_entries",
            "packet=pts_time",
            "-of",
            "csv=p=0",
            &path,
        ],
    );
    let times = lines
        .lines()
        .filter_map(|line| line.trim_end_matches(',').parse().ok());
    times.collect()
}

/// How long ffmpeg takes a file to be, in seconds.
pub fn duration(path: &Path) -> f64 {
    let path = path.display().to_string();
    let said = run(
        "ffprobe",
        &["-show_entries", "format=duration", "-of", "csv=p=0", &path],
    );
    said.trim().parse().unwrap()
}
