//! `ftyp`, `moov` and the head of `mdat` of an excerpt.

use super::head::{Column, Head, Writer};
use super::layout::{Chunk, Data, Taken};
use super::survey::{Run, Survey};
use crate::mp4::{SampleIndex, Track};

/// A row of an edit list (ISO/IEC 14496-12 §8.6.6).
#[derive(Clone, Copy, Debug)]
pub(super) struct Shown {
    /// In the movie's timescale.
    pub duration: u64,
    /// Media time from which, in the track's timescale, counted from the excerpt's first sample; -1: nothing.
    pub from: i64,
}

/// A track of an excerpt.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub taken: Taken,
    /// Empty: all of it is shown from the beginning.
    pub edits: Vec<Shown>,
}

/// Writes everything before the media data.
pub(super) fn head(
    index: &SampleIndex,
    brands: &[u8],
    parts: &[Part],
    data: &Data,
    chunks: &[Vec<Chunk>],
) -> Head {
    let surveys = parts.iter().map(|part| {
        let track = &index.tracks()[part.taken.track];
        Survey::of(track, &part.taken)
    });
    let surveys: Vec<Survey> = surveys.collect();
    let with = |base: u64, wide: bool| {
        let offsets = Offsets { base, wide };
        write(index, brands, parts, &surveys, data, chunks, offsets)
    };
    // The length does not depend on the offsets, only on their width.
    let narrow = with(0, false).length();
    match narrow + data.length() > u32::MAX.into() {
        true => with(with(0, true).length(), true),
        false => with(narrow, false),
    }
}

#[derive(Clone, Copy)]
struct Offsets {
    base: u64,
    wide: bool,
}

fn write(
    index: &SampleIndex,
    brands: &[u8],
    parts: &[Part],
    surveys: &[Survey],
    data: &Data,
    chunks: &[Vec<Chunk>],
    offsets: Offsets,
) -> Head {
    let mut out = Writer::default();
    out.boxed(b"ftyp", |out| out.bytes(brands));
    let movie = parts.iter().map(|part| lasts(index, part)).max();
    out.boxed(b"moov", |out| {
        let mut mvhd = index.mvhd().to_vec();
        set_duration(&mut mvhd, 24, 32, movie.unwrap_or(0));
        out.bytes(&mvhd);
        for ((part, survey), chunks) in parts.iter().zip(surveys).zip(chunks) {
            trak(out, index, part, survey, chunks, offsets);
        }
    });
    match offsets.wide {
        true => {
            out.bytes(b"\0\0\0\x01mdat");
            out.bytes(&(data.length() + 16).to_be_bytes());
        }
        false => {
            // Fits: with the head the whole is below 4 GiB.
            out.numbers(&[(data.length() + 8) as u32]);
            out.bytes(b"mdat");
        }
    }
    out.finish()
}

/// How long a track is shown, in the movie's timescale.
fn lasts(index: &SampleIndex, part: &Part) -> u64 {
    if !part.edits.is_empty() {
        return part
            .edits
            .iter()
            .fold(0, |sum, edit| sum.saturating_add(edit.duration));
    }
    let track = &index.tracks()[part.taken.track];
    scaled(
        ticks(track, part),
        track.timescale(),
        index.movie_timescale(),
    )
}

/// How long its samples last, in its own timescale.
fn ticks(track: &Track, part: &Part) -> u64 {
    let samples = &part.taken.samples;
    let last = track.sample(samples.end - 1);
    last.dts + u64::from(last.duration) - track.sample(samples.start).dts
}

/// `ticks` of one timescale in another, rounded up: nothing is cut off.
pub(super) fn scaled(ticks: u64, from: u32, to: u32) -> u64 {
    let scaled = (u128::from(ticks) * u128::from(to)).div_ceil(u128::from(from));
    u64::try_from(scaled).unwrap_or(u64::MAX)
}

