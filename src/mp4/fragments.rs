//! Movie fragments (ISO/IEC 14496-12 §8.8): the runs of a `moof`, and what they add up to.

use mp4_atom::{Sidx, Tfdt, Tfhd, Trex};

use super::boxes::{Child, TopBox, be32};
use super::index::Track;
use super::{Error, Part, boxes};
use crate::units::Bytes;

/// The most runs in one part of a fragment. Writers make one, or one for each change of track.
const MAX_RUNS: usize = 1 << 16;

/// What samples are where a run does not say it (§8.8.3, §8.8.7).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SampleDefaults {
    /// Duration, in the track's timescale.
    pub ticks: u32,
    pub bytes: u32,
    pub flags: u32,
    /// Which sample entry describes them, from 1 on.
    pub description: u32,
}

impl SampleDefaults {
    pub fn of(trex: &Trex) -> Self {
        Self {
            ticks: trex.default_sample_duration,
            bytes: trex.default_sample_size,
            flags: trex.default_sample_flags,
            description: trex.default_sample_description_index,
        }
    }

    fn in_fragment(self, tfhd: &Tfhd) -> Self {
        Self {
            ticks: tfhd.default_sample_duration.unwrap_or(self.ticks),
            bytes: tfhd.default_sample_size.unwrap_or(self.bytes),
            flags: tfhd.default_sample_flags.unwrap_or(self.flags),
            description: tfhd.sample_description_index.unwrap_or(self.description),
        }
    }
}

/// One track's part of a fragment (`traf`).
pub(super) struct TrackFragment<'a> {
    pub track: u32,
    /// Decode time of its first sample, in the track's timescale, where it is said.
    pub start: Option<u64>,
    pub runs: Vec<Run<'a>>,
    /// Where its data ends.
    end: u64,
}

/// The parts of a `moof`. `defaults` gives what the `trex` of a track says.
///
/// Time is proportional to the bytes of the box.
pub(super) fn of_moof<'a>(
    moof: TopBox,
    body: &'a [u8],
    defaults: impl Fn(u32) -> SampleDefaults,
) -> impl Iterator<Item = Result<TrackFragment<'a>, Error>> {
    let mut data_end_before = moof.at;
    boxes::children(body, moof.body)
        .filter(|child| !matches!(child, Ok(child) if child.kind.0 != *b"traf"))
        .map(move |traf| {
            let part = TrackFragment::of(&traf?, moof.at, data_end_before, &defaults)?;
            data_end_before = part.end;
            Ok(part)
        })
}

impl<'a> TrackFragment<'a> {
    fn of(
        traf: &Child<'a>,
        moof_at: u64,
        data_end_before: u64,
        defaults_of: impl Fn(u32) -> SampleDefaults,
    ) -> Result<Self, Error> {
        let mut head: Option<Tfhd> = None;
        let mut defaults = SampleDefaults::default();
        let mut start = None;
        let (mut base, mut end) = (0, 0);
        let mut runs = Vec::new();
        for child in traf.children() {
            let child = child?;
            match &child.kind.0 {
                b"tfhd" => {
                    let tfhd: Tfhd = child.decode()?;
                    // §8.8.7.1: without either mark, data follows the track fragment before it.
                    base = match (tfhd.base_data_offset, tfhd.default_base_is_moof) {
                        (Some(base), _) => base,
                        (None, true) => moof_at,
                        (None, false) => data_end_before,
                    };
                    end = base;
                    defaults = defaults_of(tfhd.track_id).in_fragment(&tfhd);
                    head = Some(tfhd);
                }
                b"tfdt" => start = Some(child.decode::<Tfdt>()?.base_media_decode_time),
                b"trun" => {
                    if head.is_none() {
                        return Err(child.damaged("comes before the \"tfhd\" box that it needs"));
                    }
                    if runs.len() == MAX_RUNS {
                        return Err(traf.damaged(format!("has more than {MAX_RUNS} runs")));
                    }
                    let run = Run::of(&child, base, end, defaults)?;
                    end = run.end;
                    runs.push(run);
                }
                _ => {}
            }
        }
        let Some(head) = head else {
            return Err(traf.damaged("does not say which track it belongs to"));
        };
        Ok(Self {
            track: head.track_id,
            start,
            runs,
            end,
        })
    }
}

/// A run of samples whose data lies together (`trun`, §8.8.8).
pub(super) struct Run<'a> {
    pub defaults: SampleDefaults,
    pub count: u32,
    /// Where its data lies.
    pub data: u64,
    end: u64,
    ticks: u64,
    first_flags: Option<u32>,
    /// Which fields a row has.
    fields: u32,
    width: usize,
    rows: &'a [u8],
}

