//! Many lessons at once by a sheet: out into a spreadsheet, and back in with the differences shown first.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;
use std::io::{Cursor, Write};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::lessons::{Version, no_sibling};
use super::{Author, ConflictError, Desk, Error, Rules};
use crate::auth::permission::Act;
use crate::catalogue::{Description, DeskFilter, Lesson, Snapshot, Visibility};
use crate::sheet::{
    CellError, Column, Fault, KnownTerms, ReadOptions, Refused, Row, RowWriter, Separator, fields,
    read_rows, row_without_files, shortened,
};
use crate::units::{Code, LessonId};

/// A sheet at the desk has at most this many bytes.
pub const LARGEST_SHEET: u64 = 4 << 20;
/// A sheet at the desk has at most this many rows.
pub const MOST_ROWS: usize = 5000;
/// Lessons read at once for an export.
const STEP: u32 = 200;

/// What a sheet would do, or did.
#[derive(Clone, Debug, PartialEq)]
pub struct SheetDifference {
    /// In the order of the sheet.
    pub rows: Vec<RowDifference>,
    /// Names this very difference: who applies the sheet with it does what was shown.
    pub digest: String,
}

/// What a row would do, or did.
#[derive(Clone, Debug, PartialEq)]
pub struct RowDifference {
    /// Line of the sheet, from 1.
    pub line: u64,
    /// What the lesson will be called.
    pub title: String,
    /// Its code; `None`: it has none yet.
    pub code: Option<Code>,
    /// What becomes of it.
    pub fate: RowFate,
}

/// What becomes of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum RowFate {
    /// A new lesson.
    New,
    /// These fields change: before and after, as cells.
    Changed(Vec<(Column, String, String)>),
    /// Everything is so already.
    Unchanged,
    /// It is left out, for these reasons.
    Refused(Vec<CellError>),
}

/// What rows of a sheet that were read before are about.
#[derive(Default)]
struct Taken {
    lessons: HashMap<LessonId, u64>,
    codes: HashMap<Code, u64>,
    /// New ones, by what tells a lesson from others when it has no code.
    new: HashMap<String, u64>,
}

/// A row that can be done.
struct Planned {
    lesson: Option<Box<Lesson>>,
    description: Description,
    seen: Option<Version>,
}

impl Desk {
    /// Writes the sheet of the lessons that `author` may edit and `filter` lets through, oldest first; what is
    /// said of them, without files. Returns how many.
    ///
    /// # Errors
    /// The catalogue's, and the writer's.
    pub fn write_sheet(
        &self,
        filter: &DeskFilter,
        separator: Separator,
        out: &mut dyn Write,
    ) -> Result<u64, Error> {
        let mut ids: Vec<LessonId> = Vec::new();
        let mut before = None;
        loop {
            let filter = filter.clone();
            let step = self.ask(move |c| Ok(c.on_desk(&filter, before, STEP)?))?;
            ids.extend(step.iter().map(|l| l.card.id));
            before = step.last().map(|l| l.card.id);
            if step.len() < STEP as usize {
                break;
            }
        }
        let mut sheet = RowWriter::for_spreadsheet(out, self.zone.clone(), separator)?;
        let mut written = 0;
        for id in ids.into_iter().rev() {
            if let Some(lesson) = self.ask(move |c| Ok(c.lesson(id)?))? {
                sheet.write(&row_without_files(&lesson))?;
                written += 1;
            }
        }
        sheet.finish()?;
        Ok(written)
    }

    /// What a sheet would do. Nothing is changed.
    ///
    /// # Errors
    /// [`Error::Sheet`] and [`Error::TooManyRows`]; what is wrong with a row stands in it.
    pub fn foresee_sheet(&self, author: &Author, sheet: Vec<u8>) -> Result<SheetDifference, Error> {
        let (rules, author, options) = (self.rules, author.clone(), self.reading());
        self.ask(move |c| Ok(rules.plan(c, &author, &sheet, &options)?.0))
    }

    /// Does what a sheet says, all of it that can be done, at once. With `digest`, that of the differences that were
    /// shown, only if it still does just that.
    ///
    /// # Errors
    /// As [`Desk::foresee_sheet`]; [`ConflictError::Differs`].
    pub fn apply_sheet(
        &self,
        author: &Author,
        sheet: Vec<u8>,
        digest: Option<String>,
    ) -> Result<SheetDifference, Error> {
        let (rules, author, options) = (self.rules, author.clone(), self.reading());
        self.attempt(move |c| {
            let (mut difference, plans) = rules.plan(&c.snapshot(), &author, &sheet, &options)?;
            if digest.is_some_and(|shown| shown != difference.digest) {
                return Err(ConflictError::Differs.into());
            }
            for (row, plan) in difference.rows.iter_mut().zip(plans) {
                let Some(plan) = plan else { continue };
                match &plan.lesson {
                    Some(lesson) => {
                        rules.change(c, &author, lesson, &plan.description, None)?;
                    }
                    None => {
                        row.code = Some(rules.begin(c, &author, &plan.description)?.code);
                    }
                }
            }
            Ok(difference)
        })
    }
}

