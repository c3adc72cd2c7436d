//! What is refused: before a byte is taken, with the number that counts.

use super::{BYTES, Desk, noise};
use crate::support::teacher::{Teacher, encoded, path_of};

#[test]
fn every_wrong_header_has_its_status_and_changes_nothing() {
    let desk = Desk::with(["--upload-max-bytes", "1000000"]);
    let upload = desk.teacher.begin(&desk.server, 1000, &[]);
    let max = "99999999999999999999999999";
    let junk = encoded(&[("filename", "a")]) + ",b ???";
    let (here, offset) = (upload.as_str(), "Upload-Offset");
    let length = "Upload-Length";
    type Case<'a> = (&'a str, &'a str, Vec<(&'a str, &'a str)>, &'a [u8], u16);
    let cases: Vec<Case<'_>> = vec![
        ("POST", "/uploads", vec![], b"", 400),
        ("POST", "/uploads", vec![(length, "-1")], b"", 400),
        ("POST", "/uploads", vec![(length, "12x")], b"", 400),
        (
            "POST",
            "/uploads",
            vec![(length, "1"), (length, "2")],
            b"",
            400,
        ),
        ("POST", "/uploads", vec![(length, "1000001")], b"", 413),
        ("POST", "/uploads", vec![(length, max)], b"", 413),
        (
            "POST",
            "/uploads",
            vec![(length, "1"), ("Upload-Defer-Length", "1")],
            b"",
            400,
        ),
        (
            "POST",
            "/uploads",
            vec![("Upload-Defer-Length", "0")],
            b"",
            400,
        ),
        (
            "POST",
            "/uploads",
            vec![(length, "1"), ("Upload-Metadata", &junk)],
            b"",
            400,
        ),
        (
            "POST",
            "/uploads",
            vec![(length, "1"), ("Content-Type", "text/plain")],
            b"x",
            415,
        ),
        ("POST", "/uploads", vec![(length, "1"), BYTES], b"xy", 413),
        (
            "POST",
            "/uploads",
            vec![("Upload-Concat", "final;")],
            b"",
            400,
        ),
        (
            "POST",
            "/uploads",
            vec![("Upload-Concat", "half"), (length, "1")],
            b"",
            400,
        ),
        ("PATCH", here, vec![BYTES, (offset, "1")], b"x", 409),
        ("PATCH", here, vec![BYTES, (offset, max)], b"x", 409),
        ("PATCH", here, vec![BYTES, (offset, "-1")], b"x", 400),
        ("PATCH", here, vec![BYTES], b"x", 400),
        ("PATCH", here, vec![(offset, "0")], b"x", 415),
        (
            "PATCH",
            here,
            vec![("Content-Type", "text/plain"), (offset, "0")],
            b"x",
            415,
        ),
        (
            "PATCH",
            "/uploads/nothing",
            vec![BYTES, (offset, "0")],
            b"x",
            404,
        ),
        (
            "HEAD",
            "/uploads/0123456789abcdef0123456789abcdef",
            vec![],
            b"",
            404,
        ),
        (
            "DELETE",
            "/uploads/0123456789abcdef0123456789abcdef",
            vec![],
            b"",
            404,
        ),
        ("GET", here, vec![], b"", 405),
        ("PUT", here, vec![], b"", 405),
        ("DELETE", "/uploads", vec![], b"", 405),
        ("POST", here, vec![], b"", 405),
    ];
    for (method, target, headers, body, status) in cases {
        let client = &mut desk.server.connect();
        let answer = desk.teacher.ask(client, method, target, &headers, body);
        let answer = answer.unwrap();
        let case = format!("{method} {target} {headers:?}");
        assert_eq!(answer.status, status, "{case}: {answer:?}");
        assert_eq!(answer.header("tus-resumable"), Some("1.0.0"), "{case}");
        assert_eq!(desk.teacher.offset(&desk.server, &upload), 0, "{case}");
        if status == 409 {
            assert_eq!(answer.header("upload-offset"), Some("0"), "{case}");
        }
    }
    let whole = noise(1001);
    let beyond = desk.teacher.add(&desk.server, &upload, 0, &whole);
    assert_eq!(beyond.status, 413, "announced beyond the end");
    assert_eq!(beyond.header("upload-offset"), Some("0"));
    // The same without an announcement.
    let mut client = desk.server.connect();
    let headers = desk
        .teacher
        .headers(&[BYTES, (offset, "0"), ("Transfer-Encoding", "chunked")]);
    client.begin("PATCH", &upload, &headers, None);
    client.send(b"3e9\r\n").unwrap();
    client.send(&whole).unwrap();
    client.send(b"\r\n0\r\n\r\n").unwrap();
    let beyond = client.response_to("PATCH").unwrap();
    let told = (beyond.status, beyond.header("upload-offset"));
    assert_eq!(told, (413, Some("0")));
    assert_eq!(desk.teacher.offset(&desk.server, &upload), 0);
}

#[test]
fn a_body_that_turns_out_to_be_none_needs_no_type() {
    let desk = Desk::new();
    let send = |body: &[u8]| {
        let headers = [("Upload-Length", "1"), ("Transfer-Encoding", "chunked")];
        let mut client = desk.server.connect();
        client.begin("POST", "/uploads", &desk.teacher.headers(&headers), None);
        client.send(body).unwrap();
        client.response_to("POST").unwrap().status
    };
    assert_eq!(send(b"0\r\n\r\n"), 201);
    assert_eq!(send(b"1\r\nx\r\n0\r\n\r\n"), 415);
}

