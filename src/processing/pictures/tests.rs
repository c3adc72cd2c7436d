use crate::catalogue::{JobKind, Role};
use crate::processing::films::{Canvas, Film, magic, seen};
use crate::processing::frames::fitted;
use crate::processing::gray::Gray;
use crate::processing::task::{Outcome, Product};

const LARGE: (usize, usize) = (640, 360);

fn of(outcome: &Outcome, role: Role) -> Vec<&Product> {
    outcome
        .products
        .iter()
        .filter(|product| product.role == role)
        .collect()
}

/// A channel's countdown: a bright ring, and a figure that is another one each second.
fn countdown(second: u64) -> Canvas {
    let mut canvas = Canvas::new(LARGE, 20);
    for n in 0..24 {
        canvas.fill(
            [4 * n, 10, 2, 80],
            if (n as u64 + second).is_multiple_of(2) {
                250
            } else {
                5
            },
        );
    }
    for row in 0..8 {
        canvas.fill([35, 20 + row * 8, 30, 3], (second * 30 % 250) as u8);
    }
    canvas
}

/// The brightness that film and JPEG have of a drawing: how far it is off on average.
fn off(shown: &Canvas, drawn: &Canvas) -> u64 {
    let sum: u64 = shown
        .pixels
        .iter()
        .zip(&drawn.pixels)
        .map(|(a, b)| u64::from(a.abs_diff(*b)))
        .sum();
    sum / shown.pixels.len() as u64
}

#[test]
fn the_poster_is_the_lesson_and_not_what_comes_before() {
    let lesson = |second: u64| match second {
        0..3 => Canvas::new(LARGE, 0),
        3..10 => countdown(second),
        10..12 => Canvas::new(LARGE, 255),
        12..14 => {
            let mut fading = Canvas::slide(LARGE, 1);
            for pixel in &mut fading.pixels {
                *pixel /= 3;
            }
            fading
        }
        14..120 => Canvas::slide(LARGE, 1),
        _ => Canvas::new(LARGE, 0),
    };
    let film = Film::new("5", "", (0..150 * 5).map(|fifth| lesson(fifth / 5)));
    let narrow = film.narrow();
    for narrow in [Some(narrow.as_path()), None] {
        let outcome = film.make(JobKind::Pictures, narrow);
        let posters = of(&outcome, Role::Poster);
        assert_eq!(posters.len(), 1);
        let poster = posters[0];
        assert_eq!((poster.mime, magic(poster)), ("image/jpeg", "image/jpeg"));
        assert_eq!(poster.size, Some((640, 360)));
        let off = off(&seen(poster), &Canvas::slide(LARGE, 1));
        assert!(off < 12, "off by {off}");
    }
}

#[test]
fn a_recording_that_is_black_to_the_end_has_a_poster_all_the_same() {
    let film = Film::new("5", "", (0..20).map(|_| Canvas::new(LARGE, 0)));
    let outcome = film.make(JobKind::Pictures, None);
    assert_eq!(of(&outcome, Role::Poster).len(), 1);
}

#[test]
fn a_poster_is_as_large_as_fits_and_never_above_the_source() {
    let most = (1280, 960);
    for (source, expected) in [
        ((1920, 1080), (1280, 720)),
        ((640, 360), (640, 360)),
        ((1440, 1080), (1280, 960)),
        ((1080, 1920), (540, 960)),
        ((427, 241), (426, 240)),
        ((1, 1), (2, 2)),
        ((100_000, 2), (1280, 2)),
    ] {
        assert_eq!(fitted(source, most), expected, "{source:?}");
    }
}

/// Milliseconds of `00:01:02.003`.
fn millis(stamp: &str) -> u64 {
    let digits: Vec<u64> = stamp
        .split([':', '.'])
        .map(|part| part.parse().unwrap())
        .collect();
    ((digits[0] * 60 + digits[1]) * 60 + digits[2]) * 1000 + digits[3]
}

