//! The index in front of the pictures and the sound, so that playing begins before the file has arrived.

use std::io;
use std::ops::Range;

use bytes::Bytes;

use super::boxes::{Child, FourCc, TopLevel, be32, be64};
use super::{Error, MADE_AT_ONCE, Piece, Source, View};

/// A file whose index lies behind its data, with the index moved to the front.
///
/// Everything is copied byte for byte but the places of chunks (`stco`, `co64`), which are moved as they are read;
/// so only a few dozen bytes are kept, whatever the file's size. Where places would no longer fit into 32 bits, the
/// table is given as `co64`.
#[derive(Clone, Debug)]
pub struct FastStart {
    /// Each with the offset of its end.
    parts: Vec<(u64, Part)>,
    shift: Shift,
}

#[derive(Clone, Debug)]
enum Part {
    /// As it lies in the source.
    Copied(Range<u64>),
    Made(Bytes),
    /// Places of chunks: where the rows begin in the source, and how many there are.
    Places {
        at: u64,
        wide_there: bool,
        wide_here: bool,
    },
}

/// Where bytes of the source come to lie.
#[derive(Clone, Copy, Debug)]
struct Shift {
    /// Nothing before this moves.
    from: u64,
    /// The old index begins here: what is before it moves back by `index`.
    index_at: u64,
    /// The length of the new index.
    index: u64,
    /// How much longer it is than the old one, by which all behind the old one moves.
    growth: u64,
}

impl Shift {
    fn apply(self, place: u64) -> u64 {
        if place < self.from {
            place
        } else if place < self.index_at {
            place.saturating_add(self.index)
        } else {
            place.saturating_add(self.growth)
        }
    }
}

/// Containers between a `moov` and its tables of places.
const ON_THE_WAY: [&[u8; 4]; 4] = [b"trak", b"mdia", b"minf", b"stbl"];

impl FastStart {
    /// `None` when the file goes as it is: its index is in front already, or in fragments.
    ///
    /// # Errors
    /// When the index is missing, too large or damaged.
    pub fn of(source: &(impl Source + ?Sized)) -> Result<Option<Self>, Error> {
        let length = source.length().0;
        let mut top = TopLevel::new(source);
        let (mut beginning, mut data_at, mut found) = (0, None, None);
        while let Some(next) = top.next(found.is_some())? {
            match &next.kind.0 {
                b"ftyp" if next.at == 0 => beginning = next.end,
                b"mdat" => data_at = data_at.or(Some(next.at)),
                b"moof" => return Ok(None),
                b"moov" if found.is_none() => found = Some((next, top.read(next)?)),
                _ => {}
            }
        }
        let (place, content) = found.ok_or(Error::NoIndex {
            bytes: source.length(),
        })?;
        if data_at.is_none_or(|data| place.at < data) {
            return Ok(None);
        }
        let moov = Child {
            kind: FourCc(*b"moov"),
            at: place.body,
            body: &content,
        };
        let mut tables = Tables::default();
        tables.find(&moov)?;
        if tables.fragmented {
            return Ok(None);
        }
        // Wider tables make the index longer, which may move the places of others past 4 GiB in their turn.
        let mut widened = vec![false; tables.all.len()];
        loop {
            let (parts, index) = tables.lay_out(&moov, &widened)?;
            let shift = Shift {
                from: beginning,
                index_at: place.at,
                index,
                growth: index.saturating_sub(place.end - place.at),
            };
            let mut more = false;
            for (table, wide) in tables.all.iter().zip(&mut widened) {
                let must = !table.wide && shift.apply(table.furthest) > u32::MAX.into();
                more |= must && !*wide;
                *wide |= must;
            }
            if !more {
                return Ok(Some(Self::joined(
                    beginning,
                    place.at,
                    place.end..length,
                    parts,
                    shift,
                )));
            }
        }
    }

    fn joined(
        beginning: u64,
        index_at: u64,
        behind: Range<u64>,
        moov: Vec<(u64, Part)>,
        shift: Shift,
    ) -> Self {
        let mut parts = Vec::with_capacity(moov.len() + 3);
        let mut end = 0;
        let mut add = |length: u64, part: Part| {
            end += length;
            if length > 0 {
                parts.push((end, part));
            }
        };
        add(beginning, Part::Copied(0..beginning));
        for (length, part) in moov {
            add(length, part);
        }
        add(index_at - beginning, Part::Copied(beginning..index_at));
        add(behind.end - behind.start, Part::Copied(behind));
        Self { parts, shift }
    }
}

impl View for FastStart {
    fn length(&self) -> u64 {
        self.parts.last().map_or(0, |(end, _)| *end)
    }

    fn resident_bytes(&self) -> usize {
        let made = self.parts.iter().map(|(_, part)| match part {
            Part::Made(bytes) => bytes.len(),
            Part::Copied(_) | Part::Places { .. } => 0,
        });
        size_of::<Self>() + made.sum::<usize>() + self.parts.capacity() * size_of::<(u64, Part)>()
    }

