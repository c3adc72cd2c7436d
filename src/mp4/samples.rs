//! Sample tables (ISO/IEC 14496-12 §8.6, §8.7), read in place: how many samples, how long, how
//! many bytes, and where each of them is.

use std::ops::Range;

use super::Error;
use super::boxes::{Child, be16, be32, be64};

/// The boxes of a track's `stbl` that say where its samples are.
#[derive(Default)]
pub(super) struct Tables<'a> {
    pub stts: Option<Child<'a>>,
    pub stsc: Option<Child<'a>>,
    /// `stsz` or `stz2`.
    pub sizes: Option<Child<'a>>,
    /// `stco` or `co64`.
    pub chunks: Option<Child<'a>>,
    pub ctts: Option<Child<'a>>,
    pub stss: Option<Child<'a>>,
}

/// What the samples of a track add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Totals {
    pub samples: u64,
    /// Durations of all samples, in the track's timescale.
    pub ticks: u64,
    /// Offset of the first byte after the last sample in the file.
    pub data_end: u64,
    /// Whether samples are shown later than they are decoded (composition offsets).
    pub delayed: bool,
}

impl<'a> Tables<'a> {
    /// Adds the samples up in time proportional to the tables' bytes, whatever they claim.
    pub fn totals(&self) -> Result<Totals, Error> {
        let Some(sizes) = &self.sizes else {
            return Ok(Totals::default());
        };
        let sizes = Sizes::of(sizes)?;
        if sizes.count == 0 {
            return Ok(Totals::default()); // a fragmented file's empty tables
        }
        Ok(Totals {
            samples: u64::from(sizes.count),
            ticks: self.ticks()?,
            data_end: self.data_end(&sizes)?,
            delayed: self.ctts.is_some(),
        })
    }

    fn ticks(&self) -> Result<u64, Error> {
        let Some(stts) = &self.stts else { return Ok(0) };
        let rows = stts.rows(4, 8)?.chunks_exact(8);
        Ok(rows.fold(0, |ticks, row| {
            let count = u64::from(be32(row, 0).unwrap_or(0));
            let delta = u64::from(be32(row, 4).unwrap_or(0));
            // A product of two 32-bit numbers fits; their sum saturates.
            ticks.saturating_add(count * delta)
        }))
    }

    fn data_end(&self, sizes: &Sizes<'_>) -> Result<u64, Error> {
        let (mut placed, mut end) = (0, 0_u64);
        for chunk in self.placed(sizes.count)? {
            placed = chunk.samples.end;
            let bytes = sizes.sum(chunk.samples);
            end = end.max(chunk.offset.saturating_add(bytes));
        }
        sizes.all_placed(placed)?;
        Ok(end)
    }

    /// Where `count` samples are, by chunk; those that no chunk places are left out.
    pub fn placed(&self, count: u32) -> Result<Chunks<'a>, Error> {
        let (Some(stsc), Some(chunks)) = (&self.stsc, &self.chunks) else {
            let part = self.sizes.as_ref().or(self.stts.as_ref());
            return match part {
                Some(part) => Err(part.damaged("lists samples that no chunk table places")),
                None => Ok(Chunks::default()),
            };
        };
        let width = if chunks.kind.0 == *b"co64" { 8 } else { 4 };
        let runs = stsc.rows(4, 12)?;
        if be32(runs, 0) != Some(1) {
            return Err(stsc.damaged("does not begin with the first chunk"));
        }
        Ok(Chunks {
            offsets: chunks.rows(4, width)?,
            width,
            runs,
            chunk: 0,
            per_chunk: 0,
            description: 0,
            sample: 0,
            count,
        })
    }
}

/// Samples that lie together, and where.
pub(super) struct Chunk {
    pub offset: u64,
    /// Never empty.
    pub samples: Range<u32>,
    /// Which sample entry describes them, from 1 on.
    pub description: u32,
}

/// The chunks of a track, in the order of their samples (§8.7.4, §8.7.5).
#[derive(Default)]
pub(super) struct Chunks<'a> {
    offsets: &'a [u8],
    /// Bytes per offset.
    width: usize,
    /// Rows of `stsc` that have not begun.
    runs: &'a [u8],
    chunk: u32,
    per_chunk: u32,
    description: u32,
    /// The next sample, and how many there are.
    sample: u32,
    count: u32,
}

