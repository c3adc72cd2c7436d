//! Vocabularies: grades, subjects, sections and channels, with their names in every language of the
//! interface. They are data that an operator edits; the shipped one is azerbaijan.toml.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rusqlite::{Connection, named_params};
use serde::{Deserialize, Serialize};

use super::{Change, Error, Snapshot};

/// The languages of the interface; every term needs a name in each.
pub const LANGUAGES: [&str; 3] = ["az", "ru", "en"];

const AZERBAIJAN: &str = include_str!("azerbaijan.toml");

/// One entry of a vocabulary.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// Short, permanent, for URLs and sheets: `7`, `mathematics`.
    pub id: String,
    /// What is printed large: `7`, `∑`. Grades and subjects have one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sign: String,
    /// Degrees on the colour wheel. Subjects only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hue: Option<u16>,
    /// BCP 47: what a section's lessons are taught in. Sections only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Name per language of the interface.
    pub names: BTreeMap<String, String>,
    /// Not offered any more, kept because lessons use it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retired: bool,
}

impl Term {
    /// The name in `language`, else any name, else the id.
    pub fn name(&self, language: &str) -> &str {
        let name = self
            .names
            .get(language)
            .or_else(|| self.names.values().next());
        name.unwrap_or(&self.id)
    }
}

/// All four vocabularies, each in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vocabulary {
    /// In the order of the keys on the first page.
    pub grades: Vec<Term>,
    /// In the order of a grade's page.
    pub subjects: Vec<Term>,
    /// The first is shown when none is chosen.
    pub sections: Vec<Term>,
    /// Television channels.
    pub channels: Vec<Term>,
}

impl Vocabulary {
    /// The grade called `id`.
    pub fn grade(&self, id: &str) -> Option<&Term> {
        self.grades.iter().find(|t| t.id == id)
    }

    /// The subject called `id`.
    pub fn subject(&self, id: &str) -> Option<&Term> {
        self.subjects.iter().find(|t| t.id == id)
    }

    /// The section called `id`.
    pub fn section(&self, id: &str) -> Option<&Term> {
        self.sections.iter().find(|t| t.id == id)
    }

    /// The channel called `id`.
    pub fn channel(&self, id: &str) -> Option<&Term> {
        self.channels.iter().find(|t| t.id == id)
    }

    /// Reads a vocabulary file; the message says what to mend and where.
    pub fn from_toml(text: &str) -> Result<Self, Error> {
        let vocabulary: Self =
            toml::from_str(text).map_err(|e| Error::Invalid(format!("vocabulary: {e}")))?;
        vocabulary.validate()?;
        Ok(vocabulary)
    }

    /// The same vocabulary as a file that [`Vocabulary::from_toml`] reads.
    pub fn to_toml(&self) -> Result<String, Error> {
        toml::to_string(self).map_err(|e| Error::Invalid(format!("vocabulary: {e}")))
    }

    fn validate(&self) -> Result<(), Error> {
        let mut faults = String::new();
        for (kind, terms) in self.by_kind() {
            if terms.iter().all(|t| t.retired) && kind != Kind::Channel {
                let _ = writeln!(
                    faults,
                    "there is no [[{}]]; at least one is needed",
                    kind.table()
                );
            }
            for (at, term) in terms.iter().enumerate() {
                for fault in kind.faults(term) {
                    let _ = writeln!(faults, "[[{}]] {:?}: {fault}", kind.table(), term.id);
                }
                if terms[..at].iter().any(|t| t.id == term.id) {
                    let _ = writeln!(
                        faults,
                        "[[{}]] {:?}: stands there twice",
                        kind.table(),
                        term.id
                    );
                }
            }
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(format!(
                "vocabulary:\n{}",
                faults.trim_end()
            )))
        }
    }

    fn by_kind(&self) -> [(Kind, &[Term]); 4] {
        [
            (Kind::Grade, &self.grades),
            (Kind::Subject, &self.subjects),
            (Kind::Section, &self.sections),
            (Kind::Channel, &self.channels),
        ]
    }
}

