//! `teledars lesson`: what an operator does with lessons, also while the server runs.

use std::fs;
use std::time::{Duration, Instant};

use crate::support::archive::Archive;
use crate::support::process::Finished;
use crate::support::samples;
use crate::support::teacher::Teacher;

/// How long a busy machine may take to show what an idle one shows within a second.
const PATIENCE: Duration = Duration::from_secs(60);

/// `teledars lesson` with these words.
fn lesson(archive: &Archive, words: &[&str]) -> Finished {
    archive.run(["lesson"].iter().chain(words))
}

/// What it says, all being well.
#[track_caller]
fn said(archive: &Archive, words: &[&str]) -> String {
    lesson(archive, words).expect_code(0).stdout
}

/// What it says when it is refused with this status; the archive exports the same as before.
#[track_caller]
fn refused(archive: &Archive, words: &[&str], status: i32) -> String {
    let before = archive.run(["export"]).expect_code(0).stdout;
    let answer = lesson(archive, words).expect_code(status);
    assert_eq!(answer.stdout, "", "{words:?}");
    assert_eq!(
        archive.run(["export"]).expect_code(0).stdout,
        before,
        "{words:?}"
    );
    answer.stderr
}

/// A draft.
fn draft(archive: &Archive) -> String {
    let fields = [
        "title=Yeni dərs",
        "grades=7;8",
        "subject=mathematics",
        "section=az",
    ];
    let code = said(archive, &[&["add"][..], &fields].concat());
    code.trim_end().to_owned()
}

/// The code of a sample lesson that has a recording.
fn recorded(archive: &Archive) -> String {
    let rows = archive.export();
    let row = rows
        .iter()
        .find(|r| r["file"].ends_with(".mp4") && r["visibility"] == "public");
    row.unwrap()["code"].clone()
}

#[test]
fn a_lesson_is_begun_described_published_and_taken_back() {
    let archive = Archive::with_samples();
    let code = draft(&archive);
    let code = code.as_str();
    let drafts = said(&archive, &["list", "--state", "draft"]);
    let newest = format!("{code}\tdraft\t7;8\tmathematics\taz\tYeni dərs\n");
    assert!(drafts.starts_with(&newest), "{drafts}");
    let set = said(
        &archive,
        &[
            "set",
            code,
            "lesson_number=3",
            r"teachers=A\; B;C",
            "title=Kəsr = hissə",
        ],
    );
    assert_eq!(
        set,
        format!("{code}: changed lesson_number, teachers, title\n")
    );
    let again = said(&archive, &["set", code, "lesson_number=3"]);
    assert_eq!(
        again,
        format!("{code}: nothing changed: it is so already\n")
    );
    said(&archive, &["set", code, "lesson_number="]);
    let shown: serde_json::Value =
        serde_json::from_str(&said(&archive, &["show", code, "--json"])).unwrap();
    assert_eq!(shown["title"], "Kəsr = hissə");
    assert_eq!(shown["teachers"], serde_json::json!(["A; B", "C"]));
    assert_eq!(shown["lesson_number"], serde_json::Value::Null);
    assert_eq!(
        (&shown["stands"], &shown["published"]),
        (&"draft".into(), &serde_json::Value::Null)
    );

    assert_eq!(
        said(&archive, &["publish", code, "--unlisted"]),
        format!("{code}: unlisted\n")
    );
    assert_eq!(
        said(&archive, &["publish", code]),
        format!("{code}: public\n")
    );
    assert!(
        refused(&archive, &["set", code, "visibility=draft"], 1).contains("withdraw it instead")
    );
    assert!(refused(&archive, &["delete", code, "--yes"], 1).contains("withdraw it instead"));
    said(&archive, &["withdraw", code, "--reason", "Səhv var"]);
    let shown = said(&archive, &["show", code]);
    assert!(
        shown.contains("withdrawn\t") && shown.contains("\tSəhv var\n"),
        "{shown}"
    );
    assert_eq!(
        said(&archive, &["list", "--state", "withdrawn"])
            .lines()
            .count(),
        1
    );
    assert_eq!(
        said(&archive, &["reinstate", code]),
        format!("{code}: public again\n")
    );

    let history = said(&archive, &["history", code]);
    let actions: Vec<&str> = history
        .lines()
        .map(|line| line.split('\t').nth(3).unwrap())
        .collect();
    assert_eq!(
        actions,
        [
            "reinstated",
            "withdrawn",
            "published",
            "unlisted",
            "edited",
            "edited",
            "created"
        ]
    );
    let edited = history.lines().nth(4).unwrap();
    assert!(
        edited.contains("command line\tedited\tlesson_number 3 → nothing"),
        "{edited}"
    );
    let number = edited.split('\t').next().unwrap();
    let undone = said(&archive, &["undo", code, number]);
    assert_eq!(
        undone,
        format!("{code}: change {number} is undone: lesson_number nothing → 3\n")
    );
    assert!(
        refused(&archive, &["undo", code, number], 1).contains("lesson_number changed again since")
    );
    archive.expect_sound();
}

