//! Reads the compact index: from sample tables, from fragments, or from both.

use std::collections::HashMap;

use mp4_atom::{Mdhd, Mvhd, Tkhd, Trex};

use super::SampleIndex;
use super::pack::{Entry, Packer};
use super::track::{Media, Track, TrackBoxes};
use crate::mp4::boxes::{Child, FourCc, TopBox, TopLevel, be32, boxed};
use crate::mp4::fragments::{self, SampleDefaults};
use crate::mp4::index::positive;
use crate::mp4::samples::{Sizes, Tables};
use crate::mp4::summary::check_beginning;
use crate::mp4::trak::{self, Trak};
use crate::mp4::{Error, MAX_SAMPLES, MAX_TRACKS, Part, Source, codec};
use crate::units::Bytes;

/// The most rows of an edit list that are kept. Editors write one per cut, and cuts are few.
const MAX_EDITS: usize = 4096;

/// The most bytes of sample entries. The longest real ones hold the parameter sets of a codec.
const MAX_ENTRIES: usize = 64 << 10;

/// The most bytes of one box that is kept as it is, and of all that nothing here knows.
const MAX_KEPT: usize = 16 << 10;

/// Decode times from here on leave no room to add durations.
const MAX_CLOCK: u64 = 1 << 62;

/// How a sample says that decoding cannot start at it (§8.8.3.1).
const NOT_SYNC: u32 = 1 << 16;

impl SampleIndex {
    /// Reads where the samples are; of the samples themselves nothing.
    ///
    /// Whatever the bytes claim, it takes time in proportion to the index, which is at most
    /// [`MAX_INDEX`](crate::mp4::MAX_INDEX), and to [`MAX_SAMPLES`].
    ///
    /// # Errors
    /// See [`Error`]. A file that [`summarise`](crate::mp4::summarise) passes can fail here by
    /// [`Error::TooManySamples`] and by tables that only the samples need.
    pub fn read<S: Source + ?Sized>(source: &S) -> Result<Self, Error> {
        check_beginning(source)?;
        let length = source.length();
        let mut top = TopLevel::new(source);
        let mut movie: Option<Movie> = None;
        while let Some(found) = top.next(movie.is_some())? {
            match (&found.kind.0, &mut movie) {
                // A second index is as invisible to us as it is to players.
                (b"moov", None) => movie = Some(Movie::parse(&top.read(found)?, found, length.0)?),
                (b"moof", Some(movie)) => movie.add_fragment(found, &top.read(found)?)?,
                _ => {}
            }
        }
        movie.ok_or(Error::NoIndex { bytes: length })?.finish()
    }
}

/// An index that is being read.
struct Movie {
    mvhd: Vec<u8>,
    timescale: u32,
    tracks: Vec<(Track, Reading)>,
    others: usize,
    defaults: HashMap<u32, SampleDefaults>,
}

/// The samples of one track, as far as they are read.
struct Reading {
    track: u32,
    packer: Packer,
    descriptions: u32,
    /// The length of the file.
    length: u64,
}

impl Movie {
    fn parse(body: &[u8], at: TopBox, length: u64) -> Result<Self, Error> {
        let moov = Child {
            kind: at.kind,
            at: at.body,
            body,
        };
        let mut mvhd: Option<Child<'_>> = None;
        let mut traks = Vec::new();
        let mut defaults = HashMap::new();
        for child in moov.children() {
            let child = child?;
            match &child.kind.0 {
                b"mvhd" => mvhd = Some(child),
                b"trak" => {
                    if traks.len() == MAX_TRACKS {
                        return Err(Error::TooManyTracks);
                    }
                    traks.push(child);
                }
                b"mvex" => {
                    for trex in child.children() {
                        let trex = trex?;
                        if trex.kind.0 == *b"trex" && defaults.len() < MAX_TRACKS {
                            let trex: Trex = trex.decode()?;
                            defaults.insert(trex.track_id, SampleDefaults::of(&trex));
                        }
                    }
                }
                _ => {}
            }
        }
        let mvhd = mvhd.ok_or_else(|| moov.damaged("has no \"mvhd\" box"))?;
        let mut movie = Self {
            timescale: positive(&mvhd, mvhd.decode::<Mvhd>()?.timescale)?,
            mvhd: kept(&mvhd)?,
            tracks: Vec::new(),
            others: 0,
            defaults,
        };
        for trak in &traks {
            let parts = Trak::of(trak)?;
            let Some(media) = &parts.media else {
                movie.others += 1;
                continue;
            };
            let track = Track::parse(&parts, media)?;
            let reading = Reading {
                track: track.id,
                packer: Packer::default(),
                descriptions: track.descriptions,
                length,
            };
            movie.tracks.push((track, reading));
            let before = movie.samples();
            if let Some((_, reading)) = movie.tracks.last_mut() {
                reading.fill(&media.tables, before)?;
            }
        }
        Ok(movie)
    }

