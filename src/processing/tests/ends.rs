//! How jobs end that have nothing to make, that cannot succeed, or that take too long; and what is told of it.

use super::corpus::Recording;
use super::*;
use crate::catalogue::JobKind;
use crate::processing::facts::Facts;

/// A recording of half a minute of which the first `bytes` were copied.
fn cut(bytes: usize) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    ffmpeg(
        folder.path(),
        "-f lavfi -i testsrc2=s=640x360:r=25:d=30 -f lavfi -i sine=f=300:d=30 \
         -c:v libx264 -preset ultrafast -c:a aac whole.mkv",
    );
    let whole = fs::read(folder.path().join("whole.mkv")).unwrap();
    file("cut.mkv", &whole[..bytes])
}

fn hopeless(ended: Result<Outcome, TaskError>) -> String {
    match ended {
        Err(TaskError::Hopeless(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn of_a_copy_that_broke_off_at_once_nothing_is_tried_again() {
    let (_folder, path) = cut(3000);
    let mut recording = Recording::at(path);
    let facts = recording.facts();
    assert!(facts.has_nothing(), "{facts:?}");
    assert_eq!(facts.breaks_off(), Some((facts.duration, Millis(0))));
    assert_eq!(then(JobKind::Probe, &facts, &Tools::default()), []);
    let why = hopeless(recording.done(JobKind::Narrow));
    assert!(why.contains("breaks off"), "{why}");
    // And if that had not been seen: ffmpeg says that another attempt would end the same way.
    recording.task.facts = Some(Facts {
        plays: None,
        ..facts
    });
    let why = hopeless(recording.done(JobKind::Narrow));
    assert!(why.contains("Cannot determine format"), "{why}");
}

#[test]
fn a_recording_that_goes_on_for_a_while_is_no_header_alone() {
    let (_folder, path) = cut(200_000);
    let facts = Recording::at(path).facts();
    assert!(!facts.has_nothing(), "{facts:?}");
}

#[test]
fn where_there_is_nothing_to_make_it_is_told_why() {
    let mut small = Recording::at(clips().join("front.mp4"));
    small.facts();
    let ladder = small.done(JobKind::Ladder).unwrap();
    assert_eq!(ladder.made_nothing(), Some(Nothing::FewLines));
    let words = small.done(JobKind::Words).unwrap();
    assert_eq!(words.made_nothing(), Some(Nothing::NoSubtitles));
    let speech = small.done(JobKind::Speech).unwrap();
    assert_eq!(speech.made_nothing(), Some(Nothing::NoProgram));
    let mut heard = Recording::at(clips().join("sound.m4a"));
    heard.facts();
    for kind in [JobKind::Pictures, JobKind::Slides, JobKind::Ladder] {
        let made = heard.done(kind).unwrap();
        assert_eq!(made.made_nothing(), Some(Nothing::NoPicture), "{kind:?}");
    }
    assert_eq!(small.done(JobKind::Probe).unwrap().made_nothing(), None);
}

#[test]
fn why_there_was_nothing_to_make_is_said_in_every_language() {
    let mut seen = Vec::new();
    for why in Nothing::ALL {
        assert_eq!(Nothing::of(why.as_str()), why);
        for language in crate::words::Language::ALL {
            let text = language.with("jobs-nothing", &[("why", why.key().into())]);
            assert!(!text.contains(why.key()) && !seen.contains(&text), "{text}");
            seen.push(text);
        }
    }
    assert_eq!(Nothing::of("something newer"), Nothing::Unsaid);
}

/// A program at an absolute path: a shell script.
fn program(folder: &Path, script: &str) -> PathBuf {
    let (source, program) = (folder.join("script"), folder.join("program"));
    fs::write(&source, format!("#!/bin/sh\n{script}\n")).unwrap();
    let (mode, source) = ("755".as_ref(), source.as_os_str());
    let install = ["-m".as_ref(), mode, source, program.as_os_str()];
    assert!(run("install", &install, ROOMY).unwrap().status.success());
    program
}

#[test]
fn a_job_has_one_deadline_for_all_its_programs_together() {
    let folder = tempfile::tempdir().unwrap();
    let mut recording = Recording::of_corpus("old.avi");
    recording.facts();
    // The first program of the job ends well, and the next one does not end.
    let once = "if [ -e \"$TMPDIR/begun\" ]; then exec tail -f /dev/null; fi\n\
                touch \"$TMPDIR/begun\"; echo lavfi.r128.I=-20.0";
    recording.task.tools.ffmpeg = program(folder.path(), once);
    recording.task.tools.wall = Duration::from_secs(2);
    match recording.done(JobKind::Narrow) {
        Err(TaskError::Failed(why)) => assert!(why.contains("2 seconds (job_seconds)"), "{why}"),
        other => panic!("{other:?}"),
    }
    assert!(recording.folder.path().join("begun").exists());
}

/// Neither where the recording lies nor where the job works is in anything that a teacher reads.
#[track_caller]
fn without_places(recording: &Recording, ended: &Result<Outcome, TaskError>) {
    let mut told = recording.told.lines.lock().unwrap().clone();
    if let Err(error) = ended {
        told.push(error.to_string());
    }
    let source = recording.task.source.parent().unwrap();
    let mut places = vec![source.to_owned(), recording.task.folder.clone()];
    if let Some(program) = &recording.task.tools.speech {
        places.push(program.parent().unwrap().to_owned());
    }
    for line in told {
        for place in &places {
            assert!(!line.contains(&*place.to_string_lossy()), "{line}");
        }
    }
}

#[test]
fn no_log_and_no_error_says_where_anything_lies() {
    let (_folder, broken) = cut(3000);
    let everything = [
        JobKind::Narrow,
        JobKind::Ladder,
        JobKind::Pictures,
        JobKind::Slides,
        JobKind::Words,
        JobKind::Speech,
    ];
    let programs = tempfile::tempdir().unwrap();
    let script = "echo \"cannot read $1 with $0\" >&2; exit 1";
    let speaks = program(programs.path(), script);
    let missing = programs.path().join("none");
    for (path, kinds) in [
        (clips().join("front.mp4"), &everything[..]),
        (clips().join("recorder.mkv"), &everything[..1]),
        (broken, &everything[..]),
    ] {
        for program in [&speaks, &missing] {
            let mut recording = Recording::at(path.clone());
            recording.task.tools.speech = Some(program.clone());
            let facts = recording.facts();
            recording.task.facts = Some(Facts {
                plays: None,
                ..facts
            });
            without_places(&recording, &Ok(Outcome::default()));
            for kind in kinds {
                let ended = recording.done(*kind);
                without_places(&recording, &ended);
            }
        }
    }
    // What is no recording at all.
    let (_folder, noise) = file("noise.mkv", &[0x81; 5000]);
    let mut recording = Recording::at(noise);
    let ended = recording.done(JobKind::Probe);
    assert!(ended.is_err());
    without_places(&recording, &ended);
}

#[test]
fn pictures_are_made_of_what_plays_and_not_of_what_a_header_says() {
    let mut recording = Recording::at(clips().join("front.mp4"));
    let facts = recording.facts();
    recording.task.facts = Some(Facts {
        duration: Millis(8 * 3_600_000),
        plays: Some(facts.duration),
        ..facts
    });
    let made = recording.done(JobKind::Pictures).unwrap();
    let words = made.products.iter().find(|made| made.extension == "vtt");
    let text = fs::read_to_string(&words.unwrap().path).unwrap();
    let times: Vec<&str> = text.lines().filter(|line| line.contains("-->")).collect();
    assert!(!times.is_empty() && times.len() <= 2, "{text}");
    assert!(
        times.iter().all(|line| line.contains("--> 00:00:0")),
        "{text}"
    );
}
