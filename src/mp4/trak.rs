//! The boxes of a `trak` (ISO/IEC 14496-12 §8.3), found once for everyone who reads one.

use super::Error;
use super::boxes::{Child, be16, be32, be64};
use super::samples::Tables;

/// Where the parts of a track are.
pub(super) struct Trak<'a> {
    pub trak: Child<'a>,
    pub tkhd: Child<'a>,
    /// The last `elst` of its `edts`.
    pub elst: Option<Child<'a>>,
    /// `None` for a track of neither pictures nor sound.
    pub media: Option<Media<'a>>,
}

/// Where the parts of the media of a track of pictures or sound are.
pub(super) struct Media<'a> {
    pub is_video: bool,
    pub mdia: Child<'a>,
    pub mdhd: Child<'a>,
    pub hdlr: Child<'a>,
    pub minf: Child<'a>,
    pub stsd: Child<'a>,
    pub tables: Tables<'a>,
}

impl<'a> Trak<'a> {
    pub fn of(trak: &Child<'a>) -> Result<Self, Error> {
        let (mut tkhd, mut elst, mut mdia) = (None, None, None);
        for child in trak.children() {
            let child = child?;
            match &child.kind.0 {
                b"tkhd" => tkhd = Some(child),
                b"edts" => {
                    for inner in child.children() {
                        let inner = inner?;
                        if inner.kind.0 == *b"elst" {
                            elst = Some(inner);
                        }
                    }
                }
                b"mdia" => mdia = Some(child),
                _ => {}
            }
        }
        let tkhd = tkhd.ok_or_else(|| trak.damaged("has no \"tkhd\" box"))?;
        let mdia = mdia.ok_or_else(|| trak.damaged("has no \"mdia\" box"))?;
        let media = Media::of(mdia)?;
        Ok(Self {
            trak: *trak,
            tkhd,
            elst,
            media,
        })
    }
}

impl<'a> Media<'a> {
    fn of(mdia: Child<'a>) -> Result<Option<Self>, Error> {
        let (mut mdhd, mut hdlr, mut minf) = (None, None, None);
        for child in mdia.children() {
            let child = child?;
            match &child.kind.0 {
                b"mdhd" => mdhd = Some(child),
                b"hdlr" => hdlr = Some(child),
                b"minf" => minf = Some(child),
                _ => {}
            }
        }
        // By hand: QuickTime's names are not always UTF-8, which mp4-atom insists on.
        let (is_video, hdlr) = match hdlr {
            Some(hdlr) if hdlr.body.get(8..12) == Some(b"vide") => (true, hdlr),
            Some(hdlr) if hdlr.body.get(8..12) == Some(b"soun") => (false, hdlr),
            _ => return Ok(None), // other tracks are counted and not read
        };
        let mdhd = mdhd.ok_or_else(|| mdia.damaged("has no \"mdhd\" box"))?;
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
                b"ctts" => tables.ctts = Some(child),
                b"stss" => tables.stss = Some(child),
                b"stsc" => tables.stsc = Some(child),
                b"stsz" | b"stz2" => tables.sizes = Some(child),
                b"stco" | b"co64" => tables.chunks = Some(child),
                _ => {}
            }
        }
        let stsd = stsd.ok_or_else(|| stbl.damaged("has no \"stsd\" box"))?;
        Ok(Some(Self {
            is_video,
            mdia,
            mdhd,
            hdlr,
            minf,
            stsd,
            tables,
        }))
    }
}

/// A row of an edit list (§8.6.6): what of the media is shown next, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edit {
    /// How long, in the movie's timescale; 0 in fragmented files: to the end.
    pub segment_duration: u64,
    /// From where, in the track's timescale; -1: nothing is shown.
    pub media_time: i64,
    /// The whole part of the rate; 0: one picture is held.
    pub rate: i16,
}

/// The rows of an `elst`.
///
/// By hand: mp4-atom refuses negative times that some cameras write, and takes room per row.
pub(super) fn edits<'a>(elst: &Child<'a>) -> Result<impl Iterator<Item = Edit> + 'a, Error> {
    let wide = elst.body.first() == Some(&1);
    let width = if wide { 20 } else { 12 };
    let rows = elst.rows(4, width)?.chunks_exact(width);
    Ok(rows.map(move |row| {
        let (duration, media_time) = match wide {
            true => (be64(row, 0), be64(row, 8).map(u64::cast_signed)),
            false => (
                be32(row, 0).map(u64::from),
                be32(row, 4).map(|time| i64::from(time.cast_signed())),
            ),
        };
        Edit {
            segment_duration: duration.unwrap_or(0),
            media_time: media_time.unwrap_or(0),
            rate: be16(row, width - 4).unwrap_or(0).cast_signed(),
        }
    }))
}
