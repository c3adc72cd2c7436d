//! Samples packed into blocks, each of which can be read by itself.

use std::ops::Range;

use super::bits::{BitReader, BitWriter};
use super::track::Sample;

/// Samples in a block: what is decoded to see one of them.
pub(super) const BLOCK: usize = 128;

/// Samples of one track, in decode order.
#[derive(Debug, Default)]
pub(super) struct Packed {
    words: Box<[u64]>,
    /// The bit at which each block starts.
    blocks: Box<[u64]>,
    /// Runs of samples at which decoding can start, in order and apart from each other.
    sync: Box<[Range<u32>]>,
    /// From which sample on which description holds.
    descriptions: Box<[(u32, u32)]>,
    pub count: u32,
    pub bytes: u64,
    /// Decode times: of the first sample, and after the last.
    pub clock: Range<u64>,
}

/// What is known before the first sample of a block.
#[derive(Clone, Copy)]
struct Anchor {
    dts: u64,
    offset: u64,
    bytes_before: u64,
}

impl Anchor {
    fn read(bits: &mut BitReader<'_>) -> Self {
        Self {
            dts: bits.number(),
            offset: bits.number(),
            bytes_before: bits.number(),
        }
    }
}

/// Whether samples follow the one before without a gap.
mod gaps {
    pub const NONE: u64 = 0;
    pub const ALL: u64 = 1;
    /// One bit for each sample says.
    pub const SOME: u64 = 2;
}

impl Packed {
    /// Bytes on the heap.
    pub fn resident_bytes(&self) -> usize {
        size_of_val(&*self.words)
            + size_of_val(&*self.blocks)
            + size_of_val(&*self.sync)
            + size_of_val(&*self.descriptions)
    }

    /// The samples of a block that are within `wanted`, and the bytes before the first of them.
    fn block(&self, block: usize, into: &mut Vec<Sample>) -> u64 {
        into.clear();
        let Some(&start) = self.blocks.get(block) else {
            return 0;
        };
        let first = (block * BLOCK) as u32;
        let len = (self.count - first).min(BLOCK as u32) as usize;
        let mut bits = BitReader::new(&self.words, start);
        let anchor = Anchor::read(&mut bits);
        let mut columns = [[0_i64; BLOCK]; 4];
        let [durations, compositions, sizes, gaps] = &mut columns;
        bits.column(&mut durations[..len]);
        bits.column(&mut compositions[..len]);
        bits.column(&mut sizes[..len]);
        let which = bits.take(2);
        let mut apart = 0_u128;
        if which == gaps::ALL {
            apart = u128::MAX;
        } else if which == gaps::SOME {
            apart = u128::from(bits.take(64)) << 64 | u128::from(bits.take(64));
        }
        // Bit 127 is the first sample, whose place the anchor says.
        let apart = |n: usize| n > 0 && apart >> (BLOCK - 1 - n) & 1 == 1;
        let some = (0..len).filter(|&n| apart(n)).count();
        if some > 0 {
            bits.column(&mut gaps[..some]);
        }
        let mut gap = gaps.iter();
        let (mut dts, mut offset) = (anchor.dts, anchor.offset);
        let mut sync = RunCursor::at(&self.sync, first);
        let mut description = self.description_at(first);
        for n in 0..len {
            let number = first + n as u32;
            if apart(n) {
                offset = offset.wrapping_add_signed(gap.next().copied().unwrap_or(0));
            }
            while let Some(&(from, which)) = self.descriptions.get(description.1)
                && from <= number
            {
                description = (which, description.1 + 1);
            }
            let (size, duration) = (sizes[n] as u32, durations[n] as u32);
            into.push(Sample {
                offset,
                size,
                dts,
                duration,
                composition: compositions[n] as i32,
                sync: sync.holds(number),
                description: description.0,
            });
            dts = dts.wrapping_add(duration.into());
            offset = offset.wrapping_add(size.into());
        }
        anchor.bytes_before
    }

    /// The description of sample `n`, and the place in the list after it.
    fn description_at(&self, n: u32) -> (u32, usize) {
        let after = self.descriptions.partition_point(|&(from, _)| from <= n);
        let found = after
            .checked_sub(1)
            .and_then(|at| self.descriptions.get(at));
        (found.map_or(1, |found| found.1), after)
    }

