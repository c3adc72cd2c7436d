//! An import that is killed at any moment leaves nothing lost or half-written.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::support::archive::Archive;
use crate::support::process::{Running, teledars};
use crate::support::samples::{self, Row};

/// How many imports are killed.
const KILLS: u32 = 15;
/// Lessons beside the samples: enough for several transactions, each with files of its own to copy.
const MORE_LESSONS: u32 = 48;

#[test]
fn an_import_killed_at_any_moment_loses_nothing_and_goes_on_when_run_again() {
    let (_desk, sheet) = long_sheet();
    let undisturbed = Archive::empty();
    let mut whole = undisturbed.import(&sheet).expect_code(0).took;
    let expected = without_places(&undisturbed.export());

    let (mut killed_under_way, mut some_were_in) = (0, 0);
    for n in 0..KILLS {
        // Moments that fall evenly over the whole import and, since no two runs are equally fast, into the
        // middle of different steps. The golden ratio keeps them apart whatever KILLS is.
        let moment = whole.mul_f64((f64::from(n) * 0.618_034).fract());
        let archive = Archive::empty();
        let under_way = killed_after(&archive, &sheet, moment);
        killed_under_way += u32::from(under_way);
        if !under_way {
            // It takes less time than the first one did.
            whole = whole.min(moment);
        }
        let before = archive.export();
        if !before.is_empty() {
            archive.expect_sound();
            some_were_in += u32::from(before.len() < expected.len());
        }

        archive.import(&sheet).expect_code(0);
        archive.expect_sound();
        let after = archive.export();
        assert_eq!(after.len(), expected.len(), "a lesson is missing or twice");
        assert_eq!(without_places(&after), expected, "killed after {moment:?}");
        let codes = codes(&after);
        for code in self::codes(&before) {
            assert!(codes.contains(&code), "{code} was there and is gone");
        }
    }
    assert!(
        killed_under_way > KILLS / 2 && some_were_in > 0,
        "of {KILLS} imports {killed_under_way} were running when they were killed, {some_were_in} half done"
    );
}

#[test]
fn one_archive_whose_import_is_killed_again_and_again_is_whole_in_the_end() {
    let (_desk, sheet) = long_sheet();
    let undisturbed = Archive::empty();
    let whole = undisturbed.import(&sheet).expect_code(0).took;
    let expected = undisturbed.export();
    let archive = Archive::empty();
    for n in 1..=KILLS {
        // Sooner than a whole import ends: each goes on where the one before was killed.
        let moment = whole.mul_f64(f64::from(n % 5 + 1) / 8.0);
        killed_after(&archive, &sheet, moment);
    }
    archive.import(&sheet).expect_code(0);
    archive.expect_sound();
    let rows = archive.export();
    assert_eq!(rows.len(), expected.len(), "a lesson is missing or twice");
    assert_eq!(without_places(&rows), without_places(&expected));
}

/// The samples' sheet with more lessons behind it, in a folder of its own.
fn long_sheet() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let from = samples::sheet();
    let mut reader = csv::Reader::from_path(&from).unwrap();
    let columns = reader.headers().unwrap().clone();
    let path = folder.path().join("sheet.csv");
    let mut sheet = csv::Writer::from_path(&path).unwrap();
    sheet.write_record(&columns).unwrap();
    for row in reader.records() {
        sheet.write_record(&row.unwrap()).unwrap();
    }
    for n in 1..=MORE_LESSONS {
        let (name, title) = (format!("more-{n}.mp4"), format!("Lesson {n}"));
        samples::make_recording(&folder.path().join(&name), 64, &name);
        sheet
            .write_record(columns.iter().map(|column| match column {
                "file" => name.as_str(),
                "title" => title.as_str(),
                "grades" => "7;8",
                "subject" => "mathematics",
                "section" => "az",
                "visibility" => "public",
                _ => "",
            }))
            .unwrap();
    }
    sheet.flush().unwrap();
    // What the samples' rows name lies beside their own sheet.
    for file in std::fs::read_dir(from.parent().unwrap()).unwrap() {
        let file = file.unwrap();
        if file.file_type().unwrap().is_file() && file.path() != from {
            let link = folder.path().join(file.file_name());
            std::os::unix::fs::symlink(file.path(), link).unwrap();
        }
    }
    (folder, path)
}

/// Starts an import and kills it after `moment`; whether it was still running then.
fn killed_after(archive: &Archive, sheet: &Path, moment: Duration) -> bool {
    let import = archive.arguments([OsStr::new("import"), sheet.as_os_str()]);
    let import = Running::start(teledars(import));
    std::thread::sleep(moment);
    import.kill().status.code().is_none()
}

/// What a sheet says of its lessons, without what differs from archive to archive: codes and paths.
fn without_places(rows: &[Row]) -> BTreeSet<Vec<(String, String)>> {
    let own = ["code", "file", "captions", "attachments", "variant_of"];
    let said = |row: &Row| {
        let mut said: Vec<_> = row
            .iter()
            .filter(|(column, _)| !own.contains(&column.as_str()))
            .map(|(column, value)| (column.clone(), value.clone()))
            .collect();
        for column in ["file", "captions"] {
            let there = row.get(column).is_some_and(|value| !value.is_empty());
            said.push((format!("has {column}"), there.to_string()));
        }
        said.sort();
        said
    };
    rows.iter().map(said).collect()
}

fn codes(rows: &[Row]) -> BTreeSet<String> {
    rows.iter().map(|row| row["code"].clone()).collect()
}
