//! What is changed is found as it is now, and what is not listed is not found.

use proptest::prelude::*;

use super::*;

#[test]
fn what_is_not_listed_is_not_found_nor_suggested_and_comes_back_when_it_is() {
    let archive = archive();
    let secret = maths("Gizlincə");
    let saved = archive.says(&secret, &[(1, "sirrimiz")]);
    let found = || archive.titles("sirrimiz").len() + archive.titles("gizlincə").len();
    assert_eq!(found(), 2);
    let id = saved.id;
    let set = |visibility| {
        let d = Description {
            visibility,
            ..secret.clone()
        };
        archive
            .catalogue
            .write_blocking(move |c| c.save_lesson(Target::Existing(id), &d))
            .unwrap();
    };
    let withdraw = |reason: Option<&'static str>| {
        archive
            .catalogue
            .write_blocking(move |c| c.set_withdrawn(id, reason))
            .unwrap();
    };
    let nothing = || {
        for typed in ["sirrimiz", "gizlincə", "sirimiz", "gizlnce", "sirr", "giz"] {
            let results = archive.find(looking_for(typed));
            assert!(results.lessons.is_empty(), "{typed}");
            assert_eq!(
                (results.corrected, results.suggested),
                (None, None),
                "{typed}"
            );
        }
    };
    for visibility in [Visibility::Unlisted, Visibility::Draft] {
        set(visibility);
        nothing();
        set(Visibility::Public);
        assert_eq!(found(), 2);
    }
    withdraw(Some("Səhv"));
    nothing();
    withdraw(None);
    assert_eq!(found(), 2);
    // A draft's words are not even known.
    archive.says(
        &Description {
            visibility: Visibility::Draft,
            ..maths("Qaralama")
        },
        &[(1, "heçkəs")],
    );
    let known = archive.catalogue.read_blocking(|c| {
        Ok(c.sql().query_row(
            "SELECT count(*) FROM words WHERE word IN ('qaralama', 'heckes')",
            [],
            |r| r.get::<_, u32>(0),
        )?)
    });
    assert_eq!(known.unwrap(), 0);
}

#[test]
fn a_damaged_index_is_seen_and_mended() {
    let archive = archive();
    let saved = archive.says(&maths("Kəsr"), &[(1, "sadə")]);
    archive.says(&maths("Ədəd"), &[(1, "tam")]);
    let differing = |archive: &Archive| {
        archive
            .catalogue
            .read_blocking(|c| c.index_differs())
            .unwrap()
    };
    assert_eq!(differing(&archive), []);
    for damage in [
        "DELETE FROM all_words WHERE rowid = 1",
        "DELETE FROM main_words WHERE rowid = 1",
        "DELETE FROM lesson_words WHERE rowid = 1",
        "DELETE FROM all_words WHERE rowid = 1; INSERT INTO all_words (rowid, words) VALUES (1, 'basqa')",
        "DELETE FROM lesson_words WHERE rowid = 1; INSERT INTO lesson_words (rowid, topic) VALUES (1, 'kesr')",
    ] {
        archive
            .catalogue
            .write_blocking(move |c| Ok(c.sql().execute_batch(damage)?))
            .unwrap();
        assert_eq!(differing(&archive), [saved.id], "{damage}");
        let faults = archive
            .catalogue
            .read_blocking(|c| c.index_faults())
            .unwrap();
        assert!(faults[0].0.contains(&saved.code.to_string()), "{faults:?}");
        archive
            .catalogue
            .write_blocking(move |c| c.index_anew(&[saved.id]))
            .unwrap();
        assert_eq!(differing(&archive), []);
    }
    // Of a lesson that is gone.
    let stray = "INSERT INTO all_words (rowid, words) VALUES (99, 'kesr')";
    archive
        .catalogue
        .write_blocking(move |c| Ok(c.sql().execute_batch(stray)?))
        .unwrap();
    assert_eq!(differing(&archive), [LessonId(99)]);
    archive
        .catalogue
        .write_blocking(|c| c.index_anew(&[LessonId(99)]))
        .unwrap();
    archive
        .catalogue
        .write_blocking(|c| c.empty_index())
        .unwrap();
    assert_eq!(differing(&archive).len(), 2);
}

