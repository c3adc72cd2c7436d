//! What a teacher is told.

use super::*;
use crate::catalogue::{Job, JobKind, JobState};
use crate::clock::UnixMillis;
use crate::processing::facts::{Facts, SoundFacts, SubtitleFacts, SubtitleKind, VideoFacts};
use crate::units::{JobId, LessonId, RecordingId};
use crate::words::Language;

/// An ordinary recording: nothing is said about it.
fn ordinary() -> Facts {
    Facts {
        format: "mov,mp4,m4a,3gp,3g2,mj2".into(),
        duration: Millis(2_700_000),
        plays: Some(Millis(2_700_040)),
        video: Some(VideoFacts {
            codec: "h264".into(),
            pixels: "yuv420p".into(),
            bits: 8,
            width: 1280,
            height: 720,
            rate: 25.0,
            ..VideoFacts::default()
        }),
        pictures: 1,
        sounds: vec![SoundFacts {
            codec: "aac".into(),
            channels: 2,
            rate: 48_000,
            ..SoundFacts::default()
        }],
        loudness: Some(-23.0),
        ..Facts::default()
    }
}

fn job(kind: JobKind, state: JobState) -> Job {
    Job {
        id: JobId(1),
        recording: RecordingId(1),
        edition: 1,
        shown: true,
        lesson: LessonId(1),
        code: crate::units::Code::from_number(7),
        title: "Kəsrlər".into(),
        kind,
        state,
        attempts: 1,
        progress: 0,
        worker: None,
        before: None,
        begun: None,
        not_before: UnixMillis(0),
        error: (state == JobState::Failed).then(|| "Invalid data found".into()),
        created: UnixMillis(0),
        updated: UnixMillis(0),
    }
}

const WATCHED: Found<'_> = Found {
    playable: true,
    converted: true,
    captioned: false,
    jobs: &[],
};

/// What is said in English when a recording is ordinary but for `change`.
#[track_caller]
fn said(change: impl FnOnce(&mut Facts), found: &Found<'_>) -> String {
    let mut facts = ordinary();
    change(&mut facts);
    let verdicts = Verdict::of(Some(&facts), found);
    let codes: Vec<&str> = verdicts.iter().map(Verdict::code).collect();
    for verdict in &verdicts {
        let texts = Language::ALL.map(|language| verdict.text(language));
        for text in &texts {
            assert!(
                text.chars().count() > 40 && !text.contains("verdict-"),
                "{text}"
            );
            assert!(!text.contains('{') && !text.contains('$'), "{text}");
        }
        assert!(texts[0] != texts[1] && texts[1] != texts[2] && texts[0] != texts[2]);
    }
    codes.join(" ")
}

fn picture(facts: &mut Facts) -> &mut VideoFacts {
    facts.video.as_mut().unwrap()
}

#[test]
fn nothing_is_said_about_an_ordinary_recording() {
    assert_eq!(said(|_| {}, &WATCHED), "");
    // Before anything was made of it, and before it was looked into.
    let new = Found {
        converted: false,
        ..WATCHED
    };
    assert_eq!(
        said(|facts| (facts.plays, facts.loudness) = (None, None), &new),
        ""
    );
    assert_eq!(Verdict::of(None, &new), []);
}

