//! How each kind of value is written in a cell. Nothing lenient: what could be meant in two ways
//! is refused, with the way to write it.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use jiff::civil::{DateTime, ISOWeekDate, Weekday};
use jiff::tz::TimeZone;
use unic_langid::LanguageIdentifier;

use super::MAX_PATH_BYTES;
use super::cells::Read;
use super::fault::{Address, Fault};
use super::row::{
    Broadcast, CaptionFile, Chapter, Known, SchoolYear, Standard, Textbook, Vocabulary, Week,
};
use crate::units::{Code, Millis};

/// Years a school year or a broadcast may lie in. Outside of them it is a slip of the keyboard.
const YEARS: RangeInclusive<u16> = 1950..=2199;

/// Characters that the page of a textbook may have.
const LONGEST_PAGE: usize = 20;

pub(super) fn unchanged(text: &str) -> Read<String> {
    Ok(text.to_owned())
}

pub(super) fn known(known: &dyn Known, of: Vocabulary, id: &str) -> Read<String> {
    if known.knows(of, id) {
        return Ok(id.to_owned());
    }
    Err(Fault::Unknown {
        of,
        near: known.suggestions(of, id),
        all: known.ids(of),
    })
}

pub(super) fn choice<T: Copy>(text: &str, all: &[T], word: fn(T) -> &'static str) -> Read<T> {
    let found = all
        .iter()
        .find(|one| word(**one).eq_ignore_ascii_case(text));
    found
        .copied()
        .ok_or_else(|| Fault::Word(all.iter().map(|one| word(*one)).collect()))
}

pub(super) fn code(text: &str) -> Read<Code> {
    text.parse().map_err(Fault::Code)
}

/// A whole number written with digits only.
pub(super) fn number<T: TryFrom<u32>>(text: &str, range: RangeInclusive<u32>) -> Read<T> {
    digits(text)
        .filter(|number| range.contains(number))
        .and_then(|number| T::try_from(number).ok())
        .ok_or(Fault::Number {
            from: *range.start(),
            to: *range.end(),
        })
}

/// ASCII digits only: `parse` alone would also take `+7`.
fn digits(text: &str) -> Option<u32> {
    let all = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| text.parse().ok()).flatten()
}

/// A BCP 47 tag of language, script, region and variants; in canonical case.
pub(super) fn language(text: &str) -> Read<String> {
    let tag: Option<LanguageIdentifier> = text.parse().ok();
    // Longer language subtags are reserved by BCP 47, and "russian" is not one.
    tag.filter(|tag| (2..=3).contains(&tag.language.as_str().len()))
        .filter(|tag| tag.language.as_str() != "und")
        .map(|tag| tag.to_string())
        .ok_or(Fault::Language)
}

pub(super) fn standard(text: &str) -> Read<Standard> {
    match text.split_once(':').map(|(a, b)| (a.trim(), b.trim())) {
        Some((framework, code)) if !framework.is_empty() && !code.is_empty() => Ok(Standard {
            framework: framework.to_owned(),
            code: code.to_owned(),
        }),
        _ => Err(Fault::Standard),
    }
}

pub(super) fn school_year(text: &str) -> Read<SchoolYear> {
    let first = text
        .get(..4)
        .and_then(digits)
        .and_then(|first| u16::try_from(first).ok());
    let first = first.filter(|first| YEARS.contains(first));
    let year = first.map(|first| SchoolYear { first });
    match year {
        Some(year) if year.to_string() == text => Ok(year),
        other => Err(Fault::SchoolYear(other)),
    }
}

pub(super) fn week(text: &str) -> Read<Week> {
    if let Some(number) = digits(text) {
        let number = u8::try_from(number).ok();
        let number = number.filter(|number| (1..=53).contains(number));
        return number.map(Week::Number).ok_or(Fault::Week);
    }
    let (year, week) = text.split_once("-W").ok_or(Fault::Week)?;
    let year = digits(year).and_then(|year| u16::try_from(year).ok());
    let year = year
        .filter(|year| YEARS.contains(year))
        .ok_or(Fault::Week)?;
    let week = Some(week).filter(|week| week.len() == 2).and_then(digits);
    let week = week
        .filter(|week| (1..=53).contains(week))
        .ok_or(Fault::Week)?;
    let (year, week) = (year as i16, week as i8);
    if ISOWeekDate::new(year, week, Weekday::Monday).is_err() {
        return Err(Fault::NoSuchWeek(year));
    }
    Ok(Week::Calendar {
        year,
        week: week as u8,
    })
}

