use super::*;
use crate::catalogue::tests::{Archive, archive, footage, lesson};
use crate::catalogue::{Description, NewFile, Role, Saved, Visibility};
use crate::units::Bytes;

/// Every code that a harvester is told, and whether it is gone, in pages of `limit`.
fn told(archive: &Archive, asked: &Harvest, limit: u32) -> Vec<(Code, bool)> {
    let (mut all, mut asked) = (Vec::new(), asked.clone());
    loop {
        let question = asked.clone();
        let (page, more) = archive
            .catalogue
            .read_blocking(move |c| c.harvest(&question, limit))
            .unwrap();
        assert!(page.len() <= limit as usize);
        all.extend(page.iter().map(|h| (h.lesson.code, h.gone)));
        if !more {
            return all;
        }
        let last = &page.last().unwrap().lesson;
        asked.after = Some((last.updated, last.code));
    }
}

fn change(archive: &Archive, saved: Saved, description: &Description) {
    let description = description.clone();
    archive
        .catalogue
        .write_blocking(move |c| {
            c.save_lesson(crate::catalogue::Target::Existing(saved.id), &description)
        })
        .unwrap();
}

fn withdraw(archive: &Archive, saved: Saved, reason: Option<&'static str>) {
    archive
        .catalogue
        .write_blocking(move |c| c.set_withdrawn(saved.id, reason))
        .unwrap();
}

fn with(visibility: Visibility) -> Description {
    Description {
        visibility,
        ..lesson("A", &["7"], "mathematics")
    }
}

#[test]
fn harvesters_are_told_of_what_was_ever_listed_and_of_nothing_else() {
    let archive = archive();
    let public = archive.save(&with(Visibility::Public));
    let unlisted = archive.save(&with(Visibility::Unlisted));
    archive.save(&with(Visibility::Draft));
    let hidden = archive.save(&with(Visibility::Public));
    let taken_back = archive.save(&with(Visibility::Public));
    let everything = Harvest::default();
    let codes =
        |told: Vec<(Code, bool)>| told.into_iter().map(|(code, _)| code).collect::<Vec<_>>();
    assert_eq!(
        codes(told(&archive, &everything, 2)),
        [public.code, hidden.code, taken_back.code]
    );

    change(&archive, hidden, &with(Visibility::Unlisted));
    withdraw(&archive, taken_back, Some("wrong"));
    // In order of the changes, whichever index they come from.
    for limit in [1, 2, 3, 100] {
        assert_eq!(
            told(&archive, &everything, limit),
            [
                (public.code, false),
                (hidden.code, true),
                (taken_back.code, true)
            ]
        );
    }
    // One that comes back does so as a change.
    withdraw(&archive, taken_back, None);
    change(&archive, unlisted, &with(Visibility::Public));
    assert_eq!(
        told(&archive, &everything, 2)[1..],
        [
            (hidden.code, true),
            (taken_back.code, false),
            (unlisted.code, false)
        ]
    );
    // Even the operator's own word does not make what was public a thing that never was.
    change(&archive, public, &with(Visibility::Draft));
    let one = |saved: Saved| {
        let found = archive
            .catalogue
            .read_blocking(move |c| c.harvested(saved.code));
        found.unwrap().map(|h| h.gone)
    };
    assert_eq!((one(public), one(unlisted)), (Some(true), Some(false)));
    let draft = archive.save(&with(Visibility::Draft));
    assert_eq!(one(draft), None);
}

#[test]
fn a_harvest_has_the_changes_of_a_time_and_of_some_shelves() {
    let archive = archive();
    let first = archive.save(&lesson("A", &["7", "8"], "mathematics"));
    let second = archive.save(&lesson("B", &["8"], "physics"));
    let russian = Description {
        section: "ru".into(),
        ..lesson("C", &["7"], "mathematics")
    };
    let third = archive.save(&russian);
    withdraw(&archive, first, Some("wrong"));
    let on = |grade: &str, subject: Option<&str>, section: Option<&str>| Harvest {
        of: Some(Shelves {
            grade: grade.into(),
            subject: subject.map(str::to_owned),
            section: section.map(str::to_owned),
        }),
        ..Harvest::default()
    };
    let codes = |asked: &Harvest| {
        told(&archive, asked, 1)
            .into_iter()
            .map(|t| t.0)
            .collect::<Vec<_>>()
    };
    assert_eq!(codes(&on("7", None, None)), [third.code, first.code]);
    assert_eq!(codes(&on("8", None, None)), [second.code, first.code]);
    assert_eq!(codes(&on("8", Some("mathematics"), None)), [first.code]);
    assert_eq!(
        codes(&on("7", Some("mathematics"), Some("ru"))),
        [third.code]
    );
    assert_eq!(codes(&on("9", None, None)), []);

    let changed = |saved: Saved| {
        let found = archive
            .catalogue
            .read_blocking(move |c| c.harvested(saved.code));
        found.unwrap().unwrap().lesson.updated
    };
    let (of_second, of_third) = (changed(second), changed(third));
    assert!(of_second <= of_third);
    let from = Harvest {
        from: Some(of_third),
        before: Some(UnixMillis(changed(first).0 + 1)),
        ..Harvest::default()
    };
    assert!(codes(&from).contains(&third.code));
    let before = Harvest {
        before: Some(of_second),
        ..Harvest::default()
    };
    assert!(!codes(&before).contains(&second.code));
    let first_change = archive
        .catalogue
        .read_blocking(|c| c.first_change())
        .unwrap();
    assert_eq!(first_change, Some(of_second));
}

