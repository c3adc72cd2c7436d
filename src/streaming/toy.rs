//! A view for tests, put together by hand.

use std::io;
use std::ops::Range;

use bytes::Bytes;

use crate::mp4::{MADE_AT_ONCE, Piece, Source, View};

/// A part of a [`Toy`].
#[derive(Clone, Debug)]
pub enum Part {
    /// Made here.
    Made(Bytes),
    /// Of the stored file as it is.
    Stored(Range<u64>),
    /// Of the stored file with every bit turned, which needs the file to be read.
    Turned(Range<u64>),
}

impl Part {
    fn len(&self) -> u64 {
        match self {
            Self::Made(bytes) => bytes.len() as u64,
            Self::Stored(range) | Self::Turned(range) => range.end - range.start,
        }
    }
}

/// Parts in a row.
#[derive(Clone, Debug)]
pub struct Toy(pub Vec<Part>);

impl Toy {
    /// All its bytes when `stored` are those of the file.
    pub fn bytes(&self, stored: &[u8]) -> Vec<u8> {
        let cut = |range: &Range<u64>| &stored[range.start as usize..range.end as usize];
        let parts = self.0.iter().map(|part| match part {
            Part::Made(bytes) => bytes.to_vec(),
            Part::Stored(range) => cut(range).to_vec(),
            Part::Turned(range) => cut(range).iter().map(|byte| !byte).collect(),
        });
        parts.collect::<Vec<_>>().concat()
    }
}

impl View for Toy {
    fn length(&self) -> u64 {
        self.0.iter().map(Part::len).sum()
    }

    fn resident_bytes(&self) -> usize {
        size_of_val(&*self.0)
    }

    fn piece(&self, at: u64, source: &dyn Source) -> io::Result<Piece> {
        let mut start = 0;
        for part in &self.0 {
            let skip = at - start;
            if skip >= part.len() {
                start += part.len();
                continue;
            }
            let rest = |range: &Range<u64>| range.start + skip..range.end;
            return Ok(match part {
                Part::Made(bytes) => {
                    let most = bytes.len().min(skip as usize + MADE_AT_ONCE);
                    Piece::Made(bytes.slice(skip as usize..most))
                }
                Part::Stored(range) => Piece::Stored(rest(range)),
                Part::Turned(range) => {
                    let range = rest(range);
                    let len = (range.end - range.start).min(MADE_AT_ONCE as u64);
                    let mut bytes = vec![0; len as usize];
                    source.read_at(range.start, &mut bytes)?;
                    bytes.iter_mut().for_each(|byte| *byte = !*byte);
                    Piece::Made(bytes.into())
                }
            });
        }
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}
