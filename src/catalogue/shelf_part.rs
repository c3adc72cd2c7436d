//! A part of a shelf: its lessons of one school year, channel, kind or unit, with sign language or captions; and
//! which of these questions divide it.

use std::collections::BTreeSet;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rusqlite::{OptionalExtension, ToSql, named_params};

use super::many::list_of;
use super::shelf::{CARD, read_card};
use super::{Card, Error, Kind, Snapshot};
use crate::units::Code;

/// What a value of a query may not have as it is.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'/');
/// Lessons that one question looks at, at most: more than any shelf of a school's has.
const LOOK: u32 = 2000;
/// Looks at one shelf, at most, where all of it is wanted.
const MOST_LOOKS: u32 = 25;
/// Units, and textbooks, that are told, at most.
const MOST_UNITS: usize = 60;

/// Grade, subject and section, as vocabulary ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShelfName {
    /// Vocabulary id.
    pub grade: String,
    /// Vocabulary id.
    pub subject: String,
    /// Vocabulary id.
    pub section: String,
}

/// Which lessons of a shelf; everything that is `None` or false does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// `2019/20`.
    pub school_year: Option<String>,
    /// Vocabulary id: broadcast there at least once.
    pub channel: Option<String>,
    /// What sort of broadcast; what is no [`Kind`] has no lessons.
    pub kind: Option<String>,
    /// Chapter of the curriculum.
    pub unit: Option<String>,
    /// ISBN of the textbook that they go with.
    pub textbook: Option<String>,
    /// Only with sign language.
    pub signed: bool,
    /// Only with captions.
    pub captioned: bool,
}

impl Part {
    /// The part that an address names: `value` gives what it says of `year`, `channel`, `kind`, `unit`, `textbook`,
    /// `signed` and `captioned`. The last two are boxes: whatever they say is yes.
    pub fn asked<'a>(value: impl Fn(&str) -> Option<&'a str>) -> Self {
        let text = |name| value(name).map(str::to_owned);
        Self {
            school_year: text("year"),
            channel: text("channel"),
            kind: text("kind"),
            unit: text("unit"),
            textbook: text("textbook"),
            signed: value("signed").is_some(),
            captioned: value("captioned").is_some(),
        }
    }

    /// The same as a query without a question mark, always in one order; empty for the whole shelf.
    pub fn query(&self) -> String {
        let said = [
            ("year", &self.school_year),
            ("channel", &self.channel),
            ("kind", &self.kind),
            ("unit", &self.unit),
            ("textbook", &self.textbook),
        ];
        let values = said.into_iter().filter_map(|(name, value)| {
            let value = utf8_percent_encode(value.as_ref()?, VALUE);
            Some(format!("{name}={value}"))
        });
        let marks = [("signed=1", self.signed), ("captioned=1", self.captioned)];
        let marks = marks.into_iter().filter(|(_, ticked)| *ticked);
        let all: Vec<String> = values
            .chain(marks.map(|(mark, _)| mark.to_owned()))
            .collect();
        all.join("&")
    }

    /// Whether it is the whole shelf.
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }
}

/// Whose a lesson is and what may be done with it, as its people wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    /// An SPDX identifier or a sentence.
    pub license: Option<String>,
    /// Whose it is.
    pub holder: Option<String>,
}

/// What a shelf can be divided by; what is empty or false divides nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Divisions {
    /// The newest first.
    pub school_years: Vec<String>,
    /// Vocabulary ids.
    pub channels: Vec<String>,
    /// In the order of [`Kind`]'s own list.
    pub kinds: Vec<Kind>,
    /// In the order of the programme.
    pub units: Vec<String>,
    /// ISBNs, in the order of the programme.
    pub textbooks: Vec<String>,
    /// Some are signed, others are not.
    pub signed: bool,
    /// Some have captions, others have none.
    pub captioned: bool,
}

