//! A file to blocks, blocks to cues (W3C WebVTT §6.1 and §6.2).

use super::cue::{Captions, Cue};
use super::decode::decode;
use super::timing::{Settings, read_timing};
use super::warning::{Flaw, shortened};
use super::{Error, Format, MAX_BYTES, MAX_CUE_CHARS, MAX_CUES, MAX_TIME, Parsed, Warnings, write};
use crate::units::Millis;

/// Characters of markup for one that is shown; `&amp;` has five.
const MARKUP_PER_CHAR: usize = 10;
/// The longest characters of UTF-8.
const BYTES_PER_CHAR: usize = 4;

/// Reads a WebVTT file as browsers do, or a SubRip file; which of them it is, the content says. A bad cue is left
/// out with a warning, a file that cannot be read is an error. The work grows with the length and no faster.
///
/// Differs from browsers where they lose what the author meant: WebVTT's times may be written as SubRip's are, and
/// a number above times that no empty line precedes belongs to these times.
pub fn read(bytes: &[u8]) -> Result<Parsed, Error> {
    if bytes.len() > MAX_BYTES {
        return Err(Error::TooLarge { bytes: bytes.len() });
    }
    let text = decode(bytes)?
        .replace("\r\n", "\n")
        .replace('\r', "\n")
        .replace('\0', "\u{FFFD}");
    let lines: Vec<&str> = text.split('\n').collect();

    let format = format_of(&lines)?;
    let mut blocks = Blocks {
        lines: &lines,
        at: 0,
        format,
        cues: Vec::new(),
        warnings: Warnings::default(),
    };
    if format == Format::WebVtt {
        blocks.pass_header();
    }
    while let Some(line) = lines.get(blocks.at) {
        if blocks.is_blank(line) {
            blocks.at += 1;
        } else {
            blocks.take()?;
        }
    }
    blocks.finish()
}

/// SubRip has no signature: its first line that is not blank is a number and the second are times, or the first are
/// times.
fn format_of(lines: &[&str]) -> Result<Format, Error> {
    if lines.first().copied().is_some_and(is_signature) {
        return Ok(Format::WebVtt);
    }
    let mut lines = lines
        .iter()
        .enumerate()
        .map(|(index, line)| (index + 1, line.trim()))
        .filter(|(_, line)| !line.is_empty());
    let Some((line, first)) = lines.next() else {
        return Err(Error::NoCues);
    };
    let is_times = |line: &str| read_timing(line, Format::SubRip).is_some();
    let numbered = is_number(first) && lines.next().is_some_and(|(_, second)| is_times(second));
    if numbered || is_times(first) {
        return Ok(Format::SubRip);
    }
    let value = shortened(first);
    Err(Error::NotCaptions { line, value })
}

fn is_signature(line: &str) -> bool {
    let rest = line.strip_prefix("WEBVTT");
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
}

/// A cue's number, as SubRip writes it.
fn is_number(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit())
}

struct Blocks<'a> {
    lines: &'a [&'a str],
    at: usize,
    format: Format,
    /// With the index of their times.
    cues: Vec<(usize, Cue)>,
    warnings: Warnings,
}

