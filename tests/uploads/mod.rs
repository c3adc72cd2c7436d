//! Uploads, as a client of tus 1.0.0 sees them.

mod clock;
mod crowd;
mod disk;
mod form;
mod lessons;
mod listed;
mod refused;
mod shortage;
mod survives;

use crate::support::archive::Archive;
use crate::support::samples;
use crate::support::server::Server;
use crate::support::teacher::{BYTES, Teacher, encoded, path_of};

/// An archive, its server, and a teacher.
struct Desk {
    archive: Archive,
    server: Server,
    teacher: Teacher,
}

impl Desk {
    fn new() -> Self {
        Self::with([] as [&str; 0])
    }

    fn with<A: AsRef<std::ffi::OsStr>>(flags: impl IntoIterator<Item = A>) -> Self {
        let archive = Archive::empty();
        let teacher = Teacher::of(&archive, "Aygün", "teacher");
        let server = Server::with(archive.data(), flags);
        Self {
            archive,
            server,
            teacher,
        }
    }
}

/// The bytes of a recording of some 100 KB.
fn recording() -> Vec<u8> {
    std::fs::read(samples::small_recording()).unwrap()
}

/// Bytes of no recording, all different places different.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    std::iter::repeat_with(next).take(length).collect()
}

#[test]
fn a_recording_sent_in_pieces_can_be_watched_when_its_last_byte_is_acknowledged() {
    let desk = Desk::new();
    let bytes = recording();
    let metadata = [("filename", "Kəsr.mp4"), ("filetype", "video/mp4")];
    let upload = desk.teacher.begin(&desk.server, bytes.len(), &metadata);
    let told = desk.teacher.head(&desk.server, &upload);
    assert_eq!(told.status, 200);
    assert_eq!(told.header("upload-offset"), Some("0"));
    assert_eq!(
        told.header("upload-length"),
        Some(&*bytes.len().to_string())
    );
    assert_eq!(told.header("upload-metadata"), Some(&*encoded(&metadata)));
    assert_eq!(told.header("cache-control"), Some("no-store"));
    assert_eq!(told.header("tus-resumable"), Some("1.0.0"));
    assert!(told.header("upload-expires").unwrap().ends_with(" GMT"));

    let half = bytes.len() / 2;
    let first = desk.teacher.add(&desk.server, &upload, 0, &bytes[..half]);
    assert_eq!((first.status, first.text().as_str()), (204, ""));
    assert_eq!(first.header("upload-offset"), Some(&*half.to_string()));
    let rest = desk
        .teacher
        .add(&desk.server, &upload, half, &bytes[half..]);
    assert_eq!(rest.status, 204);
    assert_eq!(
        rest.header("upload-offset"),
        Some(&*bytes.len().to_string())
    );

    let target = format!("/api/v1{upload}");
    let state = desk
        .teacher
        .ask(&mut desk.server.connect(), "GET", &target, &[], &[]);
    let state = state.unwrap().json();
    assert_eq!(
        (&state["state"], &state["error"]),
        (&"done".into(), &serde_json::Value::Null)
    );
    let code = state["lesson"].as_str().unwrap();
    assert_eq!(desk.teacher.recording(&desk.server, code), bytes);
    assert_eq!(desk.teacher.offset(&desk.server, &upload), bytes.len());
    // Of others nobody learns that it is there.
    assert_eq!(desk.server.get(&format!("/l/{code}/video.mp4")).status, 404);
    desk.archive.expect_sound();
}

#[test]
fn first_bytes_may_come_along_and_the_length_later() {
    let desk = Desk::new();
    let bytes = recording();
    let headers = [BYTES, ("Upload-Defer-Length", "1")];
    let made = desk
        .teacher
        .ask(
            &mut desk.server.connect(),
            "POST",
            "/uploads",
            &headers,
            &bytes[..1000],
        )
        .unwrap();
    assert_eq!(
        (made.status, made.header("upload-offset")),
        (201, Some("1000"))
    );
    let upload = path_of(&made);
    let told = desk.teacher.head(&desk.server, &upload);
    assert_eq!(told.header("upload-defer-length"), Some("1"));
    assert_eq!(told.header("upload-length"), None);

    let length = bytes.len().to_string();
    let send = |length: &str, offset: &str, bytes: &[u8]| {
        let headers = [BYTES, ("Upload-Offset", offset), ("Upload-Length", length)];
        let client = &mut desk.server.connect();
        desk.teacher
            .ask(client, "PATCH", &upload, &headers, bytes)
            .unwrap()
    };
    assert_eq!(
        send("999", "1000", &[]).status,
        400,
        "shorter than what is here"
    );
    assert_eq!(send(&length, "1000", &bytes[1000..2000]).status, 204);
    assert_eq!(
        send("5000000", "2000", &[]).status,
        400,
        "the length does not change"
    );
    assert_eq!(send(&length, "2000", &bytes[2000..]).status, 204);
    assert_eq!(desk.teacher.settled(&desk.server, &upload)["state"], "done");
}