pub(super) fn textbook(text: &str) -> Read<Textbook> {
    let (isbn, page) = text.split_once(':').unwrap_or((text, ""));
    let page = page.trim();
    if page.is_empty() {
        return Err(Fault::NoPage);
    }
    let has = page.chars().count();
    if has > LONGEST_PAGE {
        let most = LONGEST_PAGE;
        return Err(Fault::LongPage { has, most });
    }
    let isbn: String = isbn.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
    let isbn = isbn.to_ascii_uppercase();
    if !is_isbn(&isbn) {
        return Err(Fault::Isbn);
    }
    Ok(Textbook {
        isbn,
        page: page.to_owned(),
    })
}

/// ISO 2108: the check digits of both lengths.
fn is_isbn(isbn: &str) -> bool {
    let value = |(index, c): (usize, char)| match c {
        'X' if isbn.len() == 10 && index == 9 => Some(10),
        c => c.to_digit(10),
    };
    let Some(values) = isbn
        .chars()
        .enumerate()
        .map(value)
        .collect::<Option<Vec<u32>>>()
    else {
        return false;
    };
    match values.len() {
        10 => {
            values
                .iter()
                .zip((1..=10).rev())
                .map(|(v, w)| v * w)
                .sum::<u32>()
                % 11
                == 0
        }
        13 => {
            let sum: u32 = values
                .iter()
                .zip([1, 3].into_iter().cycle())
                .map(|(v, w)| v * w)
                .sum();
            sum.is_multiple_of(10) && (isbn.starts_with("978") || isbn.starts_with("979"))
        }
        _ => false,
    }
}

pub(super) fn broadcast(text: &str, zone: &TimeZone, words: &dyn Known) -> Read<Broadcast> {
    let Some((channel, time)) = text.split_once('@') else {
        return Err(Fault::Broadcast);
    };
    Ok(Broadcast {
        channel: known(words, Vocabulary::Channel, channel.trim())?,
        at: instant(time.trim(), zone)?,
    })
}

/// RFC 3339, or the same without an offset (then in `zone`), without seconds, with a blank for the T.
fn instant(text: &str, zone: &TimeZone) -> Read<Timestamp> {
    let shape: String = text
        .chars()
        .map(|c| match c {
            '0'..='9' => '0',
            't' => 'T',
            'z' => 'Z',
            '+' => '-',
            c => c,
        })
        .collect();
    let local = [
        "0000-00-00T00:00:00",
        "0000-00-00 00:00:00",
        "0000-00-00T00:00",
        "0000-00-00 00:00",
    ];
    let local = local
        .into_iter()
        .find(|local| shape.starts_with(local))
        .ok_or(Fault::Time)?;
    let (local, offset) = text.split_at(local.len());
    let local: DateTime = local
        .replace(['t', ' '], "T")
        .parse()
        .map_err(|_| Fault::Time)?;
    if !u16::try_from(local.year()).is_ok_and(|year| YEARS.contains(&year)) {
        return Err(Fault::Year {
            year: local.year(),
            from: *YEARS.start(),
        });
    }
    match &shape[shape.len() - offset.len()..] {
        "" => zone
            .to_ambiguous_timestamp(local)
            .unambiguous()
            .map_err(|_| Fault::ClocksChanged),
        "Z" | "-00:00" => {
            let offset = offset.to_ascii_uppercase();
            format!("{local}{offset}").parse().map_err(|_| Fault::Time)
        }
        // RFC 3339 has fractions; a timetable has none, and the catalogue keeps whole seconds.
        rest if rest.starts_with('.') => Err(Fault::Fractions),
        _ => Err(Fault::Time),
    }
}

/// `mm:ss Title` or `h:mm:ss Title`; seconds may have three decimals.
pub(super) fn chapter(text: &str) -> Read<Chapter> {
    let (time, title) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let at = timeline(time).ok_or(Fault::ChapterTime)?;
    let title = title.trim();
    if title.is_empty() {
        return Err(Fault::ChapterTitle);
    }
    Ok(Chapter {
        at,
        title: title.to_owned(),
    })
}

