//! What was done to a lesson, in words: for its history and for the log.

use serde_json::{Map, Value};

use super::job_view::kind_name;
use crate::catalogue::Vocabulary;
use crate::pages::facts::name_of;
use crate::sheet::Column;
use crate::units::Bytes;
use crate::words::{self, Language};

/// Characters of a value that stand in a line; a longer one is folded.
const SHORT: usize = 120;
/// Characters of a value that are shown at all.
const MOST: usize = 12_000;

/// What was done.
pub(super) struct Told {
    /// In a few words, such as "edited the lesson".
    pub(super) what: String,
    /// More of it, such as the language of captions.
    pub(super) more: Option<String>,
    /// Field by field.
    pub(super) changes: Vec<FieldChange>,
    /// The change that this one undoes.
    pub(super) undoes: Option<i64>,
}

/// A field that changed.
pub(super) struct FieldChange {
    pub(super) name: String,
    pub(super) before: String,
    pub(super) after: String,
    /// Too long for a line.
    pub(super) long: bool,
}

impl Told {
    /// The change `action` with its `detail`, for a reader.
    pub(super) fn new(
        language: Language,
        vocabulary: &Vocabulary,
        action: &str,
        detail: &Map<String, Value>,
    ) -> Self {
        let mut told = Self {
            what: language.with("teach-action", &[("action", action.into())]),
            more: None,
            changes: Vec::new(),
            undoes: detail.get("undoes").and_then(Value::as_i64),
        };
        match action {
            "captions" | "attachment" => told.more = Some(file(language, action, detail)),
            "pruned" => {
                let bytes = detail.get("bytes").and_then(Value::as_u64).unwrap_or(0);
                told.more = Some(words::size(language, Bytes(bytes)));
            }
            "deleted" => {
                let title = detail.get("title").and_then(Value::as_str);
                told.more = title.map(shortened);
            }
            "edition" | "recording" => {
                let pair = detail.get("edition").and_then(pair_of);
                told.more = pair.map(|(before, after)| {
                    let shown = [before, after].into_iter().filter_map(Value::as_u64);
                    let shown: Vec<String> =
                        shown.map(|n| language.count("desk-edition", n)).collect();
                    shown.join(" → ")
                });
            }
            "created" => {}
            "link_made" | "link_removed" => {
                let note = detail.get("note").and_then(Value::as_str);
                told.more = note.map(shortened);
            }
            "job_cancelled" | "job_retried" => {
                let kinds = detail.get("kinds").and_then(Value::as_str);
                let kinds = kinds.unwrap_or_default().split_whitespace();
                let kinds: Vec<String> = kinds.map(|kind| kind_name(language, kind)).collect();
                told.more = Some(kinds.join(", "));
            }
            _ => {
                let mut fields: Vec<(&String, &Value)> = detail.iter().collect();
                // As in the sheet and the form: the title first.
                fields.sort_by_key(|(name, _)| Column::named(name));
                told.changes = fields
                    .into_iter()
                    .filter(|(name, _)| name.as_str() != "undoes")
                    .filter_map(|(name, pair)| {
                        let (before, after) = pair_of(pair)?;
                        let value = |v| in_words(language, vocabulary, name, v);
                        Some(FieldChange::new(
                            field_name(language, name),
                            value(before),
                            value(after),
                        ))
                    })
                    .collect();
            }
        }
        told
    }

    /// The names of what changed, in a line.
    pub(super) fn in_a_line(&self) -> Option<String> {
        if self.more.is_some() {
            return self.more.clone();
        }
        let names: Vec<&str> = self.changes.iter().map(|c| c.name.as_str()).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }
}

impl FieldChange {
    /// A field of these values; what is empty is told by the page.
    pub(super) fn new(name: String, before: String, after: String) -> Self {
        let long = [&before, &after]
            .iter()
            .any(|v| v.contains('\n') || v.chars().nth(SHORT).is_some());
        Self {
            name,
            before: cut(before),
            after: cut(after),
            long,
        }
    }
}

fn cut(value: String) -> String {
    match value.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", &value[..at]),
        None => value,
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHORT) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

fn pair_of(value: &Value) -> Option<(&Value, &Value)> {
    match value.as_array()?.as_slice() {
        [before, after] => Some((before, after)),
        _ => None,
    }
}

/// Which captions or attachment, and whether they came or went.
fn file(language: Language, action: &str, detail: &Map<String, Value>) -> String {
    let said = |name: &str| detail.get(name).and_then(Value::as_str);
    let name = match action {
        "captions" => name_of(language, said("language").unwrap_or("?")),
        _ => shortened(said("label").unwrap_or("?")),
    };
    let pair = detail.get("file").and_then(pair_of);
    let how = match pair {
        Some((Value::Null, _)) => "added",
        Some((_, Value::Null)) => "removed",
        _ => "replaced",
    };
    language.with("deed-file", &[("name", name.into()), ("how", how.into())])
}

/// What a field of a lesson, or a part of it that the log names, is called.
pub(super) fn field_name(language: Language, field: &str) -> String {
    let part = match field {
        "the file" | "file" => "file",
        "the edition" | "edition" => "edition",
        "code" | "visibility" | "withdrawn" | "captions" => field,
        column => return language.with("desk-field", &[("column", column.into())]),
    };
    language.with("deed-part", &[("part", part.into())])
}

/// A value as the log has it; empty for none.
fn in_words(language: Language, vocabulary: &Vocabulary, field: &str, value: &Value) -> String {
    let text = match value {
        Value::Null => return String::new(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(plain).collect();
            let between = if field == "chapters" { "\n" } else { "; " };
            return items.join(between);
        }
        other => plain(other),
    };
    named(language, vocabulary, field, text)
}

/// What an id stands for, in the reader's language.
pub(super) fn named(
    language: Language,
    vocabulary: &Vocabulary,
    field: &str,
    text: String,
) -> String {
    let code = language.code();
    let found = match field {
        "subject" => vocabulary.subject(&text).map(|t| t.name(code).to_owned()),
        "section" => vocabulary.section(&text).map(|t| t.name(code).to_owned()),
        "visibility" => Some(language.with("teach-stands", &[("stands", text.as_str().into())])),
        "kind" => Some(language.with("kind", &[("kind", text.as_str().into())])),
        "language" if !text.is_empty() => Some(name_of(language, &text)),
        _ => None,
    };
    found.unwrap_or(text)
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
