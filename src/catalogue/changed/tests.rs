//! A copy that follows the changes is the archive, whatever happened in between and whenever it looked.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::catalogue::tests::{Archive, archive, footage, lesson};
use crate::catalogue::{Filter, Target};
use crate::units::Millis;

const BEGINNING: ChangePlace = ChangePlace {
    at: UnixMillis(0),
    lesson: None,
};

/// A copy of an archive, which knows nothing but what it was told.
struct Mirror {
    lessons: BTreeMap<Code, Lesson>,
    place: ChangePlace,
    /// Every code that it ever heard of.
    named: BTreeSet<Code>,
}

impl Mirror {
    fn new() -> Self {
        Self {
            lessons: BTreeMap::new(),
            place: BEGINNING,
            named: BTreeSet::new(),
        }
    }

    /// One page.
    fn look(&mut self, archive: &Archive, limit: u32) -> bool {
        let place = self.place;
        let asked = archive
            .catalogue
            .read_blocking(move |c| c.changed(place, limit));
        let page = asked.unwrap();
        assert!(page.lessons.len() <= limit as usize);
        for changed in page.lessons {
            match changed {
                Changed::Listed(lesson) => {
                    self.named.insert(lesson.code);
                    self.lessons.insert(lesson.code, *lesson);
                }
                Changed::Gone(gone) => {
                    self.named.insert(gone.code);
                    self.lessons.remove(&gone.code);
                }
            }
        }
        self.place = page.last.to_string().parse().unwrap();
        page.more
    }

    fn catch_up(&mut self, archive: &Archive) {
        while self.look(archive, 2) {}
    }
}

fn all(archive: &Archive) -> BTreeMap<Code, Lesson> {
    let page = archive
        .catalogue
        .read_blocking(|c| c.list(&Filter::default(), None, 200))
        .unwrap();
    page.lessons.into_iter().map(|l| (l.code, l)).collect()
}

#[derive(Clone, Debug)]
enum Step {
    New(Visibility),
    Show(usize, Visibility),
    Rename(usize),
    Withdraw(usize),
    PutBack(usize),
    Footage(usize),
    /// The clock is put back: what is said now is said to have been long before.
    PutClockBack(usize),
    Look(u32),
}

fn step() -> impl Strategy<Value = Step> {
    let visibility = || prop::sample::select(Visibility::ALL);
    prop_oneof![
        visibility().prop_map(Step::New),
        (any::<usize>(), visibility()).prop_map(|(n, v)| Step::Show(n, v)),
        any::<usize>().prop_map(Step::Rename),
        any::<usize>().prop_map(Step::Withdraw),
        any::<usize>().prop_map(Step::PutBack),
        any::<usize>().prop_map(Step::Footage),
        any::<usize>().prop_map(Step::PutClockBack),
        (1_u32..4).prop_map(Step::Look),
    ]
}