/// A sample as a run says it.
pub(super) struct RunSample {
    pub ticks: u32,
    pub bytes: u32,
    pub flags: u32,
    pub composition: i32,
}

const TICKS: u32 = 0x100;
const BYTES: u32 = 0x200;
const FLAGS: u32 = 0x400;
const COMPOSITION: u32 = 0x800;

impl<'a> Run<'a> {
    fn of(
        trun: &Child<'a>,
        base: u64,
        end_before: u64,
        defaults: SampleDefaults,
    ) -> Result<Self, Error> {
        let short = || trun.damaged("is too short");
        let fields = be32(trun.body, 0).ok_or_else(short)?;
        let has = |bit: u32| fields & bit != 0;
        let count = be32(trun.body, 4).ok_or_else(short)?;
        let mut at = 8;
        let mut data = end_before;
        if has(1) {
            let offset = be32(trun.body, at).ok_or_else(short)?.cast_signed();
            data = base
                .checked_add_signed(offset.into())
                .ok_or_else(|| trun.damaged("points before the start of the file"))?;
            at += 4;
        }
        let mut first_flags = None;
        if has(4) {
            first_flags = be32(trun.body, at);
            at += 4;
        }
        let width = 4 * (fields & (TICKS | BYTES | FLAGS | COMPOSITION)).count_ones() as usize;
        let mut rows: &[u8] = &[];
        if width > 0 {
            let room = trun.body.get(at..).ok_or_else(short)?;
            let all = (count as usize).checked_mul(width);
            rows = all.and_then(|all| room.get(..all)).ok_or_else(|| {
                let fit = room.len() / width;
                trun.damaged(format!("claims {count} samples but has room for {fit}"))
            })?;
        }
        let mut run = Self {
            defaults,
            count,
            data,
            end: 0,
            ticks: u64::from(count) * u64::from(defaults.ticks),
            first_flags,
            fields,
            width,
            rows,
        };
        let mut bytes = u64::from(count) * u64::from(defaults.bytes);
        // Only what rows say is worth a walk: a run may claim 2^32 samples that have none.
        if has(TICKS) {
            run.ticks = run.samples().map(|sample| u64::from(sample.ticks)).sum();
        }
        if has(BYTES) {
            bytes = run.samples().map(|sample| u64::from(sample.bytes)).sum();
        }
        run.end = data.saturating_add(bytes);
        Ok(run)
    }

    pub fn samples(&self) -> impl Iterator<Item = RunSample> + use<'a> {
        let defaults = self.defaults;
        let (fields, width, rows) = (self.fields, self.width, self.rows);
        let mut first_flags = self.first_flags;
        (0..self.count as usize).map(move |n| {
            let mut at = n * width;
            let mut field = |bit: u32| {
                let value = (fields & bit != 0).then(|| be32(rows, at))??;
                at += 4;
                Some(value)
            };
            let (ticks, bytes, flags) = (field(TICKS), field(BYTES), field(FLAGS));
            RunSample {
                ticks: ticks.unwrap_or(defaults.ticks),
                bytes: bytes.unwrap_or(defaults.bytes),
                flags: first_flags.take().or(flags).unwrap_or(defaults.flags),
                // Unsigned by version 0; so large that it must be a negative one, in truth.
                composition: field(COMPOSITION).unwrap_or(0).cast_signed(),
            }
        })
    }
}

/// Adds the runs of one `moof` to the totals of the tracks they belong to.
///
/// Runs for tracks that the index does not know are passed over, as players do.
pub(super) fn add(moof: TopBox, body: &[u8], tracks: &mut [Track]) -> Result<(), Error> {
    let defaults: Vec<_> = tracks.iter().map(|t| (t.id, t.fragment_defaults)).collect();
    let defaults_of = |id| {
        let found = defaults.iter().find(|(track, _)| *track == id);
        found.map(|(_, defaults)| *defaults).unwrap_or_default()
    };
    for part in of_moof(moof, body, defaults_of) {
        let part = part?;
        let Some(track) = tracks.iter_mut().find(|track| track.id == part.track) else {
            continue;
        };
        let totals = &mut track.totals;
        // A recording cut out of a live stream starts late on the clock: count from its start.
        let start = part.start.unwrap_or(totals.ticks);
        let first = *track.fragments_start.get_or_insert(start);
        let mut since = start.saturating_sub(first);
        for run in &part.runs {
            totals.samples = totals.samples.saturating_add(run.count.into());
            totals.data_end = totals.data_end.max(run.end);
            totals.delayed |= run.fields & COMPOSITION != 0;
            since = since.saturating_add(run.ticks);
        }
        totals.ticks = totals.ticks.max(since);
    }
    Ok(())
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
