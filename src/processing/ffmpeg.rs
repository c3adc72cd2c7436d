//! ffmpeg: what stands on every command line of it, and how far it is.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::time::Duration;

use super::child::{self, Limits, Watched};
use super::ffprobe::{CODECS, FORMATS, MAX_ALLOC, MAX_PIXELS, MAX_STREAMS, complaint};
use super::task::{Task, TaskError, Watch};
use crate::units::{Bytes, Millis};

/// A command line of ffmpeg's.
pub(super) struct Line(Vec<OsString>);

impl Line {
    pub(super) fn new() -> Self {
        let mut line = Self(Vec::new());
        line.words("-nostdin -hide_banner -v warning -nostats -progress pipe:1 -y");
        line.words("-max_alloc").word(MAX_ALLOC);
        line
    }

    /// A recording as input: by an absolute path, through no protocol but files, in no format that names other files, decoded by what
    /// is looked after.
    pub(super) fn input(&mut self, path: &Path) -> &mut Self {
        self.words("-protocol_whitelist file -format_whitelist")
            .word(FORMATS)
            .word("-codec_whitelist")
            .word(CODECS)
            .word("-max_pixels")
            .word(MAX_PIXELS)
            .word("-max_streams")
            .word(MAX_STREAMS)
            .word("-i");
        self.file(path)
    }

    /// A file by its absolute path: no name can be taken for an option or another protocol.
    pub(super) fn file(&mut self, path: &Path) -> &mut Self {
        let mut file = OsString::from("file:");
        file.push(path);
        self.0.push(file);
        self
    }

    /// One word, whatever is in it.
    pub(super) fn word(&mut self, word: impl AsRef<OsStr>) -> &mut Self {
        self.0.push(word.as_ref().to_owned());
        self
    }

    /// Words with spaces between them.
    pub(super) fn words(&mut self, words: &str) -> &mut Self {
        self.0.extend(words.split_whitespace().map(OsString::from));
        self
    }
}

/// Bytes that one output may have: ten hours at the highest rate of the ladder.
const MOST_OUTPUT: Bytes = Bytes(16 << 30);

/// Runs ffmpeg to its end. Its progress through `duration` is told as the part `from..to` (thousandths) of the job's.
///
/// # Errors
/// [`TaskError::Failed`] with what ffmpeg said last, if it did not succeed.
pub(super) fn run(
    task: &Task,
    line: &Line,
    duration: Millis,
    part: (u32, u32),
    watch: &dyn Watch,
) -> Result<(), TaskError> {
    run_reading(task, line, duration, part, watch, &|_| {})
}

/// [`run`] for what ffmpeg prints: `reader` gets every line of its standard output, those of its progress too.
///
/// # Errors
/// As [`run`].
pub(super) fn run_reading(
    task: &Task,
    line: &Line,
    duration: Millis,
    (from, to): (u32, u32),
    watch: &dyn Watch,
    reader: &(dyn Fn(&str) + Sync),
) -> Result<(), TaskError> {
    let tools = &task.tools;
    let on_line = |text: &str| {
        reader(text);
        // Of a recording that does not say how long it plays, nobody can tell how far it is.
        if duration == Millis(0) {
            return;
        }
        // Also called out_time_ms by older versions, which meant microseconds as well.
        let Some(micros) = text
            .strip_prefix("out_time_us=")
            .and_then(|t| t.parse::<u64>().ok())
        else {
            return;
        };
        let part = u128::from(micros / 1000) * u128::from(to - from) / u128::from(duration.0);
        watch.progress(from + u32::try_from(part).unwrap_or(u32::MAX).min(to - from));
    };
    let watched = Watched {
        on_line: &on_line,
        ends: &|| watch.ends(),
        nice: tools.nice,
    };
    let limits = Limits {
        wall: tools.wall,
        // Of all threads, so wall time and more is given to many of them.
        cpu: tools
            .wall
            .saturating_mul(64)
            .min(Duration::from_secs(1 << 31)),
        memory: tools.memory,
        output: Bytes(64 << 20),
        file: MOST_OUTPUT,
    };
    // The same in each, and very long.
    let listed = |word: &&OsString| word.as_os_str() != CODECS;
    let told = line
        .0
        .iter()
        .filter(listed)
        .map(|word| word.to_string_lossy());
    let told: Vec<_> = told.collect();
    watch.log(&format!("ffmpeg {}", told.join(" ")));
    let finished = child::run_watched(
        &tools.ffmpeg,
        &line.0,
        limits,
        tools.isolation,
        &task.fence(),
        &watched,
    )?;
    for text in String::from_utf8_lossy(&finished.stderr).lines() {
        watch.log(text);
    }
    if !finished.status.success() {
        return Err(TaskError::Failed(format!(
            "ffmpeg: {}",
            complaint(&finished.stderr)
        )));
    }
    watch.progress(to);
    Ok(())
}
