//! Whatever the Range, the answer is what the naive slicer says, byte for byte.

use std::os::unix::fs::FileExt;
use std::sync::Arc;

use ::http::header::RANGE;
use ::http::{HeaderMap, HeaderValue, Method, StatusCode};
use bytes::Bytes;
use http_body_util::BodyExt;
use proptest::collection::vec;
use proptest::prelude::*;

use super::naive::{expected, judge};
use super::toy::{Part, Toy};
use super::{ETag, Entity, FileHandle, Slice, Slices, respond_at};
use crate::clock::UnixMillis;

const TYPE: &str = "video/mp4";

/// An entity of `len` bytes cut at the given places into pieces, in turn in a file, in a computed view
/// and in memory, with its bytes.
fn entity(len: usize, cuts: &[usize]) -> (Entity, Vec<u8>) {
    let content: Vec<u8> = (0..len).map(|i| (i % 251) as u8).collect();
    let file = tempfile::tempfile().unwrap();
    file.write_all_at(&content, 7).unwrap();
    let turned: Vec<u8> = content.iter().map(|byte| !byte).collect();
    file.write_all_at(&turned, 7 + len as u64).unwrap();
    let file = Arc::new(FileHandle::new(file).unwrap());
    let mut edges: Vec<usize> = cuts.iter().map(|cut| cut % (len + 1)).collect();
    edges.extend([0, len]);
    edges.sort_unstable();
    let slices = edges.windows(2).enumerate().map(|(at, edge)| {
        let (from, to) = (edge[0], edge[1]);
        let stored = |from: usize, to: usize| from as u64 + 7..to as u64 + 7;
        let copied = |from: usize, to: usize| Bytes::copy_from_slice(&content[from..to]);
        match at % 3 {
            0 => Slice::File {
                file: Arc::clone(&file),
                range: stored(from, to),
            },
            1 => {
                let (third, two) = (from + (to - from) / 3, from + (to - from) * 2 / 3);
                let view = Toy(vec![
                    Part::Turned(stored(len + from, len + third)),
                    Part::Stored(stored(third, two)),
                    Part::Made(copied(two, to)),
                ]);
                let (view, file) = (Arc::new(view), Arc::clone(&file));
                let range = 0..(to - from) as u64;
                Slice::View { view, file, range }
            }
            _ => Slice::Memory(copied(from, to)),
        }
    });
    let entity = Entity {
        content: slices.collect::<Slices>(),
        etag: ETag::strong("v1").unwrap(),
        last_modified: None,
        content_type: HeaderValue::from_static(TYPE),
    };
    (entity, content)
}

fn ranged(lines: &[String]) -> HeaderMap {
    let lines = lines
        .iter()
        .filter_map(|line| HeaderValue::try_from(line).ok());
    lines.map(|line| (RANGE, line)).collect()
}

/// Lines of Range: mostly right, sometimes nearly, sometimes garbage.
fn lines() -> impl Strategy<Value = Vec<String>> {
    let position = prop_oneof![
        8 => (0..2100_u64).prop_map(|n| n.to_string()),
        1 => "0{0,40}[0-9]{1,3}",
        1 => "[0-9]{18,45}",
        1 => Just(u64::MAX.to_string()),
    ];
    let member = prop_oneof![
        8 => (position.clone(), position.clone()).prop_map(|(a, b)| format!("{a}-{b}")),
        8 => (0..2100_u64, 0..40_u64).prop_map(|(a, more)| format!("{a}-{}", a + more)),
        3 => position.clone().prop_map(|a| format!("{a}-")),
        3 => position.prop_map(|a| format!("-{a}")),
        1 => "[ \t]{0,2}",
        1 => "[-0-9a-z+ ]{1,6}",
    ];
    let separator =
        prop_oneof![4 => Just(","), 1 => Just(", "), 1 => Just(" ,\t"), 1 => Just(",,")];
    let unit = prop_oneof![
        20 => Just("bytes="),
        2 => Just("Bytes="),
        2 => Just("bytes= "),
        1 => Just("items="),
        1 => Just("bytes ="),
        1 => Just(""),
    ];
    let line = (unit, vec((member, separator), 1..20)).prop_map(|(unit, members)| {
        let mut line = unit.to_owned();
        for (at, (member, separator)) in members.iter().enumerate() {
            line.push_str(if at > 0 { separator } else { "" });
            line.push_str(member);
        }
        line
    });
    let short = (Just("bytes="), 0..2100_u64, 0..300_u64)
        .prop_map(|(unit, a, more)| format!("{unit}{a}-{}", a + more));
    let any = prop_oneof![6 => line, 6 => short, 1 => "[ -~]{0,40}"];
    prop_oneof![9 => vec(any.clone(), 1..2), 1 => vec(any, 0..4)]
}

fn length() -> impl Strategy<Value = usize> {
    prop_oneof![
        Just(0_usize),
        Just(1),
        Just(2),
        3..300_usize,
        300..2000_usize
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_range_of_any_file_is_answered_as_the_naive_slicer_says(
        len in length(),
        cuts in vec(any::<usize>(), 0..5),
        lines in lines(),
    ) {
        let (entity, content) = entity(len, &cuts);
        let headers = ranged(&lines);
        let value = (!headers.is_empty()).then(|| {
            let all: Vec<&[u8]> = headers.get_all(RANGE).iter().map(|v| v.as_bytes()).collect();
            all.join(&b","[..])
        });
        let expected = expected(value.as_deref(), len);

        let now = UnixMillis(0);
        let response = respond_at(now, &Method::GET, &headers, &entity, HeaderMap::new());
        let (head, body) = response.into_parts();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let body = runtime.block_on(body.collect()).unwrap().to_bytes();
        judge(&expected, &content, TYPE, head.status, &head.headers, &body);

        // And HEAD, whatever the Range, is a GET without one and without its body.
        let head = respond_at(now, &Method::HEAD, &headers, &entity, HeaderMap::new());
        prop_assert_eq!(head.status(), StatusCode::OK);
        prop_assert_eq!(&head.headers()["content-length"], &len.to_string());
        prop_assert!(head.body().slices().is_empty());
    }
}

#[test]
fn the_naive_slicer_agrees_with_the_examples_of_the_rfc() {
    use super::naive::Expected::{Ranges, Unsatisfiable, Whole};
    for (value, expected_ranges) in [
        ("bytes=0-499", Ranges(vec![(0, 499)])),
        ("bytes=500-999", Ranges(vec![(500, 999)])),
        ("bytes=-500", Ranges(vec![(9500, 9999)])),
        ("bytes=9500-", Ranges(vec![(9500, 9999)])),
        ("bytes=0-0,-1", Ranges(vec![(0, 0), (9999, 9999)])),
        (
            "bytes= 0-999, 4500-5499, -1000",
            Ranges(vec![(0, 999), (4500, 5499), (9000, 9999)]),
        ),
        (
            "bytes=500-600,601-999",
            Ranges(vec![(500, 600), (601, 999)]),
        ),
        ("bytes=10000-", Unsatisfiable),
        ("bytes=999-500", Whole),
        ("exampleunit=1.2-4.3", Whole),
    ] {
        let got = expected(Some(value.as_bytes()), 10_000);
        assert_eq!(got, expected_ranges, "{value}");
    }
}