    pub fn samples(&self, range: Range<u32>) -> Samples<'_> {
        let end = range.end.min(self.count);
        let next = range.start.min(end);
        Samples {
            packed: self,
            next,
            end,
            block: Vec::new(),
        }
    }

    pub fn bytes_before(&self, n: u32) -> u64 {
        if n >= self.count {
            return self.bytes;
        }
        let mut block = Vec::new();
        let before = self.block(n as usize / BLOCK, &mut block);
        let within = block.iter().take(n as usize % BLOCK);
        before + within.map(|sample| u64::from(sample.size)).sum::<u64>()
    }

    fn anchor(&self, block: usize) -> Option<Anchor> {
        let start = *self.blocks.get(block)?;
        Some(Anchor::read(&mut BitReader::new(&self.words, start)))
    }

    /// The first sample for which `reached` holds, which holds for all after it, by what is known
    /// before it.
    fn first(&self, reached: impl Fn(u64, u64) -> bool) -> u32 {
        let (mut low, mut high) = (0, self.blocks.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.anchor(middle) {
                Some(anchor) if !reached(anchor.dts, anchor.bytes_before) => low = middle + 1,
                _ => high = middle,
            }
        }
        // It is the first of block `low`, or within the one before.
        let Some(before) = low.checked_sub(1) else {
            return 0;
        };
        let mut block = Vec::new();
        let mut bytes = self.block(before, &mut block);
        let found = block.iter().position(|sample| {
            let here = reached(sample.dts, bytes);
            bytes += u64::from(sample.size);
            here
        });
        (before * BLOCK + found.unwrap_or(block.len())) as u32
    }

    pub fn at_decode_time(&self, ticks: u64) -> u32 {
        self.first(|dts, _| dts >= ticks)
    }

    /// The sample that holds byte `at` of all samples' bytes put together, and its first byte;
    /// `None` beyond the last.
    pub fn at_byte(&self, at: u64) -> Option<u32> {
        if at >= self.bytes {
            return None;
        }
        // Samples of no bytes hold none: the last to begin at or before it is the one.
        Some(self.first(|_, before| before > at) - 1)
    }

    pub fn sync_at_or_before(&self, n: u32) -> Option<u32> {
        let after = self.sync.partition_point(|run| run.start <= n);
        let run = &self.sync[after.checked_sub(1)?];
        Some(n.min(run.end - 1))
    }

    pub fn sync_samples(&self) -> impl Iterator<Item = u32> + '_ {
        self.sync.iter().cloned().flatten()
    }

    pub fn all_sync(&self) -> bool {
        matches!(&*self.sync, [run] if run.start == 0 && run.end == self.count)
    }
}

/// Walks runs in step with samples.
struct RunCursor<'a> {
    rest: &'a [Range<u32>],
}

impl<'a> RunCursor<'a> {
    fn at(runs: &'a [Range<u32>], n: u32) -> Self {
        let before = runs.partition_point(|run| run.end <= n);
        Self {
            rest: &runs[before..],
        }
    }

    fn holds(&mut self, n: u32) -> bool {
        while let [run, rest @ ..] = self.rest
            && run.end <= n
        {
            self.rest = rest;
        }
        self.rest.first().is_some_and(|run| run.start <= n)
    }
}

/// Samples one after another.
#[derive(Debug)]
pub(super) struct Samples<'a> {
    packed: &'a Packed,
    next: u32,
    end: u32,
    /// The block in which `next` is; empty before the first is read.
    block: Vec<Sample>,
}

impl Iterator for Samples<'_> {
    type Item = Sample;

    fn next(&mut self) -> Option<Sample> {
        if self.next >= self.end {
            return None;
        }
        let within = self.next as usize % BLOCK;
        if within == 0 || self.block.is_empty() {
            self.packed
                .block(self.next as usize / BLOCK, &mut self.block);
        }
        self.next += 1;
        self.block.get(within).copied()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = (self.end - self.next) as usize;
        (left, Some(left))
    }
}

