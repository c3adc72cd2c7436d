//! What a view is to those who send it: a run of bytes, some made here and some lying in the stored
//! file, of which any part can be had without the rest.

use std::fmt;
use std::io;
use std::ops::{ControlFlow, Range};

use bytes::Bytes;

use super::Source;

/// The version of every view's bytes. It is part of their validators and of their immutable
/// addresses, so that no cache joins two versions: whoever changes one byte of any view raises it.
/// Golden hashes in the tests fail until it is raised.
pub const VIEW_FORMAT: u32 = 2;

/// A form of a stored MP4 that is computed and never stored.
///
/// A pure function of the stored file: the same file gives the same bytes in every process, for
/// ever, as long as [`VIEW_FORMAT`] stays. Its length is known before its bytes are.
pub trait View: fmt::Debug + Send + Sync {
    /// The exact length in bytes.
    fn length(&self) -> u64;

    /// Bytes of memory that it keeps in use, those that it shares with other views included: what a cache of
    /// views counts.
    fn resident_bytes(&self) -> usize;

    /// The piece at offset `at`, from there to where it ends or to where it would be too much to
    /// make at once; never empty while `at < self.length()`.
    ///
    /// `source` is the stored file; most views do not read it. Costs time and memory in proportion
    /// to what it returns, so that a seek into a long lesson is as cheap as its beginning.
    ///
    /// # Errors
    /// What `source` says.
    fn piece(&self, at: u64, source: &dyn Source) -> io::Result<Piece>;

    /// The pieces from offset `at` on, one after another, for as long as `take` goes on. A view of many
    /// small pieces finds the next one more cheaply from the last than from its offset.
    ///
    /// # Errors
    /// What `source` says; pieces before it have been taken.
    fn pieces(
        &self,
        mut at: u64,
        source: &dyn Source,
        take: &mut dyn FnMut(Piece) -> ControlFlow<()>,
    ) -> io::Result<()> {
        while at < self.length() {
            let piece = self.piece(at, source)?;
            at += piece.len();
            if piece.is_empty() || take(piece).is_break() {
                break;
            }
        }
        Ok(())
    }
}

/// What [`View::piece`] gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Bytes made here; at most [`MADE_AT_ONCE`].
    Made(Bytes),
    /// Bytes of the stored file, at these half-open offsets.
    Stored(Range<u64>),
}

impl Piece {
    /// Length in bytes.
    pub fn len(&self) -> u64 {
        match self {
            Self::Made(bytes) => bytes.len() as u64,
            Self::Stored(range) => range.end.saturating_sub(range.start),
        }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The most bytes that a view makes at once.
pub const MADE_AT_ONCE: usize = 64 * 1024;
