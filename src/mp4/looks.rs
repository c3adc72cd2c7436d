//! What a file that is not an MP4 looks like, by its first bytes.

use std::fmt;

/// A kind of file, told by its first bytes alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LooksLike {
    /// Readable text, in whatever language or format: a sheet, a web page, a playlist.
    Text,
    /// Nothing but zero bytes so far, as a crash leaves behind.
    Zeros,
    /// Matroska or WebM.
    Matroska,
    /// MPEG transport stream, as broadcast receivers write.
    MpegTs,
    /// MPEG program stream, as on DVDs.
    MpegPs,
    /// AVI.
    Avi,
    /// Windows Media.
    Asf,
    /// Flash video.
    Flv,
    /// Ogg.
    Ogg,
    /// MP3, with or without tags.
    Mp3,
    /// WAV sound.
    Wav,
    /// A still picture.
    Picture,
    /// A PDF document.
    Pdf,
    /// A ZIP archive, or a document that is one inside.
    Zip,
    /// None of these.
    Unknown,
}

impl LooksLike {
    /// How many first bytes [`LooksLike::of`] can make use of.
    pub const SAMPLE: usize = 512;

    /// Judges by the first bytes of a file, up to [`LooksLike::SAMPLE`] of them.
    pub fn of(start: &[u8]) -> Self {
        let at = |offset: usize, magic: &[u8]| {
            start.get(offset..offset + magic.len()) == Some(magic) // no overflow: small constants
        };
        let sync = |first: usize, step: usize| {
            start.len() > first + step
                && start[first..]
                    .iter()
                    .step_by(step)
                    .all(|&byte| byte == 0x47)
        };
        match start {
            _ if at(0, b"\x1A\x45\xDF\xA3") => Self::Matroska,
            _ if at(0, b"\x00\x00\x01\xBA") => Self::MpegPs,
            _ if at(0, b"RIFF") && at(8, b"AVI ") => Self::Avi,
            _ if at(0, b"RIFF") && at(8, b"WAVE") => Self::Wav,
            _ if at(0, b"RIFF") && at(8, b"WEBP") => Self::Picture,
            _ if at(0, b"\x30\x26\xB2\x75\x8E\x66\xCF\x11") => Self::Asf,
            _ if at(0, b"FLV\x01") => Self::Flv,
            _ if at(0, b"OggS") => Self::Ogg,
            _ if at(0, b"ID3") => Self::Mp3,
            [0xFF, second, ..] if second & 0xE6 == 0xE2 => Self::Mp3,
            _ if at(0, b"\x89PNG") || at(0, b"\xFF\xD8\xFF") || at(0, b"GIF8") => Self::Picture,
            // A still picture in MP4's own box format: HEIF and AVIF.
            _ if at(4, b"ftyp") && PICTURE_BRANDS.iter().any(|brand| at(8, *brand)) => {
                Self::Picture
            }
            _ if at(0, b"%PDF") => Self::Pdf,
            _ if at(0, b"PK\x03\x04") => Self::Zip,
            // Packets of 188 bytes, or of 192 with a time stamp before each.
            _ if sync(0, 188) || sync(4, 192) => Self::MpegTs,
            _ if start.iter().all(|&byte| byte == 0) => Self::Zeros,
            _ if is_text(start) => Self::Text,
            _ => Self::Unknown,
        }
    }

    /// Whether a video may be inside that a converter could get out.
    pub fn may_hold_video(self) -> bool {
        match self {
            Self::Matroska
            | Self::MpegTs
            | Self::MpegPs
            | Self::Avi
            | Self::Asf
            | Self::Flv
            | Self::Ogg
            | Self::Unknown => true,
            Self::Text
            | Self::Zeros
            | Self::Mp3
            | Self::Wav
            | Self::Picture
            | Self::Pdf
            | Self::Zip => false,
        }
    }
}

const PICTURE_BRANDS: [&[u8; 4]; 7] = [
    b"heic", b"heix", b"heim", b"mif1", b"msf1", b"avif", b"avis",
];

fn is_text(start: &[u8]) -> bool {
    if start.starts_with(b"\xFF\xFE") || start.starts_with(b"\xFE\xFF") {
        return true; // UTF-16 says so itself
    }
    let readable = match std::str::from_utf8(start) {
        Ok(text) => text,
        // The sample may end inside a character.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&start[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    let control = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}');
    !readable.is_empty() && !readable.chars().any(control)
}

impl fmt::Display for LooksLike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "a text file",
            Self::Zeros => "a file of zero bytes, left by an interrupted copy",
            Self::Matroska => "a Matroska or WebM video",
            Self::MpegTs => "an MPEG transport stream",
            Self::MpegPs => "an MPEG program stream",
            Self::Avi => "an AVI video",
            Self::Asf => "a Windows Media file",
            Self::Flv => "a Flash video",
            Self::Ogg => "an Ogg file",
            Self::Mp3 => "an MP3 sound file",
            Self::Wav => "a WAV sound file",
            Self::Picture => "a still picture",
            Self::Pdf => "a PDF document",
            Self::Zip => "a ZIP archive",
            Self::Unknown => "nothing that is known here",
        })
    }
}
