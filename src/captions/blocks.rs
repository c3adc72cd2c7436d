//! A file to blocks, blocks to cues (W3C WebVTT §6.1 and §6.2).

use super::cue::{Captions, Cue};
use super::timing::{Dialect, read_timing};
use super::{Error, MAX_BYTES, MAX_CUE_CHARS, MAX_CUES, MAX_WARNINGS, Parsed, Warning, write};

/// Characters of markup for one that is shown; `&amp;` has five.
const MARKUP_PER_CHAR: usize = 10;

/// Reads a WebVTT file as browsers do, or a SubRip file. A bad cue is left out with a warning, a file that
/// cannot be read is an error.
pub fn parse(bytes: &[u8]) -> Result<Parsed, Error> {
    if bytes.len() > MAX_BYTES {
        return Err(Error::TooLarge);
    }
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Err(Error::Utf16);
    }
    // Browsers would show U+FFFD for what is not UTF-8; here the teacher can still mend it.
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        Error::NotUtf8 { line }
    })?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let text = text
        .replace("\r\n", "\n")
        .replace('\r', "\n")
        .replace('\0', "\u{FFFD}");
    let lines: Vec<&str> = text.split('\n').collect();

    let mut blocks = Blocks {
        lines: &lines,
        at: 0,
        dialect: Dialect::WebVtt,
        cues: Vec::new(),
        warnings: Vec::new(),
    };
    if is_signature(lines[0]) {
        blocks.pass_header();
    } else if is_subrip(&lines) {
        blocks.dialect = Dialect::SubRip;
        blocks.warn(0, "converted from SubRip to WebVTT");
    } else {
        return Err(Error::NotCaptions);
    }
    while blocks.at < lines.len() {
        if lines[blocks.at].is_empty() {
            blocks.at += 1;
        } else {
            blocks.take()?;
        }
    }
    if blocks.cues.is_empty() {
        return Err(Error::NoCues);
    }
    let captions = Captions::new(blocks.cues);
    // Escaping makes a file longer; what is kept must be small enough to be read again.
    if write(&captions).len() > MAX_BYTES {
        return Err(Error::TooLarge);
    }
    Ok(Parsed {
        captions,
        warnings: blocks.warnings,
    })
}

fn is_signature(line: &str) -> bool {
    let rest = line.strip_prefix("WEBVTT");
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
}

/// SubRip has no signature: its first line that is not blank is a number and the second are times, or
/// the first are times.
fn is_subrip(lines: &[&str]) -> bool {
    let mut lines = lines
        .iter()
        .map(|line| line.trim())
        .filter(|line| !line.is_empty());
    let times =
        |line: Option<&str>| line.is_some_and(|line| read_timing(line, Dialect::SubRip).is_some());
    let first = lines.next();
    let number = first.is_some_and(|line| line.bytes().all(|byte| byte.is_ascii_digit()));
    times(first) || number && times(lines.next())
}

struct Blocks<'a> {
    lines: &'a [&'a str],
    at: usize,
    dialect: Dialect,
    cues: Vec<Cue>,
    warnings: Vec<Warning>,
}

impl Blocks<'_> {
    fn warn(&mut self, index: usize, message: &'static str) {
        let warning = |message| Warning {
            line: index + 1,
            message,
        };
        if self.warnings.len() + 1 < MAX_WARNINGS {
            self.warnings.push(warning(message));
        } else if self.warnings.len() < MAX_WARNINGS {
            self.warnings
                .push(warning("more was left out from here on"));
        }
    }

    fn pass_header(&mut self) {
        self.at = 1;
        while let Some(line) = self.lines.get(self.at) {
            if line.is_empty() || line.contains("-->") {
                break;
            }
            self.at += 1;
        }
    }

    /// Takes the block that begins at the current line, which is not blank.
    fn take(&mut self) -> Result<(), Error> {
        let first = self.at;
        let mut id = "";
        let mut timing = None;
        let mut text = Vec::new();
        while let Some(line) = self.lines.get(self.at) {
            if line.is_empty() {
                break;
            }
            if line.contains("-->") {
                // Times elsewhere than in the first two lines begin the next block, as if the blank
                // line before them had not been forgotten.
                if timing.is_some() || self.at - first > 1 {
                    break;
                }
                id = text.pop().unwrap_or_default();
                timing = Some((self.at, read_timing(line, self.dialect)));
            } else {
                text.push(*line);
            }
            self.at += 1;
        }
        match timing {
            Some((index, Some((start, end, settings)))) => {
                if end <= start {
                    self.warn(index, "the cue ends before it begins; left out");
                    return Ok(());
                }
                let text = self.shown(&text);
                let Some(cue) = Cue::new(start, end, &text) else {
                    self.warn(index, "the cue has no text; left out");
                    return Ok(());
                };
                // SubRip's numbers are positions, and meaningless once a cue is left out.
                let id = if self.dialect == Dialect::SubRip {
                    ""
                } else {
                    id
                };
                self.keep(index, cue.with(id, settings))
            }
            Some((index, None)) => {
                self.warn(
                    index,
                    "the cue's times cannot be read (00:01.000 --> 00:04.000); left out",
                );
                Ok(())
            }
            None => {
                let line = self.lines[first];
                let is = |word: &str| {
                    line.strip_prefix(word)
                        .is_some_and(|rest| rest.trim().is_empty())
                };
                if is("STYLE") || is("REGION") {
                    self.warn(first, "styles and regions are not kept");
                } else if !(line.starts_with("NOTE ")
                    || line.starts_with("NOTE\t")
                    || line == "NOTE")
                {
                    self.warn(first, "text without times; left out");
                }
                Ok(())
            }
        }
    }

    fn keep(&mut self, index: usize, cue: Cue) -> Result<(), Error> {
        let line = index + 1;
        let shown = cue.text().chars().count();
        let written = cue.markup().chars().count();
        if shown > MAX_CUE_CHARS || written > MAX_CUE_CHARS * MARKUP_PER_CHAR {
            return Err(Error::CueTooLong { line });
        }
        if self.cues.len() == MAX_CUES {
            return Err(Error::TooManyCues { line });
        }
        self.cues.push(cue);
        Ok(())
    }

    fn shown(&self, lines: &[&str]) -> String {
        let text = lines.join("\n");
        match self.dialect {
            Dialect::WebVtt => text,
            Dialect::SubRip => without_overrides(&text),
        }
    }
}

/// SubRip files carry commands of another format, `{\an8}`, that players hide.
fn without_overrides(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(begin) = rest.find("{\\") {
        out.push_str(&rest[..begin]);
        match rest[begin..].find('}') {
            Some(end) => rest = &rest[begin + end + 1..],
            None => {
                rest = &rest[begin..];
                break;
            }
        }
    }
    out + rest
}
