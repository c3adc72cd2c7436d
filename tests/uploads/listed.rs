//! What a person is told of their uploads.

use std::collections::BTreeSet;

use super::{Desk, noise, recording};
use crate::support::teacher::Teacher;

/// What the API lists at `target`.
#[track_caller]
fn listed(desk: &Desk, teacher: &Teacher, target: &str) -> serde_json::Value {
    let answer = teacher.ask(&mut desk.server.connect(), "GET", target, &[], &[]);
    let answer = answer.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("cache-control"), Some("private, no-store"));
    answer.json()
}

fn ids(list: &serde_json::Value) -> Vec<&str> {
    let uploads = list["uploads"].as_array().unwrap().iter();
    uploads.map(|u| u["id"].as_str().unwrap()).collect()
}

fn id_of(upload: &str) -> &str {
    upload.rsplit('/').next().unwrap()
}

#[test]
fn an_unfinished_upload_is_listed_with_all_that_it_takes_to_go_on() {
    let desk = Desk::new();
    let metadata = [("filename", "Kəsr.mp4"), ("modified", "1583312400000")];
    let upload = desk.teacher.begin(&desk.server, 1000, &metadata);
    let added = desk.teacher.add(&desk.server, &upload, 0, &noise(300));
    assert_eq!(added.status, 204);

    let list = listed(&desk, &desk.teacher, "/api/v1/uploads");
    assert!(list["next"].is_null());
    let own = &list["uploads"][0];
    assert_eq!(own["id"], id_of(&upload));
    assert_eq!(
        own["url"],
        format!("http://{}{upload}", desk.server.address())
    );
    assert_eq!(own["filename"], "Kəsr.mp4");
    assert_eq!(own["metadata"]["modified"], "1583312400000");
    assert_eq!((&own["bytes"], &own["offset"]), (&1000.into(), &300.into()));
    assert_eq!(
        (&own["state"], &own["kind"]),
        (&"uploading".into(), &"whole".into())
    );
    assert!(own["lesson"].is_null() && own["error"].is_null());
    let moments = (
        own["created"].as_str().unwrap(),
        own["expires"].as_str().unwrap(),
    );
    assert!(moments.0 < moments.1, "{moments:?}");

    // One of its own says the same.
    let one = format!("/api/v1{upload}");
    assert_eq!(&listed(&desk, &desk.teacher, &one), own);
    // Nobody else hears of it.
    let other = Teacher::of(&desk.archive, "Rəşad", "teacher");
    assert!(ids(&listed(&desk, &other, "/api/v1/uploads")).is_empty());
    let admin = Teacher::of(&desk.archive, "Nigar", "admin");
    assert!(ids(&listed(&desk, &admin, "/api/v1/uploads")).is_empty());
}

#[test]
fn the_title_of_a_draft_is_not_told_to_who_sent_its_recording_once_it_is_others() {
    let desk = Desk::new();
    let bytes = recording();
    let upload = desk
        .teacher
        .begin(&desk.server, bytes.len(), &[("title", "Kəsr")]);
    assert_eq!(
        desk.teacher.add(&desk.server, &upload, 0, &bytes).status,
        204
    );
    let told = desk.teacher.settled(&desk.server, &upload);
    assert_eq!(told["title"], "Kəsr");
    let (code, one) = (told["lesson"].as_str().unwrap(), format!("/api/v1{upload}"));
    let owners = &told_owners(&desk, code);
    assert_eq!(owners.len(), 1);
    let run = |command: &[&str]| drop(desk.archive.run(command).expect_code(0));
    run(&["lesson", "owner", code, "remove", &owners[0]]);
    run(&["lesson", "set", code, "title=Yeni"]);
    let told = listed(&desk, &desk.teacher, &one);
    assert!(told["title"].is_null(), "{told}");
    let list = listed(&desk, &desk.teacher, "/api/v1/uploads");
    assert!(list["uploads"][0]["title"].is_null(), "{list}");
    // What is out is known to everybody.
    run(&["lesson", "publish", code]);
    assert_eq!(listed(&desk, &desk.teacher, &one)["title"], "Yeni");
}

/// Names of those whose a lesson is.
fn told_owners(desk: &Desk, code: &str) -> Vec<String> {
    let lesson = listed(desk, &desk.teacher, &format!("/api/v1/desk/lessons/{code}"));
    let owners = lesson["owners"].as_array().unwrap().iter();
    owners.map(|o| o.as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_is_over_says_how_it_ended_and_what_was_deleted_is_not_listed() {
    let desk = Desk::new();
    let bytes = recording();
    let done = desk
        .teacher
        .begin(&desk.server, bytes.len(), &[("title", "Kəsr")]);
    desk.teacher.add(&desk.server, &done, 0, &bytes);
    let failed = desk.teacher.begin(&desk.server, 100, &[]);
    desk.teacher.add(&desk.server, &failed, 0, &[b'x'; 100]);
    let gone = desk.teacher.begin(&desk.server, 100, &[]);
    let deleted = desk
        .teacher
        .ask(&mut desk.server.connect(), "DELETE", &gone, &[], &[]);
    assert_eq!(deleted.unwrap().status, 204);
    desk.teacher.settled(&desk.server, &failed);

    let list = listed(&desk, &desk.teacher, "/api/v1/uploads");
    let expected = BTreeSet::from([id_of(&done), id_of(&failed)]);
    assert_eq!(ids(&list).into_iter().collect::<BTreeSet<_>>(), expected);
    for own in list["uploads"].as_array().unwrap() {
        assert!(own["expires"].is_null());
        if own["id"] == id_of(&done) {
            assert_eq!(
                (&own["state"], &own["title"]),
                (&"done".into(), &"Kəsr".into())
            );
            assert!(own["lesson"].is_string() && own["error"].is_null());
        } else {
            assert_eq!(own["state"], "failed");
            assert!(own["error"].is_string() && own["lesson"].is_null());
        }
    }
}

#[test]
fn a_long_list_is_turned_page_by_page_and_every_upload_is_met_once() {
    let desk = Desk::new();
    let begun: BTreeSet<String> = (0..7)
        .map(|_| desk.teacher.begin(&desk.server, 10, &[]))
        .map(|upload| id_of(&upload).to_owned())
        .collect();
    let mut met = Vec::new();
    let mut target = "/api/v1/uploads?limit=3".to_owned();
    loop {
        let page = listed(&desk, &desk.teacher, &target);
        met.extend(ids(&page).into_iter().map(str::to_owned));
        match page["next"].as_str() {
            Some(next) => target = format!("/api/v1/uploads?limit=3&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(met.len(), 7);
    assert_eq!(met.iter().cloned().collect::<BTreeSet<_>>(), begun);

    let other = Teacher::of(&desk.archive, "Rəşad", "teacher");
    for (teacher, query, why) in [
        (&desk.teacher, "limit=0", "write 1 to 200"),
        (&desk.teacher, "limit=201", "write 1 to 200"),
        (&desk.teacher, "limit=many", "limit"),
        (&desk.teacher, "cursor=x", "what next said"),
        (&desk.teacher, "colour=red", "colour"),
        (&other, &*format!("cursor={}", met[0]), "of yours"),
    ] {
        let target = format!("/api/v1/uploads?{query}");
        let answer = teacher.ask(&mut desk.server.connect(), "GET", &target, &[], &[]);
        let answer = answer.unwrap();
        assert_eq!(answer.status, 400, "{query}: {}", answer.text());
        assert!(answer.text().contains(why), "{query}: {}", answer.text());
    }
}