fn timeline(text: &str) -> Option<Millis> {
    let (clock, thousandths) = match text.split_once('.') {
        Some((clock, decimals)) if decimals.len() == 3 => (clock, digits(decimals)?),
        Some(_) => return None,
        None => (text, 0),
    };
    let parts: Vec<&str> = clock.split(':').collect();
    let (hours, minutes, seconds) = match parts.as_slice() {
        [minutes, seconds] => ("0", *minutes, *seconds),
        [hours, minutes, seconds] => (*hours, *minutes, *seconds),
        _ => return None,
    };
    if hours.len() > 2 || minutes.len() > 2 || seconds.len() != 2 {
        return None;
    }
    let (hours, minutes, seconds) = (digits(hours)?, digits(minutes)?, digits(seconds)?);
    if minutes > 59 || seconds > 59 {
        return None;
    }
    let seconds = (hours * 60 + minutes) * 60 + seconds;
    Some(Millis(u64::from(seconds) * 1000 + u64::from(thousandths)))
}

/// The spelling that [`chapter`] reads.
pub(super) fn chapter_text(chapter: &Chapter) -> String {
    let Millis(at) = chapter.at;
    let (hours, minutes, seconds) = (at / 3_600_000, at / 60_000 % 60, at / 1000 % 60);
    let hours = if hours > 0 {
        format!("{hours}:")
    } else {
        String::new()
    };
    let decimals = match at % 1000 {
        0 => String::new(),
        thousandths => format!(".{thousandths:03}"),
    };
    format!(
        "{hours}{minutes:02}:{seconds:02}{decimals} {}",
        chapter.title
    )
}

/// A path of this machine. Whether something is there is for the import to find out.
///
/// A relative path may not contain `..`: sheets come from teachers by mail and are imported with
/// the operator's rights, and a relative path should not reach out of the folder that came with
/// the sheet. An absolute path is plain to see, and `export` writes them.
pub(super) fn path(text: &str) -> Read<String> {
    if text.is_empty() || text.contains('\0') {
        return Err(Fault::Path);
    }
    if text.len() > MAX_PATH_BYTES {
        let (has, most) = (text.len(), MAX_PATH_BYTES);
        return Err(Fault::LongPath { has, most });
    }
    if !text.starts_with('/') && text.split('/').any(|part| part == "..") {
        return Err(Fault::PathLeadsOut);
    }
    Ok(text.to_owned())
}

pub(super) fn caption_file(text: &str) -> Read<CaptionFile> {
    let (tag, file) = text.split_once(':').ok_or(Fault::Captions)?;
    if file.starts_with(char::is_whitespace) {
        // Whether the blank belongs to the file's name cannot be told.
        return Err(Fault::CaptionsBlank);
    }
    Ok(CaptionFile {
        language: language(tag.trim())?,
        path: path(file)?,
    })
}

/// An absolute http or https address. Kept as written, it is only ever the target of a link.
pub(super) fn source_url(text: &str) -> Read<String> {
    let fault = |wrong| Err(Fault::Address(wrong));
    let lower = text.to_ascii_lowercase();
    let scheme = ["https://", "http://"]
        .into_iter()
        .find(|s| lower.starts_with(s));
    let Some(scheme) = scheme else {
        return fault(Address::Scheme);
    };
    let rest = &text[scheme.len()..];
    // RFC 3986 forbids them, and browsers read a backslash as a slash.
    let foreign = |c: char| c.is_whitespace() || r#""<>\^`{|}"#.contains(c);
    if rest.contains(foreign) {
        return fault(Address::Character);
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return fault(Address::User);
    }
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && !port.ends_with(']') => {
            if !digits(port).is_some_and(|port| (1..=65535).contains(&port)) {
                return fault(Address::Port);
            }
            host
        }
        _ => authority,
    };
    let name = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    let valid = match name {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            !host.is_empty()
                && host.split('.').all(|label| !label.is_empty())
                && host
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, '-' | '.' | '_'))
        }
    };
    if valid {
        Ok(text.to_owned())
    } else {
        fault(Address::Host)
    }
}
