//! ffmpeg: what stands on every command line of it, and how far it is.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::time::Duration;

use super::child::{self, Finished, Limits, Watched};
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

    /// A command line whose standard output is a picture's bytes, for [`read`]: nothing tells there how far it is.
    pub(super) fn to_read() -> Self {
        let mut line = Self(Vec::new());
        line.words("-nostdin -hide_banner -v error -nostats -y");
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
    tell(task, line, watch);
    let limits = limits(task, Bytes(64 << 20));
    let finished = child::run_watched(
        &tools.ffmpeg,
        &line.0,
        limits,
        tools.isolation,
        &task.fence(),
        &watched,
    )?;
    succeeded(task, &finished, watch)?;
    watch.progress(to);
    Ok(())
}

/// Runs ffmpeg to its end and gives `on_bytes` what it writes to standard output, at most `most` bytes.
///
/// # Errors
/// As [`run`].
pub(super) fn read(
    task: &Task,
    line: &Line,
    most: Bytes,
    watch: &dyn Watch,
    on_bytes: &(dyn Fn(&[u8]) + Sync),
) -> Result<(), TaskError> {
    let tools = &task.tools;
    let watched = Watched {
        on_line: &|_| {},
        ends: &|| watch.ends(),
        nice: tools.nice,
    };
    tell(task, line, watch);
    let finished = child::run_read(
        &tools.ffmpeg,
        &line.0,
        limits(task, most),
        tools.isolation,
        &task.fence(),
        &watched,
        on_bytes,
    )?;
    succeeded(task, &finished, watch)
}

/// What a program of a job's may use, besides `output` on its standard output.
pub(super) fn limits(task: &Task, output: Bytes) -> Limits {
    let wall = task.tools.wall;
    Limits {
        wall,
        // Of all threads, so wall time and more is given to many of them.
        cpu: wall.saturating_mul(64).min(Duration::from_secs(1 << 31)),
        memory: task.tools.memory,
        output,
        file: MOST_OUTPUT,
    }
}

/// Whether ffmpeg says with it that there is nothing in the recording to go on with: another attempt reads the same bytes.
fn is_of_the_recording(line: &str) -> bool {
    let opening = line.starts_with("file:") || line.contains("Error opening input");
    line.starts_with("Cannot determine format of input stream")
        || opening && line.ends_with("Invalid data found when processing input")
}

fn tell(task: &Task, line: &Line, watch: &dyn Watch) {
    // The same in each, and very long.
    let listed = line.0.iter().filter(|word| word.as_os_str() != CODECS);
    let told: Vec<_> = listed.map(|word| word.to_string_lossy()).collect();
    watch.log(&without_places(task, &format!("ffmpeg {}", told.join(" "))));
}

/// `text` without where files are on this machine, which is no teacher's business.
pub(super) fn without_places(task: &Task, text: &str) -> String {
    let places = [
        Some((&task.folder, "WORK")),
        task.narrow.as_ref().map(|narrow| (narrow, "NARROW")),
        Some((&task.source, "SOURCE")),
    ];
    let mut text = text.to_owned();
    for (place, name) in places.into_iter().flatten() {
        text = text.replace(&*place.to_string_lossy(), name);
    }
    text
}

fn succeeded(task: &Task, finished: &Finished, watch: &dyn Watch) -> Result<(), TaskError> {
    let said = without_places(task, &String::from_utf8_lossy(&finished.stderr));
    for text in said.lines() {
        watch.log(text);
    }
    if !finished.status.success() {
        return Err(match said.lines().find(|line| is_of_the_recording(line)) {
            Some(line) => TaskError::Hopeless(format!("ffmpeg: {}", complaint(line.as_bytes()))),
            None => TaskError::Failed(format!("ffmpeg: {}", complaint(said.as_bytes()))),
        });
    }
    Ok(())
}
