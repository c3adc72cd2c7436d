//! Any bytes as an MP4 to be given in fragments: pieces sum to the length that was said, and what
//! lies in the file lies in the file.

#![no_main]

use std::io;
use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use teledars::mp4::{
    Fragmented, Hls, HlsFile, MADE_AT_ONCE, Piece, SampleIndex, Source, View,
};
use teledars::units::Bytes;

/// No view made of fragments reads.
struct Unread;

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

fn check(view: &dyn View, file: u64) {
    let mut at = 0;
    for _ in 0..MOST_PIECES {
        if at >= view.length() {
            assert_eq!(at, view.length());
            assert!(view.piece(at, &Unread).is_err());
            return;
        }
        let piece = view.piece(at, &Unread).unwrap();
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
            match (view.piece(at + length / 2, &Unread).unwrap(), &piece) {
                (Piece::Made(rest), Piece::Made(whole)) => {
                    let known = &whole[(length / 2) as usize..];
                    assert!(rest.starts_with(known));
                }
                (Piece::Stored(rest), Piece::Stored(whole)) => {
                    assert_eq!(rest, whole.start + length / 2..whole.end);
                }
                (rest, whole) => panic!("{rest:?} in {whole:?}"),
            }
        }
        at += length;
    }
}

fuzz_target!(|data: &[u8]| {
    let Ok(index) = SampleIndex::read(data) else {
        return;
    };
    let index = Arc::new(index);
    let file = data.len() as u64;
    match Fragmented::of(Arc::clone(&index)) {
        Ok(view) => check(&view, file),
        Err(why) => assert!(!why.to_string().is_empty()),
    }
    match Hls::of(&index) {
        Err(why) => assert!(!why.to_string().is_empty()),
        Ok(hls) => {
            let sum: u64 = hls
                .playlist()
                .lines()
                .filter_map(|line| line.strip_prefix("#EXTINF:")?.strip_suffix(','))
                .map(|lasts| lasts.replace('.', "").parse::<u64>().unwrap())
                .sum();
            assert_eq!(sum, hls.micros());
            let segments = (0..hls.segments() as u32).map(HlsFile::Segment);
            let stills = (0..hls.stills() as u32).map(HlsFile::Still);
            for name in segments.take(50).chain(stills.take(50)).chain([HlsFile::Init]) {
                let view = hls.file(name, &index).unwrap().unwrap();
                check(&view, file);
            }
            for beyond in [HlsFile::Segment(hls.segments() as u32), HlsFile::Still(u32::MAX)] {
                assert!(hls.file(beyond, &index).unwrap().is_none());
            }
        }
    }
});
