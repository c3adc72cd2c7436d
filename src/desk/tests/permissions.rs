//! Who may do what at the desk. The table itself is tested beside it, in `auth::permission`; here every act goes
//! through the desk.

use serde_json::json;

use super::super::ConflictError;
use super::*;

/// What became of an attempt: done, refused, or as if there were no such lesson.
fn letter<T>(result: Result<T, Error>) -> char {
    match result {
        Ok(_) => 'D',
        Err(Error::NotYours(_) | Error::OwnersAreGiven) => '-',
        Err(Error::Unknown(_)) => '?',
        Err(Error::Conflict(ConflictError::Published)) => 'p',
        Err(other) => panic!("{other}"),
    }
}

/// What somebody may do with a lesson of Aynur's (grade 7, mathematics): see it and its history, edit, captions,
/// attachments, show an edition, publish, withdraw, undo, prune, give it to others, delete. Each on a lesson of its own.
fn row(archive: &Archive, owner: &Author, who: &Author, visibility: &str) -> String {
    let lesson = || {
        let code = archive.lesson(owner, json!({})).lesson.code;
        archive.record(owner, code, b"first");
        archive.record(owner, code, b"second");
        let operator = Author::CommandLine;
        archive
            .edit(
                &operator,
                code,
                json!({"title": "Kəsr 2", "visibility": visibility}),
            )
            .unwrap();
        archive.edit(&operator, code, json!({"week": "3"})).unwrap();
        code
    };
    let desk = &archive.desk;
    let other = if visibility == "public" {
        "unlisted"
    } else {
        "public"
    };
    let mut row = String::new();
    let mut note = |letter: char| row.push(letter);
    note(letter(desk.lesson(who, lesson())));
    note(letter(desk.history(who, lesson(), None, 10)));
    note(letter(archive.edit(
        who,
        lesson(),
        json!({"title": "Yeni"}),
    )));
    note(letter(desk.put_captions(who, lesson(), "az", &vtt("bir"))));
    note(letter(desk.add_attachment(
        who,
        lesson(),
        "a.pdf",
        None,
        &mut &b"x"[..],
    )));
    note(letter(desk.show_edition(who, lesson(), 1)));
    note(letter(archive.edit(
        who,
        lesson(),
        json!({"visibility": other}),
    )));
    let code = lesson();
    note(match desk.withdraw(who, code, "səhv") {
        // A draft has nothing to withdraw, for whoever might.
        Err(Error::Conflict(ConflictError::NeverPublished)) => 'n',
        other => letter(other),
    });
    let code = lesson();
    note(letter(desk.undo(who, code, archive.last_change(code))));
    note(letter(desk.prune(who, lesson(), None)));
    note(letter(desk.add_owner(who, lesson(), "Rauf")));
    note(letter(desk.delete(who, lesson())));
    row
}

#[test]
fn who_may_do_what() {
    for (publish, expected) in [
        (
            TeachersPublish::Yes,
            [
                // see history edit captions attach edition publish withdraw undo prune give delete: draft, public
                ("Aynur", "DDDDDDDnD--D", "DDDDDDDDD--p"),
                ("Rauf", "????????????", "-----------p"),
                ("inside", "DDDDDDDnD--D", "DDDDDDDDD--p"),
                ("outside", "????????????", "-----------p"),
                ("admin", "DDDDDDDnDDDD", "DDDDDDDDDDDp"),
                ("operator", "DDDDDDDnDDDD", "DDDDDDDDDDDp"),
            ],
        ),
        (
            TeachersPublish::No,
            [
                ("Aynur", "DDDDDD--D--D", "DD---------p"),
                ("Rauf", "????????????", "-----------p"),
                ("inside", "DDDDDDDnD--D", "DDDDDDDDD--p"),
                ("outside", "????????????", "-----------p"),
                ("admin", "DDDDDDDnDDDD", "DDDDDDDDDDDp"),
                ("operator", "DDDDDDDnDDDD", "DDDDDDDDDDDp"),
            ],
        ),
    ] {
        let archive = Archive::with(publish);
        let aynur = archive.person("Aynur", PersonRole::Teacher, &[]);
        // A quota would stand in the way of so many recordings.
        let Author::Person(actor) = &aynur else {
            unreachable!()
        };
        let aynur = Author::Person(Arc::new(Actor {
            quota: Some(Bytes(1 << 30)),
            ..(**actor).clone()
        }));
        let rauf = archive.teacher("Rauf");
        let inside = archive.person(
            "inside",
            PersonRole::Editor,
            &[(Some("7"), Some("mathematics"))],
        );
        let outside = archive.person("outside", PersonRole::Editor, &[(Some("8"), None)]);
        let admin = archive.person("admin", PersonRole::Admin, &[]);
        for (name, draft, public) in expected {
            let who = match name {
                "Aynur" => &aynur,
                "Rauf" => &rauf,
                "inside" => &inside,
                "outside" => &outside,
                "admin" => &admin,
                _ => &Author::CommandLine,
            };
            assert_eq!(
                row(&archive, &aynur, who, "draft"),
                draft,
                "{name} {publish:?} draft"
            );
            assert_eq!(
                row(&archive, &aynur, who, "public"),
                public,
                "{name} {publish:?} public"
            );
        }
        archive.expect_sound();
    }
}

#[test]
fn an_editor_does_not_move_a_lesson_out_of_their_own_reach() {
    let archive = archive();
    let aynur = archive.teacher("Aynur");
    let editor = archive.person("Leyla", PersonRole::Editor, &[(None, Some("mathematics"))]);
    let code = archive.lesson(&aynur, json!({})).lesson.code;
    let told =
        archive.refused(|d| d.edit(&editor, code, fields(json!({"subject": "physics"})), None));
    assert!(matches!(told, Error::OutOfScope), "{told}");
    archive
        .edit(&editor, code, json!({"grades": ["9"]}))
        .unwrap();
    archive
        .edit(&aynur, code, json!({"subject": "physics"}))
        .unwrap();
    assert!(matches!(
        archive.refused(|d| d.lesson(&editor, code)),
        Error::Unknown(_)
    ));
}

#[test]
fn where_editors_publish_a_teacher_neither_begins_in_public_nor_changes_what_is_out() {
    let archive = Archive::with(TeachersPublish::No);
    let aynur = archive.teacher("Aynur");
    let public = json!({"title": "x", "grades": ["7"], "subject": "mathematics", "section": "az", "visibility": "public"});
    let told = archive.refused(|d| d.create(&aynur, fields(public)));
    assert!(
        told.to_string()
            .contains("you may not publish this lesson; ask an editor"),
        "{told}"
    );
    let code = archive.lesson(&aynur, json!({})).lesson.code;
    archive
        .edit(&Author::CommandLine, code, json!({"visibility": "public"}))
        .unwrap();
    for change in [json!({"title": "Yeni"}), json!({"visibility": "unlisted"})] {
        archive.refused(|d| d.edit(&aynur, code, fields(change), None));
    }
}
