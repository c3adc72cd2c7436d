//! What search finds, kept in step: whatever changes a lesson marks it, and before the change is committed its words
//! are indexed anew, those of its captions included.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Read;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, named_params};

use super::check::Fault;
use super::facets::Facet;
use super::{Change, Error, Placement, Role, Snapshot};
use crate::captions;
use crate::search::fold::{Word, words};
use crate::search::lexicon::is_worth_keeping;
use crate::units::LessonId;

/// Lessons indexed in one transaction after an upgrade: as many as a WAL of some megabytes holds.
const STEP: u32 = 500;
/// Lines that say a word, from which on the lesson is taken to be about it.
const OFTEN: u32 = 3;

/// Everything of a lesson that can be found.
#[derive(Default)]
struct Indexed {
    listed: bool,
    title: Vec<String>,
    topic: Vec<String>,
    people: Vec<String>,
    description: Vec<String>,
    facets: Vec<String>,
    /// Lines that say each word; what the lesson says of itself is not counted.
    said: BTreeMap<String, u32>,
    /// Of listed lessons: how words are written, by how they are folded.
    written: BTreeMap<String, String>,
}

/// Marks a lesson whose words may have changed.
pub(super) fn mark(sql: &Connection, lesson: LessonId) -> Result<(), Error> {
    sql.prepare_cached("INSERT OR IGNORE INTO index_due (lesson) VALUES (:lesson)")?
        .execute(named_params! {":lesson": lesson.0})?;
    Ok(())
}

/// Indexes at most `most` of the marked lessons; how many there were.
pub(super) fn catch_up(sql: &Connection, most: u32) -> Result<usize, Error> {
    let due: Vec<i64> = sql
        .prepare_cached("SELECT lesson FROM index_due LIMIT :most")?
        .query_map(named_params! {":most": most}, |r| r.get(0))?
        .collect::<Result<_, _>>()?;
    for id in &due {
        put(sql, LessonId(*id))?;
        sql.prepare_cached("DELETE FROM index_due WHERE lesson = :id")?
            .execute(named_params! {":id": id})?;
    }
    Ok(due.len())
}

/// Indexes what an upgrade, or a program that was killed meanwhile, left to do.
pub(super) fn finish(connection: &mut Connection) -> Result<(), Error> {
    let due: u64 = connection.query_row("SELECT count(*) FROM index_due", [], |r| {
        super::lessons::unsigned(r, 0)
    })?;
    let mut done = 0;
    while done < due {
        let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let indexed = catch_up(&step, STEP)?;
        step.commit()?;
        if indexed == 0 {
            break;
        }
        done += indexed as u64;
        tracing::info!(done, of = due, "indexing what is said in lessons");
    }
    Ok(())
}

/// Puts a lesson into the index, or takes it out.
fn put(sql: &Connection, lesson: LessonId) -> Result<(), Error> {
    for table in ["lesson_words", "main_words", "all_words"] {
        sql.prepare_cached(&format!("DELETE FROM {table} WHERE rowid = :id"))?
            .execute(named_params! {":id": lesson.0})?;
    }
    let Some(text) = read(sql, lesson)? else {
        return Ok(());
    };
    sql.prepare_cached(
        "INSERT INTO lesson_words (rowid, title, topic, people, description, facets)
         VALUES (:id, :title, :topic, :people, :description, :facets)",
    )?
    .execute(named_params! {
        ":id": lesson.0, ":title": text.title.join(" "), ":topic": text.topic.join(" "),
        ":people": text.people.join(" "), ":description": text.description.join(" "),
        ":facets": text.facets.join(" "),
    })?;
    if !text.listed {
        return Ok(());
    }
    for (table, words) in [("main_words", text.main()), ("all_words", text.all())] {
        let words: Vec<&str> = words.into_iter().collect();
        sql.prepare_cached(&format!(
            "INSERT INTO {table} (rowid, words) VALUES (:id, :words)"
        ))?
        .execute(named_params! {":id": lesson.0, ":words": words.join(" ")})?;
    }
    let mut add =
        sql.prepare_cached("INSERT OR IGNORE INTO words (word, written) VALUES (:word, :written)")?;
    for (word, written) in &text.written {
        add.execute(named_params! {":word": word, ":written": written})?;
    }
    Ok(())
}

impl Indexed {
    /// What it says of itself, and what is said more than once or twice.
    fn main(&self) -> BTreeSet<&str> {
        let often = self.said.iter().filter(|(_, lines)| **lines >= OFTEN);
        let often = often.map(|(word, _)| word.as_str());
        self.own().map(String::as_str).chain(often).collect()
    }

    fn all(&self) -> BTreeSet<&str> {
        let said = self.said.keys();
        self.own().chain(said).map(String::as_str).collect()
    }

