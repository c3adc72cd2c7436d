//! What holds for the pieces of every view of any file.

use std::io;

use teledars::mp4::{MADE_AT_ONCE, Piece, Source, View};
use teledars::units::Bytes;

/// A file that nobody may read.
pub struct Unread;

impl Source for Unread {
    fn length(&self) -> Bytes {
        panic!("a view asks for the length of its source")
    }

    fn read_at(&self, offset: u64, _: &mut [u8]) -> io::Result<()> {
        panic!("a view reads its source at {offset}")
    }
}

/// Samples may lie upon each other, so that a small file makes a long view: so many pieces tell enough.
const MOST_PIECES: usize = 2000;

/// Goes through `view` of a file of `file` bytes, which it may read from `source`: its pieces sum to the length
/// that was said, what lies in the file lies in the file, and from the middle on a piece is the same.
pub fn check(view: &dyn View, file: u64, source: &dyn Source) {
    let mut at = 0;
    for _ in 0..MOST_PIECES {
        if at >= view.length() {
            assert_eq!(at, view.length());
            assert!(view.piece(at, source).is_err());
            return;
        }
        let piece = view.piece(at, source).unwrap();
        let length = match &piece {
            Piece::Made(bytes) => {
                assert!(bytes.len() <= MADE_AT_ONCE);
                bytes.len() as u64
            }
            Piece::Stored(range) => {
                assert!(range.end <= file);
                range.end - range.start
            }
        };
        assert!(length > 0);
        if length > 1 {
            // What begins later is the rest of the same, or more of it.
            match (view.piece(at + length / 2, source).unwrap(), &piece) {
                (Piece::Made(rest), Piece::Made(whole)) => {
                    let known = &whole[(length / 2) as usize..];
                    let shared = known.len().min(rest.len());
                    assert_eq!(rest[..shared], known[..shared]);
                }
                (Piece::Stored(rest), Piece::Stored(whole)) => {
                    assert_eq!(rest.start, whole.start + length / 2);
                    assert!(rest.end >= whole.end);
                }
                (rest, whole) => panic!("{rest:?} in {whole:?}"),
            }
        }
        at += length;
    }
}
