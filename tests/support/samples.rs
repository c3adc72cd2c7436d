//! The sample lessons of the repository, as their sheet describes them.

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The repository's top folder.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The sheet of the sample lessons.
pub fn sheet() -> PathBuf {
    repository().join("media/samples/lessons.csv")
}

/// One row of a sheet: the columns' names and what stands under them.
pub type Row = HashMap<String, String>;

/// All rows of a sheet.
pub fn rows(sheet: &str) -> Vec<Row> {
    csv::Reader::from_reader(sheet.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .unwrap()
}

/// The rows of the sample lessons' sheet.
pub fn lessons() -> Vec<Row> {
    rows(&fs::read_to_string(sheet()).unwrap())
}

/// The smallest recording among the samples: for tests that need any good one.
pub fn small_recording() -> PathBuf {
    let folder = sheet().parent().unwrap().to_owned();
    let recordings = lessons()
        .into_iter()
        .filter(|row| row["file"].ends_with(".mp4"))
        .map(|row| folder.join(&row["file"]));
    let length = |path: &PathBuf| match fs::metadata(path) {
        Ok(found) => found.len(),
        Err(e) => panic!("{}: {e}", path.display()),
    };
    recordings.min_by_key(length).unwrap()
}

/// Makes at `path` a recording like the smallest one, `more` bytes longer (8 at least), with `mark` in it so that
/// others differ: behind the recording stands a box that players skip (`free`, ISO/IEC 14496-12 §8.1.2).
pub fn make_recording(path: &Path, more: u32, mark: &str) {
    fs::copy(small_recording(), path).unwrap();
    let mut file = OpenOptions::new().append(true).open(path).unwrap();
    let length = file.metadata().unwrap().len() + u64::from(more);
    file.write_all(&more.to_be_bytes()).unwrap();
    file.write_all(b"free").unwrap();
    file.write_all(mark.as_bytes()).unwrap();
    file.set_len(length).unwrap();
}
