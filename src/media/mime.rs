//! The media type of a file, decided once when it comes in and stored in its row.

use std::path::Path;

/// What mime_guess does not know or says otherwise than browsers and RFCs want it, and what must never
/// be served as itself: a type that a browser would run as a page of this site.
const OVERRIDES: &[(&str, &str)] = &[
    ("m3u8", "application/vnd.apple.mpegurl"), // RFC 8216 §4; mime_guess: audio/x-mpegurl
    ("m4s", "video/iso.segment"),              // mime_guess: application/octet-stream
    ("m4a", "audio/mp4"),                      // RFC 4337; mime_guess: audio/m4a
    ("m4v", "video/mp4"),
    ("vtt", "text/vtt; charset=utf-8"), // W3C WebVTT §8
    ("ts", "video/mp2t"),               // RFC 3555; mime_guess: video/vnd.dlna.mpeg-tts
    ("mts", "video/mp2t"),
    ("mkv", "video/x-matroska"),
    ("csv", "text/csv; charset=utf-8"),
    ("txt", "text/plain; charset=utf-8"),
];

/// Types that a browser would run: sent as bytes to save.
const ACTIVE: &[&str] = &[
    "text/html",
    "application/xhtml+xml",
    "image/svg+xml",
    "text/xml",
    "application/xml",
    "text/javascript",
    "application/javascript",
    "application/x-shockwave-flash",
    "text/css",
    "application/wasm",
];

/// What a container that is no MP4 is stored and served as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// Of the stored file's name.
    pub extension: &'static str,
    /// Its media type.
    pub mime: &'static str,
}

impl Format {
    /// The format that ffmpeg's demuxer list (`matroska,webm`) means; `None`: sent as bytes to save.
    pub fn of_demuxer(names: &str) -> Option<Self> {
        let format = |extension, mime| Some(Self { extension, mime });
        match names.split(',').next()? {
            "matroska" => format("mkv", "video/x-matroska"),
            "mpegts" => format("ts", "video/mp2t"),
            "mpeg" => format("mpg", "video/mpeg"),
            "avi" => format("avi", "video/x-msvideo"),
            "asf" => format("wmv", "video/x-ms-wmv"),
            "flv" => format("flv", "video/x-flv"),
            "ogg" => format("ogv", "video/ogg"),
            _ => None,
        }
    }
}

/// The media type that a file called `name` is served with.
pub fn mime_of(name: &Path) -> String {
    let extension = name
        .extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default()
        .to_ascii_lowercase();
    if let Some((_, mime)) = OVERRIDES.iter().find(|(e, _)| *e == extension) {
        return (*mime).into();
    }
    let guess = mime_guess::from_ext(&extension).first_or_octet_stream();
    let essence = guess.essence_str();
    if ACTIVE.contains(&essence) || essence.ends_with("+xml") {
        return mime_guess::mime::APPLICATION_OCTET_STREAM
            .essence_str()
            .into();
    }
    essence.into()
}

/// The extension for a stored file's name: lower-case letters and digits only, `bin` where there is none.
pub fn extension_of(name: &Path) -> String {
    let extension = name
        .extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default()
        .to_ascii_lowercase();
    let plain = !extension.is_empty() && extension.len() <= 8;
    if plain && extension.bytes().all(|b| b.is_ascii_alphanumeric()) {
        extension
    } else {
        "bin".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_are_those_that_browsers_play() {
        for (name, mime) in [
            ("a.mp4", "video/mp4"),
            ("a.MP4", "video/mp4"),
            ("a.m4a", "audio/mp4"),
            ("a.m3u8", "application/vnd.apple.mpegurl"),
            ("a.vtt", "text/vtt; charset=utf-8"),
            ("a.webm", "video/webm"),
            ("a.jpg", "image/jpeg"),
            ("a.pdf", "application/pdf"),
            ("a", "application/octet-stream"),
            ("a.ts", "video/mp2t"),
        ] {
            assert_eq!(mime_of(Path::new(name)), mime, "{name}");
        }
    }

    #[test]
    fn nothing_that_a_browser_would_run_is_served_as_itself() {
        for name in [
            "a.html", "a.htm", "a.svg", "a.xhtml", "a.js", "a.xml", "a.swf", "a.mjs", "a.css",
            "a.rss",
        ] {
            assert_eq!(
                mime_of(Path::new(name)),
                "application/octet-stream",
                "{name}"
            );
        }
    }

    #[test]
    fn an_extension_is_never_more_than_letters_and_digits() {
        for (name, extension) in [
            ("a.MP4", "mp4"),
            ("a", "bin"),
            ("a.m p", "bin"),
            ("a.../x", "bin"),
            ("ə.видео", "bin"),
        ] {
            assert_eq!(extension_of(Path::new(name)), extension);
        }
    }
}
