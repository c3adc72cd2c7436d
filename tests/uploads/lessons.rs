//! What an upload is for: a draft of its own, or a lesson that is there.

use super::{Desk, recording};
use crate::support::samples;
use crate::support::teacher::{Teacher, encoded};

#[test]
fn a_named_lesson_gets_a_new_edition_from_who_may_change_it() {
    let desk = Desk::new();
    let first = recording();
    let make = |bytes: &[u8], metadata: &[(&str, &str)]| {
        let upload = desk.teacher.begin(&desk.server, bytes.len(), metadata);
        assert_eq!(
            desk.teacher.add(&desk.server, &upload, 0, bytes).status,
            204
        );
        let told = desk.teacher.settled(&desk.server, &upload);
        told["lesson"]
            .as_str()
            .unwrap_or_else(|| panic!("{told}"))
            .to_owned()
    };
    let code = make(
        &first,
        &[("title", "Kəsr"), ("grades", "8"), ("subject", "physics")],
    );
    let path = desk.archive.data().join("second.mp4");
    samples::make_recording(&path, 64, "second edition");
    let second = std::fs::read(&path).unwrap();
    assert_eq!(make(&second, &[("lesson", &code)]), code);
    assert_eq!(desk.teacher.recording(&desk.server, &code), second);
    // The next draft is like the last one where nobody says otherwise.
    let next = make(&first, &[("filename", "Onluq kəsr.mp4")]);
    let target = format!("/api/v1/lessons/{next}");
    let draft = desk
        .teacher
        .ask(&mut desk.server.connect(), "GET", &target, &[], &[]);
    let draft = draft.unwrap().json();
    assert_eq!(draft["title"], "Onluq kəsr");
    assert_eq!(
        (&draft["grades"][0], &draft["subject"]),
        (&"8".into(), &"physics".into())
    );

    let other = Teacher::of(&desk.archive, "Rəşad", "teacher");
    let refused = |lesson: &str| {
        let metadata = encoded(&[("lesson", lesson)]);
        let headers = [
            ("Upload-Length", "1"),
            ("Upload-Metadata", metadata.as_str()),
        ];
        let client = &mut desk.server.connect();
        other
            .ask(client, "POST", "/uploads", &headers, &[])
            .unwrap()
            .status
    };
    assert_eq!(refused(&code), 403, "another's lesson");
    assert_eq!(refused("no code"), 400);
    desk.archive.expect_sound();
}

#[test]
fn a_draft_stands_on_its_teachers_desk_and_on_nobody_elses() {
    let desk = Desk::new();
    let bytes = recording();
    let other = Teacher::of(&desk.archive, "Rəşad", "teacher");
    let shown = |teacher: &Teacher| {
        let client = &mut desk.server.connect();
        let page = teacher.ask(client, "GET", "/az/teach/", &[], &[]).unwrap();
        assert_eq!(page.status, 200);
        assert_eq!(page.header("cache-control"), Some("no-store"));
        page.text()
    };
    assert!(shown(&desk.teacher).contains("Hələ dərsiniz yoxdur"));
    let title = [("title", "Kəsr <b>")];
    let upload = desk.teacher.begin(&desk.server, bytes.len(), &title);
    let added = desk.teacher.add(&desk.server, &upload, 0, &bytes);
    assert_eq!(added.status, 204);
    let told = desk.teacher.settled(&desk.server, &upload);
    let code = told["lesson"].as_str().unwrap();
    let own = shown(&desk.teacher);
    let link = format!("<a dir=\"auto\" href=\"/az/teach/lessons/{code}\">Kəsr &#60;b&#62;</a>");
    assert!(own.contains(&link) && own.contains("qaralama"), "{own}");
    assert!(!shown(&other).contains(code));
}
