//! Bytes to text: UTF-8 with or without a byte order mark, or UTF-16 with one.
//!
//! Works a chunk at a time, so that a sheet of 100,000 rows never lies in memory whole.

use std::io::Read;

use super::MAX_SHEET_BYTES;
use super::error::SheetError;

const CHUNK: usize = 64 << 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
}

/// The text of a sheet, as chunks of whole characters of UTF-8, without the byte order mark.
pub(super) struct Text<R> {
    source: R,
    encoding: Option<Encoding>,
    /// Bytes read that are not decoded yet: less than one character, once a chunk is done.
    raw: Vec<u8>,
    /// Bytes of the file before `raw`.
    offset: u64,
    lines: Lines,
    ended: bool,
}

impl<R: Read> Text<R> {
    pub(super) fn new(source: R) -> Self {
        Self {
            source,
            encoding: None,
            raw: Vec::new(),
            offset: 0,
            lines: Lines::default(),
            ended: false,
        }
    }

    /// Bytes of the file taken so far.
    pub(super) fn bytes_read(&self) -> u64 {
        self.offset + self.raw.len() as u64
    }

    /// Replaces `out` by the next chunk. It is empty only at the end of the sheet.
    pub(super) fn next_chunk(&mut self, out: &mut Vec<u8>) -> Result<(), SheetError> {
        out.clear();
        let mut lines = self.lines;
        while out.is_empty() && !(self.ended && self.raw.is_empty()) {
            self.read_some()?;
            let encoding = match self.encoding {
                Some(encoding) => encoding,
                None => self.detect()?,
            };
            match encoding {
                Encoding::Utf8 => self.take_utf8(out)?,
                Encoding::Utf16Le => self.take_utf16(out, u16::from_le_bytes)?,
                Encoding::Utf16Be => self.take_utf16(out, u16::from_be_bytes)?,
            }
        }
        if let Some(at) = out.iter().position(|byte| *byte == 0) {
            lines.count(&out[..at]);
            return Err(SheetError::Nul { line: lines.number });
        }
        Ok(())
    }

    fn read_some(&mut self) -> Result<(), SheetError> {
        // Four bytes decide on the encoding; later, one more byte is progress enough.
        let wanted = if self.encoding.is_none() { 4 } else { 1 };
        let before = self.raw.len();
        while !self.ended && self.raw.len() < before + wanted {
            let filled = self.raw.len();
            self.raw.resize(filled + CHUNK, 0);
            let read = loop {
                match self.source.read(&mut self.raw[filled..]) {
                    Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                    other => break other?,
                }
            };
            self.raw.truncate(filled + read);
            self.ended = read == 0;
        }
        if self.bytes_read() > MAX_SHEET_BYTES {
            return Err(SheetError::TooLarge);
        }
        Ok(())
    }

    fn detect(&mut self) -> Result<Encoding, SheetError> {
        let (encoding, mark) = match *self.raw.as_slice() {
            [0xEF, 0xBB, 0xBF, ..] => (Encoding::Utf8, 3),
            [0xFF, 0xFE, ..] => (Encoding::Utf16Le, 2),
            [0xFE, 0xFF, ..] => (Encoding::Utf16Be, 2),
            // Column names are ASCII, so in UTF-16 every other byte of the beginning is NUL.
            [0, b, 0, d, ..] | [b, 0, d, 0, ..] if b != 0 && d != 0 => {
                return Err(SheetError::Utf16Unmarked);
            }
            _ => (Encoding::Utf8, 0),
        };
        self.consume(mark);
        self.encoding = Some(encoding);
        Ok(encoding)
    }

    fn consume(&mut self, count: usize) {
        self.raw.drain(..count);
        self.offset += count as u64;
    }

    fn take_utf8(&mut self, out: &mut Vec<u8>) -> Result<(), SheetError> {
        let whole = match std::str::from_utf8(&self.raw) {
            Ok(text) => text.len(),
            // A character cut by the end of the chunk, not by the end of the sheet.
            Err(error) if error.error_len().is_none() && !self.ended => error.valid_up_to(),
            Err(error) => {
                let valid = error.valid_up_to();
                self.lines.count(&self.raw[..valid]);
                return Err(SheetError::NotUtf8 {
                    line: self.lines.number,
                    offset: self.offset + valid as u64,
                    byte: self.raw[valid],
                });
            }
        };
        out.extend_from_slice(&self.raw[..whole]);
        self.lines.count(out);
        self.consume(whole);
        Ok(())
    }

