//! Links that end, at the desk.

use serde_json::json;

use super::super::{ConflictError, Counts, MOST_DAYS, MOST_LINKS, USUAL_DAYS};
use super::*;
use crate::catalogue::{LONGEST_NOTE, NewLessonLink};
use crate::clock;

impl Archive {
    /// What is told of the links of a lesson: what they are for, and whether they count.
    fn links(&self, author: &Author, code: Code) -> Vec<(String, Counts)> {
        let (_, links) = self.desk.links(author, code).unwrap();
        let links = links.into_iter();
        links
            .map(|l| (l.link.note.unwrap_or_default(), l.counts))
            .collect()
    }
}

#[test]
fn a_teacher_makes_links_and_whoever_may_show_the_lesson_takes_them_back() {
    let archive = archive();
    let aynur = archive.teacher("Aynur");
    let editor = archive.person("Murad", PersonRole::Editor, &[(Some("7"), None)]);
    let code = archive.lesson(&aynur, json!({})).lesson.code;
    let before = clock::now();
    let made = archive
        .desk
        .make_link(&aynur, code, USUAL_DAYS, Some("  for the reviewers\n"));
    let (mine, made) = made.unwrap();
    assert_eq!(mine.lesson.code, code);
    assert_eq!(made.link.note.as_deref(), Some("for the reviewers"));
    assert_eq!(made.link.maker.as_deref(), Some("Aynur"));
    assert_eq!(made.link.ends, made.link.made.after_days(14));
    assert!(made.link.made >= before && made.link.made <= clock::now());
    let operators = archive
        .desk
        .make_link(&Author::CommandLine, code, 1, Some(" "));
    let operators = operators.unwrap().1.link;
    assert_eq!((&operators.note, &operators.maker), (&None, &None));
    assert_ne!(made.link.key, operators.key);
    // The newest first.
    let both = [
        (String::new(), Counts::Yes),
        ("for the reviewers".to_owned(), Counts::Yes),
    ];
    assert_eq!(archive.links(&editor, code), both);
    let id = made.link.id.to_string();
    archive.desk.remove_link(&editor, code, &id).unwrap();
    assert_eq!(archive.links(&aynur, code).len(), 1);
    let again = archive.refused(|d| d.remove_link(&editor, code, &id));
    assert!(
        matches!(again, Error::NoPart { what: "link", .. }),
        "{again}"
    );
    // The log names no secret.
    let past = archive.desk.history(&aynur, code, None, 10).unwrap();
    let actions: Vec<&str> = past.iter().map(|p| p.action.as_str()).collect();
    assert_eq!(
        actions,
        ["link_removed", "link_made", "link_made", "created"]
    );
    let until = made.link.ends.timestamp().unwrap().to_string();
    let detail = json!({"link": made.link.id.0, "note": "for the reviewers", "until": until});
    assert_eq!(json!(past[0].detail), detail);
    let undone = archive.refused(|d| d.undo(&aynur, code, past[0].id));
    assert!(
        matches!(undone, Error::Conflict(ConflictError::NotUndone(_))),
        "{undone}"
    );
}

