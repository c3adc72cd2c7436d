//! `teledars jobs`: what an operator sees and does of the queue, also while the server runs.

use std::time::Duration;

use teledars::catalogue::JobKind;

use crate::support::archive::Archive;
use crate::support::process::{Finished, Running, teledars};
use crate::support::queue::Elsewhere;
use crate::support::samples;
use crate::support::server::Server;
use crate::support::teacher::Teacher;

/// How long a busy machine may take to show what an idle one shows within a second.
const PATIENCE: Duration = Duration::from_secs(60);

/// `teledars jobs` with these words.
fn jobs(archive: &Archive, words: &[&str]) -> Finished {
    archive.run(["jobs"].iter().chain(words))
}

/// What it says, all being well.
#[track_caller]
fn said(archive: &Archive, words: &[&str]) -> String {
    jobs(archive, words).expect_code(0).stdout
}

/// What it says when it is refused with this status.
#[track_caller]
fn refused(archive: &Archive, words: &[&str], status: i32) -> String {
    let answer = jobs(archive, words).expect_code(status);
    assert_eq!(answer.stdout, "", "{words:?}");
    answer.stderr
}

/// An archive with two lessons that can be watched.
fn archive() -> (Archive, [String; 2]) {
    let archive = Archive::empty();
    let video = samples::small_recording();
    let mut sheet = "file,title,grades,subject,section,visibility\n".to_owned();
    for title in ["First", "Second"] {
        sheet += &format!("{},{title},7,mathematics,az,public\n", video.display());
    }
    let path = archive.data().join("lessons.csv");
    std::fs::write(&path, sheet).unwrap();
    archive.import(&path).expect_code(0);
    let rows = archive.export();
    let code = |title: &str| rows.iter().find(|r| r["title"] == title).unwrap()["code"].clone();
    let codes = [code("First"), code("Second")];
    (archive, codes)
}

#[test]
fn the_queue_is_listed_in_the_order_in_which_it_is_done() {
    let (archive, [first, second]) = archive();
    assert_eq!(
        said(&archive, &["list"]),
        format!(
            "1\t{first}\tprobe\tqueued\t0 before it\n2\t{second}\tprobe\tqueued\t1 before it\n"
        )
    );
    let elsewhere = Elsewhere::of(&archive);
    let probe = elsewhere.claims();
    assert!(elsewhere.reaches(&probe, 437));
    assert_eq!(
        said(&archive, &["list"]),
        format!("1\t{first}\tprobe\trunning\t43 %\n2\t{second}\tprobe\tqueued\t0 before it\n")
    );
    elsewhere.fails(&probe, "no picture\nand no sound");
    assert_eq!(
        said(&archive, &["list", "--state", "failed"]),
        format!("1\t{first}\tprobe\tfailed\t\tno picture\\nand no sound\n")
    );
    assert_eq!(
        said(&archive, &["list", "--lesson", &second.to_lowercase()])
            .lines()
            .count(),
        1
    );
    let json = said(&archive, &["list", "--json"]);
    let all: Vec<serde_json::Value> = json
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert_eq!((&all[0]["id"], &all[0]["before"]), (&2.into(), &0.into()));
    assert_eq!(
        (&all[1]["lesson"], &all[1]["error"]),
        (&first.into(), &"no picture\nand no sound".into())
    );
    let shown = said(&archive, &["show", "1"]);
    assert!(
        shown.contains("error\tno picture\n\tand no sound\n"),
        "{shown}"
    );
    assert!(shown.contains("worker\telsewhere\n"), "{shown}");
}

#[test]
fn jobs_are_cancelled_retried_and_made_anew() {
    let (archive, [first, _]) = archive();
    assert_eq!(
        said(&archive, &["cancel", "1"]),
        format!("1: cancelled probe of {first}\n")
    );
    assert!(
        refused(&archive, &["cancel", "1"], 1)
            .contains("was cancelled, so there is nothing to cancel")
    );
    assert_eq!(
        said(&archive, &["retry", "1"]),
        format!("1: queued probe of {first}\n")
    );
    assert!(refused(&archive, &["retry", "1"], 1).contains("cancel it first"));
    assert!(refused(&archive, &["make", &first, "ladder"], 1).contains("make probe first"));
    let elsewhere = Elsewhere::of(&archive);
    let probe = elsewhere.claims();
    let cancelled = said(&archive, &["cancel", "1"]);
    assert_eq!(
        cancelled,
        format!("1: cancelled probe of {first}; whoever does it stops within seconds\n")
    );
    assert!(!elsewhere.reaches(&probe, 900));
    said(&archive, &["retry", "1"]);
    let probe = elsewhere.claims();
    elsewhere.finishes(&probe, Some("{}"), &[JobKind::Narrow]);
    assert_eq!(
        said(&archive, &["make", &first, "slides", "narrow"]),
        format!(
            "1\t{first}\tprobe\tdone\n3\t{first}\tnarrow\tqueued\t1 before it\n4\t{first}\tslides\tqueued\t2 before it\n"
        )
    );
    let all = said(&archive, &["make", &first]);
    assert!(
        all.starts_with(&format!("1\t{first}\tprobe\tqueued\t0 before it\n")),
        "{all}"
    );
    let history = archive
        .run(["lesson", "history", &first])
        .expect_code(0)
        .stdout;
    let told = history.lines().next().unwrap();
    assert!(
        told.ends_with("command line\tjob_retried\tkinds \"probe\"\tcannot be undone"),
        "{told}"
    );
    archive.expect_sound();
}

