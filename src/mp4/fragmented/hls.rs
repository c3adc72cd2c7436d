//! A recording as HTTP Live Streaming (RFC 8216): segments near six seconds, cut at keyframes.

use super::cuts::{Cut, Cuts, Pace};
use super::init::init;
use super::moof::{Fragment, Order, Share};
use super::playlist;
use super::timeline::{Ends, Micros, Placed, Tracks, VIDEO};
use super::{Composed, NoFragments, NoHls};
use crate::mp4::SampleIndex;

/// What segments are to last.
const TARGET: Micros = 6_000_000;
/// The longest time between two keyframes with which seeking and switching are bearable.
const LONGEST_GAP: Micros = 10_000_000;
/// Pictures shown while winding are at least this far apart.
const WINDING: Micros = 1_000_000;

/// How a recording is divided for HTTP Live Streaming.
///
/// A few kilobytes for a lesson. Sound and picture are in the same segments; of a recording without
/// picture there is sound alone. Every segment can be played without the others.
#[derive(Clone, Debug)]
pub struct Hls {
    ends: Ends,
    end: Micros,
    cuts: Vec<Cut>,
    /// Keyframes shown while winding.
    stills: Vec<Still>,
    facts: HlsFacts,
}

/// What a main playlist says of a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HlsFacts {
    /// Bits per second at the worst (RFC 8216 §4.3.4.2), a short last segment left out.
    pub peak: u64,
    /// Bits per second on the whole.
    pub average: u64,
    /// RFC 6381 names, separated by commas.
    pub codecs: String,
    /// Pixels across and down as shown; `None` for sound alone, or when the file does not say.
    pub resolution: Option<(u32, u32)>,
    /// Pictures in 1000 seconds, where they are most.
    pub frame_rate_milli: Option<u32>,
    /// The same for the I-frame playlist; `None` for sound alone.
    pub stills: Option<StillFacts>,
}

/// What a main playlist says of an I-frame playlist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StillFacts {
    /// Bits per second at the worst.
    pub peak: u64,
    /// The picture's RFC 6381 name.
    pub codecs: String,
}

/// A keyframe as a segment of its own.
#[derive(Clone, Copy, Debug)]
struct Still {
    n: u32,
    at: Micros,
}

/// A file that belongs to a recording's HTTP Live Streaming, by its name beside the playlists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HlsFile {
    /// `init.mp4`
    Init,
    /// `0.m4s` and so on.
    Segment(u32),
    /// `iframe-init.mp4`
    StillInit,
    /// `i0.m4s` and so on.
    Still(u32),
}

impl HlsFile {
    /// The file of this name; each has one name only.
    pub fn named(name: &str) -> Option<Self> {
        let file = match name {
            "init.mp4" => Self::Init,
            "iframe-init.mp4" => Self::StillInit,
            name => {
                let number = name.strip_suffix(".m4s")?;
                match number.strip_prefix('i') {
                    Some(number) => Self::Still(number.parse().ok()?),
                    None => Self::Segment(number.parse().ok()?),
                }
            }
        };
        (file.to_string() == name).then_some(file) // "007" and "+7" are no numbers here
    }
}

impl std::fmt::Display for HlsFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Init => f.write_str("init.mp4"),
            Self::Segment(n) => write!(f, "{n}.m4s"),
            Self::StillInit => f.write_str("iframe-init.mp4"),
            Self::Still(n) => write!(f, "i{n}.m4s"),
        }
    }
}

impl Hls {
    /// Goes through all samples of `index` once.
    ///
    /// # Errors
    /// What keeps this recording from being streamed so: its renditions may be.
    pub fn of(index: &SampleIndex) -> Result<Self, NoHls> {
        let tracks = Tracks::of(index)?;
        let codecs = codecs(&tracks)?;
        let found = Cuts::new(&tracks, Pace::Near(TARGET))?;
        if let Some(pictures) = found.pictures {
            if !pictures.begins_with_keyframe {
                return Err(NoHls::BeginsWithoutKeyframe);
            }
            if let Some(at) = pictures.leading {
                return Err(NoHls::LeadingPictures {
                    at: at.max(0) / 1000,
                });
            }
            if pictures.longest_gap > LONGEST_GAP {
                return Err(NoHls::KeyframeGap {
                    seconds: pictures.longest_gap / 1_000_000,
                });
            }
        }
        let mut hls = Self {
            ends: tracks.ends(),
            end: found.end,
            cuts: found.cuts,
            stills: Vec::new(),
            facts: HlsFacts {
                peak: 0,
                average: 0,
                codecs: codecs.join(","),
                resolution: tracks.video.and_then(|video| video.resolution()),
                frame_rate_milli: None,
                stills: None,
            },
        };
        hls.measure(&tracks)?;
        if let (Some(video), Some(name)) = (&tracks.video, codecs.first()) {
            hls.choose_stills(video);
            hls.facts.stills = Some(StillFacts {
                peak: hls.measure_stills(&tracks)?,
                codecs: name.clone(),
            });
        }
        Ok(hls)
    }

