//! The jobs "narrow" and "ladder": a recording in qualities for every line.
//!
//! A job is one pass of ffmpeg that decodes the picture once, however many qualities it makes. There are two jobs
//! and not one, because whoever waits on the slowest line waits for the narrowest quality only: it is there many times
//! sooner than the rest would be, for one more decoding (docs/benchmarks.md has what that costs).
//!
//! Every product is one ordinary MP4, with its index in front, a second of picture and of sound in turn, and key
//! frames at the same times in all qualities; each is read by our own reader before it is handed on. What leaves here in
//! other forms is made by `mp4` from these.

mod line;
mod loudness;
mod plan;
#[cfg(test)]
mod tests;

use std::fs::File;

pub(super) use loudness::{MOST_GAIN, SILENCE, TARGET};
pub use plan::Quality;

use super::facts::Facts;
use super::ffmpeg;
use super::light;
use super::nothing::Nothing;
use super::task::{Outcome, Product, Task, TaskError, Watch, output};
use crate::catalogue::Role;
use crate::mp4::{Layout, OpenFile, Summary, summarise};
use crate::units::Millis;

/// What of a job's progress is the measuring of the sound, in thousandths.
const MEASURED: u32 = 50;

/// The 240p and the sound alone. It tells how long the recording really plays and how loud it is, as the first that
/// has read it all.
pub(super) fn run_narrow(task: &Task, watch: &dyn Watch) -> Result<Outcome, TaskError> {
    let facts = task.known()?;
    let (mut outcome, loudness) = make_measured(task, &Quality::NARROW, watch)?;
    let plays = outcome.products.iter().filter_map(|made| made.duration);
    let facts = Facts {
        plays: plays.max(),
        loudness,
        ..facts.clone()
    };
    if let Some((said, plays)) = facts.breaks_off() {
        watch.log(&format!(
            "the recording says that it plays for {} ms, and ends after {} ms: what there is, is kept",
            said.0, plays.0
        ));
    }
    outcome.facts = Some(facts);
    Ok(outcome)
}

/// 360p, 480p and 720p, as far as the recording has so many lines.
pub(super) fn run_ladder(task: &Task, watch: &dyn Watch) -> Result<Outcome, TaskError> {
    make(task, &Quality::LADDER, watch)
}

/// Makes those of `qualities` that the recording has enough for, in one pass.
///
/// # Errors
/// See [`TaskError`].
pub fn make(task: &Task, qualities: &[Quality], watch: &dyn Watch) -> Result<Outcome, TaskError> {
    make_measured(task, qualities, watch).map(|(outcome, _)| outcome)
}

/// [`make`], and how loud the sound was (LUFS).
fn make_measured(
    task: &Task,
    qualities: &[Quality],
    watch: &dyn Watch,
) -> Result<(Outcome, Option<f64>), TaskError> {
    let facts = task.known()?;
    let video = facts.video.as_ref();
    let sound = facts.sounds.first();
    if facts.has_nothing() {
        return Err(TaskError::Hopeless(
            "the recording breaks off before its first picture".into(),
        ));
    }
    if video.is_none() && sound.is_none() {
        return Err(TaskError::Hopeless(
            "the recording has neither picture nor sound".into(),
        ));
    }
    let with_picture = qualities
        .iter()
        .any(|quality| video.is_some_and(|video| quality.size(video).is_some()));
    let with_sound = qualities.contains(&Quality::Sound) || with_picture;
    let loudness = match sound.filter(|_| with_sound) {
        Some(sound) => loudness::measure(task, sound, qualities, (0, MEASURED), watch)?,
        None => None,
    };
    let measured = loudness.map(|loudness| loudness.lufs);
    let sound = sound.zip(loudness);
    if video.is_none() && sound.is_none() && with_sound {
        return Err(TaskError::Hopeless(
            "nothing in the recording can be decoded: its sound is damaged or of an unknown kind"
                .into(),
        ));
    }
    let outputs: Vec<Output> = qualities
        .iter()
        .filter_map(|quality| Output::planned(*quality, facts, sound.is_some()))
        .collect();
    if outputs.is_empty() {
        let why = match video {
            Some(_) => Nothing::FewLines,
            None => Nothing::NoPicture,
        };
        return Ok((Outcome::nothing(why, watch), measured));
    }
    let duration = facts.plays.unwrap_or(facts.duration);
    let pass = |light: Option<&str>| {
        let line = line::of(task, video, sound, &outputs, light);
        ffmpeg::run(task, &line, duration, (MEASURED, 1000), watch)
    };
    let light = video.and_then(light::made_ordinary);
    match (pass(light.as_deref()), &light) {
        // An ffmpeg without these filters: pale pictures are better than none.
        (Err(TaskError::Failed(why)), Some(_)) => {
            watch.log(&format!(
                "the picture's light could not be made ordinary: {why}; it is left as it is"
            ));
            pass(None)?;
        }
        (done, _) => done?,
    }
    let mut outcome = Outcome::default();
    for planned in &outputs {
        outcome.products.push(planned.product(task)?);
    }
    Ok((outcome, measured))
}

/// One file of a pass.
struct Output {
    quality: Quality,
    /// Pixels of its picture.
    size: Option<(u32, u32)>,
    /// Whether it has sound.
    sound: bool,
}

impl Output {
    /// `None`: the recording has not enough for it.
    fn planned(quality: Quality, facts: &Facts, sound: bool) -> Option<Self> {
        let size = match quality {
            Quality::Sound => None,
            _ => Some(quality.size(facts.video.as_ref()?)?),
        };
        (size.is_some() || sound).then_some(Self {
            quality,
            size,
            sound,
        })
    }

    fn extension(&self) -> &'static str {
        match self.size {
            Some(_) => "mp4",
            None => "m4a",
        }
    }

    fn name(&self) -> String {
        format!("{}.{}", self.quality.as_str(), self.extension())
    }

    /// What was made, once our own reader has seen that it is what was planned.
    fn product(&self, task: &Task) -> Result<Product, TaskError> {
        let path = output(task, &self.name());
        let read = summarise(&OpenFile::new(File::open(&path)?)?);
        let wrong = |why: String| {
            TaskError::Failed(format!(
                "ffmpeg made a {} that {why}",
                self.quality.as_str()
            ))
        };
        let summary = read.map_err(|error| wrong(format!("cannot be read: {error}")))?;
        if let Some(why) = self.differs(&summary) {
            return Err(wrong(why));
        }
        Ok(Product {
            path,
            role: match self.size {
                Some(_) => Role::Rendition,
                None => Role::Audio,
            },
            extension: self.extension(),
            mime: match self.size {
                Some(_) => "video/mp4",
                None => "audio/mp4",
            },
            quality: Some(self.quality.number(self.size)),
            size: self.size,
            duration: Some(summary.duration),
            start: None,
            language: None,
            position: 0,
        })
    }

    /// How a file is not what was planned.
    fn differs(&self, summary: &Summary) -> Option<String> {
        let size = summary.video.as_ref().map(|v| (v.width, v.height));
        if size != self.size {
            return Some(format!("shows {size:?} pixels instead of {:?}", self.size));
        }
        if summary.audio.is_some() != self.sound {
            return Some("has sound where it should have none, or none where it should".into());
        }
        if !summary.plays_in_browsers() {
            return Some("browsers do not play".into());
        }
        if summary.layout != Layout::FastStart {
            return Some("has its index behind the media".into());
        }
        (summary.duration == Millis(0)).then(|| "plays for no time".into())
    }
}
