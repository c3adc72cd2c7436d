//! An archive: a data folder of its own for each test, empty or with the sample lessons in it.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::process::{self, Finished};
use super::samples;
use super::server::Server;

/// A data folder that is gone when the test is over.
pub struct Archive {
    folder: tempfile::TempDir,
}

impl Archive {
    /// A folder that no command has seen yet.
    pub fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    /// The sample lessons, imported by the program itself (once; each test gets a copy).
    pub fn with_samples() -> Self {
        static IMPORTED: OnceLock<PathBuf> = OnceLock::new();
        let imported = IMPORTED.get_or_init(|| {
            let folder = own_folder("samples");
            let sheet = samples::sheet();
            process::run(
                ["import", "--data"]
                    .map(OsStr::new)
                    .into_iter()
                    .chain([folder.as_os_str(), sheet.as_os_str()]),
            )
            .expect_code(0);
            folder
        });
        let archive = Self::empty();
        copy_folder(imported, archive.data());
        archive
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        self.folder.path()
    }

    /// `teledars COMMAND… --data` this archive.
    pub fn run<A: AsRef<OsStr>>(&self, command: impl IntoIterator<Item = A>) -> Finished {
        process::run(self.arguments(command))
    }

    /// The same with `input` to read on standard input.
    pub fn run_reading<A: AsRef<OsStr>>(
        &self,
        command: impl IntoIterator<Item = A>,
        input: &str,
    ) -> Finished {
        process::run_reading(self.arguments(command), input)
    }

    /// The arguments of [`Archive::run`].
    pub fn arguments<A: AsRef<OsStr>>(
        &self,
        command: impl IntoIterator<Item = A>,
    ) -> Vec<std::ffi::OsString> {
        let given = command.into_iter().map(|a| a.as_ref().to_owned());
        given.chain(["--data".into(), self.data().into()]).collect()
    }

    /// `teledars import` of a sheet.
    pub fn import(&self, sheet: &Path) -> Finished {
        self.run([OsStr::new("import"), sheet.as_os_str()])
    }

    /// The rows that `teledars export` writes; none where no command has made an archive yet.
    pub fn export(&self) -> Vec<samples::Row> {
        if !self.data().join("catalogue.sqlite").exists() {
            return Vec::new();
        }
        samples::rows(&self.run(["export"]).expect_code(0).stdout)
    }

    /// Whether the catalogue and every stored byte agree.
    #[track_caller]
    pub fn expect_sound(&self) {
        self.run(["check", "--hash"]).expect_code(0);
    }

    /// A server of it.
    pub fn serve(&self) -> Server {
        Server::start(self.data())
    }
}

/// A folder `NAME-PID` below Cargo's folder for tests; those of runs that are over are removed first.
fn own_folder(name: &str) -> PathBuf {
    let parent = Path::new(env!("CARGO_TARGET_TMPDIR"));
    fs::create_dir_all(parent).unwrap();
    for entry in fs::read_dir(parent).unwrap().flatten() {
        let left = entry.file_name().to_string_lossy().into_owned();
        let owner = left
            .strip_prefix(name)
            .and_then(|rest| rest.strip_prefix('-'));
        if owner.is_some_and(|pid| !Path::new("/proc").join(pid).exists()) {
            // Another run may be removing it, too.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    let own = parent.join(format!("{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&own);
    fs::create_dir(&own).unwrap();
    own
}

/// Copies the files and folders in `from` into the folder `to`.
fn copy_folder(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir(&target).unwrap();
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Every file below `folder`, in order.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut left = vec![folder.to_owned()];
    while let Some(folder) = left.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                left.push(entry.path());
            } else {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    found
}
