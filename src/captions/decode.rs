//! Bytes to text: UTF-8, or UTF-16 that says so. Nothing is guessed.

use std::borrow::Cow;

use super::Error;

/// What files begin with that are no text, and what people call them.
const ARCHIVES: &[(&[u8], &str)] = &[
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\x1F\x8B", "a gzip archive"),
    (b"7z\xBC\xAF\x27\x1C", "a 7-Zip archive"),
    (b"Rar!\x1A\x07", "a RAR archive"),
    (b"\xFD7zXZ\0", "an xz archive"),
    (b"\x28\xB5\x2F\xFD", "a Zstandard archive"),
];
const OTHERS: &[(&[u8], &str)] = &[
    (b"%PDF-", "a PDF document"),
    (b"{\\rtf", "a rich text document"),
    (b"\xD0\xCF\x11\xE0", "a Microsoft Office document"),
    (b"\x1AE\xDF\xA3", "a Matroska or WebM video"),
];

/// The text, without its byte order mark.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Error> {
    let begins = |(magic, _): &&(&[u8], &str)| bytes.starts_with(magic);
    if let Some((_, name)) = ARCHIVES.iter().find(begins) {
        return Err(Error::Packed(name));
    }
    if let Some((_, name)) = OTHERS.iter().find(begins) {
        return Err(Error::OtherFormat(name));
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        return Err(Error::OtherFormat("an MP4 video"));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        return utf16(rest, u16::from_le_bytes).map(Cow::Owned);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        return utf16(rest, u16::from_be_bytes).map(Cow::Owned);
    }
    if let [a, b, c, d, ..] = bytes
        && [*a == 0, *b == 0] == [*c == 0, *d == 0]
        && (*a == 0) != (*b == 0)
    {
        return Err(Error::UnmarkedUtf16);
    }
    // Browsers would show U+FFFD for what is not UTF-8; here the teacher can still mend it.
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        Error::NotUtf8 {
            line: lines_before(bytes[..at].iter().map(|byte| char::from(*byte))),
            byte: bytes[at],
        }
    })?;
    Ok(Cow::Borrowed(text.strip_prefix('\u{FEFF}').unwrap_or(text)))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Error> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    let mut whole = odd.is_empty();
    for c in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match c {
            Ok(c) => text.push(c),
            Err(_) => {
                whole = false;
                break;
            }
        }
    }
    if whole {
        return Ok(text);
    }
    let line = lines_before(text.chars());
    Err(Error::BrokenUtf16 { line })
}

/// The number, from 1, of the line that begins or goes on after `text`; lines end as [`read`](super::read) ends them.
fn lines_before(text: impl Iterator<Item = char>) -> usize {
    let mut line = 1;
    let mut before = '\0';
    for c in text {
        if c == '\r' || c == '\n' && before != '\r' {
            line += 1;
        }
        before = c;
    }
    line
}