    fn piece(&self, at: u64, source: &dyn Source) -> io::Result<Piece> {
        let n = self.parts.partition_point(|(end, _)| *end <= at);
        let (end, part) = self.parts.get(n).ok_or(io::ErrorKind::UnexpectedEof)?;
        let within = at - n.checked_sub(1).map_or(0, |before| self.parts[before].0);
        let (rows_at, wide_there, wide_here) = match part {
            Part::Copied(range) => return Ok(Piece::Stored(range.start + within..range.end)),
            Part::Made(bytes) => return Ok(Piece::Made(bytes.slice(within as usize..))),
            Part::Places {
                at,
                wide_there,
                wide_here,
            } => (*at, *wide_there, *wide_here),
        };
        let width = |wide| if wide { 8_u64 } else { 4 };
        let length = (end - at).min(MADE_AT_ONCE as u64 / 2);
        let (first, skip) = (
            within / width(wide_here),
            (within % width(wide_here)) as usize,
        );
        let rows = (skip as u64 + length).div_ceil(width(wide_here));
        let mut there = vec![0; (rows * width(wide_there)) as usize];
        source.read_at(rows_at + first * width(wide_there), &mut there)?;
        let mut here = Vec::with_capacity((rows * width(wide_here)) as usize);
        for row in there.chunks_exact(width(wide_there) as usize) {
            let place = match wide_there {
                true => be64(row, 0),
                false => be32(row, 0).map(u64::from),
            };
            let place = self.shift.apply(place.unwrap_or(0));
            match wide_here {
                true => here.extend_from_slice(&place.to_be_bytes()),
                // Tables with a place that would not fit were widened; a file changed since is cut off here.
                false => {
                    here.extend_from_slice(&u32::try_from(place).unwrap_or(u32::MAX).to_be_bytes())
                }
            }
        }
        Ok(Piece::Made(
            Bytes::from(here).slice(skip..skip + length as usize),
        ))
    }
}

/// The tables of places in a `moov`, in their order.
#[derive(Default)]
struct Tables {
    all: Vec<Table>,
    fragmented: bool,
}

struct Table {
    wide: bool,
    rows: u32,
    furthest: u64,
}

impl Tables {
    fn find(&mut self, inside: &Child<'_>) -> Result<(), Error> {
        for child in inside.children() {
            let child = child?;
            match &child.kind.0 {
                b"mvex" => self.fragmented = true,
                b"stco" | b"co64" => {
                    let wide = child.kind.0 == *b"co64";
                    let width = if wide { 8 } else { 4 };
                    let rows = child.rows(4, width)?;
                    let places = rows.chunks_exact(width).map(|row| match wide {
                        true => be64(row, 0).unwrap_or(0),
                        false => be32(row, 0).unwrap_or(0).into(),
                    });
                    self.all.push(Table {
                        wide,
                        rows: (rows.len() / width) as u32,
                        furthest: places.max().unwrap_or(0),
                    });
                }
                kind if ON_THE_WAY.contains(&kind) => self.find(&child)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// The new index as parts with their lengths, and its whole length.
    fn lay_out(
        &self,
        moov: &Child<'_>,
        widened: &[bool],
    ) -> Result<(Vec<(u64, Part)>, u64), Error> {
        let mut number = 0;
        let parts = self.container(moov, widened, &mut number)?;
        let length = parts.iter().map(|(length, _)| length).sum();
        Ok((parts, length))
    }

    fn container(
        &self,
        of: &Child<'_>,
        widened: &[bool],
        number: &mut usize,
    ) -> Result<Vec<(u64, Part)>, Error> {
        let mut inside: Vec<(u64, Part)> = Vec::new();
        let mut at = of.at;
        for child in of.children() {
            let child = child?;
            let end = child.at + child.body.len() as u64;
            match &child.kind.0 {
                b"stco" | b"co64" => {
                    let (table, wide_here) = (&self.all[*number], widened[*number]);
                    *number += 1;
                    let wide_here = wide_here || table.wide;
                    let bytes = u64::from(table.rows) * if wide_here { 8 } else { 4 };
                    let kind = if wide_here { b"co64" } else { b"stco" };
                    let mut head = header(kind, bytes + 8);
                    head.extend_from_slice(&child.body[..8]); // version, flags, count: rows were read
                    inside.push((head.len() as u64, Part::Made(head.into())));
                    let rows = Part::Places {
                        at: child.at + 8,
                        wide_there: table.wide,
                        wide_here,
                    };
                    inside.push((bytes, rows));
                }
                kind if ON_THE_WAY.contains(&kind) => {
                    inside.extend(self.container(&child, widened, number)?);
                }
                _ => match inside.last_mut() {
                    Some((length, Part::Copied(range))) if range.end == at => {
                        *length += end - at;
                        range.end = end;
                    }
                    _ => inside.push((end - at, Part::Copied(at..end))),
                },
            }
            at = end;
        }
        // A few zero bytes at the end of a list, which QuickTime writes.
        let end = of.at + of.body.len() as u64;
        if at < end {
            inside.push((end - at, Part::Copied(at..end)));
        }
        let length: u64 = inside.iter().map(|(length, _)| length).sum();
        let head = header(&of.kind.0, length);
        let mut parts = vec![(head.len() as u64, Part::Made(head.into()))];
        parts.append(&mut inside);
        Ok(parts)
    }
}

/// The header of a box with so much content. An index has at most [`super::MAX_INDEX`], and twice that is far below
/// 4 GiB.
fn header(kind: &[u8; 4], content: u64) -> Vec<u8> {
    let mut out = ((content + 8) as u32).to_be_bytes().to_vec();
    out.extend_from_slice(kind);
    out
}
