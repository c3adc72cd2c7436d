//! What readers of the catalogue may rely on.

use proptest::prelude::*;

use super::*;
use crate::clock::UnixMillis;
use crate::units::{Bytes, Code, LessonId, Millis};

pub(super) struct Archive {
    pub(super) catalogue: Catalogue,
    pub(super) data: tempfile::TempDir,
}

pub(super) fn archive() -> Archive {
    let data = tempfile::tempdir().unwrap();
    Archive {
        catalogue: Catalogue::open(data.path(), 1).unwrap(),
        data,
    }
}

impl Archive {
    pub(super) fn save(&self, description: &Description) -> Saved {
        let description = description.clone();
        self.catalogue
            .write_blocking(move |c| c.save_lesson(Target::New, &description))
            .unwrap()
    }

    fn codes(&self, filter: Filter, limit: u32) -> Vec<Code> {
        let (mut codes, mut after) = (Vec::new(), None);
        loop {
            let filter = filter.clone();
            let page = self
                .catalogue
                .read_blocking(move |c| c.list(&filter, after, limit))
                .unwrap();
            assert!(page.lessons.len() <= limit as usize);
            codes.extend(page.lessons.iter().map(|l| l.code));
            after = page.next;
            if after.is_none() {
                return codes;
            }
        }
    }

    /// As `teledars check` sees them: with connections of its own. (A connection that has searched keeps
    /// the shape of the word index in mind, and SQLite 3.54's own integrity check then trips over it when
    /// another connection has merged the index since.)
    fn faults(&self) -> Vec<Fault> {
        Catalogue::open(self.data.path(), 1)
            .unwrap()
            .read_blocking(|c| c.faults())
            .unwrap()
    }
}

/// A public lesson of the Azerbaijani section that says nothing else; other modules' tests describe theirs by it.
pub(crate) fn lesson(title: &str, grades: &[&str], subject: &str) -> Description {
    Description {
        title: title.into(),
        description: None,
        grades: grades.iter().map(|g| (*g).into()).collect(),
        subject: subject.into(),
        section: "az".into(),
        language: None,
        programme: Some("2020".into()),
        lesson_number: None,
        unit: None,
        topic: None,
        curriculum: Vec::new(),
        school_year: None,
        term: None,
        week: None,
        textbook: None,
        broadcasts: Vec::new(),
        teachers: Vec::new(),
        interpreter: None,
        kind: Kind::Lesson,
        variant_of: None,
        chapters: Vec::new(),
        license: None,
        rights_holder: None,
        source_url: None,
        visibility: Visibility::Public,
    }
}

pub(super) fn footage(bytes: u64) -> (NewRecording, NewFile) {
    let recording = NewRecording {
        duration: Millis(1000),
        size: Some((640, 360)),
        has_sound: true,
        playable: true,
        origin: None,
    };
    let name = format!("{}.mp4", uuid::Uuid::new_v4().simple());
    let source = NewFile {
        role: Role::Source,
        location: format!("files/{name}"),
        name,
        placement: Placement::Store,
        bytes: Bytes(bytes),
        sha256: None,
        etag: "0123456789abcdef".into(),
        mime: "video/mp4".into(),
        modified: UnixMillis(0),
        label: None,
        language: None,
        quality: None,
        size: None,
        duration: None,
        start: None,
        position: 0,
    };
    (recording, source)
}

#[test]
fn a_lesson_comes_back_as_it_was_saved_and_saving_it_again_changes_nothing() {
    let archive = archive();
    let full = Description {
        description: Some("Two\nlines".into()),
        language: Some("en".into()),
        lesson_number: Some(3),
        unit: Some("Kəsrlər".into()),
        topic: Some("Toplama".into()),
        curriculum: vec![("az".into(), "2.1".into()), ("az".into(), "1.1".into())],
        school_year: Some("2019/20".into()),
        term: Some(4),
        week: Some("2020-W14".into()),
        textbook: Some(("9789952000000".into(), "34".into())),
        broadcasts: vec![
            Broadcast {
                at: UnixMillis(1_585_548_000_000),
                channel: "medeniyyet".into(),
            },
            Broadcast {
                at: UnixMillis(1_585_648_000_000),
                channel: "arb_gunes".into(),
            },
        ],
        teachers: vec!["B".into(), "A".into()],
        interpreter: Some("C".into()),
        kind: Kind::Revision,
        chapters: vec![Chapter {
            start: Millis(0),
            title: "Start".into(),
        }],
        license: Some("CC0-1.0".into()),
        rights_holder: Some("D".into()),
        source_url: Some("https://example.org/1".into()),
        ..lesson("Kəsrlər", &["7", "6"], "mathematics")
    };
    let saved = archive.save(&full);
    let back = archive
        .catalogue
        .read_blocking(move |c| c.lesson(saved.id))
        .unwrap()
        .unwrap();
    assert_eq!(back.description, full);
    let again = archive
        .catalogue
        .write_blocking(move |c| c.save_lesson(Target::Existing(saved.id), &full))
        .unwrap();
    assert!(!again.changed);
    assert_eq!(again.code, saved.code);
}

