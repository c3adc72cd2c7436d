//! Whole MP4s made of a stored one without fragments: the index in front, the sound alone, a clip. Read back
//! by ffmpeg, and byte by byte.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use teledars::mp4::{
    Audio, Clip, ClipError, FastStart, Fragmented, Hls, HlsFile, Layout, MADE_AT_ONCE, Piece,
    SampleIndex, Source, VIEW_FORMAT, View, summarise,
};
use teledars::units::{Bytes, Millis};

use crate::fragments::lessons;
use crate::fragments::made::{Recording, USUAL, duration, hashes, picture, shown, sound};
use crate::fragments::read_back::assert_same;

/// A file in memory.
struct Stored<'a>(&'a [u8]);

impl Source for Stored<'_> {
    fn length(&self) -> Bytes {
        self.0.length()
    }
    fn read_at(&self, offset: u64, into: &mut [u8]) -> std::io::Result<()> {
        self.0.read_at(offset, into)
    }
}

/// The bytes of `view` in `range`, piece by piece.
#[track_caller]
fn part(view: &dyn View, source: &[u8], range: Range<u64>) -> Vec<u8> {
    let (mut out, mut at) = (Vec::new(), range.start);
    while at < range.end {
        let left = (range.end - at) as usize;
        let piece = match view.piece(at, &Stored(source)).unwrap() {
            Piece::Made(bytes) => {
                assert!(bytes.len() <= MADE_AT_ONCE, "{} bytes at once", bytes.len());
                bytes.to_vec()
            }
            Piece::Stored(range) => source[range.start as usize..range.end as usize].to_vec(),
        };
        assert!(!piece.is_empty(), "nothing at {at}");
        let taken = &piece[..piece.len().min(left)];
        out.extend_from_slice(taken);
        at += taken.len() as u64;
    }
    out
}

#[track_caller]
fn whole(view: &dyn View, source: &[u8]) -> Vec<u8> {
    part(view, source, 0..view.length())
}

fn index(recording: &Recording) -> Arc<SampleIndex> {
    Arc::new(recording.index())
}

/// A recording as ffmpeg leaves it: the index at the end.
fn behind(more: &str) -> Recording {
    Recording::made(&format!("{} {} {USUAL} {more}", picture(12.0), sound(12.0)))
}

#[test]
fn the_index_comes_to_the_front_and_nothing_else_changes() {
    let recording = behind("");
    assert_eq!(
        summarise(&recording.bytes[..]).unwrap().layout,
        Layout::IndexAtEnd
    );
    let view = FastStart::of(&recording.bytes[..]).unwrap().unwrap();
    let made = Recording::of(whole(&view, &recording.bytes));
    assert_eq!(made.bytes.len(), recording.bytes.len());
    assert_eq!(
        summarise(&made.bytes[..]).unwrap().layout,
        Layout::FastStart
    );
    assert_same(&made.bytes, &recording.bytes, &recording.index());
    for kind in ['v', 'a'] {
        assert_eq!(hashes(&made.path, kind), hashes(&recording.path, kind));
        assert_eq!(shown(&made.path, kind), shown(&recording.path, kind));
    }
    assert!(
        FastStart::of(&made.bytes[..]).unwrap().is_none(),
        "it is in front now"
    );
    // A few hundred bytes are kept for any recording: its index is not among them.
    assert!(view.resident_bytes() < 4096, "{}", view.resident_bytes());
}

#[test]
fn a_recording_that_begins_at_once_goes_as_it_is() {
    for how in [
        "-movflags +faststart",
        "-movflags +frag_keyframe+empty_moov",
    ] {
        let recording = behind(how);
        assert!(
            FastStart::of(&recording.bytes[..]).unwrap().is_none(),
            "{how}"
        );
    }
}

