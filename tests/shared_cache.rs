//! A class behind a shared cache (nginx with README's settings) costs the archive one answer for each thing, however many pupils
//! there are: what it says of how long things may be kept, by whom and under which address, is what caches understand.

use std::time::{Duration, Instant};

use crate::support::archive::{Archive, files_below};
use crate::support::client::Client;
use crate::support::server::Server;
use crate::support::shared_cache::{FLAGS, SharedCache, Traffic, Way};
use crate::support::teacher::{BYTES, Teacher};

/// A class.
const PUPILS: usize = 30;

fn start(server: &Server) -> SharedCache {
    let nginx = SharedCache::nginx().expect("nginx: scripts/setup test installs it");
    SharedCache::start(&nginx, server.address())
}

#[test]
fn a_class_costs_one_answer_for_each_thing_and_the_same_class_again_nothing() {
    let archive = Archive::with_samples();
    let way = Way::of(&Server::with(archive.data(), FLAGS));
    let server = Server::with(archive.data(), FLAGS);
    let cache = start(&server);
    let class = way.attended(cache.address(), PUPILS);
    let given = Traffic::logged(&server.log_when_ended());
    assert_eq!(given.requests, way.things(), "{given:?} of {class:?}");
    // What is replayed is in the cache, all of it: there is no archive any more that could give anything.
    assert_eq!(way.attended(cache.address(), PUPILS), class);
}

#[test]
fn nobody_can_have_their_own_host_in_what_is_kept_for_everybody() {
    let archive = Archive::with_samples();
    let server = Server::with(archive.data(), FLAGS);
    let cache = start(&server);
    let code = server.get("/api/v1/lessons?limit=1").json()["lessons"][0]["code"].to_string();
    let page = format!("/az/l/{}", code.trim_matches('"'));
    let client = &mut Client::connect(cache.address());
    for lie in ["X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded"] {
        let value = if lie == "Forwarded" {
            "host=evil.example"
        } else {
            "evil.example"
        };
        for target in [&page, "/feeds/lessons.rss", "/api/v1/lessons?limit=2"] {
            let target = format!(
                "{target}{}lie={lie}",
                if target.contains('?') { '&' } else { '?' }
            );
            let answer = client.request("GET", &target, &[(lie, value)]).unwrap();
            assert!(!answer.text().contains("evil.example"), "{target}");
            let after = client.request("GET", &target, &[]).unwrap();
            assert!(!after.text().contains("evil.example"), "{target}");
        }
    }
}

/// Bytes of uploads on the archive's disk.
fn lying(archive: &Archive) -> usize {
    let files = files_below(&archive.data().join("uploads"));
    let lengths = files.iter().filter_map(|file| file.metadata().ok());
    lengths.map(|m| m.len() as usize).sum()
}

#[test]
fn an_upload_through_it_goes_on_where_the_line_broke() {
    const LENGTH: usize = 3 << 20;
    const PASSED_ON: usize = 256 << 10;
    let archive = Archive::with_samples();
    let server = Server::with(archive.data(), FLAGS);
    let cache = start(&server);
    let teacher = Teacher::of(&archive, "Aynur", "teacher");
    let upload = teacher.begin(&server, LENGTH, &[]);
    let through = |method: &str, headers: &[(&str, &str)], bytes: &[u8]| {
        let client = &mut Client::connect(cache.address());
        teacher
            .ask(client, method, &upload, headers, bytes)
            .unwrap()
    };
    let offset = || -> usize {
        let told = through("HEAD", &[], &[]);
        assert_eq!(told.status, 200, "{told:?}");
        told.header("upload-offset").unwrap().parse().unwrap()
    };
    assert_eq!(offset(), 0);
    // More than what nginx takes unless it is told, and then the line breaks.
    let mut client = Client::connect(cache.address());
    let headers = [BYTES, ("Upload-Offset", "0")];
    let length = Some(LENGTH.to_string());
    client.begin(
        "PATCH",
        &upload,
        &teacher.headers(&headers),
        length.as_deref(),
    );
    client.send(vec![7; LENGTH / 2]).unwrap();
    // nginx forgets what it has not passed on yet when the line breaks; what lies on the archive's disk stays.
    let deadline = Instant::now() + Duration::from_secs(60);
    while lying(&archive) < PASSED_ON {
        assert!(Instant::now() < deadline, "{} bytes came", lying(&archive));
        std::thread::sleep(Duration::from_millis(20));
    }
    drop(client);
    while offset() < PASSED_ON {
        assert!(Instant::now() < deadline, "{} bytes stayed", offset());
        std::thread::sleep(Duration::from_millis(20));
    }
    let from = offset();
    let headers = [BYTES, ("Upload-Offset", &from.to_string())];
    let rest = through("PATCH", &headers, &vec![7; LENGTH - from]);
    assert_eq!(rest.status, 204, "{}", rest.text());
    assert_eq!(offset(), LENGTH);
}

#[test]
fn what_is_somebodys_own_is_given_to_nobody_else() {
    let archive = Archive::with_samples();
    let server = Server::with(archive.data(), FLAGS);
    let cache = start(&server);
    let teacher = Teacher::of(&archive, "Aynur", "teacher");
    let json = [("Content-Type", "application/json")];
    let draft = br#"{"title": "Not yet", "grades": ["7"], "subject": "physics", "section": "az"}"#;
    let made = teacher.ask(
        &mut server.connect(),
        "POST",
        "/api/v1/lessons",
        &json,
        draft,
    );
    let made = made.unwrap();
    assert_eq!(made.status, 201, "{}", made.text());
    let code = made.json()["code"].as_str().unwrap().to_owned();
    let client = &mut Client::connect(cache.address());
    for target in [
        "/api/v1/me".to_owned(),
        format!("/api/v1/lessons/{code}"),
        format!("/az/l/{code}"),
    ] {
        // Both before and behind one who may have it.
        let stranger = client.request("GET", &target, &[]).unwrap();
        assert!(
            [401, 404].contains(&stranger.status),
            "{target}: {stranger:?}"
        );
        let own = teacher.ask(client, "GET", &target, &[], &[]).unwrap();
        assert_eq!(own.status, 200, "{target}: {}", own.text());
        let after = client.request("GET", &target, &[]).unwrap();
        assert_eq!(after.status, stranger.status, "{target}: {after:?}");
    }
}