    fn take_utf16(
        &mut self,
        out: &mut Vec<u8>,
        unit: fn([u8; 2]) -> u16,
    ) -> Result<(), SheetError> {
        let mut used = 0;
        let units = self
            .raw
            .chunks_exact(2)
            .map(|pair| unit([pair[0], pair[1]]));
        let mut broken = false;
        for decoded in char::decode_utf16(units) {
            match decoded {
                Ok(c) => {
                    used += c.len_utf16() * 2;
                    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                }
                Err(_) => {
                    // The first half of a pair may only be waiting for the next chunk; at the end of the
                    // sheet, that it is left over says enough.
                    broken = self.raw.len() - used > 3;
                    break;
                }
            }
        }
        self.lines.count(out);
        self.consume(used);
        if broken || self.ended && !self.raw.is_empty() {
            let line = self.lines.number;
            return Err(SheetError::Utf16Broken { line });
        }
        Ok(())
    }
}

/// Counts lines as an editor does: `\n`, `\r\n` and a lone `\r` each end one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lines {
    /// Of the next byte, from 1.
    pub(super) number: u64,
    after_cr: bool,
}

impl Default for Lines {
    fn default() -> Self {
        Self {
            number: 1,
            after_cr: false,
        }
    }
}

impl Lines {
    pub(super) fn pass(&mut self, byte: u8) {
        if byte == b'\r' || byte == b'\n' && !self.after_cr {
            self.number += 1;
        }
        self.after_cr = byte == b'\r';
    }

    fn count(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.pass(*byte));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives `bytes` a few at a time, as a pipe may.
    struct Drip<'a>(&'a [u8], usize);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = self.1.min(self.0.len()).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn decoded(bytes: &[u8], drip: usize) -> Result<String, String> {
        let mut text = Text::new(Drip(bytes, drip));
        let (mut all, mut chunk) = (Vec::new(), Vec::new());
        loop {
            text.next_chunk(&mut chunk).map_err(|e| e.to_string())?;
            if chunk.is_empty() {
                assert_eq!(text.bytes_read(), bytes.len() as u64);
                return Ok(String::from_utf8(all).unwrap());
            }
            std::str::from_utf8(&chunk).expect("whole characters");
            all.extend_from_slice(&chunk);
        }
    }

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        let marked = format!("\u{FEFF}{text}");
        marked.encode_utf16().flat_map(bytes).collect()
    }

    const TEXT: &str = "title\r\nKəsr, İŞIQ\nЁлка 🎄\n";

    #[test]
    fn utf8_and_marked_utf16_give_the_same_text_however_they_arrive() {
        for drip in [1, 2, 3, 5, 1000] {
            assert_eq!(decoded(TEXT.as_bytes(), drip).as_deref(), Ok(TEXT));
            let marked = format!("\u{FEFF}{TEXT}");
            assert_eq!(decoded(marked.as_bytes(), drip).as_deref(), Ok(TEXT));
            assert_eq!(
                decoded(&utf16(TEXT, u16::to_le_bytes), drip).as_deref(),
                Ok(TEXT)
            );
            assert_eq!(
                decoded(&utf16(TEXT, u16::to_be_bytes), drip).as_deref(),
                Ok(TEXT)
            );
        }
    }

    #[test]
    fn windows_1251_is_refused_with_its_line_and_what_to_do() {
        for drip in [1, 1000] {
            let error = decoded(b"title\r\nabc\r\n\xcc\xe0\xf2", drip).unwrap_err();
            assert_eq!(
                error,
                "line 3: byte 0xCC at offset 12 is not UTF-8 text; save the sheet as \"CSV UTF-8\""
            );
        }
        // A character cut off by the end of the file.
        let error = decoded(b"title\n\xc9", 1).unwrap_err();
        assert!(
            error.starts_with("line 2: byte 0xC9 at offset 6"),
            "{error}"
        );
    }

    #[test]
    fn utf16_without_a_mark_and_broken_utf16_are_refused() {
        let unmarked = &utf16(TEXT, u16::to_le_bytes)[2..];
        assert!(
            decoded(unmarked, 1)
                .unwrap_err()
                .contains("without a byte order mark")
        );
        let mut odd = utf16("a\nb", u16::to_be_bytes);
        odd.push(0);
        assert!(
            decoded(&odd, 2)
                .unwrap_err()
                .starts_with("line 2: broken UTF-16")
        );
        let mut half = utf16("a\n", u16::to_le_bytes);
        half.extend([0x3C, 0xD8]);
        assert!(
            decoded(&half, 9)
                .unwrap_err()
                .starts_with("line 2: broken UTF-16")
        );
        half.extend([b'a', 0, b'b', 0]);
        assert!(
            decoded(&half, 1)
                .unwrap_err()
                .starts_with("line 2: broken UTF-16")
        );
    }

    #[test]
    fn a_nul_and_an_endless_sheet_are_refused() {
        let error = decoded(b"title\nab\0c\nd\n", 1000).unwrap_err();
        assert!(error.starts_with("line 2 contains a NUL"), "{error}");
        let mut text = Text::new(std::io::repeat(b'a'));
        let mut chunk = Vec::new();
        let error = loop {
            if let Err(error) = text.next_chunk(&mut chunk) {
                break error;
            }
        };
        assert!(matches!(error, SheetError::TooLarge));
    }
}
