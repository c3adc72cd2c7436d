//! Beginning, describing, publishing, withdrawing, deleting.

use serde_json::json;

use super::super::ConflictError;
use super::*;
use crate::auth::permission::Act;
use crate::catalogue::{Found, Visibility};

#[test]
fn a_new_lesson_is_its_authors_draft_and_says_what_their_last_one_said_with_the_next_number() {
    let archive = archive();
    let (aynur, rauf) = (archive.teacher("Aynur"), archive.teacher("Rauf"));
    let first = archive.lesson(
        &aynur,
        json!({"title": "Kəsr", "grades": ["7", "8"], "section": "ru", "programme": "Teledərs", "lesson_number": 4,
               "teachers": ["Aynur M."], "topic": "Kəsr", "chapters": ["0:00 Giriş"], "license": "CC BY 4.0"}),
    );
    assert_eq!(first.owners, ["Aynur"]);
    assert_eq!(first.lesson.description.visibility, Visibility::Draft);
    assert_eq!(first.lesson.published, None);
    assert_eq!(archive.seen_by_anybody(first.lesson.code), Access::Unknown);

    let foreseen = archive.desk.defaults(&aynur).unwrap();
    let next = archive
        .desk
        .create(&aynur, fields(json!({"title": "Onluq kəsr"})))
        .unwrap();
    let said = next.lesson.description;
    assert_eq!(
        (said.title.as_str(), foreseen.title.as_str()),
        ("Onluq kəsr", "")
    );
    assert_eq!(
        (&said.grades, &said.subject, &said.section),
        (&foreseen.grades, &foreseen.subject, &foreseen.section)
    );
    assert_eq!(said.grades, ["7", "8"]);
    assert_eq!(said.section, "ru");
    assert_eq!(said.programme.as_deref(), Some("Teledərs"));
    assert_eq!(said.lesson_number, Some(5));
    assert_eq!(said.teachers, ["Aynur M."]);
    assert_eq!(said.license.as_deref(), Some("CC BY 4.0"));
    // What the last one was about is not what the next one is about.
    assert_eq!((said.topic, said.chapters.len()), (None, 0));

    // Others have no last lesson: what must be said is asked for.
    let told = archive.refused(|d| d.create(&rauf, fields(json!({"title": "Kəsr"}))));
    assert!(
        told.to_string().contains(r#"column "grades" is empty"#),
        "{told}"
    );
    assert_eq!(archive.desk.defaults(&rauf).unwrap().lesson_number, None);
    archive.expect_sound();
}

#[test]
fn an_edit_that_says_what_is_said_already_changes_nothing_and_is_not_in_the_history() {
    let archive = archive();
    let aynur = archive.teacher("Aynur");
    let code = archive
        .lesson(&aynur, json!({"lesson_number": 3}))
        .lesson
        .code;
    let before = archive.state();
    archive
        .edit(&aynur, code, json!({"title": " Kəsr ", "lesson_number": 3}))
        .unwrap();
    assert_eq!(archive.state(), before);
    archive
        .edit(
            &aynur,
            code,
            json!({"lesson_number": null, "unit": "Kəsrlər"}),
        )
        .unwrap();
    assert_eq!(archive.actions(code), ["edited", "created"]);
    let past = archive
        .desk
        .history(&aynur, code, None, 1)
        .unwrap()
        .remove(0);
    assert_eq!(past.by.as_deref(), Some("Aynur"));
    assert_eq!(
        serde_json::Value::Object(past.detail),
        json!({"lesson_number": [3, null], "unit": [null, "Kəsrlər"]})
    );
}

#[test]
fn who_saw_an_older_state_changes_nothing_and_is_told_who_was_faster() {
    let archive = archive();
    let aynur = archive.teacher("Aynur");
    let editor = archive.person("Leyla", PersonRole::Editor, &[]);
    let seen = archive.lesson(&aynur, json!({})).lesson;
    let title = |title: &str| fields(json!({"title": title}));
    let mine = archive
        .desk
        .edit(&editor, seen.code, title("Leylanın"), Some(seen.updated))
        .unwrap();
    let told = archive.refused(|d| d.edit(&aynur, seen.code, title("Aynurun"), Some(seen.updated)));
    assert!(
        told.to_string()
            .starts_with("Leyla changed this lesson meanwhile"),
        "{told}"
    );
    let now = Some(mine.lesson.updated);
    archive
        .desk
        .edit(&Author::CommandLine, seen.code, title("Aynurun"), now)
        .unwrap();
    let told = archive.refused(|d| d.edit(&aynur, seen.code, title("Yeni"), now));
    assert!(
        matches!(told, Error::Conflict(ConflictError::Changed { by: None })),
        "{told}"
    );
    assert!(
        told.to_string().starts_with("the command line changed"),
        "{told}"
    );
}

#[test]
fn every_change_moves_the_version() {
    let archive = archive();
    let aynur = archive.teacher("Aynur");
    let code = archive.lesson(&aynur, json!({})).lesson.code;
    let begun = archive.now(code).updated;
    // All but a draft's first recording: it arrives while its teacher fills in its form.
    archive.record(&aynur, code, b"one");
    assert_eq!(archive.now(code).updated, begun);
    let mut versions = vec![begun];
    let mut step = |archive: &Archive| versions.push(archive.now(code).updated);
    archive
        .edit(&aynur, code, json!({"title": "B", "visibility": "public"}))
        .unwrap();
    step(&archive);
    archive
        .desk
        .put_captions(&aynur, code, "az", &vtt("bir"))
        .unwrap();
    step(&archive);
    archive.desk.remove_captions(&aynur, code, "az").unwrap();
    step(&archive);
    archive.desk.withdraw(&aynur, code, "səhv").unwrap();
    step(&archive);
    archive.desk.reinstate(&aynur, code).unwrap();
    step(&archive);
    archive.record(&aynur, code, b"two");
    step(&archive);
    archive.desk.show_edition(&aynur, code, 1).unwrap();
    step(&archive);
    assert!(
        versions.windows(2).all(|pair| pair[0] < pair[1]),
        "{versions:?}"
    );
}

#[test]
fn what_was_published_is_never_a_draft_again_and_never_deleted() {
    let archive = archive();
    let aynur = archive.teacher("Aynur");
    let code = archive.lesson(&aynur, json!({})).lesson.code;
    assert!(
        archive
            .desk
            .lesson(&aynur, code)
            .unwrap()
            .may(Act::DeleteDraft)
    );
    let unlisted = archive
        .edit(&aynur, code, json!({"visibility": "unlisted"}))
        .unwrap();
    assert!(unlisted.lesson.published.is_some());
    assert!(!unlisted.may(Act::DeleteDraft));
    let public = archive
        .edit(&aynur, code, json!({"visibility": "public"}))
        .unwrap();
    assert_eq!(public.lesson.published, unlisted.lesson.published);
    assert_eq!(archive.actions(code), ["published", "unlisted", "created"]);
    assert!(matches!(archive.seen_by_anybody(code), Access::Granted(_)));
    let admin = archive.person("Samir", PersonRole::Admin, &[]);
    for author in [&aynur, &admin, &Author::CommandLine] {
        let told = archive.refused(|d| {
            d.edit(
                author,
                code,
                fields(json!({"visibility": "draft", "title": "x"})),
                None,
            )
        });
        assert!(told.to_string().contains("withdraw it instead"), "{told}");
        let told = archive.refused(|d| d.delete(author, code));
        assert!(told.to_string().contains("withdraw it instead"), "{told}");
    }
    // Not even by way of the history.
    let publishing = archive
        .desk
        .history(&aynur, code, None, 10)
        .unwrap()
        .remove(1);
    assert_eq!(publishing.undo, super::super::Undo::No);
    let told = archive.refused(|d| d.undo(&admin, code, publishing.id));
    assert!(
        matches!(told, Error::Conflict(ConflictError::Published)),
        "{told}"
    );
}

#[test]
fn a_withdrawn_lesson_says_why_and_comes_back_as_it_was() {
    let archive = archive();
    let aynur = archive.teacher("Aynur");
    let code = archive
        .lesson(&aynur, json!({"visibility": "public"}))
        .lesson
        .code;
    let file = archive.record(&aynur, code, b"footage");
    let before = archive.now(code).description;
    for (reason, has) in [
        ("", 0),
        (" \n ", 0),
        (&"x".repeat(2001)[..], 2001),
        ("a\u{1b}[2J", 5),
    ] {
        let told = archive.refused(|d| d.withdraw(&aynur, code, reason));
        assert!(
            matches!(told, Error::Reason { has: h, most: 2000 } if h == has),
            "{told}"
        );
    }
    assert!(matches!(
        archive.refused(|d| d.reinstate(&aynur, code)),
        Error::Conflict(ConflictError::NotWithdrawn)
    ));
    archive
        .desk
        .withdraw(&aynur, code, " Səhv var.\r\nYenisi gəlir. ")
        .unwrap();
    assert_eq!(
        archive.seen_by_anybody(code),
        Access::Withdrawn("Səhv var.\nYenisi gəlir.".into())
    );
    assert_eq!(
        archive.file_seen_by_anybody(&file.name),
        FileAccess::Withdrawn
    );
    assert!(matches!(
        archive.refused(|d| d.withdraw(&aynur, code, "x")),
        Error::Conflict(ConflictError::Withdrawn)
    ));
    let back = archive.desk.reinstate(&aynur, code).unwrap().lesson;
    assert_eq!((back.description, back.withdrawn), (before, None));
    assert!(matches!(
        archive.file_seen_by_anybody(&file.name),
        FileAccess::Public(_)
    ));
    archive.expect_sound();
}

#[test]
fn a_draft_that_nobody_was_shown_is_deleted_and_not_withdrawn() {
    let archive = archive();
    let aynur = archive.teacher("Aynur");
    let mine = archive.lesson(&aynur, json!({}));
    assert!(!mine.may(Act::Withdraw));
    let told = archive.refused(|d| d.withdraw(&aynur, mine.lesson.code, "səhv"));
    assert!(
        told.to_string().contains("delete the draft instead"),
        "{told}"
    );
}

#[test]
fn a_deleted_draft_takes_its_bytes_along_but_no_others_and_its_code_stays_taken() {
    let archive = archive();
    let (aynur, rauf) = (archive.teacher("Aynur"), archive.teacher("Rauf"));
    let (kept, code) = (
        archive.lesson(&rauf, json!({})).lesson.code,
        archive.lesson(&aynur, json!({})).lesson.code,
    );
    archive.record(&rauf, kept, b"shared");
    archive.record(&aynur, code, b"own, first");
    let shared = archive.record(&aynur, code, b"shared");
    archive
        .desk
        .put_captions(&aynur, code, "az", &vtt("bir"))
        .unwrap();
    archive
        .desk
        .add_attachment(&aynur, code, "iş.pdf", None, &mut &b"work"[..])
        .unwrap();
    let unfinished = archive.upload(&aynur, Some(code), 10);
    let elsewhere = archive.upload(&aynur, None, 10);
    assert!(archive.desk.delete(&aynur, code).unwrap());

    let left = BTreeSet::from([
        format!("{} 6", archive.now(kept).video().unwrap().file.location),
        elsewhere.to_string(),
    ]);
    assert_eq!(archive.files(), left);
    let state = archive
        .catalogue
        .read_blocking(move |c| Ok(c.upload(unfinished)?.unwrap().state))
        .unwrap();
    assert_eq!(state, UploadState::Gone);
    assert_eq!(
        archive
            .catalogue
            .read_blocking(move |c| c.find(code))
            .unwrap(),
        Found::Deleted
    );
    assert_eq!(archive.seen_by_anybody(code), Access::Unknown);
    assert_eq!(
        archive.file_seen_by_anybody(&shared.name),
        FileAccess::Unknown
    );
    assert!(matches!(
        archive.refused(|d| d.lesson(&aynur, code)),
        Error::Unknown(_)
    ));
    assert!(matches!(
        archive.refused(|d| d.delete(&aynur, code)),
        Error::Unknown(_)
    ));
    let log = archive
        .catalogue
        .read_blocking(|c| c.changes(None, None, 1))
        .unwrap();
    assert_eq!(
        (log[0].action.as_str(), log[0].code.as_deref()),
        ("deleted", Some(code.as_str()))
    );
    archive.expect_sound();
}

#[test]
fn bytes_of_a_deleted_draft_wait_while_others_are_taken_in() {
    let archive = archive();
    let aynur = archive.teacher("Aynur");
    let code = archive.lesson(&aynur, json!({})).lesson.code;
    let file = archive.record(&aynur, code, b"footage");
    let taking = archive.store.taking_in().unwrap();
    assert!(!archive.desk.delete(&aynur, code).unwrap());
    assert!(archive.store.has(&file.location, file.bytes));
    drop(taking);
}

#[test]
fn an_upload_whose_end_was_interrupted_goes_with_its_draft() {
    let archive = archive();
    let aynur = archive.teacher("Aynur");
    let code = archive.lesson(&aynur, json!({})).lesson.code;
    let upload = archive.upload(&aynur, Some(code), 0);
    // Moved into the store, and then the power went.
    archive.store.adopt(&upload.to_string(), "mp4").unwrap();
    assert!(archive.desk.delete(&aynur, code).unwrap());
    assert_eq!(archive.files(), BTreeSet::new());
}

#[test]
fn a_sibling_must_be_there_and_others_drafts_are_not_told_by_it() {
    let archive = archive();
    let (aynur, rauf) = (archive.teacher("Aynur"), archive.teacher("Rauf"));
    let hidden = archive.lesson(&rauf, json!({})).lesson.code;
    let public = archive
        .lesson(&rauf, json!({"visibility": "public"}))
        .lesson
        .code;
    let code = archive.lesson(&aynur, json!({})).lesson.code;
    let never = Code::from_number(77);
    let sibling = |code: Code| fields(json!({"variant_of": code.to_string()}));
    for wrong in [never, hidden] {
        let told = archive
            .refused(|d| d.edit(&aynur, code, sibling(wrong), None))
            .to_string();
        assert_eq!(
            told,
            format!(
                r#"column "variant_of": "{wrong}" is no lesson of this archive; name the code of the sibling, or leave it empty"#
            )
        );
        let new = json!({"title": "x", "grades": ["7"], "variant_of": wrong.to_string()});
        assert!(matches!(
            archive.refused(|d| d.create(&aynur, fields(new))),
            Error::Fields(_)
        ));
    }
    let told = archive.refused(|d| d.edit(&aynur, code, sibling(code), None));
    assert!(told.to_string().contains("is the lesson itself"), "{told}");
    archive
        .desk
        .edit(&aynur, code, sibling(public), None)
        .unwrap();
    // What is said already stays, whatever became of the sibling.
    archive.desk.withdraw(&rauf, public, "səhv").unwrap();
    archive
        .edit(
            &aynur,
            code,
            json!({"title": "Yeni", "variant_of": public.to_string()}),
        )
        .unwrap();
    assert_eq!(archive.now(code).description.variant_of, Some(public));
}

#[test]
fn every_wrong_field_is_told_at_once_and_nothing_is_changed() {
    let archive = archive();
    let aynur = archive.teacher("Aynur");
    let code = archive.lesson(&aynur, json!({})).lesson.code;
    let wrong = json!({"title": "", "subject": "mathematic", "lesson_number": 0, "chapters": ["x"], "unit": "Yeni"});
    let told = archive
        .refused(|d| d.edit(&aynur, code, fields(wrong), None))
        .to_string();
    for part in [
        "title",
        "did you mean mathematics?",
        "1 to 9999",
        "03:40 Title",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
}
