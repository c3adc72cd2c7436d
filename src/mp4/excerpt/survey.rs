//! What the samples of an excerpt have in common, found in one pass over them: decoding the index is what the
//! making of an excerpt costs.

use crate::mp4::{Sample, Track};

use super::layout::Taken;

/// More kinds of rows than these are written one for each sample, when they are read.
const MOST_RUNS: usize = 64;

/// How the tables of a track can be told in few rows.
#[derive(Debug)]
pub(super) struct Survey {
    /// How long samples last; `None`: one row for each.
    pub durations: Option<Vec<Run>>,
    /// How much later they are shown than decoded (version 0 of `ctts` as it is, version 1 signed); `None`:
    /// one row for each.
    pub compositions: Option<Vec<Run>>,
    /// Whether any is shown earlier than it is decoded.
    pub signed: bool,
    /// The size of all of them, when they have one.
    pub size: Option<u32>,
}

/// How often which value comes, one after another.
pub(super) type Run = [u32; 2];

impl Survey {
    /// Goes through the samples once.
    pub fn of(track: &Track, taken: &Taken) -> Self {
        let (mut durations, mut compositions) = (Some(Vec::new()), Some(Vec::new()));
        let mut signed = false;
        let mut size = Some(track.sample(taken.samples.start).size).filter(|size| *size > 0);
        for sample in track.samples(taken.samples.clone()) {
            let Sample {
                duration,
                composition,
                ..
            } = sample;
            count(&mut durations, duration);
            count(&mut compositions, composition.cast_unsigned());
            signed |= composition < 0;
            size = size.filter(|size| *size == sample.size);
        }
        Self {
            durations,
            compositions,
            signed,
            size,
        }
    }

    /// Whether samples are shown in another order, or later, than they are decoded.
    pub fn delayed(&self) -> bool {
        !matches!(self.compositions.as_deref(), Some([] | [[_, 0]]))
    }
}

/// Adds one to the last run, or begins another; `None` once that is no shorter than saying each.
fn count(runs: &mut Option<Vec<Run>>, value: u32) {
    let Some(list) = runs else {
        return;
    };
    if let Some([many, same]) = list.last_mut()
        && *same == value
    {
        *many += 1;
    } else if list.len() == MOST_RUNS {
        *runs = None;
    } else {
        list.push([1, value]);
    }
}
