//! When each sample is shown: edit lists (ISO/IEC 14496-12 §8.6.6) boiled down to what fragments
//! can say.

use std::ops::Range;

use super::NoFragments;
use super::cuts::Cut;
use super::moof::{MOST_SAMPLES, Share};
use crate::mp4::boxes::be32;
use crate::mp4::{MAX_DURATION, Sample, SampleIndex, Track};

/// A track of the source with its place in the presentation.
///
/// Decode times and composition offsets go into fragments as they are, and the one edit that skips
/// the run-in stays an edit, because players that lose either show picture and sound apart by it.
/// Only waiting is added to decode times: Chromium passes over empty edits where media come in
/// pieces.
#[derive(Clone, Copy, Debug)]
pub(in crate::mp4) struct Placed<'i> {
    pub track: &'i Track,
    /// Added to decode times, in the track's timescale.
    pub wait: u64,
    /// Media before what is shown, in the track's timescale.
    pub skipped: u64,
    /// Samples from here on are never shown.
    pub until: u32,
}

/// A point or a length in time, in millionths of a second; before the presentation it is negative.
pub(in crate::mp4) type Micros = i64;

impl<'i> Placed<'i> {
    /// `until` where it is known: else all samples are gone through.
    fn of(track: &'i Track, movie_timescale: u32, until: Option<u32>) -> Result<Self, NoFragments> {
        let (mut wait, mut skipped, mut shown) = (0_u64, None, 0_u64);
        for edit in track.edits() {
            match u64::try_from(edit.media_time) {
                // Waiting behind the media is silence at the end.
                Err(_) if skipped.is_some() => {}
                Err(_) => wait = wait.saturating_add(edit.segment_duration),
                Ok(_) if skipped.is_some() || edit.rate != 1 => {
                    return Err(NoFragments::Edits);
                }
                Ok(at) => (skipped, shown) = (Some(at), edit.segment_duration),
            }
        }
        let scale = |ticks: u64| {
            let ticks = u128::from(ticks) * u128::from(track.timescale());
            u64::try_from(ticks / u128::from(movie_timescale)).unwrap_or(u64::MAX)
        };
        let mut placed = Self {
            track,
            wait: scale(wait),
            skipped: skipped.unwrap_or(0),
            until: until.unwrap_or_else(|| track.samples_count()),
        };
        if until.is_none() && track.descriptions() > 1 {
            let first = track.sample(0).description;
            let mut samples = track.samples(0..placed.until);
            if samples.any(|sample| sample.description != first) {
                return Err(NoFragments::SeveralDescriptions);
            }
        }
        let last = track.sample(placed.until.saturating_sub(1));
        let most = scale(MAX_DURATION.0.saturating_mul(movie_timescale.into()) / 1000);
        if [placed.wait, placed.skipped, last.dts]
            .into_iter()
            .any(|ticks| ticks > MAX_TICKS)
            || placed
                .wait
                .saturating_add(last.dts)
                .saturating_sub(track.sample(0).dts)
                > most
        {
            return Err(NoFragments::TooLarge);
        }
        if until.is_none() && shown > 0 {
            // A tick more, because the end was rounded.
            let end = placed.skipped.saturating_add(scale(shown + 1));
            placed.until = placed.shown_until(end);
        }
        Ok(placed)
    }

    /// The first sample after which nothing is shown before media time `end`.
    fn shown_until(&self, end: u64) -> u32 {
        let end = i128::from(end);
        let mut until = 0;
        for (n, sample) in (1..).zip(self.track.samples(0..self.until)) {
            if i128::from(sample.dts) + i128::from(sample.composition) < end {
                until = n;
            }
        }
        until
    }

    /// When `sample` is shown, in the track's timescale.
    pub fn ticks(&self, sample: &Sample) -> i64 {
        let decoded = sample
            .dts
            .saturating_add(self.wait)
            .min(2 * MAX_TICKS)
            .cast_signed();
        decoded + i64::from(sample.composition) - self.skipped.cast_signed()
    }

    /// When `sample` is shown.
    pub fn shown(&self, sample: &Sample) -> Micros {
        self.micros(self.ticks(sample))
    }

    /// When the last of them has been shown.
    pub fn end(&self) -> Micros {
        // Pictures that are shown last are among those decoded last.
        let tail = self.until.saturating_sub(64)..self.until;
        let ends = self.track.samples(tail);
        let ends = ends.map(|sample| self.ticks(&sample) + i64::from(sample.duration));
        self.micros(ends.max().unwrap_or(0))
    }

    /// `ticks` of the track's timescale.
    pub fn micros(&self, ticks: i64) -> Micros {
        let timescale = i128::from(self.track.timescale());
        let micros = (i128::from(ticks) * 1_000_000).div_euclid(timescale);
        micros.clamp(i64::MIN.into(), i64::MAX.into()) as i64
    }

