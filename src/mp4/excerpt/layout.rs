//! In which order samples lie in the media data of an excerpt, and in which chunks.

use std::mem;
use std::ops::{ControlFlow, Range};

use crate::mp4::SampleIndex;

/// Samples of one track that go into an excerpt.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    /// Which of the index's tracks.
    pub track: usize,
    /// Which of its samples; not empty.
    pub samples: Range<u32>,
}

/// A run of samples of one track that lie together (ISO/IEC 14496-12 §8.7.5).
#[derive(Clone, Debug)]
pub(super) struct Chunk {
    /// From the beginning of the media data.
    pub offset: u64,
    pub samples: Range<u32>,
    /// Which sample entry describes all of them.
    pub description: u32,
}

/// Where the media data comes from.
#[derive(Clone, Debug)]
pub(super) enum Data {
    /// One range of the stored file, with a little in it that belongs to no sample of the excerpt.
    Span(Range<u64>),
    /// Samples put together.
    Gathered(Vec<Run>),
}

/// Samples of one track, in their order.
#[derive(Clone, Debug)]
pub(super) struct Run {
    /// Where it ends, from the beginning of the media data.
    end: u64,
    track: usize,
    samples: Range<u32>,
}

/// Parts of a range that may belong to no sample: one in this many bytes.
const WASTE: u64 = 16;
/// The most that is looked at to join neighbouring samples.
const JOINED: u64 = 1 << 20;

impl Data {
    pub fn length(&self) -> u64 {
        match self {
            Self::Span(range) => range.end - range.start,
            Self::Gathered(runs) => runs.last().map_or(0, |run| run.end),
        }
    }

    pub fn resident_bytes(&self) -> usize {
        match self {
            Self::Span(_) => 0,
            Self::Gathered(runs) => size_of_val(&**runs),
        }
    }

    /// Where in the stored file the bytes from `at` on are, range by range, for as long as `take` goes on.
    pub fn pieces(
        &self,
        at: u64,
        index: &SampleIndex,
        mut take: impl FnMut(Range<u64>) -> ControlFlow<()>,
    ) {
        let runs = match self {
            Self::Span(range) => {
                if at < self.length() {
                    let _ = take(range.start + at..range.end); // there is no more
                }
                return;
            }
            Self::Gathered(runs) => runs,
        };
        let n = runs.partition_point(|run| run.end <= at);
        let mut skip = at - n.checked_sub(1).map_or(0, |before| runs[before].end);
        for run in &runs[n..] {
            let Some(track) = index.tracks().get(run.track) else {
                return;
            };
            let mut first = run.samples.start;
            if skip > 0 {
                let byte = track.bytes_before(first) + skip;
                let Some(sample) = track.at_byte(byte) else {
                    return;
                };
                (first, skip) = (sample, byte - track.bytes_before(sample));
            }
            let mut next: Option<Range<u64>> = None;
            for sample in track.samples(first..run.samples.end) {
                let end = sample.offset + u64::from(sample.size);
                match &mut next {
                    Some(range)
                        if sample.offset == range.end && range.end - range.start < JOINED =>
                    {
                        range.end = end;
                    }
                    _ => {
                        let begun = next.replace(sample.offset + mem::take(&mut skip)..end);
                        if let Some(range) = begun.filter(|range| !range.is_empty())
                            && take(range).is_break()
                        {
                            return;
                        }
                    }
                }
            }
            if let Some(range) = next.filter(|range| !range.is_empty())
                && take(range).is_break()
            {
                return;
            }
        }
    }
}

/// Lays `all` out: as they lie in the stored file where that is close together, else put together anew, about a
/// second of each track at a time. Returns the chunks of each.
pub(super) fn lay_out(index: &SampleIndex, all: &[Taken]) -> (Data, Vec<Vec<Chunk>>) {
    match span(index, all) {
        Some(span) => {
            let chunks = all.iter().map(|taken| as_stored(index, taken, span.start));
            let chunks = chunks.collect();
            (Data::Span(span), chunks)
        }
        None => gathered(index, all),
    }
}

