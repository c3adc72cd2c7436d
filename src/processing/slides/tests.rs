use super::find::{Finder, Found};
use crate::catalogue::{JobKind, Role};
use crate::processing::films::{Canvas, Dice, Film, magic, make, seen};
use crate::processing::gray::{Gray, HIGH, WIDE};
use crate::processing::task::Product;
use crate::processing::tests::ffmpeg;
use crate::units::Millis;

const SMALL: (usize, usize) = (WIDE, HIGH);
const LARGE: (usize, usize) = (640, 360);

fn gray(canvas: &Canvas) -> Gray {
    Gray::new(&canvas.pixels).unwrap()
}

/// What is found in a lesson of so many seconds; `draw` gets half seconds.
fn found(seconds: u64, most: usize, draw: impl Fn(u64) -> Canvas) -> Vec<Found> {
    let mut finder = Finder::new(most);
    for half in 0..seconds * 2 {
        finder.see(Millis(half * 500), gray(&draw(half)));
    }
    finder.end(Millis(seconds * 1000))
}

fn starts(found: &[Found]) -> Vec<u64> {
    found.iter().map(|slide| slide.start.0).collect()
}

#[track_caller]
fn expect_near(actual: &[u64], expected: &[u64]) {
    let near = actual.len() == expected.len()
        && actual
            .iter()
            .zip(expected)
            .all(|(a, e)| a.abs_diff(*e) <= 2000);
    assert!(near, "{actual:?} instead of {expected:?}");
}

#[test]
fn five_slides_beside_a_moving_head_are_five() {
    let changes = [0, 17, 40, 62, 95];
    let at = |second: u64| changes.iter().rposition(|from| *from <= second).unwrap() as u64;
    let lesson = |half: u64| {
        let mut canvas = Canvas::slide(SMALL, at(half / 2));
        canvas.head(half);
        canvas.grain(half, 4);
        canvas
    };
    let found = found(120, 100, lesson);
    expect_near(&starts(&found), &changes.map(|second| second * 1000));
    for (seed, slide) in (0..).zip(&found) {
        assert_eq!(at(slide.at.0 / 1000), seed, "another slide is shown");
        assert_eq!(slide.again, None);
    }
}

#[test]
fn a_slide_that_comes_back_is_the_earlier_one() {
    let order = [1, 2, 1, 3, 2];
    let found = found(100, 100, |half| {
        let mut canvas = Canvas::slide(SMALL, order[half as usize / 40]);
        canvas.head(half);
        canvas
    });
    expect_near(&starts(&found), &[0, 20_000, 40_000, 60_000, 80_000]);
    let again: Vec<_> = found.iter().map(|slide| slide.again).collect();
    assert_eq!(again, [None, None, Some(0), None, Some(1)]);
}

#[test]
fn looking_away_from_a_slide_makes_no_other() {
    let found = found(60, 100, |half| match half {
        40..46 => Canvas::new(SMALL, 0),
        60..64 => {
            let mut canvas = Canvas::slide(SMALL, 9);
            canvas.grain(half, 90);
            canvas
        }
        _ => Canvas::slide(SMALL, 1),
    });
    assert_eq!(starts(&found), [0]);
}

/// A board on which somebody writes a letter every second, line under line.
fn board(letters: u64) -> Canvas {
    let mut canvas = Canvas::new(SMALL, 30);
    canvas.fill([2, 2, 96, 2], 200);
    for n in 0..letters {
        let (x, y) = (n % 40 * 2 + 5, n / 40 * 9 + 10);
        canvas.fill([x as usize, y as usize, 1, 3 + n as usize % 4], 220);
    }
    canvas
}

#[test]
fn writing_that_grows_is_one_slide_shown_when_it_is_full() {
    let found = found(130, 100, |half| match half {
        0..220 => board((half / 2).min(90)),
        _ => Canvas::slide(SMALL, 4),
    });
    expect_near(&starts(&found), &[0, 110_000]);
    assert!(
        (90_000..110_000).contains(&found[0].at.0),
        "it is not full at {:?}",
        found[0].at
    );
}

#[test]
fn a_board_that_grows_for_long_is_shown_every_two_minutes() {
    let found = found(360, 100, |half| board(half / 2));
    assert_eq!(found.len(), 3);
    for two in found.windows(2) {
        let long = two[1].start.0 - two[0].start.0;
        assert!((120_000..130_000).contains(&long), "{long}");
    }
}

