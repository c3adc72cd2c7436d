//! Taking a sheet into the archive, row by row: bytes first, then rows in small transactions.
//!
//! Every step leaves the archive whole, so an import may be killed at any moment and run again: what is
//! in already is recognised and left as it is.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::columns::Column;
use super::describe::{description_of, keeping_absent_columns};
use super::error::CellError;
use super::intake::{Intake, Seen, fault};
use super::row::{CaptionFile, Row};
use super::settle::{
    Ready, Take, Whose, lesson_of, log_description, save, shown, shows, unpublishing,
};
use crate::captions;
use crate::catalogue::{Catalogue, Change, Error, Found, Lesson, Target};
use crate::units::{Code, LessonId, Millis};

/// Rows written in one transaction. Each commit waits for the disk; a batch shares the wait.
const BATCH: usize = 32;
/// Rows that took long (large recordings) do not wait for others: what is copied is soon in.
const PATIENCE: Duration = Duration::from_secs(2);

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// A new lesson; without a code, since nothing was written.
    WouldAdd,
    /// A new lesson.
    Added(Code),
    /// A lesson that says or shows something else now.
    Changed(Code),
    /// Everything was so already.
    Unchanged(Code),
}

/// Whether anything is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Take everything in.
    Write,
    /// Look at everything, write nothing.
    DryRun,
}

/// A row, its line, and what became of it or what is wrong with it.
pub struct Answer {
    /// Of the sheet.
    pub line: u64,
    /// For the message.
    pub title: String,
    /// What became of it.
    pub result: Result<Fate, Vec<CellError>>,
}

/// Takes the rows of one sheet in.
pub struct Importer<'a> {
    catalogue: &'a Catalogue,
    intake: Intake<'a>,
    columns: Vec<Column>,
    mode: Mode,
    ready: Vec<Ready>,
    answers: Vec<Answer>,
    /// Rows whose `variant_of` names a lesson that was not there yet: it may follow in the sheet.
    variants: Vec<(u64, LessonId, Code)>,
    /// The same of a dry run, which has no lessons for its rows.
    foreseen_variants: Vec<(u64, Code)>,
    /// Codes that the sheet has named, and where first.
    codes: HashMap<Code, u64>,
    /// When the first of the ready rows was ready.
    waiting: Option<Instant>,
}

impl<'a> Importer<'a> {
    /// An importer for a sheet that has `columns`.
    pub(super) fn new(
        catalogue: &'a Catalogue,
        intake: Intake<'a>,
        columns: &[Column],
        mode: Mode,
    ) -> Self {
        Self {
            catalogue,
            intake,
            columns: columns.to_vec(),
            mode,
            ready: Vec::new(),
            answers: Vec::new(),
            variants: Vec::new(),
            foreseen_variants: Vec::new(),
            codes: HashMap::new(),
            waiting: None,
        }
    }

    /// Takes one row in, or notes what is wrong with it. Its answer comes with one of the next
    /// [`Importer::answers`].
    pub fn add(&mut self, line: u64, row: Row) -> Result<(), Error> {
        let title = row.title.clone();
        if let Some(code) = row.code
            && let Some(first) = self.codes.insert(code, line)
        {
            self.codes.insert(code, first);
            let problem = format!("stands in line {first} already");
            let remedy = "a lesson has one row; leave the cell empty for another lesson";
            let result = Err(vec![fault(
                line,
                Column::Code,
                code.as_str(),
                problem,
                remedy,
            )]);
            self.answers.push(Answer {
                line,
                title,
                result,
            });
            return Ok(());
        }
        let outcome = match self.mode {
            Mode::Write => self.prepare(line, row)?.map(|ready| self.ready.push(ready)),
            Mode::DryRun => self.foresee(line, &row)?.map(|fate| {
                self.answers.push(Answer {
                    line,
                    title: title.clone(),
                    result: Ok(fate),
                });
            }),
        };
        if let Err(faults) = outcome {
            self.answers.push(Answer {
                line,
                title,
                result: Err(faults),
            });
        }
        if self.ready.is_empty() {
            return Ok(());
        }
        let waiting = self.waiting.get_or_insert_with(Instant::now).elapsed();
        if self.ready.len() >= BATCH || waiting >= PATIENCE {
            self.commit()
        } else {
            Ok(())
        }
    }

