//! Range (RFC 9110 §14.1, §14.2) to byte offsets.
//!
//! The http-range-header crate reads the syntax. Its `validate` is not used, because it refuses
//! more than two overlapping ranges, which we merge; and before it reads, `tame` shortens
//! what it would refuse for its length or compare wrongly.

use std::borrow::Cow;
use std::num::NonZeroUsize;
use std::ops::Range;

use ::http::HeaderMap;
use ::http::header::RANGE;
use http_range_header::{SyntacticallyCorrectRange, parse_range_header_with_max_ranges};

use super::field::combined;

/// How many ranges one request may ask for; more get the whole (§14.2 allows to ignore Range, and
/// §17.15 tells why one should). A player asks for one, a PDF viewer for a few.
pub const MAX_RANGES: NonZeroUsize = NonZeroUsize::new(16).expect("not zero");

/// What Range asks of a representation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// The whole, with 200: there is no Range, or it is to be ignored.
    Whole,
    /// These half-open offsets in bytes, with 206; at least one, none empty, none touching another,
    /// in the order in which they were asked for.
    Parts(Vec<Range<u64>>),
    /// Nothing that exists: 416.
    Unsatisfiable,
}

/// Resolves Range against a representation of `len` bytes.
///
/// Ignored, as the RFC asks or allows: another unit than bytes (in any case of letters, §14.1), a
/// specifier with any malformed member or a last position before its first (§14.1.1), more than
/// [`MAX_RANGES`] ranges, and ranges that add up to more than the representation.
pub fn select(headers: &HeaderMap, len: u64) -> Selection {
    let Some(value) = combined(headers, &RANGE) else {
        return Selection::Whole;
    };
    match parse(&value) {
        Some(specs) => resolve(&specs, len),
        None => Selection::Whole,
    }
}

/// The members of a valid byte ranges-specifier; `None`: to be ignored.
fn parse(value: &[u8]) -> Option<Vec<SyntacticallyCorrectRange>> {
    let value = std::str::from_utf8(value).ok()?;
    // The crate takes whitespace at the end of the whole value for an error.
    let value = tame(value.trim_matches([' ', '\t']))?;
    let parsed = parse_range_header_with_max_ranges(&value, MAX_RANGES).ok()?;
    Some(parsed.into_ranges())
}

/// The value without empty members, and with every position that might exceed a u64 written as it
/// must be understood: without leading zeros, and as `u64::MAX` where it is larger. `None`: such a
/// range is reversed.
///
/// The crate refuses positions of more than 30 digits, though the grammar has no limit, and takes
/// every position above `u64::MAX` for `u64::MAX`, so that it does not see when two of them are
/// reversed: that is an invalid specifier (ignored), not an unsatisfiable one (416). It also gives
/// up after 15 empty members, or 16, as they are placed; the limit on the size of a head is enough.
fn tame(value: &str) -> Option<Cow<'_, str>> {
    const SAFE_DIGITS: usize = 19; // any number so short is below u64::MAX
    const SAFE_COMMAS: usize = 14;
    let runs = value.split(|c: char| !c.is_ascii_digit());
    let longest = runs.map(str::len).max().unwrap_or(0);
    if longest <= SAFE_DIGITS && value.matches(',').count() <= SAFE_COMMAS {
        return Some(Cow::Borrowed(value));
    }
    let (unit, set) = value.split_once('=')?;
    let mut tamed = Vec::new();
    let members = set.split(',').map(|spec| spec.trim_matches([' ', '\t']));
    for spec in members.filter(|spec| !spec.is_empty()) {
        let Some((first, last)) = spec.split_once('-') else {
            return None; // no kind of byte range is without a dash
        };
        let (first, last) = (significant(first), significant(last));
        let both = !first.is_empty() && !last.is_empty();
        if both && (first.len(), first) > (last.len(), last) {
            return None;
        }
        tamed.push(format!("{}-{}", clamped(first), clamped(last)));
    }
    Some(Cow::Owned(format!("{unit}={}", tamed.join(","))))
}

/// A number without its leading zeros; anything else as it is.
fn significant(position: &str) -> &str {
    if position.is_empty() || !position.bytes().all(|b| b.is_ascii_digit()) {
        return position;
    }
    match position.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    }
}

fn clamped(position: &str) -> &str {
    const MAX: &str = "18446744073709551615";
    let number = position.bytes().all(|b| b.is_ascii_digit());
    if number && (position.len(), position) > (MAX.len(), MAX) {
        MAX
    } else {
        position
    }
}

