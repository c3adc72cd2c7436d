//! Why a file gives no captions at all. Each error names the place, the value, the limit and what to do.

use super::{MAX_BYTES, MAX_CUE_CHARS, MAX_CUES, MAX_TIME};

/// Why a file gives no captions at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Larger than [`MAX_BYTES`], as it came or as it would be written.
    #[error(
        "the captions have {bytes} bytes, {MAX_BYTES} are allowed; \
         is this the right file? If so, split the captions"
    )]
    TooLarge {
        /// The larger of both.
        bytes: usize,
    },
    /// Neither UTF-8 nor marked as UTF-16; most often Windows-1251 or Windows-1254. Never guessed: a wrong guess
    /// shows children wrong letters.
    #[error(
        "line {line} has the byte 0x{byte:02X}, which is not UTF-8 text; \
         open the file in a text editor and save it as UTF-8"
    )]
    NotUtf8 {
        /// Line of the file, from 1.
        line: usize,
        /// The first byte that does not fit.
        byte: u8,
    },
    /// Half a character.
    #[error(
        "line {line} is broken UTF-16 text; open the file in a text editor and save it as UTF-8"
    )]
    BrokenUtf16 {
        /// Line of the file, from 1.
        line: usize,
    },
    /// Every other byte is zero, without the byte order mark that would say which.
    #[error("line 1 looks like UTF-16 text without a byte order mark; save it as UTF-8")]
    UnmarkedUtf16,
    /// Something to unpack.
    #[error("this is {0}, not captions: unpack it and take the .vtt or .srt file that is in it")]
    Packed(&'static str),
    /// A file of another well-known kind.
    #[error("this is {0}, not captions: export the captions as WebVTT (.vtt) or SubRip (.srt)")]
    OtherFormat(&'static str),
    /// Neither WebVTT nor SubRip.
    #[error(
        "line {line} is {value:?}; captions begin with \"WEBVTT\" or with a cue number and times: \
         export them as WebVTT (.vtt) or SubRip (.srt)"
    )]
    NotCaptions {
        /// The first that is not blank, from 1.
        line: usize,
        /// The line, shortened.
        value: String,
    },
    /// Nothing in it that could be shown.
    #[error(
        "there is no cue in the captions; a cue is a line like 00:01.000 --> 00:04.000 and text below it"
    )]
    NoCues,
    /// More than [`MAX_CUES`].
    #[error("line {line} begins a cue past the {MAX_CUES} that are allowed; split the captions")]
    TooManyCues {
        /// Line of the cue's times, from 1.
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
    /// After [`MAX_TIME`].
    #[error(
        "line {line}: the times {value:?} are later than {} hours; correct them",
        MAX_TIME.0 / 3_600_000
    )]
    TooLate {
        /// Line of the cue's times, from 1.
        line: usize,
        /// The times as they stand there, shortened.
        value: String,
    },
}
