//! A few fields of a lesson said anew, in a form or by a program: read by the same rules as a row of a sheet, so
//! that a value is right or wrong for the same reasons everywhere.

use serde_json::{Map, Value};

use super::columns::{Column, Header};
use super::describe::{description_of, keeping_absent_columns, row_of_description};
use super::error::{CellError, shortened};
use super::fault::Fault;
use super::lists;
use super::records::Record;
use super::row::{Known, ReadOptions, Row};
use super::write::cell_of;
use crate::catalogue::Description;
use crate::units::Code;

/// What is said in one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// As a sheet's cell has it: a list with `;` between its items. Empty: nothing.
    Cell(String),
    /// A list, item by item.
    Items(Vec<String>),
}

impl Said {
    fn into_cell(self) -> String {
        match self {
            Self::Cell(text) => text,
            Self::Items(items) => lists::join(items),
        }
    }
}

/// What is said of a lesson anew: each field at most once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(Vec<(Column, Said)>);

impl Fields {
    /// Says something in a field, instead of what was said there before.
    ///
    /// # Panics
    /// Never; what belongs to files is refused by [`Fields::of_json`] and not offered by forms.
    pub fn say(&mut self, column: Column, said: Said) {
        self.0.retain(|(other, _)| *other != column);
        self.0.push((column, said));
    }

