//! Any bytes as an MP4 to be given in fragments: pieces sum to the length that was said, and what
//! lies in the file lies in the file.

#![no_main]

mod pieces;

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use pieces::{Unread, check};
use teledars::mp4::{Fragmented, Hls, HlsFile, SampleIndex};

fuzz_target!(|data: &[u8]| {
    let Ok(index) = SampleIndex::read(data) else {
        return;
    };
    let index = Arc::new(index);
    let file = data.len() as u64;
    match Fragmented::of(Arc::clone(&index)) {
        Ok(view) => check(&view, file, &Unread),
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
                check(&view, file, &Unread);
            }
            for beyond in [HlsFile::Segment(hls.segments() as u32), HlsFile::Still(u32::MAX)] {
                assert!(hls.file(beyond, &index).unwrap().is_none());
            }
        }
    }
});
