//! The compact index of a file: all that views need, small enough to keep for many files.
//!
//! A sample takes about three bytes: samples stand in blocks of 128, and in a block the durations,
//! the delays, the sizes and the gaps each as a column of numbers, less what the column has in
//! common. A block is decoded by itself, so that the last sample costs what the first does.

mod bits;
mod pack;
mod read;
#[cfg(test)]
mod tests;
mod track;

pub use track::{Sample, Samples, Track, TrackBoxes};

/// What views are made from: where the samples of the picture and of the sound are.
#[derive(Debug)]
pub struct SampleIndex {
    mvhd: Vec<u8>,
    movie_timescale: u32,
    source_length: u64,
    tracks: Vec<Track>,
}

impl SampleIndex {
    /// Bytes on the heap, for a cache to count.
    pub fn resident_bytes(&self) -> usize {
        let tracks = self.tracks.iter().map(Track::resident_bytes).sum::<usize>();
        size_of::<Self>() + self.mvhd.capacity() + tracks
    }

    /// Units per second of edit lists; never 0.
    pub fn movie_timescale(&self) -> u32 {
        self.movie_timescale
    }

    /// The movie's header, as it is in the file.
    pub fn mvhd(&self) -> &[u8] {
        &self.mvhd
    }

    /// The length of the file in bytes. No sample lies beyond it.
    pub fn source_length(&self) -> u64 {
        self.source_length
    }

    /// The picture: the first enabled track of pictures that has any, else the first that has any.
    pub fn video(&self) -> Option<&Track> {
        self.tracks.iter().find(|track| track.is_video())
    }

    /// The sound: the first enabled track of sound that has any, else the first that has any.
    pub fn audio(&self) -> Option<&Track> {
        self.tracks.iter().find(|track| !track.is_video())
    }

    /// Picture and sound in the order that they have in the file; at least one of them. What else
    /// the file holds is not kept.
    pub fn tracks(&self) -> &[Track] {
        &self.tracks
    }
}
