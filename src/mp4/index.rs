//! The `moov` box (ISO/IEC 14496-12 §8.2): its tracks, as far as a summary needs them.

use mp4_atom::{Matrix, Mdhd, Mvhd, Tkhd, Trex};

use super::boxes::{Child, FourCc, be16, be32, be64};
use super::codec::{self, AudioEntry, VideoEntry};
use super::samples::{Tables, Totals};
use super::{Error, MAX_TRACKS, Rotation};

/// What a `moov` says.
pub(super) struct Index {
    /// Units per second of edit lists.
    pub timescale: u32,
    pub tracks: Vec<Track>,
    /// Whether it announces fragments (`mvex`).
    pub expects_fragments: bool,
}

/// What a `trak` says.
pub(super) struct Track {
    pub id: u32,
    pub enabled: bool,
    pub rotation: Rotation,
    /// Presentation size before rotation, in whole pixels; 0 where it is not said.
    pub shown: (u32, u32),
    /// Units per second of sample durations.
    pub timescale: u32,
    /// ISO 639-2, when it is said.
    pub language: Option<String>,
    pub edits: Edits,
    pub media: Media,
    pub totals: Totals,
    /// Duration and size of samples in fragments that do not say their own (`trex`).
    pub fragment_defaults: (u32, u32),
    /// Decode time at which this track's fragments begin.
    pub fragments_start: Option<u64>,
}

pub(super) enum Media {
    Video(VideoEntry),
    Audio(AudioEntry),
    Other,
}

/// An edit list, summed up (§8.6.6).
#[derive(Clone, Copy, Default)]
pub(super) struct Edits {
    /// Waiting before the media starts, in the movie's timescale.
    pub wait: u64,
    /// What is then shown, in the movie's timescale; `None`: all.
    pub shown: Option<u64>,
    /// Media before what is shown, in the track's timescale: the run-in of a sound coder.
    pub skipped: u64,
}

impl Index {
    /// `body` is the content of `moov`, which lies at `at` in the file.
    pub fn parse(body: &[u8], at: u64) -> Result<Self, Error> {
        let moov = Child {
            kind: FourCc(*b"moov"),
            at,
            body,
        };
        let mut timescale = None;
        let mut tracks = Vec::new();
        let mut defaults = Vec::new();
        let mut expects_fragments = false;
        for child in moov.children() {
            let child = child?;
            match &child.kind.0 {
                b"mvhd" => timescale = Some(positive(&child, child.decode::<Mvhd>()?.timescale)?),
                b"trak" => {
                    if tracks.len() == MAX_TRACKS {
                        return Err(Error::TooManyTracks);
                    }
                    tracks.push(Track::parse(&child)?);
                }
                b"mvex" => {
                    expects_fragments = true;
                    for trex in child.children() {
                        let trex = trex?;
                        if trex.kind.0 == *b"trex" && defaults.len() < MAX_TRACKS {
                            defaults.push(trex.decode::<Trex>()?);
                        }
                    }
                }
                _ => {}
            }
        }
        for trex in defaults {
            for track in tracks.iter_mut().filter(|track| track.id == trex.track_id) {
                track.fragment_defaults = (trex.default_sample_duration, trex.default_sample_size);
            }
        }
        let timescale = timescale.ok_or_else(|| moov.damaged("has no \"mvhd\" box"))?;
        Ok(Self {
            timescale,
            tracks,
            expects_fragments,
        })
    }
}

impl Track {
    fn parse(trak: &Child<'_>) -> Result<Self, Error> {
        let mut header: Option<Tkhd> = None;
        let mut edits = Edits::default();
        let mut mdia = None;
        for child in trak.children() {
            let child = child?;
            match &child.kind.0 {
                b"tkhd" => header = Some(child.decode()?),
                b"edts" => {
                    for elst in child.children() {
                        let elst = elst?;
                        if elst.kind.0 == *b"elst" {
                            edits = Edits::parse(&elst)?;
                        }
                    }
                }
                b"mdia" => mdia = Some(child),
                _ => {}
            }
        }
        let header = header.ok_or_else(|| trak.damaged("has no \"tkhd\" box"))?;
        let mdia = mdia.ok_or_else(|| trak.damaged("has no \"mdia\" box"))?;
        let mut track = Self {
            id: header.track_id,
            enabled: header.enabled,
            rotation: rotation(&header.matrix),
            shown: match header.size_is_aspect_ratio {
                true => (0, 0),
                false => (
                    header.width.integer().into(),
                    header.height.integer().into(),
                ),
            },
            timescale: 0,
            language: None,
            edits,
            media: Media::Other,
            totals: Totals::default(),
            fragment_defaults: (0, 0),
            fragments_start: None,
        };
        track.parse_media(&mdia)?;
        Ok(track)
    }