#[test]
fn each_unusual_thing_is_said_once() {
    let sound = |facts: &mut Facts, lufs| facts.loudness = Some(lufs);
    assert_eq!(said(|f| f.sounds.clear(), &WATCHED), "no-sound");
    assert_eq!(said(|f| sound(f, -70.0), &WATCHED), "silent");
    assert_eq!(said(|f| sound(f, -41.0), &WATCHED), "quiet");
    assert_eq!(said(|f| sound(f, -35.0), &WATCHED), "");
    assert_eq!(said(|f| f.video = None, &WATCHED), "no-picture");
    assert_eq!(said(|f| picture(f).turns = 2, &WATCHED), "turned");
    let upright = |f: &mut Facts| {
        *picture(f) = VideoFacts {
            turns: 1,
            width: 720,
            height: 1280,
            ..picture(f).clone()
        };
    };
    assert_eq!(said(upright, &WATCHED), "upright");
    assert_eq!(said(|f| picture(f).variable = true, &WATCHED), "uneven");
    assert_eq!(
        said(|f| picture(f).interlaced = true, &WATCHED),
        "interlaced"
    );
    let transfer = |f: &mut Facts| picture(f).transfer = Some("arib-std-b67".into());
    assert_eq!(said(transfer, &WATCHED), "high-dynamic-range");
    let sized = |width, height| {
        move |f: &mut Facts| (picture(f).width, picture(f).height) = (width, height)
    };
    assert_eq!(said(sized(1920, 1080), &WATCHED), "");
    assert_eq!(said(sized(3840, 2160), &WATCHED), "larger");
    assert_eq!(said(sized(160, 120), &WATCHED), "small");
    assert_eq!(said(|f| f.pictures = 3, &WATCHED), "pictures");
    assert_eq!(
        said(|f| f.plays = Some(Millis(1_880_000)), &WATCHED),
        "breaks-off"
    );
    assert_eq!(said(|f| f.plays = Some(Millis(2_690_000)), &WATCHED), "");
    assert_eq!(
        said(|f| f.said = Some(Millis(28_800_000)), &WATCHED),
        "breaks-off"
    );
}

#[test]
fn of_a_recording_that_is_a_header_alone_only_that_is_said() {
    let found = Found {
        playable: false,
        converted: false,
        ..WATCHED
    };
    let cut = |f: &mut Facts| {
        f.format = "matroska,webm".into();
        (f.plays, f.loudness) = (Some(Millis(0)), None);
    };
    assert_eq!(said(cut, &found), "breaks-off-at-once");
}

#[test]
fn what_browsers_cannot_play_is_told_with_what_students_get_meanwhile() {
    let found = |converted| Found {
        playable: false,
        converted,
        ..WATCHED
    };
    let hevc = |f: &mut Facts| picture(f).codec = "hevc".into();
    assert_eq!(said(hevc, &found(false)), "converting");
    assert_eq!(said(hevc, &found(true)), "converted");
    let jobs = [job(JobKind::Narrow, JobState::Failed)];
    let failed = Found {
        jobs: &jobs,
        ..found(false)
    };
    assert_eq!(said(hevc, &failed), "not-converted");
    let playable = Found {
        playable: true,
        ..failed
    };
    assert_eq!(said(|_| {}, &playable), "one-quality");
    let text = |change: &dyn Fn(&mut Facts), language: Language| {
        let mut facts = ordinary();
        change(&mut facts);
        Verdict::of(Some(&facts), &found(false))[0].text(language)
    };
    assert!(
        text(&hevc, Language::En).starts_with("Browsers cannot play HEVC (H.265), so students")
    );
    let matroska = |f: &mut Facts| f.format = "matroska,webm".into();
    assert!(text(&matroska, Language::Ru).contains("Matroska (MKV)"));
    let deep = |f: &mut Facts| picture(f).bits = 10;
    assert!(text(&deep, Language::Az).contains("H.264, 10 bit"));
    let sound = |f: &mut Facts| f.sounds[0].codec = "ac3".into();
    assert!(text(&sound, Language::En).contains("AC3"));
}

#[test]
fn a_recording_that_cannot_be_read_is_answered_with_the_reason() {
    let jobs = [job(JobKind::Probe, JobState::Failed)];
    let found = Found {
        playable: false,
        converted: false,
        jobs: &jobs,
        ..WATCHED
    };
    let verdicts = Verdict::of(None, &found);
    assert_eq!(verdicts.len(), 1);
    for language in Language::ALL {
        assert!(!verdicts[0].text(language).contains("Invalid data found"));
    }
}

