//! Search: which lessons have the words that somebody looks for, the best first, and at which moments they are said.
//!
//! The index gives lessons in the order of their rows, the newest first, and is asked for so many at most: a word that
//! nearly all lessons have costs little more than a rare one. So lessons come by how they fit: their title before their
//! topic before what is said in them, a word before words that begin with it; then in programme order.

mod meant;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::RwLock;

use rusqlite::{OptionalExtension, named_params};

use super::facets::Facet;
use super::shelf::{CARD, Card, read_card};
use super::{Catalogue, Error, Facets, Snapshot, index};
use crate::search::lexicon::Lexicon;
use crate::search::moments::moments;
use crate::search::query::{Fit, Query};
use crate::units::{Bytes, LessonId, Millis};

/// Lessons that one search leads to at most, however it is paged.
pub const MOST_FOUND: usize = 500;
/// Characters of a query that are looked at.
pub const LONGEST_QUERY: usize = 200;
/// Moments shown of a lesson.
const MOMENTS: usize = 3;
/// Captions read for the moments of one answer, in bytes, besides the first file: an hour's lesson has some 60,000.
const MOST_READ: u64 = 4 << 20;
/// With fewer lessons than these, words that are near are offered.
const FEW: usize = 5;

/// What somebody looks for.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// As it was typed.
    pub text: String,
    /// Which lessons.
    pub facets: Facets,
    /// Lessons of earlier pages.
    pub skip: usize,
    /// Lessons of this page.
    pub limit: usize,
    /// Whether to look up when the words are said.
    pub moments: bool,
}

/// A page of what was found.
#[derive(Clone, Debug, Default)]
pub struct Results {
    /// The best first.
    pub lessons: Vec<FoundLesson>,
    /// Whether there are more.
    pub more: bool,
    /// What was looked for in the end: to mark it.
    pub query: Query,
    /// No lesson had what was typed, and this was looked for instead.
    pub corrected: Option<Corrected>,
    /// Few lessons have what was typed, more have this.
    pub suggested: Option<Corrected>,
}

/// What was probably meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Corrected {
    /// The whole query.
    pub text: String,
    /// Words that took the place of one that was typed, the likeliest first.
    pub words: Vec<String>,
}

/// A lesson that was found.
#[derive(Clone, Debug)]
pub struct FoundLesson {
    /// What lists show of it.
    pub card: Card,
    /// Vocabulary ids.
    pub grades: Vec<String>,
    /// As on the screen.
    pub teachers: Vec<String>,
    /// What it says of itself.
    pub description: Option<String>,
    /// When what is looked for is said, in order.
    pub moments: Vec<Moment>,
}

/// Words that are said, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// From the recording's beginning.
    pub start: Millis,
    /// The caption.
    pub line: String,
    /// BCP 47, of the captions.
    pub language: String,
}

/// Lessons that fit, the best first, and whether there are more.
type Ranked = (Vec<LessonId>, bool);

/// How lessons fit, the best first: a table of the index, the columns of it that count, and how the words do.
const RANKS: [(&str, &str, Fit); 8] = [
    ("lesson_words", "{title} : ", Fit::Exact),
    ("lesson_words", "{title} : ", Fit::Beginning),
    ("lesson_words", "{title topic people} : ", Fit::Exact),
    ("lesson_words", "{title topic people} : ", Fit::Beginning),
    ("main_words", "", Fit::Exact),
    ("main_words", "", Fit::Beginning),
    ("all_words", "", Fit::Exact),
    ("all_words", "", Fit::Beginning),
];

impl Catalogue {
    /// Finds listed lessons. Words that no lesson has are taken for the nearest that some have.
    pub async fn search(&self, search: Search) -> Result<Results, Error> {
        let lexicon = self.lexicon();
        let answer = self.read(move |c| c.search(&search, &lexicon)).await?;
        if answer.captions.iter().all(Vec::is_empty) {
            return Ok(answer.results);
        }
        let read = tokio::task::spawn_blocking(move || answer.with_moments());
        read.await.map_err(|_| Error::Closed)
    }

    /// [`Catalogue::search`] for code that is not async.
    pub fn search_blocking(&self, search: Search) -> Result<Results, Error> {
        let lexicon = self.lexicon();
        let answer = self.read_blocking(move |c| c.search(&search, &lexicon))?;
        Ok(answer.with_moments())
    }
}

/// What the catalogue has, and the captions in which moments are still to be found: a reader does not wait for files.
struct Answer {
    results: Results,
    /// Of each lesson.
    captions: Vec<Vec<Captions>>,
}

/// A file of captions.
struct Captions {
    language: String,
    path: PathBuf,
    bytes: u64,
}

