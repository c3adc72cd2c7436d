//! Backups: made while the archive is in use, killed at any step, put back whole.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::archive::{Archive, files_below};
use crate::support::process::{Finished, Running, teledars, teledars_behind};
use crate::support::samples;
use crate::support::teacher::Teacher;

/// A folder for sheets, recordings and backups.
struct Shelf {
    folder: tempfile::TempDir,
}

impl Shelf {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A sheet of `lessons` lessons, each with a recording of its own.
    fn sheet(&self, lessons: usize) -> PathBuf {
        let mut sheet = "file,title,grades,subject,section,visibility\n".to_owned();
        for n in 1..=lessons {
            let name = format!("{n}.mp4");
            if !self.path(&name).exists() {
                samples::make_recording(&self.path(&name), 64, &name);
            }
            sheet += &format!("{name},Lesson {n},7,mathematics,az,public\n");
        }
        let path = self.path("sheet.csv");
        fs::write(&path, sheet).unwrap();
        path
    }

    fn archive(&self, lessons: usize) -> Archive {
        let archive = Archive::empty();
        archive.import(&self.sheet(lessons)).expect_code(0);
        archive
    }
}

fn backup(archive: &Archive, to: &Path) -> Finished {
    archive.run([OsStr::new("backup"), to.as_os_str()])
}

/// What was put back, and what was said.
fn restore(from: &Path) -> (Archive, Finished) {
    let archive = Archive::empty();
    let said = archive.run([OsStr::new("restore"), from.as_os_str()]);
    (archive, said)
}

/// An archive's sheet without the folder that it lies in, and its stored bytes by their names.
fn content(archive: &Archive) -> (String, BTreeMap<PathBuf, Vec<u8>>) {
    let place = archive.data().to_str().unwrap();
    let sheet = archive.run(["export"]).expect_code(0).stdout;
    let stored = archive.data().join("files");
    let files = files_below(&stored).into_iter().map(|path| {
        let bytes = fs::read(&path).unwrap();
        (path.strip_prefix(&stored).unwrap().to_owned(), bytes)
    });
    (sheet.replace(place, "ARCHIVE"), files.collect())
}

#[track_caller]
fn expect_same(one: &Archive, other: &Archive) {
    let (one, other) = (content(one), content(other));
    assert_eq!(one.0, other.0);
    assert!(one.1 == other.1, "the stored files differ");
}

#[track_caller]
fn expect_refused(said: Finished, why: &str) {
    let said = said.expect_code(1);
    assert!(said.stderr.contains(why), "{}", said.stderr);
    assert_eq!(said.stderr.lines().count(), 1, "{}", said.stderr);
}

#[test]
fn an_archive_in_use_is_backed_up_and_put_back_with_every_byte() {
    let archive = Archive::with_samples();
    fs::write(
        archive.data().join("teledars.toml"),
        "time_zone = \"Asia/Tbilisi\"\n",
    )
    .unwrap();
    let shelf = Shelf::new();
    let server = archive.serve();
    let to = shelf.path("new/backup");
    let said = backup(&archive, &to).expect_code(0).stdout;
    let stored = files_below(&archive.data().join("files")).len();
    assert!(
        said.starts_with("20 lessons, ") && said.contains(&format!("; {stored} files were copied")),
        "{said}"
    );
    drop(server);

    let (restored, said) = restore(&to);
    let said = said.expect_code(0).stdout;
    assert!(
        said.contains("0 damaged") && said.contains("token list"),
        "{said}"
    );
    restored.expect_sound();
    expect_same(&archive, &restored);
    let settings = fs::read_to_string(restored.data().join("teledars.toml")).unwrap();
    assert_eq!(settings, "time_zone = \"Asia/Tbilisi\"\n");
    let left: Vec<_> = fs::read_dir(restored.data())
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    assert!(
        !left
            .iter()
            .any(|name| name.to_string_lossy().contains("restor")),
        "{left:?}"
    );
    // Codes lead where they led.
    let code = restored.export()[0]["code"].clone();
    assert_eq!(
        restored.serve().get(&format!("/l/{code}/video.mp4")).status,
        200
    );
}