impl Blocks<'_> {
    fn warn(&mut self, index: usize, flaw: Flaw) {
        let value = self.lines.get(index).copied().unwrap_or_default();
        self.warnings.add(index + 1, value, flaw);
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

    /// What ends a block. In SubRip nobody means anything by a line of blanks.
    fn is_blank(&self, line: &str) -> bool {
        match self.format {
            Format::WebVtt => line.is_empty(),
            Format::SubRip => line.trim().is_empty(),
        }
    }

    /// In WebVTT whatever has an arrow; in SubRip an arrow may be said: "x --> 0".
    fn is_timing(&self, line: &str) -> bool {
        let Some((before, _)) = line.split_once("-->") else {
            return false;
        };
        let before = before.trim();
        let clock = |c: char| c.is_ascii_digit() || matches!(c, ':' | ',' | '.' | ' ');
        self.format == Format::WebVtt || before.contains(':') && before.chars().all(clock)
    }

    /// Takes the block that begins at the current line, which is not blank.
    fn take(&mut self) -> Result<(), Error> {
        let first = self.at;
        let mut id = "";
        let mut times = None;
        let mut text: Vec<&str> = Vec::new();
        while let Some(line) = self.lines.get(self.at).copied() {
            if self.is_blank(line) {
                break;
            }
            if self.is_timing(line) {
                // Times elsewhere than in the first two lines begin the next block, as if the blank
                // line before them had not been forgotten.
                if times.is_some() || self.at - first > 1 {
                    let number = text.pop_if(|last| is_number(last));
                    if times.is_some() && !text.is_empty() {
                        self.warn(self.at, Flaw::NoEmptyLine);
                    }
                    // It is never this block's first line, so that every block is one line at least.
                    self.at -= usize::from(number.is_some());
                    break;
                }
                id = text.pop().unwrap_or_default();
                times = Some(self.at);
            } else {
                text.push(line);
            }
            self.at += 1;
        }
        match times {
            Some(index) => self.take_cue(index, id, &text),
            None => {
                self.pass_over(first);
                Ok(())
            }
        }
    }

    /// Text without times: WebVTT's comments, or something to warn of.
    fn pass_over(&mut self, index: usize) {
        let line = self.lines[index];
        let is = |word: &str| {
            let rest = line.strip_prefix(word);
            rest.is_some_and(|rest| rest.trim().is_empty())
        };
        let note = line == "NOTE" || line.starts_with("NOTE ") || line.starts_with("NOTE\t");
        match self.format {
            Format::WebVtt if is("STYLE") || is("REGION") => self.warn(index, Flaw::Style),
            Format::WebVtt if note => {}
            _ => self.warn(index, Flaw::NoTimes),
        }
    }

    fn take_cue(&mut self, index: usize, id: &str, text: &[&str]) -> Result<(), Error> {
        let Some((start, end, settings)) = self.times(index) else {
            self.warn(index, Flaw::UnreadableTimes);
            return Ok(());
        };
        let line = index + 1;
        if start > MAX_TIME || end > MAX_TIME {
            let value = shortened(self.lines[index]);
            return Err(Error::TooLate { line, value });
        }
        if end <= start {
            self.warn(index, Flaw::EndsTooEarly);
            return Ok(());
        }
        let bytes: usize = text.iter().map(|line| line.len()).sum();
        if bytes > MAX_CUE_CHARS * MARKUP_PER_CHAR * BYTES_PER_CHAR {
            return Err(Error::CueTooLong { line });
        }
        let text = text.join("\n");
        let (id, text) = match self.format {
            Format::WebVtt => (id, text),
            // SubRip's numbers are positions, and meaningless once a cue is left out.
            Format::SubRip => ("", without_overrides(&text)),
        };
        let Some(cue) = Cue::new(start, end, &text) else {
            self.warn(index, Flaw::NoText);
            return Ok(());
        };
        let cue = cue.with(id, settings);
        let shown = cue.text().chars().count();
        let written = cue.markup().chars().count();
        if shown > MAX_CUE_CHARS || written > MAX_CUE_CHARS * MARKUP_PER_CHAR {
            return Err(Error::CueTooLong { line });
        }
        if self.cues.len() == MAX_CUES {
            return Err(Error::TooManyCues { line });
        }
        self.cues.push((index, cue));
        Ok(())
    }

    /// Many a WebVTT file is a SubRip file to which somebody wrote the first line.
    fn times(&mut self, index: usize) -> Option<(Millis, Millis, Settings)> {
        let line = self.lines[index];
        if let Some(times) = read_timing(line, self.format) {
            return Some(times);
        }
        let times = read_timing(line, Format::SubRip)?;
        self.warn(index, Flaw::MendedTimes);
        Some(times)
    }

    fn finish(mut self) -> Result<Parsed, Error> {
        if self.cues.is_empty() {
            return Err(Error::NoCues);
        }
        let mut latest = Millis(0);
        self.tell_of_all(
            |cue| {
                let earlier = cue.start() < latest;
                latest = latest.max(cue.start());
                earlier
            },
            |count| Flaw::Unsorted { count },
        );
        self.cues.sort_by_key(|(_, cue)| cue.start());
        let mut ended = Millis(0);
        self.tell_of_all(
            |cue| {
                let overlaps = cue.start() < ended;
                ended = ended.max(cue.end());
                overlaps
            },
            |count| Flaw::Overlapping { count },
        );
        let lines = self.cues.iter().map(|(index, _)| index + 1).collect();
        let captions = Captions::new(self.cues.into_iter().map(|(_, cue)| cue).collect());
        // Escaping makes a file longer; what is kept must be small enough to be read again.
        let bytes = write(&captions).len();
        if bytes > MAX_BYTES {
            return Err(Error::TooLarge { bytes });
        }
        Ok(Parsed {
            captions,
            format: self.format,
            warnings: self.warnings.all(),
            lines,
        })
    }

    /// One warning about all cues that `is` finds, at the first of them.
    fn tell_of_all(&mut self, mut is: impl FnMut(&Cue) -> bool, flaw: fn(usize) -> Flaw) {
        let found = self.cues.iter().filter(|(_, cue)| is(cue));
        let found: Vec<usize> = found.map(|(index, _)| *index).collect();
        if let Some(index) = found.first() {
            let (value, flaw) = (self.lines[*index], flaw(found.len()));
            self.warnings.add_about_all(index + 1, value, flaw);
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
