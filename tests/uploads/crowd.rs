//! Many requests at one moment: limits hold, nothing is made twice, and nobody keeps others waiting.

use std::thread;
use std::time::{Duration, Instant};

use super::{BYTES, Desk, noise, recording};
use crate::support::archive::Archive;
use crate::support::client::Response;
use crate::support::server::Server;
use crate::support::teacher::{Teacher, path_of};

/// As many POSTs at once, each on a connection of its own.
fn at_once(desk: &Desk, count: usize, headers: &[(&str, &str)]) -> Vec<Response> {
    let clients: Vec<_> = (0..count).map(|_| desk.server.connect()).collect();
    let teacher = &desk.teacher;
    thread::scope(|scope| {
        let ask = |mut client| {
            let made = teacher.ask(&mut client, "POST", "/uploads", headers, &[]);
            made.unwrap()
        };
        let begun = clients.into_iter();
        let begun: Vec<_> = begun
            .map(|client| scope.spawn(move || ask(client)))
            .collect();
        begun.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

fn count(answers: &[Response], status: u16) -> usize {
    answers.iter().filter(|a| a.status == status).count()
}

#[test]
fn limits_hold_for_uploads_that_begin_at_the_same_moment() {
    let few = Desk::with(["--open-uploads-per-person", "3"]);
    let made = at_once(&few, 20, &[("Upload-Length", "1000")]);
    assert_eq!((count(&made, 201), count(&made, 429)), (3, 17));
    let files = || std::fs::read_dir(few.archive.data().join("uploads")).unwrap();
    assert_eq!(files().count(), 3, "what was refused leaves no file");

    let small = Desk::with(["--teacher-quota-bytes", "5000"]);
    let made = at_once(&small, 20, &[("Upload-Length", "1000")]);
    assert_eq!((count(&made, 201), count(&made, 413)), (5, 15));
}

#[test]
fn an_upload_without_a_length_has_the_quota_that_is_left() {
    let desk = Desk::with(["--teacher-quota-bytes", "5000"]);
    let deferred = [("Upload-Defer-Length", "1")];
    let client = &mut desk.server.connect();
    let made = desk
        .teacher
        .ask(client, "POST", "/uploads", &deferred, &[])
        .unwrap();
    let upload = path_of(&made);
    let first = desk.teacher.add(&desk.server, &upload, 0, &noise(4000));
    assert_eq!(first.status, 204);
    let announced = desk.teacher.add(&desk.server, &upload, 4000, &noise(1001));
    assert_eq!(announced.status, 413, "announced beyond the quota");
    let why = announced.text();
    assert!(
        why.contains("5000") && why.contains("4000") && why.contains("teacher_quota_bytes"),
        "{why}"
    );

    let chunked = |bytes: &[u8]| {
        let headers = [
            BYTES,
            ("Upload-Offset", "4000"),
            ("Transfer-Encoding", "chunked"),
        ];
        let mut client = desk.server.connect();
        client.begin("PATCH", &upload, &desk.teacher.headers(&headers), None);
        client.send(format!("{:x}\r\n", bytes.len())).unwrap();
        client.send(bytes).unwrap();
        client.send("\r\n0\r\n\r\n").unwrap();
        let answer = client.response_to("PATCH").unwrap();
        let offset = answer.header("upload-offset").map(str::to_owned);
        (answer.status, offset)
    };
    assert_eq!(chunked(&noise(1001)), (413, Some("4000".into())));
    assert_eq!(chunked(&noise(1000)), (204, Some("5000".into())));
}

#[test]
fn parts_that_are_joined_by_several_requests_at_once_become_one_recording() {
    let desk = Desk::new();
    let bytes = recording();
    let part = |piece: &[u8]| {
        let length = piece.len().to_string();
        let headers = [
            BYTES,
            ("Upload-Concat", "partial"),
            ("Upload-Length", &length),
        ];
        let client = &mut desk.server.connect();
        let made = desk
            .teacher
            .ask(client, "POST", "/uploads", &headers, piece);
        path_of(&made.unwrap())
    };
    let (one, two) = bytes.split_at(bytes.len() / 2);
    let concat = format!("final;{} {}", part(one), part(two));
    let made = at_once(&desk, 8, &[("Upload-Concat", &concat)]);
    assert_eq!(count(&made, 201), 8);
    let first = path_of(&made[0]);
    assert!(made.iter().all(|m| path_of(m) == first));
    let told = desk.teacher.settled(&desk.server, &first);
    let code = told["lesson"].as_str().unwrap_or_else(|| panic!("{told}"));
    assert_eq!(desk.teacher.recording(&desk.server, code), bytes);
    assert_eq!(desk.archive.export().len(), 1, "and one lesson");
    desk.archive.expect_sound();
}

#[test]
fn a_request_that_goes_silent_at_the_end_of_an_upload_keeps_nobody_waiting() {
    let desk = Desk::new();
    let bytes = noise(1000);
    let upload = desk.teacher.begin(&desk.server, bytes.len(), &[]);
    assert_eq!(
        desk.teacher.add(&desk.server, &upload, 0, &bytes).status,
        204
    );
    let headers = [
        BYTES,
        ("Upload-Offset", "1000"),
        ("Transfer-Encoding", "chunked"),
        ("Expect", "100-continue"),
    ];
    let mut silent = desk.server.connect();
    silent.begin("PATCH", &upload, &desk.teacher.headers(&headers), None);
    // The server says so when it begins to read.
    assert_eq!(silent.interim(), Ok(100));
    let client = &mut desk.server.connect();
    let ended = desk
        .teacher
        .ask(client, "DELETE", &upload, &[], &[])
        .unwrap();
    assert_eq!(ended.status, 204, "{}", ended.text());
    let told = silent.response_to("PATCH").unwrap();
    assert_eq!(
        (told.status, told.header("upload-offset")),
        (423, Some("1000"))
    );
}

#[test]
fn an_upload_that_is_deleted_while_it_becomes_a_recording_leaves_no_bytes_behind() {
    let archive = Archive::empty();
    let teacher = Teacher::of(&archive, "Aygün", "teacher");
    archive.serve().kill();
    // Its move into the store takes so long that the client is answered before, and changes its mind.
    let slow = [
        "strace",
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        "trace=rename",
        "-e",
        "inject=rename:delay_exit=8000000",
    ];
    let server = Server::behind(&slow, archive.data());
    let bytes = recording();
    let upload = teacher.begin(&server, bytes.len(), &[]);
    assert_eq!(teacher.add(&server, &upload, 0, &bytes).status, 204);
    let client = &mut server.connect();
    let ended = teacher.ask(client, "DELETE", &upload, &[], &[]).unwrap();
    assert_eq!(ended.status, 204);
    let name = upload.rsplit('/').next().unwrap();
    let shelf = archive.data().join("files").join(&name[..2]);
    let deadline = Instant::now() + Duration::from_secs(60);
    while std::fs::read_dir(&shelf).unwrap().count() > 0 {
        assert!(Instant::now() < deadline, "{}", shelf.display());
        thread::yield_now();
    }
    archive.expect_sound();
}