#[test]
fn places_past_four_gibibytes_get_wider_tables() {
    // The data begin just below 4 GiB, so that the index pushes some of them over it.
    struct Sparse {
        head: Vec<u8>,
        hole: u64,
        tail: Vec<u8>,
    }
    impl Source for Sparse {
        fn length(&self) -> Bytes {
            Bytes(self.head.len() as u64 + self.hole + self.tail.len() as u64)
        }
        fn read_at(&self, offset: u64, into: &mut [u8]) -> std::io::Result<()> {
            let tail = self.head.len() as u64 + self.hole;
            for (at, byte) in (offset..).zip(into) {
                *byte = match at {
                    at if at >= tail => self.tail[(at - tail) as usize],
                    at => self.head.get(at as usize).copied().unwrap_or(0),
                };
            }
            Ok(())
        }
    }
    let recording = behind("");
    let bytes = &recording.bytes;
    let boxes = top(bytes);
    let (mdat, moov) = (place(&boxes, b"mdat"), place(&boxes, b"moov"));
    // Below: ftyp, a free box that is a hole, mdat, moov with all places moved by the hole.
    let places = recording.index();
    let places = places
        .tracks()
        .iter()
        .flat_map(|t| t.samples(0..t.samples_count()));
    // The last byte that is named at all is at 4 GiB.
    let hole = u64::from(u32::MAX) - places.map(|sample| sample.offset).max().unwrap();
    let mut index = bytes[moov.clone()].to_vec();
    let mut moved = 0;
    let mut at = 0;
    while let Some(found) = index[at..].windows(4).position(|kind| kind == b"stco") {
        at += found + 4;
        let rows = u32::from_be_bytes(index[at + 4..at + 8].try_into().unwrap()) as usize;
        for row in index[at + 8..at + 8 + 4 * rows].chunks_exact_mut(4) {
            let old = u32::from_be_bytes((&*row).try_into().unwrap());
            row.copy_from_slice(&u32::try_from(u64::from(old) + hole).unwrap().to_be_bytes());
            moved += 1;
        }
    }
    assert!(moved > 20, "{moved}");
    let mut head = bytes[..boxes[0].1.end].to_vec();
    let room = mdat.start as u64 - head.len() as u64 + hole;
    head.extend_from_slice(&1_u32.to_be_bytes());
    head.extend_from_slice(b"free");
    head.extend_from_slice(&room.to_be_bytes());
    let hole = boxes[0].1.end as u64 + room - head.len() as u64;
    let tail = [&bytes[mdat.clone()], &index].concat();
    let source = Sparse { head, hole, tail };
    let before = SampleIndex::read(&source).unwrap();

    let view = FastStart::of(&source).unwrap().unwrap();
    assert!(view.length() > source.length().0, "wider tables take room");
    struct Seen<'a>(&'a FastStart, &'a Sparse);
    impl Source for Seen<'_> {
        fn length(&self) -> Bytes {
            Bytes(self.0.length())
        }
        fn read_at(&self, offset: u64, into: &mut [u8]) -> std::io::Result<()> {
            let mut done = 0;
            while done < into.len() {
                let left = into.len() - done;
                match self.0.piece(offset + done as u64, self.1)? {
                    Piece::Made(bytes) => {
                        let many = bytes.len().min(left);
                        into[done..done + many].copy_from_slice(&bytes[..many]);
                        done += many;
                    }
                    Piece::Stored(range) => {
                        let many = ((range.end - range.start) as usize).min(left);
                        self.1.read_at(range.start, &mut into[done..done + many])?;
                        done += many;
                    }
                }
            }
            Ok(())
        }
    }
    let seen = Seen(&view, &source);
    let after = SampleIndex::read(&seen).unwrap();
    for (old, new) in before.tracks().iter().zip(after.tracks()) {
        assert_eq!(old.samples_count(), new.samples_count());
        for n in 0..old.samples_count() {
            let (old, new) = (old.sample(n), new.sample(n));
            let (mut one, mut other) = (vec![0; old.size as usize], vec![0; new.size as usize]);
            source.read_at(old.offset, &mut one).unwrap();
            seen.read_at(new.offset, &mut other).unwrap();
            assert_eq!(one, other, "sample {n}");
        }
    }
    assert!(
        after
            .tracks()
            .iter()
            .any(|t| t.sample(u32::MAX).offset > u32::MAX.into())
    );
}

/// The boxes at the top level of a small file.
fn top(bytes: &[u8]) -> Vec<([u8; 4], Range<usize>)> {
    let (mut boxes, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let size = u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        boxes.push((bytes[at + 4..at + 8].try_into().unwrap(), at..at + size));
        at += size;
    }
    boxes
}

fn place(boxes: &[([u8; 4], Range<usize>)], kind: &[u8; 4]) -> Range<usize> {
    boxes.iter().find(|(k, _)| k == kind).unwrap().1.clone()
}

