//! What a file holds: read natively where it is an MP4, asked of ffprobe where it is not.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::OFlags;

use super::child::{self, ChildError, Isolation, Limits};
use super::ffprobe;
use super::sandbox::Fence;
use crate::mp4::{self, AudioTrack, Layout, LooksLike, OpenFile, Source, VideoTrack};
use crate::units::{Bytes, Millis};

/// What a recording is, whoever read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeReport {
    /// What kind of file it is.
    pub container: Container,
    /// The file's length.
    pub bytes: Bytes,
    /// How long it plays; never zero.
    pub duration: Millis,
    /// The picture, if it has one.
    pub video: Option<VideoTrack>,
    /// The sound, if it has one.
    pub audio: Option<AudioTrack>,
    /// Tracks besides these two.
    pub more_tracks: usize,
}

/// What kind of file a recording is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Container {
    /// An MP4, which can be served as it is or as a view.
    Mp4(Layout),
    /// Another one, by ffmpeg's name for it: it must be converted before it can be served.
    Other(String),
}

impl ProbeReport {
    /// Bits per second over the whole file.
    pub fn bits_per_second(&self) -> u64 {
        let rate = u128::from(self.bytes.0) * 8000 / u128::from(self.duration.0.max(1));
        rate.try_into().unwrap_or(u64::MAX)
    }

    /// Whether every current browser plays it as it is: an MP4 with H.264 of 8 bits in 4:2:0, and
    /// AAC, MP3 or no sound.
    pub fn plays_in_browsers(&self) -> bool {
        let video = self.video.as_ref().is_none_or(|video| video.in_browsers);
        let audio = self.audio.as_ref().is_none_or(|audio| audio.in_browsers);
        matches!(self.container, Container::Mp4(_)) && video && audio
    }
}

impl From<mp4::Summary> for ProbeReport {
    fn from(summary: mp4::Summary) -> Self {
        Self {
            container: Container::Mp4(summary.layout),
            bytes: summary.bytes,
            duration: summary.duration,
            video: summary.video,
            audio: summary.audio,
            more_tracks: summary.more_tracks,
        }
    }
}

/// What is taken: the names of files that people know.
const ACCEPTED: &str = "MP4, MKV, WebM, TS, AVI, WMV (ASF), FLV or OGG";

/// Why there is no report about a file.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// No file of that name.
    #[error("there is no such file: check its name, and the folder that it is relative to")]
    Missing,
    /// A folder, a device, a pipe.
    #[error("this is {0}, not a file: name the recording itself")]
    NotAFile(&'static str),
    /// There, but not readable by us.
    #[error("the file cannot be opened: {0}; check who may read it")]
    Open(#[source] io::Error),
    /// No recording at all.
    #[error("this is no recording: it looks like {0}; give an {ACCEPTED} recording")]
    NotMedia(LooksLike),
    /// An MP4 with something wrong.
    #[error(transparent)]
    Mp4(mp4::Error),
    /// Not an MP4, and there is no ffprobe to look further.
    #[error(
        "the file looks like {0}, which takes ffprobe to read, and that is not installed: install the package ffmpeg (apt-get install ffmpeg), or give an MP4"
    )]
    FfprobeMissing(LooksLike),
    /// ffprobe ran away or could not be run.
    #[error("{0}; give an MP4, or convert the file with ffmpeg -i IN OUT.mp4")]
    Ffprobe(ChildError),
    /// ffprobe did not accept the file.
    #[error(
        "the file looks like {looks} but cannot be read as a recording ({why}): give an {ACCEPTED} recording"
    )]
    Refused {
        /// What its first bytes suggest.
        looks: LooksLike,
        /// What ffprobe said.
        why: String,
    },
    /// ffprobe answered something else than it promises.
    #[error("ffprobe's answer was not understood ({why}): install Debian's ffmpeg 5.1 or newer")]
    Answer {
        /// Where reading it failed.
        why: String,
    },
    /// Neither picture nor sound.
    #[error("the file has neither picture nor sound: give a recording that has one")]
    NoTracks,
    /// It plays for an unknown time, or for none.
    #[error(
        "the file does not say how long it plays: convert it with ffmpeg -i IN -c copy OUT.mp4"
    )]
    NoDuration,
}

