//! Reads views back and compares them with what they were made of.

use std::io;
use std::ops::Range;

use sha2::{Digest, Sha256};
use teledars::mp4::{Hls, HlsFile, MADE_AT_ONCE, Piece, Sample, SampleIndex, Source, Track, View};
use teledars::units::Bytes;

/// A source that nobody may read: the index is enough to make any part.
#[derive(Clone, Copy, Debug)]
pub struct Unread;

impl Source for Unread {
    fn length(&self) -> Bytes {
        panic!("a view asks for the length of its source")
    }

    fn read_at(&self, offset: u64, _: &mut [u8]) -> io::Result<()> {
        panic!("a view reads its source at {offset}")
    }
}

/// All bytes of a view, piece by piece from its beginning.
#[track_caller]
pub fn whole(view: &dyn View, source: &[u8]) -> Vec<u8> {
    part(view, source, 0..view.length())
}

/// The bytes of a view in `range`.
#[track_caller]
pub fn part(view: &dyn View, source: &[u8], range: Range<u64>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = range.start;
    while at < range.end {
        let left = (range.end - at) as usize;
        let piece = match view.piece(at, &Unread).unwrap() {
            Piece::Made(bytes) => {
                assert!(bytes.len() <= MADE_AT_ONCE);
                bytes
            }
            Piece::Stored(range) => {
                bytes::Bytes::copy_from_slice(&source[range.start as usize..range.end as usize])
            }
        };
        assert!(!piece.is_empty());
        let taken = piece.len().min(left);
        out.extend_from_slice(&piece[..taken]);
        at += taken as u64;
    }
    out
}

/// One of the files of HTTP Live Streaming.
#[track_caller]
pub fn file(hls: &Hls, file: HlsFile, index: &SampleIndex, source: &[u8]) -> Vec<u8> {
    whole(&hls.file(file, index).unwrap().unwrap(), source)
}

/// Init and all segments, one behind the other.
#[track_caller]
pub fn joined(hls: &Hls, index: &SampleIndex, source: &[u8]) -> Vec<u8> {
    let mut out = file(hls, HlsFile::Init, index, source);
    for n in 0..hls.segments() as u32 {
        out.extend(file(hls, HlsFile::Segment(n), index, source));
    }
    out
}

/// What a player gets to know of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Got {
    pub hash: [u8; 32],
    pub duration: u32,
    pub sync: bool,
    /// When it is decoded, in the track's timescale, as the file says it.
    pub decode_time: u64,
    /// When it is decoded and shown, edit list applied.
    pub decoded: i64,
    pub shown: i64,
}

/// All samples of a track.
pub fn all(track: &Track, index: &SampleIndex, file: &[u8]) -> Vec<Got> {
    let samples: Vec<Sample> = track.samples(0..track.samples_count()).collect();
    let shift = shift(track, index.movie_timescale());
    let got = samples.into_iter().map(|sample| {
        let at = sample.offset as usize;
        let decoded = sample.dts as i64 + shift;
        Got {
            hash: Sha256::digest(&file[at..at + sample.size as usize]).into(),
            duration: sample.duration,
            sync: sample.sync,
            decode_time: sample.dts,
            decoded,
            shown: decoded + i64::from(sample.composition),
        }
    });
    got.collect()
}

/// What the edit list adds to times.
fn shift(track: &Track, movie_timescale: u32) -> i64 {
    let mut shift = 0;
    for edit in track.edits() {
        match edit.media_time {
            -1 => {
                shift += (edit.segment_duration * u64::from(track.timescale())
                    / u64::from(movie_timescale)) as i64
            }
            time => shift -= time,
        }
    }
    shift
}

/// Asserts that `file` shows the same samples as `source` at the same times.
#[track_caller]
pub fn assert_same(file: &[u8], source: &[u8], index: &SampleIndex) {
    let found = SampleIndex::read(file).unwrap();
    let pairs = [
        (found.video(), index.video()),
        (found.audio(), index.audio()),
    ];
    for (got, wanted) in pairs {
        assert_eq!(got.is_some(), wanted.is_some());
        let (Some(got), Some(wanted)) = (got, wanted) else {
            continue;
        };
        assert_eq!(got.timescale(), wanted.timescale());
        let got = all(got, &found, file);
        let wanted = all(wanted, index, source);
        assert_eq!(got.len(), wanted.len());
        for (n, (got, wanted)) in got.iter().zip(&wanted).enumerate() {
            let decode_time = got.decode_time; // has the waiting in it
            assert_eq!(
                got,
                &Got {
                    decode_time,
                    ..*wanted
                },
                "sample {n}"
            );
        }
    }
}

/// A media playlist, understood.
#[derive(Debug)]
pub struct Playlist {
    pub target: u64,
    pub init: String,
    /// How long each lasts in seconds, and its name.
    pub parts: Vec<(f64, String)>,
}

/// Understands a media playlist, or fails.
#[track_caller]
pub fn playlist(text: &str) -> Playlist {
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("#EXTM3U"));
    let mut found = Playlist {
        target: 0,
        init: String::new(),
        parts: Vec::new(),
    };
    let mut lasts = None;
    let mut ended = false;
    for line in lines {
        assert!(!ended, "{line:?} after the end");
        let (tag, value) = line.split_once(':').unwrap_or((line, ""));
        match tag {
            "#EXT-X-VERSION" => assert_eq!(value, "7"),
            "#EXT-X-TARGETDURATION" => found.target = value.parse().unwrap(),
            "#EXT-X-PLAYLIST-TYPE" => assert_eq!(value, "VOD"),
            "#EXT-X-INDEPENDENT-SEGMENTS" | "#EXT-X-I-FRAMES-ONLY" => assert_eq!(value, ""),
            "#EXT-X-MAP" => {
                let uri = value
                    .strip_prefix("URI=\"")
                    .and_then(|uri| uri.strip_suffix('"'));
                found.init = uri.unwrap().to_owned();
            }
            "#EXTINF" => lasts = Some(value.strip_suffix(',').unwrap().parse().unwrap()),
            "#EXT-X-ENDLIST" => ended = true,
            _ => {
                assert!(!line.starts_with('#'), "{line:?}");
                found.parts.push((lasts.take().unwrap(), line.to_owned()));
            }
        }
    }
    assert!(ended);
    for (lasts, name) in &found.parts {
        assert!(
            lasts.round() as u64 <= found.target,
            "{name} lasts {lasts} s"
        );
    }
    found
}
