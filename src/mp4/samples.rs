//! Sample tables (ISO/IEC 14496-12 §8.6, §8.7), folded in place: how many samples, how long, how
//! many bytes, and where the last of them ends.

use super::Error;
use super::boxes::{Child, be32, be64};

/// The boxes of a track's `stbl` that say where its samples are.
#[derive(Default)]
pub(super) struct Tables<'a> {
    pub stts: Option<Child<'a>>,
    pub stsc: Option<Child<'a>>,
    /// `stsz` or `stz2`.
    pub sizes: Option<Child<'a>>,
    /// `stco` or `co64`.
    pub chunks: Option<Child<'a>>,
    /// Whether there is a `ctts`.
    pub delays: bool,
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

impl Tables<'_> {
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
            delayed: self.delays,
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
        let (Some(stsc), Some(chunks)) = (&self.stsc, &self.chunks) else {
            let part = self.sizes.as_ref().or(self.stts.as_ref());
            return match part {
                Some(part) => Err(part.damaged("lists samples that no chunk table places")),
                None => Ok(0),
            };
        };
        let width = if chunks.kind.0 == *b"co64" { 8 } else { 4 };
        let offsets = chunks.rows(4, width)?;
        let offset = |chunk: usize| match width {
            8 => be64(offsets, chunk * 8),
            _ => be32(offsets, chunk * 4).map(u64::from),
        };
        let runs = stsc.rows(4, 12)?;
        let run = |n: usize| Some((be32(runs, n * 12)?, be32(runs, n * 12 + 4)?));
        let Some((1, mut per_chunk)) = run(0) else {
            return Err(stsc.damaged("does not begin with the first chunk"));
        };
        let mut next_run = 1;
        let mut sample: u32 = 0;
        let mut end = 0;
        for chunk in 0..offsets.len() / width {
            // A run starts where its first chunk, counted from one, says.
            while let Some((first, samples)) = run(next_run)
                && u64::from(first) <= chunk as u64 + 1
            {
                per_chunk = samples;
                next_run += 1;
            }
            let until = sample.saturating_add(per_chunk).min(sizes.count);
            if until > sample {
                let bytes = sizes.sum(sample, until);
                end = end.max(offset(chunk).unwrap_or(0).saturating_add(bytes));
            }
            sample = until;
        }
        if sample < sizes.count {
            let placed = format!(
                "lists {} samples, of which {sample} have a place",
                sizes.count
            );
            return Err(sizes.table.damaged(placed));
        }
        Ok(end)
    }
}

/// Sizes of samples: one for all, or a table of 4, 8, 16 or 32 bits each.
struct Sizes<'a> {
    table: Child<'a>,
    count: u32,
    each: Each<'a>,
}

enum Each<'a> {
    Same(u32),
    Bits(u8, &'a [u8]),
}

impl<'a> Sizes<'a> {
    fn of(table: &Child<'a>) -> Result<Self, Error> {
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

    /// Bytes of the samples `from..until`. Each sample is looked at once over all calls.
    fn sum(&self, from: u32, until: u32) -> u64 {
        let size = |n: u32, bits: u8, rows: &[u8]| {
            let n = n as usize;
            match bits {
                4 => rows
                    .get(n / 2)
                    .map(|b| u32::from(if n.is_multiple_of(2) { b >> 4 } else { b & 15 })),
                8 => rows.get(n).copied().map(u32::from),
                16 => rows
                    .get(n * 2..n * 2 + 2)
                    .map(|b| u32::from(b[0]) << 8 | u32::from(b[1])),
                _ => be32(rows, n * 4),
            }
        };
        match self.each {
            Each::Same(bytes) => u64::from(until - from) * u64::from(bytes),
            Each::Bits(bits, rows) => (from..until)
                .map(|n| u64::from(size(n, bits, rows).unwrap_or(0)))
                .fold(0, u64::saturating_add),
        }
    }
}