#[test]
fn parts_that_were_sent_at_once_become_one_recording() {
    let desk = Desk::new();
    let bytes = recording();
    let cut = bytes.len() / 3;
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
            .ask(client, "POST", "/uploads", &headers, piece)
            .unwrap();
        assert_eq!(made.status, 201, "{}", made.text());
        path_of(&made)
    };
    let parts = [part(&bytes[..cut]), part(&bytes[cut..])];
    let told = desk.teacher.head(&desk.server, &parts[0]);
    assert_eq!(told.header("upload-concat"), Some("partial"));
    assert!(
        told.header("upload-expires").is_some(),
        "it waits for its whole"
    );
    let join = |parts: &str| {
        let concat = format!("final;{parts}");
        let headers = [("Upload-Concat", concat.as_str())];
        let client = &mut desk.server.connect();
        desk.teacher
            .ask(client, "POST", "/uploads", &headers, &[])
            .unwrap()
    };
    let whole = join(&parts.join(" "));
    assert_eq!(whole.status, 201, "{}", whole.text());
    let upload = path_of(&whole);
    let told = desk.teacher.head(&desk.server, &upload);
    assert_eq!(
        told.header("upload-concat"),
        Some(&*format!("final;{}", parts.join(" ")))
    );
    assert_eq!(
        told.header("upload-length"),
        Some(&*bytes.len().to_string())
    );
    let state = desk.teacher.settled(&desk.server, &upload);
    let code = state["lesson"]
        .as_str()
        .unwrap_or_else(|| panic!("{state}"));
    assert_eq!(desk.teacher.recording(&desk.server, code), bytes);
    // Who did not hear of it asks again, and gets no second one.
    let again = join(&parts.join(" "));
    assert_eq!((again.status, path_of(&again)), (201, upload.clone()));
    let other = join(&format!("{} {}", parts[1], parts[0]));
    assert_eq!(other.status, 201);
    assert_ne!(path_of(&other), upload);

    let more = desk.teacher.add(&desk.server, &upload, bytes.len(), b"x");
    assert_eq!(more.status, 403, "what was made of parts gets no bytes");
    let unfinished = {
        let headers = [("Upload-Concat", "partial"), ("Upload-Length", "9")];
        let client = &mut desk.server.connect();
        path_of(
            &desk
                .teacher
                .ask(client, "POST", "/uploads", &headers, &[])
                .unwrap(),
        )
    };
    assert_eq!(join(&unfinished).status, 409);
    assert_eq!(join(&upload).status, 400, "a whole is no part");
    let stranger = Teacher::of(&desk.archive, "Rəşad", "teacher");
    let headers = [("Upload-Concat", &*format!("final;{}", parts[0]))];
    let theirs = stranger.ask(
        &mut desk.server.connect(),
        "POST",
        "/uploads",
        &headers,
        &[],
    );
    assert_eq!(theirs.unwrap().status, 400, "another's part");
}

#[test]
fn a_terminated_upload_is_gone_with_its_bytes() {
    let desk = Desk::new();
    let upload = desk.teacher.begin(&desk.server, 10, &[]);
    desk.teacher.add(&desk.server, &upload, 0, b"01234");
    let client = &mut desk.server.connect();
    let ended = desk
        .teacher
        .ask(client, "DELETE", &upload, &[], &[])
        .unwrap();
    assert_eq!(ended.status, 204);
    assert_eq!(desk.teacher.head(&desk.server, &upload).status, 410);
    assert_eq!(
        desk.teacher.add(&desk.server, &upload, 5, b"56789").status,
        410
    );
    let again = desk
        .teacher
        .ask(client, "DELETE", &upload, &[], &[])
        .unwrap();
    assert_eq!(again.status, 410);
    let left = std::fs::read_dir(desk.archive.data().join("uploads")).unwrap();
    assert_eq!(left.count(), 0);
}

#[test]
fn bytes_are_kept_only_if_their_checksum_holds() {
    let desk = Desk::new();
    let upload = desk.teacher.begin(&desk.server, 11, &[]);
    let send = |checksum: &str, offset: &str, bytes: &[u8]| {
        let headers = [
            BYTES,
            ("Upload-Offset", offset),
            ("Upload-Checksum", checksum),
        ];
        let client = &mut desk.server.connect();
        let answer = desk.teacher.ask(client, "PATCH", &upload, &headers, bytes);
        let answer = answer.unwrap();
        (answer.status, desk.teacher.offset(&desk.server, &upload))
    };
    let right = "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=";
    assert_eq!(send(right, "0", b"hello WORLD"), (460, 0));
    assert_eq!(send("crc99 AAAA", "0", b"hello world"), (400, 0));
    assert_eq!(send("sha1 AAAA", "0", b"hello world"), (400, 0));
    assert_eq!(send(right, "0", b"hello world"), (204, 11));
    // A wrong one with the creation leaves nothing behind.
    let headers = [BYTES, ("Upload-Length", "11"), ("Upload-Checksum", right)];
    let client = &mut desk.server.connect();
    let made = desk
        .teacher
        .ask(client, "POST", "/uploads", &headers, b"hello there");
    assert_eq!(made.unwrap().status, 460);
}