#[test]
fn other_versions_and_strangers_are_told_so() {
    let desk = Desk::new();
    let upload = desk.teacher.begin(&desk.server, 1000, &[]);
    let mut client = desk.server.connect();
    let able = client.request("OPTIONS", "/uploads", &[]).unwrap();
    assert_eq!(able.status, 204);
    assert_eq!(able.header("tus-version"), Some("1.0.0"));
    assert_eq!(able.header("tus-max-size"), Some("21474836480"));
    assert_eq!(
        able.header("tus-checksum-algorithm"),
        Some("sha1,sha256,md5")
    );
    assert!(
        able.header("tus-extension")
            .unwrap()
            .contains("creation-with-upload")
    );
    assert_eq!(able.header("access-control-allow-origin"), None);

    let bearer = desk.teacher.headers(&[])[0];
    for versions in [&[][..], &[("Tus-Resumable", "0.2.2")]] {
        let headers: Vec<_> = [&[bearer, ("Upload-Length", "1")], versions].concat();
        let old = client.request("POST", "/uploads", &headers).unwrap();
        assert_eq!(
            (old.status, old.header("tus-version")),
            (412, Some("1.0.0"))
        );
    }
    let nobody = client
        .request("HEAD", &upload, &[("Tus-Resumable", "1.0.0")])
        .unwrap();
    assert_eq!(nobody.status, 401);
    assert!(
        nobody
            .header("www-authenticate")
            .unwrap()
            .starts_with("Bearer")
    );
    let other = Teacher::of(&desk.archive, "Rəşad", "teacher");
    assert_eq!(other.head(&desk.server, &upload).status, 404);
    assert_eq!(other.add(&desk.server, &upload, 0, b"x").status, 404);
    let status = format!("/api/v1{upload}");
    let seen = |who: &Teacher| {
        let client = &mut desk.server.connect();
        who.ask(client, "GET", &status, &[], &[]).unwrap().status
    };
    let admin = Teacher::of(&desk.archive, "Nigar", "admin");
    assert_eq!(
        (seen(&desk.teacher), seen(&other), seen(&admin)),
        (200, 404, 200)
    );

    // What only lets POST through.
    let headers = [
        BYTES,
        ("Upload-Offset", "0"),
        ("X-HTTP-Method-Override", "PATCH"),
    ];
    let patched = desk
        .teacher
        .ask(&mut client, "POST", &upload, &headers, b"abc")
        .unwrap();
    assert_eq!(
        (patched.status, patched.header("upload-offset")),
        (204, Some("3"))
    );
}

#[test]
fn limits_are_told_with_their_number_and_who_set_it() {
    let desk = Desk::with([
        "--teacher-quota-bytes",
        "5000",
        "--open-uploads-per-person",
        "2",
    ]);
    let refused = |length: &str| {
        let client = &mut desk.server.connect();
        let headers = [("Upload-Length", length)];
        let answer = desk
            .teacher
            .ask(client, "POST", "/uploads", &headers, &[])
            .unwrap();
        (answer.status, answer.text())
    };
    desk.teacher.begin(&desk.server, 4000, &[]);
    let (status, why) = refused("1001");
    assert_eq!(status, 413);
    assert!(
        why.contains("5000") && why.contains("4000") && why.contains("teacher_quota_bytes"),
        "{why}"
    );
    desk.teacher.begin(&desk.server, 1000, &[]);
    let (status, why) = refused("0");
    assert_eq!(status, 429);
    assert!(
        why.contains("2 are allowed") && why.contains("open_uploads_per_person"),
        "{why}"
    );
}

#[test]
fn parts_become_a_whole_once_for_their_quota() {
    let desk = Desk::with(["--teacher-quota-bytes", "5000"]);
    let client = &mut desk.server.connect();
    let headers = [
        BYTES,
        ("Upload-Concat", "partial"),
        ("Upload-Length", "3000"),
    ];
    let part = desk
        .teacher
        .ask(client, "POST", "/uploads", &headers, &noise(3000));
    let part = path_of(&part.unwrap());
    let concat = format!("final;{part}");
    for (title, status) in [("a", 201), ("a", 201), ("b", 413)] {
        let metadata = encoded(&[("title", title)]);
        let headers = [
            ("Upload-Concat", concat.as_str()),
            ("Upload-Metadata", &metadata),
        ];
        let whole = desk
            .teacher
            .ask(client, "POST", "/uploads", &headers, &[])
            .unwrap();
        assert_eq!(whole.status, status, "{title}: {}", whole.text());
    }
}

#[test]
fn what_is_no_recording_fails_with_a_reason_and_is_kept() {
    let desk = Desk::new();
    let program = [b"MZ\x90\0".as_slice(), &noise(3000)].concat();
    let upload = desk
        .teacher
        .begin(&desk.server, program.len(), &[("filename", "lesson.mp4")]);
    assert_eq!(
        desk.teacher.add(&desk.server, &upload, 0, &program).status,
        204
    );
    let told = desk.teacher.settled(&desk.server, &upload);
    assert_eq!(
        (&told["state"], &told["lesson"]),
        (&"failed".into(), &serde_json::Value::Null)
    );
    assert!(told["error"].as_str().unwrap().len() > 20, "{told}");
    assert_eq!(desk.teacher.offset(&desk.server, &upload), program.len());
    let kept = desk.archive.data().join(&upload[1..]);
    assert_eq!(std::fs::read(kept).unwrap(), program);

    let headers = [("Upload-Length", "0")];
    let empty = desk.teacher.ask(
        &mut desk.server.connect(),
        "POST",
        "/uploads",
        &headers,
        &[],
    );
    let told = desk
        .teacher
        .settled(&desk.server, &path_of(&empty.unwrap()));
    assert_eq!(told["state"], "failed", "{told}");
}
