//! The next thing that a body sends: bytes, or a range of a file that needs no reading.

use std::io;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use bytes::Bytes;

use super::handle::{FileHandle, Resident};
use super::slices::{Slice, Slices};
use crate::mp4::{Piece, Source, View};

/// How much is read at once, in bytes. A slow reader holds one such chunk and no more: nothing is
/// read ahead, because the kernel already does that for a file read in order.
pub(super) const CHUNK: usize = 128 * 1024;

/// From this length on, in bytes, a range of a file is worth a sendfile of its own. Shorter ones
/// are gathered into one buffer: the system calls would cost more than the copy.
pub(super) const WHOLE: u64 = 32 * 1024;

/// How long a range of a file may be that is handed on at once, in bytes: what the connection
/// server cuts larger frames into.
const MOST: u64 = 1024 * 1024;

/// See [`next`].
#[derive(Debug)]
pub(super) enum Step {
    /// These bytes.
    Bytes(Bytes),
    /// This range of this file, which has a mapping that contains it.
    Range(Arc<FileHandle>, Range<u64>),
}

impl Step {
    pub(super) fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Range(_, range) => range.end - range.start,
        }
    }
}

/// What the reading may cost.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    /// Whether ranges of files may be given instead of their bytes.
    pub(super) ranges: bool,
    /// Whether it may wait for a disk.
    pub(super) wait: bool,
}

/// The front of `slices`, which is not empty: small pieces are read together, in one buffer.
///
/// # Errors
/// `WouldBlock` when not even the first bytes can be had without waiting; `UnexpectedEof` when a
/// file has become shorter than a slice of it; what the disk or a view says.
pub(super) fn next(slices: &Slices, terms: Terms) -> io::Result<Step> {
    let mut buffer = Buffer {
        bytes: Vec::new(),
        room: slices.len().min(CHUNK as u64) as usize,
    };
    for slice in slices.iter() {
        let turn = match slice {
            // Memory at the front goes as it is, later it joins what was read before.
            Slice::Memory(bytes) if buffer.bytes.is_empty() => return Ok(Step::Bytes(bytes)),
            Slice::Memory(bytes) => Ok(buffer.append(&bytes)),
            Slice::File { file, range } => buffer.read(&file, range, terms),
            Slice::View { view, file, range } => buffer.view(&*view, &file, range, terms),
        };
        match turn {
            Ok(Turn::More) => {}
            Ok(Turn::Full) => break,
            Ok(Turn::Instead(step)) => return Ok(step),
            // What came before it is sent first; the next call meets the error again.
            Err(_) if !buffer.bytes.is_empty() => break,
            Err(error) => return Err(error),
        }
    }
    Ok(Step::Bytes(buffer.bytes.into()))
}

enum Turn {
    /// There is room for the next piece.
    More,
    /// The buffer is to be sent.
    Full,
    /// Nothing is in the buffer, and this is to be sent.
    Instead(Step),
}

/// Whether a range of `file` may be given instead of its bytes.
fn can_be_given(file: &FileHandle, range: &Range<u64>) -> bool {
    range.end <= file.len() && !file.must_be_copied() && file.mapping().is_some()
}

struct Buffer {
    bytes: Vec<u8>,
    /// How many bytes still fit.
    room: usize,
}

impl Buffer {
    fn append(&mut self, bytes: &[u8]) -> Turn {
        let fits = bytes.len().min(self.room);
        self.make_room();
        self.bytes.extend_from_slice(&bytes[..fits]);
        self.took(fits)
    }

    /// All the room at once, when it is known that there will be something in it.
    fn make_room(&mut self) {
        if self.bytes.is_empty() {
            self.bytes.reserve_exact(self.room);
        }
    }

    fn took(&mut self, len: usize) -> Turn {
        self.room -= len;
        if self.room == 0 {
            Turn::Full
        } else {
            Turn::More
        }
    }

    fn read(
        &mut self,
        file: &Arc<FileHandle>,
        range: Range<u64>,
        terms: Terms,
    ) -> io::Result<Turn> {
        let len = range.end - range.start;
        if terms.ranges && len >= WHOLE && can_be_given(file, &range) {
            if !self.bytes.is_empty() {
                return Ok(Turn::Full);
            }
            let end = range.end.min(range.start + MOST);
            return Ok(Turn::Instead(Step::Range(
                Arc::clone(file),
                range.start..end,
            )));
        }
        let before = self.bytes.len();
        let wanted = len.min(self.room as u64) as usize;
        self.make_room();
        self.bytes.resize(before + wanted, 0);
        let into = &mut self.bytes[before..];
        let read = if terms.wait {
            file.read_at(range.start, into).map(|()| wanted)
        } else {
            file.read_resident(range.start, into)
        };
        self.bytes.truncate(before + *read.as_ref().unwrap_or(&0));
        let read = read?;
        if read < wanted {
            self.room -= read;
            return Ok(Turn::Full);
        }
        Ok(self.took(read))
    }

    fn view(
        &mut self,
        view: &dyn View,
        file: &Arc<FileHandle>,
        range: Range<u64>,
        terms: Terms,
    ) -> io::Result<Turn> {
        let source: &dyn Source = match terms.wait {
            true => &**file,
            false => &Resident(file),
        };
        let mut at = range.start;
        let mut outcome = Ok(Turn::More);
        view.pieces(at, source, &mut |piece| {
            let most = range.end - at;
            at += piece.len().min(most);
            outcome = self.piece(piece, most, file, terms);
            match outcome {
                Ok(Turn::More) if at < range.end => ControlFlow::Continue(()),
                _ => ControlFlow::Break(()),
            }
        })?;
        match outcome {
            Ok(Turn::More) if at < range.end => {
                Err(io::Error::other("a view ends before its length"))
            }
            outcome => outcome,
        }
    }

    /// At most `most` bytes of `piece`, which is not empty.
    fn piece(
        &mut self,
        piece: Piece,
        most: u64,
        file: &Arc<FileHandle>,
        terms: Terms,
    ) -> io::Result<Turn> {
        match piece {
            Piece::Made(bytes) => {
                let bytes = bytes.slice(..bytes.len().min(most as usize));
                if self.bytes.is_empty() && bytes.len() as u64 >= WHOLE.min(most) {
                    return Ok(Turn::Instead(Step::Bytes(bytes)));
                }
                Ok(self.append(&bytes))
            }
            Piece::Stored(stored) => {
                let end = stored.end.min(stored.start.saturating_add(most));
                self.read(file, stored.start..end, terms)
            }
        }
    }
}