impl Divisions {
    /// Whether nothing divides the shelf.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The first lessons of a shelf, `:look` of them.
const WINDOW: &str = "SELECT lesson, shelf_order, cost FROM lesson_grades INDEXED BY shelf
    WHERE listed AND grade = :grade AND subject = :subject AND section = :section
      AND (shelf_order, lesson) > (:order, :id) ORDER BY shelf_order, lesson LIMIT :look";

const CAPTIONED: &str = "EXISTS (SELECT 1 FROM files f WHERE f.recording = l.current_recording
    AND f.role = 'captions' AND f.replaced_at IS NULL)";

impl Snapshot<'_> {
    /// At most `limit` lessons of a part of a shelf in programme order, from the one after `after` on, and what to ask
    /// with next; a page before the last may hold fewer.
    pub fn shelf_part(
        &self,
        shelf: &ShelfName,
        part: &Part,
        after: Option<Code>,
        limit: u32,
    ) -> Result<(Vec<Card>, Option<Code>), Error> {
        let (order, id) = self.place_of(after)?.unwrap_or_default();
        let more = limit + 1;
        let mut values: Vec<(&str, &dyn ToSql)> = vec![
            (":grade", &shelf.grade),
            (":subject", &shelf.subject),
            (":section", &shelf.section),
            (":order", &order),
            (":id", &id),
            (":look", &LOOK),
            (":limit", &more),
        ];
        let mut conditions = String::new();
        for (name, condition, value) in [
            (
                ":school_year",
                "l.school_year = :school_year",
                &part.school_year,
            ),
            (":kind", "l.kind = :kind", &part.kind),
            (":unit", "l.unit = :unit", &part.unit),
            (":textbook", "l.textbook_isbn = :textbook", &part.textbook),
            (
                ":channel",
                "EXISTS (SELECT 1 FROM broadcasts b WHERE b.lesson = l.id AND b.channel = :channel)",
                &part.channel,
            ),
        ] {
            if let Some(value) = value {
                conditions.push_str(&format!(" AND {condition}"));
                values.push((name, value));
            }
        }
        if part.signed {
            conditions.push_str(" AND l.interpreter IS NOT NULL");
        }
        if part.captioned {
            conditions.push_str(&format!(" AND {CAPTIONED}"));
        }
        let mut cards: Vec<Card> = self
            .sql()
            .prepare_cached(&format!(
                "SELECT {CARD} FROM ({WINDOW}) g CROSS JOIN lessons l ON l.id = g.lesson
                 LEFT JOIN recordings r ON r.id = l.current_recording
                 WHERE true{conditions} ORDER BY g.shelf_order, g.lesson LIMIT :limit"
            ))?
            .query_map(values.as_slice(), read_card)?
            .collect::<Result<_, _>>()?;
        if cards.len() > limit as usize {
            cards.truncate(limit as usize);
            let next = cards.last().map(|card| card.code);
            return Ok((cards, next));
        }
        // Where the look ended before the shelf did, the next page goes on there.
        let last: Option<Code> = self
            .sql()
            .prepare_cached(&format!(
                "SELECT code FROM lessons WHERE id = (SELECT lesson FROM ({WINDOW}) LIMIT 1 OFFSET :look - 1)"
            ))?
            .query_row(
                named_params! {
                    ":grade": shelf.grade, ":subject": shelf.subject, ":section": shelf.section,
                    ":order": order, ":id": id, ":look": LOOK,
                },
                |r| r.get("code"),
            )
            .optional()?;
        Ok((cards, last))
    }

    /// All lessons of a part of a shelf in programme order; `None`: it has more than `most`, or the shelf so many that
    /// not all of them are looked at.
    pub fn whole_part(
        &self,
        shelf: &ShelfName,
        part: &Part,
        most: usize,
    ) -> Result<Option<Vec<Card>>, Error> {
        let (mut all, mut after) = (Vec::new(), None);
        for _ in 0..MOST_LOOKS {
            let (cards, next) = self.shelf_part(shelf, part, after, LOOK)?;
            all.extend(cards);
            if all.len() > most {
                return Ok(None);
            }
            after = next;
            if after.is_none() {
                return Ok(Some(all));
            }
        }
        Ok(None)
    }

    /// The different rights in these lessons, at most `limit` of them, in one order; what says nothing is left out.
    pub fn rights(&self, lessons: &[Card], limit: u32) -> Result<Vec<Rights>, Error> {
        let rows = list_of(lessons.iter().map(|card| card.id.0));
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT DISTINCT l.license, l.rights_holder FROM json_each(:rows) j CROSS JOIN lessons l ON l.id = j.value
                 WHERE coalesce(l.license, l.rights_holder) IS NOT NULL ORDER BY 1, 2 LIMIT :limit",
            )?
            .query_map(named_params! {":rows": rows, ":limit": limit}, |r| {
                Ok(Rights {
                    license: r.get(0)?,
                    holder: r.get(1)?,
                })
            })?
            .collect::<Result<_, _>>()?)
    }

    /// What divides a shelf, by its first two thousand lessons.
    pub fn divisions(&self, shelf: &ShelfName) -> Result<Divisions, Error> {
        let values = named_params! {
            ":grade": shelf.grade, ":subject": shelf.subject, ":section": shelf.section,
            ":order": "", ":id": 0, ":look": LOOK,
        };
        let mut sorts = self.sql().prepare_cached(&format!(
            "SELECT l.school_year, l.kind, l.unit, l.textbook_isbn, l.interpreter IS NOT NULL AS signed, {CAPTIONED} AS captioned
             FROM ({WINDOW}) g CROSS JOIN lessons l ON l.id = g.lesson ORDER BY g.shelf_order, g.lesson"
        ))?;
        let mut rows = sorts.query(values)?;
        let mut years: BTreeSet<Option<String>> = BTreeSet::new();
        let (mut kinds, mut units, mut textbooks) = (Vec::new(), Vec::new(), Vec::new());
        let (mut signed, mut captioned) = ([false; 2], [false; 2]);
        while let Some(row) = rows.next()? {
            years.insert(row.get("school_year")?);
            let kind: Kind = row.get("kind")?;
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
            gather(&mut units, row.get("unit")?);
            gather(&mut textbooks, row.get("textbook_isbn")?);
            signed[usize::from(row.get::<_, bool>("signed")?)] = true;
            captioned[usize::from(row.get::<_, bool>("captioned")?)] = true;
        }
        let channels: Vec<String> = self
            .sql()
            .prepare_cached(&format!(
                "SELECT DISTINCT b.channel FROM ({WINDOW}) g CROSS JOIN broadcasts b ON b.lesson = g.lesson ORDER BY 1"
            ))?
            .query_map(values, |r| r.get(0))?
            .collect::<Result<_, _>>()?;
        let divides = years.len() > 1;
        kinds.sort_by_key(|kind| Kind::ALL.iter().position(|k| k == kind));
        Ok(Divisions {
            school_years: years
                .into_iter()
                .flatten()
                .rev()
                .filter(|_| divides)
                .collect(),
            channels: several(channels),
            kinds: several(kinds),
            units: choosable(units),
            textbooks: choosable(textbooks),
            signed: signed == [true; 2],
            captioned: captioned == [true; 2],
        })
    }
}

/// Adds what is new; one more than can be chosen from are enough.
fn gather(all: &mut Vec<String>, one: Option<String>) {
    if let Some(one) = one
        && all.last() != Some(&one)
        && all.len() <= MOST_UNITS
        && !all.contains(&one)
    {
        all.push(one);
    }
}

/// All, if there is a choice among them; a longer list helps nobody to choose.
fn choosable(all: Vec<String>) -> Vec<String> {
    if all.len() > MOST_UNITS {
        Vec::new()
    } else {
        several(all)
    }
}

/// All, if there is a choice among them.
fn several<T>(all: Vec<T>) -> Vec<T> {
    if all.len() > 1 { all } else { Vec::new() }
}

#[cfg(test)]
mod tests;
