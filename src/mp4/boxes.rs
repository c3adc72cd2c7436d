//! Boxes: their headers at the top level of a file, and their children in memory
//! (ISO/IEC 14496-12 §4.2).

use std::fmt;

use mp4_atom::Atom;

use super::{Error, MAX_BOXES, MAX_INDEX, Part, Source};
use crate::units::Bytes;

/// A box's kind: four characters.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FourCc(pub [u8; 4]);

impl FourCc {
    fn is_printable(self) -> bool {
        // © (0xA9) begins QuickTime's text boxes.
        self.0
            .iter()
            .all(|&b| (0x20..0x7F).contains(&b) || b == 0xA9)
    }
}

impl fmt::Display for FourCc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.escape_ascii().fmt(f)
    }
}

impl fmt::Debug for FourCc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A box at the top level: where it is, not what is in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct TopBox {
    pub kind: FourCc,
    /// Offset of its header.
    pub at: u64,
    /// Offset of its content.
    pub body: u64,
    /// Offset of the first byte after it; never beyond the file.
    pub end: u64,
}

/// Kinds that may follow the index; anything else there is junk that some tool appended.
const MAY_FOLLOW: [&[u8; 4]; 16] = [
    b"mdat", b"moof", b"moov", b"sidx", b"ssix", b"styp", b"free", b"skip", b"wide", b"uuid",
    b"mfra", b"meta", b"udta", b"emsg", b"prft", b"ftyp",
];

/// Kinds that a file may begin with.
pub(super) const MAY_BEGIN: [&[u8; 4]; 12] = [
    b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"styp", b"sidx", b"moof",
    b"uuid", b"udta",
];

/// Walks the top level of a file by headers alone.
pub(super) struct TopLevel<'s, S: Source + ?Sized> {
    source: &'s S,
    length: u64,
    at: u64,
    visited: u32,
    index_bytes: u64,
    window: Vec<u8>,
    window_at: u64,
}

/// Read at a time for headers: neighbouring small boxes (fragments) then share a read.
const WINDOW: u64 = 4096;

impl<'s, S: Source + ?Sized> TopLevel<'s, S> {
    pub fn new(source: &'s S) -> Self {
        Self {
            source,
            length: source.length().0,
            at: 0,
            visited: 0,
            index_bytes: 0,
            window: Vec::new(),
            window_at: 0,
        }
    }

    /// The next box; `None` at the end of the file, and once the index is known also at junk.
    pub fn next(&mut self, index_known: bool) -> Result<Option<TopBox>, Error> {
        let at = self.at;
        let left = self.length - at;
        if left == 0 || (left < 8 && index_known) {
            return Ok(None);
        }
        self.visited += 1;
        if self.visited > MAX_BOXES {
            return Err(Error::TooManyBoxes);
        }
        let mut head = [0_u8; 16];
        let have = left.min(16) as usize;
        self.peek(at, &mut head[..have])?;
        let (kind, claimed, header) = match Header::parse(&head[..have]) {
            Ok(header) => (header.kind, header.size, header.length),
            Err(_) if index_known => return Ok(None),
            Err(why) => {
                let part = FourCc([head[4], head[5], head[6], head[7]]);
                return Err(damaged(part, at, why));
            }
        };
        if index_known && !MAY_FOLLOW.contains(&&kind.0) {
            return Ok(None);
        }
        if !kind.is_printable() {
            return Err(damaged(kind, at, "is of no known kind"));
        }
        let end = match claimed {
            None => self.length,
            Some(size) => at.saturating_add(size),
        };
        if end > self.length {
            return Err(Error::Truncated {
                part: Part::Box(kind),
                needed: Bytes(end),
                have: Bytes(self.length),
            });
        }
        self.at = end;
        Ok(Some(TopBox {
            kind,
            at,
            body: at + header,
            end,
        }))
    }

    /// The content of an index box. Counts towards [`MAX_INDEX`], for all of them together.
    pub fn read(&mut self, of: TopBox) -> Result<Vec<u8>, Error> {
        let size = of.end - of.body;
        self.index_bytes = self.index_bytes.saturating_add(size);
        if self.index_bytes > MAX_INDEX.0 {
            return Err(Error::IndexTooLarge {
                found: Bytes(self.index_bytes),
            });
        }
        // The box lies within the file, so this is as much as there are bytes for.
        let mut body = vec![0; size as usize];
        self.peek(of.body, &mut body)?;
        Ok(body)
    }

    fn peek(&mut self, at: u64, into: &mut [u8]) -> Result<(), Error> {
        let wanted = into.len() as u64;
        if wanted > WINDOW {
            return Ok(self.source.read_at(at, into)?);
        }
        let window_end = self.window_at + self.window.len() as u64;
        if at < self.window_at || at + wanted > window_end {
            self.window.resize(WINDOW.min(self.length - at) as usize, 0);
            self.source.read_at(at, &mut self.window)?;
            self.window_at = at;
        }
        let start = (at - self.window_at) as usize;
        into.copy_from_slice(&self.window[start..start + into.len()]);
        Ok(())
    }
}

