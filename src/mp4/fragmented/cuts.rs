//! Where fragments and segments begin: at keyframes, by the time at which they are shown.

use super::NoFragments;
use super::timeline::{Micros, Placed, Tracks};
use crate::mp4::Sample;

/// The beginning of a fragment or a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::mp4) struct Cut {
    /// When it is shown.
    pub at: Micros,
    /// Its first picture.
    pub video: u32,
    /// Its first sound.
    pub audio: u32,
}

/// How long pieces become.
#[derive(Clone, Copy, Debug)]
pub(in crate::mp4) enum Pace {
    /// As near to so many seconds as keyframes allow: HLS segments.
    Near(Micros),
    /// Keyframe groups: the first is one, however short, so that a slow line soon shows a picture; each after it is
    /// about as long as all before it, within these lengths.
    Growing(Micros, Micros),
}

/// How much earlier and later than the picture the sound may begin for the sake of a piece that is
/// one range of the file. It is not heard: only where one piece ends and the next begins moves.
const EARLIER: Micros = 100_000;
const LATER: Micros = 25_000;

/// Pieces of sound without picture.
const SOUND: Micros = 6_000_000;
/// The first of them.
const FIRST_SOUND: Micros = 1_000_000;

/// A sample that a decoder can begin with.
#[derive(Clone, Copy, Debug)]
struct Keyframe {
    n: u32,
    shown: Micros,
    offset: u64,
}

/// What was found on the way through the pictures.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::mp4) struct Pictures {
    /// Whether the first sample is a keyframe.
    pub begins_with_keyframe: bool,
    /// When the first picture that follows its keyframe and is shown before it is shown.
    pub leading: Option<Micros>,
    /// The longest time from one keyframe to the next or to the end.
    pub longest_gap: Micros,
    /// Whether any has no bytes.
    pub empty: bool,
}

/// Everything that is cut, and where.
#[derive(Debug)]
pub(in crate::mp4) struct Cuts {
    /// When the last sample has been shown.
    pub end: Micros,
    pub cuts: Vec<Cut>,
    pub pictures: Option<Pictures>,
}

impl Cuts {
    /// Goes through all samples once.
    pub fn new(tracks: &Tracks<'_>, pace: Pace) -> Result<Self, NoFragments> {
        let first = |track: &Placed<'_>| track.shown(&track.track.sample(0));
        let starts = tracks.all().map(|(_, track)| first(track));
        if tracks.all().any(|(_, track)| first(track) < -EARLIER) {
            return Err(NoFragments::HiddenLead);
        }
        let start = starts.min().unwrap_or(0).max(0);
        let (mut cuts, mut end) = (Vec::new(), start);
        let mut pictures = None;
        let mut empty = false;
        let mut chosen = Vec::new();
        if let Some(video) = &tracks.video {
            let (found, video_end);
            (found, chosen, video_end) = walk(video, start, pace);
            empty |= found.empty;
            end = end.max(video_end);
            pictures = Some(found);
        }
        let count = tracks.video.map_or(0, |video| video.until);
        match &tracks.audio {
            None => cuts.extend(chosen.iter().map(|keyframe| keyframe.cut(0))),
            Some(audio) => {
                let pace = match pace {
                    Pace::Near(pace) => [pace; 2],
                    Pace::Growing(..) if chosen.is_empty() => [FIRST_SOUND, SOUND],
                    Pace::Growing(..) => [SOUND; 2],
                };
                let mut sound = Sound::new(&chosen, count, pace, end);
                for (n, sample) in audio.numbered() {
                    empty |= sample.size == 0;
                    sound.pass(n, &sample, audio);
                }
                cuts = sound.cuts(audio.until);
                end = end.max(sound.end);
            }
        }
        if empty {
            return Err(NoFragments::EmptySamples);
        }
        if let Some(first) = cuts.first_mut() {
            *first = Cut {
                at: start,
                video: 0,
                audio: 0,
            };
        }
        Ok(Self {
            end,
            cuts,
            pictures,
        })
    }
}

impl Keyframe {
    fn cut(&self, audio: u32) -> Cut {
        Cut {
            at: self.shown,
            video: self.n,
            audio,
        }
    }
}