fn trak(
    out: &mut Writer,
    index: &SampleIndex,
    part: &Part,
    survey: &Survey,
    chunks: &[Chunk],
    offsets: Offsets,
) {
    let track = &index.tracks()[part.taken.track];
    let source = track.header();
    out.boxed(b"trak", |out| {
        let mut tkhd = source.tkhd.clone();
        set_duration(&mut tkhd, 28, 36, lasts(index, part));
        out.bytes(&tkhd);
        if !part.edits.is_empty() {
            out.boxed(b"edts", |out| {
                out.full_box(b"elst", 1, |out| {
                    out.numbers(&[part.edits.len() as u32]);
                    for edit in &part.edits {
                        out.bytes(&edit.duration.to_be_bytes());
                        out.bytes(&edit.from.to_be_bytes());
                        out.numbers(&[0x1_0000]);
                    }
                });
            });
        }
        out.bytes(&source.in_trak);
        out.boxed(b"mdia", |out| {
            let mut mdhd = source.mdhd.clone();
            set_duration(&mut mdhd, 24, 32, ticks(track, part));
            out.bytes(&mdhd);
            out.bytes(&source.hdlr);
            out.bytes(&source.in_mdia);
            out.boxed(b"minf", |out| {
                out.bytes(&source.media_header);
                out.bytes(&source.dinf);
                out.boxed(b"stbl", |out| {
                    out.bytes(&source.stsd);
                    tables(out, track, part, survey, chunks, offsets);
                });
            });
        });
    });
}

fn tables(
    out: &mut Writer,
    track: &Track,
    part: &Part,
    survey: &Survey,
    chunks: &[Chunk],
    offsets: Offsets,
) {
    let (which, samples) = (part.taken.track, part.taken.samples.clone());
    let count = samples.end - samples.start;

    out.full_box(b"stts", 0, |out| match &survey.durations {
        Some(runs) => put_runs(out, runs),
        None => {
            out.numbers(&[count]);
            out.rows(Column::Duration, which, samples.clone());
        }
    });
    if survey.delayed() {
        out.full_box(b"ctts", survey.signed.into(), |out| {
            match &survey.compositions {
                Some(runs) => put_runs(out, runs),
                None => {
                    out.numbers(&[count]);
                    out.rows(Column::Composition, which, samples.clone());
                }
            }
        });
    }
    if !track.all_keyframes() {
        let from = samples.start;
        let numbers: Vec<u32> = track
            .keyframes()
            .skip_while(|n| *n < from)
            .take_while(|n| *n < samples.end)
            .map(|n| n - from + 1)
            .collect();
        out.full_box(b"stss", 0, |out| {
            out.numbers(&[numbers.len() as u32]);
            out.numbers(&numbers);
        });
    }
    out.full_box(b"stsz", 0, |out| match survey.size {
        Some(size) => out.numbers(&[size, count]),
        None => {
            out.numbers(&[0, count]);
            out.rows(Column::Size, which, samples.clone());
        }
    });
    out.full_box(b"stsc", 0, |out| {
        let mut rows: Vec<[u32; 3]> = Vec::new();
        for (n, chunk) in (1..).zip(chunks) {
            let many = chunk.samples.end - chunk.samples.start;
            if rows
                .last()
                .is_none_or(|row| row[1..] != [many, chunk.description])
            {
                rows.push([n, many, chunk.description]);
            }
        }
        out.numbers(&[rows.len() as u32]);
        for row in rows {
            out.numbers(&row);
        }
    });
    out.full_box(if offsets.wide { b"co64" } else { b"stco" }, 0, |out| {
        out.numbers(&[chunks.len() as u32]);
        for chunk in chunks {
            let at = offsets.base + chunk.offset;
            match offsets.wide {
                true => out.bytes(&at.to_be_bytes()),
                false => out.numbers(&[at as u32]), // the whole is below 4 GiB
            }
        }
    });
}

fn put_runs(out: &mut Writer, runs: &[Run]) {
    out.numbers(&[runs.len() as u32]);
    for run in runs {
        out.numbers(run);
    }
}

/// The duration of a `mvhd`, `tkhd` or `mdhd`, which lies at `narrow` in version 0 and at `wide` in version 1. A box
/// too short for it has none to be wrong.
fn set_duration(header: &mut [u8], narrow: usize, wide: usize, duration: u64) {
    let (at, bytes) = match header.get(8) {
        Some(1) => (wide, duration.to_be_bytes().to_vec()),
        // All ones: not known (§8.2.2.3).
        _ => (
            narrow,
            u32::try_from(duration)
                .unwrap_or(u32::MAX)
                .to_be_bytes()
                .to_vec(),
        ),
    };
    if let Some(field) = header.get_mut(at..at + bytes.len()) {
        field.copy_from_slice(&bytes);
    }
}