fn resolve(specs: &[SyntacticallyCorrectRange], len: u64) -> Selection {
    use SyntacticallyCorrectRange::{FromLast, FromStart, Indexed};

    // The one satisfiable range of an empty representation is a suffix (§14.1.2), but Content-Range
    // has no way to write an empty part. The whole, which is as empty, says the same.
    if len == 0 && specs.iter().any(|s| matches!(s, FromLast(n) if *n > 0)) {
        return Selection::Whole;
    }
    let satisfiable: Vec<Range<u64>> = specs
        .iter()
        .map(|spec| match *spec {
            FromStart(first) => first..len,
            Indexed(first, last) => first..last.saturating_add(1).min(len),
            FromLast(count) => len.saturating_sub(count)..len,
        })
        .filter(|range| !range.is_empty())
        .collect();
    if satisfiable.is_empty() {
        return Selection::Unsatisfiable;
    }
    // Cannot overflow: sixteen times a length in 128 bits.
    let asked: u128 = satisfiable
        .iter()
        .map(|range| u128::from(range.end - range.start))
        .sum();
    if asked > u128::from(len) {
        return Selection::Whole;
    }
    Selection::Parts(merge(satisfiable))
}

/// Joins ranges that overlap or touch (§15.3.7.2). What remains keeps the place of its first member.
///
/// The RFC would also let us join ranges with a small gap between them. That saves nothing that a
/// player asks for, and would send bytes that nobody did.
fn merge(ranges: Vec<Range<u64>>) -> Vec<Range<u64>> {
    let mut merged: Vec<Range<u64>> = Vec::with_capacity(ranges.len());
    for mut range in ranges {
        let mut place = None;
        // Grown, it may reach a range that it did not reach before: look again until nothing joins.
        while let Some(at) = merged
            .iter()
            .position(|other| range.start <= other.end && other.start <= range.end)
        {
            let other = merged.remove(at);
            range = range.start.min(other.start)..range.end.max(other.end);
            place = Some(place.map_or(at, |place: usize| place.min(at)));
        }
        merged.insert(place.unwrap_or(merged.len()), range);
    }
    merged
}

#[cfg(test)]
#[allow(
    clippy::single_range_in_vec_init,
    reason = "a list of one range is meant"
)]
mod tests {
    use ::http::HeaderValue;

    use super::*;

