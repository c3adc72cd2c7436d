//! The compact index says what ffprobe says, and is as small as is promised.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::*;
use crate::mp4::{Error, OpenFile, Source};

fn samples() -> Vec<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/media/samples");
    let entries = fs::read_dir(folder).expect("the samples");
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "mp4"));
    files.sort();
    files
}

/// What ffprobe says of each packet of a kind: decode time, presentation time, size, offset, key.
#[allow(
    clippy::disallowed_methods,
    reason = "ffprobe is what the index is compared with"
)]
fn packets(path: &PathBuf, kind: &str) -> Vec<(i64, i64, u32, u64, bool)> {
    let entries = "packet=dts,pts,size,pos,flags";
    let found = Command::new("ffprobe")
        .args([
            "-v",
            "error",
            "-ignore_editlist",
            "1",
            "-select_streams",
            kind,
        ])
        .args(["-show_entries", entries, "-of", "default=nk=1:nw=1"])
        .arg(path)
        .output()
        .expect("these tests need ffprobe: apt-get install ffmpeg");
    let text = String::from_utf8(found.stdout).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let number = |text: &str| text.parse::<i64>().expect("a number");
    lines
        .chunks_exact(5)
        .map(|row| {
            let pts = number(row[0]);
            let (dts, size, pos) = (number(row[1]), number(row[2]), number(row[3]));
            (dts, pts, size as u32, pos as u64, row[4].starts_with('K'))
        })
        .collect()
}

#[test]
fn the_index_places_every_sample_where_ffprobe_finds_it() {
    for path in samples() {
        let source = OpenFile::new(fs::File::open(&path).unwrap()).unwrap();
        let index = SampleIndex::read(&source).unwrap();
        for (track, kind) in [(index.video(), "v"), (index.audio(), "a")] {
            let found: Vec<_> = track
                .into_iter()
                .flat_map(|track| track.samples(0..u32::MAX))
                .map(|s| {
                    let dts = s.dts as i64;
                    let pts = dts + i64::from(s.composition);
                    (dts, pts, s.size, s.offset, s.sync)
                })
                .collect();
            let expected = packets(&path, kind);
            assert_eq!(track.is_some(), !expected.is_empty());
            assert_eq!(found, expected, "{} {kind}", path.display());
        }
        assert_eq!(index.source_length(), source.length().0);
    }
}

#[test]
fn every_way_to_ask_for_a_sample_agrees_with_the_walk_over_all() {
    for path in &samples()[..4] {
        let source = OpenFile::new(fs::File::open(path).unwrap()).unwrap();
        let index = SampleIndex::read(&source).unwrap();
        for track in index.tracks() {
            let all: Vec<_> = track.samples(0..track.samples_count()).collect();
            assert_eq!(all.len(), track.samples_count() as usize);
            let (mut bytes, mut ticks, mut key) = (0, all[0].dts, 0);
            for (n, sample) in (0..).zip(&all) {
                assert_eq!(track.sample(n), *sample);
                assert_eq!(sample.dts, ticks);
                assert_eq!(track.bytes_before(n), bytes);
                assert_eq!(track.at_decode_time(sample.dts), n);
                assert_eq!(track.at_decode_time(sample.dts + 1), n + 1);
                assert_eq!(track.at_byte(bytes), Some(n));
                assert_eq!(track.at_byte(bytes + u64::from(sample.size) - 1), Some(n));
                key = if sample.sync { n } else { key };
                assert_eq!(track.keyframe_at_or_before(n), key);
                bytes += u64::from(sample.size);
                ticks += u64::from(sample.duration);
            }
            assert_eq!(track.bytes_before(u32::MAX), bytes);
            assert_eq!(track.at_byte(bytes), None);
            assert_eq!(track.duration(), ticks - all[0].dts);
            let keys = (0..).zip(&all).filter(|(_, sample)| sample.sync);
            assert!(track.keyframes().eq(keys.map(|(n, _)| n)));
        }
    }
}

#[test]
fn a_cut_file_is_refused() {
    let file = fs::read(&samples()[0]).unwrap();
    assert!(SampleIndex::read(&file[..]).is_ok());
    for length in (0..file.len()).step_by(4099) {
        assert!(SampleIndex::read(&file[..length]).is_err(), "{length}");
    }
    assert!(matches!(SampleIndex::read(&[][..]), Err(Error::Empty)));
}