/// The vocabulary that a new archive starts with.
pub fn shipped() -> Result<Vocabulary, Error> {
    Vocabulary::from_toml(AZERBAIJAN)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Grade,
    Subject,
    Section,
    Channel,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Grade, Self::Subject, Self::Section, Self::Channel];

    fn table(self) -> &'static str {
        match self {
            Self::Grade => "grades",
            Self::Subject => "subjects",
            Self::Section => "sections",
            Self::Channel => "channels",
        }
    }

    fn names_table(self) -> &'static str {
        match self {
            Self::Grade => "grade_names",
            Self::Subject => "subject_names",
            Self::Section => "section_names",
            Self::Channel => "channel_names",
        }
    }

    /// Who uses an id: such a term is retired, not deleted.
    fn used(self) -> &'static str {
        match self {
            Self::Grade => "SELECT 1 FROM lesson_grades WHERE grade = t.id",
            Self::Subject => "SELECT 1 FROM lessons WHERE subject = t.id",
            Self::Section => "SELECT 1 FROM lessons WHERE section = t.id",
            Self::Channel => "SELECT 1 FROM broadcasts WHERE channel = t.id",
        }
    }

    /// The columns that only this kind has, as SQL names and their values in a [`Term`].
    fn own_columns(self) -> &'static [&'static str] {
        match self {
            Self::Grade => &["sign"],
            Self::Subject => &["sign", "hue"],
            Self::Section => &["language"],
            Self::Channel => &[],
        }
    }

    fn faults(self, term: &Term) -> Vec<String> {
        let mut faults = Vec::new();
        let mut fault = |text: String| faults.push(text);
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c);
        if term.id.is_empty() || term.id.len() > 40 || !term.id.chars().all(plain) {
            fault("an id is 1 to 40 of the characters a-z 0-9 _ -".into());
        }
        for language in LANGUAGES {
            match term.names.get(language).map(|n| n.chars().count()) {
                Some(1..=100) => {}
                Some(n) => fault(format!(
                    "its name in {language} has {n} characters; 1 to 100 fit"
                )),
                None => fault(format!(
                    "its name in {language} is missing; add it to names"
                )),
            }
        }
        if let Some(other) = term.names.keys().find(|l| !LANGUAGES.contains(&l.as_str())) {
            fault(format!(
                "there is no interface in {other:?}; the languages are az, ru, en"
            ));
        }
        let has = |column| self.own_columns().contains(&column);
        match (has("sign"), term.sign.chars().count()) {
            (true, 1..=8) | (false, 0) => {}
            (true, n) => fault(format!("its sign has {n} characters; 1 to 8 fit")),
            (false, _) => fault("only grades and subjects have a sign".into()),
        }
        match (has("hue"), term.hue) {
            (true, Some(0..=359)) | (false, None) => {}
            (true, Some(hue)) => fault(format!("hue {hue} is not in 0 to 359")),
            (true, None) => fault("its hue is missing: 0 to 359 degrees".into()),
            (false, Some(_)) => fault("only subjects have a hue".into()),
        }
        match (has("language"), &term.language) {
            (true, Some(tag)) if tag.parse::<unic_langid::LanguageIdentifier>().is_ok() => {}
            (false, None) => {}
            (true, Some(tag)) => fault(format!("language {tag:?} is not a BCP 47 tag such as az")),
            (true, None) => fault("its language is missing, such as language = \"az\"".into()),
            (false, Some(_)) => fault("only sections have a language".into()),
        }
        faults
    }
}

/// Puts `vocabulary` in the place of the present one. Terms that it lacks are deleted, or retired
/// where lessons use them.
pub(super) fn load(connection: &Connection, vocabulary: &Vocabulary) -> Result<(), Error> {
    vocabulary.validate()?;
    for (kind, terms) in vocabulary.by_kind() {
        let (table, names) = (kind.table(), kind.names_table());
        connection.execute(
            &format!("UPDATE {table} SET retired = 1, position = position + 1000"),
            [],
        )?;
        let own = kind.own_columns();
        let list = |f: &dyn Fn(&str) -> String| own.iter().map(|c| f(c)).collect::<String>();
        let mut put = connection.prepare(&format!(
            "INSERT INTO {table} (id, position, retired{}) VALUES (:id, :position, :retired{})
             ON CONFLICT DO UPDATE SET position = excluded.position, retired = excluded.retired{}",
            list(&|c| format!(", {c}")),
            list(&|c| format!(", :{c}")),
            list(&|c| format!(", {c} = excluded.{c}")),
        ))?;
        let mut name = connection.prepare(&format!(
            "INSERT INTO {names} (id, language, name) VALUES (:id, :language, :name)
             ON CONFLICT DO UPDATE SET name = excluded.name"
        ))?;
        for (position, term) in (0_i64..).zip(terms) {
            let mut values: Vec<(&str, &dyn rusqlite::ToSql)> = vec![
                (":id", &term.id),
                (":position", &position),
                (":retired", &term.retired),
            ];
            for column in own {
                values.push(match *column {
                    "sign" => (":sign", &term.sign),
                    "hue" => (":hue", &term.hue),
                    _ => (":language", &term.language),
                });
            }
            put.execute(values.as_slice())?;
            for (language, text) in &term.names {
                name.execute(named_params! {":id": term.id, ":language": language, ":name": text})?;
            }
        }
        connection.execute(
            &format!("DELETE FROM {table} AS t WHERE retired = 1 AND position >= 1000 AND NOT EXISTS ({})", kind.used()),
            [],
        )?;
    }
    Ok(())
}

