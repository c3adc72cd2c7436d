//! Disks that fill or fail, and what reaches them before the client is answered.

use std::path::Path;

use super::{BYTES, Desk, noise, recording};
use crate::support::archive::Archive;
use crate::support::server::Server;
use crate::support::teacher::{Teacher, path_of};

fn free_bytes(archive: &Archive) -> u64 {
    let disk = rustix::fs::statvfs(archive.data()).unwrap();
    disk.f_bavail * disk.f_frsize
}

/// More than can be free, whatever others delete meanwhile.
fn all_bytes(archive: &Archive) -> u64 {
    let disk = rustix::fs::statvfs(archive.data()).unwrap();
    disk.f_blocks * disk.f_frsize
}

#[test]
fn no_room_is_told_before_a_byte_is_taken() {
    let free = free_bytes(&Archive::empty());
    let reserve = free.saturating_sub(1 << 30).to_string();
    let desk = Desk::with(["--reserve-bytes", reserve.as_str()]);
    let headers = [("Upload-Length", "20000000000")];
    let client = &mut desk.server.connect();
    let refused = desk.teacher.ask(client, "POST", "/uploads", &headers, &[]);
    let refused = refused.unwrap();
    assert_eq!(refused.status, 507);
    let why = refused.text();
    assert!(
        why.contains("20000000000") && why.contains("reserve_bytes"),
        "{why}"
    );
}

#[test]
fn a_disk_without_room_says_how_far_an_upload_is_and_lets_it_go_on_when_there_is_some() {
    let Desk {
        archive,
        server,
        teacher,
    } = Desk::new();
    let bytes = noise(30_000);
    let upload = teacher.begin(&server, bytes.len(), &[]);
    let add = |server: &Server, from: usize, to: usize| {
        let added = teacher.add(server, &upload, from, &bytes[from..to]);
        (
            added.status,
            added.header("upload-offset").map(str::to_owned),
        )
    };
    let at = |offset: usize| Some(offset.to_string());
    assert_eq!(add(&server, 0, 10_000), (204, at(10_000)));
    server.kill();
    let all = all_bytes(&archive).to_string();
    let full = Server::with(archive.data(), ["--reserve-bytes", all.as_str()]);
    assert_eq!(add(&full, 10_000, 30_000), (507, at(10_000)));
    assert_eq!(teacher.offset(&full, &upload), 10_000);
    full.kill();
    let roomy = archive.serve();
    assert_eq!(add(&roomy, 10_000, 30_000), (204, at(30_000)));
    let file = archive.data().join(&upload[1..]);
    assert_eq!(std::fs::read(file).unwrap(), bytes);
}

/// A server whose system calls are seen, or made to fail, by strace.
fn traced(archive: &Archive, arguments: &[&str]) -> Server {
    let strace = ["strace", "-f", "-y", "-qq", "-s", "40"];
    let before: Vec<&str> = [&strace[..], arguments].concat();
    Server::behind(&before, archive.data())
}

#[test]
fn a_disk_that_fails_to_sync_is_not_believed_and_the_bytes_are_asked_for_again() {
    let archive = Archive::empty();
    let teacher = Teacher::of(&archive, "Aygün", "teacher");
    let bytes = noise(30_000);
    let upload = teacher.begin(&archive.serve(), bytes.len(), &[]);
    let file = archive.data().join(&upload[1..]);
    // Only the upload's own file: its second sync fails.
    let inject = "inject=fdatasync:error=EIO:when=2";
    let only = ["-o", "/dev/null", "-P", file.to_str().unwrap()];
    let server = traced(
        &archive,
        &[&only[..], &["-e", "trace=fdatasync", "-e", inject]].concat(),
    );
    assert_eq!(
        teacher.add(&server, &upload, 0, &bytes[..10_000]).status,
        204
    );
    let failed = teacher.add(&server, &upload, 10_000, &bytes[10_000..]);
    // Each thread of strace's counts for itself.
    let offset = teacher.offset(&server, &upload);
    match failed.status {
        500 => assert_eq!(offset, 10_000),
        204 => assert_eq!(offset, bytes.len()),
        other => panic!("{other}: {}", failed.text()),
    }
    let rest = teacher.add(&server, &upload, offset, &bytes[offset..]);
    assert!([204, 500].contains(&rest.status), "{}", rest.text());
    let offset = teacher.offset(&server, &upload);
    assert_eq!(std::fs::read(file).unwrap()[..offset], bytes[..offset]);
}

