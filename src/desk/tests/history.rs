//! The history of a lesson, and undoing what is in it.

use serde_json::json;

use super::super::{ConflictError, Undo};
use super::*;

#[test]
fn an_edit_is_undone_and_the_undoing_is_undone() {
    let archive = archive();
    let (aynur, rauf) = (archive.teacher("Aynur"), archive.teacher("Rauf"));
    let code = archive
        .lesson(&aynur, json!({"chapters": ["0:00 Giriş", "1:00.250 Misal"], "teachers": ["A", "B"], "description": "Bir\niki"}))
        .lesson
        .code;
    let first = archive.now(code).description;
    archive
        .edit(&aynur, code, json!({"title": "Yeni", "chapters": [], "teachers": ["B", "A"], "description": null, "grades": ["8", "7"],
               "broadcasts": ["medeniyyet@2020-04-02T10:00"], "textbook": "9789952000009:34", "curriculum": ["az:2.1; b"], "term": 2}))
        .unwrap();
    let second = archive.now(code).description;
    let edited = archive.last_change(code);
    archive.refused(|d| d.undo(&rauf, code, edited));
    assert_eq!(
        archive
            .desk
            .undo(&aynur, code, edited)
            .unwrap()
            .lesson
            .description,
        first
    );
    let undone = archive
        .desk
        .history(&aynur, code, None, 1)
        .unwrap()
        .remove(0);
    assert_eq!(undone.detail["undoes"], json!(edited));
    assert_eq!(undone.action, "edited");
    assert_eq!(
        archive
            .desk
            .undo(&aynur, code, undone.id)
            .unwrap()
            .lesson
            .description,
        second
    );
    archive
        .desk
        .undo(&aynur, code, archive.last_change(code))
        .unwrap();
    assert_eq!(archive.now(code).description, first);
    archive.expect_sound();
}

#[test]
fn a_change_is_not_undone_when_what_it_changed_was_changed_again() {
    let archive = archive();
    let aynur = archive.teacher("Aynur");
    let code = archive.lesson(&aynur, json!({})).lesson.code;
    archive
        .edit(
            &aynur,
            code,
            json!({"title": "B", "unit": "U", "topic": "T"}),
        )
        .unwrap();
    let both = archive.last_change(code);
    archive
        .edit(&aynur, code, json!({"title": "C", "topic": "S", "term": 1}))
        .unwrap();
    let told = archive.refused(|d| d.undo(&aynur, code, both));
    assert_eq!(
        told.to_string(),
        "title, topic changed again since; undo the later change first"
    );
    archive
        .desk
        .undo(&aynur, code, archive.last_change(code))
        .unwrap();
    archive.edit(&aynur, code, json!({"week": "3"})).unwrap();
    // What else changed does not matter.
    let now = archive
        .desk
        .undo(&aynur, code, both)
        .unwrap()
        .lesson
        .description;
    assert_eq!(
        (now.title.as_str(), now.unit, now.week.as_deref()),
        ("Kəsr", None, Some("3"))
    );
}

#[test]
fn publishing_unlisting_withdrawing_and_reinstating_are_undone() {
    let archive = archive();
    let aynur = archive.teacher("Aynur");
    let code = archive
        .lesson(&aynur, json!({"visibility": "unlisted"}))
        .lesson
        .code;
    archive
        .edit(&aynur, code, json!({"visibility": "public"}))
        .unwrap();
    archive
        .desk
        .undo(&aynur, code, archive.last_change(code))
        .unwrap();
    assert_eq!(archive.actions(code), ["unlisted", "published", "created"]);
    archive.desk.withdraw(&aynur, code, "səhv").unwrap();
    let withdrawn = archive.last_change(code);
    archive.desk.undo(&aynur, code, withdrawn).unwrap();
    assert_eq!(archive.now(code).withdrawn, None);
    let told = archive.refused(|d| d.undo(&aynur, code, withdrawn));
    assert!(
        matches!(told, Error::Conflict(ConflictError::NotWithdrawn)),
        "{told}"
    );
    archive
        .desk
        .undo(&aynur, code, archive.last_change(code))
        .unwrap();
    assert_eq!(archive.now(code).withdrawn.unwrap().reason, "səhv");
    assert_eq!(
        archive.actions(code)[..3],
        ["withdrawn", "reinstated", "withdrawn"]
    );
    archive.expect_sound();
}

