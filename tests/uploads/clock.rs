//! A clock that jumps while somebody uploads: a battery was empty, a time server answered late.

use std::path::Path;

use super::recording;
use crate::support::archive::Archive;
use crate::support::server::Server;
use crate::support::teacher::Teacher;

/// faketime names what it shares by its process's number and leaves it behind when it is killed; a later process of
/// that number would not start.
fn clear_what_the_dead_left() {
    for entry in std::fs::read_dir("/dev/shm").unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let process = ["sem.faketime_sem_", "faketime_shm_"]
            .iter()
            .find_map(|prefix| name.strip_prefix(prefix));
        if process.is_some_and(|id| !Path::new("/proc").join(id).exists()) {
            // Another test may have done it just now.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// A server whose clock goes wrong by what `file` says.
fn misled(archive: &Archive, file: &Path) -> Server {
    clear_what_the_dead_left();
    let file = format!("FAKETIME_TIMESTAMP_FILE={}", file.display());
    let outer = ["faketime", "-m", "--exclude-monotonic", "-f", "+0d"];
    let inner = ["env", "-u", "FAKETIME", "FAKETIME_NO_CACHE=1", &file];
    Server::behind(&[&outer[..], &inner[..]].concat(), archive.data())
}

#[test]
fn a_clock_that_jumps_forth_and_back_disturbs_no_upload_and_no_token() {
    let archive = Archive::empty();
    let teacher = Teacher::of(&archive, "Aygün", "teacher");
    let folder = tempfile::tempdir().unwrap();
    let clock = folder.path().join("clock");
    let goes = |by: &str| std::fs::write(&clock, by).unwrap();
    goes("+0d");
    let server = misled(&archive, &clock);
    let bytes = recording();
    let upload = teacher.begin(&server, bytes.len(), &[]);
    let mut years = Vec::new();
    let step = bytes.len().div_ceil(5);
    for (piece, by) in ["+0d", "+60d", "-10y", "+300d", "+0d"]
        .into_iter()
        .enumerate()
    {
        goes(by);
        let (from, to) = (piece * step, bytes.len().min((piece + 1) * step));
        assert_eq!(teacher.offset(&server, &upload), from, "{by}");
        let added = teacher.add(&server, &upload, from, &bytes[from..to]);
        assert_eq!(added.status, 204, "{by}: {}", added.text());
        if let Some(expires) = added.header("upload-expires") {
            years.push(expires[12..16].parse::<i32>().unwrap());
        }
    }
    assert!(years[2] < years[0] - 8, "the clock did jump: {years:?}");
    let told = teacher.settled(&server, &upload);
    let code = told["lesson"].as_str().unwrap_or_else(|| panic!("{told}"));
    assert_eq!(teacher.recording(&server, code), bytes);
    archive.expect_sound();
}
