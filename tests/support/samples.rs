//! The sample lessons of the repository, as their sheet describes them.

use std::collections::HashMap;
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
    rows(&std::fs::read_to_string(sheet()).unwrap())
}

/// The smallest recording among the samples: for tests that need any good one.
pub fn small_recording() -> PathBuf {
    let folder = sheet().parent().unwrap().to_owned();
    let recordings = lessons()
        .into_iter()
        .filter(|row| row["file"].ends_with(".mp4"))
        .map(|row| folder.join(&row["file"]));
    recordings
        .min_by_key(|path| std::fs::metadata(path).unwrap().len())
        .unwrap()
}
