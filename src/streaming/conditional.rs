//! Preconditions (RFC 9110 §13): which are evaluated, how, and in which order.

use ::http::header::{
    IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE, RANGE,
};
use ::http::{HeaderMap, Method};

use super::date::HttpDate;
use super::etag::{ClientTag, ETag, TagList};
use super::field::combined;

/// What a representation is compared by.
#[derive(Clone, Copy, Debug)]
pub struct Validators<'e> {
    /// The strong entity-tag.
    pub etag: &'e ETag,
    /// As it is sent, so never later than `now` (§8.8.2.1); `None`: no date is known.
    pub last_modified: Option<HttpDate>,
}

/// What the preconditions say about a GET or HEAD.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Answer as if there were no preconditions.
    Proceed,
    /// 304: the client has it.
    NotModified,
    /// 412: the client meant another state.
    Failed,
}

/// Evaluates the first four steps of §13.2.2 (the fifth is [`range_applies`]).
///
/// The caller has checked access and knows that its answer without them would be a success: else
/// preconditions are not evaluated at all (§13.2.1). `now` is the Date of the answer.
pub fn evaluate(
    method: &Method,
    headers: &HeaderMap,
    ours: Validators<'_>,
    now: HttpDate,
) -> Verdict {
    // Steps 1 and 2. If-Match supersedes If-Unmodified-Since by its presence, even when malformed.
    if let Some(value) = combined(headers, &IF_MATCH) {
        if !TagList::read(&value).has(|tag| ours.etag.strongly_equals(tag)) {
            return Verdict::Failed;
        }
    } else if let Some((modified, limit)) = dates(headers, &IF_UNMODIFIED_SINCE, ours, now)
        && modified > limit
    {
        return Verdict::Failed;
    }

    // Steps 3 and 4, again by presence.
    let reads = method == Method::GET || method == Method::HEAD;
    if let Some(value) = combined(headers, &IF_NONE_MATCH) {
        if TagList::read(&value).has(|tag| ours.etag.weakly_equals(tag)) {
            return if reads {
                Verdict::NotModified
            } else {
                Verdict::Failed
            };
        }
    } else if reads
        && let Some((modified, limit)) = dates(headers, &IF_MODIFIED_SINCE, ours, now)
        && modified <= limit
    {
        return Verdict::NotModified;
    }
    Verdict::Proceed
}

/// Our date and the client's; `None`, and so ignored (§13.1.3, §13.1.4), when the field is absent,
/// is no single valid HTTP-date, or we have no date to compare with.
fn dates(
    headers: &HeaderMap,
    name: &::http::HeaderName,
    ours: Validators<'_>,
    now: HttpDate,
) -> Option<(HttpDate, HttpDate)> {
    let theirs = HttpDate::parse(&combined(headers, name)?, now)?;
    Some((ours.last_modified?, theirs))
}

