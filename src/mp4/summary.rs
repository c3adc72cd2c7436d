//! What a recording is, in the words of the catalogue: put together from the index.

use std::fmt;

use super::boxes::{MAY_BEGIN, TopBox, TopLevel};
use super::index::{Edits, Index, Media, Track};
use super::{Error, LooksLike, MAX_DURATION, Part, Source, fragments};
use crate::units::{Bytes, Millis};

/// What an MP4 file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The file's length.
    pub bytes: Bytes,
    /// How long it plays: the longer of picture and sound, edit lists applied.
    pub duration: Millis,
    /// Where its index is.
    pub layout: Layout,
    /// The picture: the first enabled video track, else the first.
    pub video: Option<VideoTrack>,
    /// The sound: the first enabled sound track, else the first.
    pub audio: Option<AudioTrack>,
    /// Tracks besides these two: further languages, subtitles, time codes.
    pub more_tracks: usize,
}

impl Summary {
    /// Bits per second over the whole file, index included; 0 when it has no duration.
    pub fn bits_per_second(&self) -> u64 {
        let bits = u128::from(self.bytes.0) * 8000;
        let rate = bits.checked_div(self.duration.0.into()).unwrap_or(0);
        rate.try_into().unwrap_or(u64::MAX)
    }

    /// Whether every current browser plays it as it is: H.264 of 8 bits in 4:2:0, with AAC, MP3
    /// or no sound.
    pub fn plays_in_browsers(&self) -> bool {
        let video = self.video.as_ref().is_none_or(|video| video.in_browsers);
        let audio = self.audio.as_ref().is_none_or(|audio| audio.in_browsers);
        video && audio
    }
}

/// Where an MP4's index is, which decides how soon it can start to play.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Before the media.
    FastStart,
    /// After the media: as it is, nothing plays before its last bytes are fetched.
    IndexAtEnd,
    /// In pieces among the media.
    Fragmented,
}

/// A track of pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VideoTrack {
    /// What it is coded in.
    pub codec: VideoCodec,
    /// The codec's name with profile and level (RFC 6381), `avc1.64001f`, where it is known.
    pub codecs: Option<String>,
    /// Pixels across as coded.
    pub coded_width: u32,
    /// Pixels down as coded.
    pub coded_height: u32,
    /// Pixels across as shown: pixel aspect and rotation applied.
    pub width: u32,
    /// Pixels down as shown.
    pub height: u32,
    /// How it is turned before it is shown.
    pub rotation: Rotation,
    /// Mean frames per 1000 seconds, where it can be told.
    pub frame_rate_milli: Option<u32>,
    /// Whether the file asks for it to be shown.
    pub default: bool,
    /// The file's word for its language (ISO 639-2), if it has one.
    pub language: Option<String>,
    /// Whether every current browser decodes it.
    pub in_browsers: bool,
}

/// A track of sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AudioTrack {
    /// What it is coded in.
    pub codec: AudioCodec,
    /// The codec's name (RFC 6381), `mp4a.40.2`, where it is known.
    pub codecs: Option<String>,
    /// Samples per second; 0 where the file does not say.
    pub sample_rate: u32,
    /// How many; 0 where the file does not say.
    pub channels: u16,
    /// Whether the file asks for it to be played.
    pub default: bool,
    /// The file's word for its language (ISO 639-2), if it has one.
    pub language: Option<String>,
    /// Whether every current browser decodes it.
    pub in_browsers: bool,
}

/// Clockwise turns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rotation {
    /// As coded.
    #[default]
    None,
    /// 90 degrees.
    Quarter,
    /// 180 degrees.
    Half,
    /// 270 degrees.
    ThreeQuarters,
}

impl Rotation {
    /// 0, 90, 180 or 270, clockwise.
    pub fn degrees(self) -> u16 {
        match self {
            Self::None => 0,
            Self::Quarter => 90,
            Self::Half => 180,
            Self::ThreeQuarters => 270,
        }
    }

    /// The size as shown, of a picture of this size before it is turned.
    pub fn turn(self, (width, height): (u32, u32)) -> (u32, u32) {
        match self {
            Self::None | Self::Half => (width, height),
            Self::Quarter | Self::ThreeQuarters => (height, width),
        }
    }
}

