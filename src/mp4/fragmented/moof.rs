//! One fragment: which bytes of the stored file it takes, and the `moof` that says what they are
//! (ISO/IEC 14496-12 §8.8).

use std::iter::zip;
use std::ops::Range;

use super::super::Sample;
use super::written::{boxed, full_box, put};
use super::{Composed, NoFragments};

/// The most samples of one track in a fragment: more would be made for every part that is asked
/// for. Ten minutes of pictures at 100 a second.
pub(super) const MOST_SAMPLES: usize = 1 << 16;

/// Bytes between samples that are sent along, because another slice would cost more: so many in a
/// fragment, and one for each [`PER_BYTES`].
const GAPS: u64 = 4096;
const PER_BYTES: u64 = 64;

/// The flags of a sample that nothing else is needed for (§8.8.3.1: depends on no other).
const ALONE: u32 = 0x0200_0000;
/// The flags of a sample that needs others before it.
const NEEDS_OTHERS: u32 = 0x0101_0000;

/// What a track has in a fragment.
pub(super) struct Share {
    /// The track's number in the `moov`.
    pub track: u32,
    /// Decode time of the first sample.
    pub starts: u64,
    pub samples: Vec<Sample>,
}

/// A fragment, laid out but not written.
pub(super) struct Fragment {
    number: u32,
    runs: Vec<(Share, Defaults, Vec<Run>)>,
    extents: Vec<Range<u64>>,
    moof: u64,
    data: u64,
}

/// In which order samples of several tracks lie in a fragment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// As in the file where that is possible, so that a fragment is one range of it; a track is then told in several
    /// runs. For fragments that are fetched one by one.
    File,
    /// One track after the other, each in one run. For fragments in one file: ffmpeg's demuxer, which is Chromium's,
    /// notes of several runs only where the last begins, and files a fragment that it reads later, but that comes
    /// before, behind the first ones.
    Track,
}

/// Samples that lie one after the other.
struct Run {
    samples: Range<usize>,
    /// Of the first byte, in the data.
    at: u64,
    /// Which fields are written (§8.8.8.1).
    fields: u32,
}

/// What a `tfhd` says for all samples whose run does not say otherwise.
struct Defaults {
    ticks: u32,
    size: Option<u32>,
    flags: u32,
    description: u32,
}

const DATA_AT: u32 = 0x1;
const FIRST_FLAGS: u32 = 0x4;
const TICKS: u32 = 0x100;
const SIZE: u32 = 0x200;
const FLAGS: u32 = 0x400;
const COMPOSITION: u32 = 0x800;

impl Fragment {
    /// `number` counts from 1. Shares without samples are left out.
    ///
    /// The data is as few ranges of the file as `order` allows. Time and memory are proportional to the samples.
    pub fn new(number: u32, shares: Vec<Share>, order: Order) -> Result<Self, NoFragments> {
        let shares: Vec<Share> = shares
            .into_iter()
            .filter(|share| !share.samples.is_empty())
            .collect();
        if shares
            .iter()
            .any(|share| share.samples.len() > MOST_SAMPLES)
        {
            return Err(NoFragments::TooLarge);
        }
        let (extents, places, data) = lay_out(&shares, order);
        let runs: Vec<_> = zip(shares, places)
            .map(|(share, places)| {
                let defaults = Defaults::of(&share.samples);
                let runs = defaults.runs(&share.samples, &places, order);
                (share, defaults, runs)
            })
            .collect();
        let tracks: u64 = runs
            .iter()
            .map(|(_, defaults, runs)| {
                let runs: u64 = runs.iter().map(Run::length).sum();
                8 + defaults.length() + 20 + runs
            })
            .sum();
        let moof = 8 + 16 + tracks;
        // Offsets of runs have 31 bits.
        if moof.saturating_add(data) > u64::from(u32::MAX / 2) - 8 {
            return Err(NoFragments::TooLarge);
        }
        Ok(Self {
            number,
            runs,
            extents,
            moof,
            data,
        })
    }

    /// With its data.
    pub fn length(&self) -> u64 {
        self.moof + 8 + self.data
    }

    /// The fragment as a view.
    pub fn composed(self) -> Composed {
        Composed::new(self.head(), self.extents)
    }

    /// The `moof` and the header of the `mdat`.
    fn head(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.moof as usize + 8);
        boxed(&mut out, b"moof", |out| {
            full_box(out, b"mfhd", 0, 0, |out| put(out, self.number));
            for (share, defaults, runs) in &self.runs {
                boxed(out, b"traf", |out| {
                    defaults.write(out, share.track);
                    full_box(out, b"tfdt", 1, 0, |out| {
                        out.extend_from_slice(&share.starts.to_be_bytes());
                    });
                    for run in runs {
                        run.write(out, &share.samples, self.moof + 8);
                    }
                });
            }
        });
        debug_assert_eq!(out.len() as u64, self.moof);
        put(&mut out, (self.data + 8) as u32); // checked when it was laid out
        out.extend_from_slice(b"mdat");
        out
    }
}

/// The ranges of the file that hold the samples, where each sample lies in them put together, and
/// their length.
fn lay_out(shares: &[Share], order: Order) -> (Vec<Range<u64>>, Vec<Vec<u64>>, u64) {
    let mut extents: Vec<Range<u64>> = Vec::new();
    let mut places: Vec<Vec<u64>> = shares
        .iter()
        .map(|share| Vec::with_capacity(share.samples.len()))
        .collect();
    let (mut data, mut gaps) = (0_u64, 0);
    for (of, sample) in in_order(shares, order) {
        let start = sample.offset;
        let end = start.saturating_add(sample.size.into());
        if sample.size > 0 {
            match extents.last_mut() {
                Some(last) if start == last.end => last.end = end,
                // What lies between would part a run.
                _ if order == Order::Track => extents.push(start..end),
                Some(last)
                    if start >= last.end && gaps + start - last.end <= GAPS + data / PER_BYTES =>
                {
                    gaps += start - last.end;
                    data += start - last.end;
                    last.end = end;
                }
                _ => extents.push(start..end),
            }
        }
        places[of].push(data);
        data = data.saturating_add(end - start);
    }
    (extents, places, data)
}