    fn samples(&self) -> u32 {
        let counts = self
            .tracks
            .iter()
            .map(|(_, reading)| reading.packer.count());
        counts.sum() // at most MAX_SAMPLES
    }

    fn add_fragment(&mut self, moof: TopBox, body: &[u8]) -> Result<(), Error> {
        let defaults_of = |id| self.defaults.get(&id).copied().unwrap_or_default();
        for part in fragments::of_moof(moof, body, defaults_of) {
            let part = part?;
            let mut before = self.tracks.iter().map(|(_, r)| r.packer.count()).sum();
            let track = self
                .tracks
                .iter_mut()
                .find(|(_, reading)| reading.track == part.track);
            let Some((_, reading)) = track else {
                continue; // as players do
            };
            if let Some(start) = part.start {
                let damaged = |why| crate::mp4::boxes::damaged(moof.kind, moof.body, why);
                if start > MAX_CLOCK {
                    return Err(damaged("starts at a time that no clock reaches"));
                }
                reading
                    .packer
                    .set_clock(start)
                    .ok_or_else(|| damaged("starts days after the one before"))?;
            }
            for run in &part.runs {
                reading.room_for(run.count, before)?;
                before += run.count;
                let mut offset = run.data;
                for sample in run.samples() {
                    reading.push(Entry {
                        offset,
                        size: sample.bytes,
                        duration: sample.ticks,
                        composition: sample.composition,
                        sync: sample.flags & NOT_SYNC == 0,
                        description: run.defaults.description,
                    })?;
                    offset += u64::from(sample.bytes); // within the file, as was checked
                }
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<SampleIndex, Error> {
        if self.tracks.is_empty() {
            return Err(Error::NoTracks {
                others: self.others,
            });
        }
        let length = self.tracks.first().map_or(0, |(_, reading)| reading.length);
        let filled = |of: &&(Track, Reading)| of.1.packer.count() > 0;
        let chosen = |video: bool| {
            let mut of_kind = self
                .tracks
                .iter()
                .enumerate()
                .filter(|(_, track)| filled(track) && track.0.is_video() == video);
            let first = of_kind.clone().next();
            of_kind
                .find(|(_, track)| track.0.enabled)
                .or(first)
                .map(|(n, _)| n)
        };
        let chosen = [chosen(true), chosen(false)];
        let mut tracks = Vec::new();
        for (n, (mut track, reading)) in self.tracks.into_iter().enumerate() {
            if chosen.contains(&Some(n)) {
                track.packed = reading.packer.finish();
                tracks.push(track);
            }
        }
        if tracks.is_empty() {
            return Err(Error::NoFrames);
        }
        Ok(SampleIndex {
            mvhd: self.mvhd,
            movie_timescale: self.timescale,
            source_length: length,
            tracks,
        })
    }
}

impl Track {
    fn parse(parts: &Trak<'_>, media: &trak::Media<'_>) -> Result<Self, Error> {
        let header: Tkhd = parts.tkhd.decode()?;
        let entry = codec::first_entry(&media.stsd)?;
        let descriptions = be32(media.stsd.body, 4).unwrap_or(1).max(1);
        let mut edits = Vec::new();
        if let Some(elst) = &parts.elst {
            edits.extend(trak::edits(elst)?.take(MAX_EDITS + 1));
            if edits.len() > MAX_EDITS {
                return Err(elst.damaged(format!("has more than {MAX_EDITS} rows")));
            }
        }
        edits.shrink_to_fit();
        Ok(Self {
            id: header.track_id,
            enabled: header.enabled,
            timescale: positive(&media.mdhd, media.mdhd.decode::<Mdhd>()?.timescale)?,
            media: match media.is_video {
                true => Media::Video(codec::video(&entry)?),
                false => Media::Audio(codec::audio(&entry)?),
            },
            descriptions,
            edits,
            boxes: TrackBoxes::of(parts, media)?,
            packed: Default::default(),
        })
    }
}

impl TrackBoxes {
    fn of(parts: &Trak<'_>, media: &trak::Media<'_>) -> Result<Self, Error> {
        let mut boxes = Self {
            tkhd: kept(&parts.tkhd)?,
            edts: parts
                .elst
                .map(|elst| boxed(FourCc(*b"edts"), &[&elst.whole()])),
            mdhd: kept(&media.mdhd)?,
            hdlr: kept(&media.hdlr)?,
            ..Self::default()
        };
        if media.stsd.body.len() > MAX_ENTRIES {
            return Err(media
                .stsd
                .damaged(format!("is longer than {MAX_ENTRIES} bytes")));
        }
        boxes.stsd = media.stsd.whole();
        for child in parts.trak.children() {
            let child = child?;
            // `tref` names tracks that a view may not have.
            if !matches!(&child.kind.0, b"tkhd" | b"edts" | b"mdia" | b"tref") {
                keep_small(&mut boxes.in_trak, &child);
            }
        }
        for child in media.mdia.children() {
            let child = child?;
            if !matches!(&child.kind.0, b"mdhd" | b"hdlr" | b"minf") {
                keep_small(&mut boxes.in_mdia, &child);
            }
        }
        for child in media.minf.children() {
            let child = child?;
            match &child.kind.0 {
                b"vmhd" | b"smhd" | b"nmhd" | b"gmhd" => boxes.media_header = kept(&child)?,
                b"dinf" => boxes.dinf = kept(&child)?,
                _ => {}
            }
        }
        Ok(boxes)
    }
}

fn kept(part: &Child<'_>) -> Result<Vec<u8>, Error> {
    match part.body.len() <= MAX_KEPT {
        true => Ok(part.whole()),
        false => Err(part.damaged(format!("is longer than {MAX_KEPT} bytes"))),
    }
}

/// What is too large to be kept is left out: nothing needs it.
fn keep_small(among: &mut Vec<u8>, part: &Child<'_>) {
    if among.len().saturating_add(part.body.len()) <= MAX_KEPT {
        among.extend(part.whole());
    }
}

impl Reading {
    /// That `more` samples after `before` are not too many.
    fn room_for(&self, more: u32, before: u32) -> Result<(), Error> {
        match before.checked_add(more) {
            // A byte each: what claims more would cost time for nothing.
            Some(all) if u64::from(all) > self.length => Err(Error::MoreSamplesThanBytes {
                claimed: all,
                bytes: Bytes(self.length),
            }),
            Some(all) if all <= MAX_SAMPLES => Ok(()),
            _ => Err(Error::TooManySamples),
        }
    }

    fn push(&mut self, mut entry: Entry) -> Result<(), Error> {
        let end = entry.offset.saturating_add(entry.size.into());
        if end > self.length {
            return Err(Error::Truncated {
                part: Part::Track(self.track),
                needed: Bytes(end),
                have: Bytes(self.length),
            });
        }
        // Careless writers leave it at 0; a description that is not there, none can decode.
        entry.description = entry.description.clamp(1, self.descriptions);
        self.packer.push(&entry);
        Ok(())
    }

    /// Reads the sample tables (§8.6, §8.7).
    fn fill(&mut self, tables: &Tables<'_>, before: u32) -> Result<(), Error> {
        let Some(sizes) = &tables.sizes else {
            return Ok(());
        };
        let sizes = Sizes::of(sizes)?;
        if sizes.count == 0 {
            return Ok(()); // a fragmented file's empty tables
        }
        self.room_for(sizes.count, before)?;
        let mut durations = Repeated::of(tables.stts.as_ref(), Beyond::Last)?;
        // Unsigned by version 0; so large that it must be a negative one, in truth.
        let mut delays = Repeated::of(tables.ctts.as_ref(), Beyond::Zero)?;
        let mut keys = match &tables.stss {
            Some(stss) => Some(stss.rows(4, 4)?.chunks_exact(4).peekable()),
            None => None,
        };
        let mut placed = 0;
        for chunk in tables.placed(sizes.count)? {
            placed = chunk.samples.end;
            let mut offset = chunk.offset;
            for n in chunk.samples {
                let sync = keys.as_mut().is_none_or(|keys| {
                    let number = |row: &&[u8]| be32(row, 0).unwrap_or(0);
                    while keys.next_if(|row| number(row) <= n).is_some() {}
                    keys.peek().is_some_and(|row| number(row) == n + 1)
                });
                let size = sizes.get(n);
                self.push(Entry {
                    offset,
                    size,
                    duration: durations.next(),
                    composition: delays.next().cast_signed(),
                    sync,
                    description: chunk.description,
                })?;
                offset += u64::from(size); // within the file, as was checked
            }
        }
        sizes.all_placed(placed)
    }
}

/// What a table of counts and values says beyond its end.
enum Beyond {
    Zero,
    /// Tables of durations that are too short are read so by players.
    Last,
}

/// A table of counts and values (`stts`, `ctts`), value by value.
struct Repeated<'a> {
    rows: &'a [u8],
    left: u32,
    value: u32,
    beyond: Beyond,
}

impl<'a> Repeated<'a> {
    fn of(table: Option<&Child<'a>>, beyond: Beyond) -> Result<Self, Error> {
        Ok(Self {
            rows: table.map_or(Ok(&[][..]), |table| table.rows(4, 8))?,
            left: 0,
            value: 0,
            beyond,
        })
    }

    fn next(&mut self) -> u32 {
        while self.left == 0 {
            let Some((row, rest)) = self.rows.split_at_checked(8) else {
                if matches!(self.beyond, Beyond::Zero) {
                    self.value = 0;
                }
                return self.value;
            };
            self.left = be32(row, 0).unwrap_or(0);
            self.value = be32(row, 4).unwrap_or(0);
            self.rows = rest;
        }
        self.left -= 1;
        self.value
    }
}
