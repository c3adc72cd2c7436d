//! Export → import into an empty archive → export is the same sheet.

use std::fs;
use std::path::Path;

use crate::support::archive::Archive;
use crate::support::process::run;

fn export(archive: &Archive) -> String {
    let sheet = archive.run(["export"]).expect_code(0).stdout;
    assert!(sheet.lines().count() > 15);
    sheet
}

/// The sheet with the archive's own folder left out of its paths.
fn without_folder(sheet: &str, archive: &Archive) -> String {
    sheet.replace(&format!("{}/", archive.data().display()), "")
}

fn write(folder: &Path, sheet: &str) -> std::path::PathBuf {
    let path = folder.join("sheet.csv");
    fs::write(&path, sheet).unwrap();
    path
}

#[test]
fn an_archive_made_from_an_exported_sheet_exports_the_same_sheet() {
    let (old, new) = (Archive::with_samples(), Archive::empty());
    let folder = tempfile::tempdir().unwrap();
    let sheet = export(&old);
    new.import(&write(folder.path(), &sheet)).expect_code(0);
    assert_eq!(
        without_folder(&export(&new), &new),
        without_folder(&sheet, &old)
    );
    new.expect_sound();

    // And it is a whole archive: the old one may go.
    drop(old);
    new.expect_sound();
}

#[test]
fn importing_a_sheet_again_changes_nothing_whether_it_is_the_first_or_an_exported_one() {
    let archive = Archive::with_samples();
    let folder = tempfile::tempdir().unwrap();
    let sheet = export(&archive);
    let files = crate::support::archive::files_below(&archive.data().join("files"));
    for again in [
        crate::support::samples::sheet(),
        write(folder.path(), &sheet),
    ] {
        for command in [&["import"][..], &["import", "--dry-run"]] {
            let mut arguments: Vec<_> = command.iter().map(|a| (*a).to_owned()).collect();
            arguments.push(again.display().to_string());
            let said = archive.run(&arguments).expect_code(0).stdout;
            assert!(
                said.contains("0 added, 0 changed, 20 unchanged, 0 refused"),
                "{said}"
            );
        }
        assert_eq!(export(&archive), sheet);
    }
    assert_eq!(
        crate::support::archive::files_below(&archive.data().join("files")),
        files
    );
}

#[test]
fn a_sheet_of_few_columns_changes_those_and_leaves_the_rest_alone() {
    let archive = Archive::with_samples();
    let folder = tempfile::tempdir().unwrap();
    let before = archive.export();
    let lesson = before.iter().find(|r| !r["chapters"].is_empty()).unwrap();
    let sheet = format!(
        "code,title,grades,subject,section\n{},Yeni ad,{},{},{}\n",
        lesson["code"], lesson["grades"], lesson["subject"], lesson["section"]
    );
    archive.import(&write(folder.path(), &sheet)).expect_code(0);
    let after = archive.export();
    let changed = after.iter().find(|r| r["code"] == lesson["code"]).unwrap();
    assert_eq!(changed["title"], "Yeni ad");
    for (column, value) in lesson.iter().filter(|(column, _)| *column != "title") {
        assert_eq!(&changed[column], value, "{column}");
    }
}

#[test]
fn a_sibling_may_stand_further_down_the_sheet() {
    let first = Archive::empty();
    let folder = tempfile::tempdir().unwrap();
    let row =
        |title: &str, code: &str, variant: &str| format!("{title},7,physics,az,{code},{variant}\n");
    let header = "title,grades,subject,section,code,variant_of\n";
    let plain = format!("{header}{}{}", row("A", "", ""), row("B", "", ""));
    first.import(&write(folder.path(), &plain)).expect_code(0);
    let codes: Vec<_> = first.export().iter().map(|r| r["code"].clone()).collect();

    let paired = format!(
        "{header}{}{}",
        row("A", &codes[0], &codes[1]),
        row("B", &codes[1], &codes[0])
    );
    let second = Archive::empty();
    second.import(&write(folder.path(), &paired)).expect_code(0);
    let pairs: Vec<_> = second
        .export()
        .iter()
        .map(|r| (r["code"].clone(), r["variant_of"].clone()))
        .collect();
    assert_eq!(
        pairs,
        [
            (codes[0].clone(), codes[1].clone()),
            (codes[1].clone(), codes[0].clone())
        ]
    );

    let dangling = format!("{header}{}", row("C", "", "222222"));
    let said = second
        .import(&write(folder.path(), &dangling))
        .expect_code(1);
    assert!(
        said.stderr
            .contains("line 2, column \"variant_of\": \"222222\""),
        "{}",
        said.stderr
    );
}

#[test]
fn an_archive_that_is_not_there_is_said_so() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("nowhere");
    for command in ["export", "check"] {
        let said = run([command, "--data", &nowhere.display().to_string()]).expect_code(1);
        assert!(
            said.stderr.contains("there is no archive in"),
            "{}",
            said.stderr
        );
    }
    assert!(!nowhere.exists());
}
