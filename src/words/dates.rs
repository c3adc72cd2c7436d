//! Days, weeks and times of day as people of each language write them.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Language;
use crate::clock::UnixMillis;

/// `12 mart`.
fn day_month(language: Language, date: Date) -> String {
    let arguments = [("day", date.day().into()), ("month", date.month().into())];
    language.with("day-month", &arguments)
}

/// `12 mart 2020`.
pub fn date(language: Language, date: Date) -> String {
    let arguments = [
        ("day", day_month(language, date).into()),
        ("year", date.year().into()),
    ];
    language.with("date", &arguments)
}

/// `cümə axşamı`: as a word within a sentence.
fn weekday(language: Language, date: Date) -> String {
    let number = date.weekday().to_monday_one_offset();
    language.with("weekday", &[("number", number.into())])
}

/// `12 mart 2020, cümə axşamı`.
pub fn full_date(language: Language, date: Date) -> String {
    let arguments = [
        ("date", self::date(language, date).into()),
        ("weekday", weekday(language, date).into()),
    ];
    language.with("full-date", &arguments)
}

/// `Cümə axşamı, 12 mart`: a heading among days of one week.
pub fn day_of_week(language: Language, date: Date) -> String {
    let arguments = [
        ("weekday", capitalised(&weekday(language, date)).into()),
        ("date", day_month(language, date).into()),
    ];
    language.with("weekday-date", &arguments)
}

/// `30 mart – 5 aprel 2020`: both days belong to it. What they have in common is said once.
pub fn days(language: Language, first: Date, last: Date) -> String {
    let start = match () {
        () if first.year() != last.year() => date(language, first),
        () if first.month() != last.month() => day_month(language, first),
        // Without blanks between bare numbers.
        () => return format!("{}–{}", first.day(), date(language, last)),
    };
    format!("{start} – {}", date(language, last))
}

/// `09:30`; empty for a moment that no calendar has.
pub fn time(at: UnixMillis, zone: &TimeZone) -> String {
    at.timestamp().map_or_else(String::new, |moment| {
        let local = zone.to_datetime(moment);
        format!("{:02}:{:02}", local.hour(), local.minute())
    })
}

/// `12 mart 2020, cümə axşamı, 09:30`; empty for a moment that no calendar has.
pub fn full_date_time(language: Language, at: UnixMillis, zone: &TimeZone) -> String {
    at.timestamp().map_or_else(String::new, |moment| {
        let day = zone.to_datetime(moment).date();
        format!("{}, {}", full_date(language, day), time(at, zone))
    })
}

/// With a capital at its beginning. No weekday begins with an i, whose capital Azerbaijani writes with its dot.
fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