/// Also returns the keyframes that pieces begin with, and when the last picture has been shown.
fn walk(video: &Placed<'_>, start: Micros, pace: Pace) -> (Pictures, Vec<Keyframe>, Micros) {
    let mut found = Pictures::default();
    let last = video.shown(&video.track.sample(video.until - 1));
    let mut choice = Choice::new(start, pace.for_length(last - start));
    let mut end = i64::MIN;
    let mut keyframe_ticks = i64::MIN;
    let mut keyframe_shown = start;
    for (n, sample) in video.numbered() {
        let ticks = video.ticks(&sample);
        end = end.max(ticks.saturating_add(sample.duration.into()));
        found.empty |= sample.size == 0;
        if sample.sync {
            let shown = video.micros(ticks);
            if ticks <= keyframe_ticks {
                found.leading = found.leading.or(Some(shown));
            }
            found.longest_gap = found.longest_gap.max(shown - keyframe_shown);
            (keyframe_ticks, keyframe_shown) = (ticks, shown);
            match n {
                0 => found.begins_with_keyframe = true,
                _ => choice.pass(Keyframe {
                    n,
                    shown,
                    offset: sample.offset,
                }),
            }
        } else if ticks < keyframe_ticks && found.leading.is_none() {
            found.leading = Some(video.micros(ticks));
        }
    }
    let end = video.micros(end);
    found.longest_gap = found.longest_gap.max(end - keyframe_shown);
    (found, choice.chosen(end), end)
}

impl Pace {
    /// A segment index counts fragments with 16 bits.
    fn for_length(self, length: Micros) -> Self {
        match self {
            Self::Growing(least, most) => {
                let least = least.max(length / 50_000);
                Self::Growing(least, most.max(least))
            }
            near => near,
        }
    }
}

/// Chooses which keyframes pieces begin with, while they pass: what is not chosen is not kept.
struct Choice {
    pace: Pace,
    start: Micros,
    /// The first sample in any case, whether it is a keyframe or not.
    chosen: Vec<Keyframe>,
    /// When the next is due.
    due: Micros,
    /// The last keyframe before that.
    before: Option<Keyframe>,
}

impl Choice {
    fn new(start: Micros, pace: Pace) -> Self {
        Self {
            pace,
            start,
            chosen: vec![Keyframe {
                n: 0,
                shown: start,
                offset: 0,
            }],
            due: match pace {
                Pace::Near(pace) => start.saturating_add(pace),
                Pace::Growing(..) => Micros::MIN,
            },
            before: None,
        }
    }

    fn take(&mut self, keyframe: Keyframe) {
        let lasts = match self.pace {
            Pace::Near(pace) => pace,
            Pace::Growing(least, most) => (keyframe.shown - self.start).clamp(least, most),
        };
        self.due = keyframe.shown.saturating_add(lasts);
        self.before = None;
        self.chosen.push(keyframe);
    }

    fn pass(&mut self, keyframe: Keyframe) {
        if self.before_is_nearer_than(keyframe.shown)
            && let Some(before) = self.before
        {
            self.take(before);
        }
        if keyframe.shown >= self.due {
            self.take(keyframe);
        } else if matches!(self.pace, Pace::Near(_)) {
            self.before = Some(keyframe);
        }
    }

    fn before_is_nearer_than(&self, shown: Micros) -> bool {
        let left = shown.saturating_sub(self.due);
        left >= 0
            && self
                .before
                .is_some_and(|before| self.due - before.shown <= left)
    }

    /// The end counts like a keyframe: what follows the last one may be long.
    fn chosen(mut self, end: Micros) -> Vec<Keyframe> {
        if self.before_is_nearer_than(end)
            && let Some(before) = self.before
        {
            self.take(before);
        }
        self.chosen
    }
}

/// Finds where the sound is cut, in one pass over it.
struct Sound<'k> {
    pictures: &'k [Keyframe],
    /// For each picture the first sound that is shown with it or after it.
    by_time: Vec<u32>,
    /// For each picture the first sound behind it in the file, and when it is heard.
    by_place: Vec<(u32, Micros)>,
    /// Further cuts, after the last picture's, or all.
    beyond: Vec<Cut>,
    next: Micros,
    pace: [Micros; 2],
    /// The number of pictures.
    count: u32,
    end: Micros,
}

