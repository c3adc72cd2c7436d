//! Archives that something happened to: what check says, and what puts them right.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::support::archive::{Archive, files_below};
use crate::support::samples;

struct InPlace {
    archive: Archive,
    folder: tempfile::TempDir,
    sheet: PathBuf,
}

impl InPlace {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sheet = folder.path().join("s.csv");
        write(&sheet, "a.mp4", "");
        samples::make_recording(&folder.path().join("a.mp4"), 0, "first");
        let new = Self {
            archive: Archive::empty(),
            folder,
            sheet,
        };
        new.import();
        new.archive.expect_sound();
        new
    }

    fn import(&self) -> String {
        let sheet = self.sheet.display().to_string();
        self.archive
            .run(["import", "--in-place", &sheet])
            .expect_code(0)
            .stdout
    }

    fn recording(&self) -> PathBuf {
        self.folder.path().join("a.mp4")
    }

    fn address(&self) -> String {
        format!("/l/{}/video.mp4", self.archive.export()[0]["code"])
    }
}

fn write(sheet: &Path, file: &str, code: &str) {
    let rows = format!(
        "file,code,title,grades,subject,section,visibility\n{file},{code},A,7,physics,az,public\n"
    );
    fs::write(sheet, rows).unwrap();
}

/// Makes a file look as if it had been written two hours ago.
#[allow(clippy::disallowed_methods, reason = "a test that needs an old file")]
fn age(path: &Path) {
    let then = SystemTime::now() - Duration::from_secs(7200);
    File::options()
        .write(true)
        .open(path)
        .unwrap()
        .set_modified(then)
        .unwrap();
}

#[test]
fn a_registered_recording_that_was_touched_is_registered_again_by_the_same_import() {
    let it = InPlace::new();
    let server = it.archive.serve();
    age(&it.recording());
    assert_eq!(server.get(&it.address()).status, 500);
    it.archive.run(["check"]).expect_code(1);
    assert!(it.import().contains("1 changed"));
    it.archive.expect_sound();
    assert_eq!(server.get(&it.address()).status, 200);
    assert!(it.import().contains("1 unchanged"));
}

#[test]
fn a_registered_recording_that_moved_is_found_again_by_its_code() {
    let it = InPlace::new();
    let code = it.archive.export()[0]["code"].clone();
    fs::rename(it.recording(), it.folder.path().join("z.mp4")).unwrap();
    it.archive.run(["check"]).expect_code(1);
    write(&it.sheet, "z.mp4", &code);
    assert!(it.import().contains("1 changed"));
    it.archive.expect_sound();
    assert!(it.archive.export()[0]["file"].ends_with("/z.mp4"));

    // Without --in-place the same sheet takes a copy, and the original may go.
    assert!(
        it.archive
            .import(&it.sheet)
            .expect_code(0)
            .stdout
            .contains("1 changed")
    );
    fs::remove_file(it.folder.path().join("z.mp4")).unwrap();
    it.archive.expect_sound();
}

#[test]
fn an_edition_that_was_overwritten_in_place_is_gone_and_no_damage() {
    let it = InPlace::new();
    let server = it.archive.serve();
    let media = |server: &crate::support::server::Server| {
        let list = server.get("/api/v1/lessons").json();
        let url = list["lessons"][0]["files"][0]["url"]
            .as_str()
            .unwrap()
            .to_owned();
        url[url.find("/media/").unwrap()..].to_owned()
    };
    let old = media(&server);
    samples::make_recording(&it.recording(), 3000, "second");
    assert!(it.import().contains("1 changed"));
    it.archive.expect_sound();
    assert_eq!(server.get(&old).status, 410);
    // What another process commits, the server's answers in memory know within half a second.
    let new = loop {
        let new = media(&server);
        if new != old {
            break new;
        }
    };
    assert_eq!(server.get(&new).status, 200);
}

#[test]
fn a_stored_recording_that_was_lost_is_healed_by_the_same_import() {
    let archive = Archive::with_samples();
    let stored = PathBuf::from(&archive.export()[0]["file"]);
    for harm in [
        |p: &Path| fs::remove_file(p).unwrap(),
        |p: &Path| fs::write(p, "").unwrap(),
    ] {
        harm(&stored);
        archive.run(["check"]).expect_code(1);
        archive.import(&samples::sheet()).expect_code(0);
        archive.expect_sound();
    }
}

