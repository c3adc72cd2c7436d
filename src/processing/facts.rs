//! What a recording is made of, as ffprobe tells it: enough to choose what is made of it and how, and to tell its
//! teacher what is unusual. Kept as JSON in `recordings.facts`.

use serde::{Deserialize, Serialize};

use crate::units::Millis;

/// What the probe found in a recording.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// ffmpeg's name of the container: `mov,mp4,m4a,3gp,3g2,mj2`.
    pub format: String,
    /// How long it plays: by an MP4's index, else as it says itself.
    pub duration: Millis,
    /// How long it says that it plays, where its index knows better.
    pub said: Option<Millis>,
    /// How long it really plays, once all of it was decoded; `None`: it was not yet. 0: its probe found no picture and
    /// no second of sound behind the header.
    pub plays: Option<Millis>,
    /// The picture that is used; `None`: sound only.
    pub video: Option<VideoFacts>,
    /// How many pictures it has; one is used.
    pub pictures: u32,
    /// All sounds; the one that is used stands first.
    pub sounds: Vec<SoundFacts>,
    /// All subtitles, of every kind.
    pub subtitles: Vec<SubtitleFacts>,
    /// How loud the sound is that is used, in LUFS (EBU R 128), once all of it was decoded; `None`: it was not yet, or
    /// cannot be.
    pub loudness: Option<f64>,
}

impl Facts {
    /// How long it says that it plays, and how long it does, where that is so much less that it is worth a word: a copy
    /// that broke off, or a header that is wrong. Clocks of tracks differ by parts of a second, and broadcasts by more.
    pub fn breaks_off(&self) -> Option<(Millis, Millis)> {
        let said = self.said.unwrap_or(self.duration);
        let plays = self.plays.unwrap_or(self.duration);
        let missing = said.0.saturating_sub(plays.0);
        (missing > 2000.max(said.0 / 100)).then_some((said, plays))
    }

    /// Whether it breaks off before its first picture: nothing can be made of it.
    pub fn has_nothing(&self) -> bool {
        self.plays == Some(Millis(0))
    }
}

/// A picture.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct VideoFacts {
    /// ffmpeg's number of the stream.
    pub stream: u32,
    /// ffmpeg's name of the codec: `h264`.
    pub codec: String,
    /// ffmpeg's name of the pixel format: `yuv420p`.
    pub pixels: String,
    /// Of each sample: 8, or 10 and more.
    pub bits: u8,
    /// ffmpeg's name of how samples become light, where the file says it: `bt709`; `smpte2084` and `arib-std-b67` are
    /// those of pictures with a high dynamic range.
    pub transfer: Option<String>,
    /// Pixels as shown: square, and after rotation.
    pub width: u32,
    /// Pixels as shown: square, and after rotation.
    pub height: u32,
    /// Quarters of a turn, clockwise, that a player makes.
    pub turns: u8,
    /// Pictures a second, on average.
    pub rate: f64,
    /// Whether pictures come at uneven intervals.
    pub variable: bool,
    /// Whether each picture is two fields of lines, one after the other.
    pub interlaced: bool,
}

/// A sound.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SoundFacts {
    /// ffmpeg's number of the stream.
    pub stream: u32,
    /// ffmpeg's name of the codec: `aac`.
    pub codec: String,
    /// How many channels.
    pub channels: u16,
    /// Samples a second.
    pub rate: u32,
    /// ISO 639 code, as the file has it.
    pub language: Option<String>,
}

/// Words that the recording brings along.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SubtitleFacts {
    /// ffmpeg's number of the stream.
    pub stream: u32,
    /// ffmpeg's name of the codec: `subrip`, `dvb_teletext`.
    pub codec: String,
    /// Whether they can be read.
    pub kind: SubtitleKind,
    /// ISO 639 code, as the file has it.
    pub language: Option<String>,
}

/// Whether subtitles can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SubtitleKind {
    /// As text.
    Text,
    /// As pages of teletext.
    Teletext,
    /// They are pictures, which nothing here reads.
    Bitmap,
}

impl VideoFacts {
    /// Whether it is brighter than ordinary screens can show.
    pub fn is_high_dynamic_range(&self) -> bool {
        matches!(self.transfer.as_deref(), Some("smpte2084" | "arib-std-b67"))
    }
}

/// The BCP 47 code of a language that a file names by ISO 639-1 or ISO 639-2, either of its forms. A language without
/// two letters keeps its three (RFC 5646 §2.2.1); what is no code, or says that it is none, has no language.
pub fn bcp47(code: &str) -> Option<&str> {
    const SHORT: &[(&str, &str)] = &[
        ("aze", "az"),
        ("rus", "ru"),
        ("eng", "en"),
        ("tur", "tr"),
        ("kat", "ka"),
        ("geo", "ka"),
        ("hye", "hy"),
        ("arm", "hy"),
        ("fas", "fa"),
        ("per", "fa"),
        ("ara", "ar"),
        ("heb", "he"),
        ("ukr", "uk"),
        ("bel", "be"),
        ("kaz", "kk"),
        ("uzb", "uz"),
        ("tuk", "tk"),
        ("kir", "ky"),
        ("tat", "tt"),
        ("kur", "ku"),
        ("deu", "de"),
        ("ger", "de"),
        ("fra", "fr"),
        ("fre", "fr"),
        ("spa", "es"),
        ("ita", "it"),
        ("por", "pt"),
        ("pol", "pl"),
        ("zho", "zh"),
        ("chi", "zh"),
        ("jpn", "ja"),
        ("kor", "ko"),
    ];
    // Undetermined, several, without words, none known.
    let none = ["und", "mul", "zxx", "mis", "unk"];
    let letters = code.bytes().all(|b| b.is_ascii_lowercase());
    if !letters || none.contains(&code) {
        return None;
    }
    match code.len() {
        2 => Some(code),
        3 => {
            let short = SHORT.iter().find(|(long, _)| *long == code);
            Some(short.map_or(code, |(_, short)| short))
        }
        _ => None,
    }
}