    /// Whether a field is said anew.
    pub fn says(&self, column: Column) -> bool {
        self.0.iter().any(|(other, _)| *other == column)
    }

    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fields of a JSON object: names as in the sheet, null or an empty array for nothing.
    ///
    /// # Errors
    /// Every member that is no field of a lesson's, or has the wrong type.
    pub fn of_json(object: &Map<String, Value>) -> Result<Self, Vec<CellError>> {
        let (mut fields, mut errors) = (Self::default(), Vec::new());
        for (name, value) in object {
            match of_member(name, value) {
                Ok((column, said)) => fields.say(column, said),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() {
            Ok(fields)
        } else {
            Err(errors)
        }
    }

    /// What the lesson of `code` says of itself when these fields are said anew and all others stay as in `old`.
    ///
    /// # Errors
    /// Every field that is wrong, with its value and what would be right.
    pub fn applied(
        &self,
        old: &Description,
        code: Option<Code>,
        options: &ReadOptions,
        known: &dyn Known,
    ) -> Result<Description, Vec<CellError>> {
        let before = row_of_description(old.clone());
        let mut columns: Vec<Column> = self.0.iter().map(|(column, _)| *column).collect();
        let mut cells: Vec<String> = self.0.iter().map(|(_, s)| s.clone().into_cell()).collect();
        // A row has these in any case, and its code tells a lesson from its sibling.
        for column in Column::ALL.iter().filter(|c| c.is_required()) {
            if !columns.contains(column) {
                columns.push(*column);
                cells.push(cell_of(&before, *column, &options.time_zone));
            }
        }
        if let Some(code) = code {
            columns.push(Column::Code);
            cells.push(code.to_string());
        }
        let record = Record {
            line: 0,
            cells,
            torn: None,
        };
        let row = Row::read(&record, &Header::of(columns.clone()), options, known)?;
        Ok(keeping_absent_columns(
            description_of(&row),
            old.clone(),
            &columns,
        ))
    }
}

fn of_member(name: &str, value: &Value) -> Result<(Column, Said), CellError> {
    let wrong = |column, fault| CellError {
        line: 0,
        column,
        value: shortened(&value.to_string()),
        fault,
    };
    let Some(column) = Column::ALL.iter().find(|c| c.name() == name).copied() else {
        let near = crate::search::nearest::nearest(name, Column::ALL.iter().map(|c| c.name()), 1);
        let (name, near) = (shortened(name), near.into_iter().next());
        return Err(wrong(None, Fault::NoField { name, near }));
    };
    if column.is_of_files() {
        return Err(wrong(Some(column), Fault::OfFiles));
    }
    if column == Column::Code {
        return Err(wrong(Some(column), Fault::CodeIsGiven));
    }
    let said = match value {
        Value::Null => Said::Cell(String::new()),
        Value::Array(items) if column.is_list() => {
            let items = items.iter().map(|item| item.as_str().map(str::to_owned));
            let items: Option<Vec<String>> = items.collect();
            match items {
                Some(items) => Said::Items(items),
                None => return Err(wrong(Some(column), Fault::Item)),
            }
        }
        Value::String(text) if !column.is_list() => Said::Cell(text.clone()),
        Value::Number(number) if matches!(column, Column::LessonNumber | Column::Term) => {
            Said::Cell(number.to_string())
        }
        _ => {
            let list = column.is_list();
            return Err(wrong(Some(column), Fault::Type { list }));
        }
    };
    Ok((column, said))
}

/// What a field of `description` says, as a sheet's cell.
pub fn cell(description: &Description, column: Column, zone: &jiff::tz::TimeZone) -> String {
    cell_of(&row_of_description(description.clone()), column, zone)
}

/// What a field of `description` says, item by item; a field that is no list has one item or none.
pub fn items(description: &Description, column: Column, zone: &jiff::tz::TimeZone) -> Vec<String> {
    let cell = cell(description, column, zone);
    match (cell.is_empty(), column.is_list()) {
        (true, _) => Vec::new(),
        (_, true) => lists::split(&cell),
        (_, false) => vec![cell],
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use serde_json::json;

    use super::*;
    use crate::catalogue::{Visibility, shipped_vocabulary};
    use crate::sheet::KnownTerms;

    fn options() -> ReadOptions {
        ReadOptions {
            time_zone: TimeZone::get("Asia/Baku").unwrap(),
            from_spreadsheet: false,
        }
    }

    fn lesson() -> Description {
        let mut row = Row::new("Kəsr; bölmə", &["7"], "mathematics", "az");
        row.teachers = vec!["Müəllim; birinci".into()];
        description_of(&row)
    }

    fn applied(fields: Value) -> Result<Description, String> {
        let vocabulary = shipped_vocabulary().unwrap();
        let object = fields.as_object().unwrap();
        Fields::of_json(object)
            .and_then(|f| {
                f.applied(
                    &lesson(),
                    Some(Code::from_number(7)),
                    &options(),
                    &KnownTerms(&vocabulary),
                )
            })
            .map_err(|errors| {
                let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
                lines.join("\n")
            })
    }

    #[test]
    fn what_is_said_changes_and_all_else_stays() {
        let edited = applied(json!({
            "title": "  Onluq kəsr ", "grades": ["7", "8"], "lesson_number": 3, "week": "2020-W14",
            "chapters": ["0:00 Giriş; qısa", "3:40.250 Misal"], "visibility": "public",
            "broadcasts": ["medeniyyet@2020-04-02T10:00"],
        }))
        .unwrap();
        assert_eq!(edited.title, "Onluq kəsr");
        assert_eq!(edited.grades, ["7", "8"]);
        assert_eq!(edited.lesson_number, Some(3));
        assert_eq!(edited.chapters[0].title, "Giriş; qısa");
        assert_eq!(edited.chapters[1].start.0, 220_250);
        assert_eq!(edited.visibility, Visibility::Public);
        assert_eq!(edited.subject, "mathematics");
        assert_eq!(edited.teachers, ["Müəllim; birinci"]);

        let taken_back = applied(json!({"teachers": [], "lesson_number": null})).unwrap();
        assert_eq!(taken_back.teachers, [""; 0]);
        assert_eq!(taken_back.title, "Kəsr; bölmə");
    }

    #[test]
    fn fields_say_what_a_lesson_says_so_that_a_change_can_be_undone() {
        let before = lesson();
        let after =
            applied(json!({"title": "Yeni", "chapters": ["0:05.007 A"], "term": 2})).unwrap();
        let differences = before.differences(&after);
        let names: Vec<&String> = differences.keys().collect();
        assert_eq!(names, ["chapters", "term", "title"]);
        let back: Map<String, Value> = differences
            .into_iter()
            .map(|(name, pair)| (name, pair[0].clone()))
            .collect();
        let vocabulary = shipped_vocabulary().unwrap();
        let undone = Fields::of_json(&back)
            .unwrap()
            .applied(&after, None, &options(), &KnownTerms(&vocabulary))
            .unwrap();
        assert_eq!(undone, before);
    }

    #[test]
    fn every_wrong_field_is_named_with_what_would_be_right() {
        let told = applied(
            json!({"titel": "x", "grades": "7", "file": "/etc/passwd", "term": {}, "unit": 3}),
        )
        .unwrap_err();
        assert!(told.contains("did you mean title?"), "{told}");
        assert!(
            told.contains(r#"column "grades": "\"7\"" has the wrong type; write an array"#),
            "{told}"
        );
        assert!(told.contains(r#"column "file""#), "{told}");
        assert!(told.contains(r#"column "term""#), "{told}");
        assert!(told.contains(r#"column "unit""#), "{told}");

        let told = applied(
            json!({"title": "", "grades": [], "subject": "mathematic", "lesson_number": 0}),
        )
        .unwrap_err();
        assert!(told.contains(r#"column "title" is empty"#), "{told}");
        assert!(told.contains(r#"column "grades" is empty"#), "{told}");
        assert!(told.contains("did you mean mathematics?"), "{told}");
        assert!(told.contains("is not a number from 1 to 9999"), "{told}");
        assert!(!told.contains("line"), "{told}");
    }
}
