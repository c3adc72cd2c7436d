//! Recordings that come by a plain form, from browsers without a script.

use std::time::{Duration, Instant};

use super::{Desk, noise, recording};
use crate::support::archive::files_below;
use crate::support::client::Response;
use crate::support::teacher::Teacher;

const TARGET: &str = "/az/teach/upload";
const FORM: (&str, &str) = ("Content-Type", "multipart/form-data; boundary=\"=-=\"");

/// The body of a form: fields, then the file.
fn form(fields: &[(&str, &str)], name: &str, file: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    for (field, value) in fields {
        let part =
            format!("--=-=\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
        body.extend(part.as_bytes());
    }
    let head = format!(
        "--=-=\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: video/mp4\r\n\r\n"
    );
    body.extend(head.as_bytes());
    body.extend(file);
    body.extend(b"\r\n--=-=--\r\n");
    body
}

fn send(desk: &Desk, teacher: &Teacher, body: &[u8]) -> Response {
    let client = &mut desk.server.connect();
    teacher.ask(client, "POST", TARGET, &[FORM], body).unwrap()
}

/// The code of the lesson that an answer leads to.
#[track_caller]
fn led_to(answer: &Response) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text());
    let there = answer.header("location").unwrap();
    assert!(there.starts_with("/az/"), "{there}");
    there.rsplit('/').next().unwrap().to_owned()
}

fn lesson(desk: &Desk, code: &str) -> serde_json::Value {
    let target = format!("/api/v1/lessons/{code}");
    let client = &mut desk.server.connect();
    let told = desk.teacher.ask(client, "GET", &target, &[], &[]);
    told.unwrap().json()
}

/// Bytes on their way that the archive keeps.
fn kept(desk: &Desk) -> usize {
    files_below(&desk.archive.data().join("uploads")).len()
}

#[test]
fn a_forms_file_becomes_a_draft_with_what_the_form_says() {
    let desk = Desk::new();
    let bytes = recording();
    let fields = [
        ("title", "Kəsr"),
        ("grades", "7"),
        ("grades", "8"),
        ("subject", "physics"),
        ("section", "ru"),
    ];
    let code = led_to(&send(&desk, &desk.teacher, &form(&fields, "a.mp4", &bytes)));
    let draft = lesson(&desk, &code);
    assert_eq!(draft["title"], "Kəsr");
    assert_eq!(draft["grades"], serde_json::json!(["7", "8"]));
    assert_eq!(
        (&draft["subject"], &draft["section"]),
        (&"physics".into(), &"ru".into())
    );
    assert_eq!(draft["visibility"], "draft");
    assert_eq!(desk.teacher.recording(&desk.server, &code), bytes);

    // Without words of its own it is called after the file, and is like the lesson before.
    let next = led_to(&send(
        &desk,
        &desk.teacher,
        &form(&[], "Kəsr 2.mp4", &bytes),
    ));
    assert_eq!(lesson(&desk, &next)["title"], "Kəsr 2");
    assert_eq!(lesson(&desk, &next)["subject"], "physics");
    desk.archive.expect_sound();
}