#[test]
fn no_table_takes_a_new_code_for_a_number_or_a_date() {
    let archive = archive();
    for number in 0..60 {
        let saved = archive.save(&lesson(&format!("Dərs {number}"), &["7"], "physics"));
        let code = saved.code.to_string();
        assert!(code.starts_with(|c: char| c.is_ascii_uppercase()), "{code}");
    }
}

#[test]
fn lists_are_in_programme_order_and_pages_neither_skip_nor_repeat() {
    let archive = archive();
    let mut expected = Vec::new();
    for number in 1..=23 {
        let numbered = Description {
            lesson_number: Some(number),
            ..lesson("x", &["7", "8"], "physics")
        };
        expected.push((number, archive.save(&numbered).code));
    }
    archive.save(&Description {
        visibility: Visibility::Draft,
        ..lesson("draft", &["7"], "physics")
    });
    archive.save(&Description {
        visibility: Visibility::Unlisted,
        ..lesson("unlisted", &["7"], "physics")
    });
    let expected: Vec<Code> = expected.into_iter().map(|(_, code)| code).collect();
    let grade = |g: &str| Filter {
        grade: Some(g.into()),
        ..Filter::default()
    };
    for limit in [1, 5, 23, 200] {
        assert_eq!(
            archive.codes(Filter::default(), limit),
            expected,
            "limit {limit}"
        );
        assert_eq!(archive.codes(grade("8"), limit), expected, "limit {limit}");
    }
    assert!(archive.codes(grade("9"), 5).is_empty());
    let first = archive
        .catalogue
        .read_blocking(|c| c.shelf("7", "physics", "az", None, 10))
        .unwrap();
    let after = first.last().map(|c| c.code);
    let second = archive
        .catalogue
        .read_blocking(move |c| c.shelf("7", "physics", "az", after, 50))
        .unwrap();
    let shelf: Vec<Code> = first.iter().chain(&second).map(|c| c.code).collect();
    assert_eq!(shelf, expected);
}

#[test]
fn words_are_found_whatever_the_keyboard() {
    let archive = archive();
    let fractions = archive
        .save(&lesson("KƏSRLƏRİN toplanması", &["7"], "mathematics"))
        .code;
    let light = archive.save(&lesson("İşıq", &["7"], "physics")).code;
    archive.save(&Description {
        visibility: Visibility::Draft,
        ..lesson("işıq", &["7"], "physics")
    });
    let search = |words: &str| -> Vec<Code> {
        let search = Search {
            text: words.to_owned(),
            limit: 10,
            ..Search::default()
        };
        let found = archive.catalogue.search_blocking(search).unwrap().lessons;
        found.into_iter().map(|found| found.card.code).collect()
    };
    assert_eq!(search("kesr topl"), [fractions]);
    assert_eq!(search("isiq"), [light]);
    assert_eq!(search("ISIQ"), [light]);
    // No lesson has both: one of them is left out.
    assert_eq!(search("isiq kesr").len(), 1);
    // The words go with the lesson.
    let id = fractions;
    archive
        .catalogue
        .write_blocking(move |c| {
            let Found::Lesson(old) = c.snapshot().find(id)? else {
                panic!()
            };
            c.save_lesson(
                Target::Existing(old.id),
                &lesson("Sadə ədədlər", &["7"], "mathematics"),
            )
        })
        .unwrap();
    assert!(search("kesr").is_empty());
    assert_eq!(search("sade eded"), [fractions]);
    // The index is merged now and then; who searched before goes on finding.
    for n in 0..40 {
        archive.save(&lesson(&format!("Dərs {n}"), &["7"], "physics"));
        assert_eq!(search("sade eded"), [fractions]);
    }
}

