//! The index of a new file, written box by box. Tables with a row for each sample are only counted: their rows
//! are made when somebody reads them.

use std::ops::Range;

use bytes::Bytes;

use crate::mp4::{MADE_AT_ONCE, SampleIndex};

/// What the rows of a table say of each sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// `stsz`: its size.
    Size,
    /// `stts`: 1, and how long it lasts.
    Duration,
    /// `ctts`: 1, and how much later it is shown.
    Composition,
}

impl Column {
    fn width(self) -> u64 {
        match self {
            Self::Size => 4,
            Self::Duration | Self::Composition => 8,
        }
    }
}

/// A run of the index.
#[derive(Clone, Debug)]
enum Part {
    Made(Bytes),
    Rows {
        column: Column,
        /// Which of the index's tracks.
        track: usize,
        samples: Range<u32>,
    },
}

/// The bytes before the media data.
#[derive(Clone, Debug)]
pub(super) struct Head {
    /// Each with the offset of its end.
    parts: Vec<(u64, Part)>,
}

impl Head {
    pub fn length(&self) -> u64 {
        self.parts.last().map_or(0, |(end, _)| *end)
    }

    pub fn resident_bytes(&self) -> usize {
        let made = self.parts.iter().map(|(_, part)| match part {
            Part::Made(bytes) => bytes.len(),
            Part::Rows { .. } => 0,
        });
        size_of_val(&*self.parts) + made.sum::<usize>()
    }

    /// The bytes at `at`, at most [`MADE_AT_ONCE`] of them; `None` behind the last.
    pub fn piece(&self, at: u64, index: &SampleIndex) -> Option<Bytes> {
        let n = self.parts.partition_point(|(end, _)| *end <= at);
        let (end, part) = self.parts.get(n)?;
        let within = at - n.checked_sub(1).map_or(0, |before| self.parts[before].0);
        let length = (end - at).min(MADE_AT_ONCE as u64);
        Some(match part {
            Part::Made(bytes) => bytes.slice(within as usize..(within + length) as usize),
            Part::Rows {
                column,
                track,
                samples,
            } => {
                let width = column.width();
                let first = samples.start + (within / width) as u32;
                let skip = (within % width) as usize;
                let rows = ((skip as u64 + length).div_ceil(width)) as u32;
                let mut out = Vec::with_capacity((u64::from(rows) * width) as usize);
                let track = index.tracks().get(*track)?;
                for sample in track.samples(first..samples.end.min(first.saturating_add(rows))) {
                    match column {
                        Column::Size => put(&mut out, sample.size),
                        Column::Duration => {
                            put(&mut out, 1);
                            put(&mut out, sample.duration);
                        }
                        Column::Composition => {
                            put(&mut out, 1);
                            put(&mut out, sample.composition.cast_unsigned());
                        }
                    }
                }
                Bytes::from(out).slice(skip..skip + length as usize)
            }
        })
    }
}

/// Writes a [`Head`].
#[derive(Debug, Default)]
pub(super) struct Writer {
    parts: Vec<Draft>,
    length: u64,
}

#[derive(Debug)]
enum Draft {
    Made(Vec<u8>),
    Rows(Column, usize, Range<u32>),
}

impl Writer {
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        if let Some(Draft::Made(made)) = self.parts.last_mut() {
            made.extend_from_slice(bytes);
        } else {
            self.parts.push(Draft::Made(bytes.to_vec()));
        }
    }

    pub fn numbers(&mut self, numbers: &[u32]) {
        for number in numbers {
            self.bytes(&number.to_be_bytes());
        }
    }

    /// One row for each of `samples` of track number `track` of the index.
    pub fn rows(&mut self, column: Column, track: usize, samples: Range<u32>) {
        self.length += column.width() * u64::from(samples.end - samples.start);
        self.parts.push(Draft::Rows(column, track, samples));
    }

    /// A box with what `content` writes into it.
    pub fn boxed(&mut self, kind: &[u8; 4], content: impl FnOnce(&mut Self)) {
        let start = self.length;
        self.bytes(&[0; 4]);
        let part = self.parts.len() - 1;
        let offset = match &self.parts[part] {
            Draft::Made(made) => made.len() - 4,
            Draft::Rows(..) => 0, // never: bytes were just written
        };
        self.bytes(kind);
        content(self);
        // At most 16 bytes for each of `MAX_SAMPLES`, far below 4 GiB.
        let size = (self.length - start) as u32;
        if let Draft::Made(made) = &mut self.parts[part] {
            made[offset..offset + 4].copy_from_slice(&size.to_be_bytes());
        }
    }

    /// A box with a version and flags of 0.
    pub fn full_box(&mut self, kind: &[u8; 4], version: u8, content: impl FnOnce(&mut Self)) {
        self.boxed(kind, |out| {
            out.numbers(&[u32::from(version) << 24]);
            content(out);
        });
    }

    pub fn finish(self) -> Head {
        let mut end = 0;
        let parts = self.parts.into_iter().map(|draft| {
            let part = match draft {
                Draft::Made(made) => {
                    end += made.len() as u64;
                    Part::Made(made.into())
                }
                Draft::Rows(column, track, samples) => {
                    end += column.width() * u64::from(samples.end - samples.start);
                    Part::Rows {
                        column,
                        track,
                        samples,
                    }
                }
            };
            (end, part)
        });
        Head {
            parts: parts.collect(),
        }
    }
}

fn put(out: &mut Vec<u8>, number: u32) {
    out.extend_from_slice(&number.to_be_bytes());
}