    fn lines(values: &[&str], len: u64) -> Selection {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(RANGE, HeaderValue::try_from(*value).unwrap());
        }
        select(&headers, len)
    }

    fn of(value: &str, len: u64) -> Selection {
        lines(&[value], len)
    }

    fn parts<const N: usize>(expected: [Range<u64>; N]) -> Selection {
        Selection::Parts(expected.to_vec())
    }

    #[test]
    fn one_range_is_cut_to_what_exists() {
        for (value, expected) in [
            ("bytes=0-0", 0..1),
            ("bytes=0-99", 0..100),
            ("bytes=0-", 0..1000),
            ("bytes=999-", 999..1000),
            ("bytes=500-5000", 500..1000),
            ("bytes=-1", 999..1000),
            ("bytes=-1000", 0..1000),
            ("bytes=-1001", 0..1000),
            ("bytes=0-18446744073709551615", 0..1000),
            ("bytes=5-99999999999999999999999", 5..1000),
            ("bytes=-99999999999999999999999", 0..1000),
            ("bytes=007-0000000000000000000000000000000000000008", 7..9),
            ("bytes=0000000000000000000000000000000000000000-", 0..1000),
            (
                "bytes=0-99999999999999999999999999999999999999999999",
                0..1000,
            ),
            ("BYTES=0-1", 0..2),
            ("Bytes=0-1", 0..2),
            ("bytes= 0-1", 0..2),
            ("bytes=\t0-1 ,", 0..2),
            ("bytes=,,0-1,,", 0..2),
            (" bytes=0-1 ", 0..2),
            (
                "bytes=,,,,,,,,,,,,,,,,,,,,,,,, ,,,,,,,0-1,,,,,,,,,,,,,,,,",
                0..2,
            ),
        ] {
            assert_eq!(of(value, 1000), parts([expected]), "{value}");
        }
    }

    #[test]
    fn what_does_not_exist_is_unsatisfiable() {
        for value in [
            "bytes=1000-",
            "bytes=1000-1000",
            "bytes=18446744073709551615-",
            "bytes=18446744073709551615-18446744073709551615",
            "bytes=99999999999999999999999-",
            "bytes=99999999999999999999998-99999999999999999999999",
            "bytes=99999999999999999999999999999999999999999999-",
            "bytes=-0",
            "bytes=-000",
            "bytes=-0, 1000-",
        ] {
            assert_eq!(of(value, 1000), Selection::Unsatisfiable, "{value}");
        }
    }

    #[test]
    fn what_is_no_byte_range_is_ignored() {
        for value in [
            "",
            "bytes",
            "bytes=",
            "bytes=,",
            "bytes=-",
            "bytes=--1",
            "bytes=1",
            "bytes=a-b",
            "bytes=0-a",
            "bytes=0-0x10",
            "bytes=+0-1",
            "bytes=0-+1",
            "bytes=0-1-2",
            "bytes=1-0",
            "bytes=5-4, 0-1",
            "bytes=0-1, 5-4",
            "bytes=99999999999999999999999-1",
            "bytes=99999999999999999999999-88888888888888888888888",
            "bytes=99999999999999999999999-x",
            "bytes=0 - 1",
            "bytes=0- 1",
            "bytes=- 1",
            "bytes=0-1 2-3",
            "bytes=0-1;2-3",
            "bytes=0-1, junk",
            "bytes=1.5-2",
            "bytes =0-1",
            "bytes:0-1",
            "bytes 0-1",
            "bytes 0-1/1000",
            "bytes=bytes=0-1",
            "0-1",
            "=0-1",
            "byte=0-1",
            "items=0-1",
            "seconds=99999999999999999999999-1",
            "none",
            "none=0-1",
        ] {
            assert_eq!(of(value, 1000), Selection::Whole, "{value}");
        }
        let obs_text =
            HeaderMap::from_iter([(RANGE, HeaderValue::from_bytes(b"bytes=0-1\xff").unwrap())]);
        assert_eq!(select(&obs_text, 1000), Selection::Whole);
    }

    #[test]
    fn several_ranges_keep_their_order_and_lose_what_does_not_exist() {
        for (value, expected) in [
            ("bytes=0-9,20-29", vec![0..10, 20..30]),
            ("bytes=20-29 , 0-9", vec![20..30, 0..10]),
            ("bytes=0-0,-1", vec![0..1, 999..1000]),
            ("bytes=5000-, 0-9, -0, 20-29", vec![0..10, 20..30]),
            ("bytes=5000-, 0-9", vec![0..10]),
        ] {
            assert_eq!(of(value, 1000), Selection::Parts(expected), "{value}");
        }
    }

    #[test]
    fn ranges_that_overlap_or_touch_are_sent_once() {
        for (value, expected) in [
            ("bytes=0-9,5-14", vec![0..15]),
            ("bytes=5-14,0-9", vec![0..15]),
            ("bytes=0-9,10-19", vec![0..20]),
            ("bytes=10-19,0-9", vec![0..20]),
            ("bytes=0-9,0-9,0-9", vec![0..10]),
            ("bytes=50-59,0-9,20-29,5-24", vec![50..60, 0..30]),
            ("bytes=0-9,50-59,20-29,10-49", vec![0..60]),
            ("bytes=0-9,900-909,20-29,10-19", vec![0..30, 900..910]),
            ("bytes=0-9,11-19", vec![0..10, 11..20]),
            ("bytes=0-9,1000-,-5,995-", vec![0..10, 995..1000]),
        ] {
            assert_eq!(of(value, 1000), Selection::Parts(expected), "{value}");
        }
    }

    #[test]
    fn too_many_ranges_or_too_many_bytes_get_the_whole() {
        let many = |n: u64| {
            let specs: Vec<String> = (0..n).map(|i| format!("{0}-{0}", i * 3)).collect();
            of(&format!("bytes={}", specs.join(",")), 1000)
        };
        assert!(matches!(many(16), Selection::Parts(all) if all.len() == 16));
        assert_eq!(many(17), Selection::Whole);
        assert_eq!(of("bytes=0-,0-", 1000), Selection::Whole);
        assert_eq!(of("bytes=0-599,400-999", 1000), Selection::Whole);
        assert_eq!(of("bytes=0-499,500-999", 1000), parts([0..1000]));
    }

    #[test]
    fn an_empty_file_has_no_range_but_its_suffix() {
        for value in ["bytes=0-", "bytes=0-0", "bytes=-0", "bytes=1-2,-0"] {
            assert_eq!(of(value, 0), Selection::Unsatisfiable, "{value}");
        }
        for value in ["bytes=-1", "bytes=-500", "bytes=0-0,-1"] {
            assert_eq!(of(value, 0), Selection::Whole, "{value}");
        }
    }

    #[test]
    fn a_range_on_several_lines_is_the_value_that_they_make_together() {
        assert_eq!(lines(&["bytes=0-1", "8-9"], 1000), parts([0..2, 8..10]));
        for twice in ["bytes=0-1", "bytes=8-9", "items=0-1"] {
            assert_eq!(lines(&["bytes=0-1", twice], 1000), Selection::Whole);
        }
    }

    #[test]
    fn the_largest_file_does_not_overflow() {
        let last = u64::MAX - 1;
        assert_eq!(of("bytes=-1", u64::MAX), parts([last..u64::MAX]));
        assert_eq!(
            of("bytes=0-18446744073709551615", u64::MAX),
            parts([0..u64::MAX])
        );
        assert_eq!(of("bytes=0-,0-,-1", u64::MAX), Selection::Whole);
    }
}
