//! A machine that has too little of something: it says so, loses nothing, and goes on when there is enough.

#![allow(
    clippy::disallowed_methods,
    reason = "a disk of its own is mounted by programs of the system"
)]

use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

use super::{BYTES, Desk, noise, recording};
use crate::support::archive::Archive;
use crate::support::server::Server;
use crate::support::teacher::{Teacher, path_of};

#[test]
fn without_descriptors_clients_are_told_to_come_back_and_can() {
    let archive = Archive::empty();
    let teacher = Teacher::of(&archive, "Aygün", "teacher");
    const DESCRIPTORS: usize = 80;
    let limit = format!("--nofile={DESCRIPTORS}");
    let server = Server::behind(&["prlimit", &limit], archive.data());
    let bytes = noise(20_000);
    // One connection from the beginning: what others hold must not change meanwhile.
    let mut client = server.connect();
    let mut ask = |method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]| {
        let answer = teacher.ask(&mut client, method, target, headers, body);
        answer.unwrap()
    };
    let made = ask("POST", "/uploads", &[("Upload-Length", "20000")], &[]);
    let upload = path_of(&made);
    let first = [BYTES, ("Upload-Offset", "0")];
    assert_eq!(ask("PATCH", &upload, &first, &bytes[..9_000]).status, 204);

    // Whoever comes now takes the rest.
    let held = Path::new("/proc").join(server.pid().to_string()).join("fd");
    let mut crowd = Vec::new();
    let held = || {
        let names = std::fs::read_dir(&held).unwrap();
        let names = names.map(|e| e.unwrap().file_name().into_string().unwrap());
        // What was open before the limit was set may lie beyond it.
        let below = |name: &String| name.parse::<usize>().unwrap() < DESCRIPTORS;
        names.filter(below).count()
    };
    while held() < DESCRIPTORS {
        crowd.push(TcpStream::connect(server.address()).unwrap());
    }
    let more = [BYTES, ("Upload-Offset", "9000")];
    for (method, target, headers, body) in [
        ("POST", "/uploads", &[("Upload-Length", "9")][..], &[][..]),
        ("HEAD", &upload, &[], &[]),
        ("PATCH", &upload, &more, &bytes[9_000..]),
    ] {
        let told = ask(method, target, headers, body);
        assert_eq!(told.status, 503, "{method}: {told:?}");
        assert!(told.header("retry-after").is_some(), "{method}");
    }
    drop(crowd);
    assert_eq!(teacher.offset(&server, &upload), 9_000);
    let rest = teacher.add(&server, &upload, 9_000, &bytes[9_000..]);
    assert_eq!(rest.status, 204);
    let file = archive.data().join(&upload[1..]);
    assert_eq!(std::fs::read(file).unwrap(), bytes);
}

/// A server in whose eyes a small disk of its own lies where uploads grow.
fn on_a_small_disk(archive: &Archive, size: &str) -> Option<Server> {
    let probe = Command::new("unshare").args(["-rm", "true"]).status();
    if !probe.is_ok_and(|status| status.success()) {
        eprintln!(
            "SKIPPED: this machine lets nobody mount in a namespace of their own (unshare -rm)"
        );
        return None;
    }
    let folder = archive.data().join("uploads");
    std::fs::create_dir_all(&folder).unwrap();
    let mount = format!("mount -t tmpfs -o size={size} none \"$0\" && exec \"$@\"");
    let inside = [
        "unshare",
        "-rm",
        "sh",
        "-c",
        &mount,
        folder.to_str().unwrap(),
    ];
    Some(Server::behind(&inside, archive.data()))
}

