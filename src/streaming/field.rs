//! A field's value as RFC 9110 defines it: all its lines together.

use std::borrow::Cow;

use ::http::{HeaderMap, HeaderName};

/// The combined field value (RFC 9110 §5.2): the values of all lines of that name, in order,
/// joined by commas. `None`: the field is absent.
///
/// This one rule settles every question of fields split over lines. Two lines of entity-tags are
/// one list; `bytes=0-1` and `4-5` are one ranges-specifier; two dates, or two whole Range values,
/// make a value that fits no grammar, and are ignored as such.
pub(super) fn combined<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<Cow<'h, [u8]>> {
    let mut lines = headers.get_all(name).iter().map(|line| line.as_bytes());
    let first = lines.next()?;
    let mut value = Cow::Borrowed(first);
    for line in lines {
        value.to_mut().extend_from_slice(b", ");
        value.to_mut().extend_from_slice(line);
    }
    Some(value)
}

/// Without optional whitespace (§5.6.3) at either end.
pub(super) fn trim(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}