#[test]
fn recordings_are_never_disowned_by_an_empty_or_an_old_catalogue() {
    let archive = Archive::with_samples();
    let files = files_below(&archive.data().join("files"));
    for file in &files {
        age(&archive.data().join("files").join(file));
    }
    let catalogue = archive.data().join("catalogue.sqlite");
    let kept = fs::read(&catalogue).unwrap();

    // Emptied, or gone: nothing makes a new one over it.
    for command in [
        &["check", "--repair"][..],
        &["import", &samples::sheet().display().to_string()],
    ] {
        fs::write(&catalogue, "").unwrap();
        let said = archive.run(command).expect_code(1).stderr;
        assert!(said.contains("has recordings but no catalogue"), "{said}");
    }
    // Another archive's: most of the bytes are none of its own.
    let other = Archive::empty();
    other.run(["check"]); // there is none yet, so it makes none
    let sheet = other.data().join("s.csv");
    fs::write(&sheet, "title,grades,subject,section\nA,7,physics,az\n").unwrap();
    other.import(&sheet).expect_code(0);
    fs::copy(other.data().join("catalogue.sqlite"), &catalogue).unwrap();
    let said = archive.run(["check", "--repair"]).expect_code(0).stdout;
    assert!(
        said.contains("may be an old or a wrong one. Nothing is deleted"),
        "{said}"
    );
    assert_eq!(files_below(&archive.data().join("files")), files);

    fs::write(&catalogue, kept).unwrap();
    archive.expect_sound();
}

#[test]
fn bytes_that_nobody_names_are_told_and_deleted_only_when_they_are_old_and_asked_for() {
    let archive = Archive::with_samples();
    let young = archive.data().join("files/00/young.mp4");
    let old = archive.data().join("files/00/old.mp4");
    fs::create_dir_all(young.parent().unwrap()).unwrap();
    for path in [&young, &old] {
        fs::write(path, "left over").unwrap();
    }
    age(&old);
    assert!(
        archive
            .run(["check"])
            .expect_code(0)
            .stdout
            .contains("2 files, 18 bytes, are named by nothing")
    );
    assert!(old.exists());
    archive.run(["check", "--repair"]).expect_code(0);
    assert!(!old.exists() && young.exists());
    archive.expect_sound();
}

#[test]
fn a_code_that_stands_twice_in_a_sheet_is_taken_once_and_told_with_both_lines() {
    let archive = Archive::with_samples();
    let code = archive.export()[0]["code"].to_lowercase();
    let sheet = archive.data().join("twice.csv");
    let rows = format!(
        "code,title,grades,subject,section\n{code},B,7,physics,az\n{},C,7,physics,az\n",
        code.to_uppercase()
    );
    fs::write(&sheet, rows).unwrap();
    let said = archive.import(&sheet).expect_code(1);
    assert!(
        said.stderr.contains("line 3, column \"code\"")
            && said.stderr.contains("stands in line 2 already"),
        "{}",
        said.stderr
    );
    assert!(
        archive
            .import(&sheet)
            .expect_code(1)
            .stdout
            .contains("0 changed, 1 unchanged, 1 refused")
    );
}

#[test]
fn a_dry_run_on_a_folder_without_an_archive_leaves_it_without() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("new");
    let arguments = [
        "import",
        "--dry-run",
        "--data",
        &data.display().to_string(),
        &samples::sheet().display().to_string(),
    ];
    let said = crate::support::process::run(arguments)
        .expect_code(0)
        .stdout;
    assert!(said.contains("nothing was written: 20 added"), "{said}");
    assert!(!data.exists());
}

#[test]
fn a_server_ends_although_a_recording_hangs() {
    let it = InPlace::new();
    let server = it.archive.serve();
    fs::remove_file(it.recording()).unwrap();
    rustix::fs::mknodat(
        rustix::fs::CWD,
        it.recording(),
        rustix::fs::FileType::Fifo,
        0o600.into(),
        0,
    )
    .unwrap();
    assert_eq!(server.get(&it.address()).status, 500);
    server.ask_to_stop();
    let (status, _) = server.ended();
    assert_eq!(status.code(), Some(0));
}

#[test]
fn a_row_that_names_another_of_two_equal_files_stays_the_same_lesson() {
    let archive = Archive::empty();
    let folder = tempfile::tempdir().unwrap();
    for name in ["p1.mp4", "p2.mp4"] {
        samples::make_recording(&folder.path().join(name), 0, "equal");
    }
    let sheet = folder.path().join("s.csv");
    let rows = |second: &str| {
        format!(
            "file,title,grades,subject,section\np1.mp4,T1,7,physics,az\n{second},T2,7,physics,az\n"
        )
    };
    fs::write(&sheet, rows("p2.mp4")).unwrap();
    archive.import(&sheet).expect_code(0);
    let before = archive.export();
    fs::write(&sheet, rows("p1.mp4")).unwrap();
    let said = archive.import(&sheet).expect_code(0).stdout;
    assert!(said.contains("0 added, 0 changed, 2 unchanged"), "{said}");
    assert_eq!(archive.export(), before);
}
