//! One prepared row becomes rows of the catalogue, inside a transaction.

use serde_json::{Value, json};

use super::apply::Fate;
use super::columns::Column;
use super::describe::{description_of, keeping_absent_columns};
use super::error::CellError;
use super::intake::{Footage, fault};
use super::row::Row;
use crate::catalogue::{
    Change, Deed, Description, Error, Found, Lesson, NewFile, Origin, Placement, Role, Saved,
    Snapshot, StoredFile, Target,
};
use crate::units::{Code, LessonId, Millis};

/// What a row's recording needs.
pub(super) enum Take {
    /// The row names none.
    Nothing,
    /// The lesson shows these very bytes already.
    Present {
        sha256: [u8; 32],
        /// Where they were found.
        path: String,
        /// The same for the next import, unless it is the archive's own copy.
        origin: Option<Origin>,
        /// The recording's, if it is known.
        duration: Option<Millis>,
    },
    /// A new edition.
    Footage(Box<Footage>),
}

impl Take {
    /// How long the recording is.
    pub(super) fn duration(&self) -> Option<Millis> {
        match self {
            Self::Nothing => None,
            Self::Present { duration, .. } => *duration,
            Self::Footage(footage) => Some(footage.recording.duration),
        }
    }
}

pub(super) struct Ready {
    pub(super) line: u64,
    pub(super) row: Row,
    pub(super) take: Take,
    pub(super) captions: Vec<NewFile>,
    pub(super) attachments: Vec<NewFile>,
}

pub(super) struct Done {
    pub(super) id: LessonId,
    pub(super) fate: Fate,
}

/// Whose row it is.
pub(super) enum Whose {
    Lesson(LessonId),
    Nobody,
    NewWithCode(Code),
}

/// Why a row's code cannot be used.
pub(super) struct CodeGone;

impl CodeGone {
    pub(super) fn at(&self, line: u64, row: &Row) -> CellError {
        let code = row.code.map(|c| c.to_string()).unwrap_or_default();
        fault(
            line,
            Column::Code,
            &code,
            "belonged to a lesson that was deleted, and is never given again",
            "leave the cell empty for a new code",
        )
    }
}

pub(super) fn lesson_of(
    c: &Snapshot<'_>,
    row: &Row,
    origin: Option<&str>,
    sha256: Option<&[u8; 32]>,
) -> Result<Result<Whose, CodeGone>, Error> {
    let Some(code) = row.code else {
        let same = c.same_lessons(&description_of(row), origin, sha256)?;
        let first = same.first().copied();
        return Ok(Ok(first.map_or(Whose::Nobody, Whose::Lesson)));
    };
    let own = match c.find(code)? {
        Found::Moved(own) => c.find(own)?,
        found => found,
    };
    Ok(match own {
        Found::Lesson(lesson) => Ok(Whose::Lesson(lesson.id)),
        Found::Unknown => Ok(Whose::NewWithCode(code)),
        Found::Deleted | Found::Moved(_) => Err(CodeGone),
    })
}

/// The source of the current edition of `lesson`, if it has exactly these bytes.
pub(super) fn shown<'l>(lesson: &'l Lesson, sha256: &[u8; 32]) -> Option<&'l StoredFile> {
    lesson
        .files_of(Role::Source)
        .find(|f| f.file.sha256.as_ref() == Some(sha256))
}

/// Whether the current edition of `lesson` has exactly these bytes.
pub(super) fn shows(lesson: &Lesson, sha256: &[u8; 32]) -> bool {
    shown(lesson, sha256).is_some()
}

