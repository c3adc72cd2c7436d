//! Bytes that are not yet read: a list of memory, file ranges and computed views, with an exact length.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;

use super::handle::FileHandle;
use crate::mp4::View;

/// One piece of a [`Slices`].
#[derive(Clone, Debug)]
pub enum Slice {
    /// Bytes made in memory: a part's head, a rewritten index.
    Memory(Bytes),
    /// Bytes of a stored file.
    File {
        /// Kept open, so that a rename or removal changes nothing for who is reading.
        file: Arc<FileHandle>,
        /// Half-open offsets in bytes. The file must reach this far when it is read.
        range: Range<u64>,
    },
    /// Bytes of a computed form of a stored file, made when they are sent.
    View {
        /// The form.
        view: Arc<dyn View>,
        /// The file that it is a form of.
        file: Arc<FileHandle>,
        /// Half-open offsets in bytes into the view.
        range: Range<u64>,
    },
}

impl Slice {
    /// Length in bytes.
    pub fn len(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::File { range, .. } | Self::View { range, .. } => {
                range.end.saturating_sub(range.start)
            }
        }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// `within` lies inside `0..self.len()`.
    fn cut(&self, within: Range<u64>) -> Self {
        let moved = |from: &Range<u64>| from.start + within.start..from.start + within.end;
        match self {
            // Offsets into memory always fit a usize.
            Self::Memory(bytes) => {
                Self::Memory(bytes.slice(within.start as usize..within.end as usize))
            }
            Self::File { file, range } => Self::File {
                file: Arc::clone(file),
                range: moved(range),
            },
            Self::View { view, file, range } => Self::View {
                view: Arc::clone(view),
                file: Arc::clone(file),
                range: moved(range),
            },
        }
    }
}

/// A list of [`Slice`]s, read as one run of bytes.
///
/// Cloning and slicing cost the same however long the list is: what is shared is the list, what
/// differs is the window. A computed view is one slice, however many pieces it will turn out to have.
#[derive(Clone, Debug)]
pub struct Slices {
    pieces: Arc<[Piece]>,
    window: Range<u64>,
}

#[derive(Debug)]
struct Piece {
    /// Where the piece ends, in bytes from the start of the list: what a binary search needs.
    end: u64,
    slice: Slice,
}

impl Slices {
    /// A whole file, as long as it was when it was opened.
    pub fn file(file: Arc<FileHandle>) -> Self {
        let range = 0..file.len();
        Self::from_iter([Slice::File { file, range }])
    }

    /// The whole of a computed form of `file`.
    pub fn view(view: Arc<dyn View>, file: Arc<FileHandle>) -> Self {
        let range = 0..view.length();
        Self::from_iter([Slice::View { view, file, range }])
    }

    /// Exact length in bytes.
    pub fn len(&self) -> u64 {
        self.window.end - self.window.start
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of memory that it keeps in use, views with what they are made from; open files apart.
    pub fn resident_bytes(&self) -> usize {
        let all = self.pieces.iter().map(|piece| match &piece.slice {
            Slice::Memory(bytes) => bytes.len(),
            Slice::File { .. } => 0,
            Slice::View { view, .. } => view.resident_bytes(),
        });
        size_of_val(&*self.pieces) + all.sum::<usize>()
    }

    /// The bytes at `range` (half-open, from the start of this list); what reaches past the end is
    /// left out.
    pub fn slice(&self, range: Range<u64>) -> Self {
        let end = range.end.min(self.len());
        let start = range.start.min(end);
        Self {
            pieces: Arc::clone(&self.pieces),
            window: self.window.start + start..self.window.start + end,
        }
    }

    /// The pieces in order, cut to what this list covers; none is empty.
    pub fn iter(&self) -> impl Iterator<Item = Slice> + '_ {
        let first = self
            .pieces
            .partition_point(|piece| piece.end <= self.window.start);
        self.pieces[first..]
            .iter()
            .map(|piece| (piece.end - piece.slice.len(), piece))
            .take_while(|(start, _)| *start < self.window.end)
            .map(|(start, piece)| {
                let from = self.window.start.max(start) - start;
                let to = self.window.end.min(piece.end) - start;
                piece.slice.cut(from..to)
            })
            .filter(|slice| !slice.is_empty())
    }
}