#[test]
fn black_white_and_what_fades_is_not_shown() {
    let found = found(40, 100, |half| match half {
        0..10 => Canvas::new(SMALL, 16),
        10..16 => {
            let mut canvas = Canvas::slide(SMALL, 2);
            for pixel in &mut canvas.pixels {
                *pixel = (u64::from(*pixel) * (half - 9) / 7) as u8;
            }
            canvas
        }
        60..70 => Canvas::new(SMALL, 235),
        _ => Canvas::slide(SMALL, 2),
    });
    assert_eq!(starts(&found), [0]);
    let half = found[0].at.0 / 500;
    assert!((16..60).contains(&half) || half >= 70, "{half}");
}

#[test]
fn a_recording_in_which_all_is_black_has_one_slide() {
    assert_eq!(starts(&found(30, 100, |_| Canvas::new(SMALL, 16))), [0]);
}

/// A camera in somebody's hand, blurred most of the time.
fn camera(half: u64) -> Canvas {
    let mut dice = Dice(half + 1000);
    dice.next();
    let (x, y) = (dice.next() as usize % 12, dice.next() as usize % 12);
    let mut canvas = Canvas::new(SMALL, 120);
    for n in 0..12 {
        let gray = if n % 2 == 0 { 30 } else { 210 };
        canvas.fill([x + n * 7, y + n * 5, 9, 20], gray);
    }
    // Which frames are sharp is known.
    if half % 50 != 20 {
        let sharp = canvas.pixels.clone();
        for pixel in 4..sharp.len() - 4 {
            let sum: u32 = sharp[pixel - 4..pixel + 4]
                .iter()
                .map(|&p| u32::from(p))
                .sum();
            canvas.pixels[pixel] = (sum / 8) as u8;
        }
    }
    canvas
}

#[test]
fn a_camera_that_never_rests_gives_a_sharp_frame_every_minute() {
    let found = found(300, 100, camera);
    assert!((5..=10).contains(&found.len()), "{:?}", starts(&found));
    let gaps = found.windows(2).map(|two| two[1].start.0 - two[0].start.0);
    assert!(gaps.max().unwrap() <= 60_000, "{:?}", starts(&found));
    for slide in &found {
        assert_eq!(slide.at.0 / 500 % 50, 20, "{:?} is blurred", slide.at);
    }
}

#[test]
fn a_camera_between_slides_has_its_place() {
    let found = found(120, 100, |half| match half {
        80..140 => camera(half),
        _ => Canvas::slide(SMALL, half / 100),
    });
    expect_near(&starts(&found), &[0, 40_000, 70_000, 100_000]);
}

#[test]
fn slides_without_end_are_thinned_out_to_those_shown_longest() {
    // Every twentieth stays for half a minute.
    let seed = |half: u64| match half % 200 {
        n @ 0..140 => (half / 200, n / 7),
        _ => (half / 200, 20),
    };
    let found = found(1000, 12, |half| {
        let (round, n) = seed(half);
        Canvas::slide(SMALL, round * 100 + n)
    });
    assert_eq!(found.len(), 12);
    let long = found.iter().filter(|slide| seed(slide.at.0 / 500).1 == 20);
    assert_eq!(long.count(), 10, "{:?}", starts(&found));
    assert_eq!(found[0].start, Millis(0));
    for (n, slide) in found.iter().enumerate() {
        assert!(slide.again.is_none_or(|earlier| earlier < n));
    }
}

/// Products in one format, in the order of their position.
fn in_format<'p>(products: &'p [Product], mime: &str) -> Vec<&'p Product> {
    let found: Vec<_> = products
        .iter()
        .filter(|product| product.mime == mime)
        .collect();
    for (n, product) in (0..).zip(&found) {
        assert_eq!(product.role, Role::Slide);
        assert_eq!(product.position, n);
        assert_eq!(magic(product), mime);
    }
    found
}

fn bytes(products: &[&Product]) -> u64 {
    let len = |product: &&Product| std::fs::metadata(&product.path).unwrap().len();
    products.iter().map(len).sum()
}

/// Part of two pictures in which they differ much.
fn differing(a: &Canvas, b: &Canvas) -> f64 {
    assert_eq!((a.width, a.height), (b.width, b.height));
    let far = a
        .pixels
        .iter()
        .zip(&b.pixels)
        .filter(|(a, b)| a.abs_diff(**b) > 60);
    far.count() as f64 / a.pixels.len() as f64
}