#[test]
fn the_sound_alone_is_the_same_frames_at_the_same_times() {
    let sources = [
        behind(""),
        behind("-movflags +frag_keyframe+empty_moov"),
        behind("-movflags +faststart -chunk_duration 1700000"),
        Recording::made(&format!("{} -c:a aac", sound(3.0))),
    ];
    for recording in &sources {
        let view = Audio::of(index(recording)).unwrap();
        let made = Recording::of(whole(&view, &recording.bytes));
        assert_eq!(hashes(&made.path, 'a'), hashes(&recording.path, 'a'));
        assert_eq!(shown(&made.path, 'a'), shown(&recording.path, 'a'));
        let summary = summarise(&made.bytes[..]).unwrap();
        assert!(summary.video.is_none() && summary.audio.is_some());
        assert_eq!(summary.layout, Layout::FastStart);
    }
    let silent = Recording::made(&format!("{} {USUAL}", picture(1.0)));
    assert!(Audio::of(index(&silent)).is_none());
}

fn clip(of: &Recording, from: u64, to: u64) -> Result<Clip, ClipError> {
    Clip::of(index(of), Millis(from), Millis(to))
}

/// The decoded pictures of `path` that a player shows, which leaves out what the edit list leaves out.
fn pictures(path: &Path) -> Vec<String> {
    hashes(path, 'v')
}

#[test]
fn a_clip_shows_the_pictures_from_its_first_moment_to_its_last() {
    let recordings = [
        behind(""),
        behind("-movflags +frag_keyframe+empty_moov"),
        behind("-movflags +faststart -chunk_duration 1700000"),
        behind("-bf 0"),
    ];
    for recording in &recordings {
        let all = pictures(&recording.path);
        let sound = hashes(&recording.path, 'a');
        let times = shown(&recording.path, 'a');
        // Fragments by ffmpeg have no edit list: their first picture is shown a little late.
        let first = shown(&recording.path, 'v')
            .into_iter()
            .fold(f64::MAX, f64::min);
        let late = (first * 1000.0).round() as u64;
        // 25 pictures a second; between keyframes, on one, from the very beginning, to the very end.
        for (from, to) in [(3_000, 7_000), (4_520, 5_000), (0, 1_000), (9_960, 20_000)] {
            let view = clip(recording, from, to).unwrap();
            let made = Recording::of(whole(&view, &recording.bytes));
            let number = |at: u64| at.saturating_sub(late).div_ceil(40).min(all.len() as u64);
            let wanted = &all[number(from) as usize..number(to) as usize];
            assert_eq!(pictures(&made.path), wanted, "{from} to {to}");
            let lasts = (to.min(12_000 + late) - from) as f64 / 1000.0;
            let said = duration(&made.path);
            assert!((said - lasts).abs() < 0.06, "{from} to {to}: {said} s");
            let heard = hashes(&made.path, 'a');
            let at = sound.iter().position(|frame| *frame == heard[0]).unwrap();
            assert_eq!(heard, sound[at..at + heard.len()], "{from} to {to}");
            let (first, last) = (times[at], times[at + heard.len() - 1]);
            assert!(
                first <= from as f64 / 1000.0 + 0.001,
                "sound from {first} s"
            );
            let frame = 1024.0 / 48_000.0;
            let wanted = (to as f64 / 1000.0).min(times[times.len() - 1] + frame);
            assert!(
                last + frame + 0.001 >= wanted,
                "{from} to {to}: sound to {last} s"
            );
        }
    }
}

#[test]
fn a_clip_that_cannot_be_says_why() {
    let recording = behind("");
    let lasts = Millis(12_000);
    assert!(matches!(
        clip(&recording, 5_000, 5_000),
        Err(ClipError::Empty { .. })
    ));
    assert!(matches!(
        clip(&recording, 5_001, 5_000),
        Err(ClipError::Empty { .. })
    ));
    match clip(&recording, 13_000, 14_000).unwrap_err() {
        ClipError::Beyond { from, lasts: told } => {
            assert_eq!(from, Millis(13_000));
            assert!(told >= lasts && told < Millis(12_100), "{told:?}");
        }
        other => panic!("{other}"),
    }
    let (_, to) = clip(&recording, 11_000, u64::MAX).unwrap().canonical();
    assert!(to >= lasts && to < Millis(12_100), "{to:?}");
    let wide = clip(&recording, 11_000, 99_000).unwrap();
    let exact = clip(&recording, 11_000, to.0).unwrap();
    assert_eq!(
        whole(&wide, &recording.bytes),
        whole(&exact, &recording.bytes)
    );
}

#[test]
fn a_well_interleaved_clip_is_one_range_of_the_file() {
    let recording = behind("");
    let view = clip(&recording, 3_000, 9_000).unwrap();
    let (mut at, mut stored) = (0, 0);
    while at < view.length() {
        at += match view.piece(at, &Stored(&recording.bytes)).unwrap() {
            Piece::Made(bytes) => bytes.len() as u64,
            Piece::Stored(range) => {
                stored += 1;
                range.end - range.start
            }
        };
    }
    assert_eq!(stored, 1);
}

