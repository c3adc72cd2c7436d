//! Any bytes as an MP4 of which a part is wanted: its index in front, its sound alone, a clip.

#![no_main]

mod pieces;

use std::io;
use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use pieces::{Unread, check};
use teledars::mp4::{Audio, Clip, FastStart, SampleIndex, Source};
use teledars::units::{Bytes, Millis};

/// The file, which moving an index to the front reads again.
struct File<'a>(&'a [u8]);

impl Source for File<'_> {
    fn length(&self) -> Bytes {
        self.0.length()
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        self.0.read_at(offset, into)
    }
}

fuzz_target!(|data: &[u8]| {
    let file = data.len() as u64;
    match FastStart::of(data) {
        Ok(Some(view)) => check(&view, file, &File(data)),
        Ok(None) => {}
        Err(why) => assert!(!why.to_string().is_empty()),
    }
    let Ok(index) = SampleIndex::read(data) else {
        return;
    };
    let index = Arc::new(index);
    if let Some(view) = Audio::of(Arc::clone(&index)) {
        check(&view, file, &Unread);
    }
    // Two moments out of the file itself, within the first minute or two.
    let moment = |at: usize| u64::from(data.get(data.len().wrapping_sub(at)).copied().unwrap_or(0)) * 500;
    for (from, to) in [(0, u64::MAX), (moment(1), moment(2)), (moment(3), moment(3) + 1)] {
        match Clip::of(Arc::clone(&index), Millis(from), Millis(to)) {
            Ok(view) => {
                assert!(view.canonical().0 == Millis(from) && view.canonical().1 <= Millis(to));
                check(&view, file, &Unread);
            }
            Err(why) => assert!(!why.to_string().is_empty()),
        }
    }
});