/// Writes one prepared row. True: its `variant_of` was left out for later.
pub(super) fn save(
    c: &Change<'_>,
    ready: Ready,
    columns: &[Column],
) -> Result<Result<(Done, bool), CellError>, Error> {
    let Ready {
        line,
        row,
        take,
        captions,
        attachments,
    } = ready;
    let (origin, sha256) = match &take {
        Take::Nothing => (None, None),
        Take::Present { sha256, path, .. } => (Some(path.as_str()), Some(sha256)),
        Take::Footage(f) => {
            let origin = f.recording.origin.as_ref();
            (origin.map(|o| o.path.as_str()), f.source.sha256.as_ref())
        }
    };
    let whose = match lesson_of(&c.snapshot(), &row, origin, sha256)? {
        Ok(whose) => whose,
        Err(gone) => return Ok(Err(gone.at(line, &row))),
    };
    let mut description = description_of(&row);
    let old = match whose {
        Whose::Lesson(id) => c.snapshot().lesson(id)?,
        _ => None,
    };
    if let Some(old) = &old {
        description = keeping_absent_columns(description, old.description.clone(), columns);
    }
    if let Take::Present { sha256, path, .. } = &take
        && !old.as_ref().is_some_and(|l| shows(l, sha256))
    {
        let problem = "belonged to a lesson that was changed meanwhile";
        let remedy = "import again";
        return Ok(Err(fault(line, Column::File, path, problem, remedy)));
    }
    let has_recording = old.as_ref().is_some_and(|l| l.recording.is_some());
    if matches!(take, Take::Nothing)
        && !has_recording
        && !(captions.is_empty() && attachments.is_empty())
    {
        let (column, value) = match row.captions.first() {
            Some(cell) => (Column::Captions, cell.path.as_str()),
            None => (
                Column::Attachments,
                row.attachments.first().map_or("", String::as_str),
            ),
        };
        return Ok(Err(fault(
            line,
            column,
            value,
            "belongs to a recording, and the lesson has none",
            "name the recording in file, or leave the cell empty",
        )));
    }
    // A sibling that comes later in the sheet is set when the sheet is through.
    let left_out = match description.variant_of {
        Some(code) => matches!(c.snapshot().find(code)?, Found::Unknown),
        None => false,
    };
    if left_out {
        description.variant_of = old.as_ref().and_then(|l| l.description.variant_of);
    }
    let target = match whose {
        Whose::Lesson(id) => Target::Existing(id),
        Whose::Nobody => Target::New,
        Whose::NewWithCode(code) => Target::NewWithCode(code),
    };
    let Saved { id, code, changed } = match c.save_lesson(target, &description) {
        Err(Error::Invalid(problem)) => {
            let value = row.variant_of.map(|c| c.to_string()).unwrap_or_default();
            return Ok(Err(fault(
                line,
                Column::VariantOf,
                &value,
                problem,
                "name the code of the sibling, or leave the cell empty",
            )));
        }
        other => other?,
    };
    log_description(c, (id, code), old.as_ref(), &description)?;
    let (new_footage, recording_changed) = put_recording(c, id, old.as_ref(), take)?;
    if new_footage {
        log_recording(c, (id, code), old.as_ref())?;
    }
    // Without a file cell, files that the row does not mention stay as they are.
    let whole = row.file.is_some();
    let stays = |column| !columns.contains(&column) || !whole;
    // What the sheet says nothing about goes on to the new edition.
    let before = old.as_ref().filter(|_| new_footage);
    let captions = put_files(
        c,
        id,
        Role::Captions,
        captions,
        stays(Column::Captions),
        before,
        new_footage,
    )?;
    let attachments = put_files(
        c,
        id,
        Role::Attachment,
        attachments,
        stays(Column::Attachments),
        before,
        new_footage,
    )?;
    let fate = match target {
        Target::Existing(_) if changed || recording_changed || captions || attachments => {
            Fate::Changed(code)
        }
        Target::Existing(_) => Fate::Unchanged(code),
        _ => Fate::Added(code),
    };
    Ok(Ok((Done { id, fate }, left_out)))
}

/// Whether there is new footage, and whether anything changed.
fn put_recording(
    c: &Change<'_>,
    id: LessonId,
    old: Option<&Lesson>,
    take: Take,
) -> Result<(bool, bool), Error> {
    let (origin, moved) = match take {
        Take::Nothing => return Ok((false, false)),
        Take::Present { origin, .. } => (origin, false),
        Take::Footage(f) => {
            let same = old
                .zip(f.source.sha256)
                .and_then(|(l, sha256)| shown(l, &sha256));
            let Some(same) = same else {
                c.add_recording(id, &f.recording, &f.source)?;
                return Ok((true, true));
            };
            let moved = follow(c, same, &f.source)?;
            (f.recording.origin, moved)
        }
    };
    let current = old.and_then(|l| l.recording.as_ref());
    if let (Some(current), Some(origin)) = (current, origin)
        && current.origin.as_ref() != Some(&origin)
    {
        c.move_origin(current.id, &origin)?;
    }
    Ok((false, moved))
}

/// The same bytes may lie elsewhere now, or have been touched where they lie. What is in the store stays
/// there. True: something was noted.
fn follow(c: &Change<'_>, old: &StoredFile, now: &NewFile) -> Result<bool, Error> {
    let then = &old.file;
    let moved = then.placement == Placement::InPlace
        && (&now.location, now.placement, now.modified)
            != (&then.location, then.placement, then.modified);
    if moved {
        c.move_file(old.id, now)?;
    }
    Ok(moved)
}