    /// What a main playlist says of it.
    pub fn facts(&self) -> &HlsFacts {
        &self.facts
    }

    /// How many segments there are.
    pub fn segments(&self) -> usize {
        self.cuts.len()
    }

    /// How many I-frames are offered; 0 for sound alone.
    pub fn stills(&self) -> usize {
        self.stills.len()
    }

    /// How long all segments last together, in millionths of a second.
    pub fn micros(&self) -> u64 {
        let start = self.cuts.first().map_or(0, |cut| cut.at);
        u64::try_from(self.end - start).unwrap_or(0)
    }

    /// Bytes in memory.
    pub fn resident_bytes(&self) -> usize {
        size_of::<Self>()
            + self.cuts.capacity() * size_of::<Cut>()
            + self.stills.capacity() * size_of::<Still>()
    }

    /// One of the files that the playlists name. `index` is the one that this was made of.
    ///
    /// Takes time and memory in proportion to the samples of one segment.
    ///
    /// # Errors
    /// Only if `index` is another one.
    pub fn file(
        &self,
        file: HlsFile,
        index: &SampleIndex,
    ) -> Result<Option<Composed>, NoFragments> {
        let mut tracks = Tracks::until(index, self.ends)?;
        let fragment = match file {
            HlsFile::Init => return Ok(Some(Composed::new(init(&tracks, None), Vec::new()))),
            HlsFile::StillInit if self.stills.is_empty() => return Ok(None),
            HlsFile::StillInit => {
                tracks.audio = None;
                return Ok(Some(Composed::new(init(&tracks, None), Vec::new())));
            }
            HlsFile::Segment(n) if (n as usize) < self.cuts.len() => self.segment(&tracks, n)?,
            HlsFile::Still(n) if (n as usize) < self.stills.len() => self.still(&tracks, n)?,
            HlsFile::Segment(_) | HlsFile::Still(_) => return Ok(None),
        };
        Ok(Some(fragment.composed()))
    }

    /// The media playlist.
    pub fn playlist(&self) -> String {
        let parts = lengths(self.cuts.iter().map(|cut| cut.at), self.end);
        playlist::media(
            &HlsFile::Init,
            parts.zip((0..).map(HlsFile::Segment)),
            false,
        )
    }

    /// The I-frame playlist (RFC 8216 §4.3.3.6); `None` for sound alone.
    ///
    /// Its segments are files of their own and not ranges of the others: so each has a `moof` that
    /// describes it alone, and what is fetched for winding holds no sound and no header of seconds
    /// that are not shown.
    pub fn still_playlist(&self) -> Option<String> {
        let parts = lengths(self.stills.iter().map(|still| still.at), self.end);
        let files = parts.zip((0..).map(HlsFile::Still));
        (!self.stills.is_empty()).then(|| playlist::media(&HlsFile::StillInit, files, true))
    }

    fn segment(&self, tracks: &Tracks<'_>, n: u32) -> Result<Fragment, NoFragments> {
        Fragment::new(n + 1, tracks.shares(&self.cuts, n as usize), Order::File)
    }

    /// One picture, lasting until the next one.
    fn still(&self, tracks: &Tracks<'_>, n: u32) -> Result<Fragment, NoFragments> {
        let video = tracks.video.ok_or(NoFragments::Nothing)?;
        let of = |n: usize| self.stills.get(n).map(|still| video.track.sample(still.n));
        let mut sample = of(n as usize).ok_or(NoFragments::Nothing)?;
        let next = of(n as usize + 1).map_or_else(
            || {
                let last = video.track.sample(video.until - 1);
                last.dts.saturating_add(last.duration.into())
            },
            |next| next.dts,
        );
        sample.duration = u32::try_from(next - sample.dts).unwrap_or(u32::MAX);
        let share = Share {
            track: VIDEO,
            starts: sample.dts.saturating_add(video.wait),
            samples: vec![sample],
        };
        Fragment::new(n + 1, vec![share], Order::File)
    }

    fn choose_stills(&mut self, video: &Placed<'_>) {
        let mut next = Micros::MIN;
        for (n, sample) in video.numbered().filter(|(_, sample)| sample.sync) {
            let at = video.shown(&sample);
            if at >= next {
                next = at.saturating_add(WINDING);
                self.stills.push(Still { n, at });
            }
        }
        if let (Some(still), Some(cut)) = (self.stills.first_mut(), self.cuts.first()) {
            still.at = cut.at; // playlists begin together
        }
        self.stills.shrink_to_fit();
    }