#[test]
fn the_storyboard_has_a_tile_for_every_moment() {
    // Tells by its brightness which moment it is.
    let shade = |second: u64| (20 + second % 60 * 4) as u8;
    let drawn = |second: u64| Canvas::new((320, 240), shade(second));
    let film = Film::new("2", "", (0..130 * 2).map(|half| drawn(half / 2)));
    let narrow = film.narrow();
    for narrow in [Some(narrow.as_path()), None] {
        let outcome = film.make(JobKind::Pictures, narrow);
        let mut products = of(&outcome, Role::Storyboard);
        let words = products.remove(0);
        assert_eq!((words.mime, words.position), ("text/vtt; charset=utf-8", 0));
        let sheets: Vec<Canvas> = products.iter().map(|sheet| seen(sheet)).collect();
        for (n, sheet) in (0..).zip(&products) {
            assert_eq!((sheet.mime, sheet.position), ("image/jpeg", n));
            assert_eq!(magic(sheet), "image/jpeg");
        }
        let text = std::fs::read_to_string(&words.path).unwrap();
        let mut cues = text.split("\n\n");
        assert_eq!(cues.next(), Some("WEBVTT"));
        let mut reached = 0;
        let mut used = 0;
        for cue in cues {
            let (times, target) = cue.trim_end().split_once('\n').unwrap();
            let (from, to) = times.split_once(" --> ").unwrap();
            assert_eq!(millis(from), reached, "there is a gap");
            reached = millis(to);
            let (name, place) = target.split_once(".jpg#xywh=").unwrap();
            let sheet: usize = name.strip_prefix("storyboard-").unwrap().parse().unwrap();
            used = used.max(sheet + 1);
            let sheet = &sheets[sheet];
            let [x, y, w, h] = place
                .split(',')
                .map(|n| n.parse::<usize>().unwrap())
                .collect::<Vec<_>>()[..]
            else {
                panic!("{place}")
            };
            assert!(x + w <= sheet.width && y + h <= sheet.height, "{target}");
            let middle = sheet.pixels[(y + h / 2) * sheet.width + x + w / 2];
            let right = (millis(from) / 1000..=millis(to) / 1000).any(|second| {
                let drawn = (f64::from(shade(second)) - 16.0) * 255.0 / 219.0;
                (f64::from(middle) - drawn).abs() < 12.0 || middle.abs_diff(shade(second)) < 6
            });
            assert!(right, "{times} shows {middle}");
        }
        assert_eq!(reached, 130_000);
        assert_eq!(used, sheets.len(), "a sheet is never shown");
    }
}

#[test]
fn twenty_minutes_have_a_storyboard_of_a_quarter_of_a_megabyte() {
    let film = Film::new(
        "1",
        "",
        (0..1200).map(|second| {
            let mut canvas = Canvas::slide((320, 180), second / 8);
            canvas.grain(second / 8, 30);
            canvas
        }),
    );
    let outcome = film.make(JobKind::Pictures, None);
    let storyboard = of(&outcome, Role::Storyboard);
    assert!(
        (5..=7).contains(&storyboard.len()),
        "{} files",
        storyboard.len()
    );
    let len = |product: &&Product| std::fs::metadata(&product.path).unwrap().len();
    let bytes: u64 = storyboard.iter().map(len).sum();
    assert!(bytes < 250_000, "{bytes} bytes");
}

#[test]
fn two_seconds_have_a_poster_and_one_tile() {
    let film = Film::new("25", "", (0..50).map(|_| Canvas::slide(LARGE, 3)));
    let outcome = film.make(JobKind::Pictures, None);
    let sizes: Vec<_> = outcome
        .products
        .iter()
        .map(|product| product.size)
        .collect();
    assert_eq!(sizes, [Some((640, 360)), None, Some((160, 90))]);
}

#[test]
fn bars_beside_each_other_count_for_less_than_a_slide() {
    let gray =
        |canvas: &Canvas| Gray::shrunk(&canvas.pixels, (canvas.width, canvas.height)).unwrap();
    let mut bars = Canvas::new(LARGE, 0);
    for n in 0..8 {
        bars.fill([n * 100 / 8, 0, 12, 100], 250 - n as u8 * 30);
    }
    assert!(gray(&bars).detail() < gray(&Canvas::slide(LARGE, 1)).detail() / 10);
    assert!(gray(&Canvas::new(LARGE, 16)).is_blank());
    assert!(!gray(&Canvas::slide(LARGE, 1)).is_blank());
}