impl Snapshot<'_> {
    /// The present vocabulary, retired terms included (old lessons still show their names).
    pub fn vocabulary(&self) -> Result<Vocabulary, Error> {
        let mut all = Vocabulary::default();
        for kind in Kind::ALL {
            let own = kind.own_columns();
            let or_null = |c| if own.contains(&c) { c } else { "NULL" };
            let mut terms = self.sql().prepare_cached(&format!(
                "SELECT id, {}, {}, {}, retired FROM {} ORDER BY position, id",
                or_null("sign"),
                or_null("hue"),
                or_null("language"),
                kind.table()
            ))?;
            let mut names = self.sql().prepare_cached(&format!(
                "SELECT language, name FROM {} WHERE id = :id",
                kind.names_table()
            ))?;
            let mut rows = terms.query([])?;
            while let Some(row) = rows.next()? {
                let id: String = row.get(0)?;
                let of_term = names
                    .query_map(named_params! {":id": id}, |r| Ok((r.get(0)?, r.get(1)?)))?
                    .collect::<Result<_, _>>()?;
                let term = Term {
                    id,
                    sign: row.get::<_, Option<String>>(1)?.unwrap_or_default(),
                    hue: row.get(2)?,
                    language: row.get(3)?,
                    names: of_term,
                    retired: row.get(4)?,
                };
                match kind {
                    Kind::Grade => all.grades.push(term),
                    Kind::Subject => all.subjects.push(term),
                    Kind::Section => all.sections.push(term),
                    Kind::Channel => all.channels.push(term),
                }
            }
        }
        Ok(all)
    }
}

impl Change<'_> {
    /// Replaces the vocabulary; see [`Vocabulary::from_toml`] for what makes a good one.
    pub fn load_vocabulary(&self, vocabulary: &Vocabulary) -> Result<(), Error> {
        load(self.sql(), vocabulary)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_vocabulary_is_azerbaijans_school() {
        let shipped = shipped().unwrap();
        assert_eq!(shipped.grades.len(), 12);
        assert_eq!(shipped.grade("7").unwrap().name("ru"), "7-й класс");
        assert_eq!(
            shipped.subject("mathematics").unwrap().name("az"),
            "Riyaziyyat"
        );
        assert_eq!(
            Vocabulary::from_toml(&shipped.to_toml().unwrap()).unwrap(),
            shipped
        );
    }

    #[test]
    fn a_bad_vocabulary_is_refused_with_every_fault_by_name() {
        let text = r#"
            channels = []
            [[grades]]
            id = "Seven"
            sign = ""
            names = { az = "7", ru = "7" }
            [[subjects]]
            id = "m"
            sign = "m"
            hue = 400
            names = { az = "M", ru = "M", en = "M", tr = "M" }
            [[sections]]
            id = "az"
            names = { az = "Az", ru = "Az", en = "Az" }
        "#;
        let message = Vocabulary::from_toml(text).unwrap_err().to_string();
        for part in [
            "\"Seven\": an id",
            "name in en is missing",
            "its sign has 0",
            "hue 400",
            "\"tr\"",
            "language is missing",
        ] {
            assert!(message.contains(part), "{part} in {message}");
        }
        let unknown = Vocabulary::from_toml("grade = []").unwrap_err().to_string();
        assert!(unknown.contains("unknown field `grade`"), "{unknown}");
    }
}
