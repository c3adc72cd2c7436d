//! HTTP-date (RFC 9110 §5.6.7), in whole seconds.
//!
//! Parsed here and not by the httpdate crate, which departs from the RFC where it matters: it
//! refuses years before 1970 (so that an old If-Unmodified-Since is ignored instead of false) and
//! the leap second, reads two-digit years by a fixed pivot instead of by the fifty-year rule, and
//! panics when it prints a time before 1970.

use std::cell::RefCell;
use std::fmt;

use ::http::HeaderValue;
use jiff::SignedDuration;
use jiff::civil::{Date, DateTime};

use super::field::trim;
use crate::clock::UnixMillis;

/// A moment in whole seconds since 1970-01-01T00:00:00Z, within the years 0 to 9999 that an
/// HTTP-date can write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HttpDate(i64);

const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const LONG_DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Dates that a thread remembers in their form for the wire.
const FORMATTED: usize = 32;

thread_local! {
    static RECENT: RefCell<[Option<(HttpDate, HeaderValue)>; FORMATTED]> =
        const { RefCell::new([const { None }; FORMATTED]) };
}

impl HttpDate {
    const MIN: i64 = -62_167_219_200; // 0000-01-01T00:00:00Z
    const MAX: i64 = 253_402_300_799; // 9999-12-31T23:59:59Z

    /// Seconds since 1970-01-01T00:00:00Z; what lies outside the years 0 to 9999 becomes the
    /// nearest moment inside.
    pub fn from_unix_seconds(seconds: i64) -> Self {
        Self(seconds.clamp(Self::MIN, Self::MAX))
    }

    /// Seconds since 1970-01-01T00:00:00Z, negative before.
    pub fn unix_seconds(self) -> i64 {
        self.0
    }

    /// Reads any of the three formats; `None`: not a valid HTTP-date, which every field that
    /// takes one then ignores. `now` decides the century of a two-digit year.
    ///
    /// A weekday that does not fit its date makes it invalid, as in RFC 5322 §3.3.
    pub fn parse(value: &[u8], now: HttpDate) -> Option<Self> {
        let value = trim(value);
        imf_fixdate(value)
            .or_else(|| rfc850(value, now))
            .or_else(|| asctime(value))
    }

    /// As the value of Date, Last-Modified and the like, in IMF-fixdate. Formatted once and then remembered by
    /// the thread: one second and a few files' dates are sent over and over.
    pub fn header_value(self) -> HeaderValue {
        let slot = self.0.rem_euclid(FORMATTED as i64) as usize;
        RECENT.with_borrow_mut(|recent| match &recent[slot] {
            Some((date, value)) if *date == self => value.clone(),
            _ => {
                let value = self.formatted();
                recent[slot] = Some((self, value.clone()));
                value
            }
        })
    }

    fn formatted(self) -> HeaderValue {
        // Letters, digits, commas and colons: always a legal value, so the fallback is never taken.
        HeaderValue::try_from(self.to_string()).unwrap_or(HeaderValue::from_static(""))
    }

    fn civil(self) -> DateTime {
        // Within years 0–9999 by construction, hence always representable.
        EPOCH
            .checked_add(SignedDuration::from_secs(self.0))
            .unwrap_or(EPOCH)
    }
}

impl From<UnixMillis> for HttpDate {
    /// Rounds down: a Last-Modified that is rounded up would lie in the future.
    fn from(moment: UnixMillis) -> Self {
        Self::from_unix_seconds(moment.0.div_euclid(1000))
    }
}

