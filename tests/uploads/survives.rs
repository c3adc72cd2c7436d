//! What was acknowledged is here, whatever dies.

use std::time::{Duration, Instant};

use super::{BYTES, Desk, noise, recording};
use crate::support::archive::Archive;
use crate::support::client::Client;
use crate::support::server::Server;
use crate::support::teacher::Teacher;

/// Begins to send `bytes` of a longer request: the connection, which goes on.
fn half_a_request(
    teacher: &Teacher,
    server: &Server,
    upload: &str,
    offset: usize,
    announced: usize,
    bytes: &[u8],
) -> Client {
    let mut client = server.connect();
    let offset = offset.to_string();
    let headers = teacher.headers(&[BYTES, ("Upload-Offset", &offset)]);
    client.begin("PATCH", upload, &headers, Some(&announced.to_string()));
    client.send(bytes).unwrap();
    client
}

/// The upload's file, as soon as it has this length.
fn wait_for_bytes(archive: &Archive, upload: &str, length: usize) {
    let file = archive.data().join(&upload[1..]);
    let deadline = Instant::now() + Duration::from_secs(60);
    while std::fs::metadata(&file).unwrap().len() < length as u64 {
        assert!(Instant::now() < deadline, "{}", file.display());
    }
}

#[test]
fn a_head_takes_over_from_a_connection_that_went_silent_and_what_it_brought_counts() {
    let desk = Desk::new();
    let bytes = noise(600_000);
    let upload = desk.teacher.begin(&desk.server, bytes.len(), &[]);
    let mut stuck = half_a_request(
        &desk.teacher,
        &desk.server,
        &upload,
        0,
        bytes.len(),
        &bytes[..300_000],
    );
    wait_for_bytes(&desk.archive, &upload, 256 << 10);
    let began = Instant::now();
    assert_eq!(desk.teacher.offset(&desk.server, &upload), 300_000);
    // Well before the silent one would have been given up (body_stall_seconds).
    let took = began.elapsed();
    assert!(took < Duration::from_secs(40), "{took:?}");
    assert_eq!(stuck.response_to("PATCH").unwrap().status, 423);
    let rest = desk
        .teacher
        .add(&desk.server, &upload, 300_000, &bytes[300_000..]);
    assert_eq!(rest.status, 204);
}

#[test]
fn a_second_writer_takes_over_and_the_file_is_none_the_worse() {
    let desk = Desk::new();
    // A box that players skip makes it long enough to be seen arriving.
    let mut bytes = recording();
    let padding = noise(400_000);
    bytes.extend((padding.len() as u32 + 8).to_be_bytes());
    bytes.extend(b"free");
    bytes.extend(padding);
    let upload = desk.teacher.begin(&desk.server, bytes.len(), &[]);
    let _first = half_a_request(
        &desk.teacher,
        &desk.server,
        &upload,
        0,
        bytes.len(),
        &bytes[..300_000],
    );
    // What is on the disk shows that the first is at work.
    wait_for_bytes(&desk.archive, &upload, 256 << 10);
    let offset = desk.teacher.offset(&desk.server, &upload);
    assert!(offset >= 256 << 10, "{offset}");
    let stale = desk
        .teacher
        .add(&desk.server, &upload, offset + 1, &bytes[offset + 1..]);
    assert_eq!(stale.status, 409);
    assert_eq!(stale.header("upload-offset"), Some(&*offset.to_string()));
    assert_eq!(
        desk.teacher
            .add(&desk.server, &upload, offset, &bytes[offset..])
            .status,
        204
    );
    let told = desk.teacher.settled(&desk.server, &upload);
    let code = told["lesson"].as_str().unwrap();
    assert_eq!(desk.teacher.recording(&desk.server, code), bytes);
}

#[test]
fn what_came_before_the_line_broke_is_kept() {
    let desk = Desk::new();
    let bytes = noise(400_000);
    let upload = desk.teacher.begin(&desk.server, bytes.len(), &[]);
    let client = half_a_request(
        &desk.teacher,
        &desk.server,
        &upload,
        0,
        bytes.len(),
        &bytes[..300_000],
    );
    wait_for_bytes(&desk.archive, &upload, 256 << 10);
    drop(client);
    let offset = desk.teacher.offset(&desk.server, &upload);
    assert!(offset >= 256 << 10, "{offset}");
    let file = std::fs::read(desk.archive.data().join(&upload[1..])).unwrap();
    assert_eq!(file[..offset], bytes[..offset]);
}

#[test]
fn a_stop_in_the_middle_of_a_request_keeps_what_came_and_is_quick() {
    let desk = Desk::new();
    let bytes = noise(400_000);
    let upload = desk.teacher.begin(&desk.server, bytes.len(), &[]);
    let mut client = half_a_request(
        &desk.teacher,
        &desk.server,
        &upload,
        0,
        bytes.len(),
        &bytes[..300_000],
    );
    wait_for_bytes(&desk.archive, &upload, 256 << 10);
    let began = Instant::now();
    desk.server.ask_to_stop();
    let answer = client.response_to("PATCH").unwrap();
    assert_eq!(answer.status, 503);
    let told: usize = answer.header("upload-offset").unwrap().parse().unwrap();
    drop(client);
    let (status, _) = desk.server.ended();
    assert!(status.success());
    // Well before shutdown_grace_seconds are over.
    let took = began.elapsed();
    assert!(took < Duration::from_secs(25), "{took:?}");
    let server = desk.archive.serve();
    assert_eq!(desk.teacher.offset(&server, &upload), told);
    assert!(told >= 256 << 10, "{told}");
}

#[test]
fn a_server_that_is_killed_again_and_again_loses_no_acknowledged_byte() {
    let archive = Archive::empty();
    let teacher = Teacher::of(&archive, "Aygün", "teacher");
    let bytes = recording();
    let mut server = archive.serve();
    let upload = teacher.begin(&server, bytes.len(), &[]);
    let (mut acknowledged, mut kills) = (0, 0);
    let step = bytes.len() / 12;
    while acknowledged < bytes.len() {
        let offset = teacher.offset(&server, &upload);
        assert!(
            offset >= acknowledged,
            "{acknowledged} acknowledged, {offset} here"
        );
        acknowledged = offset;
        let end = (offset + step).min(bytes.len());
        if kills % 3 == 2 {
            // In the middle of a request.
            let sent = &bytes[offset..offset + (end - offset) / 2];
            let client = half_a_request(&teacher, &server, &upload, offset, end - offset, sent);
            server.kill();
            drop(client);
        } else {
            let answer = teacher.add(&server, &upload, offset, &bytes[offset..end]);
            assert_eq!(answer.status, 204, "{}", answer.text());
            acknowledged = end;
            server.kill();
        }
        kills += 1;
        server = archive.serve();
    }
    assert!(kills >= 12, "{kills}");
    let told = teacher.settled(&server, &upload);
    let code = told["lesson"].as_str().unwrap_or_else(|| panic!("{told}"));
    assert_eq!(teacher.recording(&server, code), bytes);
    archive.expect_sound();
}
