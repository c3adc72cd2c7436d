//! Movie fragments (ISO/IEC 14496-12 §8.8): what the runs of a `moof` add up to, per track.

use mp4_atom::{Sidx, Tfdt, Tfhd};

use super::boxes::{Child, TopBox, be32};
use super::index::Track;
use super::{Error, Part, boxes};
use crate::units::Bytes;

/// Adds the runs of one `moof` to the totals of the tracks they belong to.
///
/// Time is proportional to the bytes of the box. Runs for tracks that the index does not know are
/// passed over, as players do.
pub(super) fn add(moof: TopBox, body: &[u8], tracks: &mut [Track]) -> Result<(), Error> {
    let mut data_end_before = moof.at;
    for child in boxes::children(body, moof.body) {
        let traf = child?;
        if traf.kind.0 == *b"traf" {
            data_end_before = add_track(&traf, moof.at, data_end_before, tracks)?;
        }
    }
    Ok(())
}

/// Returns where the data of this track's fragment ends.
fn add_track(
    traf: &Child<'_>,
    moof_at: u64,
    data_end_before: u64,
    tracks: &mut [Track],
) -> Result<u64, Error> {
    let mut head: Option<Tfhd> = None;
    let mut start: Option<u64> = None;
    let mut runs = Run::default();
    for child in traf.children() {
        let child = child?;
        match &child.kind.0 {
            b"tfhd" => {
                let tfhd: Tfhd = child.decode()?;
                // §8.8.7.1: without either mark, data follows the track fragment before it.
                runs.base = match (tfhd.base_data_offset, tfhd.default_base_is_moof) {
                    (Some(base), _) => base,
                    (None, true) => moof_at,
                    (None, false) => data_end_before,
                };
                runs.end = runs.base;
                let track = tracks.iter().find(|track| track.id == tfhd.track_id);
                let defaults = track
                    .map(|track| track.fragment_defaults)
                    .unwrap_or_default();
                runs.default_ticks = tfhd.default_sample_duration.unwrap_or(defaults.0);
                runs.default_bytes = tfhd.default_sample_size.unwrap_or(defaults.1);
                head = Some(tfhd);
            }
            b"tfdt" => start = Some(child.decode::<Tfdt>()?.base_media_decode_time),
            b"trun" => {
                if head.is_none() {
                    return Err(child.damaged("comes before the \"tfhd\" box that it needs"));
                }
                runs.add(&child)?;
            }
            _ => {}
        }
    }
    let Some(head) = head else {
        return Err(traf.damaged("does not say which track it belongs to"));
    };
    if let Some(track) = tracks.iter_mut().find(|track| track.id == head.track_id) {
        let totals = &mut track.totals;
        totals.samples = totals.samples.saturating_add(runs.samples);
        totals.data_end = totals.data_end.max(runs.end);
        totals.delayed |= runs.delayed;
        // A recording cut out of a live stream starts late on the clock: count from its start.
        let fragment_start = start.unwrap_or(totals.ticks);
        let first = *track.fragments_start.get_or_insert(fragment_start);
        let since = fragment_start
            .saturating_sub(first)
            .saturating_add(runs.ticks);
        totals.ticks = totals.ticks.max(since);
    }
    Ok(runs.end)
}

#[derive(Default)]
struct Run {
    base: u64,
    end: u64,
    default_ticks: u32,
    default_bytes: u32,
    samples: u64,
    ticks: u64,
    delayed: bool,
}

impl Run {
    fn add(&mut self, trun: &Child<'_>) -> Result<(), Error> {
        let short = || trun.damaged("is too short");
        let flags = be32(trun.body, 0).ok_or_else(short)?;
        let has = |bit: u32| usize::from(flags & bit != 0);
        let count = be32(trun.body, 4).ok_or_else(short)?;
        let mut at = 8;
        let mut data = self.end;
        if has(1) == 1 {
            let offset = be32(trun.body, at).ok_or_else(short)?.cast_signed();
            data = self
                .base
                .checked_add_signed(offset.into())
                .ok_or_else(|| trun.damaged("points before the start of the file"))?;
            at += 4;
        }
        at += 4 * has(4); // the first sample's flags
        let width = 4 * (has(0x100) + has(0x200) + has(0x400) + has(0x800));
        let (mut ticks, mut bytes) = (0_u64, 0_u64);
        if has(0x100) == 0 {
            ticks = u64::from(count) * u64::from(self.default_ticks);
        }
        if has(0x200) == 0 {
            bytes = u64::from(count) * u64::from(self.default_bytes);
        }
        if width > 0 {
            let room = trun.body.get(at..).ok_or_else(short)?;
            let rows = (count as usize)
                .checked_mul(width)
                .and_then(|all| room.get(..all));
            let rows = rows.ok_or_else(|| {
                let fit = room.len() / width;
                trun.damaged(format!("claims {count} samples but has room for {fit}"))
            })?;
            for row in rows.chunks_exact(width) {
                if has(0x100) == 1 {
                    ticks += u64::from(be32(row, 0).unwrap_or(0));
                }
                if has(0x200) == 1 {
                    bytes += u64::from(be32(row, 4 * has(0x100)).unwrap_or(0));
                }
            }
        }
        self.delayed |= has(0x800) == 1;
        self.samples = self.samples.saturating_add(count.into());
        self.ticks = self.ticks.saturating_add(ticks);
        self.end = data.saturating_add(bytes);
        Ok(())
    }
}

/// Checks that the fragments which a segment index lists lie within the file (§8.16.3): a
/// fragmented file that was cut between two fragments shows it nowhere else.
pub(super) fn check_listed(sidx: TopBox, body: &[u8], length: u64) -> Result<(), Error> {
    let child = Child {
        kind: sidx.kind,
        at: sidx.body,
        body,
    };
    let sidx_box: Sidx = child.decode()?;
    let listed = sidx_box
        .references
        .iter()
        .map(|part| u64::from(part.referenced_size));
    let needed = listed.fold(
        sidx.end.saturating_add(sidx_box.first_offset),
        u64::saturating_add,
    );
    if needed > length {
        return Err(Error::Truncated {
            part: Part::Fragments,
            needed: Bytes(needed),
            have: Bytes(length),
        });
    }
    Ok(())
}
