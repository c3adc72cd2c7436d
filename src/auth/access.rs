//! The one place that decides who may see a lesson and its files. Every surface asks here first, before
//! preconditions, ranges and caches: what is hidden answers like what never was.

use crate::catalogue::{Error, Found, Lesson, ServedFile, Snapshot, StoredFile, Visibility};
use crate::units::Code;

/// What somebody without an account gets for a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// The lesson.
    Granted(Box<Lesson>),
    /// It has another code now; go there.
    Moved(Code),
    /// It was taken back, for this reason.
    Withdrawn(String),
    /// It is gone for good.
    Deleted,
    /// Nothing: there is no such lesson, or it is a draft.
    Unknown,
}

/// Decides on a lesson.
pub fn to_lesson(found: Found) -> Access {
    match found {
        Found::Lesson(lesson) if lesson.description.visibility == Visibility::Draft => {
            Access::Unknown
        }
        Found::Lesson(lesson) => match lesson.withdrawn {
            Some(withdrawal) => Access::Withdrawn(withdrawal.reason),
            None => Access::Granted(lesson),
        },
        Found::Moved(code) => Access::Moved(code),
        Found::Deleted => Access::Deleted,
        Found::Unknown => Access::Unknown,
    }
}

/// Takes the code of a sibling out of `lesson` that its reader may not see.
pub fn hide_sibling(c: &Snapshot<'_>, lesson: &mut Lesson) -> Result<(), Error> {
    if let Some(code) = lesson.description.variant_of
        && to_lesson(c.find(code)?) == Access::Unknown
    {
        lesson.description.variant_of = None;
    }
    Ok(())
}

/// What somebody without an account gets for the name of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileAccess {
    /// A file of a public lesson: anybody may keep it for ever.
    Public(StoredFile),
    /// A file of an unlisted lesson: for whoever has the link, as long as it is one.
    Linked(StoredFile),
    /// Its lesson was taken back.
    Withdrawn,
    /// A later edition took its place.
    Overwritten,
    /// Nothing.
    Unknown,
}

/// Decides on a file.
pub fn to_file(served: Option<ServedFile>) -> FileAccess {
    match served {
        None => FileAccess::Unknown,
        Some(s) => match s.visibility {
            Visibility::Draft => FileAccess::Unknown,
            _ if s.withdrawn => FileAccess::Withdrawn,
            _ if s.overwritten => FileAccess::Overwritten,
            Visibility::Public => FileAccess::Public(s.file),
            Visibility::Unlisted => FileAccess::Linked(s.file),
        },
    }
}
