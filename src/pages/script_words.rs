//! Texts for scripts: only the server has them in three languages.

use crate::words::Language;

/// Texts as a script gets them.
pub(super) struct Say(pub(super) Language);

impl Say {
    pub(super) fn text(&self, key: &str) -> String {
        self.0.text(key)
    }

    /// The text with `{name}` where each of its variables stands.
    pub(super) fn with(&self, key: &str, names: &[&'static str]) -> String {
        let marked = names
            .iter()
            .map(|name| (*name, format!("{{{name}}}").into()));
        self.0.with(key, &marked.collect::<Vec<_>>())
    }

    /// A size in `unit` (KB, MB, GB) with `{number}` in it.
    pub(super) fn size_in(&self, unit: &'static str) -> String {
        let arguments = [("number", "{number}".into()), ("unit", unit.into())];
        self.0.with("size", &arguments)
    }
}