#[test]
fn a_sound_and_words_that_could_not_be_read_are_told_once_it_was_tried() {
    let jobs = [JobKind::Narrow, JobKind::Words].map(|kind| job(kind, JobState::Done));
    let done = Found {
        jobs: &jobs,
        ..WATCHED
    };
    assert_eq!(said(|f| f.loudness = None, &done), "broken-sound");
    let with = |kind| {
        move |f: &mut Facts| {
            f.subtitles = vec![SubtitleFacts {
                stream: 2,
                codec: "subrip".into(),
                kind,
                language: None,
            }];
        }
    };
    assert_eq!(said(with(SubtitleKind::Text), &WATCHED), "");
    assert_eq!(said(with(SubtitleKind::Text), &done), "unread-subtitles");
    let read = Found {
        captioned: true,
        ..done
    };
    assert_eq!(said(with(SubtitleKind::Teletext), &read), "");
    assert_eq!(said(with(SubtitleKind::Bitmap), &read), "bitmap-subtitles");
}

#[test]
fn several_sounds_are_told_with_the_one_that_is_used() {
    let text = |code: Option<&str>, language: Language| {
        let mut facts = ordinary();
        facts.sounds.push(facts.sounds[0].clone());
        facts.sounds[0].language = code.map(str::to_owned);
        Verdict::of(Some(&facts), &WATCHED)[0].text(language)
    };
    let begins = |text: String, beginning: &str| assert!(text.starts_with(beginning), "{text}");
    begins(
        text(Some("aze"), Language::En),
        "The recording has 2 sounds; the one in Azerbaijani is used.",
    );
    begins(
        text(Some("rus"), Language::Ru),
        "В записи 2 звуковые дорожки; используется дорожка на русском языке.",
    );
    begins(
        text(None, Language::Az),
        "Yazıda 2 səs var; birincisi istifadə olunur.",
    );
    begins(
        text(Some("lez"), Language::En),
        "The recording has 2 sounds; the one in the language “lez” is used.",
    );
}

#[test]
fn a_file_that_breaks_off_is_told_with_both_times() {
    let mut facts = ordinary();
    facts.plays = Some(Millis(1_880_000));
    let text = Verdict::of(Some(&facts), &WATCHED)[0].text(Language::En);
    assert!(
        text.starts_with("The file says that it plays for 45:00, but it breaks off at 31:20."),
        "{text}"
    );
}

#[test]
fn a_program_of_the_servers_is_never_quoted_and_whose_fault_it_is_decides_what_is_asked_for() {
    let slow = TaskError::Failed(format!("it took longer than 5 seconds {}", task::TOO_SLOW));
    let disk = TaskError::Disk(std::io::Error::other("Input/output error"));
    let not_run = TaskError::from(ChildError::Run {
        program: "ffmpeg".into(),
        error: std::io::ErrorKind::PermissionDenied.into(),
    });
    let recording = TaskError::Failed("ffmpeg: Invalid data found when processing input".into());
    for (error, word) in [
        (slow, "job_seconds"),
        (disk, "administratora"),
        (not_run, "administratora"),
        (recording, "MP4"),
    ] {
        let noted = error.to_string();
        for (kind, code) in [
            (JobKind::Probe, "hopeless"),
            (JobKind::Narrow, "not-converted"),
        ] {
            let failed = Job {
                error: Some(noted.clone()),
                ..job(kind, JobState::Failed)
            };
            let found = Found {
                playable: false,
                converted: false,
                captioned: false,
                jobs: &[failed],
            };
            let verdicts = Verdict::of(Some(&ordinary()), &found);
            assert_eq!(verdicts[0].code(), code, "{noted}");
            let text = verdicts[0].text(Language::Az);
            let expected = if code == "hopeless" && word == "MP4" {
                "kompüterinizdə"
            } else {
                word
            };
            assert!(text.contains(expected), "{noted}: {text}");
            assert!(
                !text.contains(&noted) && !text.contains("Invalid"),
                "{text}"
            );
        }
    }
}
