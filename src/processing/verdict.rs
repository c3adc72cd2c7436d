//! What a teacher is told about a recording: only what is unusual, what it means for students, and what can be done.

use super::child::NOT_RUN;
use super::facts::{Facts, SubtitleKind, VideoFacts, bcp47};
use super::ladder::{MOST_GAIN, SILENCE, TARGET};
use super::task::{DISK, TOO_SLOW};
use crate::catalogue::{Error, Job, JobKind, JobState, Lesson, Role, Snapshot};
use crate::units::Millis;
use crate::words::Language;

/// LUFS up to which there is no sound: a microphone that is on hisses louder than the absolute gate of the measure.
const NOTHING_HEARD: f64 = SILENCE + 5.0;
/// LUFS below which a lesson is quiet: it cannot be made as loud as the others.
const QUIET: f64 = TARGET - MOST_GAIN;
/// The shorter side of a picture from which a lesson's writing can be read, and to which one is watched at most.
const READABLE: u32 = 200;
const LARGEST_WATCHED: u32 = 1080;

/// Something that a teacher is told about a recording.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// The programs cannot read it.
    Hopeless(Cause),
    /// It cannot be watched as it is, and could not be converted.
    NotConverted(Cause),
    /// It can be watched as it is, but other qualities could not be made.
    OneQuality(Cause),
    /// Browsers do not play what it is; others of its qualities can be watched.
    Converted {
        /// The format's name.
        format: String,
    },
    /// Browsers do not play what it is, and nothing else is there yet.
    Converting {
        /// The format's name.
        format: String,
    },
    /// It ends before it says.
    BreaksOff {
        /// How long it says that it plays.
        said: Millis,
        /// How long it does.
        plays: Millis,
    },
    /// No sound.
    NoSound,
    /// A sound that cannot be decoded.
    BrokenSound,
    /// A sound in which nothing is heard.
    Silent,
    /// A sound that is hard to hear.
    Quiet,
    /// No picture.
    NoPicture,
    /// The camera was held otherwise than the picture is shown.
    Turned,
    /// Higher than wide.
    Upright,
    /// Pictures come unevenly.
    Uneven,
    /// Each picture is two halves.
    Interlaced,
    /// Brighter than ordinary screens show.
    HighDynamicRange,
    /// More pixels than anybody is sent.
    Larger {
        /// Pixels as shown.
        size: (u32, u32),
    },
    /// So few pixels that writing cannot be read.
    Small {
        /// Pixels as shown.
        size: (u32, u32),
    },
    /// Several sounds, of which one is used.
    Sounds {
        /// How many.
        count: u64,
        /// The language of the one that is used, where the file says it (BCP 47).
        language: Option<String>,
    },
    /// Several pictures, of which one is used.
    Pictures {
        /// How many.
        count: u64,
    },
    /// Subtitles that are pictures.
    BitmapSubtitles,
    /// Subtitles that should have been readable.
    UnreadSubtitles,
}

/// Whose it is to mend what failed. What a program said stands in the job's log and beside the job, in its own words: it is
/// no part of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The recording's.
    Recording,
    /// It takes longer than the operator lets it.
    Slow,
    /// The machine's.
    Server,
}

impl Cause {
    /// By what a job noted. A worker of another version may have noted it, so the texts are what there is.
    fn of(noted: &str) -> Self {
        match noted {
            _ if noted.contains(TOO_SLOW) => Self::Slow,
            _ if noted.starts_with(DISK) || noted.contains(NOT_RUN) => Self::Server,
            _ => Self::Recording,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Recording => "recording",
            Self::Slow => "slow",
            Self::Server => "server",
        }
    }
}

/// What is known of a recording besides the probe's facts.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// Browsers play it as it is.
    pub playable: bool,
    /// Something was made of it to be watched or heard.
    pub converted: bool,
    /// Whether it has captions.
    pub captioned: bool,
    /// Its jobs.
    pub jobs: &'a [Job],
}

impl Found<'_> {
    /// Why a job failed for good; `None`: it did not.
    fn failure(&self, kind: JobKind) -> Option<Cause> {
        let failed = |job: &&Job| job.kind == kind && job.state == JobState::Failed;
        let job = self.jobs.iter().find(failed)?;
        Some(Cause::of(job.error.as_deref().unwrap_or_default()))
    }

    fn is_done(&self, kind: JobKind) -> bool {
        let mut jobs = self.jobs.iter();
        jobs.any(|job| job.kind == kind && job.state == JobState::Done)
    }
}

