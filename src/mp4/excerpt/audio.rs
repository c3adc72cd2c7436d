//! The sound of a recording, alone.

use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::Excerpt;
use super::layout::{Taken, lay_out};
use super::moov::{Part, Shown, head, scaled};
use crate::mp4::{Piece, SampleIndex, Source, View};

const BRANDS: &[u8] = b"M4A \0\0\x02\0M4A isomiso2mp42";

/// The first sound track as an `.m4a` of the same frames: what a student hears who turns the picture off.
#[derive(Clone, Debug)]
pub struct Audio(Excerpt);

impl Audio {
    /// `None` when there is no sound.
    pub fn of(index: Arc<SampleIndex>) -> Option<Self> {
        let track = index.tracks().iter().position(|track| !track.is_video())?;
        let sound = &index.tracks()[track];
        let taken = Taken {
            track,
            samples: 0..sound.samples_count(),
        };
        let start = sound.clock().start;
        let (from, to) = (sound.timescale(), index.movie_timescale());
        let whole = sound.duration();
        let edits = sound.edits().iter().map(|edit| {
            // Counted from the first frame. A duration of 0 is a fragmented file's "to the end".
            let at = u64::try_from(edit.media_time).ok();
            let at = at.map(|at| at.saturating_sub(start).min(whole));
            Shown {
                duration: match (edit.segment_duration, at) {
                    (0, Some(at)) => scaled(whole - at, from, to),
                    (duration, _) => duration,
                },
                from: at.map_or(-1, u64::cast_signed),
            }
        });
        let parts = [Part {
            taken: taken.clone(),
            edits: edits.filter(|edit| edit.duration > 0).collect(),
        }];
        let (data, chunks) = lay_out(&index, &[taken]);
        let head = head(&index, BRANDS, &parts, &data, &chunks);
        Some(Self(Excerpt { index, head, data }))
    }
}

impl View for Audio {
    fn length(&self) -> u64 {
        self.0.length()
    }

    fn resident_bytes(&self) -> usize {
        self.0.resident_bytes()
    }

    fn piece(&self, at: u64, source: &dyn Source) -> io::Result<Piece> {
        self.0.piece(at, source)
    }

    fn pieces(
        &self,
        at: u64,
        source: &dyn Source,
        take: &mut dyn FnMut(Piece) -> ControlFlow<()>,
    ) -> io::Result<()> {
        self.0.pieces(at, source, take)
    }
}