/// A server for which these calls on `file` fail.
fn failing(archive: &Archive, file: &Path, calls: &str, when: &str) -> Server {
    let (trace, inject) = (
        format!("trace={calls}"),
        format!("inject={calls}:error=EIO:when={when}"),
    );
    let file = file.to_str().unwrap();
    let all = ["-o", "/dev/null", "-P", file, "-e", &trace, "-e", &inject];
    traced(archive, &all)
}

#[test]
fn an_upload_whose_name_is_not_durable_has_not_begun() {
    let archive = Archive::empty();
    let teacher = Teacher::of(&archive, "Aygün", "teacher");
    archive.serve().kill();
    let folder = archive.data().join("uploads");
    let server = failing(&archive, &folder, "fsync", "1+");
    let headers = [("Upload-Length", "10")];
    let made = teacher.ask(&mut server.connect(), "POST", "/uploads", &headers, &[]);
    let made = made.unwrap();
    assert_eq!(made.status, 500);
    assert_eq!(made.header("location"), None);
    assert!(!made.text().contains("uploads/"), "{}", made.text());
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0);
}

#[test]
fn bytes_that_the_disk_does_not_take_are_not_acknowledged() {
    let archive = Archive::empty();
    let teacher = Teacher::of(&archive, "Aygün", "teacher");
    let bytes = noise(30_000);
    let server = archive.serve();
    let upload = teacher.begin(&server, bytes.len(), &[]);
    let first = teacher.add(&server, &upload, 0, &bytes[..10_000]);
    assert_eq!(first.status, 204);
    server.kill();
    let file = archive.data().join(&upload[1..]);
    let server = failing(&archive, &file, "pwrite64", "1+");
    let failed = teacher.add(&server, &upload, 10_000, &bytes[10_000..]);
    assert_eq!(failed.status, 500);
    assert_eq!(teacher.offset(&server, &upload), 10_000);
    server.kill();
    let server = archive.serve();
    let rest = teacher.add(&server, &upload, 10_000, &bytes[10_000..]);
    assert_eq!(rest.status, 204);
    assert_eq!(std::fs::read(file).unwrap(), bytes);
}

#[test]
fn a_row_that_is_not_durable_is_not_acknowledged() {
    let archive = Archive::empty();
    let teacher = Teacher::of(&archive, "Aygün", "teacher");
    let bytes = noise(30_000);
    let upload = teacher.begin(&archive.serve(), bytes.len(), &[]);
    let log = archive.data().join("catalogue.sqlite-wal");
    // Later than what the start takes.
    let server = failing(&archive, &log, "fsync,fdatasync", "5+");
    let (mut acknowledged, mut status) = (0, 204);
    while status == 204 {
        assert!(acknowledged < bytes.len(), "the disk never failed");
        let next = &bytes[acknowledged..acknowledged + 1000];
        status = teacher.add(&server, &upload, acknowledged, next).status;
        if status == 204 {
            acknowledged += 1000;
        }
    }
    assert_eq!(status, 500);
    assert_eq!(teacher.offset(&server, &upload), acknowledged);
    server.kill();
    let server = archive.serve();
    let offset = teacher.offset(&server, &upload);
    // What was written without being acknowledged may count or not, but not in part.
    let whole = [acknowledged, acknowledged + 1000];
    assert!(
        whole.contains(&offset),
        "{offset}, {acknowledged} acknowledged"
    );
    let rest = teacher.add(&server, &upload, offset, &bytes[offset..]);
    assert_eq!(rest.status, 204);
    let file = archive.data().join(&upload[1..]);
    assert_eq!(std::fs::read(file).unwrap(), bytes);
}