impl Verdict {
    /// What is to be said about a lesson's recording, the gravest first.
    ///
    /// # Errors
    /// The catalogue's.
    pub fn about(catalogue: &Snapshot<'_>, lesson: &Lesson) -> Result<Vec<Self>, Error> {
        let Some(recording) = &lesson.recording else {
            return Ok(Vec::new());
        };
        let facts = catalogue.facts(recording.id)?;
        // Facts that a newer version wrote say nothing here; they do no harm either.
        let facts = facts.and_then(|facts| serde_json::from_str(&facts).ok());
        let jobs = catalogue.jobs_of_lessons(&[lesson.id])?;
        let made = |role| lesson.files_of(role).next().is_some();
        let found = Found {
            playable: recording.playable,
            converted: made(Role::Rendition) || made(Role::Audio),
            captioned: made(Role::Captions),
            jobs: &jobs,
        };
        Ok(Self::of(facts.as_ref(), &found))
    }

    /// The same of values.
    pub fn of(facts: Option<&Facts>, found: &Found<'_>) -> Vec<Self> {
        let mut verdicts = Vec::new();
        verdicts.extend(found.failure(JobKind::Probe).map(Self::Hopeless));
        let Some(facts) = facts else {
            return verdicts;
        };
        verdicts.extend(playing(facts, found));
        let broken = facts.breaks_off();
        verdicts.extend(broken.map(|(said, plays)| Self::BreaksOff { said, plays }));
        verdicts.extend(hearing(facts, found));
        match &facts.video {
            Some(video) => verdicts.extend(seeing(video, facts.pictures)),
            None => verdicts.push(Self::NoPicture),
        }
        verdicts.extend(reading(facts, found));
        verdicts
    }

    /// Its name for programs: `no-sound`.
    pub fn code(&self) -> &'static str {
        self.key().trim_start_matches("verdict-")
    }

    /// The name of its text.
    fn key(&self) -> &'static str {
        match self {
            Self::Hopeless(_) => "verdict-hopeless",
            Self::NotConverted(_) => "verdict-not-converted",
            Self::OneQuality(_) => "verdict-one-quality",
            Self::Converted { .. } => "verdict-converted",
            Self::Converting { .. } => "verdict-converting",
            Self::BreaksOff { plays, .. } if *plays == Millis(0) => "verdict-breaks-off-at-once",
            Self::BreaksOff { .. } => "verdict-breaks-off",
            Self::NoSound => "verdict-no-sound",
            Self::BrokenSound => "verdict-broken-sound",
            Self::Silent => "verdict-silent",
            Self::Quiet => "verdict-quiet",
            Self::NoPicture => "verdict-no-picture",
            Self::Turned => "verdict-turned",
            Self::Upright => "verdict-upright",
            Self::Uneven => "verdict-uneven",
            Self::Interlaced => "verdict-interlaced",
            Self::HighDynamicRange => "verdict-high-dynamic-range",
            Self::Larger { .. } => "verdict-larger",
            Self::Small { .. } => "verdict-small",
            Self::Sounds { .. } => "verdict-sounds",
            Self::Pictures { .. } => "verdict-pictures",
            Self::BitmapSubtitles => "verdict-bitmap-subtitles",
            Self::UnreadSubtitles => "verdict-unread-subtitles",
        }
    }

    /// What a teacher reads.
    pub fn text(&self, language: Language) -> String {
        let arguments: Vec<(&'static str, _)> = match self {
            Self::Hopeless(cause) | Self::NotConverted(cause) | Self::OneQuality(cause) => {
                vec![("cause", cause.word().into())]
            }
            Self::Converted { format } | Self::Converting { format } => {
                vec![("format", format.as_str().into())]
            }
            Self::BreaksOff { said, plays } => vec![
                ("said", said.clock_face().into()),
                ("plays", plays.clock_face().into()),
            ],
            Self::Larger { size } | Self::Small { size } => {
                vec![("size", format!("{}\u{a0}×\u{a0}{}", size.0, size.1).into())]
            }
            Self::Sounds {
                count,
                language: used,
            } => vec![
                ("count", (*count).into()),
                ("used", used.clone().unwrap_or_else(|| "none".into()).into()),
            ],
            Self::Pictures { count } => vec![("count", (*count).into())],
            _ => Vec::new(),
        };
        language.with(self.key(), &arguments)
    }
}

/// Whether it can be watched, and as what.
fn playing(facts: &Facts, found: &Found<'_>) -> Option<Verdict> {
    let failed = found.failure(JobKind::Narrow);
    match (found.playable, found.converted, failed) {
        // That it breaks off says it.
        (_, false, _) if facts.has_nothing() => None,
        (false, false, Some(cause)) => Some(Verdict::NotConverted(cause)),
        (true, false, Some(cause)) => Some(Verdict::OneQuality(cause)),
        (false, converted, _) => {
            let format = format(facts);
            Some(match converted {
                true => Verdict::Converted { format },
                false => Verdict::Converting { format },
            })
        }
        (true, ..) => None,
    }
}