fn edit(
    archive: &Archive,
    id: LessonId,
    change: impl FnOnce(&mut crate::catalogue::Description) + Send + 'static,
) -> Code {
    let saved = archive.catalogue.write_blocking(move |c| {
        let mut said = c.snapshot().lesson(id)?.unwrap().description;
        change(&mut said);
        c.save_lesson(Target::Existing(id), &said)
    });
    saved.unwrap().code
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_copy_misses_nothing_and_hears_of_nothing_that_was_never_public(steps in prop::collection::vec(step(), 1..24)) {
        let archive = archive();
        let mut mirror = Mirror::new();
        let mut made: Vec<LessonId> = Vec::new();
        let mut ever_public = BTreeSet::new();
        for step in steps {
            let of = |n: usize| (!made.is_empty()).then(|| made[n % made.len()]);
            match step {
                Step::New(visibility) => {
                    let said = crate::catalogue::Description { visibility, ..lesson("A", &["7"], "mathematics") };
                    let saved = archive.save(&said);
                    made.push(saved.id);
                    ever_public.extend((visibility == Visibility::Public).then_some(saved.code));
                }
                Step::Show(n, visibility) => if let Some(id) = of(n) {
                    let code = edit(&archive, id, move |d| d.visibility = visibility);
                    ever_public.extend((visibility == Visibility::Public).then_some(code));
                },
                Step::Rename(n) => if let Some(id) = of(n) {
                    edit(&archive, id, |d| d.title.push('a'));
                },
                Step::Withdraw(n) => if let Some(id) = of(n) {
                    archive.catalogue.write_blocking(move |c| c.set_withdrawn(id, Some("Old"))).unwrap();
                },
                Step::PutBack(n) => if let Some(id) = of(n) {
                    archive.catalogue.write_blocking(move |c| c.set_withdrawn(id, None)).unwrap();
                },
                Step::Footage(n) => if let Some(id) = of(n) {
                    let (mut recording, source) = footage(7);
                    recording.duration = Millis(1000);
                    archive.catalogue.write_blocking(move |c| c.add_recording(id, &recording, &source)).unwrap();
                },
                Step::PutClockBack(n) => if let Some(id) = of(n) {
                    archive.catalogue.write_blocking(move |c| {
                        c.sql().execute("UPDATE lessons SET title = title || 'b', updated_at = 5 WHERE id = ?1", [id.0])?;
                        crate::catalogue::shelf::refresh(c.sql(), id)
                    }).unwrap();
                },
                Step::Look(limit) => { mirror.look(&archive, limit); },
            }
        }
        mirror.catch_up(&archive);
        prop_assert_eq!(&mirror.lessons, &all(&archive));
        prop_assert!(mirror.named.is_subset(&ever_public));
        // Nothing happened since: there is nothing more to hear.
        let before = mirror.place;
        mirror.lessons.clear();
        mirror.catch_up(&archive);
        prop_assert!(mirror.lessons.is_empty());
        prop_assert_eq!(mirror.place, before);
    }
}

#[test]
fn what_a_job_adds_is_a_change_and_what_is_withdrawn_says_why() {
    let archive = archive();
    let saved = archive.save(&lesson("A", &["7"], "mathematics"));
    let mut mirror = Mirror::new();
    mirror.catch_up(&archive);
    let seen = mirror.place;
    archive
        .catalogue
        .write_blocking(move |c| {
            c.sql().execute(
                "UPDATE lessons SET processed_at = 9 WHERE id = ?1",
                [saved.id.0],
            )?;
            Ok(())
        })
        .unwrap();
    mirror.catch_up(&archive);
    assert_ne!(mirror.place, seen);
    archive
        .catalogue
        .write_blocking(move |c| c.set_withdrawn(saved.id, Some("Old")))
        .unwrap();
    let place = mirror.place;
    let page = archive
        .catalogue
        .read_blocking(move |c| c.changed(place, 9))
        .unwrap();
    let [Changed::Gone(gone)] = &page.lessons[..] else {
        panic!("{page:?}")
    };
    assert_eq!(gone.withdrawn.as_deref(), Some("Old"));
    assert_eq!(gone.code, saved.code);
}

#[test]
fn a_place_is_read_as_it_is_written_and_not_behind_what_was_never_listed() {
    for text in ["0", "1585821600000", "1585821600000.K7M2QX"] {
        if let Ok(place) = text.parse::<ChangePlace>() {
            assert_eq!(place.to_string(), text);
        }
    }
    assert_eq!(
        "5".parse(),
        Ok(ChangePlace {
            at: UnixMillis(5),
            lesson: None
        })
    );
    for wrong in [
        "",
        ".",
        "-1",
        "+1",
        "1.",
        "1.K7M2QQQ",
        "99999999999999999999",
        "a",
    ] {
        assert_eq!(wrong.parse::<ChangePlace>(), Err(NoChangePlace), "{wrong}");
    }
    let archive = archive();
    let hidden = archive.save(&crate::catalogue::Description {
        visibility: Visibility::Unlisted,
        ..lesson("A", &["7"], "mathematics")
    });
    let place = ChangePlace {
        at: UnixMillis(5),
        lesson: Some(hidden.code),
    };
    let refused = archive
        .catalogue
        .read_blocking(move |c| c.changed(place, 9));
    assert!(matches!(refused, Err(Error::Invalid(_))));
}
