//! Header fields that may stand there once.

use http::HeaderMap;

use super::Malformed;

/// Characters of a wrong value that an answer repeats.
const SHOWN: usize = 80;

/// The value of `name`; `None` where it is absent.
pub(super) fn once<'h>(
    headers: &'h HeaderMap,
    name: &'static str,
) -> Result<Option<&'h str>, Malformed> {
    let mut all = headers.get_all(name).iter();
    let Some(first) = all.next() else {
        return Ok(None);
    };
    if all.next().is_some() {
        return Err(Malformed::Repeated(name));
    }
    let text = first.to_str().map_err(|_| Malformed::Value {
        header: name,
        value: shortened(&String::from_utf8_lossy(first.as_bytes())),
        wanted: "plain ASCII",
    })?;
    Ok(Some(text.trim_matches([' ', '\t'])))
}

/// A number of bytes. What no `u64` holds becomes the largest one, which every limit refuses.
pub(super) fn bytes(headers: &HeaderMap, name: &'static str) -> Result<Option<u64>, Malformed> {
    let Some(text) = once(headers, name)? else {
        return Ok(None);
    };
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(wrong(name, text, "a whole number of bytes, 0 or more"));
    }
    Ok(Some(text.parse().unwrap_or(u64::MAX)))
}

pub(super) fn wrong(header: &'static str, value: &str, wanted: &'static str) -> Malformed {
    Malformed::Value {
        header,
        value: shortened(value),
        wanted,
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(SHOWN).collect()
}
