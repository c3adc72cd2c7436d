//! Any request fields on any content: the status is one of those allowed, the body is as long as
//! Content-Length says, and its bytes are those of the naive slicer.
//!
//! `make fuzz` runs it, with fuzz/range.dict.
//!
//! The input: a byte for the method, one for the length of the content and one for where it is
//! cut into pieces; then lines, each a letter for the field's name and the rest its value.
#![no_main]

#[path = "../../src/streaming/naive.rs"]
mod naive;

use bytes::Bytes;
use futures_util::FutureExt;
use http::header::{
    CONTENT_LENGTH, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE,
    RANGE,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use http_body_util::BodyExt;
use libfuzzer_sys::fuzz_target;
use teledars::clock::UnixMillis;
use teledars::streaming::{ETag, Entity, HttpDate, Slice, respond_at};

const TYPE: &str = "video/mp4";

fuzz_target!(|data: &[u8]| {
    let [method, len, cut, lines @ ..] = data else {
        return;
    };
    let content: Vec<u8> = (0..usize::from(*len) * 3)
        .map(|i| (i % 251) as u8)
        .collect();
    let (front, back) = content.split_at(usize::from(*cut).min(content.len()));
    let entity = Entity {
        content: [front, back]
            .map(|piece| Slice::Memory(Bytes::copy_from_slice(piece)))
            .into_iter()
            .collect(),
        etag: ETag::strong("v1").expect("a tag"),
        last_modified: Some(HttpDate::from_unix_seconds(784_111_777)),
        content_type: HeaderValue::from_static(TYPE),
    };
    let mut headers = HeaderMap::new();
    for line in lines.split(|&b| b == b'\n') {
        let Some((letter, value)) = line.split_first() else {
            continue;
        };
        let name = match letter {
            b'm' => IF_MATCH,
            b'n' => IF_NONE_MATCH,
            b'i' => IF_MODIFIED_SINCE,
            b'u' => IF_UNMODIFIED_SINCE,
            b'f' => IF_RANGE,
            _ => RANGE,
        };
        if let Ok(value) = HeaderValue::from_bytes(value) {
            headers.append(name, value);
        }
    }
    let method = [Method::GET, Method::HEAD, Method::POST][usize::from(*method % 3)].clone();

    let now = UnixMillis(1_785_412_800_000);
    let response = respond_at(now, &method, &headers, &entity, HeaderMap::new());
    let (head, body) = response.into_parts();
    let body = body
        .collect()
        .now_or_never()
        .expect("memory is always there")
        .expect("and never fails")
        .to_bytes();
    let length = head.headers.get(CONTENT_LENGTH).map(|value| {
        let text = value.to_str().expect("digits");
        text.parse::<usize>().expect("a number")
    });

    let conditional = |names: &[http::HeaderName]| names.iter().any(|n| headers.contains_key(n));
    let preconditions = conditional(&[
        IF_MATCH,
        IF_NONE_MATCH,
        IF_MODIFIED_SINCE,
        IF_UNMODIFIED_SINCE,
    ]);
    match (&method, head.status) {
        (&Method::POST, status) => assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED),
        (_, StatusCode::NOT_MODIFIED) => {
            assert!(preconditions && body.is_empty() && length.is_none());
        }
        (_, StatusCode::PRECONDITION_FAILED) => {
            assert!(preconditions && body.is_empty() && length == Some(0));
        }
        (&Method::HEAD, status) => {
            assert_eq!(status, StatusCode::OK);
            assert!(body.is_empty() && length == Some(content.len()));
        }
        (_, status) => {
            let lines: Vec<&[u8]> = headers
                .get_all(RANGE)
                .iter()
                .map(|v| v.as_bytes())
                .collect();
            let value = (!lines.is_empty()).then(|| lines.join(&b","[..]));
            let mut expected = naive::expected(value.as_deref(), content.len());
            // An If-Range that does not hold makes it the whole. Whether one holds is judged by
            // the tables of the unit tests; here either answer must be right in itself.
            if headers.contains_key(IF_RANGE) && status == StatusCode::OK {
                expected = naive::Expected::Whole;
            }
            naive::judge(&expected, &content, TYPE, status, &head.headers, &body);
        }
    }
});
