//! Editions: showing an earlier one, giving up bytes.

use serde_json::json;

use super::super::ConflictError;
use super::*;
use crate::catalogue::Usage;

#[test]
fn an_earlier_edition_is_shown_again_with_its_own_captions() {
    let archive = archive();
    let aynur = archive.teacher("Aynur");
    let code = archive
        .lesson(&aynur, json!({"visibility": "public"}))
        .lesson
        .code;
    let first = archive.record(&aynur, code, b"first");
    archive
        .desk
        .put_captions(&aynur, code, "az", &vtt("birinci"))
        .unwrap();
    archive.record(&aynur, code, b"second");
    archive
        .desk
        .put_captions(&aynur, code, "az", &vtt("ikinci"))
        .unwrap();
    let numbers = |archive: &Archive| {
        let all = archive.desk.editions(&aynur, code).unwrap();
        all.iter()
            .map(|e| (e.number, e.current, e.kept))
            .collect::<Vec<_>>()
    };
    assert_eq!(numbers(&archive), [(2, true, true), (1, false, true)]);
    let mine = archive.desk.show_edition(&aynur, code, 1).unwrap();
    assert_eq!(mine.lesson.video().unwrap().file.name, first.name);
    assert_eq!(
        archive.captions(code),
        [("az".to_owned(), "birinci".to_owned())]
    );
    assert_eq!(numbers(&archive), [(2, false, true), (1, true, true)]);
    // Showing what is shown is no change.
    let before = archive.state();
    archive.desk.show_edition(&aynur, code, 1).unwrap();
    assert_eq!(archive.state(), before);
    let told = archive.refused(|d| d.show_edition(&aynur, code, 3));
    assert_eq!(told.to_string(), r#"this lesson has no edition "3""#);
    archive
        .desk
        .undo(&aynur, code, archive.last_change(code))
        .unwrap();
    assert_eq!(
        archive.captions(code),
        [("az".to_owned(), "ikinci".to_owned())]
    );
    // Footage that comes while an earlier edition is shown is the next number.
    archive.desk.show_edition(&aynur, code, 1).unwrap();
    archive.record(&aynur, code, b"third");
    assert_eq!(numbers(&archive)[0], (3, true, true));
    assert_eq!(
        archive.captions(code),
        [("az".to_owned(), "birinci".to_owned())]
    );
    archive.expect_sound();
}

#[test]
fn a_new_recording_is_undone_as_long_as_it_is_shown() {
    let archive = archive();
    let aynur = archive.teacher("Aynur");
    let code = archive.lesson(&aynur, json!({})).lesson.code;
    archive.record(&aynur, code, b"first");
    let told = archive.refused(|d| d.undo(&aynur, code, archive.last_change(code)));
    assert!(
        told.to_string().contains("it is the first recording"),
        "{told}"
    );
    archive.record(&aynur, code, b"second");
    let second = archive.last_change(code);
    archive.record(&aynur, code, b"third");
    let told = archive.refused(|d| d.undo(&aynur, code, second));
    assert!(
        matches!(told, Error::Conflict(ConflictError::ChangedSince(_))),
        "{told}"
    );
    archive
        .desk
        .undo(&aynur, code, archive.last_change(code))
        .unwrap();
    archive.desk.undo(&aynur, code, second).unwrap();
    assert_eq!(archive.now(code).recording.unwrap().edition, 1);
}

#[test]
fn pruned_bytes_are_gone_their_addresses_say_so_and_the_archive_is_sound() {
    let archive = archive();
    let (aynur, rauf) = (archive.teacher("Aynur"), archive.teacher("Rauf"));
    let admin = archive.person("Samir", PersonRole::Admin, &[]);
    let code = archive
        .lesson(&aynur, json!({"visibility": "public"}))
        .lesson
        .code;
    let first = archive.record(&aynur, code, &[1; 100]);
    archive
        .desk
        .put_captions(&aynur, code, "az", &vtt("birinci"))
        .unwrap();
    let goes_on = archive
        .now(code)
        .files_of(Role::Captions)
        .next()
        .unwrap()
        .file
        .clone();
    let second = archive.record(&aynur, code, &[2; 200]);
    let third = archive.record(&aynur, code, &[3; 300]);
    // Another lesson has the bytes of the second edition.
    let other = archive
        .lesson(&rauf, json!({"visibility": "public"}))
        .lesson
        .code;
    archive.record(&rauf, other, &[2; 200]);

    // Captions went on to the newest edition: they are counted there, and not given up.
    let bytes = |archive: &Archive| {
        let all = archive.desk.editions(&aynur, code).unwrap();
        all.iter()
            .map(|e| (e.number, e.bytes.0))
            .collect::<Vec<_>>()
    };
    let text = goes_on.bytes.0;
    assert_eq!(bytes(&archive), [(3, 300 + text), (2, 200), (1, 100)]);
    let usage = |archive: &Archive, name: &str| {
        let all = archive.catalogue.read_blocking(|c| c.usage()).unwrap();
        let found: Option<Usage> = all.into_iter().find(|u| u.person.as_deref() == Some(name));
        found.map(|u| (u.lessons, u.bytes.0, u.prunable.0))
    };
    assert_eq!(usage(&archive, "Aynur"), Some((1, 600 + text, 300)));

    // What is foretold is what is freed: not what another lesson shows, nor what went on to the newest edition.
    let foretold = |number| archive.desk.prunable(&admin, code, number).unwrap().0;
    assert_eq!(
        [foretold(Some(1)), foretold(Some(2)), foretold(None)],
        [100, 0, 100]
    );
    let holdings = archive.desk.holdings().unwrap();
    assert_eq!(holdings.stored.lessons_to_prune, [(code, Bytes(100))]);
    assert_eq!(
        (holdings.stored.prunable.0, holdings.stored.all.0),
        (100, 600 + text)
    );
    let told = archive.refused(|d| d.prune(&admin, code, Some(3)));
    assert!(
        matches!(told, Error::Conflict(ConflictError::Shown(3))),
        "{told}"
    );
    archive.refused(|d| d.prune(&admin, code, Some(4)));
    archive.refused(|d| d.prune(&aynur, code, None));
    assert_eq!(
        archive.desk.prune(&admin, code, Some(1)).unwrap(),
        (Bytes(100), true)
    );
    assert!(!archive.store.has(&first.location, first.bytes));
    assert_eq!(archive.file_seen_by_anybody(&first.name), FileAccess::Gone);
    // The address of the pruned edition's captions is gone, their bytes are shown with the third one.
    assert_eq!(
        archive.file_seen_by_anybody(&goes_on.name),
        FileAccess::Gone
    );
    assert_eq!(
        archive.captions(code),
        [("az".to_owned(), "birinci".to_owned())]
    );
    assert!(matches!(
        archive.file_seen_by_anybody(&second.name),
        FileAccess::Public(_)
    ));
    let told = archive.refused(|d| d.show_edition(&aynur, code, 1));
    assert!(
        matches!(told, Error::Conflict(ConflictError::Pruned(1))),
        "{told}"
    );
    archive.expect_sound();

    // What another lesson shows stays, and nothing is freed by it.
    assert_eq!(
        archive.desk.prune(&admin, code, None).unwrap(),
        (Bytes(0), true)
    );
    assert_eq!(archive.file_seen_by_anybody(&second.name), FileAccess::Gone);
    assert!(archive.store.has(&second.location, second.bytes));
    assert!(matches!(
        archive.file_seen_by_anybody(&third.name),
        FileAccess::Public(_)
    ));
    assert_eq!(archive.actions(code)[..2], ["pruned", "pruned"]);
    let before = archive.state();
    assert_eq!(
        archive.desk.prune(&admin, code, None).unwrap(),
        (Bytes(0), true)
    );
    assert_eq!(archive.state(), before);
    assert_eq!(usage(&archive, "Aynur"), Some((1, 300 + text, 0)));
    archive.expect_sound();
}

#[test]
fn replaced_captions_are_pruned_and_then_cannot_be_put_back() {
    let archive = archive();
    let operator = Author::CommandLine;
    let aynur = archive.teacher("Aynur");
    let code = archive.lesson(&aynur, json!({})).lesson.code;
    archive.record(&aynur, code, b"footage");
    archive
        .desk
        .put_captions(&aynur, code, "az", &vtt("bir"))
        .unwrap();
    archive
        .desk
        .put_captions(&aynur, code, "az", &vtt("iki"))
        .unwrap();
    let replaced = archive.last_change(code);
    let (bytes, now) = archive.desk.prune(&operator, code, None).unwrap();
    assert!(bytes.0 > 0 && now);
    let told = archive.refused(|d| d.undo(&aynur, code, replaced));
    assert!(told.to_string().contains("the bytes are gone"), "{told}");
    let told = archive.refused(|d| d.undo(&aynur, code, archive.last_change(code)));
    assert!(told.to_string().contains("the bytes are gone"), "{told}");
    archive.expect_sound();
}

#[test]
fn what_a_lesson_shows_and_since_when_is_checked() {
    let archive = archive();
    let aynur = archive.teacher("Aynur");
    let code = archive
        .lesson(&aynur, json!({"visibility": "public"}))
        .lesson
        .code;
    archive.record(&aynur, code, b"first");
    let first = archive.now(code).recording.unwrap().id;
    archive.record(&aynur, code, b"second");
    archive
        .desk
        .prune(&Author::CommandLine, code, None)
        .unwrap();
    archive.expect_sound();
    let id = archive.now(code).id;
    archive
        .catalogue
        .write_blocking(move |c| c.show_edition(id, first))
        .unwrap();
    let faults = archive.catalogue.read_blocking(|c| c.faults()).unwrap();
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(
        faults[0]
            .0
            .contains("the recording that it shows was pruned"),
        "{faults:?}"
    );
}