    fn parse_media(&mut self, mdia: &Child<'_>) -> Result<(), Error> {
        let (mut header, mut handler, mut minf) = (None, None, None);
        for child in mdia.children() {
            let child = child?;
            match &child.kind.0 {
                b"mdhd" => header = Some(child),
                // By hand: QuickTime's names are not always UTF-8, which mp4-atom insists on.
                b"hdlr" => handler = be32(child.body, 8),
                b"minf" => minf = Some(child),
                _ => {}
            }
        }
        let is_video = match handler.map(u32::to_be_bytes).as_ref() {
            Some(b"vide") => true,
            Some(b"soun") => false,
            _ => return Ok(()), // other tracks are counted and not read
        };
        let header = header.ok_or_else(|| mdia.damaged("has no \"mdhd\" box"))?;
        let mdhd: Mdhd = header.decode()?;
        self.timescale = positive(&header, mdhd.timescale)?;
        self.language = language(&header);
        let minf = minf.ok_or_else(|| mdia.damaged("has no \"minf\" box"))?;
        let mut stbl = None;
        for child in minf.children() {
            let child = child?;
            if child.kind.0 == *b"stbl" {
                stbl = Some(child);
            }
        }
        let stbl = stbl.ok_or_else(|| minf.damaged("has no \"stbl\" box"))?;
        let mut tables = Tables::default();
        let mut stsd = None;
        for child in stbl.children() {
            let child = child?;
            match &child.kind.0 {
                b"stsd" => stsd = Some(child),
                b"stts" => tables.stts = Some(child),
                b"stsc" => tables.stsc = Some(child),
                b"stsz" | b"stz2" => tables.sizes = Some(child),
                b"stco" | b"co64" => tables.chunks = Some(child),
                b"ctts" => tables.delays = true,
                _ => {}
            }
        }
        let stsd = stsd.ok_or_else(|| stbl.damaged("has no \"stsd\" box"))?;
        let entry = codec::first_entry(&stsd)?;
        self.media = match is_video {
            true => Media::Video(codec::video(&entry)?),
            false => Media::Audio(codec::audio(&entry)?),
        };
        self.totals = tables.totals()?;
        Ok(())
    }
}

impl Edits {
    /// By hand: mp4-atom refuses negative times that some cameras write, and takes room per row.
    fn parse(elst: &Child<'_>) -> Result<Self, Error> {
        let wide = elst.body.first() == Some(&1);
        let width = if wide { 20 } else { 12 };
        let mut edits = Self::default();
        for row in elst.rows(4, width)?.chunks_exact(width) {
            let (duration, media_time) = match wide {
                true => (be64(row, 0), be64(row, 8).map(u64::cast_signed)),
                false => (
                    be32(row, 0).map(u64::from),
                    be32(row, 4).map(|time| i64::from(time.cast_signed())),
                ),
            };
            let duration = duration.unwrap_or(0);
            if media_time == Some(-1) {
                edits.wait = edits.wait.saturating_add(duration);
                continue;
            }
            if edits.shown.is_none() {
                edits.skipped = media_time
                    .and_then(|time| time.try_into().ok())
                    .unwrap_or(0);
            }
            if duration > 0 && be16(row, width - 4) != Some(0) {
                edits.shown = Some(edits.shown.unwrap_or(0).saturating_add(duration));
            }
        }
        Ok(edits)
    }
}

fn positive(part: &Child<'_>, timescale: u32) -> Result<u32, Error> {
    match timescale {
        0 => Err(part.damaged("counts time in units of nothing (timescale 0)")),
        timescale => Ok(timescale),
    }
}

/// The language of an `mdhd`: three letters packed (ISO/IEC 14496-12 §8.4.2.3), or QuickTime's
/// number.
///
/// Of the numbers only those of the languages at hand; 0 is left out, which should be English and
/// in truth is what careless writers put.
fn language(mdhd: &Child<'_>) -> Option<String> {
    let at = if mdhd.body.first() == Some(&1) {
        32
    } else {
        20
    };
    let code = match be16(mdhd.body, at)? {
        32 => "rus".to_string(),
        49 | 50 | 150 => "aze".to_string(),
        packed => [10, 5, 0]
            .map(|shift| char::from((packed >> shift & 31) as u8 + 0x60))
            .iter()
            .collect(),
    };
    let is_code = code.bytes().all(|b| b.is_ascii_lowercase()) && code != "und";
    is_code.then_some(code)
}

/// Quarter turns only: no camera and no player does others (§6.2.2 has the matrix).
fn rotation(matrix: &Matrix) -> Rotation {
    match (
        matrix.a.signum(),
        matrix.b.signum(),
        matrix.c.signum(),
        matrix.d.signum(),
    ) {
        (0, 1, -1, 0) => Rotation::Quarter,
        (-1, 0, 0, -1) => Rotation::Half,
        (0, -1, 1, 0) => Rotation::ThreeQuarters,
        _ => Rotation::None,
    }
}
