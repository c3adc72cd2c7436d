//! The `moov` box (ISO/IEC 14496-12 §8.2): its tracks, as far as a summary needs them.

use mp4_atom::{Matrix, Mdhd, Mvhd, Tkhd, Trex};

use super::boxes::{Child, FourCc, be16};
use super::codec::{self, AudioEntry, VideoEntry};
use super::fragments::SampleDefaults;
use super::samples::Totals;
use super::trak::{self, Edit, Trak};
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
    /// What samples in fragments are that do not say it themselves (`trex`).
    pub fragment_defaults: SampleDefaults,
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
                track.fragment_defaults = SampleDefaults::of(&trex);
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
        let parts = Trak::of(trak)?;
        let header: Tkhd = parts.tkhd.decode()?;
        let edits = match &parts.elst {
            Some(elst) => Edits::sum(trak::edits(elst)?),
            None => Edits::default(),
        };
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
            fragment_defaults: SampleDefaults::default(),
            fragments_start: None,
        };
        if let Some(media) = parts.media {
            track.timescale = positive(&media.mdhd, media.mdhd.decode::<Mdhd>()?.timescale)?;
            track.language = language(&media.mdhd);
            let entry = codec::first_entry(&media.stsd)?;
            track.media = match media.is_video {
                true => Media::Video(codec::video(&entry)?),
                false => Media::Audio(codec::audio(&entry)?),
            };
            track.totals = media.tables.totals()?;
        }
        Ok(track)
    }
}

impl Edits {
    fn sum(rows: impl Iterator<Item = Edit>) -> Self {
        let mut edits = Self::default();
        for row in rows {
            if row.media_time == -1 {
                edits.wait = edits.wait.saturating_add(row.segment_duration);
                continue;
            }
            if edits.shown.is_none() {
                edits.skipped = row.media_time.try_into().unwrap_or(0);
            }
            if row.segment_duration > 0 && row.rate != 0 {
                let shown = edits.shown.unwrap_or(0);
                edits.shown = Some(shown.saturating_add(row.segment_duration));
            }
        }
        edits
    }
}

pub(super) fn positive(part: &Child<'_>, timescale: u32) -> Result<u32, Error> {
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