#[test]
fn where_editors_publish_a_teacher_undoes_nothing_of_what_is_out() {
    let archive = Archive::with(TeachersPublish::No);
    let aynur = archive.teacher("Aynur");
    let operator = Author::CommandLine;
    let code = archive.lesson(&aynur, json!({})).lesson.code;
    archive.record(&aynur, code, b"first");
    archive
        .desk
        .put_captions(&aynur, code, "az", &vtt("bir"))
        .unwrap();
    let captions = archive.last_change(code);
    archive.edit(&aynur, code, json!({"title": "B"})).unwrap();
    let edited = archive.last_change(code);
    archive
        .edit(&operator, code, json!({"visibility": "public"}))
        .unwrap();
    archive
        .edit(&operator, code, json!({"visibility": "unlisted"}))
        .unwrap();
    let unlisted = archive.last_change(code);
    archive.desk.withdraw(&operator, code, "səhv").unwrap();
    let withdrawn = archive.last_change(code);
    archive.desk.reinstate(&operator, code).unwrap();
    archive.desk.withdraw(&operator, code, "səhv").unwrap();
    archive.record(&operator, code, b"second");
    let recording = archive.last_change(code);
    for change in [captions, edited, unlisted, withdrawn, recording] {
        let told = archive.refused(|d| d.undo(&aynur, code, change));
        assert!(matches!(told, Error::NotYours(_)), "{change}: {told}");
    }
}

#[test]
fn what_has_no_way_back_is_said_beforehand() {
    let archive = archive();
    let aynur = archive.teacher("Aynur");
    let code = archive.lesson(&aynur, json!({})).lesson.code;
    let other = archive.lesson(&aynur, json!({})).lesson.code;
    let past = archive.desk.history(&aynur, code, None, 10).unwrap();
    assert_eq!((past.len(), past[0].undo), (1, Undo::No));
    let told = archive.refused(|d| d.undo(&aynur, code, past[0].id));
    assert!(
        told.to_string().contains("delete the draft instead"),
        "{told}"
    );
    // A change of another lesson is none of this one.
    archive.edit(&aynur, other, json!({"title": "B"})).unwrap();
    let told = archive.refused(|d| d.undo(&aynur, code, archive.last_change(other)));
    assert!(
        matches!(told, Error::NoPart { what: "change", .. }),
        "{told}"
    );
    archive.refused(|d| d.undo(&aynur, code, i64::MAX));
}

#[test]
fn a_value_that_the_vocabulary_lost_meanwhile_does_not_come_back() {
    let archive = archive();
    let aynur = archive.teacher("Aynur");
    let code = archive
        .lesson(&aynur, json!({"subject": "physics"}))
        .lesson
        .code;
    archive
        .edit(&aynur, code, json!({"subject": "mathematics"}))
        .unwrap();
    let mut vocabulary = archive.catalogue.read_blocking(|c| c.vocabulary()).unwrap();
    vocabulary.subjects.retain(|s| s.id != "physics");
    archive
        .catalogue
        .write_blocking(move |c| c.load_vocabulary(&vocabulary))
        .unwrap();
    let told = archive.refused(|d| d.undo(&aynur, code, archive.last_change(code)));
    assert!(
        told.to_string()
            .contains(r#""physics" is not a subject of this archive"#),
        "{told}"
    );
}

#[test]
fn a_long_history_is_read_in_steps() {
    let archive = archive();
    let aynur = archive.teacher("Aynur");
    let code = archive.lesson(&aynur, json!({})).lesson.code;
    for n in 1..=7 {
        archive
            .edit(&aynur, code, json!({"lesson_number": n}))
            .unwrap();
    }
    let (mut seen, mut before) = (Vec::new(), None);
    loop {
        let step = archive.desk.history(&aynur, code, before, 3).unwrap();
        let Some(last) = step.last() else { break };
        before = Some(last.id);
        seen.extend(step.iter().map(|p| p.id));
    }
    assert_eq!(seen.len(), 8);
    assert!(seen.windows(2).all(|pair| pair[0] > pair[1]));
}
