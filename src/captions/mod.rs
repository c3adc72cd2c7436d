//! WebVTT: parse, validate, re-write; cues as values. Pure.
//!
//! A teacher's file is never served as it came: it is parsed as browsers do (W3C WebVTT §6), and what is
//! served is written anew from the cues. So no script, style sheet or region comes through, and what one
//! player tolerates and another does not is settled here. SubRip (`.srt`), which most programs give
//! instead, is converted.

mod blocks;
mod cue;
mod text;
mod timing;

#[cfg(test)]
mod tests;

use std::fmt;

pub use blocks::parse;
pub use cue::{Captions, Cue};
pub use timing::Settings;

/// A file has at most this many bytes: ten times the subtitles of a long film.
pub const MAX_BYTES: usize = 5 << 20;
/// A file has at most this many cues.
pub const MAX_CUES: usize = 20_000;
/// A cue has at most this many characters; more is two cues run together.
pub const MAX_CUE_CHARS: usize = 2_000;
/// At most this many warnings are kept.
pub const MAX_WARNINGS: usize = 50;

/// What a file gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// At least one cue.
    pub captions: Captions,
    /// What was left out or changed; at most [`MAX_WARNINGS`].
    pub warnings: Vec<Warning>,
}

/// Something in a file that was left out or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Line of the file, from 1.
    pub line: usize,
    /// What was done and why.
    pub message: &'static str,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

/// Why a file gives no captions at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Larger than [`MAX_BYTES`], as it came or as it would be written.
    #[error("the captions are larger than {} MiB; is this the right file?", MAX_BYTES >> 20)]
    TooLarge,
    /// Most often Windows-1251 or Windows-1254.
    #[error("line {line} is not UTF-8 text; save the captions as UTF-8")]
    NotUtf8 {
        /// Line of the file, from 1.
        line: usize,
    },
    /// Begins with UTF-16's byte order mark.
    #[error("the captions are UTF-16 text; save them as UTF-8")]
    Utf16,
    /// Neither WebVTT nor SubRip.
    #[error("line 1 is not \"WEBVTT\"; export the captions as WebVTT (.vtt) or SubRip (.srt)")]
    NotCaptions,
    /// Nothing in it that could be shown.
    #[error(
        "there is no cue in the captions; a cue is a line like 00:01.000 --> 00:04.000 and text below it"
    )]
    NoCues,
    /// More than [`MAX_CUES`].
    #[error("line {line} begins a cue past the {MAX_CUES} that are allowed; split the captions")]
    TooManyCues {
        /// Line of the file, from 1.
        line: usize,
    },
    /// Longer than [`MAX_CUE_CHARS`].
    #[error(
        "the cue in line {line} has more than {MAX_CUE_CHARS} characters; \
         put an empty line after each cue"
    )]
    CueTooLong {
        /// Line of the cue's times, from 1.
        line: usize,
    },
}

/// The captions as a WebVTT file. [`parse`] gives the same captions back.
pub fn write(captions: &Captions) -> String {
    let mut out = String::from("WEBVTT\n");
    for cue in captions.cues() {
        out.push('\n');
        cue.write(&mut out);
    }
    out
}
