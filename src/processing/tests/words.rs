//! Captions that recordings bring along.

use super::corpus::Recording;
use super::*;
use crate::captions;
use crate::catalogue::{JobKind, Role};
use crate::processing::facts::SubtitleKind;

/// What each of the captions says: language, then times in milliseconds and text.
type Said = Vec<(String, Vec<(u64, u64, String)>)>;

fn said(outcome: &Outcome) -> Said {
    let of = |product: &Product| {
        assert_eq!((product.role, product.extension), (Role::Captions, "vtt"));
        assert_eq!(product.mime, "text/vtt; charset=utf-8");
        let read = captions::read(&fs::read(&product.path).unwrap()).unwrap();
        assert_eq!(read.warnings, [], "what is written anew is flawless");
        let lines = read.captions.lines();
        let lines = lines.map(|(from, to, text)| (from.0, to.0, text.to_owned()));
        (product.language.clone().unwrap(), lines.collect())
    };
    outcome.products.iter().map(of).collect()
}

fn taken(lesson: &mut Recording) -> Said {
    lesson.facts();
    said(&lesson.done(JobKind::Words).unwrap())
}

/// A clip with the subtitles in `file`, as `line` has them made.
fn subtitled(name: &str, subtitles: (&str, &str), line: &str) -> Recording {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(subtitles.0), subtitles.1).unwrap();
    let clip = clips().join("end.mp4");
    fs::copy(clip, folder.path().join("clip.mp4")).unwrap();
    ffmpeg(
        folder.path(),
        &format!(
            "-i clip.mp4 -i {} -map 0 -map 1 -c copy {line} {name}",
            subtitles.0
        ),
    );
    let path = folder.path().join(name);
    let mut lesson = Recording::at(path);
    // Its bytes must live as long as it does.
    let bytes = fs::read(&lesson.task.source).unwrap();
    lesson.task.source = lesson.folder.path().join(name);
    fs::write(&lesson.task.source, bytes).unwrap();
    lesson
}

const HOSTILE: &str = "1\n00:00:00,200 --> 00:00:00,900\n<script>alert(1)</script>Salam <img src=x onerror=alert(2)>&lt;b&gt;\n\n\
                       2\n00:00:01,000 --> 00:00:01,800\n{\\an8}<i>5 < 7</i> --> 8 & \"9\"\n";

#[test]
fn teletext_off_air_becomes_captions_in_step_with_the_lesson_and_pages_of_news_do_not() {
    let mut lesson = Recording::of_corpus("off-air.ts");
    let said = taken(&mut lesson);
    let [(language, cues)] = &said[..] else {
        panic!("{said:?}")
    };
    assert_eq!(language, "az");
    let [first, second] = &cues[..] else {
        panic!("{cues:?}")
    };
    assert_eq!(first.2, "Salam, usaqlar");
    assert_eq!(second.2, "Bu gun\niki setir");
    // From the lesson's beginning, where the transport stream's clock has 1.4 seconds.
    for (time, expected) in [
        (first.0, 500),
        (first.1, 1500),
        (second.0, 1500),
        (second.1, 2500),
    ] {
        assert!(near(time, expected, 80), "{cues:?}");
    }
}

#[test]
fn text_in_any_container_becomes_captions() {
    let mut lesson = Recording::of_corpus("hevc.mkv");
    let words = taken(&mut lesson);
    assert_eq!(words[0].0, "az");
    assert_eq!(words[0].1[0].2, "Salam, uşaqlar");
    for (name, line) in [
        ("lesson.mp4", "-c:s mov_text"),
        ("lesson.mkv", "-c:s ass"),
        (
            "lesson.webm",
            "-c:v libvpx -deadline realtime -c:a libopus -c:s webvtt",
        ),
    ] {
        let mut lesson = subtitled(
            name,
            ("words.srt", "1\n00:00:00,200 --> 00:00:00,900\nBir\niki\n"),
            &format!("{line} -metadata:s:s:0 language=rus"),
        );
        let words = taken(&mut lesson);
        assert_eq!(words.len(), 1, "{name}: {words:?}");
        assert_eq!(words[0].0, "ru", "{name}");
        let (from, to, text) = &words[0].1[0];
        assert!(
            near(*from, 200, 30) && near(*to, 900, 30),
            "{name}: {words:?}"
        );
        assert_eq!(text, "Bir\niki", "{name}");
    }
}

#[test]
fn what_a_hostile_file_says_is_text_and_nothing_else() {
    for (name, line) in [
        ("lesson.mp4", "-c:s mov_text"),
        ("lesson.mkv", "-c:s srt"),
        ("other.mkv", "-c:s ass"),
    ] {
        let mut lesson = subtitled(name, ("words.srt", HOSTILE), line);
        lesson.facts();
        let outcome = lesson.done(JobKind::Words).unwrap();
        let [product] = &outcome.products[..] else {
            panic!("{name}: {:?}", lesson.told.lines)
        };
        let written = fs::read_to_string(&product.path).unwrap();
        let tags = written
            .split('<')
            .skip(1)
            .map(|rest| rest.split('>').next());
        for tag in tags {
            assert!(
                matches!(tag, Some("i" | "/i" | "b" | "/b")),
                "{name}: {written}"
            );
        }
        let words = said(&outcome);
        assert!(words[0].1[0].2.contains("Salam"), "{name}: {words:?}");
    }
}

#[test]
fn a_language_that_is_not_said_is_the_lessons_and_each_is_taken_once() {
    let words = ("words.srt", HOSTILE);
    let mut silent = subtitled("lesson.mp4", words, "-c:s mov_text");
    assert_eq!(taken(&mut silent)[0].0, "az");
    silent.task.language = None;
    assert_eq!(taken(&mut silent), []);
    // Said to be the same as what nobody said.
    let mut twice = subtitled(
        "lesson.mkv",
        words,
        "-map 1 -c:s srt -metadata:s:s:1 language=aze",
    );
    let words = taken(&mut twice);
    assert_eq!(words.len(), 1, "{words:?}");
    let facts = twice.task.facts.as_ref().unwrap();
    assert_eq!(facts.subtitles.len(), 2);
}

#[test]
fn what_cannot_be_read_keeps_nobody_from_the_rest() {
    let mut lesson = Recording::of_corpus("off-air.ts");
    let mut facts = lesson.facts();
    let pictures = facts
        .subtitles
        .iter_mut()
        .find(|s| s.kind == SubtitleKind::Bitmap);
    // As if they were text of a kind that ffmpeg does not know.
    pictures.unwrap().kind = SubtitleKind::Text;
    lesson.task.facts = Some(facts);
    let words = said(&lesson.done(JobKind::Words).unwrap());
    assert_eq!(words.len(), 1, "{words:?}");
    assert_eq!(words[0].0, "az");
    assert!(lesson.told.has("each is tried alone") && lesson.told.has("no captions (ru)"));
}

#[test]
fn without_words_there_are_no_captions() {
    let mut lesson = Recording::of_corpus("phone.mp4");
    assert_eq!(taken(&mut lesson), []);
    assert!(lesson.told.has("no subtitles that could be read"));
    // And none of an empty text.
    let empty = "1\n00:00:00,200 --> 00:00:00,900\n<i></i>\n";
    let mut lesson = subtitled("lesson.mkv", ("words.srt", empty), "-c:s srt");
    assert_eq!(taken(&mut lesson), []);
    assert!(
        lesson.told.has("no captions (az)"),
        "{:?}",
        lesson.told.lines
    );
}
