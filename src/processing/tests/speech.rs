//! The operator's program for speech: what it is given, and what it cannot do to us.

use super::corpus::Recording;
use super::*;
use crate::captions;
use crate::catalogue::JobKind;
use crate::processing::speech::listen;

/// A lesson, and a shell script as the program.
fn lesson(script: &str) -> Recording {
    let mut lesson = Recording::of_corpus("no-picture.mp4");
    lesson.facts();
    let (source, program) = (
        lesson.folder.path().join("script"),
        lesson.folder.path().join("program"),
    );
    fs::write(&source, format!("#!/bin/sh\n{script}\n")).unwrap();
    // Another process writes what is run: see the test of a probe that hangs.
    let install = [
        "-m".as_ref(),
        "755".as_ref(),
        source.as_os_str(),
        program.as_os_str(),
    ];
    assert!(run("install", &install, ROOMY).unwrap().status.success());
    lesson.task.tools.speech = Some(program);
    lesson
}

fn heard(lesson: &mut Recording) -> Result<Option<(String, String)>, TaskError> {
    let outcome = lesson.done(JobKind::Speech)?;
    let Some(product) = outcome.products.first() else {
        return Ok(None);
    };
    let read = captions::read(&fs::read(&product.path).unwrap()).unwrap();
    let text = read.captions.cues()[0].text().to_owned();
    Ok(Some((product.language.clone().unwrap(), text)))
}

#[test]
fn the_program_gets_the_sound_and_the_language_and_its_captions_are_taken() {
    // Bytes 22 to 27 of a WAV's header: channels and samples a second.
    let script = "printf 'WEBVTT\\n\\n00:00.500 --> 00:01.500\\n%s %s %s %s\\n' \"$#\" \"$2\" \
                  \"$(head -c 4 \"$1\")\" \"$(od -An -tu1 -j22 -N6 \"$1\" | tr -s ' ' ,)\"";
    let mut lesson = lesson(script);
    let (language, text) = heard(&mut lesson).unwrap().unwrap();
    assert_eq!(language, "az");
    // One channel, 16,000 = 128 + 62 × 256.
    assert_eq!(text, "2 az RIFF ,1,0,128,62,0,0");
    // What people say of the lesson, not what the file says.
    lesson.task.language = Some("ru".into());
    lesson.task.facts.as_mut().unwrap().sounds[0].language = Some("eng".into());
    assert_eq!(heard(&mut lesson).unwrap().unwrap().0, "ru");
}

#[test]
fn captions_in_the_language_are_there_already_so_nothing_is_listened_to() {
    let mut lesson = lesson("exit 1");
    lesson.task.captioned = vec!["ru".into(), "az-Latn".into()];
    assert_eq!(heard(&mut lesson).unwrap(), None);
    assert!(
        lesson
            .told
            .has("there are captions in this language already")
    );
    lesson.task.captioned = vec!["ru".into()];
    assert!(
        heard(&mut lesson).is_err(),
        "those in another are no reason"
    );
    lesson.task.tools.speech = None;
    assert_eq!(heard(&mut lesson).unwrap(), None);
}

#[test]
fn what_it_writes_is_captions_or_nothing() {
    let hopeless = |script: &str, words: &str| {
        let error = heard(&mut lesson(script)).unwrap_err();
        assert!(matches!(error, TaskError::Hopeless(_)), "{error:?}");
        assert!(error.to_string().contains(words), "{script}: {error}");
    };
    hopeless("head -c 3000 /dev/urandom", "is no captions");
    hopeless("echo Salam", "captions begin with");
    hopeless("true", "is no captions");
    hopeless("echo WEBVTT", "there is no cue");
    let script = "printf 'WEBVTT\\n\\n00:00.500 --> 00:01.500\\n<script>x</script><b>Salam</b>\\n'";
    let mut lesson = lesson(script);
    let outcome = lesson.done(JobKind::Speech).unwrap();
    let written = fs::read_to_string(&outcome.products[0].path).unwrap();
    assert!(
        !written.contains("<script") && written.contains("<b>Salam</b>"),
        "{written}"
    );
}

#[test]
fn a_program_that_fails_floods_or_is_not_there_is_told_of_with_its_reason() {
    let failed = |script: &str| {
        let mut lesson = lesson(script);
        let error = heard(&mut lesson).unwrap_err();
        assert!(matches!(error, TaskError::Failed(_)), "{error:?}");
        (error.to_string(), lesson)
    };
    let (why, lesson) = failed("echo loading >&2; echo no model for az >&2; exit 3");
    assert_eq!(why, "the program for speech: no model for az");
    assert!(lesson.told.has("loading"), "its log is kept");
    let (why, _) = failed("head -c 1000000000 /dev/zero");
    assert!(why.contains("wrote more than 5242880 bytes"), "{why}");
    let mut lesson = self::lesson("true");
    lesson.task.tools.speech = Some("a-program-that-is-not-there".into());
    let why = heard(&mut lesson).unwrap_err().to_string();
    assert!(why.contains("correct the setting speech_program"), "{why}");
}

#[test]
fn a_program_that_hangs_is_ended_by_its_time_and_by_whoever_waits() {
    let mut lesson = lesson("sleep 1000");
    let program = lesson.task.tools.speech.clone().unwrap();
    let wave = lesson.folder.path().join("sound.wav");
    lesson.task.tools.wall = Duration::from_millis(200);
    let error = listen(&lesson.task, &program, &wave, "az", &lesson.told).unwrap_err();
    assert!(
        error.to_string().contains("did not finish within 0.2"),
        "{error}"
    );
    lesson.task.tools.wall = Duration::from_secs(3600);
    lesson.told.ends_at = Some("sound.wav az");
    assert!(matches!(heard(&mut lesson), Err(TaskError::Ended)));
}

#[test]
fn the_program_sees_nothing_of_our_environment() {
    let script = "printf 'WEBVTT\\n\\n00:00.500 --> 00:01.500\\n%s|%s|%s\\n' \"$HOME$USER$CARGO\" \"$(pwd)\" \"$(cat)\"";
    let mut lesson = lesson(script);
    let (_, text) = heard(&mut lesson).unwrap().unwrap();
    assert_eq!(text, format!("|{}|", lesson.task.folder.display()));
}