impl Answer {
    /// Reads the captions, the first file and [`MOST_READ`] of the others at most.
    fn with_moments(self) -> Results {
        let mut results = self.results;
        let first = self.captions.iter().flatten().next();
        let mut to_read = MOST_READ + first.map_or(0, |file| file.bytes);
        for (lesson, captions) in results.lessons.iter_mut().zip(self.captions) {
            lesson.moments = said_in(captions, &results.query, &mut to_read);
        }
        results
    }
}

/// When a lesson says what is looked for, by those of its captions that say most of it.
fn said_in(captions: Vec<Captions>, query: &Query, to_read: &mut u64) -> Vec<Moment> {
    let (mut best, mut most) = (Vec::new(), 0);
    for file in captions {
        let Some(rest) = to_read.checked_sub(file.bytes) else {
            break;
        };
        *to_read = rest;
        let lines = index::lines(&file.path);
        let places = moments(lines.iter().map(|(_, line)| line.as_str()), query, MOMENTS);
        let says = |place: &usize| query.found_in(&lines[*place].1).0.count_ones();
        let said = places.iter().map(says).max().unwrap_or(0);
        if said > most {
            most = said;
            let moment = |place: &usize| Moment {
                start: Millis(lines[*place].0),
                line: lines[*place].1.clone(),
                language: file.language.clone(),
            };
            best = places.iter().map(moment).collect();
        }
    }
    best
}

impl Snapshot<'_> {
    fn search(&self, search: &Search, lexicon: &RwLock<Lexicon>) -> Result<Answer, Error> {
        let text: String = search.text.chars().take(LONGEST_QUERY).collect();
        let mut results = Results {
            query: Query::read(&text),
            ..Results::default()
        };
        let answer = |results| Answer {
            results,
            captions: Vec::new(),
        };
        if results.query.is_empty() && (!text.trim().is_empty() || search.facets.is_empty()) {
            return Ok(answer(results));
        }
        let (skip, limit) = (search.skip, search.limit);
        let mut found = match self.knows(&results.query)? {
            true => self.ranked(&results.query, &search.facets, skip, limit)?,
            false => (Vec::new(), false),
        };
        // A page behind the last one has none either.
        let none = |skip| Ok::<_, Error>(skip == 0 || !self.finds(&results.query, &search.facets)?);
        if !results.query.is_empty() && found.0.is_empty() && none(skip)? {
            // What other lessons have was typed right.
            let filtered =
                !search.facets.is_empty() && self.finds(&results.query, &Facets::default())?;
            if filtered {
                return Ok(answer(results));
            }
            if let Some(meant) = self.meant(&text, search, lexicon)? {
                found = meant.found;
                (results.query, results.corrected) = (meant.query, Some(meant.corrected));
            }
        } else if !results.query.is_empty()
            && skip == 0
            && !found.1
            && found.0.len() < FEW.min(limit)
        {
            results.suggested =
                self.better(&results.query, &search.facets, found.0.len(), lexicon)?;
        }
        results.more = found.1;
        let mut captions = Vec::new();
        for id in found.0 {
            let Some(lesson) = self.found(id)? else {
                continue;
            };
            let wanted = search.moments && lesson.card.captioned && !results.query.is_empty();
            captions.push(match wanted {
                true => self.captions(id)?,
                false => Vec::new(),
            });
            results.lessons.push(lesson);
        }
        Ok(Answer { results, captions })
    }

    /// Lessons that fit, the best first, and whether there are more.
    fn ranked(
        &self,
        query: &Query,
        facets: &Facets,
        skip: usize,
        limit: usize,
    ) -> Result<Ranked, Error> {
        let filter = quoted(&facets.words());
        let (mut all, mut seen) = (Vec::new(), HashSet::<i64>::new());
        let end = skip.saturating_add(limit);
        for (table, columns, fit) in RANKS {
            if fit == Fit::Beginning && !query.has_beginnings() {
                continue;
            }
            let expression = match query.is_empty() {
                true => filter.clone(),
                false => format!("{columns}({}) AND {filter}", query.expression(fit)),
            };
            // Who fits better fits here as well.
            let most = MOST_FOUND + 1 + seen.len();
            let rows = self.matching(table, &expression, most)?;
            let fresh: Vec<i64> = rows.into_iter().filter(|id| !seen.contains(id)).collect();
            let fresh = self.in_programme_order(&fresh)?;
            seen.extend(&fresh);
            all.extend(fresh);
            if all.len() > end || all.len() > MOST_FOUND || query.is_empty() {
                break;
            }
        }
        let more = all.len() > end.min(MOST_FOUND);
        all.truncate(MOST_FOUND);
        let page = all.into_iter().skip(skip).take(limit);
        Ok((page.map(LessonId).collect(), more))
    }

    /// Rows that a table of the index has for `expression`, the newest first.
    fn matching(&self, table: &str, expression: &str, most: usize) -> Result<Vec<i64>, Error> {
        Ok(self
            .sql()
            .prepare_cached(&format!(
                "SELECT rowid FROM {table} WHERE {table} MATCH :expression ORDER BY rowid DESC LIMIT :most"
            ))?
            .query_map(
                named_params! {":expression": expression, ":most": most as i64},
                |r| r.get(0),
            )?
            .collect::<Result<_, _>>()?)
    }

    fn in_programme_order(&self, lessons: &[i64]) -> Result<Vec<i64>, Error> {
        let ids = serde_json::json!(lessons).to_string();
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT l.id FROM json_each(:ids) j CROSS JOIN lessons l ON l.id = j.value
                 WHERE l.listed ORDER BY l.shelf_order, l.id",
            )?
            .query_map(named_params! {":ids": ids}, |r| r.get(0))?
            .collect::<Result<_, _>>()?)
    }

    /// A lesson as a result shows it, without moments; `None`: it is not listed.
    fn found(&self, id: LessonId) -> Result<Option<FoundLesson>, Error> {
        let found = self
            .sql()
            .prepare_cached(&format!(
                "SELECT {CARD}, l.description AS said FROM lessons l
                 JOIN lesson_grades g ON g.lesson = l.id AND g.position = 0
                 LEFT JOIN recordings r ON r.id = l.current_recording WHERE l.id = :id AND l.listed"
            ))?
            .query_row(named_params! {":id": id.0}, |r| {
                Ok((read_card(r)?, r.get("said")?))
            })
            .optional()?;
        let Some((card, description)) = found else {
            return Ok(None);
        };
        let list = |sql: &str| -> Result<Vec<String>, Error> {
            let mut all = self.sql().prepare_cached(sql)?;
            let all = all.query_map(named_params! {":id": id.0}, |r| r.get(0))?;
            Ok(all.collect::<Result<_, _>>()?)
        };
        Ok(Some(FoundLesson {
            grades: list("SELECT grade FROM lesson_grades WHERE lesson = :id ORDER BY position")?,
            teachers: list(
                "SELECT name FROM lesson_teachers WHERE lesson = :id ORDER BY position",
            )?,
            moments: Vec::new(),
            card,
            description,
        }))
    }

    /// A lesson's captions as they are shown.
    fn captions(&self, lesson: LessonId) -> Result<Vec<Captions>, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT f.language, f.placement, f.location, f.bytes FROM lessons l
                 JOIN files f ON f.recording = l.current_recording AND f.role = 'captions' AND f.replaced_at IS NULL
                 WHERE l.id = :id ORDER BY f.position, f.id",
            )?
            .query_map(named_params! {":id": lesson.0}, |r| {
                let location: String = r.get("location")?;
                Ok(Captions {
                    language: r.get("language")?,
                    path: index::place(self.sql(), r.get("placement")?, &location),
                    bytes: super::lessons::unsigned(r, "bytes")?,
                })
            })?
            .collect::<Result<_, _>>()?)
    }
}

