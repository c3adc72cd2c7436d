//! What a sheet would do, or did, row by row.

use super::deeds::{FieldChange, field_name, named};
use super::lesson_nav::Tab;
use crate::catalogue::Vocabulary;
use crate::desk::{RowDifference, RowFate, SheetDifference};
use crate::pages::page::path;
use crate::sheet::CellError;
use crate::words::Language;

/// Rows of each sort that are shown; the others are counted.
const SHOWN: usize = 200;

/// The rows of a sheet, by what becomes of them.
pub(super) struct Rows {
    pub(super) new: Few<Row>,
    pub(super) changed: Few<Changed>,
    pub(super) refused: Few<Wrong>,
    /// How many are so already, in words.
    pub(super) unchanged: Option<String>,
    /// How many rows do something.
    pub(super) doing: u64,
}

/// The first of many.
pub(super) struct Few<T> {
    pub(super) shown: Vec<T>,
    /// What they are, and how many.
    pub(super) heading: String,
    /// How many are not shown, in words.
    pub(super) left: Option<String>,
}

impl<T> Few<T> {
    fn of(
        language: Language,
        heading: String,
        all: &[&RowDifference],
        show: impl Fn(&RowDifference) -> T,
    ) -> Self {
        let left = all.len().saturating_sub(SHOWN) as u64;
        Self {
            shown: all.iter().take(SHOWN).map(|row| show(row)).collect(),
            heading,
            left: (left > 0).then(|| language.count("rows-left", left)),
        }
    }
}

/// A row that is done.
pub(super) struct Row {
    /// Where in the sheet.
    pub(super) line: String,
    pub(super) title: String,
    /// The lesson on the desk, and its code.
    pub(super) lesson: Option<(String, String)>,
}

/// A row that changes a lesson.
pub(super) struct Changed {
    pub(super) row: Row,
    pub(super) changes: Vec<FieldChange>,
}

/// A row that is left out.
pub(super) struct Wrong {
    /// Where in the sheet.
    pub(super) line: String,
    pub(super) title: String,
    pub(super) errors: Vec<CellWrong>,
}

/// A value that is wrong.
pub(super) struct CellWrong {
    /// In the sheet, and in the reader's language.
    pub(super) column: Option<(&'static str, String)>,
    pub(super) value: String,
    /// What is wrong and what would be right.
    pub(super) told: String,
}

impl Rows {
    /// For a reader of `language`.
    pub(super) fn new(
        language: Language,
        vocabulary: &Vocabulary,
        difference: &SheetDifference,
    ) -> Self {
        let of = |sort: fn(&RowFate) -> bool| {
            let rows = difference.rows.iter();
            rows.filter(|row| sort(&row.fate)).collect::<Vec<_>>()
        };
        let row = |row: &RowDifference| Row {
            line: language.count("rows-line", row.line),
            title: row.title.clone(),
            lesson: row.code.map(|code| {
                let href = path(language, &Tab::Description.rest(code));
                (href, code.to_string())
            }),
        };
        let new = of(|fate| *fate == RowFate::New);
        let changed = of(|fate| matches!(fate, RowFate::Changed(_)));
        let refused = of(|fate| matches!(fate, RowFate::Refused(_)));
        let unchanged = of(|fate| *fate == RowFate::Unchanged).len() as u64;
        Self {
            doing: (new.len() + changed.len()) as u64,
            new: Few::of(
                language,
                language.count("rows-new", new.len() as u64),
                &new,
                row,
            ),
            changed: Few::of(
                language,
                language.count("rows-changed", changed.len() as u64),
                &changed,
                |r| Changed {
                    row: row(r),
                    changes: changes(language, vocabulary, &r.fate),
                },
            ),
            refused: Few::of(
                language,
                language.count("rows-refused", refused.len() as u64),
                &refused,
                |r| Wrong {
                    line: language.count("rows-line", r.line),
                    title: r.title.clone(),
                    errors: errors(language, &r.fate),
                },
            ),
            unchanged: (unchanged > 0).then(|| language.count("rows-unchanged", unchanged)),
        }
    }
}

fn changes(language: Language, vocabulary: &Vocabulary, fate: &RowFate) -> Vec<FieldChange> {
    let RowFate::Changed(changes) = fate else {
        return Vec::new();
    };
    let change = changes.iter().map(|(column, before, after)| {
        let value = |text: &String| named(language, vocabulary, column.name(), text.clone());
        FieldChange::new(
            field_name(language, column.name()),
            value(before),
            value(after),
        )
    });
    change.collect()
}

fn errors(language: Language, fate: &RowFate) -> Vec<CellWrong> {
    let RowFate::Refused(errors) = fate else {
        return Vec::new();
    };
    let wrong = |error: &CellError| CellWrong {
        column: error
            .column
            .map(|c| (c.name(), field_name(language, c.name()))),
        value: error.value.clone(),
        told: error.fault.text(language),
    };
    errors.iter().map(wrong).collect()
}
