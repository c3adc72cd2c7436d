//! Lists of whole lessons for machines: filters, keyset paging.

use rusqlite::{ToSql, named_params};

use super::{Error, Lesson, Snapshot};
use crate::units::{Code, LessonId};

/// Which lessons; everything that is `None` does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Vocabulary id.
    pub grade: Option<String>,
    /// Vocabulary id.
    pub subject: Option<String>,
    /// Vocabulary id.
    pub section: Option<String>,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// In programme order.
    pub lessons: Vec<Lesson>,
    /// Ask again with this; `None`: there is no more.
    pub next: Option<Code>,
}

impl Snapshot<'_> {
    /// At most `limit` listed lessons in programme order, from the one after `after` on. An `after`
    /// that no lesson has is refused rather than taken for the beginning.
    pub fn list(&self, filter: &Filter, after: Option<Code>, limit: u32) -> Result<Page, Error> {
        let place = self.place_of(after)?;
        if let (Some(code), None) = (after, &place) {
            return Err(Error::Invalid(format!("no lesson {code} to go on after")));
        }
        let (order, id) = place.unwrap_or_default();
        // Ask for one more than wanted: it tells whether there is a next page.
        let more = limit + 1;
        let mut values: Vec<(&str, &dyn ToSql)> =
            vec![(":order", &order), (":id", &id), (":limit", &more)];
        let mut conditions = String::new();
        let mut also = |name: &'static str, column: &str, value: &'_ Option<String>| {
            if value.is_some() {
                conditions.push_str(&format!(" AND {column} = {name}"));
            }
        };
        // With a grade, the shelves' indexes answer; without, the lessons' own.
        let (from, key) = if filter.grade.is_some() {
            ("lesson_grades t", "t.shelf_order, t.lesson")
        } else {
            ("lessons t", "t.shelf_order, t.id")
        };
        also(":grade", "t.grade", &filter.grade);
        also(":subject", "t.subject", &filter.subject);
        also(":section", "t.section", &filter.section);
        for (name, value) in [
            (":grade", &filter.grade),
            (":subject", &filter.subject),
            (":section", &filter.section),
        ] {
            if let Some(value) = value {
                values.push((name, value));
            }
        }
        let id_column = if filter.grade.is_some() {
            "t.lesson"
        } else {
            "t.id"
        };
        let ids: Vec<LessonId> = self
            .sql()
            .prepare_cached(&format!(
                "SELECT {id_column} FROM {from} WHERE t.listed AND ({key}) > (:order, :id){conditions}
                 ORDER BY {key} LIMIT :limit"
            ))?
            .query_map(values.as_slice(), |r| r.get(0).map(LessonId))?
            .collect::<Result<_, _>>()?;
        let lessons = self.lessons(&ids[..ids.len().min(limit as usize)])?;
        let next = (ids.len() > limit as usize)
            .then(|| lessons.last().map(|l| l.code))
            .flatten();
        Ok(Page { lessons, next })
    }

    /// How many lessons the archive holds, of any visibility.
    pub fn count_lessons(&self) -> Result<u64, Error> {
        Ok(self
            .sql()
            .query_row("SELECT count(*) FROM lessons", named_params! {}, |r| {
                super::lessons::unsigned(r, 0)
            })?)
    }
}
