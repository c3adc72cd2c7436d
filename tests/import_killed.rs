//! An import that is killed at any moment leaves nothing lost or half-written.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::time::Duration;

use crate::support::archive::Archive;
use crate::support::process::{Running, teledars};
use crate::support::samples::{self, Row};

/// How many imports are killed.
const KILLS: u32 = 15;

#[test]
fn an_import_killed_at_any_moment_loses_nothing_and_goes_on_when_run_again() {
    let undisturbed = Archive::empty();
    let whole = undisturbed.import(&samples::sheet()).expect_code(0).took;
    let expected = without_places(&undisturbed.export());
    assert_eq!(expected.len(), samples::lessons().len());

    let mut killed_under_way = 0;
    for n in 0..KILLS {
        // Moments that fall evenly over the whole import and, since no two runs are equally fast, into the
        // middle of different steps. The golden ratio keeps them apart whatever KILLS is.
        let moment = whole.mul_f64((f64::from(n) * 0.618_034).fract());
        let archive = Archive::empty();
        killed_under_way += u32::from(killed_after(&archive, moment));
        let before = archive.export();
        if !before.is_empty() {
            archive.expect_sound();
        }

        archive.import(&samples::sheet()).expect_code(0);
        archive.expect_sound();
        let after = archive.export();
        assert_eq!(without_places(&after), expected, "killed after {moment:?}");
        let codes = codes(&after);
        for code in self::codes(&before) {
            assert!(codes.contains(&code), "{code} was there and is gone");
        }
    }
    assert!(
        killed_under_way > KILLS / 2,
        "only {killed_under_way} of {KILLS} imports were still running when they were killed"
    );
}

#[test]
fn one_archive_whose_import_is_killed_again_and_again_is_whole_in_the_end() {
    let archive = Archive::empty();
    let whole = Archive::empty()
        .import(&samples::sheet())
        .expect_code(0)
        .took;
    for n in 1..=KILLS {
        killed_after(&archive, whole.mul_f64(f64::from(n) / f64::from(KILLS)));
    }
    archive.import(&samples::sheet()).expect_code(0);
    archive.expect_sound();
    let rows = archive.export();
    assert_eq!(without_places(&rows).len(), samples::lessons().len());
    assert_eq!(rows.len(), samples::lessons().len(), "a lesson came twice");
}

/// Starts an import and kills it after `moment`; whether it was still running then.
fn killed_after(archive: &Archive, moment: Duration) -> bool {
    let sheet = samples::sheet();
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
