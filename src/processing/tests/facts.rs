//! What the probe says of recordings as they come.

use super::corpus::Recording;
use super::*;
use crate::processing::facts::{Facts, SubtitleKind, VideoFacts, bcp47};

fn facts(name: &str) -> Facts {
    Recording::of_corpus(name).facts()
}

fn video(name: &str) -> VideoFacts {
    facts(name).video.unwrap_or_else(|| panic!("{name}"))
}

#[test]
fn the_picture_is_told_as_it_is_shown() {
    let shown = |name| {
        let video = video(name);
        (video.width, video.height, video.turns % 2)
    };
    assert_eq!(shown("phone.mp4"), (180, 320, 1));
    // Pixels that are not square: 4:3 of 288 lines, and 16:9.
    assert_eq!(shown("old.avi"), (384, 288, 0));
    assert_eq!(shown("off-air.ts"), (512, 288, 0));
    let hevc = video("hevc.mkv");
    assert_eq!((hevc.codec.as_str(), hevc.bits), ("hevc", 10));
    assert_eq!(hevc.pixels, "yuv420p10le");
    assert_eq!(video("screen.mp4").bits, 8);
}

#[test]
fn uneven_pictures_are_found_in_the_index_and_in_the_packets() {
    for name in ["screen.mp4", "screen.mkv"] {
        assert!(video(name).variable, "{name}");
    }
    for name in ["phone.mp4", "hevc.mkv", "off-air.ts", "cut.ts", "old.avi"] {
        assert!(!video(name).variable, "{name}");
    }
    // ffprobe's own hint, the two rates, says nothing in a Matroska file.
    let rate = video("screen.mkv").rate;
    assert!((29.0..31.0).contains(&rate), "{rate}");
}

#[test]
fn television_is_interlaced_in_two_languages_with_words_and_pictures_of_words() {
    let facts = facts("off-air.ts");
    assert!(facts.video.as_ref().unwrap().interlaced);
    assert!(!video("phone.mp4").interlaced);
    let spoken: Vec<_> = facts.sounds.iter().map(|s| s.language.as_deref()).collect();
    assert_eq!(spoken, [Some("aze"), Some("rus")]);
    let mut read: Vec<_> = facts
        .subtitles
        .iter()
        .map(|s| (s.kind, s.language.as_deref()))
        .collect();
    read.sort_by_key(|(kind, _)| *kind == SubtitleKind::Bitmap);
    let expected = [
        (SubtitleKind::Teletext, Some("aze")),
        (SubtitleKind::Bitmap, Some("rus")),
    ];
    assert_eq!(read, expected);
}

#[test]
fn the_sound_in_the_lessons_language_is_the_one_that_is_used() {
    let mut lesson = Recording::of_corpus("off-air.ts");
    lesson.task.language = Some("ru".into());
    assert_eq!(lesson.facts().sounds[0].language.as_deref(), Some("rus"));
    lesson.task.language = Some("en".into());
    assert_eq!(lesson.facts().sounds[0].language.as_deref(), Some("aze"));
}

#[test]
fn what_is_missing_is_missing() {
    assert_eq!(facts("no-sound.mp4").sounds, []);
    assert_eq!(facts("no-picture.mp4").video, None);
    let facts = facts("eight-hours.mp4");
    assert_eq!(facts.said, Some(Millis(8 * 3600 * 1000)));
    assert!(near(facts.duration.0, 4000, 100), "{:?}", facts.duration);
    assert_eq!(
        facts.breaks_off(),
        facts.said.map(|said| (said, facts.duration))
    );
}

#[test]
fn facts_are_read_back_and_those_of_other_versions_too() {
    let facts = facts("off-air.ts");
    let json = serde_json::to_string(&facts).unwrap();
    assert_eq!(serde_json::from_str::<Facts>(&json).unwrap(), facts);
    let older: Facts = serde_json::from_str(r#"{"duration":7,"of_a_later_version":1}"#).unwrap();
    assert_eq!(older.duration, Millis(7));
}

#[test]
fn what_is_no_recording_is_hopeless_with_ffprobes_reason() {
    let (_folder, path) = file("lesson.mp4", &[0x81; 5000]);
    let mut lesson = Recording::at(path);
    let error = lesson.done(crate::catalogue::JobKind::Probe).unwrap_err();
    assert!(matches!(error, TaskError::Hopeless(_)), "{error:?}");
    assert!(error.to_string().contains("Invalid data"), "{error}");
}

#[test]
fn languages_of_files_become_those_of_the_web() {
    let pairs = [
        ("aze", Some("az")),
        ("az", Some("az")),
        ("rus", Some("ru")),
        ("ger", Some("de")),
        ("deu", Some("de")),
        ("lez", Some("lez")),
        ("und", None),
        ("mul", None),
        ("", None),
        ("a", None),
        ("azer", None),
        ("AZE", None),
        ("ə", None),
        ("<b>", None),
    ];
    for (code, expected) in pairs {
        assert_eq!(bcp47(code), expected, "{code:?}");
    }
}