#[test]
fn a_link_that_cannot_be_is_refused_with_what_could_be() {
    let archive = archive();
    let aynur = archive.teacher("Aynur");
    let code = archive.lesson(&aynur, json!({})).lesson.code;
    for days in [0, MOST_DAYS + 1, u32::MAX] {
        let told = archive.refused(|d| d.make_link(&aynur, code, days, None));
        let told = told.to_string();
        assert!(
            told.contains("1 to 400") && told.contains(&days.to_string()),
            "{told}"
        );
    }
    for note in [
        "ə".repeat(LONGEST_NOTE + 1),
        "two\nlines".into(),
        "a\u{0}b".into(),
    ] {
        let told = archive.refused(|d| d.make_link(&aynur, code, 1, Some(&note)));
        assert!(matches!(told, Error::Note { .. }), "{told}");
    }
    let longest = "ə".repeat(LONGEST_NOTE);
    archive
        .desk
        .make_link(&aynur, code, MOST_DAYS, Some(&longest))
        .unwrap();
    for id in ["", "x", "-1", "999", "99999999999999999999"] {
        let told = archive.refused(|d| d.remove_link(&aynur, code, id));
        assert!(matches!(told, Error::NoPart { .. }), "{told}");
    }
    // One of another lesson is none of this.
    let other = archive
        .lesson(&aynur, json!({"title": "Başqa"}))
        .lesson
        .code;
    let others = archive.desk.make_link(&aynur, other, 1, None).unwrap().1;
    let id = others.link.id.to_string();
    archive.refused(|d| d.remove_link(&aynur, code, &id));

    for nobody in [
        archive.teacher("Rauf"),
        archive.person("Murad", PersonRole::Editor, &[(Some("8"), None)]),
        archive.person("machine", PersonRole::Worker, &[]),
    ] {
        for told in [
            archive.refused(|d| d.links(&nobody, code)),
            archive.refused(|d| d.make_link(&nobody, code, 1, None)),
            archive.refused(|d| d.remove_link(&nobody, code, "1")),
        ] {
            assert!(matches!(told, Error::Unknown(_)), "{told}");
        }
    }
    for _ in 1..MOST_LINKS {
        archive.desk.make_link(&aynur, code, 1, None).unwrap();
    }
    let told = archive.refused(|d| d.make_link(&aynur, code, 1, None));
    assert!(
        matches!(told, Error::Conflict(ConflictError::ManyLinks(50))),
        "{told}"
    );
    let (_, links) = archive.desk.links(&aynur, code).unwrap();
    let id = links[0].link.id.to_string();
    archive.desk.remove_link(&aynur, code, &id).unwrap();
    archive.desk.make_link(&aynur, code, 1, None).unwrap();

    archive
        .edit(&aynur, code, json!({"visibility": "unlisted"}))
        .unwrap();
    let told = archive.refused(|d| d.make_link(&aynur, code, 1, None));
    assert!(
        matches!(told, Error::Conflict(ConflictError::NotDraft)),
        "{told}"
    );
    let rauf = archive.teacher("Rauf 2");
    let told = archive.refused(|d| d.links(&rauf, code));
    assert!(matches!(told, Error::NotYours(_)), "{told}");
    // Those that there are can be looked at and taken back all the same.
    let (_, links) = archive.desk.links(&aynur, code).unwrap();
    let id = links[0].link.id.to_string();
    archive.desk.remove_link(&aynur, code, &id).unwrap();
}

#[test]
fn where_teachers_do_not_publish_they_show_their_drafts_all_the_same() {
    let archive = Archive::with(TeachersPublish::No);
    let aynur = archive.teacher("Aynur");
    let code = archive.lesson(&aynur, json!({})).lesson.code;
    archive.desk.make_link(&aynur, code, 1, None).unwrap();
    assert_eq!(archive.links(&aynur, code).len(), 1);
}

#[test]
fn a_link_that_ended_or_rests_says_so_and_only_the_last_are_remembered() {
    let archive = archive();
    let aynur = archive.teacher("Aynur");
    let admin = archive.person("Samir", PersonRole::Admin, &[]);
    let code = archive.lesson(&aynur, json!({})).lesson.code;
    let lesson = archive.now(code).id;
    let made = |n: u8, ends: i64| NewLessonLink {
        key: [n; 12],
        lesson,
        by: aynur.person(),
        note: Some(format!("{n}")),
        made: UnixMillis(1000),
        ends: UnixMillis(ends),
    };
    for n in 0..60 {
        let old = made(n, 2000 + i64::from(n));
        let add = move |c: &crate::catalogue::Change<'_>| c.add_lesson_link(&old);
        archive.catalogue.write_blocking(add).unwrap();
    }
    archive
        .desk
        .make_link(&aynur, code, 1, Some("new"))
        .unwrap();
    let links = archive.links(&admin, code);
    assert_eq!(links.len(), 51);
    assert_eq!(links[0], ("new".to_owned(), Counts::Yes));
    // The longest ago have gone.
    assert_eq!(links[50], ("10".to_owned(), Counts::Ended));
    archive.desk.remove_owner(&admin, code, "Aynur").unwrap();
    let links = archive.links(&admin, code);
    assert_eq!((links[0].1, links[1].1), (Counts::Rests, Counts::Ended));
    archive.desk.delete(&admin, code).unwrap();
    archive.expect_sound();
}
