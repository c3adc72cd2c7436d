//! What stands before fragments: `ftyp`, and a `moov` that describes the tracks and lists no sample.

use super::timeline::{Placed, Tracks};
use super::written::{boxed, full_box, put};

/// `duration` is in the movie's timescale, for a file whose fragments follow at once; `None` where
/// something else says it.
///
/// Boxes are the source's, byte for byte, but for the track's number and the durations, which are
/// those of the samples listed here: none. The edit that skips the run-in stays; its length 0
/// stands for all that follows (§8.6.6.1).
pub(in crate::mp4) fn init(tracks: &Tracks<'_>, duration: Option<u64>) -> Vec<u8> {
    let mut out = Vec::with_capacity(2048);
    boxed(&mut out, b"ftyp", |out| {
        // iso6: offsets of runs may count from their moof; tfdt.
        out.extend_from_slice(b"iso6\0\0\x02\0iso6iso5mp41");
    });
    boxed(&mut out, b"moov", |out| {
        full_box(out, b"mvhd", 0, 0, |out| {
            put_all(out, &[0, 0, tracks.movie_timescale, 0]);
            put_all(out, &[0x1_0000, 0x0100_0000, 0, 0]); // rate 1, volume 1
            put_all(out, &[0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000]);
            put_all(out, &[0; 6]);
            put(out, super::timeline::AUDIO + 1);
        });
        for (number, track) in tracks.all() {
            trak(out, number, track);
        }
        boxed(out, b"mvex", |out| {
            if let Some(duration) = duration {
                full_box(out, b"mehd", 1, 0, |out| {
                    out.extend_from_slice(&duration.to_be_bytes());
                });
            }
            for (number, _) in tracks.all() {
                full_box(out, b"trex", 0, 0, |out| {
                    put_all(out, &[number, 1, 0, 0, 0])
                });
            }
        });
    });
    out
}

fn trak(out: &mut Vec<u8>, number: u32, track: &Placed<'_>) {
    let source = track.track.header();
    boxed(out, b"trak", |out| {
        let tkhd = copy(out, &source.tkhd);
        let wide = tkhd.get(8) == Some(&1);
        overwrite(tkhd, if wide { 28 } else { 20 }, &number.to_be_bytes());
        match wide {
            true => overwrite(tkhd, 36, &[0; 8]),
            false => overwrite(tkhd, 28, &[0; 4]),
        }
        if track.skipped > 0 {
            boxed(out, b"edts", |out| {
                full_box(out, b"elst", 1, 0, |out| {
                    put_all(out, &[1, 0, 0]);
                    out.extend_from_slice(&track.skipped.to_be_bytes());
                    put(out, 0x1_0000);
                });
            });
        }
        boxed(out, b"mdia", |out| {
            let mdhd = copy(out, &source.mdhd);
            match mdhd.get(8) == Some(&1) {
                true => overwrite(mdhd, 32, &[0; 8]),
                false => overwrite(mdhd, 24, &[0; 4]),
            }
            copy(out, &source.hdlr);
            copy(out, &source.in_mdia);
            boxed(out, b"minf", |out| {
                copy(out, &source.media_header);
                copy(out, &source.dinf);
                boxed(out, b"stbl", |out| {
                    copy(out, &source.stsd);
                    full_box(out, b"stts", 0, 0, |out| put(out, 0));
                    full_box(out, b"stsc", 0, 0, |out| put(out, 0));
                    full_box(out, b"stsz", 0, 0, |out| put_all(out, &[0, 0]));
                    full_box(out, b"stco", 0, 0, |out| put(out, 0));
                });
            });
        });
    });
}

fn put_all(out: &mut Vec<u8>, numbers: &[u32]) {
    for &number in numbers {
        put(out, number);
    }
}

/// Returns the copy.
fn copy<'o>(out: &'o mut Vec<u8>, bytes: &[u8]) -> &'o mut [u8] {
    let at = out.len();
    out.extend_from_slice(bytes);
    &mut out[at..]
}

/// A box too short for the field has none to be wrong.
fn overwrite(bytes: &mut [u8], at: usize, with: &[u8]) {
    if let Some(field) = bytes.get_mut(at..at + with.len()) {
        field.copy_from_slice(with);
    }
}