impl Rules {
    /// What each row comes to, and for those that do something what is to be done.
    fn plan(
        &self,
        c: &Snapshot<'_>,
        author: &Author,
        sheet: &[u8],
        options: &ReadOptions,
    ) -> Result<(SheetDifference, Vec<Option<Planned>>), Error> {
        if sheet.len() as u64 > LARGEST_SHEET {
            return Err(Error::TooLarge {
                has: sheet.len() as u64,
                most: LARGEST_SHEET,
            });
        }
        let vocabulary = c.vocabulary()?;
        let known = KnownTerms(&vocabulary);
        let mut reader = read_rows(Cursor::new(sheet), options.clone(), &known)?;
        let columns = reader.columns().to_vec();
        let (mut rows, mut plans) = (Vec::new(), Vec::new());
        let mut taken = Taken::default();
        for read in &mut reader {
            if rows.len() == MOST_ROWS {
                return Err(Error::TooManyRows { most: MOST_ROWS });
            }
            let (line, row) = match read {
                Ok(read) => read,
                Err(Refused::Sheet(error)) => return Err(error.into()),
                Err(Refused::Row(errors)) => {
                    rows.push(RowDifference {
                        line: errors.first().map_or(0, |e| e.line),
                        title: String::new(),
                        code: None,
                        fate: RowFate::Refused(errors),
                    });
                    plans.push(None);
                    continue;
                }
            };
            let title = row.title.clone();
            let planned = match row.code.and_then(|code| taken.code(code, line)) {
                Some(error) => Err(vec![error]),
                None => self.plan_row(c, author, line, &row, &columns)?,
            };
            let planned = planned.and_then(|plan| match taken.plan(&plan, line) {
                Some(error) => Err(vec![error]),
                None => Ok(plan),
            });
            let (code, fate, plan) = match planned {
                Err(errors) => (row.code, RowFate::Refused(errors), None),
                Ok(plan) => {
                    let fate = fate_of(&plan, options);
                    let code = plan.lesson.as_ref().map(|l| l.code);
                    let does = fate != RowFate::Unchanged;
                    (code, fate, does.then_some(plan))
                }
            };
            rows.push(RowDifference {
                line,
                title,
                code,
                fate,
            });
            plans.push(plan);
        }
        let digest = digest_of(&rows, &plans);
        Ok((SheetDifference { rows, digest }, plans))
    }

    fn plan_row(
        &self,
        c: &Snapshot<'_>,
        author: &Author,
        line: u64,
        row: &Row,
        columns: &[Column],
    ) -> Result<Result<Planned, Vec<CellError>>, Error> {
        let wrong = |column, value: &str, fault| {
            vec![CellError {
                line,
                column: Some(column),
                value: shortened(value),
                fault,
            }]
        };
        let files = [
            (Column::File, row.file.clone()),
            (
                Column::Captions,
                row.captions.first().map(|f| f.path.clone()),
            ),
            (Column::Attachments, row.attachments.first().cloned()),
        ];
        for (column, named) in files {
            if let Some(path) = named {
                return Ok(Err(wrong(column, &path, Fault::FileAtDesk)));
            }
        }
        let described = row.described();
        let lesson = match row.code {
            Some(code) => match self.lesson(c, author, code, Act::View) {
                Ok(lesson) => Some(Box::new(lesson)),
                Err(refusal @ (Error::Catalogue(_) | Error::Disk(_))) => return Err(refusal),
                Err(_) => {
                    return Ok(Err(wrong(Column::Code, code.as_str(), Fault::NoLesson)));
                }
            },
            None => self.same_of(c, author, &described)?,
        };
        let description = match &lesson {
            None => described,
            Some(lesson) => row.keeping(lesson.description.clone(), columns),
        };
        let before = lesson.as_ref().and_then(|l| l.description.variant_of);
        if let Some(code) = description.variant_of
            && before != Some(code)
            && !self.is_there(c, author, code)?
        {
            return Ok(Err(vec![no_sibling(line, code)]));
        }
        let (old, own) = match &lesson {
            Some(lesson) => (&lesson.description, super::is_own(c, author, lesson.id)?),
            None => (&description, author.person().is_some()),
        };
        let published = lesson.as_ref().is_some_and(|l| l.published.is_some());
        let (was, will) = match &lesson {
            Some(lesson) => (lesson.description.visibility, description.visibility),
            None => (Visibility::Draft, description.visibility),
        };
        if was != will && !self.may(author, Act::Publish, old, own) {
            let fault = Fault::NotYoursToPublish;
            return Ok(Err(wrong(Column::Visibility, will.as_str(), fault)));
        }
        if will == Visibility::Draft && published {
            let fault = Fault::WasPublished;
            return Ok(Err(wrong(Column::Visibility, "draft", fault)));
        }
        if let Some(lesson) = &lesson
            && lesson.description != description
        {
            if !self.may(author, Act::Edit, old, own) {
                let code = lesson.code.as_str();
                return Ok(Err(wrong(Column::Code, code, Fault::NotYours)));
            }
            if !self.may(author, Act::Edit, &description, own) {
                let subject = &description.subject;
                return Ok(Err(wrong(Column::Subject, subject, Fault::OutOfScope)));
            }
        }
        Ok(Ok(Planned {
            seen: lesson.as_ref().map(|l| l.updated),
            lesson,
            description,
        }))
    }