#[test]
fn a_lesson_becomes_its_slides_in_two_formats() {
    let order = [1, 2, 3, 1, 4];
    let film = Film::new(
        "10",
        "-g 300",
        (0..600).map(|tenth| {
            let mut canvas = Canvas::slide(LARGE, order[tenth / 120]);
            canvas.head(tenth as u64);
            canvas
        }),
    );
    // Else what is seen below would not tell slides apart.
    let others = differing(&Canvas::slide(LARGE, 1), &Canvas::slide(LARGE, 2));
    assert!(others > 0.05);
    let narrow = film.narrow();
    // While the small one is not made yet, the source is looked through.
    for narrow in [Some(narrow.as_path()), None] {
        let outcome = film.make(JobKind::Slides, narrow);
        let (webp, jpeg) = (
            in_format(&outcome.products, "image/webp"),
            in_format(&outcome.products, "image/jpeg"),
        );
        assert_eq!(webp.len() + jpeg.len(), outcome.products.len());
        for slides in [&webp, &jpeg] {
            let starts: Vec<u64> = slides.iter().map(|slide| slide.start.unwrap().0).collect();
            expect_near(&starts, &[0, 12_000, 24_000, 36_000, 48_000]);
            for (slide, seed) in slides.iter().zip(order) {
                assert_eq!(slide.size, Some((640, 360)));
                let mut shown = seen(slide);
                let mut drawn = Canvas::slide(LARGE, seed);
                for canvas in [&mut shown, &mut drawn] {
                    canvas.fill([76, 68, 24, 32], 0); // the head
                }
                let differs = differing(&shown, &drawn);
                assert!(differs < 0.01, "{differs} of slide {seed} is another");
            }
            // The slide that comes back is the same file twice.
            let content = |n: usize| std::fs::read(&slides[n].path).unwrap();
            assert_eq!(content(0), content(3));
            assert_ne!(slides[0].path, slides[3].path);
        }
    }
}

#[test]
fn slides_are_right_where_a_frame_comes_only_when_something_changes() {
    // A frame every twelve seconds: the place between two of them is found from before.
    let film = Film::new(
        "1/12",
        "-video_track_timescale 1000",
        (1..6).map(|seed| Canvas::slide(LARGE, seed)),
    );
    let outcome = film.make(JobKind::Slides, None);
    let slides = in_format(&outcome.products, "image/jpeg");
    assert_eq!(slides.len(), 5);
    for (slide, seed) in slides.iter().zip(1..) {
        let differs = differing(&seen(slide), &Canvas::slide(LARGE, seed));
        assert!(differs < 0.02, "{differs} of slide {seed} is another");
    }
}

#[test]
fn twenty_minutes_of_slides_and_sound_cost_under_four_megabytes() {
    // Sixty slides that compress badly, one frame a second.
    let film = Film::new(
        "1",
        "-crf 20",
        (0..1200).map(|second| {
            let mut canvas = Canvas::slide(LARGE, second / 20);
            canvas.grain(second / 20, 24);
            canvas
        }),
    );
    let outcome = film.make(JobKind::Slides, None);
    // 24 kbit/s, and a tenth of that for the index of an MP4 with as many packets.
    let sound = 20 * 60 * 24_000 / 8 * 103 / 100;
    for mime in ["image/webp", "image/jpeg"] {
        let slides = in_format(&outcome.products, mime);
        assert!(slides.len() >= 20, "{} slides", slides.len());
        let all = bytes(&slides) + sound;
        assert!(all < 4_000_000, "{mime}: {all} bytes");
    }
}

#[test]
fn two_seconds_have_one_slide_and_sound_alone_has_none() {
    let film = Film::new("25", "", (0..50).map(|_| Canvas::slide(LARGE, 3)));
    let outcome = film.make(JobKind::Slides, None);
    assert_eq!(outcome.products.len(), 2);
    assert_eq!(outcome.products[0].start, Some(Millis(0)));
    let sound = tempfile::tempdir().unwrap();
    ffmpeg(
        sound.path(),
        "-f lavfi -i sine=sample_rate=44100:duration=2 -c:a aac sound.m4a",
    );
    for kind in [JobKind::Slides, JobKind::Pictures] {
        let outcome = make(sound.path(), &sound.path().join("sound.m4a"), kind, None);
        assert_eq!(outcome.products, []);
    }
}
