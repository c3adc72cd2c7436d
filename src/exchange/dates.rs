//! Moments as other programs write them.

use crate::clock::UnixMillis;

/// RFC 3339 in UTC, to the second: `2020-03-30T06:00:00Z`. A moment that no calendar has is the beginning of 1970.
pub(super) fn utc(at: UnixMillis) -> String {
    let at = at.timestamp().unwrap_or_default();
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// RFC 822 with the four digits of RFC 1123, as RSS 2.0 wants it: `Mon, 30 Mar 2020 06:00:00 +0000`.
pub(super) fn rfc822(at: UnixMillis) -> String {
    let at = at.timestamp().unwrap_or_default();
    at.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_to_the_second_and_never_later_than_it_is() {
        let at = UnixMillis(1_585_548_000_999);
        assert_eq!(utc(at), "2020-03-30T06:00:00Z");
        assert_eq!(rfc822(at), "Mon, 30 Mar 2020 06:00:00 +0000");
        assert_eq!(utc(UnixMillis(i64::MAX)), "1970-01-01T00:00:00Z");
    }
}
