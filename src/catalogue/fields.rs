//! What a lesson says of itself as JSON, under the sheet's names: for the log, and for telling two states apart.

use serde_json::{Map, Value, json};

use super::{Description, Visibility};
use crate::units::Millis;

impl Description {
    /// Every field under its name in the sheet; lists as arrays, what is not said as null or an empty array.
    /// Values are written as the sheet writes an item: `framework:code`, `isbn:page`, `channel@time` (UTC),
    /// `m:ss.mmm Title`.
    pub fn fields(&self) -> Map<String, Value> {
        let textbook = self.textbook.as_ref();
        let broadcasts = self.broadcasts.iter().filter_map(|b| {
            let at = b.at.timestamp()?;
            Some(format!("{}@{at}", b.channel))
        });
        let chapters = self.chapters.iter();
        let fields = json!({
            "title": self.title,
            "description": self.description,
            "grades": self.grades,
            "subject": self.subject,
            "section": self.section,
            "language": self.language,
            "programme": self.programme,
            "lesson_number": self.lesson_number,
            "unit": self.unit,
            "topic": self.topic,
            "curriculum": self.curriculum.iter().map(|(f, c)| format!("{f}:{c}")).collect::<Vec<_>>(),
            "school_year": self.school_year,
            "term": self.term,
            "week": self.week,
            "textbook": textbook.map(|(isbn, page)| format!("{isbn}:{page}")),
            "broadcasts": broadcasts.collect::<Vec<_>>(),
            "teachers": self.teachers,
            "interpreter": self.interpreter,
            "kind": self.kind.as_str(),
            "variant_of": self.variant_of.map(|c| c.to_string()),
            "chapters": chapters.map(|c| format!("{} {}", precisely(c.start), c.title)).collect::<Vec<_>>(),
            "license": self.license,
            "rights_holder": self.rights_holder,
            "source_url": self.source_url,
            "visibility": self.visibility.as_str(),
        });
        match fields {
            Value::Object(fields) => fields,
            _ => Map::new(),
        }
    }

    /// What the log calls it when a lesson that said this says `after` from now on.
    pub fn change_to(&self, after: &Self) -> &'static str {
        match after.visibility {
            Visibility::Public if self.visibility != Visibility::Public => "published",
            Visibility::Unlisted if self.visibility != Visibility::Unlisted => "unlisted",
            _ => "edited",
        }
    }

    /// `{field: [before, after]}` of every field that differs in `after`.
    pub fn differences(&self, after: &Self) -> Map<String, Value> {
        let mut now = after.fields();
        let pairs = self.fields().into_iter().filter_map(|(name, before)| {
            let after = now.remove(&name)?;
            (before != after).then(|| (name, json!([before, after])))
        });
        pairs.collect()
    }
}

/// A clock face, with milliseconds where there are some: nothing is lost on the way back.
fn precisely(at: Millis) -> String {
    let face = at.clock_face();
    match at.0 % 1000 {
        0 => face,
        rest => format!("{face}.{rest:03}"),
    }
}
