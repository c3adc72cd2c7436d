//! Show lessons.

use anyhow::bail;
use data_encoding::HEXLOWER;
use serde_json::{Value, json};

use super::{Archive, List, OPERATOR};
use crate::catalogue::{DeskFilter, Stands, StoredFile, Whose};
use crate::cli::people::known;
use crate::cli::{Unsaid, print};
use crate::search::fold::match_expression;
use crate::sheet::{Column, Known, KnownTerms, Vocabulary, fields, shortened};
use crate::units::Code;

/// Lessons fetched in one question.
const STEP: u32 = 200;

impl Archive<'_> {
    pub(super) fn list(&self, list: List) -> anyhow::Result<()> {
        let vocabulary = self.catalogue.read_blocking(|c| c.vocabulary())?;
        for (of, id) in [
            (Vocabulary::Grade, &list.grade),
            (Vocabulary::Subject, &list.subject),
        ] {
            if let Some(id) = id {
                in_vocabulary(&KnownTerms(&vocabulary), of, id)?;
            }
        }
        let words = list.words.join(" ");
        let expression = match_expression(&words);
        if expression.is_none() && !list.words.is_empty() {
            let problem = format!(
                "--words {words:?} has neither letters nor digits; write words that lessons have"
            );
            return Err(Unsaid(problem).into());
        }
        let filter = DeskFilter {
            whose: match list.owner {
                Some(name) => Whose::Own(known(&self.catalogue, &name)?.id),
                None => Whose::All,
            },
            stands: list.state,
            grade: list.grade,
            subject: list.subject,
            words: expression,
        };
        let mut before = None;
        loop {
            let filter = filter.clone();
            let step = self
                .catalogue
                .read_blocking(move |c| c.on_desk(&filter, before, STEP))?;
            let Some(last) = step.last() else {
                return Ok(());
            };
            before = Some(last.card.id);
            for own in &step {
                let stands = own.stands().as_str();
                let card = &own.card;
                print(&format!(
                    "{}\t{stands}\t{}\t{}\t{}\t{}",
                    card.code,
                    own.grades.join(";"),
                    card.subject,
                    card.section,
                    card.title
                ))?;
            }
        }
    }

    pub(super) fn show(&self, code: Code, as_json: bool) -> anyhow::Result<()> {
        let mine = self.desk.lesson(OPERATOR, code)?;
        let lesson = &mine.lesson;
        let stands = Stands::of(lesson.description.visibility, lesson.withdrawn.is_some());
        if as_json {
            let mut told = lesson.description.fields();
            let recording = lesson.recording.as_ref().map(|r| {
                json!({
                    "edition": r.edition,
                    "duration_ms": r.duration.0,
                    "width": r.size.map(|s| s.0),
                    "height": r.size.map(|s| s.1),
                    "playable": r.playable,
                })
            });
            let time = |at: crate::clock::UnixMillis| at.timestamp().map(|t| t.to_string());
            for (name, value) in [
                ("code", json!(lesson.code)),
                ("stands", json!(stands.as_str())),
                ("owners", json!(mine.owners)),
                ("published", json!(lesson.published.and_then(time))),
                ("updated", json!(time(lesson.updated))),
                (
                    "reason",
                    json!(lesson.withdrawn.as_ref().map(|w| &w.reason)),
                ),
                ("recording", json!(recording)),
                ("files", lesson.files.iter().map(|f| self.file(f)).collect()),
            ] {
                told.insert(name.into(), value);
            }
            return print(&serde_json::to_string_pretty(&told)?);
        }
        let zone = self.general.zone()?;
        print(&format!("code\t{}", lesson.code))?;
        for column in Column::ALL
            .iter()
            .filter(|c| !c.is_of_files() && **c != Column::Code)
        {
            let cell = fields::cell(&lesson.description, *column, &zone);
            if !cell.is_empty() {
                print(&format!("{column}\t{}", cell.replace('\n', "\n\t")))?;
            }
        }
        match &lesson.withdrawn {
            Some(w) => print(&format!(
                "withdrawn\t{}\t{}",
                self.time(w.at)?,
                w.reason.replace('\n', "\n\t")
            ))?,
            None => print(&format!("stands\t{}", stands.as_str()))?,
        }
        for owner in &mine.owners {
            print(&format!("owner\t{owner}"))?;
        }
        if let Some(recording) = &lesson.recording {
            print(&format!(
                "recording\tedition {}\t{}",
                recording.edition,
                recording.duration.clock_face()
            ))?;
        }
        for StoredFile { file, .. } in &lesson.files {
            let quality = file.quality.map(|q| q.to_string());
            let what = file
                .label
                .as_ref()
                .or(file.language.as_ref())
                .or(quality.as_ref());
            let what = what.map_or("", String::as_str);
            print(&format!(
                "{}\t{what}\t{} bytes\t/media/{}",
                file.role.as_str(),
                file.bytes.0,
                file.name
            ))?;
        }
        Ok(())
    }

    fn file(&self, stored: &StoredFile) -> Value {
        let file = &stored.file;
        let sha256 = file.sha256.map(|hash| HEXLOWER.encode(&hash));
        let path = match file.placement {
            crate::catalogue::Placement::Store => {
                self.store.path(&file.location).display().to_string()
            }
            crate::catalogue::Placement::InPlace => file.location.clone(),
        };
        json!({
            "role": file.role.as_str(),
            "name": file.name,
            "path": path,
            "mime": file.mime,
            "bytes": file.bytes,
            "sha256": sha256,
            "language": file.language,
            "label": file.label,
            "quality": file.quality,
        })
    }
}

/// Refuses a word that the vocabulary lacks, with those that are near.
fn in_vocabulary(known: &KnownTerms<'_>, of: Vocabulary, id: &str) -> anyhow::Result<()> {
    if known.knows(of, id) {
        return Ok(());
    }
    let near = known.suggestions(of, id);
    let remedy = match near.is_empty() {
        true => format!("there are {}", known.ids(of).join(", ")),
        false => format!("did you mean {}?", near.join(" or ")),
    };
    bail!(
        "\"{}\" is not a {} of this archive; {remedy}",
        shortened(id),
        of.noun()
    )
}
