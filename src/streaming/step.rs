//! The next thing that a body sends: bytes, or a range of a file that needs no reading.

use std::io;
use std::mem;
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

/// Small ranges that are so near to each other, in bytes, are read at once with what lies between them:
/// a system call costs as much as copying a page.
const NEAR: u64 = 4 * 1024;

/// How much of a file is read at once for the sake of small ranges in it, in bytes.
const WINDOW: u64 = 64 * 1024;

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
        window: Vec::new(),
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
    /// A part of a file around small ranges.
    window: Vec<u8>,
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
        // Small ranges are noted first, then read together.
        let mut small = Small::default();
        let mut outcome = Ok(Turn::More);
        let found = view.pieces(at, source, &mut |piece| {
            let most = range.end - at;
            at += piece.len().min(most);
            outcome = self.piece(piece, most, file, terms, &mut small);
            match outcome {
                Ok(Turn::More) if at < range.end => ControlFlow::Continue(()),
                _ => ControlFlow::Break(()),
            }
        });
        if let Ok(Turn::More) = outcome {
            outcome = self.gather(file, &mut small, terms);
        }
        match outcome {
            Ok(Turn::More) if at < range.end => {
                found?;
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
        small: &mut Small,
    ) -> io::Result<Turn> {
        let stored = match &piece {
            Piece::Made(_) => None,
            Piece::Stored(stored) => {
                Some(stored.start..stored.end.min(stored.start.saturating_add(most)))
            }
        };
        if let Some(stored) = stored.clone()
            && stored.end - stored.start < NEAR
        {
            small.add(stored);
            return match small.bytes >= self.room as u64 {
                true => self.gather(file, small, terms),
                false => Ok(Turn::More),
            };
        }
        // What was noted comes first.
        match self.gather(file, small, terms)? {
            Turn::More => {}
            done => return Ok(done),
        }
        match (piece, stored) {
            (_, Some(stored)) => self.read(file, stored, terms),
            (Piece::Made(bytes), _) => {
                let bytes = bytes.slice(..bytes.len().min(most as usize));
                if self.bytes.is_empty() && bytes.len() as u64 >= WHOLE.min(most) {
                    return Ok(Turn::Instead(Step::Bytes(bytes)));
                }
                Ok(self.append(&bytes))
            }
            (Piece::Stored(_), None) => Ok(Turn::More), // every stored piece has its range
        }
    }

    /// Reads the ranges that were noted, as far as there is room, neighbours at once.
    fn gather(
        &mut self,
        file: &Arc<FileHandle>,
        small: &mut Small,
        terms: Terms,
    ) -> io::Result<Turn> {
        let noted = mem::take(small).ranges;
        let mut rest = &noted[..];
        while let Some(first) = rest.first() {
            let (mut end, mut near) = (first.end, 1);
            while let Some(next) = rest.get(near)
                && (end..=end + NEAR).contains(&next.start)
                && next.end - first.start <= WINDOW
            {
                (end, near) = (next.end, near + 1);
            }
            let (group, after) = rest.split_at(near);
            rest = after;
            let turn = match group {
                [alone] => self.read(file, alone.clone(), terms)?,
                _ => self.read_window(file, group, first.start..end, terms)?,
            };
            match turn {
                Turn::More => {}
                done => return Ok(done),
            }
        }
        Ok(Turn::More)
    }

    /// Reads `window` once and takes the ranges of `group` out of it, which lie there in order.
    fn read_window(
        &mut self,
        file: &FileHandle,
        group: &[Range<u64>],
        window: Range<u64>,
        terms: Terms,
    ) -> io::Result<Turn> {
        let mut bytes = mem::take(&mut self.window);
        bytes.resize(WINDOW as usize, 0);
        let into = &mut bytes[..(window.end - window.start) as usize];
        let read = match terms.wait {
            true => file.read_at(window.start, into).map(|()| into.len()),
            false => file.read_resident(window.start, into),
        }?;
        let mut turn = Turn::More;
        for range in group {
            let place = |at: u64| ((at - window.start) as usize).min(read);
            let found = &bytes[place(range.start)..place(range.end)];
            turn = self.append(found);
            if (found.len() as u64) < range.end - range.start {
                turn = Turn::Full;
            }
            if !matches!(turn, Turn::More) {
                break;
            }
        }
        self.window = bytes;
        Ok(turn)
    }
}

/// Small ranges of a file that are to be read.
#[derive(Default)]
struct Small {
    ranges: Vec<Range<u64>>,
    /// How many bytes they have together.
    bytes: u64,
}

impl Small {
    fn add(&mut self, range: Range<u64>) {
        self.bytes += range.end - range.start;
        self.ranges.push(range);
    }
}