#[test]
fn new_captions_take_the_place_of_the_old_ones_in_their_language() {
    let archive = archive();
    let id = archive.save(&lesson("x", &["7"], "physics")).id;
    let files = archive
        .catalogue
        .write_blocking(move |c| {
            let (recording, source) = footage(100);
            let recording = c.add_recording(id, &recording, &source)?;
            for (language, bytes) in [("az", 1), ("ru", 2), ("az", 3)] {
                let (_, file) = footage(bytes);
                c.add_file(
                    recording,
                    &NewFile {
                        role: Role::Captions,
                        language: Some(language.into()),
                        ..file
                    },
                )?;
            }
            c.snapshot().files(recording)
        })
        .unwrap();
    let captions: Vec<_> = files
        .iter()
        .filter(|f| f.file.role == Role::Captions)
        .map(|f| (f.file.language.clone().unwrap(), f.file.bytes.0))
        .collect();
    assert_eq!(captions, [("ru".to_owned(), 2), ("az".to_owned(), 3)]);
}

#[test]
fn a_vocabulary_entry_that_lessons_use_is_retired_and_not_lost() {
    let archive = archive();
    archive.save(&lesson("x", &["7"], "physics"));
    let mut smaller = shipped_vocabulary().unwrap();
    smaller.subjects.retain(|s| s.id == "music");
    archive
        .catalogue
        .write_blocking(move |c| c.load_vocabulary(&smaller))
        .unwrap();
    let now = archive.catalogue.read_blocking(|c| c.vocabulary()).unwrap();
    let subjects: Vec<_> = now
        .subjects
        .iter()
        .map(|s| (s.id.as_str(), s.retired))
        .collect();
    assert_eq!(subjects, [("music", false), ("physics", true)]);
}

#[test]
fn a_panic_in_one_question_leaves_the_catalogue_answering() {
    let archive = archive();
    let answer = archive.catalogue.write_blocking(|c| {
        c.save_lesson(Target::New, &lesson("half done", &["7"], "physics"))?;
        if true {
            panic!("a fault of the program");
        }
        Ok(())
    });
    assert!(matches!(answer, Err(Error::Closed)));
    assert_eq!(
        archive
            .catalogue
            .read_blocking(|c| c.count_lessons())
            .unwrap(),
        0
    );
    archive.save(&lesson("x", &["7"], "physics"));
}

#[test]
fn what_check_repairs_is_what_it_finds() {
    let archive = archive();
    archive.save(&lesson("x", &["7"], "physics"));
    for wrong in [
        "lessons = 5",
        "lessons = 0, priced = 0",
        "cost = 9",
        "lessons = 7, priced = 7",
    ] {
        archive
            .catalogue
            .write_blocking(move |c| {
                c.sql()
                    .execute_batch(&format!("UPDATE shelf_counts SET {wrong}"))?;
                Ok(())
            })
            .unwrap();
        assert!(
            archive
                .faults()
                .iter()
                .any(|f| f.0.contains("count is wrong")),
            "{wrong}"
        );
        archive
            .catalogue
            .write_blocking(|c| c.rebuild_shelves())
            .unwrap();
        assert_eq!(archive.faults(), [], "{wrong}");
    }
}