/// A small generator, so that the ranges are the same each time (Numerical Recipes' constants).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

#[test]
fn any_range_of_any_view_is_that_of_its_whole() {
    const RANGES: usize = 10_000;
    let recording = behind("-chunk_duration 1700000");
    let shared = index(&recording);
    let hls = Hls::of(&shared).unwrap();
    let segment = hls.file(HlsFile::Segment(1), &shared).unwrap().unwrap();
    let views: Vec<Box<dyn View>> = vec![
        Box::new(FastStart::of(&recording.bytes[..]).unwrap().unwrap()),
        Box::new(Fragmented::of(Arc::clone(&shared)).unwrap()),
        Box::new(Audio::of(Arc::clone(&shared)).unwrap()),
        Box::new(clip(&recording, 2_500, 10_100).unwrap()),
        Box::new(segment),
    ];
    let mut numbers = Numbers(7);
    for view in views {
        let all = whole(&*view, &recording.bytes);
        let length = view.length();
        assert_eq!(all.len() as u64, length);
        for _ in 0..RANGES {
            let start = numbers.below(length);
            let end = start + 1 + numbers.below((length - start).min(3000));
            let end = end.min(length);
            let got = part(&*view, &recording.bytes, start..end);
            assert!(
                got == all[start as usize..end as usize],
                "{start}..{end} of {view:?}"
            );
        }
        assert!(view.piece(length, &Stored(&[])).is_err(), "behind the end");
    }
}

fn hash(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hash.iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[test]
fn the_bytes_of_a_view_change_only_with_the_view_format() {
    let mut fingerprints = String::new();
    for (name, recording) in lessons() {
        let front = FastStart::of(&recording.bytes[..]).unwrap();
        let front = front.map_or("as it is".into(), |view| {
            hash(&whole(&view, &recording.bytes))
        });
        let sound = Audio::of(index(&recording));
        let sound = sound.map_or("silent".into(), |view| {
            hash(&whole(&view, &recording.bytes))
        });
        let part = hash(&whole(
            &clip(&recording, 1_500, 4_000).unwrap(),
            &recording.bytes,
        ));
        fingerprints += &format!("{name} {front} {sound} {part}\n");
    }
    // Whoever changes a byte raises VIEW_FORMAT: these addresses are cached for ever.
    insta::assert_snapshot!(format!("view format {VIEW_FORMAT}\n{fingerprints}"), @r#"
    view format 2
    1-azerbaijani-az-1.mp4 as it is 22e98659333d2e1f 0881514158fde9d7
    1-life_knowledge-az-1.mp4 a011de8e2e718f7a db8a670e762cd1d9 a2456a534327c8d8
    1-mathematics-az-1.mp4 as it is a864308ce430b1ef dd891453ad1425b4
    1-mathematics-ru-1.mp4 as it is 48eff3d93dc06760 ac7033142e584ddf
    1-russian-ru-1.mp4 as it is 96388afb3a71f987 c4090e6aa8d40c4a
    10-biology-az-1.mp4 as it is silent 1370f9d8cc92a5fc
    10-history_of_azerbaijan-az-1.mp4 0844d0453167d33b 1c28950402688c2f 51068cd3609d3cf1
    10-literature-az-1.mp4 as it is f6c144f485c7ad9d fef24e3167c07d01
    10-mathematics-ru-1.mp4 as it is c9440acf74e3e677 6675491d3e6720e5
    10-physics-ru-1.mp4 as it is 14fac9f058383234 b829ab39ab76341b
    7-english-az-1.mp4 42f538d1036af2e1 56e55e350380d998 322b22ce47376ac0
    7-geography-ru-1.mp4 d7ade764d95d8cdc 3328ee51ff3528ec da7689670ba724f2
    7-informatics-ru-1.mp4 as it is 3871014fa2f9b9df f7fc43623dec7fcb
    7-mathematics-az-1.mp4 d7f9ef05093c947d f533a9932e4ed472 c4238fa24e218965
    7-mathematics-az-2.mp4 as it is f408435323a4d6dc 53b083c4da0dae29
    7-mathematics-az-3.mp4 611474c59f51b03c 7faa0b7de0330c15 7c89d10189783479
    7-mathematics-ru-1.mp4 as it is a79b4b0bde008ee2 cf21d2cd2c66f5b1
    7-physics-az-1.mp4 as it is f8d0b0f75fefb3f8 7b03dfb031df6f8a
    "#);
}
