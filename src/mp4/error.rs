//! Why a file could not be summarised, each in a sentence that an operator can act on.

use std::fmt;
use std::io;

use super::{FourCc, LooksLike, MAX_BOXES, MAX_DURATION, MAX_INDEX, MAX_SAMPLES, MAX_TRACKS};
use crate::units::{Bytes, Millis};

/// Why a file is not a whole, readable MP4.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It has no bytes at all.
    #[error("the file is empty (0 bytes): copy it again")]
    Empty,
    /// It does not begin as an MP4 does.
    #[error("this is not an MP4 file: it looks like {0}; give an MP4 recording")]
    NotMp4(LooksLike),
    /// Something in it lies, or should lie, beyond its last byte.
    #[error(
        "the file is cut short: {part} ends at byte {}, but the file has only {} bytes; copy or download it again",
        needed.0, have.0
    )]
    Truncated {
        /// What does not fit.
        part: Part,
        /// The length that the file would need to hold it.
        needed: Bytes,
        /// The length that it has.
        have: Bytes,
    },
    /// It has no `moov` box.
    #[error(
        "the file has no index (no \"moov\" box in its {} bytes): the recording was interrupted before it was finished, or this is only a piece of one; record or export it again",
        bytes.0
    )]
    NoIndex {
        /// The file's length.
        bytes: Bytes,
    },
    /// It has more index than is read.
    #[error(
        "the file's index takes more than {} bytes (the limit is {}): convert it with ffmpeg -i IN -c copy OUT.mp4, or split it",
        found.0, MAX_INDEX.0
    )]
    IndexTooLarge {
        /// How much was counted before reading stopped.
        found: Bytes,
    },
    /// It has more top-level boxes than are visited.
    #[error(
        "the file is in more than {MAX_BOXES} pieces, which is the limit: convert it with ffmpeg -i IN -c copy OUT.mp4"
    )]
    TooManyBoxes,
    /// It has more tracks than a recording can have use for.
    #[error(
        "the file has more than {MAX_TRACKS} tracks, which is the limit: keep the picture and the sound with ffmpeg -i IN -c copy OUT.mp4"
    )]
    TooManyTracks,
    /// It lists more samples than a view is made of.
    #[error(
        "the file is in more than {MAX_SAMPLES} frames, which is the limit: convert it with ffmpeg -i IN -c:v copy -c:a aac OUT.mp4"
    )]
    TooManySamples,
    /// Its pictures and frames of sound are more than its bytes.
    #[error(
        "the file says that it is in {claimed} frames, but has {} bytes: its index is wrong; convert it with ffmpeg -i IN -c copy OUT.mp4",
        bytes.0
    )]
    MoreSamplesThanBytes {
        /// As many as were counted until it was clear.
        claimed: u32,
        /// The file's length.
        bytes: Bytes,
    },
    /// It claims to be longer than any recording is.
    #[error(
        "the file says that it lasts {} hours (the limit is {}): its index is wrong; convert it with ffmpeg -i IN -c copy OUT.mp4",
        duration.0 / 3_600_000, MAX_DURATION.0 / 3_600_000
    )]
    TooLong {
        /// The claimed duration.
        duration: Millis,
    },
    /// A box contradicts itself, its surroundings or the standard.
    #[error(
        "the file is damaged: its \"{part}\" box at byte {offset} {why}; copy it again, or convert it with ffmpeg -i IN -c copy OUT.mp4"
    )]
    Damaged {
        /// Which box.
        part: FourCc,
        /// Where its content starts.
        offset: u64,
        /// What is wrong, to be read after the box's name.
        why: String,
    },
    /// An index without picture and without sound.
    #[error(
        "the file has neither picture nor sound (its {others} other tracks do not count): give a recording that has one"
    )]
    NoTracks {
        /// Tracks of other kinds: subtitles, time codes, data.
        others: usize,
    },
    /// Tracks that were announced and never filled.
    #[error(
        "the file announces a recording but holds not one frame of it: it was interrupted at the start, or this is only its beginning; record or export it again"
    )]
    NoFrames,
    /// The source failed, not the file's content.
    #[error("the file cannot be read: {0}")]
    Read(#[from] io::Error),
}

/// What part of a file does not fit into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A box at the top level.
    Box(FourCc),
    /// The frames that the index lists for a track.
    Track(u32),
    /// The fragments that a segment index (`sidx`) lists.
    Fragments,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Box(kind) => write!(f, "its \"{kind}\" box"),
            Self::Track(id) => write!(f, "the data of its track {id}"),
            Self::Fragments => write!(f, "its last listed fragment"),
        }
    }
}