/// Whether Range is to be looked at (§14.2 and step 5 of §13.2.2): only for GET, and only when
/// If-Range, if there is one, holds. Where it does not, the client's first part belongs to other
/// bytes and the whole must be sent.
pub fn range_applies(
    method: &Method,
    headers: &HeaderMap,
    ours: Validators<'_>,
    now: HttpDate,
) -> bool {
    if method != Method::GET || !headers.contains_key(RANGE) {
        return false;
    }
    let Some(value) = combined(headers, &IF_RANGE) else {
        return true;
    };
    if let Some(tag) = ClientTag::single(&value) {
        return ours.etag.strongly_equals(&tag);
    }
    // A date must match exactly, not merely be late enough, and be a strong validator: §8.8.2.2
    // asks that the second it names was over when the response was made. Within that second the
    // bytes might change again under the same date; afterwards a change brings a new date.
    match (HttpDate::parse(&value, now), ours.last_modified) {
        (Some(theirs), Some(modified)) => theirs == modified && modified < now,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use ::http::{HeaderName, HeaderValue};

    use super::*;

    const MODIFIED: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
    const BEFORE: &str = "Sun, 06 Nov 1994 08:49:36 GMT";
    const AFTER: &str = "Sun, 06 Nov 1994 08:49:38 GMT";

    fn date(text: &str) -> HttpDate {
        HttpDate::parse(text.as_bytes(), HttpDate::from_unix_seconds(0)).unwrap()
    }

    fn fields(lines: &[(&str, &str)]) -> HeaderMap {
        lines
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::try_from(*name).unwrap(),
                    HeaderValue::try_from(*value).unwrap(),
                )
            })
            .collect()
    }

    fn judge(method: Method, lines: &[(&str, &str)], modified: Option<HttpDate>) -> Verdict {
        let etag = ETag::strong("v1").unwrap();
        let ours = Validators {
            etag: &etag,
            last_modified: modified,
        };
        evaluate(
            &method,
            &fields(lines),
            ours,
            date("Thu, 01 Jan 2026 00:00:00 GMT"),
        )
    }

    #[test]
    fn preconditions_are_evaluated_one_by_one() {
        use Verdict::{Failed, NotModified, Proceed};
        for (name, value, expected) in [
            ("if-match", "\"v1\"", Proceed),
            ("if-match", "*", Proceed),
            ("if-match", " * ", Proceed),
            ("if-match", "\"v0\", \"v1\"", Proceed),
            ("if-match", "junk, \"v1\"", Proceed),
            ("if-match", "\"v0\"", Failed),
            ("if-match", "W/\"v1\"", Failed),
            ("if-match", "v1", Failed),
            ("if-match", "", Failed),
            ("if-match", "\"V1\"", Failed),
            ("if-match", "\"v0\", *", Failed),
            ("if-none-match", "\"v1\"", NotModified),
            ("if-none-match", "W/\"v1\"", NotModified),
            ("if-none-match", "*", NotModified),
            ("if-none-match", "\"v0\" , ,W/\"v1\"", NotModified),
            ("if-none-match", "\"v0\"", Proceed),
            ("if-none-match", "v1", Proceed),
            ("if-none-match", "w/\"v1\"", Proceed),
            ("if-none-match", "\"v1", Proceed),
            ("if-none-match", "\"v0,\"v1\"", Proceed),
            ("if-none-match", "", Proceed),
            ("if-none-match", "\"*\"", Proceed),
            ("if-modified-since", MODIFIED, NotModified),
            ("if-modified-since", AFTER, NotModified),
            (
                "if-modified-since",
                "Fri, 31 Dec 9999 23:59:59 GMT",
                NotModified,
            ),
            ("if-modified-since", BEFORE, Proceed),
            (
                "if-modified-since",
                "Sunday, 06-Nov-94 08:49:37 GMT",
                NotModified,
            ),
            ("if-modified-since", "Sun Nov  6 08:49:37 1994", NotModified),
            ("if-modified-since", "Sun Nov  6 08:49:36 1994", Proceed),
            ("if-modified-since", "not a date", Proceed),
            ("if-modified-since", "", Proceed),
            ("if-unmodified-since", MODIFIED, Proceed),
            ("if-unmodified-since", AFTER, Proceed),
            ("if-unmodified-since", BEFORE, Failed),
            (
                "if-unmodified-since",
                "Sunday, 06-Nov-94 08:49:36 GMT",
                Failed,
            ),
            ("if-unmodified-since", "Sun Nov  6 08:49:36 1994", Failed),
            (
                "if-unmodified-since",
                "Mon, 01 Jan 1900 00:00:00 GMT",
                Failed,
            ),
            ("if-unmodified-since", "not a date", Proceed),
            ("if-unmodified-since", "0", Proceed),
        ] {
            for method in [Method::GET, Method::HEAD] {
                let verdict = judge(method, &[(name, value)], Some(date(MODIFIED)));
                assert_eq!(verdict, expected, "{name}: {value}");
            }
        }
    }

    #[test]
    fn together_they_follow_the_order_of_section_13_2_2() {
        use Verdict::{Failed, NotModified, Proceed};
        let (im, inm) = ("if-match", "if-none-match");
        let (ims, ius) = ("if-modified-since", "if-unmodified-since");
        for (lines, expected) in [
            // If-Match beats If-Unmodified-Since, both ways and even when malformed.
            (&[(ius, BEFORE), (im, "\"v1\"")][..], Proceed),
            (&[(ius, AFTER), (im, "\"v0\"")], Failed),
            (&[(ius, AFTER), (im, "junk")], Failed),
            // If-None-Match beats If-Modified-Since likewise.
            (&[(ims, MODIFIED), (inm, "\"v0\"")], Proceed),
            (&[(ims, BEFORE), (inm, "\"v1\"")], NotModified),
            (&[(ims, MODIFIED), (inm, "junk")], Proceed),
            (&[(ims, MODIFIED), (inm, "")], Proceed),
            // The first pair is judged before the second.
            (&[(inm, "\"v1\""), (im, "\"v0\"")], Failed),
            (&[(inm, "\"v1\""), (im, "\"v1\"")], NotModified),
            (&[(inm, "\"v0\""), (im, "\"v1\"")], Proceed),
            (&[(inm, "\"v1\""), (ius, BEFORE)], Failed),
            (&[(inm, "\"v1\""), (ius, AFTER)], NotModified),
            (&[(ims, MODIFIED), (im, "\"v1\"")], NotModified),
            (&[(ims, MODIFIED), (ius, MODIFIED)], NotModified),
            (&[(ims, MODIFIED), (ius, BEFORE)], Failed),
            // One field on several lines is one list; two dates are none.
            (&[(inm, "\"v0\""), (inm, "\"v1\"")], NotModified),
            (&[(im, "\"v0\""), (im, "\"v1\"")], Proceed),
            (&[(ims, MODIFIED), (ims, MODIFIED)], Proceed),
            (&[(ius, BEFORE), (ius, BEFORE)], Proceed),
            (&[], Proceed),
        ] {
            let verdict = judge(Method::GET, lines, Some(date(MODIFIED)));
            assert_eq!(verdict, expected, "{lines:?}");
        }
    }

    #[test]
    fn without_a_date_of_our_own_their_dates_are_ignored() {
        for name in ["if-modified-since", "if-unmodified-since"] {
            for value in [BEFORE, AFTER] {
                let verdict = judge(Method::GET, &[(name, value)], None);
                assert_eq!(verdict, Verdict::Proceed, "{name}: {value}");
            }
        }
    }

    #[test]
    fn a_method_that_changes_things_is_never_answered_not_modified() {
        let modified = Some(date(MODIFIED));
        let put = |line| judge(Method::PUT, &[line], modified);
        assert_eq!(put(("if-none-match", "*")), Verdict::Failed);
        assert_eq!(put(("if-modified-since", AFTER)), Verdict::Proceed);
    }

    fn applies(method: Method, lines: &[(&str, &str)], now: &str) -> bool {
        let etag = ETag::strong("v1").unwrap();
        let ours = Validators {
            etag: &etag,
            last_modified: Some(date(MODIFIED)),
        };
        range_applies(&method, &fields(lines), ours, date(now))
    }

    #[test]
    fn a_download_is_resumed_only_where_the_bytes_are_surely_the_same() {
        for (value, expected) in [
            ("\"v1\"", true),
            (" \"v1\" ", true),
            ("\"v0\"", false),
            ("W/\"v1\"", false),
            ("v1", false),
            ("*", false),
            ("", false),
            ("\"v1\", \"v0\"", false),
            ("\"v0\", \"v1\"", false),
            (MODIFIED, true),
            ("Sunday, 06-Nov-94 08:49:37 GMT", true),
            ("Sun Nov  6 08:49:37 1994", true),
            (BEFORE, false),
            (AFTER, false),
            ("not a date", false),
        ] {
            let lines = [("range", "bytes=0-1"), ("if-range", value)];
            assert_eq!(applies(Method::GET, &lines, AFTER), expected, "{value}");
        }
    }

    #[test]
    fn a_date_is_no_proof_within_the_second_that_it_names() {
        let lines = [("range", "bytes=0-1"), ("if-range", MODIFIED)];
        assert!(!applies(Method::GET, &lines, MODIFIED));
        assert!(applies(Method::GET, &lines, AFTER));
    }

    #[test]
    fn if_range_on_two_lines_is_no_validator() {
        for value in ["\"v1\"", MODIFIED] {
            let lines = [
                ("range", "bytes=0-1"),
                ("if-range", value),
                ("if-range", value),
            ];
            assert!(!applies(Method::GET, &lines, AFTER), "{value}");
        }
    }

    #[test]
    fn only_get_has_ranges() {
        let range = [("range", "bytes=0-1")];
        assert!(applies(Method::GET, &range, AFTER));
        for method in [Method::HEAD, Method::POST, Method::PUT, Method::OPTIONS] {
            assert!(!applies(method, &range, AFTER));
        }
        assert!(!applies(Method::GET, &[("if-range", "\"v1\"")], AFTER));
    }
}