#[derive(Clone, Debug)]
enum Step {
    Save(usize, usize, usize, bool),
    Footage(usize, u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..6_usize, 0..3_usize, 0..3_usize, any::<bool>())
            .prop_map(|(n, g, s, p)| Step::Save(n, g, s, p)),
        (0..6_usize, 1..1000_u64).prop_map(|(n, b)| Step::Footage(n, b)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn whatever_is_done_the_shelves_and_their_counts_agree_with_the_lessons(steps in proptest::collection::vec(step(), 1..25)) {
        let archive = archive();
        let mut ids: Vec<Option<LessonId>> = vec![None; 6];
        for step in steps {
            match step {
                Step::Save(n, grades, subject, public) => {
                    let description = Description {
                        visibility: if public { Visibility::Public } else { Visibility::Draft },
                        ..lesson("x", &["1", "2", "3"][..=grades], ["physics", "music", "english"][subject])
                    };
                    let target = ids[n].map_or(Target::New, Target::Existing);
                    ids[n] = Some(archive.catalogue.write_blocking(move |c| c.save_lesson(target, &description)).unwrap().id);
                }
                Step::Footage(n, bytes) => if let Some(id) = ids[n] {
                    let (recording, source) = footage(bytes);
                    archive.catalogue.write_blocking(move |c| c.add_recording(id, &recording, &source)).unwrap();
                }
            }
            prop_assert_eq!(archive.faults(), Vec::new());
        }
    }
}

#[test]
fn the_generation_has_moved_when_a_write_returns_and_stays_when_nothing_was_changed() {
    let archive = archive();
    let before = archive.catalogue.generation();
    archive.save(&lesson("Angles", &["7"], "mathematics"));
    let after = archive.catalogue.generation();
    assert_ne!(before, after);
    let none: Result<(), Error> = archive.catalogue.write_blocking(|_| Err(Error::Closed));
    assert!(none.is_err());
    archive
        .catalogue
        .read_blocking(|c| c.shelf_counts())
        .unwrap();
    assert_eq!(archive.catalogue.generation(), after);
}

#[test]
fn the_progress_of_uploads_leaves_the_generation_alone() {
    let archive = archive();
    let add = |c: &Change<'_>| c.add_person(None, "Leyla", PersonRole::Teacher, None);
    let person = archive.catalogue.write_blocking(add).unwrap();
    let before = archive.catalogue.generation();
    let new = NewUpload {
        id: UploadId::random(),
        person,
        lesson: None,
        kind: UploadKind::Whole,
        parts: Vec::new(),
        length: Some(Bytes(9)),
        offset: Bytes(0),
        metadata: String::new(),
        state: UploadState::Uploading,
        expires: UnixMillis(1),
    };
    let id = new.id;
    archive
        .catalogue
        .progress_blocking(move |c| {
            c.add_upload(&new)?;
            c.upload_reached(id, Bytes(4), new.length, UnixMillis(2))
        })
        .unwrap();
    assert_eq!(archive.catalogue.generation(), before);
    let upload = archive.catalogue.read_blocking(move |c| c.upload(id));
    assert_eq!(upload.unwrap().unwrap().offset, Bytes(4));
}

#[test]
fn the_generation_moves_when_somebody_else_commits() {
    let archive = archive();
    let other = Catalogue::open(archive.data.path(), 1).unwrap();
    for title in ["Angles", "Circles"] {
        let before = archive.catalogue.generation();
        let description = lesson(title, &["7"], "mathematics");
        other
            .write_blocking(move |c| c.save_lesson(Target::New, &description))
            .unwrap();
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
        while archive.catalogue.generation() == before {
            assert!(std::time::Instant::now() < deadline, "{title} unnoticed");
            std::thread::yield_now();
        }
    }
}

#[test]
fn the_shelf_and_the_lesson_agree_on_what_it_costs() {
    let archive = archive();
    let made = [
        (Role::Rendition, 700),
        (Role::Audio, 5),
        (Role::Rendition, 90),
    ];
    for (playable, size) in [
        (true, Some((854, 480))),
        (false, Some((854, 480))),
        (true, None),
        (false, None),
    ] {
        let id = archive.save(&lesson("Angles", &["7"], "mathematics")).id;
        let (plain, source) = footage(400);
        let recording = NewRecording {
            playable,
            size,
            ..plain
        };
        let add = move |c: &Change<'_>| c.add_recording(id, &recording, &source);
        let recording = archive.catalogue.write_blocking(add).unwrap();
        for number in 0..=made.len() {
            let read = move |c: &Snapshot<'_>| {
                let shelf = c.shelf("7", "mathematics", "az", None, 10)?;
                let listed = shelf.iter().find(|card| card.id == id).unwrap().cost;
                Ok((listed, c.lesson(id)?.unwrap().cost()))
            };
            let (listed, own) = archive.catalogue.read_blocking(read).unwrap();
            assert_eq!(listed, own, "{playable} {size:?}, {number} made");
            assert!(own.is_some());
            let Some(&(role, bytes)) = made.get(number) else {
                continue;
            };
            let (_, source) = footage(bytes);
            let file = NewFile { role, ..source };
            let add = move |c: &Change<'_>| c.add_file(recording, &file);
            archive.catalogue.write_blocking(add).unwrap();
        }
    }
    assert_eq!(archive.faults(), Vec::new());
}

impl Change<'_> {
    /// Another code of a lesson, such as that of one that was merged into it: nothing of ours merges any yet.
    pub(crate) fn add_alias(&self, alias: Code, of: Code) -> Result<(), Error> {
        self.sql().execute(
            "INSERT INTO codes (code, lesson) SELECT ?, id FROM lessons WHERE code = ?",
            [alias.as_str(), of.as_str()],
        )?;
        Ok(())
    }
}
