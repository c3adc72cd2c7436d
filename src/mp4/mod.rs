//! Reads the index of an MP4 (ISO/IEC 14496-12). Pure: takes a [`Source`], returns values; knows no
//! path, no store, no lesson.
//!
//! [`summarise`] reads box headers and the index and never the pictures and sound themselves, so a
//! recording of hours costs a few reads. Whatever the bytes claim, the work and the memory are
//! bounded by [`MAX_INDEX`], [`MAX_BOXES`] and [`MAX_TRACKS`]: sizes and counts are believed only
//! as far as there are bytes to back them.
//!
//! mp4-atom decodes the small fixed boxes. Sample tables and fragment runs are folded from their
//! bytes in place, because decoded they would take ten times the room.

mod boxes;
mod codec;
mod error;
mod fragmented;
mod fragments;
mod index;
mod looks;
mod sample_index;
mod samples;
mod source;
mod summary;
#[cfg(test)]
mod tests;
mod trak;
mod view;

pub use boxes::FourCc;
pub use error::{Error, Part};
pub use fragmented::{
    Captions, Composed, Fragmented, Hls, HlsFacts, HlsFile, NoFragments, NoHls, StillFacts,
    Variant, captions_playlist, main_playlist,
};
pub use looks::LooksLike;
pub use sample_index::{Sample, SampleIndex, Samples, Track, TrackBoxes};
pub use source::{OpenFile, Source};
pub use summary::{
    AudioCodec, AudioTrack, Layout, Rotation, Summary, VideoCodec, VideoTrack, square_pixels,
    summarise,
};
pub use trak::Edit;
pub use view::{MADE_AT_ONCE, Piece, VIEW_FORMAT, View};

use crate::units::{Bytes, Millis};

/// The most bytes of index (`moov`, and every `moof` and `sidx`) that are read.
///
/// A 45-minute lesson has under 2 MB of it, so this is more than a day of recording. The index is
/// held in memory while it is read, which is what the limit protects.
pub const MAX_INDEX: Bytes = Bytes(64 << 20);

/// The most boxes at the top level of a file: enough for three hours with one fragment per frame.
pub const MAX_BOXES: u32 = 1_000_000;

/// The most tracks in a file. A recording has two or three; a broadcast with many languages, twenty.
pub const MAX_TRACKS: usize = 64;

/// The most samples (pictures, frames of sound) of a file that a [`SampleIndex`] is made of: three
/// days of pictures and sound. Uncompressed sound has as many in minutes, and no browser plays it.
pub const MAX_SAMPLES: u32 = 1 << 24;

/// The longest duration that is believed: thirty days.
pub const MAX_DURATION: Millis = Millis(30 * 24 * 3600 * 1000);
