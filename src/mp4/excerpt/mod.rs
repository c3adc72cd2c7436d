//! New MP4 files made of some samples of a stored one: its sound alone, a clip.

mod audio;
mod clip;
mod head;
mod layout;
mod moov;
mod survey;

use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::{Piece, SampleIndex, Source, View};
use head::Head;
use layout::Data;

pub use audio::Audio;
pub use clip::{Clip, ClipError};

/// A file of an index that is made here and of samples that lie in the stored file.
///
/// Kept are the places of chunks, a few dozen bytes for each second, and the index that it shares.
#[derive(Clone, Debug)]
struct Excerpt {
    index: Arc<SampleIndex>,
    head: Head,
    data: Data,
}

impl View for Excerpt {
    fn length(&self) -> u64 {
        self.head.length() + self.data.length()
    }

    fn resident_bytes(&self) -> usize {
        let own = self.head.resident_bytes() + self.data.resident_bytes();
        size_of::<Self>() + own + self.index.resident_bytes()
    }

    fn piece(&self, at: u64, source: &dyn Source) -> io::Result<Piece> {
        let mut found = None;
        self.pieces(at, source, &mut |piece| {
            found = Some(piece);
            ControlFlow::Break(())
        })?;
        found.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    fn pieces(
        &self,
        mut at: u64,
        _: &dyn Source,
        take: &mut dyn FnMut(Piece) -> ControlFlow<()>,
    ) -> io::Result<()> {
        while let Some(made) = self.head.piece(at, &self.index) {
            at += made.len() as u64;
            if take(Piece::Made(made)).is_break() {
                return Ok(());
            }
        }
        let within = at - self.head.length();
        self.data
            .pieces(within, &self.index, |range| take(Piece::Stored(range)));
        Ok(())
    }
}
