//! The command line: help that is complete, mistypes that are answered with what would be right.

use crate::support::archive::Archive;
use crate::support::process::run;
use crate::support::samples;

/// Every command that exists.
const COMMANDS: &[&str] = &[
    "serve",
    "import",
    "export",
    "check",
    "lesson",
    "vocabulary",
    "openapi",
];

#[test]
fn help_names_every_command_and_every_command_has_help() {
    let help = run(["--help"]).expect_code(0).stdout;
    for command in COMMANDS {
        assert!(help.contains(command), "{command} is not in\n{help}");
        let own = run([command, "--help"]).expect_code(0).stdout;
        assert!(own.contains("Usage:"), "{own}");
        // openapi needs no archive.
        assert!(
            *command == "openapi" || own.contains("--data"),
            "{command}: {own}"
        );
    }
}

#[test]
fn a_mistyped_command_line_is_answered_with_usage_and_status_2() {
    for (wrong, hint) in [
        (&["sevre"][..], "serve"),
        (&["serve", "--lisen", "127.0.0.1:0"], "--listen"),
        (&["serve", "--listen", "nowhere"], "nowhere"),
        (&["import"], "Usage"),
        (&["import", "--dryrun", "sheet.csv"], "--dry-run"),
        (&["check", "--hush"], "--hash"),
        (&["export", "surplus"], "surplus"),
        (&[], "Usage"),
    ] {
        let answer = run(wrong);
        assert_eq!(answer.code(), 2, "{wrong:?}: {}", answer.stderr);
        assert!(
            answer.stderr.contains(hint),
            "{wrong:?}: {hint:?} is not in\n{}",
            answer.stderr
        );
        assert_eq!(answer.stdout, "", "{wrong:?}");
    }
}

#[test]
fn a_mistyped_setting_in_the_data_folder_is_refused_by_name() {
    let archive = Archive::empty();
    std::fs::write(archive.data().join("teledars.toml"), "listn = 1\n").unwrap();
    let answer = archive.run(["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(answer.code(), 2);
    assert!(answer.stderr.contains("listn"), "{}", answer.stderr);
    assert!(answer.stderr.contains("listen"), "{}", answer.stderr);
}

#[test]
fn data_may_stand_before_or_after_the_command() {
    let archive = Archive::with_samples();
    let folder = archive.data().as_os_str();
    let before = run(["--data".as_ref(), folder, "export".as_ref()]).expect_code(0);
    let after = run(["export".as_ref(), "--data".as_ref(), folder]).expect_code(0);
    assert_eq!(before.stdout, after.stdout);
}

#[test]
fn a_dry_run_says_what_would_happen_and_changes_nothing() {
    let archive = Archive::empty();
    let sheet = samples::sheet();
    let planned = archive
        .run(["import", "--dry-run", sheet.to_str().unwrap()])
        .expect_code(0);
    let said = planned.stdout + &planned.stderr;
    assert!(!said.trim().is_empty());
    assert!(archive.export().is_empty());
}

#[test]
fn importing_the_same_sheet_twice_changes_nothing() {
    let archive = Archive::with_samples();
    let once = archive.run(["export"]).expect_code(0).stdout;
    archive.import(&samples::sheet()).expect_code(0);
    assert_eq!(archive.run(["export"]).expect_code(0).stdout, once);
    archive.expect_sound();
}

#[test]
fn an_export_into_an_empty_archive_gives_the_same_sheet_back() {
    let first = Archive::with_samples();
    let sheet = first.run(["export"]).expect_code(0).stdout;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("exported.csv");
    std::fs::write(&path, &sheet).unwrap();
    let second = Archive::empty();
    second.import(&path).expect_code(0);
    let again = second.run(["export"]).expect_code(0).stdout;
    // Paths are absolute and of each archive's own folder; all else is equal.
    let own =
        |text: &str, archive: &Archive| text.replace(archive.data().to_str().unwrap(), "DATA");
    assert_eq!(own(&again, &second), own(&sheet, &first));
}

#[test]
fn damage_of_a_stored_byte_is_found_by_hash_and_named() {
    let archive = Archive::with_samples();
    archive.expect_sound();
    let damaged = a_stored_file(&archive.data().join("files"));
    let mut bytes = std::fs::read(&damaged).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&damaged, bytes).unwrap();
    let check = archive.run(["check", "--hash"]);
    assert_eq!(check.code(), 1);
    let name = damaged.file_name().unwrap().to_str().unwrap();
    let said = check.stdout + &check.stderr;
    assert!(said.contains(name), "{name} is not in\n{said}");
}

#[test]
fn a_stored_file_that_is_gone_is_found_without_hashing() {
    let archive = Archive::with_samples();
    let gone = a_stored_file(&archive.data().join("files"));
    std::fs::remove_file(&gone).unwrap();
    let check = archive.run(["check"]);
    assert_eq!(check.code(), 1);
    let said = check.stdout + &check.stderr;
    let name = gone.file_name().unwrap().to_str().unwrap();
    assert!(said.contains(name), "{name} is not in\n{said}");
}

/// Any regular file below `folder`.
fn a_stored_file(folder: &std::path::Path) -> std::path::PathBuf {
    let found = crate::support::archive::files_below(folder);
    found.into_iter().next().unwrap()
}

#[test]
fn the_description_of_the_api_is_json_that_names_its_routes() {
    let description = run(["openapi"]).expect_code(0).stdout;
    let description: serde_json::Value = serde_json::from_str(&description).unwrap();
    assert!(description["paths"]["/api/v1/lessons"].is_object());
}