#[test]
fn a_draft_is_deleted_only_when_somebody_says_yes() {
    let archive = Archive::with_samples();
    let code = draft(&archive);
    let told = refused(&archive, &["delete", &code], 2);
    assert!(told.contains("--yes"), "{told}");
    assert_eq!(
        said(&archive, &["delete", &code, "--yes"]),
        format!("{code}: deleted\n")
    );
    let told = refused(&archive, &["show", &code], 1);
    assert!(told.contains("was deleted"), "{told}");
    archive.expect_sound();
}

#[test]
fn lessons_are_listed_by_grade_subject_owner_and_words() {
    let archive = Archive::with_samples();
    archive
        .run_reading(
            ["user", "add", "Aynur", "--role", "teacher"],
            "a long password\n",
        )
        .expect_code(0);
    let code = draft(&archive);
    assert_eq!(
        said(&archive, &["owner", &code, "add", "aynur"]),
        format!("{code}: Aynur\n")
    );
    let all = said(&archive, &["list"]);
    assert_eq!(all.lines().count(), samples::lessons().len() + 1);
    // The newest first.
    assert!(all.starts_with(&code), "{all}");
    assert_eq!(
        said(&archive, &["list", "--owner", "Aynur"])
            .lines()
            .count(),
        1
    );
    assert_eq!(
        said(
            &archive,
            &["list", "--words", "yeni", "ders", "--grade", "8"]
        )
        .lines()
        .count(),
        1
    );
    assert_eq!(
        said(&archive, &["list", "--words", "yeni", "--grade", "9"]),
        ""
    );
    let physics = said(&archive, &["list", "--subject", "physics"]);
    let expected = samples::lessons()
        .iter()
        .filter(|row| row["subject"] == "physics")
        .count();
    assert!(expected > 0);
    assert_eq!(physics.lines().count(), expected);
    assert_eq!(
        said(&archive, &["owner", &code, "remove", "Aynur"]),
        format!("{code}: nobody's; editors and administrators edit it\n")
    );
    for (words, status, hint) in [
        (&["--grade", "77"][..], 1, "there are 0, 1"),
        (&["--subject", "Riyaziyyat"], 1, "did you mean mathematics?"),
        (&["--owner", "Aynu"], 1, "did you mean Aynur?"),
        (&["--state", "drft"], 2, "draft"),
        (&["--words", "…"], 2, "neither letters nor digits"),
    ] {
        let told = refused(&archive, &[&["list"], words].concat(), status);
        assert!(told.contains(hint), "{words:?}: {told}");
    }
}