impl<'k> Sound<'k> {
    fn new(pictures: &'k [Keyframe], count: u32, pace: [Micros; 2], pictures_end: Micros) -> Self {
        let next = match pictures.last() {
            None => Micros::MIN,
            Some(last) => pictures_end.max(last.shown.saturating_add(pace[1])),
        };
        Self {
            pictures,
            by_time: Vec::with_capacity(pictures.len()),
            by_place: Vec::with_capacity(pictures.len()),
            beyond: Vec::new(),
            next,
            pace,
            count,
            end: Micros::MIN,
        }
    }

    fn pass(&mut self, n: u32, sample: &Sample, audio: &Placed<'_>) {
        let ticks = audio.ticks(sample);
        let shown = audio.micros(ticks);
        self.end = self
            .end
            .max(audio.micros(ticks.saturating_add(sample.duration.into())));
        while self
            .pictures
            .get(self.by_time.len())
            .is_some_and(|picture| shown >= picture.shown)
        {
            self.by_time.push(n);
        }
        while self
            .pictures
            .get(self.by_place.len())
            .is_some_and(|picture| sample.offset > picture.offset)
        {
            self.by_place.push((n, shown));
        }
        if shown >= self.next {
            let pace = self.pace[usize::from(!self.beyond.is_empty())];
            self.beyond.push(Cut {
                at: shown,
                video: self.count,
                audio: n,
            });
            self.next = shown.saturating_add(pace);
        }
    }

    fn cuts(&self, count: u32) -> Vec<Cut> {
        let mut cuts: Vec<Cut> = Vec::with_capacity(self.pictures.len() + self.beyond.len());
        for (k, picture) in self.pictures.iter().enumerate() {
            let by_time = self.by_time.get(k).copied().unwrap_or(count);
            let (by_place, heard) = self.by_place.get(k).copied().unwrap_or((count, self.end));
            let near = -EARLIER <= heard - picture.shown && heard - picture.shown <= LATER;
            let audio = if near { by_place } else { by_time };
            let before = cuts.last().map_or(0, |cut| cut.audio);
            cuts.push(picture.cut(audio.max(before)));
        }
        // A short rest stays with what it follows.
        for cut in &self.beyond {
            if cuts.is_empty() || self.end - cut.at >= self.pace[1] / 2 {
                cuts.push(*cut);
            }
        }
        cuts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where pieces begin, in tenths of a second.
    fn chosen(pace: Pace, keyframes: &[i64], end: i64) -> Vec<i64> {
        let mut choice = Choice::new(0, pace);
        for (n, tenths) in (0..).zip(keyframes).skip(1) {
            choice.pass(Keyframe {
                n,
                shown: tenths * 100_000,
                offset: 0,
            });
        }
        let chosen = choice.chosen(end * 100_000);
        let times = chosen.iter().map(|keyframe| keyframe.shown / 100_000);
        times.collect()
    }

    #[test]
    fn segments_begin_at_the_keyframes_nearest_to_six_seconds() {
        let segments = |keyframes: &[i64], end| chosen(Pace::Near(6_000_000), keyframes, end);
        assert_eq!(
            segments(&[0, 20, 40, 60, 80, 100, 120, 140], 150),
            [0, 60, 120]
        );
        assert_eq!(segments(&[0, 50, 100, 150], 200), [0, 50, 100, 150]);
        assert_eq!(segments(&[0, 100, 200], 300), [0, 100, 200]);
        assert_eq!(segments(&[0, 1, 2, 100, 101], 102), [0, 100]);
        assert_eq!(segments(&[0, 59, 61, 119, 121], 130), [0, 59, 119]);
        assert_eq!(segments(&[0], 40), [0]);
        // What follows the last keyframe would make it too long.
        assert_eq!(segments(&[0, 55], 154), [0, 55]);
        assert_eq!(segments(&[0, 55], 63), [0]);
    }

    #[test]
    fn the_first_fragment_is_one_group_and_the_others_grow() {
        let fragments =
            |keyframes: &[i64], end| chosen(Pace::Growing(1_000_000, 6_000_000), keyframes, end);
        assert_eq!(fragments(&[0, 2, 4, 6, 8, 10, 12, 14], 16), [0, 2, 12]);
        assert_eq!(fragments(&[0, 30, 60], 70), [0, 30, 60]);
        let steady: Vec<i64> = (0..20).map(|n| n * 20).collect();
        assert_eq!(
            fragments(&steady, 400),
            [0, 20, 40, 80, 140, 200, 260, 320, 380]
        );
    }
}