struct Header {
    kind: FourCc,
    /// With the header; `None`: to the end of what it is in.
    size: Option<u64>,
    length: u64,
}

impl Header {
    fn parse(bytes: &[u8]) -> Result<Self, &'static str> {
        let size = be32(bytes, 0).ok_or("ends inside its header")?;
        let kind = FourCc(
            be32(bytes, 4)
                .ok_or("ends inside its header")?
                .to_be_bytes(),
        );
        let (size, length) = match size {
            0 => (None, 8),
            1 => (Some(be64(bytes, 8).ok_or("ends inside its header")?), 16),
            size => (Some(u64::from(size)), 8),
        };
        if size.is_some_and(|size| size < length) {
            return Err("claims to be smaller than its own header");
        }
        Ok(Self { kind, size, length })
    }
}

/// A box inside a box that is in memory.
#[derive(Clone, Copy)]
pub(super) struct Child<'a> {
    pub kind: FourCc,
    /// Offset of its content in the file, for messages.
    pub at: u64,
    pub body: &'a [u8],
}

impl<'a> Child<'a> {
    /// The whole box again, with the shortest header.
    pub fn whole(&self) -> Vec<u8> {
        boxed(self.kind, &[self.body])
    }

    pub fn children(&self) -> Children<'a> {
        children(self.body, self.at)
    }

    pub fn damaged(&self, why: impl Into<String>) -> Error {
        damaged(self.kind, self.at, why)
    }

    /// Decodes the content; bytes that the decoder leaves over are extensions, and fine.
    pub fn decode<T: Atom>(&self) -> Result<T, Error> {
        T::decode_body(&mut &*self.body).map_err(|error| {
            self.damaged(match error {
                mp4_atom::Error::OutOfBounds => "is too short for its content".to_string(),
                other => format!("cannot be understood ({other})"),
            })
        })
    }

    /// The rows of a table: a count at `count_at`, then rows of `width` bytes.
    ///
    /// The count is checked against the bytes that are there before anything believes it.
    pub fn rows(&self, count_at: usize, width: usize) -> Result<&'a [u8], Error> {
        let count = be32(self.body, count_at).ok_or_else(|| self.damaged("has no row count"))?;
        let room = &self.body[count_at + 4..];
        (count as usize)
            .checked_mul(width)
            .and_then(|bytes| room.get(..bytes))
            .ok_or_else(|| {
                let fit = room.len() / width;
                self.damaged(format!("claims {count} rows but has room for {fit}"))
            })
    }
}

pub(super) struct Children<'a> {
    rest: &'a [u8],
    at: u64,
}

/// The boxes in `body`, whose first byte lies at `at` in the file.
pub(super) fn children(body: &[u8], at: u64) -> Children<'_> {
    Children { rest: body, at }
}

impl<'a> Iterator for Children<'a> {
    type Item = Result<Child<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        // QuickTime ends some lists with a few zero bytes: too few for a box, or a box of nothing.
        if self.rest.len() < 8 || self.rest.starts_with(&[0; 8]) {
            return None;
        }
        let rest = std::mem::take(&mut self.rest);
        let kind = FourCc([rest[4], rest[5], rest[6], rest[7]]);
        let header = match Header::parse(rest) {
            Ok(header) => header,
            Err(why) => return Some(Err(damaged(kind, self.at, why))),
        };
        let size = header.size.unwrap_or(rest.len() as u64);
        let Some((whole, after)) = usize::try_from(size)
            .ok()
            .and_then(|size| rest.split_at_checked(size))
        else {
            let why = format!("claims {size} bytes where {} are left", rest.len());
            return Some(Err(damaged(kind, self.at, why)));
        };
        let child = Child {
            kind,
            at: self.at + header.length,
            body: &whole[header.length as usize..],
        };
        self.rest = after;
        self.at += size;
        Some(Ok(child))
    }
}

/// A box of this kind around this content, of less than 4 GiB.
pub(super) fn boxed(kind: FourCc, content: &[&[u8]]) -> Vec<u8> {
    let length = content.iter().map(|part| part.len()).sum::<usize>() + 8;
    let mut whole = Vec::with_capacity(length);
    whole.extend((length as u32).to_be_bytes());
    whole.extend(kind.0);
    content.iter().for_each(|part| whole.extend(*part));
    whole
}

pub(super) fn damaged(part: FourCc, offset: u64, why: impl Into<String>) -> Error {
    Error::Damaged {
        part,
        offset,
        why: why.into(),
    }
}

pub(super) fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..)?.first_chunk().copied()?))
}

pub(super) fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..)?.first_chunk().copied()?))
}

pub(super) fn be64(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_be_bytes(bytes.get(at..)?.first_chunk().copied()?))
}