#[test]
fn captions_and_attachments_come_and_go() {
    let archive = Archive::with_samples();
    let code = recorded(&archive);
    let code = code.as_str();
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let vtt = write(
        "a.vtt",
        "WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n\n23:00:00.000 --> 23:00:01.000\nlate\n",
    );
    let before = archive.run(["export"]).stdout;
    let seen = said(&archive, &["captions", code, "check", &vtt]);
    assert!(
        seen.contains("1 cue begins after the recording has ended"),
        "{seen}"
    );
    assert_eq!(archive.run(["export"]).stdout, before);
    let put = said(&archive, &["captions", code, "put", "en", &vtt]);
    assert!(
        put.ends_with(&format!("{code}: captions in en, 2 cues\n")),
        "{put}"
    );
    let removed = said(&archive, &["captions", code, "remove", "EN"]);
    assert!(!removed.contains("en"), "{removed}");
    for (words, hint) in [
        (&["put", "english", &vtt][..], "is not a language tag"),
        (&["put", "en", &write("b.vtt", "x")], "line 1"),
        (&["put", "en", "nowhere.vtt"], "nowhere.vtt"),
        (
            &["put", "en", folder.path().to_str().unwrap()],
            "is no file",
        ),
        (&["remove", "en"], r#"no captions "en""#),
    ] {
        let told = refused(&archive, &[&["captions", code], words].concat(), 1);
        assert!(told.contains(hint), "{words:?}: {told}");
    }

    let sheet = write("İş vərəqi.pdf", "work");
    assert_eq!(
        said(&archive, &["attach", code, &sheet]),
        format!("{code}: attached İş vərəqi.pdf, 4 bytes\n")
    );
    said(
        &archive,
        &["attach", code, &sheet, "--name", "Tapşırıq.pdf"],
    );
    said(
        &archive,
        &["attach", code, &sheet, "--name", "Tapşırıq.pdf"],
    );
    let told = refused(&archive, &["detach", code, "is vereqi"], 1);
    assert!(told.contains("did you mean İş vərəqi.pdf?"), "{told}");
    assert_eq!(
        said(&archive, &["detach", code, "İş vərəqi.pdf"]),
        format!("{code}: detached İş vərəqi.pdf\n")
    );
    let told = refused(&archive, &["detach", code, "Tapşırıq.pdf"], 1);
    let (_, names) = told.trim_end().split_once("name one of ").unwrap();
    for name in names.split(", ") {
        said(&archive, &["detach", code, name]);
    }
    let told = refused(&archive, &["attach", code, &write("empty.pdf", "")], 1);
    assert!(told.contains("the file is empty"), "{told}");
    let told = refused(&archive, &["attach", &draft(&archive), &sheet], 1);
    assert!(told.contains("no recording yet"), "{told}");
    archive.expect_sound();
}

#[test]
fn editions_are_shown_again_and_pruned_and_their_addresses_say_gone() {
    let archive = Archive::with_samples();
    let code = recorded(&archive);
    let code = code.as_str();
    let folder = tempfile::tempdir().unwrap();
    let row = archive
        .export()
        .into_iter()
        .find(|r| r["code"] == code)
        .unwrap();
    let server = archive.serve();
    let media = || {
        let shown: serde_json::Value =
            serde_json::from_str(&said(&archive, &["show", code, "--json"])).unwrap();
        let files = shown["files"].as_array().unwrap().clone();
        let source = files.into_iter().find(|f| f["role"] == "source").unwrap();
        format!("/media/{}", source["name"].as_str().unwrap())
    };
    let first = media();
    samples::make_recording(&folder.path().join("new.mp4"), 1000, "new");
    let sheet = folder.path().join("sheet.csv");
    let line = |name: &str| row[name].clone();
    fs::write(
        &sheet,
        format!(
            "code,file,title,grades,subject,section,visibility\n{code},new.mp4,\"{}\",{},{},{},public\n",
            line("title"), line("grades"), line("subject"), line("section")
        ),
    )
    .unwrap();
    archive.import(&sheet).expect_code(0);
    let second = media();
    assert_ne!(first, second);
    let states = || {
        let editions = said(&archive, &["editions", code]);
        let states = editions.lines().map(|l| {
            (
                l.split('\t').next().unwrap().to_owned(),
                l.split('\t').next_back().unwrap().to_owned(),
            )
        });
        states.collect::<Vec<_>>()
    };
    let are = |all: &[(&str, &str)]| {
        all.iter()
            .map(|(n, s)| ((*n).to_owned(), (*s).to_owned()))
            .collect::<Vec<_>>()
    };
    assert_eq!(states(), are(&[("2", "shown"), ("1", "kept")]));
    // The import is in the history, and can be undone like anything else.
    let history = said(&archive, &["history", code]);
    let newest = history.lines().next().unwrap();
    assert!(newest.contains("recording\tedition 1 → 2"), "{history}");
    said(
        &archive,
        &["undo", code, newest.split('\t').next().unwrap()],
    );
    assert_eq!(states(), are(&[("2", "kept"), ("1", "shown")]));
    assert_eq!(media(), first);
    said(&archive, &["show-edition", code, "2"]);
    assert!(
        refused(&archive, &["prune", code, "--edition", "2"], 1).contains("show another one first")
    );
    assert_eq!(server.get(&first).status, 200);
    let freed = said(&archive, &["prune", "--all"]);
    assert!(
        freed.starts_with("all lessons: ") && freed.ends_with(" bytes are free\n"),
        "{freed}"
    );
    server.get_until(&first, |answer| answer.status == 410);
    assert_eq!(server.get(&second).status, 200);
    assert_eq!(states(), are(&[("2", "shown"), ("1", "gone")]));
    assert!(
        refused(&archive, &["show-edition", code, "1"], 1)
            .contains("the bytes of edition 1 are gone")
    );
    assert_eq!(
        said(&archive, &["prune", code]),
        format!("{code}: there was nothing to free\n")
    );
    archive.expect_sound();
}

#[test]
fn an_import_is_in_the_history_like_what_is_done_at_the_desk() {
    let archive = Archive::empty();
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    samples::make_recording(&folder.path().join("a.mp4"), 1000, "a");
    let vtt = |text: &str| format!("WEBVTT\n\n00:01.000 --> 00:02.000\n{text}\n");
    write("az.vtt", &vtt("bir"));
    write("ru.vtt", &vtt("odin"));
    write("a.pdf", "work");
    let head = "file,title,grades,subject,section,lesson_number,captions,attachments,visibility\n";
    let import = |row: &str| {
        write("sheet.csv", &format!("{head}{row}\n"));
        archive
            .import(&folder.path().join("sheet.csv"))
            .expect_code(0);
    };
    import("a.mp4,Dərs,7,mathematics,az,1,az:az.vtt,a.pdf,public");
    let code = archive.export()[0]["code"].clone();
    let code = code.as_str();
    let history = || {
        let lines = said(&archive, &["history", code]);
        let mut lines: Vec<String> = lines.lines().map(str::to_owned).collect();
        lines.reverse();
        lines
    };
    let actions = || {
        history()
            .iter()
            .map(|l| l.split('\t').nth(3).unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    // What came along with the recording is told with it.
    assert_eq!(actions(), ["created", "recording"]);
    import("a.mp4,Dərs,7,mathematics,az,1,az:az.vtt,a.pdf,public");
    assert_eq!(actions(), ["created", "recording"]);

    let with_code = |row: &str| {
        write("sheet.csv", &format!("code,{head}{code},{row}\n"));
        archive
            .import(&folder.path().join("sheet.csv"))
            .expect_code(0);
    };
    write("az.vtt", &vtt("iki"));
    with_code("a.mp4,Yeni ad,7,mathematics,az,,az:az.vtt;ru:ru.vtt,,unlisted");
    assert_eq!(
        actions()[2..],
        ["unlisted", "captions", "captions", "attachment"]
    );
    let lines = history();
    let told: Vec<&str> = lines[2..]
        .iter()
        .map(|l| l.split('\t').nth(4).unwrap())
        .collect();
    assert_eq!(
        told[0],
        r#"lesson_number 1 → nothing, title "Dərs" → "Yeni ad", visibility "public" → "unlisted""#
    );
    assert!(
        told[1].contains(r#".vtt" → ""#) && told[1].contains(r#"language "az""#),
        "{}",
        told[1]
    );
    assert!(
        told[2].starts_with("file nothing → ") && told[2].contains(r#"language "ru""#),
        "{}",
        told[2]
    );
    assert!(
        told[3].contains(" → nothing") && told[3].contains(r#"label "a.pdf""#),
        "{}",
        told[3]
    );
    let before = said(&archive, &["show", code]);
    for line in &lines[2..] {
        said(&archive, &["undo", code, line.split('\t').next().unwrap()]);
    }
    let row = archive.export().remove(0);
    assert_eq!(
        (
            row["title"].as_str(),
            row["lesson_number"].as_str(),
            row["visibility"].as_str()
        ),
        ("Dərs", "1", "public")
    );
    assert!(
        row["captions"].starts_with("az:") && !row["captions"].contains("ru:"),
        "{}",
        row["captions"]
    );
    assert!(
        row["attachments"].ends_with(".pdf"),
        "{}",
        row["attachments"]
    );
    assert_ne!(said(&archive, &["show", code]), before);
    archive.expect_sound();
}

#[test]
fn a_sibling_that_follows_in_the_sheet_is_in_the_history_as_well() {
    let archive = Archive::with_samples();
    let (first, second) = (draft(&archive), "222222");
    let folder = tempfile::tempdir().unwrap();
    let sheet = folder.path().join("sheet.csv");
    let rows = format!("{first},Yeni dərs,7;8,{second}\n{second},Başqa dildə,7;8,\n");
    let rows = rows.replace(",7;8,", ",7;8,mathematics,az,");
    fs::write(
        &sheet,
        format!("code,title,grades,subject,section,variant_of\n{rows}"),
    )
    .unwrap();
    archive.import(&sheet).expect_code(0);
    let history = said(&archive, &["history", &first]);
    let newest = history.lines().next().unwrap();
    assert!(
        newest.ends_with("edited\tvariant_of nothing → \"222222\""),
        "{history}"
    );
    assert_eq!(said(&archive, &["history", second]).lines().count(), 1);
}

#[test]
fn a_running_server_shows_what_the_command_does() {
    let archive = Archive::with_samples();
    let teacher = Teacher::of(&archive, "Aynur", "teacher");
    let server = archive.serve();
    let code = draft(&archive);
    let page = format!("/az/l/{code}");
    let becomes = |status: u16| {
        server
            .get_until(&page, |answer| answer.status == status)
            .text()
    };
    let own = || {
        let target = format!("/api/v1/lessons/{code}");
        teacher
            .ask(&mut server.connect(), "GET", &target, &[], b"")
            .unwrap()
            .status
    };
    assert_eq!((server.get(&page).status, own()), (404, 404));
    said(&archive, &["owner", &code, "add", "Aynur"]);
    let began = Instant::now();
    while own() != 200 {
        assert!(began.elapsed() < PATIENCE, "it is not seen as their own");
    }
    assert_eq!(server.get(&page).status, 404);
    said(&archive, &["publish", &code]);
    becomes(200);
    said(&archive, &["set", &code, "title=Başqa ad"]);
    server.get_until(&page, |answer| answer.text().contains("Başqa ad"));
    said(&archive, &["withdraw", &code, "--reason", "Səhv var"]);
    assert!(becomes(410).contains("Səhv var"));
    said(&archive, &["reinstate", &code]);
    becomes(200);
}

#[test]
fn a_mistyped_lesson_command_is_answered_with_what_would_be_right() {
    let archive = Archive::with_samples();
    let code = draft(&archive);
    let code = code.as_str();
    let miscopied = format!("{}0", &code[..5]);
    let exchanged: String = [1, 0, 2, 3, 4, 5]
        .map(|at| char::from(code.as_bytes()[at]))
        .iter()
        .collect();
    let meant = format!("did you mean {code}?");
    // A code that is right and nobody's.
    let nobodys = if code == "222222" { "333333" } else { "222222" };
    for (words, status, hint) in [
        (&["show", &miscopied][..], 1, meant.as_str()),
        (&["show", nobodys], 1, "teledars lesson list"),
        (&["show", "K7"], 1, "six of the characters"),
        (&["show"], 2, "<CODE>"),
        (&["shwo", code], 2, "show"),
        (&["add", "title=x"], 1, "every lesson needs"),
        (&["add"], 2, "FIELD=VALUE"),
        (&["set", code, "titel=x"], 2, "did you mean title?"),
        (&["set", code, "title"], 2, "write FIELD=VALUE"),
        (
            &["set", code, "title=x", "title=y"],
            2,
            "title is said twice",
        ),
        (&["set", code, "file=/etc/passwd"], 2, "teledars import"),
        (
            &["set", code, "subject=mathematik", "lesson_number=0"],
            1,
            "did you mean mathematics?",
        ),
        (
            &["set", code, "subject=mathematik", "lesson_number=0"],
            1,
            "1 to 9999",
        ),
        (
            &["set", code, "variant_of=222222"],
            1,
            "is no lesson of this archive",
        ),
        (&["withdraw", code], 2, "--reason"),
        (
            &["withdraw", code, "--reason", "x"],
            1,
            "delete the draft instead",
        ),
        (&["undo", code, "1000000"], 1, r#"no change "1000000""#),
        (&["prune"], 2, "<CODE|--all>"),
        (&["prune", "--all", "--edition", "1"], 2, "--edition"),
        (&["owner", code, "add", "Nobody"], 1, "teledars user list"),
    ] {
        let told = refused(&archive, words, status);
        assert!(told.contains(hint), "{words:?}: {hint:?} is not in {told}");
    }
    if exchanged != code {
        assert!(refused(&archive, &["show", &exchanged], 1).contains(&meant));
    }
    // In any case, as codes are.
    assert!(said(&archive, &["show", &code.to_lowercase()]).contains("Yeni dərs"));
    // Where there is no archive, none is made.
    let empty = Archive::empty();
    let told = lesson(&empty, &["list"]).expect_code(1).stderr;
    assert!(told.contains("there is no archive"), "{told}");
    assert!(!empty.data().join("catalogue.sqlite").exists());
}

#[test]
fn a_draft_is_shown_by_a_link_that_the_operator_makes_lists_and_takes_back() {
    let archive = Archive::empty();
    let server = archive.serve();
    let code = draft(&archive);
    let base = format!("http://{}", server.address());
    let whole = ["--base-url", &base, "--note", "for 7b"];
    let made = said(
        &archive,
        &[&["link", &code, "--days", "2"][..], &whole].concat(),
    );
    let path = made.trim_end().strip_prefix(&*base).unwrap();
    assert!(
        path.starts_with("/s/") && path.ends_with(&format!("/l/{code}")),
        "{made}"
    );
    let page = format!("/en{path}");
    let seen = server.get_until(&page, |seen| seen.status == 200);
    assert_eq!(seen.status, 200);
    assert!(seen.text().contains("Yeni dərs"), "{}", seen.text());
    let listed = said(&archive, &["links", &code]);
    let parts: Vec<&str> = listed.trim_end().split('\t').collect();
    assert_eq!(
        (parts[2], parts[3], parts[4]),
        ("command line", path, "for 7b")
    );
    assert!(parts[1].starts_with("until "), "{listed}");
    for days in ["0", "401", "-1", "x"] {
        let told = refused(&archive, &["link", &code, &format!("--days={days}")], 2);
        assert!(told.contains(days) && told.contains("--days"), "{told}");
    }
    let told = refused(&archive, &["unlink", &code, "999"], 1);
    assert!(told.contains("999"), "{told}");
    said(&archive, &["unlink", &code, parts[0]]);
    assert_eq!(said(&archive, &["links", &code]), "");
    assert_eq!(server.get(&page).status, 404);
}