    fn own(&self) -> impl Iterator<Item = &String> {
        let text = self.title.iter().chain(&self.topic).chain(&self.people);
        text.chain(&self.description).chain(&self.facets)
    }

    fn add(&mut self, text: &str, field: impl Fn(&mut Self) -> &mut Vec<String>) {
        for word in words(text) {
            self.remember(text, &word);
            field(self).push(word.folded);
        }
    }

    fn say(&mut self, line: &str) {
        let mut here = BTreeSet::new();
        for word in words(line) {
            self.remember(line, &word);
            here.insert(word.folded);
        }
        for word in here {
            *self.said.entry(word).or_default() += 1;
        }
    }

    fn remember(&mut self, text: &str, word: &Word) {
        if self.listed && is_worth_keeping(&word.folded) && !self.written.contains_key(&word.folded)
        {
            let written = lower(&text[word.range.clone()]);
            self.written.insert(word.folded.clone(), written);
        }
    }

    /// One number for each table that says what of the lesson stands there. The order of words does not count.
    fn sums(&self) -> [u64; 3] {
        let mut sums = [0_u64; 3];
        let columns = [
            &self.title,
            &self.topic,
            &self.people,
            &self.description,
            &self.facets,
        ];
        for (column, words) in columns.into_iter().enumerate() {
            let distinct: BTreeSet<&String> = words.iter().collect();
            for word in distinct {
                sums[0] = sums[0].wrapping_add(sum(word, Some(COLUMNS[column])));
            }
        }
        if self.listed {
            for (at, words) in [(1, self.main()), (2, self.all())] {
                for word in words {
                    sums[at] = sums[at].wrapping_add(sum(word, None));
                }
            }
        }
        sums
    }
}

const COLUMNS: [&str; 5] = ["title", "topic", "people", "description", "facets"];
/// The tables of the index, by what tells which words they have of which lessons.
const TABLES: [&str; 3] = ["lesson_words_terms", "main_words_terms", "all_words_terms"];

fn sum(word: &str, column: Option<&str>) -> u64 {
    let mut hash = DefaultHasher::new();
    (word, column).hash(&mut hash);
    hash.finish()
}

/// What is to be found of a lesson; `None`: it is gone.
fn read(sql: &Connection, lesson: LessonId) -> Result<Option<Indexed>, Error> {
    let Some(whole) = Snapshot::new(sql).lesson(lesson)? else {
        return Ok(None);
    };
    let listed: bool = sql
        .prepare_cached("SELECT listed FROM lessons WHERE id = :id")?
        .query_row(named_params! {":id": lesson.0}, |r| r.get(0))?;
    let d = &whole.description;
    let mut text = Indexed {
        listed,
        ..Indexed::default()
    };
    text.add(&d.title, |t| &mut t.title);
    text.add(whole.code.as_str(), |t| &mut t.topic);
    for said in [&d.topic, &d.unit, &d.programme].into_iter().flatten() {
        text.add(said, |t| &mut t.topic);
    }
    for name in d.teachers.iter().chain(&d.interpreter) {
        text.add(name, |t| &mut t.people);
    }
    for said in d
        .description
        .iter()
        .chain(d.chapters.iter().map(|c| &c.title))
    {
        text.add(said, |t| &mut t.description);
    }
    let captioned = whole.files_of(Role::Captions).next().is_some();
    let mut facets = vec![
        Facet::Subject.word(&d.subject),
        Facet::Section.word(&d.section),
    ];
    facets.extend(d.grades.iter().map(|grade| Facet::Grade.word(grade)));
    facets.extend(
        d.school_year
            .iter()
            .map(|year| Facet::SchoolYear.word(year)),
    );
    facets.extend(d.broadcasts.iter().map(|b| Facet::Channel.word(&b.channel)));
    for (facet, is_so) in [
        (Facet::Listed, listed),
        (Facet::Signed, d.interpreter.is_some()),
        (Facet::Captioned, captioned),
    ] {
        facets.extend(is_so.then(|| facet.word("")));
    }
    text.facets = facets;
    if listed {
        for file in whole.files_of(Role::Captions) {
            let path = place(sql, file.file.placement, &file.file.location);
            for line in lines(&path) {
                text.say(&line.1);
            }
        }
    }
    Ok(Some(text))
}

/// Where the bytes of a file lie.
pub(super) fn place(sql: &Connection, placement: Placement, location: &str) -> PathBuf {
    match placement {
        Placement::InPlace => PathBuf::from(location),
        Placement::Store => {
            let catalogue = sql.path().map(Path::new).and_then(Path::parent);
            catalogue.unwrap_or(Path::new("")).join(location)
        }
    }
}