    /// Writes what is prepared, then resolves variants that were named before they came.
    pub fn finish(&mut self) -> Result<(), Error> {
        self.commit()?;
        for (line, code) in std::mem::take(&mut self.foreseen_variants) {
            if !self.codes.contains_key(&code) {
                self.answers.push(unknown_variant(line, code));
            }
        }
        for (line, id, code) in std::mem::take(&mut self.variants) {
            let set = move |c: &Change<'_>| {
                let Some(lesson) = c.snapshot().lesson(id)? else {
                    return Ok(());
                };
                let mut description = lesson.description.clone();
                description.variant_of = Some(code);
                c.save_lesson(Target::Existing(id), &description)?;
                log_description(c, (id, lesson.code), Some(&lesson), &description)
            };
            match self.catalogue.write_blocking(set) {
                Err(Error::Invalid(_)) => self.answers.push(unknown_variant(line, code)),
                other => other?,
            }
        }
        Ok(())
    }

    /// The answers that have come in since the last call.
    pub fn answers(&mut self) -> Vec<Answer> {
        std::mem::take(&mut self.answers)
    }

    /// Everything slow and everything that can be refused, before the transaction.
    fn prepare(&self, line: u64, row: Row) -> Result<Result<Ready, Vec<CellError>>, Error> {
        let mut faults = Vec::new();
        let mut parsed = Vec::new();
        let mut captions = Vec::new();
        for (n, cell) in (0..).zip(&row.captions) {
            let taken = self.intake.read_captions(line, cell).and_then(|read| {
                let file = self.intake.captions(line, cell, n, &read)?;
                Ok((file, read))
            });
            match taken {
                Ok((file, read)) => {
                    captions.push(file);
                    parsed.push((cell, read));
                }
                Err(fault) => faults.push(fault),
            }
        }
        let mut keep = |result: Result<_, CellError>| result.map_err(|e| faults.push(e)).ok();
        let attachments = (0..)
            .zip(&row.attachments)
            .filter_map(|(n, a)| keep(self.intake.attachment(line, a, n)))
            .collect();
        // The recording last: it is the slow one, and not worth copying for a row that is refused.
        let take = match &row.file {
            None => Some(Take::Nothing),
            Some(_) if !faults.is_empty() => None,
            Some(name) => match self.intake.see(line, Column::File, name) {
                Ok(seen) => match self.recording(line, name, seen, &row)? {
                    Ok(take) => Some(take),
                    Err(e) => {
                        faults.push(e);
                        None
                    }
                },
                Err(e) => {
                    faults.push(e);
                    None
                }
            },
        };
        warn_of_captions(line, parsed, take.as_ref().and_then(Take::duration));
        Ok(match take {
            Some(take) if faults.is_empty() => Ok(Ready {
                line,
                row,
                take,
                captions,
                attachments,
            }),
            _ => Err(faults),
        })
    }

    fn recording(
        &self,
        line: u64,
        name: &str,
        seen: Seen,
        row: &Row,
    ) -> Result<Result<Take, CellError>, Error> {
        let known = self.known(&seen)?;
        if let Some(sha256) = known
            && let Some(lesson) = self.target(row, Some(&seen), known)?
            && let Some(file) = shown(&lesson, &sha256)
            && self.intake.is_well(&file.file, &seen)
        {
            // An exported sheet names the archive's own copy: where it came from first is worth more.
            let own = self.intake.store.key_at(&seen.path).is_some();
            return Ok(Ok(Take::Present {
                sha256,
                path: seen.origin.path.clone(),
                origin: (!own).then_some(seen.origin),
                duration: file.file.duration,
            }));
        }
        let taken = self
            .intake
            .probe(line, name, &seen)
            .and_then(|report| self.intake.take(line, name, &seen, &report, known));
        Ok(taken.map(|footage| Take::Footage(Box::new(footage))))
    }

    /// The hash of a file that was imported before and has not changed since, or that lies in the store.
    fn known(&self, seen: &Seen) -> Result<Option<[u8; 32]>, Error> {
        if let Some(key) = self.intake.store.key_at(&seen.path) {
            return self.catalogue.read_blocking(move |c| c.hash_at(&key));
        }
        let path = seen.origin.path.clone();
        let before = self
            .catalogue
            .read_blocking(move |c| c.imported_from(&path))?;
        Ok(before
            .filter(|(origin, _)| *origin == seen.origin)
            .map(|(_, sha256)| sha256))
    }

    fn target(
        &self,
        row: &Row,
        seen: Option<&Seen>,
        sha256: Option<[u8; 32]>,
    ) -> Result<Option<Lesson>, Error> {
        let (row, origin) = (row.clone(), seen.map(|s| s.origin.path.clone()));
        self.catalogue.read_blocking(move |c| {
            match lesson_of(c, &row, origin.as_deref(), sha256.as_ref())? {
                Ok(Whose::Lesson(id)) => c.lesson(id),
                _ => Ok(None),
            }
        })
    }

    /// What importing the row would do, as far as it can be seen without copying anything.
    fn foresee(&mut self, line: u64, row: &Row) -> Result<Result<Fate, Vec<CellError>>, Error> {
        let mut faults = Vec::new();
        let mut parsed = Vec::new();
        for cell in &row.captions {
            match self.intake.read_captions(line, cell) {
                Ok(read) => parsed.push((cell, read)),
                Err(fault) => faults.push(fault),
            }
        }
        for name in &row.attachments {
            faults.extend(self.intake.see(line, Column::Attachments, name).err());
        }
        let mut seen = None;
        let mut known = None;
        let mut duration = None;
        if let Some(name) = &row.file {
            match self.intake.see(line, Column::File, name) {
                Ok(s) => {
                    known = self.known(&s)?;
                    if known.is_none() {
                        match self.intake.probe(line, name, &s) {
                            Ok(report) => duration = Some(report.duration),
                            Err(fault) => faults.push(fault),
                        }
                        known = self
                            .intake
                            .hash(&s, self.target(row, Some(&s), None)?.as_ref());
                    }
                    seen = Some(s);
                }
                Err(e) => faults.push(e),
            }
        }
        warn_of_captions(line, parsed, duration);
        if let Some(code) = row.variant_of {
            let found = self.catalogue.read_blocking(move |c| c.find(code))?;
            if found == Found::Unknown {
                self.foreseen_variants.push((line, code));
            }
        }
        let (asked, origin) = (row.clone(), seen.as_ref().map(|s| s.origin.path.clone()));
        let whose = self
            .catalogue
            .read_blocking(move |c| lesson_of(c, &asked, origin.as_deref(), known.as_ref()))?;
        let fate = match whose {
            Err(problem) => {
                faults.push(problem.at(line, row));
                None
            }
            Ok(Whose::Nobody | Whose::NewWithCode(_)) => Some(Fate::WouldAdd),
            Ok(Whose::Lesson(_)) => self.target(row, seen.as_ref(), known)?.map(|old| {
                let new = keeping_absent_columns(
                    description_of(row),
                    old.description.clone(),
                    &self.columns,
                );
                faults.extend(unpublishing(line, &old, &new));
                let same_footage =
                    seen.is_none() || known.is_some_and(|sha256| shows(&old, &sha256));
                if new == old.description && same_footage {
                    Fate::Unchanged(old.code)
                } else {
                    Fate::Changed(old.code)
                }
            }),
        };
        Ok(match fate {
            Some(fate) if faults.is_empty() => Ok(fate),
            _ => Err(faults),
        })
    }

    fn commit(&mut self) -> Result<(), Error> {
        self.waiting = None;
        if self.ready.is_empty() {
            return Ok(());
        }
        let (ready, columns) = (std::mem::take(&mut self.ready), self.columns.clone());
        let (answers, variants) = self.catalogue.write_blocking(move |c| {
            let (mut answers, mut variants) = (Vec::new(), Vec::new());
            for ready in ready {
                let (line, title) = (ready.line, ready.row.title.clone());
                let wanted = ready.row.variant_of;
                let result = match save(c, ready, &columns)? {
                    Ok((saved, left_out)) => {
                        if let (true, Some(code)) = (left_out, wanted) {
                            variants.push((line, saved.id, code));
                        }
                        Ok(saved.fate)
                    }
                    Err(e) => Err(vec![e]),
                };
                answers.push(Answer {
                    line,
                    title,
                    result,
                });
            }
            Ok((answers, variants))
        })?;
        self.answers.extend(answers);
        self.variants.extend(variants);
        Ok(())
    }
}

/// Says in the log what is doubtful in captions that are taken all the same.
fn warn_of_captions(
    line: u64,
    parsed: Vec<(&CaptionFile, captions::Parsed)>,
    duration: Option<Millis>,
) {
    for (cell, mut read) in parsed {
        if let Some(duration) = duration {
            read.compare(duration);
        }
        for warning in &read.warnings {
            tracing::warn!(line, file = cell.path, "captions: {warning}");
        }
    }
}

fn unknown_variant(line: u64, code: Code) -> Answer {
    let problem = "is no lesson of this archive or of this sheet";
    let remedy = "the lesson is taken without it; name the code of the sibling and import again";
    let result = Err(vec![fault(
        line,
        Column::VariantOf,
        code.as_str(),
        problem,
        remedy,
    )]);
    Answer {
        line,
        title: String::new(),
        result,
    }
}
