//! A second opinion on ranges, written from RFC 9110 alone and as plainly as possible. It shares
//! no code with what it judges. The fuzz target includes this file too.

use http::header::{CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};

/// What a GET with this Range, and no precondition, must be answered with.
#[derive(Debug, PartialEq, Eq)]
pub enum Expected {
    Whole,
    Unsatisfiable,
    /// 206 with these inclusive positions, before any are merged.
    Ranges(Vec<(usize, usize)>),
}

/// `value`: the lines of Range joined by commas. `None`: there are none.
pub fn expected(value: Option<&[u8]>, len: usize) -> Expected {
    let Some(value) = value else {
        return Expected::Whole;
    };
    let value = value.to_ascii_lowercase();
    let Some(set) = strip(&value).strip_prefix(b"bytes=") else {
        return Expected::Whole;
    };
    let members: Vec<&[u8]> = set.split(|&b| b == b',').map(strip).collect();
    // "A reasonable number of empty list elements" are ignored (§5.6.1.2): any number here.
    let members: Vec<&[u8]> = members.into_iter().filter(|m| !m.is_empty()).collect();
    if members.is_empty() || members.len() > 16 {
        return Expected::Whole;
    }
    let (mut ranges, mut empty_suffix) = (Vec::new(), false);
    for member in members {
        let Some(dash) = member.iter().position(|&b| b == b'-') else {
            return Expected::Whole;
        };
        let (first, last) = (&member[..dash], &member[dash + 1..]);
        let all_digits = |text: &[u8]| text.iter().all(u8::is_ascii_digit);
        if !all_digits(first) || !all_digits(last) || first.len() + last.len() == 0 {
            return Expected::Whole;
        }
        match (first, last) {
            (b"", count) => match small(count) {
                0 => {}
                _ if len == 0 => empty_suffix = true,
                count => ranges.push((len - count.min(len), len - 1)),
            },
            (first, last) => {
                if !last.is_empty() && significant(last) < significant(first) {
                    return Expected::Whole;
                }
                let first = small(first);
                if first < len {
                    let last = if last.is_empty() { len } else { small(last) };
                    ranges.push((first, last.min(len - 1)));
                }
            }
        }
    }
    let asked: usize = ranges.iter().map(|(first, last)| last - first + 1).sum();
    if empty_suffix || asked > len {
        Expected::Whole
    } else if ranges.is_empty() {
        Expected::Unsatisfiable
    } else {
        Expected::Ranges(ranges)
    }
}

fn strip(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}

/// Orders numbers of any length: by their digits' count, then by their digits.
fn significant(digits: &[u8]) -> (usize, &[u8]) {
    let zeros = digits.iter().take_while(|&&b| b == b'0').count();
    (digits.len() - zeros, &digits[zeros..])
}

/// The number, or something larger than any content of a test.
fn small(digits: &[u8]) -> usize {
    let (count, digits) = significant(digits);
    if count > 9 {
        return 1_000_000_000;
    }
    digits
        .iter()
        .fold(0, |sum, b| sum * 10 + usize::from(b - b'0'))
}

/// Panics unless a GET's answer is exactly what `expected` says of `content`.
pub fn judge(
    expected: &Expected,
    content: &[u8],
    part_type: &str,
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
) {
    let field = |name| headers.get(&name).map(|value| value.to_str().unwrap());
    let total = content.len();
    assert_eq!(
        field(CONTENT_LENGTH),
        Some(body.len().to_string().as_str()),
        "Content-Length is the length of the body"
    );
    match expected {
        Expected::Whole => {
            assert_eq!(status, StatusCode::OK);
            assert_eq!(field(CONTENT_RANGE), None);
            assert!(body == content);
        }
        Expected::Unsatisfiable => {
            assert_eq!(status, StatusCode::RANGE_NOT_SATISFIABLE);
            assert_eq!(
                field(CONTENT_RANGE),
                Some(format!("bytes */{total}").as_str())
            );
            assert!(body.is_empty());
        }
        Expected::Ranges(ranges) => {
            assert_eq!(status, StatusCode::PARTIAL_CONTENT);
            let sent = match field(CONTENT_RANGE) {
                Some(range) => {
                    assert_eq!(field(CONTENT_TYPE), Some(part_type));
                    vec![(range.to_owned(), body.to_vec())]
                }
                None => {
                    assert!(ranges.len() > 1, "who asks for one range gets no multipart");
                    parts(field(CONTENT_TYPE).unwrap(), part_type, body)
                }
            };
            let (mut wanted, mut got) = (vec![0; total], vec![0; total]);
            for &(first, last) in ranges {
                wanted[first..=last].fill(1);
            }
            for (range, bytes) in &sent {
                let (range, of) = range
                    .strip_prefix("bytes ")
                    .unwrap()
                    .split_once('/')
                    .unwrap();
                assert_eq!(of, total.to_string());
                let (first, last) = range.split_once('-').unwrap();
                let (first, last): (usize, usize) = (first.parse().unwrap(), last.parse().unwrap());
                assert!(bytes[..] == content[first..=last], "the part is its slice");
                got[first..=last].iter_mut().for_each(|times| *times += 1);
            }
            assert!(got == wanted, "every byte asked for is sent, and once");
        }
    }
}

/// Content-Range and bytes of each part, by nothing but the line breaks and the delimiter.
fn parts(content_type: &str, part_type: &str, body: &[u8]) -> Vec<(String, Vec<u8>)> {
    let boundary = content_type
        .strip_prefix("multipart/byteranges; boundary=")
        .unwrap();
    let mut rest = body
        .strip_prefix(format!("--{boundary}\r\n").as_bytes())
        .unwrap();
    let delimiter = format!("\r\n--{boundary}");
    let mut found = Vec::new();
    loop {
        let head = at(rest, b"\r\n\r\n");
        let lines: Vec<&str> = std::str::from_utf8(&rest[..head])
            .unwrap()
            .split("\r\n")
            .collect();
        let [kind, range] = lines[..] else {
            panic!("a part has two fields: {lines:?}");
        };
        assert_eq!(kind, format!("Content-Type: {part_type}"));
        rest = &rest[head + 4..];
        let end = at(rest, delimiter.as_bytes());
        let range = range.strip_prefix("Content-Range: ").unwrap().to_owned();
        found.push((range, rest[..end].to_vec()));
        rest = &rest[end + delimiter.len()..];
        if rest == b"--\r\n" {
            return found;
        }
        rest = rest.strip_prefix(b"\r\n").unwrap();
    }
}

fn at(text: &[u8], what: &[u8]) -> usize {
    text.windows(what.len()).position(|w| w == what).unwrap()
}