impl Snapshot<'_> {
    /// What the index takes of the catalogue's file.
    pub fn index_bytes(&self) -> Result<Bytes, Error> {
        Ok(Bytes(self.sql().query_row(
            "SELECT (SELECT sum(length(block)) FROM lesson_words_data) + (SELECT sum(length(block)) FROM main_words_data)
                    + (SELECT sum(length(block)) FROM all_words_data) + (SELECT sum(2 * length(word) + length(written) + 8) FROM words)",
            [],
            |r| super::lessons::unsigned(r, 0),
        )?))
    }

    /// The school years of listed lessons, the latest first.
    pub fn school_years(&self) -> Result<Vec<String>, Error> {
        /// A programme has fewer.
        const MOST: usize = 50;
        let mut after = Facet::SchoolYear.word("");
        let mut next = self.sql().prepare_cached(
            "SELECT term FROM all_words_terms WHERE term >= :after ORDER BY term LIMIT 1",
        )?;
        let mut years = Vec::new();
        while years.len() < MOST {
            let found: Option<String> = next
                .query_row(named_params! {":after": after}, |r| r.get(0))
                .optional()?;
            let Some((word, year)) =
                found.and_then(|word| Some((word.clone(), Facet::SchoolYear.value(&word)?)))
            else {
                break;
            };
            years.push(year);
            // The least that comes after it.
            after = word + "\u{1}";
        }
        years.reverse();
        Ok(years)
    }
}

/// Words as an FTS5 expression that wants all of them. They are folded or our own, so none has a quotation mark.
fn quoted(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    words.join(" AND ")
}