/// What of it browsers do not play, by the name that programs give it.
fn format(facts: &Facts) -> String {
    let by_codec = facts.video.as_ref().and_then(|video| {
        Some(match (video.codec.as_str(), video.bits) {
            ("hevc", _) => "HEVC (H.265)".to_owned(),
            ("mpeg2video", _) => "MPEG-2".to_owned(),
            ("mpeg1video", _) => "MPEG-1".to_owned(),
            ("mpeg4" | "msmpeg4v2" | "msmpeg4v3", _) => "MPEG-4 Part 2 (DivX, Xvid)".to_owned(),
            ("wmv1" | "wmv2" | "wmv3" | "vc1", _) => "Windows Media Video".to_owned(),
            ("prores", _) => "ProRes".to_owned(),
            ("mjpeg", _) => "Motion JPEG".to_owned(),
            ("vp8" | "vp9" | "av1", _) => video.codec.to_uppercase(),
            ("h264", bits) if bits > 8 => format!("H.264, {bits} bit"),
            ("h264", _) if !video.pixels.is_empty() && !video.pixels.contains("420") => {
                format!("H.264, {}", video.pixels)
            }
            // Then it is what it lies in, or its sound.
            ("h264", _) => return None,
            (codec, _) => codec.to_owned(),
        })
    });
    by_codec.unwrap_or_else(|| {
        let sound = facts.sounds.first().map(|sound| sound.codec.as_str());
        match facts.format.split(',').next().unwrap_or_default() {
            "matroska" => "Matroska (MKV)".to_owned(),
            "mpegts" => "MPEG-TS".to_owned(),
            "mpeg" => "MPEG-PS (VOB)".to_owned(),
            "avi" => "AVI".to_owned(),
            "asf" => "ASF (WMV)".to_owned(),
            "flv" => "FLV".to_owned(),
            "mov" => sound.unwrap_or("QuickTime").to_uppercase(),
            other => other.to_uppercase(),
        }
    })
}

fn hearing(facts: &Facts, found: &Found<'_>) -> Vec<Verdict> {
    let Some(used) = facts.sounds.first() else {
        return vec![Verdict::NoSound];
    };
    let level = match facts.loudness {
        Some(lufs) if lufs <= NOTHING_HEARD => Some(Verdict::Silent),
        Some(lufs) if lufs < QUIET => Some(Verdict::Quiet),
        None if found.is_done(JobKind::Narrow) => Some(Verdict::BrokenSound),
        _ => None,
    };
    let several = (facts.sounds.len() > 1).then(|| Verdict::Sounds {
        count: facts.sounds.len() as u64,
        language: used.language.as_deref().and_then(bcp47).map(str::to_owned),
    });
    level.into_iter().chain(several).collect()
}

fn seeing(video: &VideoFacts, pictures: u32) -> Vec<Verdict> {
    let size = (video.width, video.height);
    let shorter = size.0.min(size.1);
    let turned = !video.turns.is_multiple_of(4);
    let all = [
        (video.height > video.width, Verdict::Upright),
        (turned && video.height <= video.width, Verdict::Turned),
        (video.variable, Verdict::Uneven),
        (video.interlaced, Verdict::Interlaced),
        (video.is_high_dynamic_range(), Verdict::HighDynamicRange),
        (shorter > LARGEST_WATCHED, Verdict::Larger { size }),
        (shorter < READABLE, Verdict::Small { size }),
        (
            pictures > 1,
            Verdict::Pictures {
                count: pictures.into(),
            },
        ),
    ];
    let unusual = all.into_iter().filter(|(is, _)| *is);
    unusual.map(|(_, verdict)| verdict).collect()
}

fn reading(facts: &Facts, found: &Found<'_>) -> Vec<Verdict> {
    let has = |bitmap: bool| {
        let mut subtitles = facts.subtitles.iter();
        subtitles.any(|s| (s.kind == SubtitleKind::Bitmap) == bitmap)
    };
    let unread = has(false) && !found.captioned && found.is_done(JobKind::Words);
    let all = [
        (has(true), Verdict::BitmapSubtitles),
        (unread, Verdict::UnreadSubtitles),
    ];
    let unusual = all.into_iter().filter(|(is, _)| *is);
    unusual.map(|(_, verdict)| verdict).collect()
}