#[test]
fn the_next_backup_copies_only_what_is_new_and_keeps_one_catalogue() {
    let shelf = Shelf::new();
    let archive = shelf.archive(2);
    let to = shelf.path("backup");
    backup(&archive, &to).expect_code(0);
    let said = backup(&archive, &to).expect_code(0).stdout;
    assert!(
        said.contains("2 lessons, 2 files") && said.contains("; 0 files were copied"),
        "{said}"
    );
    archive.import(&shelf.sheet(3)).expect_code(0);
    let said = backup(&archive, &to).expect_code(0).stdout;
    assert!(
        said.contains("3 lessons, 3 files") && said.contains("; 1 files were copied"),
        "{said}"
    );
    let names = files_below(&to)
        .into_iter()
        .filter(|path| path.parent() == Some(&to));
    let names: Vec<String> = names
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(names.len(), 3, "{names:?}");
    assert_eq!(
        (names[0].as_str(), names[1].as_str()),
        ("backup.json", "backup.lock")
    );

    // A backup is files: a copy of it is one, too.
    let copy = shelf.path("copy");
    for path in files_below(&to) {
        let target = copy.join(path.strip_prefix(&to).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(path, target).unwrap();
    }
    let (restored, said) = restore(&copy);
    said.expect_code(0);
    expect_same(&archive, &restored);
}

/// Runs a command that is killed when it is about to sync, rename or delete for the `n`th time; whether it was.
fn killed_at(n: usize, arguments: Vec<std::ffi::OsString>) -> bool {
    let inject = format!("inject=fsync,fdatasync,rename,unlink:signal=KILL:when={n}");
    let strace = [
        "strace",
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        "trace=fsync,fdatasync,rename,unlink",
        "-e",
        &inject,
    ];
    let ended = Running::start(teledars_behind(&strace, arguments)).finish();
    if ended.status.success() {
        return false;
    }
    assert_eq!(ended.stderr, "", "it was not killed");
    true
}

#[test]
fn a_backup_that_is_killed_at_any_step_never_looks_complete_and_goes_on() {
    let shelf = Shelf::new();
    let archive = shelf.archive(3);
    let (mut kills, mut to) = (0, PathBuf::new());
    for n in 1.. {
        to = shelf.path(&format!("backup-{n}"));
        if !killed_at(n, archive.arguments([OsStr::new("backup"), to.as_os_str()])) {
            break;
        }
        kills += 1;
        let (restored, said) = restore(&to);
        if to.join("backup.json").exists() {
            said.expect_code(0);
            expect_same(&archive, &restored);
        } else {
            expect_refused(said, " backup in ");
        }
        backup(&archive, &to).expect_code(0);
        let (restored, said) = restore(&to);
        said.expect_code(0);
        expect_same(&archive, &restored);
    }
    assert!(kills > 8, "{kills}");
    let (restored, said) = restore(&to);
    said.expect_code(0);
    expect_same(&archive, &restored);
}

#[test]
fn a_backup_onto_an_earlier_one_that_is_killed_leaves_the_earlier_or_the_later_one() {
    let shelf = Shelf::new();
    let archive = shelf.archive(1);
    let to = shelf.path("backup");
    backup(&archive, &to).expect_code(0);
    let mut lessons = vec![1];
    for n in 1.. {
        archive.import(&shelf.sheet(n + 1)).expect_code(0);
        let killed = killed_at(n, archive.arguments([OsStr::new("backup"), to.as_os_str()]));
        let (restored, said) = restore(&to);
        said.expect_code(0);
        lessons.push(restored.export().len());
        if !killed {
            break;
        }
    }
    // Every restore was whole, none was older than the one before, and the last one has all.
    assert!(lessons.is_sorted() && lessons.len() > 8, "{lessons:?}");
    assert_eq!(*lessons.last().unwrap(), lessons.len(), "{lessons:?}");
    assert_eq!(files_below(&to).len(), 3 + lessons.len());
}

#[test]
fn a_restore_that_is_killed_at_any_step_goes_on_and_is_no_archive_before_its_end() {
    let shelf = Shelf::new();
    let archive = shelf.archive(2);
    let from = shelf.path("backup");
    backup(&archive, &from).expect_code(0);
    let mut kills = 0;
    for n in 1.. {
        let restored = Archive::empty();
        let command = restored.arguments([OsStr::new("restore"), from.as_os_str()]);
        let killed = killed_at(n, command.clone());
        if restored.data().join("catalogue.sqlite").exists() {
            restored.expect_sound();
        } else {
            // A server would not make an empty archive of it either.
            restored.run(["check"]).expect_code(1);
            Running::start(teledars(command)).finish().expect_code(0);
        }
        expect_same(&archive, &restored);
        if !killed {
            break;
        }
        kills += 1;
    }
    assert!(kills > 8, "{kills}");
}

#[test]
fn a_backup_taken_while_an_import_runs_is_of_one_moment() {
    let shelf = Shelf::new();
    let sheet = shelf.sheet(120);
    let archive = Archive::empty();
    archive.import(&shelf.sheet(1)).expect_code(0);
    shelf.sheet(120);
    let import = archive.arguments([OsStr::new("import"), sheet.as_os_str()]);
    let mut import = Running::start(teledars(import));
    let (mut backups, mut ended) = (Vec::new(), false);
    // One more when it is over.
    while !ended {
        ended = import.has_ended();
        let to = shelf.path(&format!("backup-{}", backups.len()));
        backup(&archive, &to).expect_code(0);
        backups.push(to);
    }
    import.finish().expect_code(0);
    assert!(backups.len() > 2, "none was taken under way");
    let mut lessons = Vec::new();
    for to in &backups {
        let (restored, said) = restore(to);
        said.expect_code(0);
        restored.expect_sound();
        lessons.push(restored.export().len());
    }
    assert!(
        lessons.is_sorted() && lessons.last() == Some(&120),
        "{lessons:?}"
    );
}

#[test]
fn what_a_copy_would_lie_about_is_left_out() {
    let archive = Archive::empty();
    let teacher = Teacher::of(&archive, "Aygün", "teacher");
    archive
        .run_reading(
            ["user", "add", "Leyla", "--role", "admin"],
            "a long password\n",
        )
        .expect_code(0);
    let server = archive.serve();
    let signed_in = server
        .connect()
        .post("/teach/sign-in", &[], "user=Leyla&password=a+long+password")
        .unwrap();
    let cookie = signed_in
        .header("set-cookie")
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let bytes = fs::read(samples::small_recording()).unwrap();
    let done = teacher.begin(&server, bytes.len(), &[]);
    assert_eq!(teacher.add(&server, &done, 0, &bytes).status, 204);
    let code = teacher.settled(&server, &done)["lesson"]
        .as_str()
        .unwrap()
        .to_owned();
    let half = teacher.begin(&server, bytes.len(), &[]);
    assert_eq!(teacher.add(&server, &half, 0, &bytes[..5000]).status, 204);
    let no_recording = teacher.begin(&server, 4, &[]);
    teacher.add(&server, &no_recording, 0, b"text");
    assert_eq!(teacher.settled(&server, &no_recording)["state"], "failed");

    let shelf = Shelf::new();
    let said = backup(&archive, &shelf.path("backup"))
        .expect_code(0)
        .stdout;
    assert!(said.contains("not included: 2 uploads"), "{said}");
    let (restored, said) = restore(&shelf.path("backup"));
    said.expect_code(0);
    let server = restored.serve();
    assert_eq!(teacher.recording(&server, &code), bytes);
    assert_eq!(teacher.head(&server, &half).status, 410);
    assert_eq!(teacher.head(&server, &no_recording).status, 410);
    let page = server
        .connect()
        .request("GET", "/api/v1/me", &[("Cookie", &cookie)])
        .unwrap();
    assert_eq!(page.status, 401, "a session outlived the backup");
    let again = server
        .connect()
        .post("/teach/sign-in", &[], "user=Leyla&password=a+long+password")
        .unwrap();
    assert_eq!(again.status, 303);
}

#[test]
fn recordings_in_place_are_not_included_and_that_is_said() {
    let shelf = Shelf::new();
    let archive = Archive::empty();
    let sheet = shelf.sheet(2);
    archive
        .run([
            OsStr::new("import"),
            OsStr::new("--in-place"),
            sheet.as_os_str(),
        ])
        .expect_code(0);
    let said = backup(&archive, &shelf.path("backup"))
        .expect_code(0)
        .stdout;
    assert!(
        said.contains("2 lessons, 0 files") && said.contains("not included: 2 files"),
        "{said}"
    );
    restore(&shelf.path("backup")).1.expect_code(0);
    fs::remove_file(shelf.path("2.mp4")).unwrap();
    let said = restore(&shelf.path("backup")).1.expect_code(1);
    assert!(
        said.stdout.contains("2.mp4: the file is gone"),
        "{}",
        said.stdout
    );
}

#[test]
fn damage_is_told_on_both_sides_and_the_rest_is_kept() {
    let shelf = Shelf::new();
    let archive = shelf.archive(3);
    let stored = files_below(&archive.data().join("files"));
    fs::write(&stored[0], "cut").unwrap();
    fs::remove_file(&stored[1]).unwrap();
    let to = shelf.path("backup");
    let said = backup(&archive, &to).expect_code(1).stdout;
    assert!(
        said.contains(": it has 3 bytes, ") && said.contains(": the file is gone"),
        "{said}"
    );
    assert!(said.contains("3 lessons, 1 files"), "{said}");
    // Importing again mends the archive, and the next backup is whole.
    archive.import(&shelf.sheet(3)).expect_code(0);
    backup(&archive, &to).expect_code(0);
    restore(&to).1.expect_code(0);

    // The backup's own damage: equal length is seen by --hash only, and put right from the archive.
    let copy = to.join(stored[2].strip_prefix(archive.data()).unwrap());
    let mut bytes = fs::read(&copy).unwrap();
    bytes[100] ^= 1;
    fs::write(&copy, &bytes).unwrap();
    restore(&to).1.expect_code(0);
    let restored = Archive::empty();
    let hashed = restored.run([OsStr::new("restore"), to.as_os_str(), OsStr::new("--hash")]);
    let said = hashed.expect_code(1).stdout;
    assert!(
        said.contains("its content is not what was stored"),
        "{said}"
    );
    backup(&archive, &to).expect_code(0);
    assert_eq!(
        fs::read(&copy).unwrap(),
        bytes,
        "without --hash it is only measured"
    );
    let hashed = archive.run([OsStr::new("backup"), to.as_os_str(), OsStr::new("--hash")]);
    let said = hashed.expect_code(0).stdout;
    assert!(said.contains("; 1 files were copied"), "{said}");
    assert_eq!(fs::read(&copy).unwrap(), fs::read(&stored[2]).unwrap());
    fs::remove_file(&copy).unwrap();
    let (restored, said) = restore(&to);
    assert!(said.expect_code(1).stdout.contains("the file is gone"));
    assert_eq!(restored.export().len(), 3);
}

#[test]
fn a_disk_that_fills_is_told_and_what_was_copied_stays() {
    let shelf = Shelf::new();
    let archive = shelf.archive(3);
    let to = shelf.path("backup");
    let command = archive.arguments([OsStr::new("backup"), to.as_os_str()]);
    let strace = |inject: &str| {
        let expression = format!("inject={inject}");
        let before = [
            "strace",
            "-f",
            "-qq",
            "-o",
            "/dev/null",
            "-e",
            "trace=copy_file_range,sendfile",
            "-e",
            &expression,
        ];
        Running::start(teledars_behind(&before, command.clone())).finish()
    };
    let said = strace("copy_file_range:error=ENOSPC:when=4");
    expect_refused(said, "is full; make room and run the same command again");
    assert!(!to.join("backup.json").exists());
    let said = backup(&archive, &to).expect_code(0).stdout;
    assert!(
        said.contains("3 files") && !said.contains("; 3 files were copied"),
        "{said}"
    );
    restore(&to).1.expect_code(0);
}

#[test]
fn what_cannot_be_is_refused_before_anything_is_written() {
    let shelf = Shelf::new();
    let archive = shelf.archive(1);
    let to = shelf.path("backup");
    backup(&archive, &to).expect_code(0);

    let other = shelf.path("photos");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("1.jpg"), "a picture").unwrap();
    expect_refused(
        backup(&archive, &other),
        "is not empty and no backup of teledars",
    );
    assert_eq!(files_below(&other).len(), 1);
    expect_refused(
        backup(&archive, &archive.data().join("backups/mine")),
        "lies in the archive",
    );
    expect_refused(
        backup(&archive, &shelf.path("sheet.csv")),
        "sheet.csv: Not a directory",
    );
    expect_refused(
        backup(&Archive::empty(), &shelf.path("none")),
        "there is no archive in",
    );
    expect_refused(
        backup(&Shelf::new().archive(1), &to),
        "holds 1 codes of lessons that this archive does not know",
    );
    let elsewhere = Archive::empty();
    expect_refused(
        elsewhere.run([OsStr::new("restore"), other.as_os_str()]),
        "there is no backup in",
    );
    expect_refused(
        archive.run([OsStr::new("restore"), to.as_os_str()]),
        "is not empty; a backup is put back into",
    );

    // A manifest of a later version, and one that was tampered with.
    let manifest = fs::read_to_string(to.join("backup.json")).unwrap();
    let with = |from: &str, to_: &str| {
        fs::write(to.join("backup.json"), manifest.replace(from, to_)).unwrap();
        restore(&to).1
    };
    expect_refused(
        with("\"teledars_backup\": 1", "\"teledars_backup\": 2"),
        "has format 2, this program knows those up to 1",
    );
    expect_refused(
        with("\"catalogue_format\": ", "\"catalogue_format\": 9"),
        "has a catalogue of format 9",
    );
    expect_refused(
        with("\"catalogue\": \"", "\"catalogue\": \"../"),
        "is not the name of a file",
    );
    expect_refused(with("{", "{{"), "is damaged: backup.json: ");
    expect_refused(
        with("\"catalogue_sha256\": \"", "\"catalogue_sha256\": \"00"),
        "is not what was written",
    );
    fs::write(to.join("backup.json"), &manifest).unwrap();
    restore(&to).1.expect_code(0);

    // A newer backup is never replaced by an older archive.
    let (older, _) = restore(&to);
    archive.import(&shelf.sheet(2)).expect_code(0);
    backup(&archive, &to).expect_code(0);
    expect_refused(backup(&older, &to), "holds 1 codes");
    let lock = fs::File::open(to.join("backup.lock")).unwrap();
    lock.lock().unwrap();
    expect_refused(backup(&archive, &to), "another teledars writes to");
}