/// What captions say, line by line, as a transcript has it: from when, in milliseconds. What stands there again because
/// captions roll is said once. Nothing of those that cannot be read: who checks the archive is told of them, and a
/// lesson can be found by all else.
pub(super) fn lines(path: &Path) -> Vec<(u64, String)> {
    let mut bytes = Vec::new();
    let most = captions::MAX_BYTES as u64;
    let read = std::fs::File::open(path).and_then(|f| f.take(most + 1).read_to_end(&mut bytes));
    let parsed = match read {
        Ok(_) => captions::read(&bytes).map_err(|e| e.to_string()),
        Err(e) => Err(e.to_string()),
    };
    match parsed {
        Ok(parsed) => {
            let paragraphs = captions::paragraphs(&parsed.captions, &[]);
            let lines = paragraphs.into_iter().flat_map(|p| p.lines);
            lines.map(|line| (line.start.0, line.text)).collect()
        }
        Err(why) => {
            tracing::warn!(path = %path.display(), why, "captions cannot be searched");
            Vec::new()
        }
    }
}

/// In small letters, as far as can be told without knowing the language.
fn lower(written: &str) -> String {
    let azerbaijani = written.chars().any(|c| "əƏğĞışŞçÇöÖüÜİı".contains(c));
    let small = |c: char| match c {
        'İ' => "i".to_owned(),
        'I' if azerbaijani => "ı".to_owned(),
        c => c.to_lowercase().collect(),
    };
    written.chars().map(small).collect()
}

impl Snapshot<'_> {
    /// The lessons of which the index does not have what it should, and those of which it has something though they
    /// are gone. Goes through all of it.
    ///
    /// # Errors
    /// [`Error::Sqlite`] when the index is too damaged to be gone through.
    pub fn index_differs(&self) -> Result<Vec<LessonId>, Error> {
        let mut there: HashMap<i64, [u64; 3]> = HashMap::new();
        for (at, table) in TABLES.into_iter().enumerate() {
            let mut all = self
                .sql()
                .prepare(&format!("SELECT term, doc, col FROM {table}"))?;
            let mut rows = all.query([])?;
            while let Some(row) = rows.next()? {
                let column = row.get_ref(2)?.as_str_or_null().ok().flatten();
                let column = column.filter(|_| at == 0);
                let lesson = row.get_ref(0)?.as_str().map(|word| sum(word, column));
                let Ok(sum) = lesson else { continue };
                let sums = there.entry(row.get(1)?).or_default();
                sums[at] = sums[at].wrapping_add(sum);
            }
        }
        // What an upgrade left to do is done when the archive is opened.
        let due: HashSet<LessonId> = self
            .sql()
            .prepare("SELECT lesson FROM index_due")?
            .query_map([], |r| r.get(0).map(LessonId))?
            .collect::<Result<_, _>>()?;
        let mut differing = Vec::new();
        let mut after = LessonId(0);
        loop {
            let step = self.lesson_ids(after, STEP)?;
            let Some(last) = step.last() else { break };
            after = *last;
            for id in step.into_iter().filter(|id| !due.contains(id)) {
                let found = there.remove(&id.0).unwrap_or_default();
                if read(self.sql(), id)?.is_some_and(|text| text.sums() != found) {
                    differing.push(id);
                }
            }
        }
        differing.extend(there.into_keys().map(LessonId));
        differing.sort_unstable();
        Ok(differing)
    }

    /// [`Snapshot::index_differs`] as sentences.
    pub(super) fn index_faults(&self) -> Result<Vec<Fault>, Error> {
        let differing = match self.index_differs() {
            Ok(differing) => differing,
            Err(e) => {
                return Ok(vec![Fault(format!(
                    "the index of words cannot be read ({e}); --repair makes it anew"
                ))]);
            }
        };
        let mut code = self
            .sql()
            .prepare("SELECT code FROM lessons WHERE id = :id")?;
        let mut faults = Vec::new();
        for id in differing {
            let code: Option<String> = code
                .query_row(named_params! {":id": id.0}, |r| r.get(0))
                .optional()?;
            let whose = code.unwrap_or_else(|| format!("row {}, which is no lesson", id.0));
            faults.push(Fault(format!(
                "{whose}: search does not find what it says; --repair mends that"
            )));
        }
        Ok(faults)
    }
}

impl Change<'_> {
    /// Indexes these lessons anew; of those that are gone, nothing is left in the index.
    pub fn index_anew(&self, lessons: &[LessonId]) -> Result<(), Error> {
        lessons.iter().try_for_each(|id| put(self.sql(), *id))
    }

    /// Empties the index. The caller then indexes every lesson anew.
    pub fn empty_index(&self) -> Result<(), Error> {
        self.sql().execute_batch(
            "INSERT INTO lesson_words (lesson_words) VALUES ('delete-all');
             INSERT INTO main_words (main_words) VALUES ('delete-all');
             INSERT INTO all_words (all_words) VALUES ('delete-all');",
        )?;
        Ok(())
    }
}