impl FromIterator<Slice> for Slices {
    /// # Panics
    /// When the sum of the lengths exceeds `u64::MAX`, which no stored file can cause.
    fn from_iter<I: IntoIterator<Item = Slice>>(slices: I) -> Self {
        let mut end = 0_u64;
        let pieces = slices
            .into_iter()
            .filter(|slice| !slice.is_empty())
            .map(|slice| {
                end = end
                    .checked_add(slice.len())
                    .expect("a representation is shorter than 2^64 bytes");
                Piece { end, slice }
            })
            .collect();
        Self {
            pieces,
            window: 0..end,
        }
    }
}

impl FromIterator<Slices> for Slices {
    /// Joins lists end to end.
    fn from_iter<I: IntoIterator<Item = Slices>>(lists: I) -> Self {
        let slices: Vec<Slice> = lists
            .into_iter()
            .flat_map(|list| list.iter().collect::<Vec<_>>())
            .collect();
        Self::from_iter(slices)
    }
}

impl From<Bytes> for Slices {
    fn from(bytes: Bytes) -> Self {
        Self::from_iter([Slice::Memory(bytes)])
    }
}

impl Default for Slices {
    /// The empty list.
    fn default() -> Self {
        Self::from_iter([] as [Slice; 0])
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::FileExt;

    use super::*;
    use crate::mp4::Piece;
    use crate::streaming::toy::{Part, Toy};

    fn read(slices: &Slices) -> Vec<u8> {
        let mut all = Vec::new();
        for slice in slices.iter() {
            assert!(!slice.is_empty());
            match slice {
                Slice::Memory(bytes) => all.extend_from_slice(&bytes),
                Slice::File { file, range } => {
                    let mut part = vec![0; (range.end - range.start) as usize];
                    file.read_at(range.start, &mut part).unwrap();
                    all.extend_from_slice(&part);
                }
                Slice::View { view, file, range } => {
                    let mut at = range.start;
                    while at < range.end {
                        let piece = match view.piece(at, &*file).unwrap() {
                            Piece::Made(bytes) => bytes.to_vec(),
                            Piece::Stored(stored) => {
                                let mut part = vec![0; (stored.end - stored.start) as usize];
                                file.read_at(stored.start, &mut part).unwrap();
                                part
                            }
                        };
                        let n = piece.len().min((range.end - at) as usize);
                        all.extend_from_slice(&piece[..n]);
                        at += n as u64;
                    }
                }
            }
        }
        all
    }

    fn mixed() -> Slices {
        let file = tempfile::tempfile().unwrap();
        file.write_all_at(b"0123456789", 0).unwrap();
        let file = Arc::new(FileHandle::new(file).unwrap());
        let part = |range| Slice::File {
            file: Arc::clone(&file),
            range,
        };
        let view = Arc::new(Toy(vec![
            Part::Turned(2..3),
            Part::Stored(8..10),
            Part::Made(Bytes::from_static(b"m")),
        ]));
        [
            Slice::Memory(Bytes::from_static(b"head")),
            part(2..5),
            part(7..7),
            Slice::Memory(Bytes::new()),
            part(0..2),
            Slice::Memory(Bytes::from_static(b"!")),
        ]
        .into_iter()
        .chain(Slices::view(view, Arc::clone(&file)).iter())
        .collect()
    }

    #[test]
    fn any_slice_of_a_slice_is_the_slice_of_its_bytes() {
        let (list, flat) = (mixed(), b"head23401!\xcd89m");
        assert_eq!((list.len(), read(&list)), (14, flat.to_vec()));
        for start in 0..=14 {
            for end in start..=14 {
                let outer = list.slice(start..end);
                assert_eq!(read(&outer), &flat[start as usize..end as usize]);
                assert_eq!(outer.len(), end - start);
                for cut in 0..=outer.len() {
                    let inner = outer.slice(cut..u64::MAX);
                    assert_eq!(read(&inner), &flat[(start + cut) as usize..end as usize]);
                }
            }
        }
    }

    #[test]
    fn what_lies_past_the_end_is_empty_and_not_a_panic() {
        let list = mixed();
        for range in [14..20, 30..40, Range { start: 5, end: 3 }] {
            assert!(list.slice(range).is_empty());
        }
        assert_eq!(Slices::default().iter().count(), 0);
        assert_eq!(list.slice(6..6).iter().count(), 0);
    }

    #[test]
    fn lists_are_joined_end_to_end() {
        let joined = Slices::from_iter([mixed().slice(3..6), mixed().slice(0..2)]);
        assert_eq!(read(&joined), b"d23he");
    }
}
