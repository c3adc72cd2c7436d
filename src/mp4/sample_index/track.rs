//! A track of the compact index.

use std::ops::Range;

use super::pack::{self, Packed};
use crate::mp4::codec::{AudioEntry, VideoEntry};
use crate::mp4::{AudioCodec, Edit, VideoCodec};

/// One picture, or one frame of sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Of its first byte in the file.
    pub offset: u64,
    /// Bytes. They lie within the file.
    pub size: u32,
    /// Decode time, in the track's timescale.
    pub dts: u64,
    /// Until the decode time of the next, in the track's timescale.
    pub duration: u32,
    /// How much later than it is decoded it is shown, in the track's timescale.
    pub composition: i32,
    /// Whether decoding can start here.
    pub sync: bool,
    /// Which sample entry describes it, from 1 on.
    pub description: u32,
}

/// The small boxes of a track, each with its header; empty where the file has none.
#[derive(Debug, Default)]
pub struct TrackBoxes {
    /// Track header.
    pub tkhd: Vec<u8>,
    /// Edit list.
    pub edts: Option<Vec<u8>>,
    /// Small boxes of `trak` besides: `udta`, `tapt`.
    pub in_trak: Vec<u8>,
    /// Media header.
    pub mdhd: Vec<u8>,
    /// Handler.
    pub hdlr: Vec<u8>,
    /// Small boxes of `mdia` besides: `elng`.
    pub in_mdia: Vec<u8>,
    /// `vmhd`, `smhd` or whatever the file has for it.
    pub media_header: Vec<u8>,
    /// Where data is: in this file.
    pub dinf: Vec<u8>,
    /// Sample entries.
    pub stsd: Vec<u8>,
}

impl TrackBoxes {
    fn resident_bytes(&self) -> usize {
        let always = [
            &self.tkhd,
            &self.in_trak,
            &self.mdhd,
            &self.hdlr,
            &self.in_mdia,
            &self.media_header,
            &self.dinf,
            &self.stsd,
        ];
        let all = always.into_iter().chain(&self.edts);
        all.map(Vec::capacity).sum()
    }
}

#[derive(Debug)]
pub(super) enum Media {
    Video(VideoEntry),
    Audio(AudioEntry),
}

/// A track of pictures or sound.
#[derive(Debug)]
pub struct Track {
    pub(super) id: u32,
    pub(super) enabled: bool,
    pub(super) timescale: u32,
    pub(super) media: Media,
    pub(super) descriptions: u32,
    pub(super) edits: Vec<Edit>,
    pub(super) boxes: TrackBoxes,
    pub(super) packed: Packed,
}

impl Track {
    pub(super) fn resident_bytes(&self) -> usize {
        size_of::<Self>()
            + size_of_val(&*self.edits)
            + self.boxes.resident_bytes()
            + self.packed.resident_bytes()
    }

    /// Its number in the file.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Whether it holds pictures; else it holds sound.
    pub fn is_video(&self) -> bool {
        matches!(self.media, Media::Video(_))
    }

    /// Units per second of sample times; never 0.
    pub fn timescale(&self) -> u32 {
        self.timescale
    }

    /// How many samples; never 0.
    pub fn samples_count(&self) -> u32 {
        self.packed.count
    }

    /// Decode times of the first sample and after the last. A fragmented file cut out of a live
    /// stream starts late; all others start at 0.
    pub fn clock(&self) -> Range<u64> {
        self.packed.clock.clone()
    }

    /// Durations of all samples, in the track's timescale.
    pub fn duration(&self) -> u64 {
        self.packed.clock.end - self.packed.clock.start
    }

    /// Sample `n`, from 0 on; beyond the last, the last.
    pub fn sample(&self, n: u32) -> Sample {
        let n = n.min(self.packed.count.saturating_sub(1));
        let mut found = self.packed.samples(n..n.saturating_add(1));
        found.next().unwrap_or(Sample {
            offset: 0,
            size: 0,
            dts: 0,
            duration: 0,
            composition: 0,
            sync: true,
            description: 1,
        })
    }

    /// Those of the samples that there are. One block is decoded at a time.
    pub fn samples(&self, range: Range<u32>) -> Samples<'_> {
        Samples(self.packed.samples(range))
    }

    /// The first sample that is decoded at or after `ticks`; [`Self::samples_count`] when none is.
    pub fn at_decode_time(&self, ticks: u64) -> u32 {
        self.packed.at_decode_time(ticks)
    }

    /// The last sample up to `n` at which decoding can start; the first when none is marked so.
    pub fn keyframe_at_or_before(&self, n: u32) -> u32 {
        let n = n.min(self.packed.count.saturating_sub(1));
        self.packed.sync_at_or_before(n).unwrap_or(0)
    }

    /// The samples at which decoding can start.
    pub fn keyframes(&self) -> impl Iterator<Item = u32> + '_ {
        self.packed.sync_samples()
    }

    /// Whether decoding can start at every sample.
    pub fn all_keyframes(&self) -> bool {
        self.packed.all_sync()
    }

    /// Bytes of the samples before `n`; of all, when there are not so many.
    pub fn bytes_before(&self, n: u32) -> u64 {
        self.packed.bytes_before(n)
    }

    /// The sample that holds byte `at`, when all samples are put together; `None` beyond the last.
    pub fn at_byte(&self, at: u64) -> Option<u32> {
        self.packed.at_byte(at)
    }

    /// Its edit list, row by row.
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// Its small boxes.
    pub fn header(&self) -> &TrackBoxes {
        &self.boxes
    }

    /// How many sample entries describe its samples.
    pub fn descriptions(&self) -> u32 {
        self.descriptions
    }

    /// The codec's name by RFC 6381 where it is known, `avc1.64001f`, `mp4a.40.2`.
    pub fn codecs(&self) -> Option<String> {
        match &self.media {
            Media::Video(entry) => entry.codecs.clone(),
            Media::Audio(entry) => entry.codecs.clone(),
        }
    }

    /// What pictures are coded in; `None` for sound.
    pub fn video_codec(&self) -> Option<&VideoCodec> {
        match &self.media {
            Media::Video(entry) => Some(&entry.codec),
            Media::Audio(_) => None,
        }
    }

    /// What sound is coded in; `None` for pictures.
    pub fn audio_codec(&self) -> Option<&AudioCodec> {
        match &self.media {
            Media::Video(_) => None,
            Media::Audio(entry) => Some(&entry.codec),
        }
    }

    /// Width and height as coded; `None` for sound.
    pub fn coded_size(&self) -> Option<(u32, u32)> {
        match &self.media {
            Media::Video(entry) => Some((entry.width, entry.height)),
            Media::Audio(_) => None,
        }
    }

    /// Whether every current browser decodes it.
    pub fn plays_in_browsers(&self) -> bool {
        match &self.media {
            Media::Video(entry) => entry.in_browsers,
            Media::Audio(entry) => entry.in_browsers,
        }
    }
}

/// Samples one after another.
#[derive(Debug)]
pub struct Samples<'a>(pack::Samples<'a>);

impl Iterator for Samples<'_> {
    type Item = Sample;

    fn next(&mut self) -> Option<Sample> {
        self.0.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl ExactSizeIterator for Samples<'_> {}
