//! The job "speech": captions of what is said, by a program of the operator's.
//!
//! There is none by default. The setting `speech_program` names one, and this is all that is asked of it:
//!
//! - It is called with two arguments: the path of the sound (WAV, 16 bits, 16 kHz, one channel) and the language
//!   that is spoken (BCP 47: `az`, `ru`).
//! - It writes captions to standard output, WebVTT or SubRip in UTF-8, at most 5 MiB, and exits with 0. Standard error
//!   goes into the job's log; the last line of it is the reason if it exits otherwise, and another attempt follows.
//! - It sees no environment but `PATH` and `TMPDIR`, no standard input and no network; it stands in the job's folder,
//!   where it may write. Besides that and the sound it can read the system's programs and libraries (`/usr`, `/opt`)
//!   and the folder that it lies in: models and whatever else it needs belong there. It may take as long and
//!   as much memory as any job (`job_seconds`, `job_memory_bytes`), its priority is as low as theirs (`job_nice`), and
//!   no file that it writes may have more than 1 GiB.
//! - It is called only for a recording that has no captions in that language. Captions that a person made meanwhile
//!   are kept and its own thrown away.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::child::{self, Limits, Watched};
use super::facts::bcp47;
use super::ffmpeg::{self, Line, without_places};
use super::ffprobe::complaint;
use super::nothing::Nothing;
use super::task::{Outcome, Task, TaskError, Watch, output};
use super::words::rewritten;
use crate::captions;
use crate::units::Bytes;

/// In thousandths: where the sound has been taken out of the recording.
const LISTENED_FROM: u32 = 100;

/// Has it listened to.
pub(super) fn run(task: &Task, watch: &dyn Watch) -> Result<Outcome, TaskError> {
    let facts = task.known()?;
    let Some(program) = &task.tools.speech else {
        return Ok(Outcome::nothing(Nothing::NoProgram, watch));
    };
    let Some(sound) = facts.sounds.first() else {
        return Ok(Outcome::nothing(Nothing::NoSound, watch));
    };
    // What people say of the lesson is truer than what a camera writes into every file.
    let told = sound.language.as_deref().and_then(bcp47);
    let Some(language) = task.language.as_deref().or(told) else {
        return Ok(Outcome::nothing(Nothing::NoLanguage, watch));
    };
    if task.captioned.iter().any(|other| is_same(other, language)) {
        return Ok(Outcome::nothing(Nothing::Captioned, watch));
    }
    let wave = output(task, "sound.wav");
    let mut line = Line::new();
    line.input(&task.source);
    line.words(&format!("-map 0:{}", sound.stream));
    line.words("-ac 1 -ar 16000 -c:a pcm_s16le -f wav")
        .file(&wave);
    ffmpeg::run(task, &line, facts.duration, (0, LISTENED_FROM), watch)?;
    let raw = output(task, "heard.vtt");
    fs::write(&raw, listen(task, program, &wave, language, watch)?)?;
    match rewritten(&raw, language)? {
        Ok(product) => Ok(Outcome {
            products: vec![product],
            ..Outcome::default()
        }),
        Err(why) => Err(TaskError::Hopeless(format!(
            "what the program for speech wrote is no captions: {why}"
        ))),
    }
}

/// Whether both are one language, whatever its script or country.
fn is_same(a: &str, b: &str) -> bool {
    let main = |code: &str| code.split('-').next().map(str::to_ascii_lowercase);
    main(a) == main(b)
}

/// What the program writes.
pub(super) fn listen(
    task: &Task,
    program: &Path,
    wave: &Path,
    language: &str,
    watch: &dyn Watch,
) -> Result<String, TaskError> {
    let tools = &task.tools;
    let written = Mutex::new(String::new());
    let keep = |line: &str| {
        let mut written = written.lock().unwrap_or_else(PoisonError::into_inner);
        written.push_str(line);
        written.push('\n');
    };
    let watched = Watched {
        on_line: &keep,
        ends: &|| watch.ends(),
        nice: tools.nice,
    };
    let limits = Limits {
        file: Bytes(1 << 30),
        ..ffmpeg::limits(task, Bytes(captions::MAX_BYTES as u64))
    };
    // Where the program lies is no teacher's business.
    let named = program.file_name().unwrap_or_default().to_string_lossy();
    let hidden = |text: &str| {
        let text = without_places(task, text);
        match program.parent().map(Path::to_string_lossy) {
            Some(folder) if folder.len() > 1 => text.replace(&*folder, "PROGRAM"),
            _ => text,
        }
    };
    watch.log(&hidden(&format!("{named} {} {language}", wave.display())));
    let arguments: [OsString; 2] = [wave.into(), language.into()];
    let mut fence = task.fence();
    // What belongs to it lies beside it.
    fence.runnable.extend(program.parent().map(Path::to_owned));
    let finished = child::run_watched(program, &arguments, limits, tools.isolation, &fence, &watched)
        .map_err(|error| match error {
            // Not ffmpeg's package.
            child::ChildError::Missing(_) => TaskError::Failed(format!(
                "the program for speech, {named:?}, is not there: correct the setting speech_program, or leave it empty"
            )),
            child::ChildError::TooSlow { limit, .. } => TaskError::Failed(format!(
                "the program for speech did not finish within {} seconds and was stopped", limit.as_secs_f32()
            )),
            child::ChildError::TooMuchOutput { limit, .. } => TaskError::Failed(format!(
                "the program for speech wrote more than {} bytes and was stopped", limit.0
            )),
            child::ChildError::Run { error, .. } => {
                TaskError::Failed(format!("the program for speech could not be run: {error}"))
            }
            other => other.into(),
        })?;
    let said = hidden(&String::from_utf8_lossy(&finished.stderr));
    for text in said.lines() {
        watch.log(text);
    }
    if !finished.status.success() {
        return Err(TaskError::Failed(format!(
            "the program for speech: {}",
            complaint(said.as_bytes())
        )));
    }
    Ok(written.into_inner().unwrap_or_else(PoisonError::into_inner))
}
