//! Some bytes made here, followed by ranges of the stored file.

use std::io;
use std::ops::Range;

use bytes::Bytes;

use super::super::{MADE_AT_ONCE, Piece, Source, View};

/// A view that begins with bytes made here and goes on with ranges of the stored file: an init
/// segment, a media segment, one fragment.
#[derive(Clone, Debug)]
pub struct Composed {
    head: Bytes,
    /// Each with the offset of its end in the view.
    stored: Vec<(u64, Range<u64>)>,
    length: u64,
}

impl Composed {
    pub(in crate::mp4) fn new(head: Vec<u8>, ranges: Vec<Range<u64>>) -> Self {
        let mut length = head.len() as u64;
        let stored = ranges.into_iter().map(|range| {
            length += range.end - range.start;
            (length, range)
        });
        Self {
            stored: stored.collect(),
            head: head.into(),
            length,
        }
    }

    /// The piece at `at`, for which nothing is read.
    pub(in crate::mp4) fn at(&self, at: u64) -> Option<Piece> {
        let head = self.head.len() as u64;
        if at < head {
            let end = head.min(at.saturating_add(MADE_AT_ONCE as u64));
            return Some(Piece::Made(self.head.slice(at as usize..end as usize)));
        }
        let n = self.stored.partition_point(|(end, _)| *end <= at);
        let (end, range) = self.stored.get(n)?;
        Some(Piece::Stored(range.end - (end - at)..range.end))
    }
}

impl View for Composed {
    fn length(&self) -> u64 {
        self.length
    }

    fn resident_bytes(&self) -> usize {
        size_of::<Self>() + self.head.len() + size_of_val(&*self.stored)
    }

    fn piece(&self, at: u64, _: &dyn Source) -> io::Result<Piece> {
        self.at(at)
            .ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}
