//! How long answers are remembered.

use http::{HeaderMap, HeaderValue};

use super::super::answer::{Answer, Witness};
use super::super::remembered::{Memory, Shelf};
use super::*;
use crate::streaming::{ETag, Entity, Slice, Slices};
use crate::units::Bytes;

fn answer() -> Arc<Answer> {
    holding(0)
}

/// An answer that keeps so many bytes in memory, and a little besides.
fn holding(bytes: usize) -> Arc<Answer> {
    let found = std::fs::metadata("/").unwrap();
    let content = Slices::from_iter([Slice::Memory(vec![0; bytes].into())]);
    Arc::new(Answer {
        entity: Entity {
            content,
            etag: ETag::strong("v1").unwrap(),
            last_modified: None,
            content_type: HeaderValue::from_static("video/mp4"),
        },
        headers: HeaderMap::new(),
        witness: Witness::new("/".as_ref(), &found),
    })
}

/// `f`resh, `d`oubtful, or nothing.
fn how(shelf: &Shelf, target: &str, generation: u64, at: Instant) -> char {
    match shelf.find(target, generation, at) {
        Some(Memory::Fresh(_)) => 'f',
        Some(Memory::Doubtful(_)) => 'd',
        None => '-',
    }
}

#[test]
fn an_answer_is_believed_for_a_second_and_then_looked_at_again() {
    let shelf = Shelf::new(8, Bytes(1 << 20));
    let start = Instant::now();
    let at = |millis| start + Duration::from_millis(millis);
    shelf.keep("/a".into(), 1, at(100), answer());
    assert_eq!(how(&shelf, "/a", 1, at(1_098)), 'f');
    assert_eq!(how(&shelf, "/a", 1, at(1_102)), 'd');
    let Some(Memory::Doubtful(kept)) = shelf.find("/a", 1, at(5_000)) else {
        panic!("believed");
    };
    kept.seen(shelf.at(at(5_000)));
    // A look that began earlier and ended later takes nothing back.
    kept.seen(shelf.at(at(4_000)));
    assert_eq!(how(&shelf, "/a", 1, at(5_990)), 'f');
    assert_eq!(how(&shelf, "/a", 1, at(6_002)), 'd');
}

#[test]
fn an_answer_of_another_generation_is_none() {
    let shelf = Shelf::new(8, Bytes(1 << 20));
    let now = Instant::now();
    shelf.keep("/a".into(), 2, now, answer());
    // Who read the number earlier takes nothing from those who read it later.
    assert_eq!(how(&shelf, "/a", 1, now), '-');
    assert_eq!(how(&shelf, "/a", 2, now), 'f');
    shelf.keep("/a".into(), 1, now, answer());
    assert_eq!(how(&shelf, "/a", 2, now), 'f');
    assert_eq!(how(&shelf, "/a", 3, now), '-');
    assert_eq!(how(&shelf, "/a", 2, now), '-', "gone for good");
}

#[test]
fn there_are_never_more_than_allowed_and_what_is_asked_for_stays() {
    let shelf = Shelf::new(8, Bytes(1 << 20));
    let now = Instant::now();
    let content = answer();
    for n in 0..100 {
        shelf.keep(format!("/{n}"), 1, now, Arc::clone(&content));
        shelf.keep("/loved".into(), 1, now, Arc::clone(&content));
        assert_eq!(how(&shelf, "/loved", 1, now), 'f');
        assert!(Arc::strong_count(&content) <= 9);
    }
    assert_eq!(how(&shelf, "/0", 1, now), '-');
    for n in 100..200 {
        shelf.keep(format!("/{n}"), 1, now, Arc::clone(&content));
        assert_eq!(how(&shelf, "/loved", 1, now), 'f');
    }
    let nothing = Shelf::new(0, Bytes(1 << 20));
    nothing.keep("/a".into(), 1, now, content);
    assert_eq!(how(&nothing, "/a", 1, now), '-');
}

#[test]
fn answers_are_weighed_and_what_is_too_heavy_is_not_remembered() {
    const MOST: u64 = 100_000;
    let shelf = Shelf::new(1000, Bytes(MOST));
    let now = Instant::now();
    let all: Vec<_> = (0..100).map(|_| holding(8_000)).collect();
    for (n, answer) in all.iter().enumerate() {
        shelf.keep(format!("/{n}"), 1, now, Arc::clone(answer));
        // The same again weighs no more.
        shelf.keep(format!("/{n}"), 1, now, Arc::clone(answer));
        let held = all.iter().filter(|a| Arc::strong_count(a) > 1).count() as u64;
        assert!(held * 8_000 <= MOST, "{held}");
        assert!(held as usize >= (n + 1).min(5), "{held}");
    }
    shelf.keep("/heavy".into(), 1, now, holding(60_000));
    assert_eq!(how(&shelf, "/heavy", 1, now), '-');
    assert_eq!(how(&shelf, "/99", 1, now), 'f');
}