/// What was done goes into the log, as if it had been done at the desk: a lesson has one history.
fn log(
    c: &Change<'_>,
    lesson: (LessonId, Code),
    action: &str,
    detail: Option<Value>,
) -> Result<(), Error> {
    c.record_change(&Deed {
        by: None,
        lesson: Some(lesson),
        action,
        detail,
    })
}

/// Logs a lesson that is new, or says something else now.
pub(super) fn log_description(
    c: &Change<'_>,
    lesson: (LessonId, Code),
    old: Option<&Lesson>,
    now: &Description,
) -> Result<(), Error> {
    let Some(Lesson { description, .. }) = old else {
        return log(c, lesson, "created", None);
    };
    if description == now {
        return Ok(());
    }
    let differences = Value::Object(description.differences(now));
    log(c, lesson, description.change_to(now), Some(differences))
}

fn log_recording(
    c: &Change<'_>,
    lesson: (LessonId, Code),
    old: Option<&Lesson>,
) -> Result<(), Error> {
    let before = old.and_then(|l| l.recording.as_ref()).map(|r| r.edition);
    let now = match before {
        // The first of a lesson that is new.
        None if old.is_none() => Some(1),
        _ => {
            let now = c.snapshot().lesson(lesson.0)?;
            now.and_then(|l| l.recording).map(|r| r.edition)
        }
    };
    log(
        c,
        lesson,
        "recording",
        Some(json!({"edition": [before, now]})),
    )
}

/// Logs that a file took the place of another, or of none, or went.
fn log_file(
    c: &Change<'_>,
    lesson: &Lesson,
    before: Option<&NewFile>,
    after: Option<&NewFile>,
) -> Result<(), Error> {
    let Some(told) = after.or(before) else {
        return Ok(());
    };
    let action = match told.role {
        Role::Captions => "captions",
        _ => "attachment",
    };
    let detail = json!({
        "file": [before.map(|f| &f.name), after.map(|f| &f.name)],
        "language": told.language,
        "label": told.label,
    });
    log(c, (lesson.id, lesson.code), action, Some(detail))
}

/// Makes the recording's files of `role` those in `wanted`, besides them those there are (or were in the
/// edition `before`) if the rest stays; true when that changed anything. `came_along`: with a new recording.
fn put_files(
    c: &Change<'_>,
    id: LessonId,
    role: Role,
    wanted: Vec<NewFile>,
    rest_stays: bool,
    before: Option<&Lesson>,
    came_along: bool,
) -> Result<bool, Error> {
    let Some(lesson) = c.snapshot().lesson(id)? else {
        return Ok(false);
    };
    let Some(recording) = lesson.recording.as_ref().map(|r| r.id) else {
        return Ok(false);
    };
    let is = |old: &StoredFile, new: &NewFile| {
        let alike = |f: &NewFile| (f.sha256, f.language.clone(), f.position);
        alike(&old.file) == alike(new)
    };
    // What came along with a recording is told with it.
    let told = !came_along;
    let mut changed = false;
    // Captions take the place of those in the same language.
    let instead = |new: &NewFile| {
        let mut all = lesson.files_of(role).map(|f| &f.file);
        all.find(|old| role == Role::Captions && old.language == new.language)
    };
    if !rest_stays {
        for old in lesson
            .files_of(role)
            .filter(|old| !wanted.iter().any(|new| is(old, new)))
        {
            c.replace_file(recording, old.id)?;
            changed = true;
            let goes = !wanted.iter().filter_map(instead).any(|f| f == &old.file);
            if told && goes {
                log_file(c, &lesson, Some(&old.file), None)?;
            }
        }
    }
    let carried = before
        .filter(|_| rest_stays)
        .into_iter()
        .flat_map(|l| l.files_of(role));
    let carried = carried.map(|old| NewFile {
        name: crate::media::media_name(old.file.name.rsplit('.').next().unwrap_or("bin")),
        ..old.file.clone()
    });
    for new in carried.chain(wanted) {
        match lesson.files_of(role).find(|old| is(old, &new)) {
            None => {
                c.add_file(recording, &new)?;
                changed = true;
                if told {
                    log_file(c, &lesson, instead(&new), Some(&new))?;
                }
            }
            Some(old) => changed |= follow(c, old, &new)?,
        }
    }
    Ok(changed)
}