impl ExactSizeIterator for Samples<'_> {}

/// A sample as it is put in.
pub(super) struct Entry {
    pub offset: u64,
    pub size: u32,
    pub duration: u32,
    pub composition: i32,
    pub sync: bool,
    pub description: u32,
}

/// Puts samples together into blocks.
#[derive(Default)]
pub(super) struct Packer {
    bits: BitWriter,
    blocks: Vec<u64>,
    sync: Vec<Range<u32>>,
    descriptions: Vec<(u32, u32)>,
    count: u32,
    bytes: u64,
    start: u64,
    /// Decode time after the last sample.
    clock: u64,
    /// Offset after the last sample.
    offset: u64,
    pending: Option<Anchor>,
    durations: Vec<i64>,
    compositions: Vec<i64>,
    sizes: Vec<i64>,
    gaps: Vec<i64>,
    apart: u128,
}

impl Packer {
    pub fn count(&self) -> u32 {
        self.count
    }

    pub fn push(&mut self, entry: &Entry) {
        // Only here: until the next one comes, the last one's duration can change.
        if self.durations.len() == BLOCK {
            self.end_block();
        }
        if self.pending.is_none() {
            self.pending = Some(Anchor {
                dts: self.clock,
                offset: entry.offset,
                bytes_before: self.bytes,
            });
        } else if entry.offset != self.offset {
            self.apart |= 1 << (BLOCK - 1 - self.durations.len());
            let gap = entry.offset.wrapping_sub(self.offset);
            self.gaps.push(gap.cast_signed());
        }
        if entry.sync {
            match self.sync.last_mut() {
                Some(run) if run.end == self.count => run.end += 1,
                _ => self.sync.push(self.count..self.count + 1),
            }
        }
        if self.descriptions.last().map(|last| last.1) != Some(entry.description) {
            self.descriptions.push((self.count, entry.description));
        }
        self.durations.push(entry.duration.into());
        self.compositions.push(entry.composition.into());
        self.sizes.push(entry.size.into());
        self.count += 1;
        self.bytes += u64::from(entry.size);
        self.clock += u64::from(entry.duration);
        self.offset = entry.offset.wrapping_add(entry.size.into());
    }

    /// The decode time of the next sample, where it is said. The last sample lasts until then;
    /// time never goes backwards. `None` when it would last longer than can be written.
    pub fn set_clock(&mut self, to: u64) -> Option<()> {
        match self.durations.last_mut() {
            None => (self.start, self.clock) = (to, to),
            Some(last) => {
                let began = self.clock - last.cast_unsigned();
                let lasts = to.saturating_sub(began);
                *last = u32::try_from(lasts).ok()?.into();
                self.clock = began + lasts;
            }
        }
        Some(())
    }

    fn end_block(&mut self) {
        let Some(anchor) = self.pending.take() else {
            return;
        };
        self.blocks.push(self.bits.at());
        for known in [anchor.dts, anchor.offset, anchor.bytes_before] {
            self.bits.number(known);
        }
        for column in [&self.durations, &self.compositions, &self.sizes] {
            self.bits.column(column);
        }
        let len = self.durations.len();
        match self.gaps.len() {
            0 => self.bits.put(gaps::NONE, 2),
            all if all == len - 1 => self.bits.put(gaps::ALL, 2),
            _ => {
                self.bits.put(gaps::SOME, 2);
                self.bits.put((self.apart >> 64) as u64, 64);
                self.bits.put(self.apart as u64, 64);
            }
        }
        if !self.gaps.is_empty() {
            self.bits.column(&self.gaps);
        }
        self.durations.clear();
        self.compositions.clear();
        self.sizes.clear();
        self.gaps.clear();
        self.apart = 0;
    }

    pub fn finish(mut self) -> Packed {
        self.end_block();
        Packed {
            words: self.bits.finish(),
            blocks: self.blocks.into_boxed_slice(),
            sync: self.sync.into_boxed_slice(),
            descriptions: self.descriptions.into_boxed_slice(),
            count: self.count,
            bytes: self.bytes,
            clock: self.start..self.clock,
        }
    }
}