#[test]
fn a_harvest_goes_on_only_after_a_lesson_that_harvesters_know() {
    let archive = archive();
    let draft = archive.save(&with(Visibility::Draft));
    for code in [draft.code, Code::from_number(1)] {
        let asked = Harvest {
            after: Some((UnixMillis(0), code)),
            ..Harvest::default()
        };
        let told = archive
            .catalogue
            .read_blocking(move |c| c.harvest(&asked, 1));
        assert!(matches!(told, Err(Error::Invalid(_))));
        let of = Newest {
            section: "az".into(),
            ..Newest::default()
        };
        let newest = archive
            .catalogue
            .read_blocking(move |c| c.newest(&of, Some(code), 1));
        assert!(matches!(newest, Err(Error::Invalid(_))));
    }
    assert_eq!(
        archive
            .catalogue
            .read_blocking(|c| c.first_change())
            .unwrap(),
        None
    );
}

#[test]
fn the_newest_come_first_and_only_those_that_can_be_watched_or_heard() {
    let archive = archive();
    let filmed = |title: &str, grade: &str, playable: bool, heard: bool| {
        let saved = archive.save(&lesson(title, &[grade], "mathematics"));
        let (mut recording, source) = footage(9);
        recording.playable = playable;
        let sound = NewFile {
            role: Role::Audio,
            name: source.name.replace(".mp4", ".m4a"),
            quality: Some(24),
            bytes: Bytes(3),
            ..source.clone()
        };
        archive
            .catalogue
            .write_blocking(move |c| {
                let id = c.add_recording(saved.id, &recording, &source)?;
                if heard {
                    c.add_file(id, &sound)?;
                }
                Ok(())
            })
            .unwrap();
        saved.code
    };
    let oldest = filmed("A", "7", true, true);
    archive.save(&lesson("announced", &["7"], "mathematics"));
    let eighth = filmed("B", "8", true, false);
    filmed("unplayable", "7", false, false);
    let newest = filmed("C", "7", true, false);
    let codes = |grade: Option<&str>, subject: Option<&str>, heard: bool| {
        let of = Newest {
            grade: grade.map(str::to_owned),
            subject: subject.map(str::to_owned),
            section: "az".into(),
            heard,
        };
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let asked = of.clone();
            let page = archive
                .catalogue
                .read_blocking(move |c| c.newest(&asked, after, 1));
            let (lessons, next) = page.unwrap();
            all.extend(lessons.iter().map(|l| l.code));
            after = next;
            if after.is_none() {
                return all;
            }
        }
    };
    assert_eq!(codes(None, None, false), [newest, eighth, oldest]);
    assert_eq!(codes(Some("7"), None, false), [newest, oldest]);
    assert_eq!(
        codes(Some("7"), Some("mathematics"), false),
        [newest, oldest]
    );
    assert_eq!(codes(Some("7"), Some("physics"), false), []);
    assert_eq!(codes(None, None, true), [oldest]);
    assert_eq!(codes(Some("7"), None, true), [oldest]);
}

#[test]
fn a_part_of_the_map_has_a_thousand_rows_and_stays_as_others_are_added() {
    let archive = archive();
    let lessons = archive.catalogue.write_blocking(|c| {
        let description = lesson("A", &["7"], "mathematics");
        let mut saved = Vec::new();
        for _ in 0..=MAPPED {
            saved.push(c.save_lesson(crate::catalogue::Target::New, &description)?);
        }
        Ok(saved)
    });
    let lessons = lessons.unwrap();
    let parts = || archive.catalogue.read_blocking(|c| c.map_parts()).unwrap();
    let codes = |part: u32| {
        let mapped = archive
            .catalogue
            .read_blocking(move |c| c.mapped(part))
            .unwrap();
        mapped.iter().map(|m| m.code).collect::<Vec<_>>()
    };
    let numbers: Vec<u32> = parts().iter().map(|p| p.0).collect();
    assert_eq!(numbers, [1, 2]);
    let expected: Vec<Code> = lessons[..1000].iter().map(|s| s.code).collect();
    assert_eq!(codes(1), expected);
    assert_eq!(codes(2), [lessons[1000].code]);
    let before = parts()[1];
    withdraw(&archive, lessons[0], Some("wrong"));
    assert_eq!(codes(1), expected[1..]);
    assert_eq!(parts()[1], before);
    withdraw(&archive, lessons[1000], Some("wrong"));
    assert_eq!(parts().len(), 1);
    for none in [0, 2, 3, u32::MAX] {
        assert_eq!(codes(none), [], "{none}");
    }
}