#[test]
fn the_form_offers_what_the_last_lesson_was_and_may_replace_its_recording() {
    let desk = Desk::new();
    let shown = |teacher: &Teacher, query: &str| {
        let client = &mut desk.server.connect();
        let target = format!("{TARGET}{query}");
        teacher.ask(client, "GET", &target, &[], &[]).unwrap()
    };
    let first = shown(&desk.teacher, "").text();
    assert!(
        !first.contains("checked") && first.contains(r#"<option value="">"#),
        "{first}"
    );
    let fields = [
        ("title", "<b>"),
        ("grades", "7"),
        ("subject", "physics"),
        ("section", "az"),
    ];
    let code = led_to(&send(
        &desk,
        &desk.teacher,
        &form(&fields, "a.mp4", &recording()),
    ));
    let second = shown(&desk.teacher, "").text();
    for chosen in [
        r#"value="7" checked"#,
        r#"value="physics" selected"#,
        r#"value="az" selected"#,
    ] {
        assert!(second.contains(chosen), "{chosen} in {second}");
    }
    let replacing = shown(&desk.teacher, &format!("?lesson={code}")).text();
    assert!(replacing.contains("&#60;b&#62;") && !replacing.contains("name=\"subject\""));
    assert!(replacing.contains(&format!("name=\"lesson\" value=\"{code}\"")));

    let path = desk.archive.data().join("second.mp4");
    crate::support::samples::make_recording(&path, 64, "second edition");
    let new = std::fs::read(&path).unwrap();
    let body = form(&[("lesson", &code)], "b.mp4", &new);
    assert_eq!(led_to(&send(&desk, &desk.teacher, &body)), code);
    assert_eq!(desk.teacher.recording(&desk.server, &code), new);

    let other = Teacher::of(&desk.archive, "Rəşad", "teacher");
    assert_eq!(send(&desk, &other, &body).status, 404);
    assert_eq!(shown(&other, &format!("?lesson={code}")).status, 404);
    assert_eq!(shown(&other, "?lesson=nothing").status, 404);
    assert_eq!(kept(&desk), 0);
}

#[test]
fn what_cannot_be_taken_is_refused_in_words_with_the_form_to_try_again() {
    let desk = Desk::with([
        "--upload-max-bytes",
        "1000000",
        "--teacher-quota-bytes",
        "500000",
    ]);
    let by_quota = form(&[], "a.mp4", &noise(700_000));
    let too_long = form(&[], "a.mp4", &noise(1_010_000));
    let none_chosen = form(&[], "", b"");
    let nothing = form(&[], "a.mp4", b"%PDF-1.4\n");
    let editor = Teacher::of(&desk.archive, "Rəşad", "editor");
    // How long the file is is not known before its end, since what stands around it may be long.
    let answer = send(&desk, &editor, &too_long);
    assert_eq!(answer.status, 413, "{}", answer.text());
    assert!(
        answer.text().contains("upload_max_bytes"),
        "{}",
        answer.text()
    );
    for (body, status, words) in [
        (&by_quota, 413, "teacher_quota_bytes"),
        (&none_chosen, 400, "Əvvəlcə yazını seçin"),
        (&nothing, 422, "baxıla bilən yazı deyil"),
        (&b"--=-=\r\n".to_vec(), 400, "bağlantı kəsildi"),
        (&b"nothing".to_vec(), 400, "bağlantı kəsildi"),
    ] {
        let answer = send(&desk, &desk.teacher, body);
        assert_eq!(answer.status, status, "{words}: {}", answer.text());
        assert!(answer.text().contains(words), "{words}: {}", answer.text());
        assert!(answer.text().contains("type=\"file\""));
    }
    // What is no recording stays until its teacher deletes it; nothing else does.
    assert_eq!(kept(&desk), 1);

    let mut client = desk.server.connect();
    let headers = desk.teacher.headers(&[FORM]);
    // Two gigabytes are announced: the answer comes before they do.
    client.begin("POST", TARGET, &headers, Some("2000000000"));
    client.send(&form(&[], "a.mp4", b"")[..100]).unwrap();
    let start = client.response_to("POST").unwrap();
    assert_eq!(start.status, 413, "{}", start.text());
    assert!(start.text().contains("2,0\u{a0}GB"), "{}", start.text());

    let plain = desk.teacher.ask(
        &mut desk.server.connect(),
        "POST",
        TARGET,
        &[("Content-Type", "text/plain")],
        b"x",
    );
    assert_eq!(plain.unwrap().status, 415);
}

#[test]
fn a_form_whose_line_breaks_leaves_nothing_behind() {
    let desk = Desk::new();
    let whole = form(&[("title", "Kəsr")], "a.mp4", &noise(900_000));
    let mut client = desk.server.connect();
    let headers = desk.teacher.headers(&[FORM]);
    let length = whole.len().to_string();
    client.begin("POST", TARGET, &headers, Some(&length));
    client.send(&whole[..600_000]).unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while kept(&desk) == 0 {
        assert!(Instant::now() < deadline, "nothing came");
    }
    drop(client);
    while kept(&desk) > 0 {
        assert!(Instant::now() < deadline, "the bytes are kept");
    }
    let client = &mut desk.server.connect();
    let list = desk.teacher.ask(client, "GET", "/api/v1/uploads", &[], &[]);
    assert_eq!(list.unwrap().json()["uploads"], serde_json::json!([]));
    desk.archive.expect_sound();
}