/// The range that holds all samples, when nearly all of it is samples.
fn span(index: &SampleIndex, all: &[Taken]) -> Option<Range<u64>> {
    if all.len() < 2 {
        return None; // what lies in between is most often the other track
    }
    let (mut start, mut end, mut bytes) = (u64::MAX, 0, 0_u64);
    for taken in all {
        for sample in index.tracks()[taken.track].samples(taken.samples.clone()) {
            start = start.min(sample.offset);
            end = end.max(sample.offset + u64::from(sample.size));
            bytes += u64::from(sample.size);
        }
    }
    let range = start..end.max(start);
    let waste = (range.end - range.start).checked_sub(bytes)?; // samples may share bytes
    (waste <= bytes / WASTE).then_some(range)
}

fn as_stored(index: &SampleIndex, taken: &Taken, from: u64) -> Vec<Chunk> {
    let mut chunks: Vec<Chunk> = Vec::new();
    let mut end = 0;
    let samples = index.tracks()[taken.track].samples(taken.samples.clone());
    for (n, sample) in (taken.samples.start..).zip(samples) {
        match chunks.last_mut() {
            Some(chunk) if sample.offset == end && chunk.description == sample.description => {
                chunk.samples.end = n + 1;
            }
            _ => chunks.push(Chunk {
                offset: sample.offset - from,
                samples: n..n + 1,
                description: sample.description,
            }),
        }
        end = sample.offset + u64::from(sample.size);
    }
    chunks
}

fn gathered(index: &SampleIndex, all: &[Taken]) -> (Data, Vec<Vec<Chunk>>) {
    // About a second each, and when in the whole each begins: players read them in this order.
    let mut pieces: Vec<(u128, usize, Chunk, u64)> = Vec::new();
    for (which, taken) in all.iter().enumerate() {
        let track = &index.tracks()[taken.track];
        let second = u64::from(track.timescale());
        let zero = track.sample(taken.samples.start).dts;
        let mut open: Option<(Chunk, u64, u64)> = None;
        let samples = track.samples(taken.samples.clone());
        for (n, sample) in (taken.samples.start..).zip(samples) {
            let size = u64::from(sample.size);
            match &mut open {
                Some((chunk, begun, bytes))
                    if sample.dts - *begun < second && chunk.description == sample.description =>
                {
                    chunk.samples.end = n + 1;
                    *bytes += size;
                }
                _ => {
                    let chunk = Chunk {
                        offset: 0,
                        samples: n..n + 1,
                        description: sample.description,
                    };
                    if let Some((chunk, begun, bytes)) = open.replace((chunk, sample.dts, size)) {
                        pieces.push((micros(begun - zero, second), which, chunk, bytes));
                    }
                }
            }
        }
        if let Some((chunk, begun, bytes)) = open {
            pieces.push((micros(begun - zero, second), which, chunk, bytes));
        }
    }
    pieces.sort_by_key(|(at, which, ..)| (*at, *which));
    let mut chunks = vec![Vec::new(); all.len()];
    let mut runs: Vec<Run> = Vec::with_capacity(pieces.len());
    let mut end = 0;
    for (_, which, mut chunk, bytes) in pieces {
        chunk.offset = end;
        end += bytes;
        let (track, samples) = (all[which].track, chunk.samples.clone());
        match runs.last_mut() {
            Some(run) if run.track == track && run.samples.end == samples.start => {
                run.samples.end = samples.end;
                run.end = end;
            }
            _ => runs.push(Run {
                end,
                track,
                samples,
            }),
        }
        chunks[which].push(chunk);
    }
    (Data::Gathered(runs), chunks)
}

fn micros(ticks: u64, timescale: u64) -> u128 {
    u128::from(ticks) * 1_000_000 / u128::from(timescale)
}