#[test]
fn what_is_mistyped_is_told_with_what_there_is() {
    let (archive, _) = archive();
    let told = refused(&archive, &["show", "99"], 1);
    assert!(
        told.contains("there is no job 99") && told.contains("teledars jobs list"),
        "{told}"
    );
    for words in [["cancel", "99"], ["retry", "99"], ["log", "99"]] {
        assert!(
            refused(&archive, &words, 1).contains("there is no job 99"),
            "{words:?}"
        );
    }
    let told = refused(&archive, &["make", "K7M2QX"], 1);
    assert!(
        told.contains("K7M2QX") && told.contains("teledars lesson list"),
        "{told}"
    );
    let told = refused(&archive, &["list", "--state", "runing"], 2);
    assert!(told.contains("running"), "{told}");
    let told = refused(&archive, &["make", "K7M2QX", "naroww"], 2);
    assert!(told.contains("narrow"), "{told}");
    refused(&archive, &["show", "first"], 2);
    let nothing = Archive::empty();
    assert!(refused(&nothing, &["list"], 1).contains("there is no archive in"));
}

#[test]
fn a_watcher_is_told_what_changes_and_ends_with_the_queue() {
    let (archive, [first, second]) = archive();
    let elsewhere = Elsewhere::of(&archive);
    let probe = elsewhere.claims();
    elsewhere.reaches(&probe, 500);
    let (watching, lines) = Running::start_telling(teledars(archive.arguments(["jobs", "watch"])));
    let told = |line: &str| assert_eq!(lines.recv_timeout(PATIENCE).unwrap(), line);
    told(&format!("1\t{first}\tprobe\trunning\t50 %"));
    elsewhere.reaches(&probe, 701);
    told(&format!("1\t{first}\tprobe\trunning\t70 %"));
    elsewhere.finishes(&probe, Some("{}"), &[]);
    told(&format!("1\t{first}\tprobe\tdone"));
    let other = elsewhere.claims();
    told(&format!("2\t{second}\tprobe\trunning\t0 %"));
    elsewhere.fails(&other, "no picture");
    told(&format!("2\t{second}\tprobe\tfailed\t\tno picture"));
    assert_eq!(watching.finish().code(), 1);
    // Nothing waits or runs any more.
    assert_eq!(said(&archive, &["watch"]), "");
}

#[test]
fn a_running_server_does_what_the_command_says() {
    let (archive, [first, _]) = archive();
    said(&archive, &["cancel", "2"]);
    let server = Server::with(archive.data(), ["--jobs", "1"]);
    let admin = Teacher::of(&archive, "Elxan", "admin");
    let ask = |path: &str| {
        let answer = admin
            .ask(&mut server.connect(), "GET", path, &[], &[])
            .unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer
    };
    let done = |id: u32| {
        let path = format!("/api/v1/jobs/{id}");
        loop {
            let job = ask(&path).json();
            match job["state"].as_str().unwrap() {
                "done" => return job,
                "queued" | "running" => std::thread::yield_now(),
                other => panic!("{other}: {job}"),
            }
        }
    };
    let probed = done(1);
    assert_eq!(probed["worker"], "server");
    let log = said(&archive, &["log", "1"]);
    assert!(
        log.contains(&format!("probe of {first}, attempt 1")),
        "{log}"
    );
    assert_eq!(ask("/api/v1/jobs/1/log").text(), log);
    // It was told not to, and now it is.
    assert_eq!(ask("/api/v1/jobs/2").json()["state"], "cancelled");
    said(&archive, &["retry", "2"]);
    done(2);
    let told: serde_json::Value =
        serde_json::from_str(&said(&archive, &["show", "2", "--json"])).unwrap();
    assert_eq!(told, ask("/api/v1/jobs/2").json());
}

#[test]
fn captions_of_speech_are_made_only_where_a_program_for_it_is_set() {
    let (archive, [first, _]) = archive();
    let elsewhere = Elsewhere::of(&archive);
    let probe = elsewhere.claims();
    let facts = r#"{"sounds": [{"stream": 0, "codec": "aac"}]}"#;
    elsewhere.finishes(&probe, Some(facts), &[]);
    let said_no = refused(&archive, &["make", &first, "speech"], 1);
    assert!(said_no.contains("speech_program"), "{said_no}");
    let settings = archive.data().join("teledars.toml");
    std::fs::write(&settings, "speech_program = \"/usr/bin/listen\"\n").unwrap();
    let made = said(&archive, &["make", &first, "speech"]);
    assert!(made.contains("speech\tqueued"), "{made}");
}