    /// Finds out rates; every segment is laid out once.
    fn measure(&mut self, tracks: &Tracks<'_>) -> Result<(), NoFragments> {
        let lengths = lengths(self.cuts.iter().map(|cut| cut.at), self.end);
        let mut sizes = Vec::with_capacity(self.cuts.len());
        let mut rate = 0;
        for (n, micros) in (0..).zip(lengths) {
            sizes.push((self.segment(tracks, n)?.length(), micros));
            let next = self.cuts.get(n as usize + 1).map(|cut| cut.video);
            if let Some(video) = &tracks.video {
                let until = next.unwrap_or(video.until);
                let count = u64::from(until - self.cuts[n as usize].video);
                if count > 1 && (micros >= TARGET / 2 || rate == 0) {
                    rate = rate.max(per_second(count * 1000, micros));
                }
            }
        }
        let bytes: u64 = sizes.iter().map(|(bytes, _)| bytes).sum();
        self.facts.average = per_second(8 * bytes, self.micros().cast_signed());
        self.facts.peak = peak(&sizes).unwrap_or(self.facts.average);
        self.facts.frame_rate_milli = u32::try_from(rate).ok().filter(|&rate| rate > 0);
        Ok(())
    }

    fn measure_stills(&self, tracks: &Tracks<'_>) -> Result<u64, NoFragments> {
        let lengths = lengths(self.stills.iter().map(|still| still.at), self.end);
        let mut peak = 0;
        for (n, micros) in (0..).zip(lengths) {
            // Longer than any rate is counted over; a last moment is no rate either.
            let bits = 8 * self.still(tracks, n)?.length();
            peak = peak.max(per_second(bits, micros.max(WINDING)));
        }
        Ok(peak)
    }
}

/// How long each of the parts that begin `at` lasts.
fn lengths(
    at: impl Iterator<Item = Micros> + Clone,
    end: Micros,
) -> impl Iterator<Item = Micros> + Clone {
    let next = at.clone().skip(1).chain([end]);
    at.zip(next).map(|(at, next)| next - at)
}

fn per_second(count: u64, micros: Micros) -> u64 {
    let micros = u128::try_from(micros).unwrap_or(0).max(1);
    let rate = (u128::from(count) * 1_000_000).div_ceil(micros);
    rate.try_into().unwrap_or(u64::MAX)
}

/// The highest rate of neighbouring segments that together last half to one and a half times the
/// target (RFC 8216 §4.1); `None` if none do.
fn peak(sizes: &[(u64, Micros)]) -> Option<u64> {
    let longest = sizes.iter().map(|(_, micros)| *micros).max()?;
    let target = playlist::target(longest).cast_signed() * 1_000_000;
    let mut peak = None;
    for n in 0..sizes.len() {
        let (mut bytes, mut lasts) = (0_u64, 0);
        for (more, micros) in &sizes[n..] {
            (bytes, lasts) = (bytes.saturating_add(*more), lasts + micros);
            if lasts > target * 3 / 2 {
                break;
            }
            if lasts >= target / 2 {
                peak = peak.max(Some(per_second(8 * bytes, lasts)));
            }
        }
    }
    peak
}

/// The names of what is in the segments, the picture's first.
fn codecs(tracks: &Tracks<'_>) -> Result<Vec<String>, NoHls> {
    let mut names = Vec::new();
    for (number, placed) in tracks.all() {
        let name = placed.track.codecs().unwrap_or_default();
        let fits = match number {
            VIDEO => name.starts_with("avc1.") || name.starts_with("avc3."),
            _ => name.starts_with("mp4a.40."),
        };
        match (fits, number) {
            (true, _) => names.push(name),
            (false, VIDEO) => return Err(NoHls::PictureCodec(name)),
            (false, _) => return Err(NoHls::SoundCodec(name)),
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Micros = 1_000_000;

    #[test]
    fn a_short_tail_does_not_make_the_peak() {
        let long = [(750_000, 6 * SECOND), (75_000, 6 * SECOND)];
        let tail = (75_000, SECOND / 10);
        assert_eq!(peak(&long), Some(1_000_000));
        assert_eq!(peak(&[long[0], long[1], tail]), Some(1_000_000));
        assert_eq!(peak(&[tail]), None);
    }

    #[test]
    fn short_segments_count_together() {
        // The target is 6 s: neither of the two counts alone, nor do all three.
        let sizes = [
            (7_500, 6 * SECOND),
            (90_000, 2 * SECOND),
            (30_000, 2 * SECOND),
        ];
        assert_eq!(peak(&sizes), Some(240_000));
    }
}
