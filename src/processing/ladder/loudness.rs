//! How loud a recording is (EBU R 128), so that all lessons are equally loud without anybody reaching for the volume.
//!
//! The sound is decoded once by itself and measured whole, and the lesson then gets one gain. ffmpeg's `loudnorm` in one
//! pass would do with one reading, but it turns the volume up and down within the lesson, and works at 192 kHz: it
//! takes fifteen times the processor time of the measuring, more than all the rest that is done to the sound.

use std::sync::Mutex;

use super::plan::Quality;
use crate::processing::facts::SoundFacts;
use crate::processing::ffmpeg::{self, Line};
use crate::processing::task::{Task, TaskError, Watch};

/// LUFS that lessons are made to have: what phones and laptops play loud enough (AES TD1008 for speech on the web, −16
/// for stereo devices). Broadcast has −23.
pub(in crate::processing) const TARGET: f64 = -16.0;
/// dB that a recording is made louder at most. Beyond it the room's noise is what gets louder.
pub(in crate::processing) const MOST_GAIN: f64 = 20.0;
/// LUFS below which there is nothing: the absolute gate of ITU-R BS.1770.
pub(in crate::processing) const SILENCE: f64 = -70.0;

/// What is done about a recording's loudness.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Loudness {
    /// What it has.
    pub lufs: f64,
    /// dB that it is made louder by.
    pub gain: f64,
    /// Channels that it was measured with, and that are made at most.
    pub channels: u16,
}

/// Measures a sound. `None`: nothing of it can be decoded.
pub(super) fn measure(
    task: &Task,
    sound: &SoundFacts,
    qualities: &[Quality],
    part: (u32, u32),
    watch: &dyn Watch,
) -> Result<Option<Loudness>, TaskError> {
    let most = qualities.iter().map(|quality| quality.tone().channels);
    let channels = most.max().unwrap_or(1).min(sound.channels.max(1));
    let mut line = Line::new();
    line.words("-fflags +genpts -threads 1 -vn -sn -dn")
        .input(&task.source)
        .words("-map")
        .word(format!("0:{}", sound.stream))
        .words("-af")
        // A mono sound comes out of two loudspeakers, which makes it 3 dB louder (EBU Tech 3341).
        .word(format!(
            "aformat=sample_fmts=fltp:channel_layouts={},ebur128=dualmono=true:metadata=1,\
             ametadata=mode=print:key=lavfi.r128.I:file=-:direct=1",
            layout(channels)
        ))
        .words("-f null -");
    let last = Mutex::new(None);
    let on_line = |text: &str| {
        let found = text.strip_prefix("lavfi.r128.I=").map(str::parse::<f64>);
        if let (Some(Ok(found)), Ok(mut last)) = (found, last.lock()) {
            *last = Some(found);
        }
    };
    let duration = task.known()?.duration;
    let ran = ffmpeg::run_reading(task, &line, duration, part, watch, &on_line);
    let last = last.into_inner().unwrap_or_default();
    match (last, ran) {
        (Some(found), Ok(())) => {
            let gain = gain(found);
            watch.log(&format!("loudness {found:.1} LUFS, gain {gain:.1} dB"));
            Ok(Some(Loudness {
                lufs: found,
                gain,
                channels,
            }))
        }
        // Not one tenth of a second came out: a codec that ffmpeg does not know, or damage from end to end.
        (None, Ok(()) | Err(TaskError::Failed(_) | TaskError::Hopeless(_))) => {
            watch.log("its sound cannot be decoded and is left out");
            Ok(None)
        }
        (_, Err(error)) => Err(error),
    }
}

fn gain(lufs: f64) -> f64 {
    match lufs > SILENCE {
        true => (TARGET - lufs).min(MOST_GAIN),
        false => 0.0,
    }
}

/// ffmpeg's name for one or two channels.
pub(super) fn layout(channels: u16) -> &'static str {
    if channels > 1 { "stereo" } else { "mono" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_stays_silent_and_a_whisper_is_not_made_a_storm() {
        assert_eq!(gain(-23.0), 7.0);
        assert_eq!(gain(-10.0), -6.0);
        assert_eq!(gain(-60.0), MOST_GAIN);
        assert_eq!(gain(SILENCE), 0.0);
        assert_eq!(gain(f64::NEG_INFINITY), 0.0);
        assert_eq!(gain(f64::NAN), 0.0);
    }
}
