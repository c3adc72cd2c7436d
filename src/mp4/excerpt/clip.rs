//! A part of a recording.

use std::io;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use super::Excerpt;
use super::layout::{Taken, lay_out};
use super::moov::{Part, Shown, head};
use crate::mp4::fragmented::{Placed, Tracks};
use crate::mp4::{NoFragments, Piece, SampleIndex, Source, View};
use crate::units::Millis;

const BRANDS: &[u8] = b"isom\0\0\x02\0isomiso2avc1mp41";

/// The part of a recording between two moments of its presentation, as an MP4.
///
/// It begins with the keyframe that the first picture needs; an edit list leaves out what comes before the
/// moment that was asked for.
#[derive(Clone, Debug)]
pub struct Clip {
    excerpt: Excerpt,
    from: Millis,
    to: Millis,
}

/// Why there is no such part.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClipError {
    /// It would end before it begins.
    #[error(
        "the part from {} s to {} s is empty; let it end after it begins",
        seconds(*from), seconds(*to)
    )]
    Empty {
        /// As asked.
        from: Millis,
        /// As asked.
        to: Millis,
    },
    /// It would begin where the recording has ended.
    #[error(
        "the part begins at {} s, but the recording lasts {} s; begin earlier",
        seconds(*from), seconds(*lasts)
    )]
    Beyond {
        /// As asked.
        from: Millis,
        /// The recording's length.
        lasts: Millis,
    },
    /// Its times cannot be told.
    #[error(transparent)]
    Untimed(#[from] NoFragments),
}

fn seconds(millis: Millis) -> String {
    format!("{}.{:03}", millis.0 / 1000, millis.0 % 1000)
}

impl Clip {
    /// The part from `from` to `to`; what reaches past the end is left out.
    ///
    /// # Errors
    /// When nothing would be in it.
    pub fn of(index: Arc<SampleIndex>, from: Millis, to: Millis) -> Result<Self, ClipError> {
        if from >= to {
            return Err(ClipError::Empty { from, to });
        }
        let tracks = Tracks::of(&index)?;
        let placed = [tracks.video, tracks.audio];
        let ends = placed.iter().flatten().map(Placed::end);
        let lasts = Millis(
            ends.max()
                .unwrap_or(0)
                .max(0)
                .cast_unsigned()
                .div_ceil(1000),
        );
        if from >= lasts {
            return Err(ClipError::Beyond { from, lasts });
        }
        let to = to.min(lasts);
        let mut parts: Vec<Part> = Vec::new();
        for placed in placed.iter().flatten() {
            parts.extend(part(&index, placed, from, to));
        }
        if parts.is_empty() {
            return Err(ClipError::Beyond { from, lasts });
        }
        let all: Vec<Taken> = parts.iter().map(|part| part.taken.clone()).collect();
        let (data, chunks) = lay_out(&index, &all);
        let head = head(&index, BRANDS, &parts, &data, &chunks);
        let excerpt = Excerpt { index, head, data };
        Ok(Self { excerpt, from, to })
    }

    /// From when to when: the same for all requests that give the same bytes.
    pub fn canonical(&self) -> (Millis, Millis) {
        (self.from, self.to)
    }
}

/// What of a track is in the part; `None` when nothing is.
fn part(index: &SampleIndex, placed: &Placed<'_>, from: Millis, to: Millis) -> Option<Part> {
    let track = placed.track;
    let ticks = |at: Millis| {
        let ticks = u128::from(at.0) * u128::from(track.timescale()) / 1000;
        i64::try_from(ticks).unwrap_or(i64::MAX)
    };
    let (begin, end) = (ticks(from), ticks(to));
    let samples = samples(placed, begin, end)?;
    let first = track.sample(samples.start);
    // Media time 0 of the clip is when its first sample is decoded.
    let zero = first.dts.cast_signed() + placed.wait.cast_signed() - placed.skipped.cast_signed();
    // Where the track is first shown: later than the clip begins, when it is silent there.
    let earliest = (0.max(begin)).max(placed.ticks(&track.sample(0)).min(end));
    let scale = |ticks: i64| {
        let ticks = u128::from(ticks.max(0).cast_unsigned());
        let scaled = ticks * u128::from(index.movie_timescale()) / u128::from(track.timescale());
        u64::try_from(scaled).unwrap_or(u64::MAX)
    };
    let mut edits = Vec::new();
    let wait = scale(earliest - begin);
    if wait > 0 {
        edits.push(Shown {
            duration: wait,
            from: -1,
        });
    }
    let last = samples_end(placed, &samples).min(end);
    edits.push(Shown {
        duration: scale(last - earliest).max(1),
        from: (earliest - zero).max(0),
    });
    let which = index.tracks().iter().position(|t| std::ptr::eq(t, track))?;
    Some(Part {
        taken: Taken {
            track: which,
            samples,
        },
        edits,
    })
}

/// Those that must be decoded so that everything from `begin` to `end` (in ticks of the presentation) is shown.
fn samples(placed: &Placed<'_>, begin: i64, end: i64) -> Option<Range<u32>> {
    let track = placed.track;
    let shown = |n: u32| placed.ticks(&track.sample(n));
    let start = if track.all_keyframes() {
        // Sound: the frame that is heard at `begin`, and the one before it, out of which it grows.
        let media = begin.saturating_add(placed.skipped.cast_signed());
        let media = media
            .saturating_sub(placed.wait.cast_signed())
            .max(0)
            .cast_unsigned();
        let mut n = track.at_decode_time(media).min(placed.until);
        while n > 0 && shown(n.min(placed.until.saturating_sub(1))) > begin {
            n -= 1;
        }
        n.min(placed.until.saturating_sub(1)).saturating_sub(1)
    } else {
        let shown_by_then = track.keyframes().take_while(|n| *n < placed.until);
        let found = shown_by_then.filter(|n| shown(*n) <= begin).last();
        found.unwrap_or(0)
    };
    let slack = i64::from(track.timescale()).saturating_mul(10);
    let mut until = start;
    for (n, sample) in (start..).zip(track.samples(start..placed.until)) {
        if placed.ticks(&sample) < end {
            until = n + 1;
        }
        // Pictures are not shown ten seconds before they are decoded.
        let decoded = placed
            .ticks(&sample)
            .saturating_sub(sample.composition.into());
        if decoded > end.saturating_add(slack) {
            break;
        }
    }
    let range = start..until;
    let ends = samples_end(placed, &range);
    (until > start && ends > begin).then_some(range)
}

/// When the last of them to be shown ends, in ticks of the presentation.
fn samples_end(placed: &Placed<'_>, samples: &Range<u32>) -> i64 {
    // The last shown is among the last decoded.
    let tail = samples.end.saturating_sub(64).max(samples.start);
    let ends = placed.track.samples(tail..samples.end);
    let ends = ends.map(|sample| placed.ticks(&sample) + i64::from(sample.duration));
    ends.max().unwrap_or(0)
}

impl View for Clip {
    fn length(&self) -> u64 {
        self.excerpt.length()
    }

    fn resident_bytes(&self) -> usize {
        self.excerpt.resident_bytes()
    }

    fn piece(&self, at: u64, source: &dyn Source) -> io::Result<Piece> {
        self.excerpt.piece(at, source)
    }

    fn pieces(
        &self,
        at: u64,
        source: &dyn Source,
        take: &mut dyn FnMut(Piece) -> ControlFlow<()>,
    ) -> io::Result<()> {
        self.excerpt.pieces(at, source, take)
    }
}