impl Iterator for Chunks<'_> {
    type Item = Chunk;

    fn next(&mut self) -> Option<Chunk> {
        loop {
            if self.sample == self.count {
                return None;
            }
            let (offset, rest) = self.offsets.split_at_checked(self.width)?;
            self.offsets = rest;
            self.chunk = self.chunk.saturating_add(1);
            // A run starts where its first chunk, counted from one, says.
            while let Some((run, rest)) = self.runs.split_at_checked(12)
                && be32(run, 0).is_some_and(|first| first <= self.chunk)
            {
                self.per_chunk = be32(run, 4).unwrap_or(0);
                self.description = be32(run, 8).unwrap_or(0);
                self.runs = rest;
            }
            let until = self.sample.saturating_add(self.per_chunk).min(self.count);
            if until > self.sample {
                let offset = match self.width {
                    8 => be64(offset, 0),
                    _ => be32(offset, 0).map(u64::from),
                };
                let samples = self.sample..until;
                self.sample = until;
                return Some(Chunk {
                    offset: offset.unwrap_or(0),
                    samples,
                    description: self.description,
                });
            }
        }
    }
}

/// Sizes of samples: one for all, or a table of 4, 8, 16 or 32 bits each.
pub(super) struct Sizes<'a> {
    table: Child<'a>,
    pub count: u32,
    each: Each<'a>,
}

enum Each<'a> {
    Same(u32),
    Bits(u8, &'a [u8]),
}

impl<'a> Sizes<'a> {
    pub fn of(table: &Child<'a>) -> Result<Self, Error> {
        let short = || table.damaged("is too short");
        let first = be32(table.body, 4).ok_or_else(short)?;
        let count = be32(table.body, 8).ok_or_else(short)?;
        let bits = match (&table.kind.0, first) {
            (b"stsz", 0) => 32,
            (b"stsz", same) => {
                return Ok(Self {
                    table: *table,
                    count,
                    each: Each::Same(same),
                });
            }
            (_, field) => match field as u8 {
                bits @ (4 | 8 | 16) => bits,
                bits => return Err(table.damaged(format!("has sizes of {bits} bits"))),
            },
        };
        let rows = &table.body[12..];
        let needed = (u64::from(count) * u64::from(bits)).div_ceil(8);
        if needed > rows.len() as u64 {
            let fit = rows.len() as u64 * 8 / u64::from(bits);
            return Err(table.damaged(format!("claims {count} sizes but has room for {fit}")));
        }
        Ok(Self {
            table: *table,
            count,
            each: Each::Bits(bits, rows),
        })
    }

    /// Bytes of those samples. Each sample is looked at once over all calls.
    fn sum(&self, samples: Range<u32>) -> u64 {
        match self.each {
            Each::Same(bytes) => u64::from(samples.end - samples.start) * u64::from(bytes),
            Each::Bits(..) => samples
                .map(|n| u64::from(self.get(n)))
                .fold(0, u64::saturating_add),
        }
    }

    /// Bytes of sample `n`; 0 beyond the last.
    pub fn get(&self, n: u32) -> u32 {
        let n = n as usize;
        let size = match self.each {
            Each::Same(bytes) => Some(bytes),
            Each::Bits(4, rows) => rows
                .get(n / 2)
                .map(|b| u32::from(if n.is_multiple_of(2) { b >> 4 } else { b & 15 })),
            Each::Bits(8, rows) => rows.get(n).copied().map(u32::from),
            Each::Bits(16, rows) => be16(rows, n * 2).map(u32::from),
            Each::Bits(_, rows) => be32(rows, n * 4),
        };
        size.unwrap_or(0)
    }

    /// That `placed` of the samples, which have a place, are all of them.
    pub fn all_placed(&self, placed: u32) -> Result<(), Error> {
        if placed < self.count {
            let listed = format!(
                "lists {} samples, of which {placed} have a place",
                self.count
            );
            return Err(self.table.damaged(listed));
        }
        Ok(())
    }
}