/// A change of one of a few lessons.
#[derive(Clone, Debug)]
enum Step {
    Save(usize, usize, Visibility),
    Record(usize),
    Captions(usize, &'static str, Vec<usize>),
    Remove(usize),
    PutBack(usize),
    Show(usize, usize),
    Withdraw(usize, bool),
    Delete(usize),
}

const WORDS: [&str; 6] = ["kəsr", "ədəd", "üçbucaq", "дробь", "işıq", "qüvvə"];

fn step() -> impl Strategy<Value = Step> {
    let at = 0..3_usize;
    let seen = prop_oneof![
        4 => Just(Visibility::Public), 1 => Just(Visibility::Unlisted), 1 => Just(Visibility::Draft)
    ];
    prop_oneof![
        4 => (at.clone(), 0..WORDS.len(), seen).prop_map(|(at, word, seen)| Step::Save(at, word, seen)),
        2 => at.clone().prop_map(Step::Record),
        4 => (at.clone(), prop_oneof![Just("az"), Just("ru")], prop::collection::vec(0..WORDS.len(), 1..4))
            .prop_map(|(at, language, words)| Step::Captions(at, language, words)),
        1 => at.clone().prop_map(Step::Remove),
        1 => at.clone().prop_map(Step::PutBack),
        1 => (at.clone(), 0..3_usize).prop_map(|(at, edition)| Step::Show(at, edition)),
        1 => (at.clone(), any::<bool>()).prop_map(|(at, out)| Step::Withdraw(at, out)),
        1 => at.prop_map(Step::Delete),
    ]
}

impl Archive {
    fn take(&self, lessons: &mut [Option<LessonId>], step: Step) {
        let lesson_at = |at: usize| lessons[at];
        let current = |id: LessonId| {
            let found = self.catalogue.read_blocking(move |c| c.lesson(id)).unwrap();
            found.and_then(|lesson| Some((lesson.recording.clone()?.id, lesson)))
        };
        match step {
            Step::Save(at, word, visibility) => {
                let d = Description {
                    visibility,
                    ..maths(WORDS[word])
                };
                let target = lesson_at(at).map_or(Target::New, Target::Existing);
                let saved = self
                    .catalogue
                    .write_blocking(move |c| c.save_lesson(target, &d))
                    .unwrap();
                lessons[at] = Some(saved.id);
            }
            Step::Record(at) => {
                if let Some(id) = lesson_at(at) {
                    self.record(id);
                }
            }
            Step::Captions(at, language, words) => {
                if let Some((recording, _)) = lesson_at(at).and_then(current) {
                    let lines: Vec<(u64, &str)> =
                        (1..).zip(words.iter().map(|w| WORDS[*w])).collect();
                    self.add(recording, self.captions(language, &lines));
                }
            }
            Step::Remove(at) => {
                if let Some((recording, lesson)) = lesson_at(at).and_then(current)
                    && let Some(file) = lesson.files_of(Role::Captions).next().map(|f| f.id)
                {
                    self.catalogue
                        .write_blocking(move |c| c.replace_file(recording, file))
                        .unwrap();
                }
            }
            Step::PutBack(at) => {
                if let Some((recording, _)) = lesson_at(at).and_then(current) {
                    self.catalogue
                        .write_blocking(move |c| {
                            let file: Option<i64> = c
                                .sql()
                                .query_row(
                                    "SELECT max(id) FROM files f WHERE recording = ?1 AND role = 'captions'
                                     AND replaced_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM files o WHERE o.recording = ?1
                                     AND o.role = 'captions' AND o.language = f.language AND o.replaced_at IS NULL)",
                                    [recording.0],
                                    |r| r.get(0),
                                )?;
                            match file {
                                Some(file) => c.put_file_back(recording, FileId(file)),
                                None => Ok(()),
                            }
                        })
                        .unwrap();
                }
            }
            Step::Show(at, edition) => {
                if let Some(id) = lesson_at(at) {
                    let editions = self
                        .catalogue
                        .read_blocking(move |c| c.editions(id))
                        .unwrap();
                    if let Some(edition) = editions.get(edition).map(|e| e.id) {
                        self.catalogue
                            .write_blocking(move |c| c.show_edition(id, edition))
                            .unwrap();
                    }
                }
            }
            Step::Withdraw(at, out) => {
                if let Some(id) = lesson_at(at) {
                    let reason = out.then_some("Səhv");
                    self.catalogue
                        .write_blocking(move |c| c.set_withdrawn(id, reason))
                        .unwrap();
                }
            }
            Step::Delete(at) => {
                if let Some(id) = lesson_at(at)
                    && self
                        .catalogue
                        .write_blocking(move |c| c.delete_lesson(id))
                        .is_ok()
                {
                    lessons[at] = None;
                }
            }
        }
    }

    /// Lessons that have `word`, as whoever reads all of them finds out.
    fn scanned(&self, word: &str) -> Vec<LessonId> {
        let data = self.data.path().to_owned();
        let lessons = self.catalogue.read_blocking(|c| {
            let ids = c.lesson_ids(LessonId(0), 100)?;
            ids.into_iter()
                .map(|id| c.lesson(id))
                .collect::<Result<Vec<_>, _>>()
        });
        let has = |lesson: &crate::catalogue::Lesson| {
            let listed =
                lesson.withdrawn.is_none() && lesson.description.visibility == Visibility::Public;
            let captions = lesson.files_of(Role::Captions);
            let mut texts: Vec<String> = captions
                .map(|f| std::fs::read_to_string(data.join(&f.file.location)).unwrap())
                .collect();
            texts.push(lesson.description.title.clone());
            listed && texts.iter().any(|text| text.contains(word))
        };
        let lessons = lessons.unwrap().into_iter().flatten();
        lessons.filter(has).map(|lesson| lesson.id).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_changes_search_finds_what_a_reader_of_everything_finds(steps in prop::collection::vec(step(), 1..24)) {
        let archive = archive();
        let mut lessons = [None; 3];
        for step in steps {
            archive.take(&mut lessons, step.clone());
            for word in WORDS {
                let results = archive.find(looking_for(word));
                // What no lesson has is taken for something near it, of which there is none.
                let mut found: Vec<LessonId> = results.lessons.iter().map(|f| f.card.id).collect();
                found.sort_unstable();
                prop_assert_eq!(found, archive.scanned(word), "{} after {:?}", word, step);
            }
        }
        prop_assert_eq!(archive.catalogue.read_blocking(|c| c.index_differs()).unwrap(), []);
    }
}