    /// The other way round.
    pub fn ticks_in(&self, micros: Micros) -> i64 {
        let ticks = i128::from(micros) * i128::from(self.track.timescale()) / 1_000_000;
        ticks.clamp(i64::MIN.into(), i64::MAX.into()) as i64
    }

    /// These samples, as far as they are shown.
    pub(super) fn share(&self, number: u32, range: Range<u32>) -> Share {
        let range = range.start..range.end.min(self.until);
        let count = (range.len() as u64).min(1 + MOST_SAMPLES as u64);
        let mut samples = Vec::with_capacity(count as usize);
        if !range.is_empty() {
            // One too many is enough to be refused.
            samples.extend(self.track.samples(range).take(1 + MOST_SAMPLES));
        }
        let starts = samples.first().map_or(0, |first: &Sample| first.dts);
        Share {
            track: number,
            starts: starts.saturating_add(self.wait),
            samples,
        }
    }

    /// Pixels across and down as shown (§8.3.2); `None` where the file does not say.
    pub fn resolution(&self) -> Option<(u32, u32)> {
        let tkhd = &self.track.header().tkhd;
        // The last fields: the matrix, nine numbers, and the size before it.
        let field = |from_end: usize| be32(tkhd, tkhd.len().checked_sub(4 * from_end)?);
        let (width, height) = (field(2)? >> 16, field(1)? >> 16);
        let turned = field(11)? == 0 && field(7)? == 0 && field(10)? != 0;
        let (width, height) = if turned {
            (height, width)
        } else {
            (width, height)
        };
        (width > 0 && height > 0).then_some((width, height))
    }

    /// All samples that are shown, with their numbers.
    pub fn numbered(&self) -> impl Iterator<Item = (u32, Sample)> + 'i {
        (0..).zip(self.track.samples(0..self.until))
    }
}

/// Beyond it sums could not be trusted; thirty days in nanoseconds are less.
const MAX_TICKS: u64 = 1 << 52;

/// The first samples of picture and sound that are not shown; `None` where it is not known yet.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ends {
    video: Option<u32>,
    audio: Option<u32>,
}

/// The picture and the sound of a source.
#[derive(Clone, Copy, Debug)]
pub(in crate::mp4) struct Tracks<'i> {
    pub video: Option<Placed<'i>>,
    pub audio: Option<Placed<'i>>,
    /// The track whose time counts, with its number: the picture's, if there is one.
    pub reference: (u32, Placed<'i>),
    pub movie_timescale: u32,
}

impl<'i> Tracks<'i> {
    /// Tracks without samples are left out, as players do.
    pub fn of(index: &'i SampleIndex) -> Result<Self, NoFragments> {
        Self::until(index, Ends::default())
    }

    /// The same, in no time, when [`Self::ends`] are known.
    pub(super) fn until(index: &'i SampleIndex, ends: Ends) -> Result<Self, NoFragments> {
        let movie_timescale = index.movie_timescale().max(1);
        let place = |track: Option<&'i Track>, end| {
            let placed = track.map(|track| Placed::of(track, movie_timescale, end));
            Ok(placed.transpose()?.filter(|placed| placed.until > 0))
        };
        let (video, audio) = (
            place(index.video(), ends.video)?,
            place(index.audio(), ends.audio)?,
        );
        let reference = match (video, audio) {
            (Some(video), _) => (VIDEO, video),
            (None, Some(audio)) => (AUDIO, audio),
            (None, None) => return Err(NoFragments::Nothing),
        };
        Ok(Self {
            video,
            audio,
            reference,
            movie_timescale,
        })
    }

    /// Where each track ends.
    pub(super) fn ends(&self) -> Ends {
        let end = |track: &Option<Placed<'_>>| Some(track.map_or(0, |track| track.until));
        Ends {
            video: end(&self.video),
            audio: end(&self.audio),
        }
    }

    /// What each track has between the cut `n` and the next or the end: the picture first.
    pub(super) fn shares(&self, cuts: &[Cut], n: usize) -> Vec<Share> {
        let (from, until) = (&cuts[n], cuts.get(n + 1));
        let shares = self.all().map(|(number, track)| match number {
            VIDEO => track.share(number, from.video..until.map_or(u32::MAX, |cut| cut.video)),
            _ => track.share(number, from.audio..until.map_or(u32::MAX, |cut| cut.audio)),
        });
        shares.collect()
    }

    /// The picture, then the sound, each with the number that it has in what is made here.
    pub fn all(&self) -> impl Iterator<Item = (u32, &Placed<'i>)> {
        let video = self.video.iter().map(|track| (VIDEO, track));
        video.chain(self.audio.iter().map(|track| (AUDIO, track)))
    }
}

/// The number of the picture's track.
pub(super) const VIDEO: u32 = 1;
/// The number of the sound's track. Numbers are given anew, since a damaged source may have one twice.
pub(super) const AUDIO: u32 = 2;
