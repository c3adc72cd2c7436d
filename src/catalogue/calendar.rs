//! Days and weeks as a school's calendar has them, and the stretches of time that they are.

use std::fmt;

use jiff::civil::{Date, ISOWeekDate, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::clock::UnixMillis;

/// Years that a day or week of a timetable may lie in, as for the sheet's.
const YEARS: std::ops::RangeInclusive<i16> = 1950..=2199;

/// A stretch of time: `from` belongs to it, `until` does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its first moment.
    pub from: UnixMillis,
    /// The first moment after it.
    pub until: UnixMillis,
}

impl Span {
    /// All time.
    pub const ALWAYS: Self = Self {
        from: UnixMillis(i64::MIN),
        until: UnixMillis(i64::MAX),
    };

    /// A day in `zone`: 24 hours, unless the clocks are changed then.
    pub fn of_day(day: Date, zone: &TimeZone) -> Self {
        Self::of_days(day, day, zone)
    }

    fn of_days(first: Date, last: Date, zone: &TimeZone) -> Self {
        Self {
            from: start_of(first, zone),
            until: start_of(last.saturating_add(1.day()), zone),
        }
    }
}

/// The first moment of a day: where the clocks skip midnight, the one after it.
fn start_of(day: Date, zone: &TimeZone) -> UnixMillis {
    let start = day.to_zoned_datetime(zone.clone()).map(|z| z.timestamp());
    UnixMillis(start.unwrap_or(Timestamp::MAX).as_millisecond())
}

/// The day that it is at a moment in `zone`; `None` for a moment that no calendar has.
pub fn day_at(at: UnixMillis, zone: &TimeZone) -> Option<Date> {
    Some(zone.to_datetime(at.timestamp()?).date())
}

/// The day that `text` writes as `2020-04-06`; `None` for anything else, and for years in which there are no lessons.
pub fn parse_day(text: &str) -> Option<Date> {
    let shaped = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(at, b)| matches!(at, 4 | 7) == (b == b'-') && (b == b'-' || b.is_ascii_digit()));
    let day: Date = text.parse().ok().filter(|_| shaped)?;
    YEARS.contains(&day.year()).then_some(day)
}

/// A week of ISO 8601: it begins on a Monday and belongs to the year that has most of its days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Week {
    monday: Date,
}

/// Why a text is no week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoWeek {
    /// It is not written like `2020-W14`.
    Shape,
    /// That year ends with week 52.
    TooLate {
        /// The year.
        year: i16,
    },
}

impl Week {
    /// The week of a day.
    pub fn of(day: Date) -> Self {
        let into = i64::from(day.weekday().to_monday_zero_offset());
        Self {
            monday: day.saturating_sub(into.days()),
        }
    }

    /// Reads `2020-W14`.
    pub fn parse(text: &str) -> Result<Self, NoWeek> {
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let (year, week) = text.split_once("-W").ok_or(NoWeek::Shape)?;
        if (year.len(), week.len()) != (4, 2) || !digits(year) || !digits(week) {
            return Err(NoWeek::Shape);
        }
        let year: i16 = year.parse().map_err(|_| NoWeek::Shape)?;
        let week: i8 = week.parse().map_err(|_| NoWeek::Shape)?;
        if !YEARS.contains(&year) || !(1..=53).contains(&week) {
            return Err(NoWeek::Shape);
        }
        let monday = ISOWeekDate::new(year, week, Weekday::Monday);
        let monday = monday.map_err(|_| NoWeek::TooLate { year })?.date();
        Ok(Self { monday })
    }

    /// Its first day.
    pub fn monday(self) -> Date {
        self.monday
    }

    /// Its last day.
    pub fn sunday(self) -> Date {
        self.monday.saturating_add(6.days())
    }

    /// The week before.
    pub fn before(self) -> Self {
        Self {
            monday: self.monday.saturating_sub(7.days()),
        }
    }

    /// When it is in `zone`.
    pub fn span(self, zone: &TimeZone) -> Span {
        Span::of_days(self.monday, self.sunday(), zone)
    }
}

/// As ISO 8601 writes it, `2020-W14`: in the order of time.
impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let week = self.monday.iso_week_date();
        write!(f, "{:04}-W{:02}", week.year(), week.week())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    fn day(text: &str) -> Date {
        parse_day(text).unwrap()
    }

    fn hours(span: Span) -> i64 {
        (span.until.0 - span.from.0) / 3_600_000
    }

    #[test]
    fn a_day_is_as_long_as_the_clocks_make_it() {
        for (name, text, long) in [
            ("Asia/Baku", "2020-04-06", 24),
            // Baku changed its clocks until 2016, at four in the morning.
            ("Asia/Baku", "2015-03-29", 23),
            ("Asia/Baku", "2015-10-25", 25),
            // There the clocks skipped midnight: the day began at one.
            ("America/Sao_Paulo", "2018-11-04", 23),
            ("UTC", "2020-02-29", 24),
        ] {
            assert_eq!(
                hours(Span::of_day(day(text), &zone(name))),
                long,
                "{name} {text}"
            );
        }
    }

    #[test]
    fn midnight_belongs_to_the_day_that_begins() {
        let baku = zone("Asia/Baku");
        let midnight: Timestamp = "2020-04-05T20:00:00Z".parse().unwrap();
        let at = midnight.as_millisecond();
        assert_eq!(day_at(UnixMillis(at), &baku), Some(day("2020-04-06")));
        assert_eq!(day_at(UnixMillis(at - 1), &baku), Some(day("2020-04-05")));
        assert_eq!(
            Span::of_day(day("2020-04-06"), &baku).from,
            UnixMillis(at),
            "as the calendar says"
        );
        assert_eq!(day_at(UnixMillis(i64::MAX), &baku), None);
    }

    #[test]
    fn the_days_around_new_year_belong_to_the_week_that_has_most_of_it() {
        for (text, week) in [
            ("2020-03-30", "2020-W14"),
            ("2020-04-05", "2020-W14"),
            ("2019-12-29", "2019-W52"),
            ("2019-12-30", "2020-W01"),
            ("2020-12-31", "2020-W53"),
            ("2021-01-03", "2020-W53"),
            ("2021-01-04", "2021-W01"),
        ] {
            assert_eq!(Week::of(day(text)).to_string(), week, "{text}");
            assert_eq!(Week::parse(week), Ok(Week::of(day(text))));
        }
        let first = Week::parse("2021-W01").unwrap();
        assert_eq!(first.before().to_string(), "2020-W53");
        assert_eq!(first.sunday(), day("2021-01-10"));
    }

    #[test]
    fn a_week_with_a_change_of_clocks_is_an_hour_shorter() {
        let week = Week::parse("2015-W13").unwrap();
        assert_eq!(hours(week.span(&zone("Asia/Baku"))), 7 * 24 - 1);
    }

    #[test]
    fn what_is_no_week_or_day_is_told() {
        for text in [
            "",
            "14",
            "2020-14",
            "2020-W1",
            "2020-W00",
            "2020-W54",
            "2020-w14",
            "1066-W01",
            "+020-W14",
            "2020-W14 ",
            "２０２０-W14",
        ] {
            assert_eq!(Week::parse(text), Err(NoWeek::Shape), "{text}");
        }
        assert_eq!(Week::parse("2019-W53"), Err(NoWeek::TooLate { year: 2019 }));
        for text in [
            "",
            "2020-4-6",
            "2020-02-30",
            "20200406",
            "1900-01-01",
            "2020-04-06T",
            "+2020-04-6",
        ] {
            assert_eq!(parse_day(text), None, "{text}");
        }
    }
}
