//! WebVTT and SubRip: read, validated, written anew as WebVTT; cues as values. Pure.
//!
//! A teacher's file is never served as it came: it is read as browsers do (W3C WebVTT §6), and what is
//! served is written anew from the cues. So no script, style sheet or region comes through, and what one
//! player tolerates and another does not is settled here. SubRip (`.srt`), which most programs give
//! instead, is converted. Which of both a file is, its content says, not its name.

mod blocks;
mod cue;
mod decode;
mod error;
mod text;
mod timing;
mod transcript;
mod warning;

#[cfg(test)]
mod tests;

pub use blocks::read;
pub use cue::{Captions, Cue, Summary};
pub use decode::decode;
pub use error::Error;
pub use timing::Settings;
pub use transcript::{Line, Paragraph, paragraphs};
pub use warning::{Flaw, Warning};

use crate::units::Millis;
use timing::timestamp;
use warning::Warnings;

/// A file has at most this many bytes: ten times the subtitles of a long film.
pub const MAX_BYTES: usize = 5 << 20;
/// A file has at most this many cues.
pub const MAX_CUES: usize = 20_000;
/// A cue has at most this many characters; more is two cues run together.
pub const MAX_CUE_CHARS: usize = 2_000;
/// No cue begins or ends later: a lesson is no longer than a day, so a later time is a slip.
pub const MAX_TIME: Millis = Millis(24 * 3600 * 1000);
/// At most this many warnings about single places of a file are kept.
pub const MAX_WARNINGS: usize = 50;

/// How a file of captions is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// W3C WebVTT, `.vtt`.
    WebVtt,
    /// `.srt`: numbered cues, `h:mm:ss,ttt`, and what programs make of it: a point for the comma, fewer
    /// decimals, no hours.
    SubRip,
}

/// What a file gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// At least one cue.
    pub captions: Captions,
    /// What the file was.
    pub format: Format,
    /// What was left out, changed or is doubtful: at most [`MAX_WARNINGS`] about single places, one that counts
    /// those beyond, then those about the file as a whole.
    pub warnings: Vec<Warning>,
    /// Of each cue's times, from 1, in the cues' order.
    lines: Vec<usize>,
}

impl Parsed {
    /// Adds a warning when cues begin after the recording has ended: most often they belong to another one.
    pub fn compare(&mut self, duration: Millis) {
        let cues = self.captions.cues();
        // They are in order.
        let inside = cues.partition_point(|cue| cue.start() < duration);
        if let (Some(cue), Some(line)) = (cues.get(inside), self.lines.get(inside)) {
            let flaw = Flaw::AfterTheEnd {
                count: cues.len() - inside,
                duration,
            };
            let times = format!("{} --> {}", timestamp(cue.start()), timestamp(cue.end()));
            self.warnings.push(Warning::new(*line, &times, flaw));
        }
    }
}

/// The captions as a WebVTT file. [`read`] gives the same captions back.
pub fn write(captions: &Captions) -> String {
    let mut out = String::from("WEBVTT\n");
    for cue in captions.cues() {
        out.push('\n');
        cue.write(&mut out);
    }
    out
}
