//! What each quality is, and what of it a recording gets. Pure.

use crate::catalogue;
use crate::processing::facts::VideoFacts;

/// A quality that is made of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quality {
    /// The sound alone, for the narrowest line and for the lesson as its slides.
    Sound,
    /// Under 150 kbit/s with its sound, whatever is filmed.
    P240,
    /// 360 lines.
    P360,
    /// 480 lines.
    P480,
    /// 720 lines.
    P720,
}

/// How a picture is coded.
pub(super) struct Picture {
    /// Of H.264. Main is what the oldest phones decode well; High is a tenth smaller.
    pub profile: &'static str,
    /// How much work x264 puts in it. At 240 lines work costs little beside the decoding, and there it counts most.
    pub preset: &'static str,
    /// x264's constant rate factor: the quality where the rate allows it. A slide or a still board is far below the rate.
    pub crf: u32,
    /// kbit/s that moving pictures are held to.
    pub max_rate: u32,
    /// kbit that a new slide may take at once.
    pub buffer: u32,
}

/// How a sound is coded: AAC-LC, which every browser and old phone plays. Opus is no smaller at the same rate
/// (docs/benchmarks.md), and old phones and Safari do not play it in an MP4.
pub(super) struct Tone {
    /// At most.
    pub channels: u16,
    /// bit/s of each channel.
    pub rate: u32,
    /// Samples a second.
    pub samples: u32,
}

/// The longest side of a picture.
const LONGEST: u32 = 1920;
/// Pictures a second that are kept. More are halved; that is seen in sport and not in a lesson.
const MOST_PICTURES: f64 = 30.5;

impl Quality {
    /// For whoever has the slowest line, made first.
    pub(super) const NARROW: [Self; 2] = [Self::Sound, Self::P240];
    /// For everybody else.
    pub(super) const LADDER: [Self; 3] = [Self::P360, Self::P480, Self::P720];
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Sound, Self::P240, Self::P360, Self::P480, Self::P720];

    /// In a file's name and in messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sound => "sound",
            Self::P240 => "240p",
            Self::P360 => "360p",
            Self::P480 => "480p",
            Self::P720 => "720p",
        }
    }

    /// What the catalogue calls it: a rendition by its lines, a sound by its kbit/s.
    pub(in crate::processing) fn number(self, size: Option<(u32, u32)>) -> u32 {
        match (self.lines(), size) {
            // Of the small recording it is all its lines.
            (Some(lines), Some(size)) => lines.min(catalogue::lines(size)),
            _ => 24,
        }
    }

    fn lines(self) -> Option<u32> {
        match self {
            Self::Sound => None,
            Self::P240 => Some(240),
            Self::P360 => Some(360),
            Self::P480 => Some(480),
            Self::P720 => Some(720),
        }
    }

    /// Its pixels for this recording; `None`: it would be enlarged.
    ///
    /// Lines are counted along the shorter side, as people count them: a portrait 720p is 720 wide. The smallest
    /// quality is there for every recording, if need be in the recording's own size: it is what the narrow line gets, and
    /// where browsers cannot play the recording it is what everybody gets.
    pub fn size(self, video: &VideoFacts) -> Option<(u32, u32)> {
        let lines = self.lines()?;
        let (short, long) = (video.width.min(video.height), video.width.max(video.height));
        if short < 2 || (short < lines && self != Self::P240) {
            return None;
        }
        // What a decoder of an old phone takes, however long and flat the picture is.
        let most = u64::from(LONGEST) * u64::from(short) / u64::from(long);
        let across = u64::from(lines.min(short)).min(most);
        // H.264 in 4:2:0 has even sides.
        let across = (across / 2 * 2).max(2);
        let (short, long) = (u64::from(short), u64::from(long));
        let along = (long * across + short) / (2 * short) * 2;
        let along = along.clamp(2, (long / 2 * 2).min(LONGEST.into()));
        let (across, along) = (u32::try_from(across).ok()?, u32::try_from(along).ok()?);
        Some(match video.width <= video.height {
            true => (across, along),
            false => (along, across),
        })
    }

    /// How its picture is coded. Measured: docs/benchmarks.md.
    pub(super) fn picture(self) -> Option<Picture> {
        let (profile, preset, crf, max_rate, buffer) = match self {
            Self::Sound => return None,
            Self::P240 => ("main", "medium", 26, 96, 240),
            Self::P360 => ("high", "fast", 26, 350, 700),
            Self::P480 => ("high", "fast", 25, 750, 1500),
            Self::P720 => ("high", "fast", 24, 1500, 3000),
        };
        Some(Picture {
            profile,
            preset,
            crf,
            max_rate,
            buffer,
        })
    }

    /// How its sound is coded.
    pub(super) fn tone(self) -> Tone {
        let (channels, rate, samples) = match self {
            // ffmpeg's encoder gives a tenth more than it is asked for: this is a file of 24 kbit/s.
            Self::Sound => (1, 21_000, 22_050),
            Self::P240 => (1, 32_000, 32_000),
            Self::P360 => (2, 48_000, 48_000),
            Self::P480 | Self::P720 => (2, 64_000, 48_000),
        };
        Tone {
            channels,
            rate,
            samples,
        }
    }
}

/// Pictures in two seconds of every quality: a whole number, so that a key frame every two seconds falls on a picture,
/// and on the same one in all of them.
///
/// 50 and 60 pictures (and the fields of 50i and 60i) become 25 and 30. 30 stay 30: without every sixth picture a moving
/// camera stutters, and 25 would save little, as a rate factor and not a number of pictures decides. 29.97 are 30, of which one in
/// half a minute is shown twice. Where pictures come at uneven intervals, 25 or 30.
pub(super) fn pictures_in_two_seconds(video: &VideoFacts) -> u32 {
    let rate = video.rate;
    if !rate.is_finite() || rate <= 0.0 {
        return 50;
    }
    // Of two fields, each may be counted.
    if video.variable && !video.interlaced {
        return if rate > 26.0 { 60 } else { 50 };
    }
    let kept = rate / (rate / MOST_PICTURES).ceil();
    // Few pictures make a seek bar that hardly moves.
    ((kept * 2.0).round() as u32).clamp(10, 60)
}
