//! Times and places of cues: `00:01.000 --> 00:04.000 line:90%`.

use std::fmt;

use super::Format;
use crate::units::Millis;

/// More digits of hours are no time at all; far fewer are past every limit, which is told more helpfully.
const MAX_HOUR_DIGITS: usize = 9;

/// `hh:mm:ss.ttt`.
pub(super) fn timestamp(Millis(at): Millis) -> String {
    let (hours, minutes) = (at / 3_600_000, at / 60_000 % 60);
    format!(
        "{hours:02}:{minutes:02}:{:02}.{:03}",
        at / 1000 % 60,
        at % 1000
    )
}

/// Reads a time that fills `text`. WebVTT's are `mm:ss.ttt` or `hh:mm:ss.ttt` (W3C WebVTT §4.3).
pub(super) fn read_timestamp(text: &str, format: Format) -> Option<Millis> {
    let (clock, decimals) = match format {
        Format::WebVtt => text.split_once('.')?,
        Format::SubRip => text.split_once([',', '.']).unwrap_or((text, "0")),
    };
    let mut parts = clock.splitn(4, ':');
    let (hours, minutes, seconds) = match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(minutes), Some(seconds), None, None) => ("00", minutes, seconds),
        (Some(hours), Some(minutes), Some(seconds), None) => (hours, minutes, seconds),
        _ => return None,
    };
    let shape = match format {
        Format::WebVtt => {
            hours.len() >= 2 && minutes.len() == 2 && seconds.len() == 2 && decimals.len() == 3
        }
        Format::SubRip => minutes.len() <= 2 && seconds.len() <= 2 && decimals.len() <= 3,
    };
    if !shape || hours.len() > MAX_HOUR_DIGITS {
        return None;
    }
    let (hours, minutes, seconds) = (digits(hours)?, digits(minutes)?, digits(seconds)?);
    if minutes > 59 || seconds > 59 {
        return None;
    }
    let thousandths = digits(decimals)? * [100, 10, 1][decimals.len() - 1];
    Some(Millis(
        ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths,
    ))
}

fn digits(text: &str) -> Option<u64> {
    let all = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| text.parse().ok()).flatten()
}

/// Start, end and settings of a line with `-->` (W3C WebVTT §6.3).
pub(super) fn read_timing(line: &str, format: Format) -> Option<(Millis, Millis, Settings)> {
    let (start, rest) = line.split_once("-->")?;
    let rest = rest.trim_start_matches(is_space);
    let end = rest.find(is_space).unwrap_or(rest.len());
    let start = read_timestamp(start.trim_matches(is_space), format)?;
    let (end, settings) = rest.split_at(end);
    // What stands here in SubRip are coordinates of a picture size nobody knows: no settings of WebVTT.
    let settings = Settings::read(settings);
    Some((start, read_timestamp(end, format)?, settings))
}

pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{C}' | '\n')
}

/// Where a cue stands on the picture (W3C WebVTT §4.4). Only valid values; regions are not kept.
///
/// Prints with a blank before each setting, as it stands after the times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    vertical: Option<String>,
    line: Option<String>,
    position: Option<String>,
    size: Option<String>,
    align: Option<String>,
}

impl Settings {
    /// Reads `name:value` words; what is not valid is passed over, as browsers do.
    pub(super) fn read(text: &str) -> Self {
        let mut settings = Self::default();
        for word in text.split(is_space) {
            let Some((name, value)) = word.split_once(':') else {
                continue;
            };
            let (slot, valid) = match name {
                "vertical" => (&mut settings.vertical, matches!(value, "rl" | "lr")),
                "line" => {
                    let valid = aligned(value, is_line, &["start", "center", "end"]);
                    (&mut settings.line, valid)
                }
                "position" => {
                    let sides = ["line-left", "center", "line-right"];
                    let valid = aligned(value, is_percentage, &sides);
                    (&mut settings.position, valid)
                }
                "size" => (&mut settings.size, is_percentage(value)),
                "align" => {
                    let sides = ["start", "center", "end", "left", "right"];
                    (&mut settings.align, sides.contains(&value))
                }
                _ => continue,
            };
            if valid {
                *slot = Some(value.to_owned());
            }
        }
        settings
    }
}

impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = [
            ("vertical", &self.vertical),
            ("line", &self.line),
            ("position", &self.position),
            ("size", &self.size),
            ("align", &self.align),
        ];
        for (name, value) in all {
            if let Some(value) = value {
                write!(f, " {name}:{value}")?;
            }
        }
        Ok(())
    }
}

/// `value` or `value,side`.
fn aligned(value: &str, valid: fn(&str) -> bool, sides: &[&str]) -> bool {
    match value.split_once(',') {
        Some((value, side)) => valid(value) && sides.contains(&side),
        None => valid(value),
    }
}

fn is_line(value: &str) -> bool {
    is_percentage(value) || is_number(value.strip_prefix('-').unwrap_or(value))
}

fn is_percentage(value: &str) -> bool {
    let number = value.strip_suffix('%').filter(|number| is_number(number));
    number
        .and_then(|number| number.parse().ok())
        .is_some_and(|n: f64| n <= 100.0)
}

/// Digits with at most one point between them; few enough for any player.
fn is_number(value: &str) -> bool {
    let (whole, fraction) = value.split_once('.').unwrap_or((value, "0"));
    value.len() <= 8 && digits(whole).is_some() && digits(fraction).is_some()
}