    /// A lesson that says the same of itself and that the author may change: the same sheet twice makes no lesson
    /// twice.
    fn same_of(
        &self,
        c: &Snapshot<'_>,
        author: &Author,
        described: &Description,
    ) -> Result<Option<Box<Lesson>>, Error> {
        for id in c.same_lessons(described, None, None)? {
            // Others may have a lesson that says the same.
            if let Some(lesson) = c.lesson(id)?
                && self.allows(c, author, Act::Edit, &lesson)?
            {
                return Ok(Some(Box::new(lesson)));
            }
        }
        Ok(None)
    }
}

impl Taken {
    /// Refuses a code that stands in an earlier row.
    fn code(&mut self, code: Code, line: u64) -> Option<CellError> {
        let first = first_at(&mut self.codes, code, line)?;
        Some(CellError {
            line,
            column: Some(Column::Code),
            value: code.to_string(),
            fault: Fault::CodeOfLine(first),
        })
    }

    /// Refuses a row that is about the same lesson as an earlier one: one of them would undo the other.
    fn plan(&mut self, plan: &Planned, line: u64) -> Option<CellError> {
        let first = match &plan.lesson {
            Some(lesson) => first_at(&mut self.lessons, lesson.id, line),
            None => {
                let d = &plan.description;
                let own = (&d.title, &d.grades, &d.subject, &d.section);
                let own = format!("{own:?} {:?} {:?}", d.programme, d.lesson_number);
                first_at(&mut self.new, own, line)
            }
        }?;
        Some(CellError {
            line,
            column: Some(Column::Title),
            value: shortened(&plan.description.title),
            fault: Fault::LessonOfLine(first),
        })
    }
}

/// The line where `key` stood first; `None`: here.
fn first_at<K: Hash + Eq>(seen: &mut HashMap<K, u64>, key: K, line: u64) -> Option<u64> {
    match seen.entry(key) {
        Entry::Occupied(first) => Some(*first.get()),
        Entry::Vacant(place) => {
            place.insert(line);
            None
        }
    }
}

fn fate_of(plan: &Planned, options: &ReadOptions) -> RowFate {
    let Some(lesson) = &plan.lesson else {
        return RowFate::New;
    };
    let zone = &options.time_zone;
    let said = Column::ALL.iter().copied().filter(|c| !c.is_of_files());
    let changed: Vec<(Column, String, String)> = said
        .map(|column| {
            let before = fields::cell(&lesson.description, column, zone);
            (
                column,
                before,
                fields::cell(&plan.description, column, zone),
            )
        })
        .filter(|(_, before, after)| before != after)
        .collect();
    match changed.is_empty() {
        true => RowFate::Unchanged,
        false => RowFate::Changed(changed),
    }
}

/// Differs when any row would do something else, or to a lesson in another state.
fn digest_of(rows: &[RowDifference], plans: &[Option<Planned>]) -> String {
    let mut hash = Sha256::new();
    for (row, plan) in rows.iter().zip(plans) {
        // Of a new lesson the row shows the title alone.
        let plan = plan.as_ref().map(|p| (p.seen, &p.description));
        hash.update(format!("{row:?}\n{plan:?}\n").as_bytes());
    }
    HEXLOWER.encode(&hash.finalize())
}