#[test]
fn bytes_and_their_row_are_synced_before_the_client_hears_of_them() {
    let archive = Archive::empty();
    let teacher = Teacher::of(&archive, "Aygün", "teacher");
    let log = tempfile::tempdir().unwrap();
    let log = log.path().join("trace");
    let server = traced(
        &archive,
        &[
            "-o",
            log.to_str().unwrap(),
            "-e",
            "trace=fsync,fdatasync,pwrite64,renameat,rename,writev",
        ],
    );
    let bytes = recording();
    let upload = teacher.begin(&server, bytes.len(), &[]);
    assert_eq!(
        teacher.add(&server, &upload, 0, &bytes[..9_000]).status,
        204
    );
    assert_eq!(
        teacher.add(&server, &upload, 9_000, &bytes[9_000..]).status,
        204
    );
    let log = synced_order(&log);
    let name = upload.rsplit('/').next().unwrap();
    let stored = format!("{name}.mp4");
    // Each in this order, whatever stands between.
    let expected = [
        ("fsync", name),
        ("fsync", "/uploads>"),
        ("fsync", "catalogue.sqlite-wal"),
        ("writev", "201 Created"),
        ("pwrite64", name),
        ("fdatasync", name),
        ("fsync", "catalogue.sqlite-wal"),
        ("writev", "204 No Content"),
        ("pwrite64", name),
        ("fdatasync", name),
        ("fsync", "catalogue.sqlite-wal"),
        ("rename", stored.as_str()),
        ("fsync", &format!("/files/{}>", &name[..2])),
        ("fsync", "/files>"),
        ("fsync", "catalogue.sqlite-wal"),
        ("writev", "204 No Content"),
    ];
    let mut lines = log.iter();
    for (call, about) in expected {
        let found = lines.any(|line| line.contains(call) && line.contains(about));
        assert!(
            found,
            "no {call} of {about} where it should be\n{}",
            log.join("\n")
        );
    }
}

#[test]
fn a_server_killed_while_it_joins_parts_goes_on_with_that_and_makes_one_recording() {
    let archive = Archive::empty();
    let teacher = Teacher::of(&archive, "Aygün", "teacher");
    let bytes = recording();
    let server = archive.serve();
    let cut = bytes.len() / 2;
    let part = |piece: &[u8]| {
        let length = piece.len().to_string();
        let headers = [
            BYTES,
            ("Upload-Concat", "partial"),
            ("Upload-Length", &length),
        ];
        let made = teacher.ask(&mut server.connect(), "POST", "/uploads", &headers, piece);
        path_of(&made.unwrap())
    };
    let parts = [part(&bytes[..cut]), part(&bytes[cut..])];
    let concat = format!("final;{} {}", parts[0], parts[1]);
    let join = |server: &Server| {
        let headers = [("Upload-Concat", concat.as_str())];
        teacher.ask(&mut server.connect(), "POST", "/uploads", &headers, &[])
    };
    server.kill();
    // It dies when the second part is read.
    let second = archive.data().join(&parts[1][1..]);
    let dying = traced(
        &archive,
        &[
            "-o",
            "/dev/null",
            "-P",
            second.to_str().unwrap(),
            "-e",
            "trace=copy_file_range",
            "-e",
            "inject=copy_file_range:signal=KILL",
        ],
    );
    assert!(join(&dying).is_err());
    drop(dying);
    archive.run(["check"]).expect_code(0);

    let server = archive.serve();
    let whole = join(&server).unwrap();
    assert_eq!(whole.status, 201, "{}", whole.text());
    let told = teacher.settled(&server, &path_of(&whole));
    let code = told["lesson"].as_str().unwrap_or_else(|| panic!("{told}"));
    assert_eq!(teacher.recording(&server, code), bytes);
    assert_eq!(archive.export().len(), 1, "and one lesson");
    archive.expect_sound();
}

/// The calls of the log in the order in which they ended; answers in the order in which they began.
fn synced_order(log: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(log).unwrap();
    let mut begun = std::collections::HashMap::new();
    let mut calls = Vec::new();
    for line in text.lines() {
        let (thread, call) = line.split_once(' ').unwrap();
        let call = call.trim();
        if let Some(start) = call.strip_suffix("<unfinished ...>") {
            begun.insert(thread, start.to_owned());
            if start.starts_with("writev") {
                calls.push(start.to_owned());
            }
        } else if let Some((_, end)) = call.split_once("resumed>") {
            let start = begun.remove(thread).unwrap_or_default();
            if !start.starts_with("writev") {
                calls.push(format!("{start}{end}"));
            }
        } else {
            calls.push(call.to_owned());
        }
    }
    calls
}
