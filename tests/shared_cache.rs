//! A class behind a shared cache (nginx with README's settings) costs the archive one answer for each thing, however many pupils
//! there are: what it says of how long things may be kept, by whom and under which address, is what caches understand.

use crate::support::archive::Archive;
use crate::support::client::Client;
use crate::support::server::Server;
use crate::support::shared_cache::{Ledger, SharedCache, Way};
use crate::support::teacher::Teacher;

/// A class.
const PUPILS: usize = 30;
/// As README has them, with a log of what the archive itself gives; jobs would make more files meanwhile, and so other pages.
const FLAGS: [&str; 6] = [
    "--trusted-proxy",
    "127.0.0.1",
    "--log",
    "info",
    "--jobs",
    "0",
];

fn start(server: &Server) -> SharedCache {
    let nginx = SharedCache::nginx().expect("nginx: scripts/setup test installs it");
    SharedCache::start(&nginx, server.address())
}

#[test]
fn a_class_costs_one_answer_for_each_thing_and_the_same_class_again_nothing() {
    let archive = Archive::with_samples();
    let server = Server::with(archive.data(), FLAGS);
    let way = Way::of(&server);
    let cache = start(&server);
    let mut ledger = Ledger::open(&server);

    let class = way.attended(cache.address(), PUPILS);
    assert_eq!(ledger.given().requests, way.things(), "of {class:?}");

    // What is replayed is in the cache, all of it.
    let again = way.attended(cache.address(), PUPILS);
    assert_eq!(again, class);
    let given = ledger.given();
    let (requests, bytes) = again.kept_from(given);
    assert!(requests >= 99.0 && bytes >= 99.0, "{given:?} of {again:?}");
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