impl fmt::Display for HttpDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.civil();
        write!(
            f,
            "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
            DAYS[at.weekday().to_monday_zero_offset() as usize],
            at.day(),
            MONTHS[at.month() as usize - 1],
            at.year(),
            at.hour(),
            at.minute(),
            at.second()
        )
    }
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`
fn imf_fixdate(value: &[u8]) -> Option<HttpDate> {
    let (weekday, rest) = value.split_at_checked(5)?;
    let weekday = position(&DAYS, weekday.strip_suffix(b", ")?)?;
    let [
        d1,
        d2,
        b' ',
        m1,
        m2,
        m3,
        b' ',
        y1,
        y2,
        y3,
        y4,
        b' ',
        rest @ ..,
    ] = rest
    else {
        return None;
    };
    let year = number(&[*y1, *y2, *y3, *y4])?;
    let month = position(&MONTHS, &[*m1, *m2, *m3])?;
    let seconds = time_of_day(rest.strip_suffix(b" GMT")?)?;
    assemble(weekday, year, month, number(&[*d1, *d2])?, seconds)
}

/// `Sunday, 06-Nov-94 08:49:37 GMT`
fn rfc850(value: &[u8], now: HttpDate) -> Option<HttpDate> {
    let comma = value.iter().position(|&b| b == b',')?;
    let weekday = position(&LONG_DAYS, &value[..comma])?;
    let [
        b',',
        b' ',
        d1,
        d2,
        b'-',
        m1,
        m2,
        m3,
        b'-',
        y1,
        y2,
        b' ',
        rest @ ..,
    ] = &value[comma..]
    else {
        return None;
    };
    let day = number(&[*d1, *d2])?;
    let month = position(&MONTHS, &[*m1, *m2, *m3])?;
    let seconds = time_of_day(rest.strip_suffix(b" GMT")?)?;

    // What appears to lie more than fifty years ahead is the most recent such year in the past.
    let present = now.civil();
    let this_year = i64::from(present.year());
    let mut year = this_year - this_year % 100 + number(&[*y1, *y2])?;
    let today = (
        i64::from(present.month()),
        i64::from(present.day()),
        now.0.rem_euclid(86_400),
    );
    if (year, (month + 1, day, seconds)) > (this_year + 50, today) {
        year -= 100;
    }
    assemble(weekday, year, month, day, seconds)
}

/// `Sun Nov  6 08:49:37 1994`
fn asctime(value: &[u8]) -> Option<HttpDate> {
    let [
        w1,
        w2,
        w3,
        b' ',
        m1,
        m2,
        m3,
        b' ',
        d1,
        d2,
        b' ',
        time @ ..,
        b' ',
        y1,
        y2,
        y3,
        y4,
    ] = value
    else {
        return None;
    };
    let weekday = position(&DAYS, &[*w1, *w2, *w3])?;
    let month = position(&MONTHS, &[*m1, *m2, *m3])?;
    let day = if *d1 == b' ' {
        number(&[*d2])?
    } else {
        number(&[*d1, *d2])?
    };
    let year = number(&[*y1, *y2, *y3, *y4])?;
    assemble(weekday, year, month, day, time_of_day(time)?)
}

/// Where a name stands in its list; names are case-sensitive.
fn position(names: &[&str], name: &[u8]) -> Option<i64> {
    let at = names.iter().position(|n| n.as_bytes() == name)?;
    i64::try_from(at).ok()
}

fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |sum, &b| {
        b.is_ascii_digit().then(|| sum * 10 + i64::from(b - b'0'))
    })
}

/// Seconds since midnight of `08:49:37`; 86,400 at the leap second `23:59:60`, the only one that
/// the grammar knows.
fn time_of_day(value: &[u8]) -> Option<i64> {
    let [h1, h2, b':', m1, m2, b':', s1, s2] = value else {
        return None;
    };
    let (h, m, s) = (
        number(&[*h1, *h2])?,
        number(&[*m1, *m2])?,
        number(&[*s1, *s2])?,
    );
    let leap = (h, m, s) == (23, 59, 60);
    (h < 24 && m < 60 && (s < 60 || leap)).then_some(h * 3600 + m * 60 + s)
}

/// `weekday` counts from Monday, `month` from 0.
fn assemble(weekday: i64, year: i64, month: i64, day: i64, seconds: i64) -> Option<HttpDate> {
    let date = Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month + 1).ok()?,
        i8::try_from(day).ok()?,
    )
    .ok()?;
    let midnight = EPOCH.date().duration_until(date).as_secs();
    (i64::from(date.weekday().to_monday_zero_offset()) == weekday)
        .then(|| HttpDate::from_unix_seconds(midnight + seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Thursday, 2026-07-30T12:00:00Z.
    const NOW: HttpDate = HttpDate(1_785_412_800);

    fn read(text: &str) -> Option<i64> {
        HttpDate::parse(text.as_bytes(), NOW).map(HttpDate::unix_seconds)
    }

    #[test]
    fn all_three_formats_name_the_same_second() {
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "Sun Nov 06 08:49:37 1994",
            " Sun, 06 Nov 1994 08:49:37 GMT\t",
        ] {
            assert_eq!(read(text), Some(784_111_777), "{text}");
        }
    }

    #[test]
    fn what_is_not_quite_a_date_is_no_date() {
        for text in [
            "",
            "0",
            "784111777",
            "yesterday",
            "1994-11-06T08:49:37Z",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 06 Nov 1994 08:49:37 UTC",
            "Sun, 06 Nov 1994 08:49:37 +0000",
            "Sun, 06 Nov 1994 08:49:37 gmt",
            "sun, 06 nov 1994 08:49:37 GMT",
            "Sun, 6 Nov 1994 08:49:37 GMT",
            "Sun,  06 Nov 1994 08:49:37 GMT",
            "Sun 06 Nov 1994 08:49:37 GMT",
            "Mon, 06 Nov 1994 08:49:37 GMT",
            "Sun, 31 Feb 1994 08:49:37 GMT",
            "Sun, 00 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 06 Nov 1994 08:60:00 GMT",
            "Sun, 06 Nov 1994 08:49:60 GMT",
            "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
            "Sun, 06-Nov-94 08:49:37 GMT",
            "Sunday, 06 Nov 1994 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994 GMT",
            "Sun, 06 Nov 1994 08:49:37 GMT; length=100",
            "Sün, 06 Nov 1994 08:49:37 GMT",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn far_past_far_future_and_the_leap_second_are_dates() {
        assert_eq!(read("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(read("Wed, 31 Dec 1969 23:59:59 GMT"), Some(-1));
        assert_eq!(read("Mon, 01 Jan 1900 00:00:00 GMT"), Some(-2_208_988_800));
        assert_eq!(read("Fri, 31 Dec 9999 23:59:59 GMT"), Some(HttpDate::MAX));
        assert_eq!(read("Sat, 01 Jan 0000 00:00:00 GMT"), Some(HttpDate::MIN));
        assert_eq!(read("Sat, 31 Dec 2016 23:59:60 GMT"), Some(1_483_228_800));
        assert_eq!(read("Thu, 29 Feb 2024 00:00:00 GMT"), Some(1_709_164_800));
    }

    #[test]
    fn a_two_digit_year_lies_at_most_fifty_years_ahead() {
        let year = |text| HttpDate(read(text).unwrap()).civil().year();
        assert_eq!(year("Monday, 01-Jan-24 00:00:00 GMT"), 2024);
        assert_eq!(year("Wednesday, 01-Jan-70 00:00:00 GMT"), 2070);
        assert_eq!(year("Thursday, 30-Jul-76 12:00:00 GMT"), 2076);
        assert_eq!(year("Friday, 30-Jul-76 12:00:01 GMT"), 1976);
        assert_eq!(year("Saturday, 01-Jan-77 00:00:00 GMT"), 1977);
        assert_eq!(year("Friday, 01-Jan-99 00:00:00 GMT"), 1999);
    }

    #[test]
    fn every_moment_is_read_back_as_it_was_printed() {
        for seconds in (HttpDate::MIN..HttpDate::MAX).step_by(1_234_567_891) {
            let date = HttpDate::from_unix_seconds(seconds);
            assert_eq!(read(&date.to_string()), Some(seconds), "{date}");
            assert_eq!(date.header_value(), date.to_string());
        }
        let early = HttpDate::from(UnixMillis(-1));
        assert_eq!(early.to_string(), "Wed, 31 Dec 1969 23:59:59 GMT");
        assert_eq!(
            HttpDate::from_unix_seconds(i64::MAX).to_string(),
            "Fri, 31 Dec 9999 23:59:59 GMT"
        );
    }

    #[test]
    fn a_remembered_date_is_never_taken_for_another() {
        for round in 0..2 {
            for seconds in [0, 1, 32, -32, 784_111_777, 784_111_777 + 32, HttpDate::MIN] {
                let date = HttpDate::from_unix_seconds(seconds);
                assert_eq!(date.header_value(), date.to_string(), "{round}");
            }
        }
    }
}