macro_rules! codecs {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
            /// Another one, by the name that the file gives it.
            Other(String),
        }

        impl $name {
            /// The usual lower-case name, as ffprobe writes it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Other(name) => name,
                }
            }

            /// The codec of that lower-case name.
            pub fn from_name(name: &str) -> Self {
                match name {
                    $($text => Self::$variant,)*
                    other => Self::Other(other.to_string()),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

codecs! {
    /// What pictures are coded in.
    VideoCodec {
        /// H.264, also called AVC.
        H264 = "h264",
        /// H.265.
        Hevc = "hevc",
        /// AV1.
        Av1 = "av1",
        /// VP9.
        Vp9 = "vp9",
        /// VP8.
        Vp8 = "vp8",
        /// MPEG-4 part 2: DivX, Xvid.
        Mpeg4 = "mpeg4",
        /// MPEG-2, as on DVDs and in broadcasts.
        Mpeg2 = "mpeg2video",
        /// MPEG-1.
        Mpeg1 = "mpeg1video",
    }
}

codecs! {
    /// What sound is coded in.
    AudioCodec {
        /// AAC of any kind.
        Aac = "aac",
        /// MP3.
        Mp3 = "mp3",
        /// MPEG layer 2, as in broadcasts.
        Mp2 = "mp2",
        /// Opus.
        Opus = "opus",
        /// Vorbis.
        Vorbis = "vorbis",
        /// FLAC.
        Flac = "flac",
        /// Dolby Digital.
        Ac3 = "ac3",
        /// Dolby Digital Plus.
        Eac3 = "eac3",
        /// Uncompressed.
        Pcm = "pcm",
    }
}

/// Reads what an MP4 file holds, and checks that all of it is there.
///
/// Whole means: every box ends within the file, and so do the samples that the index lists. What
/// the samples contain is not looked at.
///
/// # Errors
/// See [`Error`]: each names what is wrong and what to do about it.
pub fn summarise<S: Source + ?Sized>(source: &S) -> Result<Summary, Error> {
    let length = source.length();
    check_beginning(source)?;
    let mut top = TopLevel::new(source);
    let mut index: Option<(Index, TopBox)> = None;
    let mut first_media: Option<u64> = None;
    let mut fragmented = false;
    while let Some(found) = top.next(index.is_some())? {
        match (&found.kind.0, &mut index) {
            (b"mdat", _) => first_media = first_media.or(Some(found.at)),
            // A second index is as invisible to us as it is to players.
            (b"moov", None) => {
                let body = top.read(found)?;
                index = Some((Index::parse(&body, found.body)?, found));
            }
            (b"moof", Some((index, _))) => {
                let body = top.read(found)?;
                fragments::add(found, &body, &mut index.tracks)?;
                fragmented = true;
            }
            (b"sidx", Some(_)) => {
                fragments::check_listed(found, &top.read(found)?, length.0)?;
            }
            _ => {}
        }
    }
    let (index, moov) = index.ok_or(Error::NoIndex { bytes: length })?;
    let layout = match first_media {
        _ if fragmented || index.expects_fragments => Layout::Fragmented,
        Some(media) if media < moov.at => Layout::IndexAtEnd,
        _ => Layout::FastStart,
    };
    put_together(index, layout, length)
}

pub(super) fn check_beginning<S: Source + ?Sized>(source: &S) -> Result<(), Error> {
    let length = source.length().0;
    if length == 0 {
        return Err(Error::Empty);
    }
    let mut start = [0; LooksLike::SAMPLE];
    let start = &mut start[..length.min(LooksLike::SAMPLE as u64) as usize];
    source.read_at(0, start)?;
    let looks = LooksLike::of(start);
    let begins_as_mp4 = start
        .get(4..8)
        .is_some_and(|kind| MAY_BEGIN.iter().any(|k| *k == kind));
    match looks {
        LooksLike::Picture => Err(Error::NotMp4(looks)),
        _ if begins_as_mp4 => Ok(()),
        _ => Err(Error::NotMp4(looks)),
    }
}

fn put_together(index: Index, layout: Layout, length: Bytes) -> Result<Summary, Error> {
    let Index {
        timescale, tracks, ..
    } = index;
    for track in &tracks {
        if track.totals.data_end > length.0 {
            return Err(Error::Truncated {
                part: Part::Track(track.id),
                needed: Bytes(track.totals.data_end),
                have: length,
            });
        }
    }
    let all = tracks.len();
    let (mut video, mut audio): (Option<VideoTrack>, Option<AudioTrack>) = (None, None);
    let mut duration = Millis(0);
    let mut samples = 0_u64;
    let mut known = 0;
    for track in tracks {
        let plays = duration_of(&track, timescale);
        let frame_rate_milli = frame_rate(&track);
        match track.media {
            Media::Other => continue,
            Media::Video(entry) => {
                if video
                    .as_ref()
                    .is_none_or(|chosen| !chosen.default && track.enabled)
                {
                    let unturned = match (entry.pixel, track.shown) {
                        (Some(pixel), _) => square_pixels((entry.width, entry.height), pixel),
                        (None, (0, _) | (_, 0)) => (entry.width, entry.height),
                        (None, shown) => shown,
                    };
                    let (width, height) = track.rotation.turn(unturned);
                    video = Some(VideoTrack {
                        codec: entry.codec,
                        codecs: entry.codecs,
                        coded_width: entry.width,
                        coded_height: entry.height,
                        width,
                        height,
                        rotation: track.rotation,
                        frame_rate_milli,
                        default: track.enabled,
                        language: track.language,
                        in_browsers: entry.in_browsers,
                    });
                }
            }
            Media::Audio(entry) => {
                if audio
                    .as_ref()
                    .is_none_or(|chosen| !chosen.default && track.enabled)
                {
                    audio = Some(AudioTrack {
                        codec: entry.codec,
                        codecs: entry.codecs,
                        // The entry has 16 bits for it; the clock of a sound track is its rate.
                        sample_rate: match entry.sample_rate {
                            0 => track.timescale,
                            rate => rate,
                        },
                        channels: entry.channels,
                        default: track.enabled,
                        language: track.language,
                        in_browsers: entry.in_browsers,
                    });
                }
            }
        }
        known += 1;
        duration = duration.max(plays);
        samples = samples.saturating_add(track.totals.samples);
    }
    let chosen = usize::from(video.is_some()) + usize::from(audio.is_some());
    if chosen == 0 {
        return Err(Error::NoTracks {
            others: all - known,
        });
    }
    if samples == 0 {
        return Err(Error::NoFrames);
    }
    if duration > MAX_DURATION {
        return Err(Error::TooLong { duration });
    }
    Ok(Summary {
        bytes: length,
        duration,
        layout,
        video,
        audio,
        more_tracks: all - chosen,
    })
}

/// The size in square pixels of a picture whose pixels are `h` wide and `v` high.
///
/// One side is stretched and none is shrunk, as browsers compute `videoWidth`.
pub fn square_pixels((width, height): (u32, u32), (h, v): (u32, u32)) -> (u32, u32) {
    let scale = |size: u32, by: u32, over: u32| {
        let over = u64::from(over.max(1));
        let scaled = (u64::from(size) * u64::from(by) + over / 2) / over;
        scaled.try_into().unwrap_or(u32::MAX)
    };
    match h >= v {
        true => (scale(width, h, v), height),
        false => (width, scale(height, v, h)),
    }
}

fn duration_of(track: &Track, movie_timescale: u32) -> Millis {
    if track.timescale == 0 {
        return Millis(0);
    }
    let Edits {
        wait,
        shown,
        skipped,
    } = track.edits;
    // Where pictures are delayed, what is skipped is the delay and no picture.
    let skipped = if track.totals.delayed { 0 } else { skipped };
    let media = millis(track.totals.ticks.saturating_sub(skipped), track.timescale);
    // An edit list can wait and can show less than there is; more than there is, it cannot show.
    let shown = shown.map_or(media, |shown| millis(shown, movie_timescale).min(media));
    Millis(millis(wait, movie_timescale).0.saturating_add(shown.0))
}

fn millis(ticks: u64, timescale: u32) -> Millis {
    let timescale = u128::from(timescale.max(1));
    let rounded = (u128::from(ticks) * 1000 + timescale / 2) / timescale;
    Millis(rounded.try_into().unwrap_or(u64::MAX))
}

fn frame_rate(track: &Track) -> Option<u32> {
    let frames = u128::from(track.totals.samples) * u128::from(track.timescale) * 1000;
    let rate = frames.checked_div(track.totals.ticks.into())?;
    // Beyond 1000 frames a second it is not a picture's rate but a slip of the clock.
    u32::try_from(rate)
        .ok()
        .filter(|rate| (1..=1_000_000).contains(rate))
}