impl From<mp4::Error> for ProbeError {
    fn from(error: mp4::Error) -> Self {
        match error {
            mp4::Error::NotMp4(looks) => Self::NotMedia(looks),
            other => Self::Mp4(other),
        }
    }
}

/// How files are probed: the settings of it.
#[derive(Clone, Debug)]
pub struct Prober {
    /// The program, by name (then looked for in `PATH`) or by path.
    pub ffprobe: PathBuf,
    /// How long it may take. It reads the beginning and the end of a file, so seconds do.
    pub wall: Duration,
    /// How much processor time it may take, over all its threads.
    pub cpu: Duration,
    /// How much address space it may take: its libraries alone map some 300 MB.
    pub memory: Bytes,
    /// How much it may print. Sixty-four streams print some 40 kB.
    pub output: Bytes,
    /// How far it is kept from the rest of the machine.
    pub isolation: Isolation,
}

impl Default for Prober {
    fn default() -> Self {
        Self {
            ffprobe: PathBuf::from("ffprobe"),
            wall: Duration::from_secs(30),
            cpu: Duration::from_secs(30),
            memory: Bytes(2 << 30),
            output: Bytes(1 << 20),
            isolation: Isolation::Full,
        }
    }
}

/// Says what a file holds, with the default settings. Blocks: not for an async worker.
///
/// # Errors
/// See [`ProbeError`]: each names what is wrong and what to do about it.
pub fn probe(path: &Path) -> Result<ProbeReport, ProbeError> {
    Prober::default().probe(path)
}

impl Prober {
    /// Says what a file holds. Blocks: not for an async worker.
    ///
    /// # Errors
    /// See [`ProbeError`]: each names what is wrong and what to do about it.
    pub fn probe(&self, path: &Path) -> Result<ProbeReport, ProbeError> {
        let file = OpenFile::new(open(path)?).map_err(ProbeError::Open)?;
        match mp4::summarise(&file) {
            // A recording that plays for no time has no place in a timetable.
            Ok(summary) if summary.duration == Millis(0) => Err(ProbeError::NoDuration),
            Ok(summary) => Ok(summary.into()),
            // An MP4 with something wrong is not asked about again: ffprobe is more forgiving than
            // the players that would get the file.
            Err(mp4::Error::NotMp4(looks)) if looks.may_hold_video() => {
                self.ask_ffprobe(path, looks, file.length())
            }
            Err(error) => Err(error.into()),
        }
    }

    pub(super) fn ask_ffprobe(
        &self,
        path: &Path,
        looks: LooksLike,
        bytes: Bytes,
    ) -> Result<ProbeReport, ProbeError> {
        // Not resolved through links, as a relative path must mean the same as it did to us.
        let path = std::path::absolute(path).map_err(ProbeError::Open)?;
        let limits = Limits {
            wall: self.wall,
            cpu: self.cpu,
            memory: self.memory,
            output: self.output,
            file: Bytes(0),
        };
        let arguments = ffprobe::arguments(&path);
        let fence = Fence {
            readable: vec![path],
            ..Fence::default()
        };
        let finished = child::run(&self.ffprobe, &arguments, limits, self.isolation, &fence)
            .map_err(|error| match error {
                ChildError::Missing(_) => ProbeError::FfprobeMissing(looks),
                other => ProbeError::Ffprobe(other),
            })?;
        if !finished.status.success() {
            let why = ffprobe::complaint(&finished.stderr);
            return Err(ProbeError::Refused { looks, why });
        }
        ffprobe::report(&finished.stdout, bytes)
    }
}

fn open(path: &Path) -> Result<File, ProbeError> {
    let file = OpenOptions::new()
        .read(true)
        // Or opening a named pipe would wait for a writer.
        .custom_flags(OFlags::NONBLOCK.bits().cast_signed())
        .open(path)
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ProbeError::Missing,
            _ => ProbeError::Open(error),
        })?;
    let kind = file.metadata().map_err(ProbeError::Open)?.file_type();
    match kind {
        _ if kind.is_file() => Ok(file),
        _ if kind.is_dir() => Err(ProbeError::NotAFile("a folder")),
        _ => Err(ProbeError::NotAFile("a device, pipe or socket")),
    }
}