#[test]
fn a_disk_that_fills_on_the_way_keeps_what_fitted_and_goes_on_when_there_is_room() {
    let archive = Archive::empty();
    let teacher = Teacher::of(&archive, "Aygün", "teacher");
    let Some(server) = on_a_small_disk(&archive, "1m") else {
        return;
    };
    let bytes = noise(3 << 20);
    let upload = teacher.begin(&server, bytes.len(), &[]);
    let full = teacher.add(&server, &upload, 0, &bytes);
    assert_eq!(full.status, 507, "{}", full.text());
    let offset = teacher.offset(&server, &upload);
    assert_eq!(full.header("upload-offset"), Some(&*offset.to_string()));
    assert_eq!(offset, 1 << 20, "all that fits");
    let still = teacher.add(&server, &upload, offset, &bytes[offset..]);
    assert_eq!(still.status, 507, "{}", still.text());
    let enter = ["--user", "--mount", "--preserve-credentials", "--target"];
    let grown = Command::new("nsenter")
        .args(enter)
        .arg(server.pid().to_string())
        .args(["mount", "-o", "remount,size=8m"])
        .arg(archive.data().join("uploads"))
        .status();
    assert!(grown.unwrap().success());
    let rest = teacher.add(&server, &upload, offset, &bytes[offset..]);
    assert_eq!(rest.status, 204, "{}", rest.text());
    let seen = Path::new("/proc")
        .join(server.pid().to_string())
        .join("root");
    let file = seen.join(&archive.data().join(&upload[1..]).to_str().unwrap()[1..]);
    assert_eq!(std::fs::read(file).unwrap(), bytes);
}

#[test]
fn a_file_that_may_not_grow_is_a_full_disk_and_not_the_end_of_the_server() {
    let archive = Archive::empty();
    let teacher = Teacher::of(&archive, "Aygün", "teacher");
    let server = Server::behind(&["prlimit", "--fsize=1000000"], archive.data());
    let bytes = noise(2_000_000);
    let upload = teacher.begin(&server, bytes.len(), &[]);
    let full = teacher.add(&server, &upload, 0, &bytes);
    assert_eq!(full.status, 507, "{}", full.text());
    assert_eq!(full.header("upload-offset"), Some("1000000"));
    server.kill();
    let server = archive.serve();
    assert_eq!(teacher.offset(&server, &upload), 1_000_000);
    let rest = teacher.add(&server, &upload, 1_000_000, &bytes[1_000_000..]);
    assert_eq!(rest.status, 204);
    let file = archive.data().join(&upload[1..]);
    assert_eq!(std::fs::read(file).unwrap(), bytes);
}

/// Kilobytes of memory that the server has of its own.
fn memory(server: &Server) -> usize {
    let status = Path::new("/proc")
        .join(server.pid().to_string())
        .join("status");
    let status = std::fs::read_to_string(status).unwrap();
    let line = status.lines().find_map(|l| l.strip_prefix("RssAnon:"));
    let number = line.unwrap().trim().split(' ').next().unwrap();
    number.parse().unwrap()
}

/// As many as `make soak` has ten thousand of.
const HALF_OPEN: usize = 500;

#[test]
fn many_half_open_uploads_cost_little_and_stay_what_they_are() {
    let Desk {
        archive,
        server,
        teacher,
    } = Desk::new();
    let mut client = server.connect();
    let mut uploads = Vec::new();
    let mut before = 0;
    for n in 0..HALF_OPEN {
        let first = n.to_string().into_bytes();
        let headers = [BYTES, ("Upload-Length", "1000000")];
        let made = teacher.ask(&mut client, "POST", "/uploads", &headers, &first);
        let made = made.unwrap();
        assert_eq!(made.status, 201, "{}", made.text());
        uploads.push((path_of(&made), first));
        if n == HALF_OPEN / 10 {
            before = memory(&server);
        }
    }
    let grown = memory(&server).saturating_sub(before);
    assert!(grown < 8 << 10, "{grown} KiB for {HALF_OPEN} uploads");
    for (upload, first) in &uploads {
        let told = teacher.ask(&mut client, "HEAD", upload, &[], &[]).unwrap();
        let offset = told.header("upload-offset").unwrap();
        assert_eq!(offset, first.len().to_string());
    }
    archive.run(["check"]).expect_code(0);
    server.kill();
    let server = archive.serve();
    let (upload, first) = &uploads[HALF_OPEN / 2];
    assert_eq!(teacher.offset(&server, upload), first.len());
    let bytes = recording();
    let other = teacher.begin(&server, bytes.len(), &[]);
    assert_eq!(teacher.add(&server, &other, 0, &bytes).status, 204);
    archive.expect_sound();
}
