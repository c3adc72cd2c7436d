//! Numbers with units, and moments.

use jiff::tz::TimeZone;

use super::Language;
use super::dates::{date, time};
use crate::clock::UnixMillis;
use crate::units::Bytes;

/// A size as people compare prices: decimal megabytes with one place below ten (`3,8 MB`), else whole ones;
/// kilobytes only where it would be less than `0,1 MB`.
pub fn size(language: Language, bytes: Bytes) -> String {
    // The limits are where rounding would show the next unit's number: never "1000 MB".
    let (number, unit) = match bytes.0 {
        b @ ..100_000 => (rounded(b, 1000).max(1).to_string(), "KB"),
        b @ ..999_500_000 => (short(language, b, 1_000_000), "MB"),
        b => (short(language, b, 1_000_000_000), "GB"),
    };
    let arguments = [("number", number.into()), ("unit", unit.into())];
    language.with("size", &arguments)
}

/// The same of what is to be had in several forms, of which this is the cheapest: `3,8 MB-dan`.
pub fn size_from(language: Language, bytes: Bytes) -> String {
    language.with("size-from", &[("size", size(language, bytes).into())])
}

/// `bytes` in `unit`s: with one decimal place below ten, without from there on.
fn short(language: Language, bytes: u64, unit: u64) -> String {
    let tenths = rounded(bytes, unit / 10);
    if tenths < 100 {
        format!("{}{}{}", tenths / 10, language.decimal_mark(), tenths % 10)
    } else {
        rounded(bytes, unit).to_string()
    }
}

fn rounded(amount: u64, unit: u64) -> u64 {
    amount.saturating_add(unit / 2) / unit
}

/// Day, month by name, year and time of day in `zone`; empty for a moment that no calendar has.
pub fn date_time(language: Language, at: UnixMillis, zone: &TimeZone) -> String {
    at.timestamp().map_or_else(String::new, |moment| {
        let day = zone.to_datetime(moment).date();
        format!("{}, {}", date(language, day), time(at, zone))
    })
}

/// The same moment for the `datetime` attribute: RFC 3339 with the offset of `zone`.
pub fn iso_time(at: UnixMillis, zone: &TimeZone) -> String {
    at.timestamp().map_or_else(String::new, |moment| {
        moment
            .to_zoned_datetime(zone.clone())
            .strftime("%Y-%m-%dT%H:%M:%S%:z")
            .to_string()
    })
}
