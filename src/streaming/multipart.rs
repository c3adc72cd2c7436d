//! multipart/byteranges (RFC 9110 §14.6).

use std::ops::Range;

use ::http::HeaderValue;
use bytes::Bytes;
use uuid::Uuid;

use super::slices::{Slice, Slices};

/// A delimiter that is in none of the parts.
///
/// It is drawn anew for every answer, 122 random bits: the bytes were stored before it was chosen,
/// so nobody can have put it there, and by chance it is in a terabyte once in 10²⁴ answers. To
/// search the parts for it would mean to read them. Hexadecimal digits need no quotes in the field
/// value, which §14.6 warns that some clients misread.
pub(super) fn boundary() -> String {
    Uuid::new_v4().simple().to_string()
}

/// The Content-Type of the whole answer.
pub(super) fn content_type(boundary: &str) -> HeaderValue {
    // Hexadecimal digits always make a legal value, so the fallback is never taken.
    HeaderValue::try_from(format!("multipart/byteranges; boundary={boundary}"))
        .unwrap_or(HeaderValue::from_static("multipart/byteranges"))
}

/// `bytes 0-9/100`: the value of Content-Range for half-open, non-empty offsets.
pub(super) fn content_range(part: &Range<u64>, total: u64) -> String {
    format!("bytes {}-{}/{total}", part.start, part.end - 1)
}

/// The body: for each part a head in memory, then the bytes where they lie.
pub(super) fn body(
    content: &Slices,
    parts: &[Range<u64>],
    part_type: &HeaderValue,
    boundary: &str,
) -> Slices {
    let mut slices = Vec::with_capacity(parts.len() * 2 + 1);
    for (at, part) in parts.iter().enumerate() {
        let mut head = Vec::with_capacity(160);
        // The line break before a delimiter belongs to it (RFC 2046 §5.1.1), not to the part's data.
        if at > 0 {
            head.extend_from_slice(b"\r\n");
        }
        head.extend_from_slice(b"--");
        head.extend_from_slice(boundary.as_bytes());
        head.extend_from_slice(b"\r\nContent-Type: ");
        head.extend_from_slice(part_type.as_bytes());
        head.extend_from_slice(b"\r\nContent-Range: ");
        head.extend_from_slice(content_range(part, content.len()).as_bytes());
        head.extend_from_slice(b"\r\n\r\n");
        slices.push(Slice::Memory(Bytes::from(head)));
        slices.extend(content.slice(part.clone()).iter());
    }
    slices.push(Slice::Memory(Bytes::from(format!(
        "\r\n--{boundary}--\r\n"
    ))));
    slices.into_iter().collect()
}