/// The samples in the order of the file if that is wanted and every track's are, so that those of two tracks come in
/// one range; else track by track, since players want the runs of a track in the order of time.
fn in_order(shares: &[Share], order: Order) -> Vec<(usize, Sample)> {
    let mut all: Vec<(usize, Sample)> = Vec::new();
    for (of, share) in shares.iter().enumerate() {
        all.extend(share.samples.iter().map(|sample| (of, *sample)));
    }
    let rising = |share: &Share| share.samples.is_sorted_by_key(|sample| sample.offset);
    if order == Order::File && shares.iter().all(rising) {
        all.sort_by_key(|(_, sample)| sample.offset); // stable: a track's order stays
    }
    all
}

impl Defaults {
    fn of(samples: &[Sample]) -> Self {
        let first = samples.first();
        let alone = samples.iter().all(|sample| sample.sync);
        let size = first.map(|sample| sample.size);
        Self {
            ticks: usual(samples.iter().map(|sample| sample.duration)),
            size: size.filter(|&size| samples.iter().all(|sample| sample.size == size)),
            flags: if alone { ALONE } else { NEEDS_OTHERS },
            description: first.map_or(1, |sample| sample.description),
        }
    }

    fn length(&self) -> u64 {
        let optional = u64::from(self.size.is_some()) + u64::from(self.description != 1);
        24 + 4 * optional
    }

    fn write(&self, out: &mut Vec<u8>, track: u32) {
        let mut fields = 0x2_0028; // offsets count from the moof; ticks; flags
        fields |= if self.size.is_some() { 0x10 } else { 0 };
        fields |= if self.description != 1 { 0x2 } else { 0 };
        full_box(out, b"tfhd", 0, fields, |out| {
            put(out, track);
            if self.description != 1 {
                put(out, self.description);
            }
            put(out, self.ticks);
            if let Some(size) = self.size {
                put(out, size);
            }
            put(out, self.flags);
        });
    }

    /// Divides samples where they lie apart, and before each that is a new start for the decoder; a track that lies
    /// together is one run all the same, whose samples then have their own flags.
    fn runs(&self, samples: &[Sample], places: &[u64], order: Order) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        let mut end = 0;
        for (n, (sample, &at)) in zip(samples, places).enumerate() {
            let starts_anew = sample.sync && self.flags == NEEDS_OTHERS;
            let goes_on = at == end || sample.size == 0;
            match runs.last_mut() {
                Some(run) if goes_on && !starts_anew => run.samples.end = n + 1,
                Some(run) if goes_on && order == Order::Track => {
                    run.samples.end = n + 1;
                    run.fields = (run.fields & !FIRST_FLAGS) | FLAGS;
                }
                _ => runs.push(Run {
                    samples: n..n + 1,
                    at,
                    fields: DATA_AT | if starts_anew { FIRST_FLAGS } else { 0 },
                }),
            }
            if sample.size > 0 {
                end = at + u64::from(sample.size);
            }
        }
        for run in &mut runs {
            let all = &samples[run.samples.clone()];
            if all.iter().any(|sample| sample.duration != self.ticks) {
                run.fields |= TICKS;
            }
            if self.size.is_none() {
                run.fields |= SIZE;
            }
            if all.iter().any(|sample| sample.composition != 0) {
                run.fields |= COMPOSITION;
            }
        }
        runs
    }
}

/// The value that more than half have, if there is one.
fn usual(values: impl Iterator<Item = u32>) -> u32 {
    let (mut candidate, mut lead) = (0, 0_u32);
    for value in values {
        if lead == 0 {
            candidate = value;
        }
        lead = if value == candidate {
            lead + 1
        } else {
            lead - 1
        };
    }
    candidate
}

impl Run {
    fn length(&self) -> u64 {
        let has = |field: u32| u64::from(self.fields & field != 0);
        let each = 4 * (has(TICKS) + has(SIZE) + has(FLAGS) + has(COMPOSITION));
        20 + 4 * has(FIRST_FLAGS) + each * self.samples.len() as u64
    }

    /// `data_at`: from the start of the `moof` to the data.
    fn write(&self, out: &mut Vec<u8>, samples: &[Sample], data_at: u64) {
        let samples = &samples[self.samples.clone()];
        // Version 1 has offsets with a sign; version 0 is what older players know.
        let signed = samples.iter().any(|sample| sample.composition < 0);
        full_box(out, b"trun", signed.into(), self.fields, |out| {
            put(out, samples.len() as u32);
            put(out, (data_at + self.at) as u32); // below 2^31, as the whole is
            if self.fields & FIRST_FLAGS != 0 {
                put(out, ALONE);
            }
            for sample in samples {
                if self.fields & TICKS != 0 {
                    put(out, sample.duration);
                }
                if self.fields & SIZE != 0 {
                    put(out, sample.size);
                }
                if self.fields & FLAGS != 0 {
                    put(out, if sample.sync { ALONE } else { NEEDS_OTHERS });
                }
                if self.fields & COMPOSITION != 0 {
                    put(out, sample.composition.cast_unsigned());
                }
            }
        });
    }
}
