//! Any bytes as an MP4: an answer or an error, in bounded reads, and never a panic.

#![no_main]

use std::cell::Cell;
use std::io;

use libfuzzer_sys::fuzz_target;
use teledars::mp4::{MAX_DURATION, Source, summarise};
use teledars::units::Bytes;

struct Counting<'a> {
    data: &'a [u8],
    calls: Cell<u64>,
    bytes: Cell<u64>,
}

impl Source for Counting<'_> {
    fn length(&self) -> Bytes {
        self.data.length()
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        self.calls.set(self.calls.get() + 1);
        self.bytes.set(self.bytes.get() + into.len() as u64);
        self.data.read_at(offset, into)
    }
}

fuzz_target!(|data: &[u8]| {
    let source = Counting {
        data,
        calls: Cell::new(0),
        bytes: Cell::new(0),
    };
    match summarise(&source) {
        Ok(found) => {
            assert!(found.duration <= MAX_DURATION);
            assert!(found.video.is_some() || found.audio.is_some());
            assert_eq!(found.bytes.0, data.len() as u64);
        }
        // From memory nothing fails to be read: an error is about the content, and says something.
        Err(teledars::mp4::Error::Read(error)) => panic!("a read beyond the end: {error}"),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    // A box takes eight bytes at least and is worth two reads at most: a window of 4 KiB for its
    // header, and its content.
    let length = data.len() as u64;
    assert!(source.calls.get() <= 2 + length / 4);
    assert!(source.bytes.get() <= 4096 * source.calls.get() + length);
});
