//! The files of the repository that people write, with their text.

use std::fs;
use std::path::Path;

/// Paths with `/`, from the repository's top, and texts; in order.
#[derive(Default)]
pub struct Tree(pub Vec<(String, String)>);

/// Folders with nothing that people write.
const SKIPPED: &[&str] = &[
    ".git",
    "target",
    "node_modules",
    "dist",
    "output",
    "corpus",
    "artifacts",
    "coverage",
];

impl Tree {
    /// Everything below `top` that is text.
    pub fn read(top: &Path) -> Self {
        let mut tree = Self::default();
        tree.add(top, top);
        tree.0.sort();
        tree
    }

    fn add(&mut self, top: &Path, folder: &Path) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path
                .strip_prefix(top)
                .unwrap()
                .to_string_lossy()
                .into_owned();
            // media/ is an archive that somebody may use; only its samples are the repository's.
            let theirs = name.starts_with("media/") && !name.starts_with("media/samples");
            let last = path.file_name().unwrap().to_string_lossy();
            if theirs || SKIPPED.contains(&last.as_ref()) {
                continue;
            }
            if path.is_dir() {
                self.add(top, &path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                self.0.push((name, text));
            }
        }
    }

    /// An example, for the tests of the checks.
    pub fn of(files: &[(&str, &str)]) -> Self {
        let own = |(path, text): &(&str, &str)| ((*path).to_owned(), (*text).to_owned());
        Self(files.iter().map(own).collect())
    }

    /// The files whose path begins with `start` and ends with `end`.
    pub fn files<'a>(
        &'a self,
        start: &'a str,
        end: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        let files = self
            .0
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()));
        files.filter(move |(path, _)| path.starts_with(start) && path.ends_with(end))
    }

    /// The text of one file, where it exists.
    pub fn text(&self, path: &str) -> Option<&str> {
        let file = self.0.iter().find(|(name, _)| name == path);
        file.map(|(_, text)| text.as_str())
    }
}
