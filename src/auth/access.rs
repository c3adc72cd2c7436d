//! The one place that decides who may see a lesson and its files. Every surface asks here first, before
//! preconditions, ranges and caches: what is hidden answers like what never was.

use std::sync::Arc;

use super::grant::Grant;
use super::permission::{Act, Actor, Standing, TeachersPublish};
use crate::catalogue::{
    Error, Found, Lesson, LessonLink, OwnUpload, ServedFile, Snapshot, StoredFile, Visibility,
};
use crate::clock::UnixMillis;
use crate::units::{Code, LessonId};

/// Who wants to see something.
#[derive(Clone, Debug, Default)]
pub enum Viewer {
    /// Who has shown nothing.
    #[default]
    Anybody,
    /// Somebody who acts.
    Person(Arc<Actor>),
    /// Whoever comes by a link that ends. It shows one lesson and nothing else, and who they are besides does not count: a link
    /// shows everybody the same.
    Holder(Grant),
}

impl Viewer {
    /// Who has shown nothing.
    pub fn anybody() -> Self {
        Self::Anybody
    }

    /// Whether it is one of those that they see while they are drafts.
    fn sees(&self, c: &Snapshot<'_>, lesson: &Lesson) -> Result<bool, Error> {
        match self {
            Self::Person(actor) => may(c, actor, Act::View, lesson),
            // What a link shows is decided in `to_holder`, and all else it does not.
            Self::Anybody | Self::Holder(_) => Ok(false),
        }
    }
}

fn may(c: &Snapshot<'_>, actor: &Actor, act: Act, lesson: &Lesson) -> Result<bool, Error> {
    let own = c.owners(lesson.id)?.contains(&actor.person);
    let standing = Standing::of(&lesson.description, own);
    // Who publishes has no part in who sees, or shows.
    Ok(actor.may(act, standing, TeachersPublish::No))
}

/// What somebody gets for a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// The lesson, which anybody may see.
    Granted(Box<Lesson>),
    /// A draft, for this viewer alone: no cache may keep it, and nobody else may be given it.
    Draft(Box<Lesson>),
    /// It has another code now; go there.
    Moved(Code),
    /// It was taken back, for this reason.
    Withdrawn(String),
    /// The link by which they come has ended, at this moment. Who made it is told to nobody: people sign in by their names.
    Ended(UnixMillis),
    /// They come by a link and need none any more: anybody may see it, under this code.
    Opened(Code),
    /// Nothing: there is no such lesson, or it is a draft of others, or was one that was deleted; or a link to it was taken
    /// back, or made up.
    Unknown,
}

/// Decides on a lesson.
///
/// # Errors
/// The catalogue's.
pub fn to_lesson(c: &Snapshot<'_>, found: Found, viewer: &Viewer) -> Result<Access, Error> {
    if let Viewer::Holder(grant) = viewer {
        let found = match found {
            Found::Moved(code) => c.find(code)?,
            found => found,
        };
        return match found {
            Found::Lesson(lesson) => to_holder(c, lesson, grant),
            Found::Moved(_) | Found::Deleted | Found::Unknown => Ok(Access::Unknown),
        };
    }
    Ok(match found {
        Found::Lesson(lesson) if lesson.description.visibility == Visibility::Draft => {
            match (viewer.sees(c, &lesson)?, &lesson.withdrawn) {
                (false, _) => Access::Unknown,
                (true, Some(withdrawal)) => Access::Withdrawn(withdrawal.reason.clone()),
                (true, None) => Access::Draft(lesson),
            }
        }
        Found::Lesson(lesson) => match lesson.withdrawn {
            Some(withdrawal) => Access::Withdrawn(withdrawal.reason),
            None => Access::Granted(lesson),
        },
        Found::Moved(code) => match to_lesson(c, c.find(code)?, viewer)? {
            // Where a hidden lesson is must not be told either.
            Access::Unknown => Access::Unknown,
            // No answer that a cache keeps may name a draft.
            Access::Draft(lesson) => Access::Draft(lesson),
            _ => Access::Moved(code),
        },
        // Only what was never published is ever deleted: that it was there is nobody's business.
        Found::Deleted | Found::Unknown => Access::Unknown,
    })
}

/// Decides on a lesson for whoever comes by a link: it counts for this lesson alone, while it is a draft, until it ends, and only
/// as long as who made it may show the lesson.
fn to_holder(c: &Snapshot<'_>, lesson: Box<Lesson>, grant: &Grant) -> Result<Access, Error> {
    let link = match &grant.key {
        Some(key) => c.lesson_link(key)?,
        None => None,
    };
    let Some(link) = link.filter(|link| link.lesson == lesson.id) else {
        return Ok(Access::Unknown);
    };
    let visibility = lesson.description.visibility;
    // What anybody may see, whoever has such a link may see, too, whatever became of who made it.
    if visibility != Visibility::Draft && lesson.withdrawn.is_none() {
        return Ok(Access::Opened(lesson.code));
    }
    if !is_upheld(c, &link, &lesson)? {
        return Ok(Access::Unknown);
    }
    Ok(match &lesson.withdrawn {
        _ if visibility == Visibility::Draft && grant.at >= link.ends => Access::Ended(link.ends),
        Some(withdrawal) => Access::Withdrawn(withdrawal.reason.clone()),
        None => Access::Draft(lesson),
    })
}

/// Whether who made a link may still show the lesson: they are not shut out, and it is still theirs to show.
///
/// # Errors
/// The catalogue's.
pub fn is_upheld(c: &Snapshot<'_>, link: &LessonLink, lesson: &Lesson) -> Result<bool, Error> {
    let Some(maker) = link.by else {
        return Ok(true);
    };
    match c.person(maker)?.filter(|person| person.disabled.is_none()) {
        Some(person) => may(c, &Actor::absent(person), Act::Share, lesson),
        None => Ok(false),
    }
}

/// Until when the link counts by which `viewer` sees a draft; `None`: they come by none.
///
/// # Errors
/// The catalogue's.
pub fn until(c: &Snapshot<'_>, viewer: &Viewer) -> Result<Option<UnixMillis>, Error> {
    let Viewer::Holder(Grant { key: Some(key), .. }) = viewer else {
        return Ok(None);
    };
    Ok(c.lesson_link(key)?.map(|link| link.ends))
}

/// Whether `viewer` may be told of a lesson that they did not ask for: one that lists show, or one of those whose drafts
/// they see. An unlisted one is for whoever has its address, and nothing that others see may give that away.
pub fn may_be_told(c: &Snapshot<'_>, lesson: &Lesson, viewer: &Viewer) -> Result<bool, Error> {
    let public = lesson.description.visibility == Visibility::Public;
    Ok(public && lesson.withdrawn.is_none() || viewer.sees(c, lesson)?)
}

/// Takes the code of a sibling out of `lesson` that its reader may not be told of.
pub fn hide_sibling(c: &Snapshot<'_>, lesson: &mut Lesson, viewer: &Viewer) -> Result<(), Error> {
    if let Some(code) = lesson.description.variant_of {
        let told = match c.find(code)? {
            Found::Lesson(sibling) => may_be_told(c, &sibling, viewer)?,
            Found::Moved(_) | Found::Deleted | Found::Unknown => false,
        };
        if !told {
            lesson.description.variant_of = None;
        }
    }
    Ok(())
}

/// [`hide_sibling`] for lessons of a list, which are the same for everybody.
pub fn hide_siblings<'l>(
    c: &Snapshot<'_>,
    lessons: impl Iterator<Item = &'l mut Lesson>,
) -> Result<(), Error> {
    let with_sibling = lessons.filter(|lesson| lesson.description.variant_of.is_some());
    let with_sibling: Vec<&mut Lesson> = with_sibling.collect();
    let named = with_sibling.iter().filter_map(|l| l.description.variant_of);
    let named: Vec<Code> = named.collect();
    let listed = c.listed_among(&named)?;
    for lesson in with_sibling {
        let listed = |code: &Code| listed.iter().any(|l| l.code == *code);
        lesson.description.variant_of = lesson.description.variant_of.filter(listed);
    }
    Ok(())
}

/// Takes the title of the lesson out of what is told of an upload, where it is a draft that its reader may not see: whose
/// a lesson is may have changed since it was sent.
pub fn hide_title(c: &Snapshot<'_>, own: &mut OwnUpload, viewer: &Viewer) -> Result<(), Error> {
    if let Some(id) = own.upload.lesson
        && let Some(lesson) = c.lesson(id)?
        && lesson.description.visibility == Visibility::Draft
        && !viewer.sees(c, &lesson)?
    {
        own.title = None;
    }
    Ok(())
}

/// What somebody gets for the name of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileAccess {
    /// A file of a public lesson: anybody may keep it for ever.
    Public(StoredFile),
    /// A file of an unlisted lesson: for whoever has the link, as long as it is one.
    Linked(StoredFile),
    /// A file of a draft, for this viewer alone: no cache may keep it.
    Draft(StoredFile),
    /// Its lesson was taken back.
    Withdrawn,
    /// The link by which they come has ended, at this moment. Who made it is told to nobody: people sign in by their names.
    Ended(UnixMillis),
    /// They come by a link and need none any more: anybody may have it.
    Opened,
    /// Its bytes are no more: a later edition overwrote them, or they were pruned.
    Gone,
    /// Nothing.
    Unknown,
}

/// Decides on a file.
///
/// # Errors
/// The catalogue's.
pub fn to_file(
    c: &Snapshot<'_>,
    served: Option<ServedFile>,
    viewer: &Viewer,
) -> Result<FileAccess, Error> {
    let Some(s) = served else {
        return Ok(FileAccess::Unknown);
    };
    if let Viewer::Holder(grant) = viewer {
        return file_to_holder(c, s, grant);
    }
    Ok(match s.visibility {
        Visibility::Draft if !sees_file_of(c, s.lesson, viewer)? => FileAccess::Unknown,
        _ if s.withdrawn => FileAccess::Withdrawn,
        _ if s.gone => FileAccess::Gone,
        Visibility::Public => FileAccess::Public(s.file),
        Visibility::Unlisted => FileAccess::Linked(s.file),
        Visibility::Draft => FileAccess::Draft(s.file),
    })
}

/// Of the lesson that their link shows, what is shown of it now: not what it had before.
fn file_to_holder(c: &Snapshot<'_>, s: ServedFile, grant: &Grant) -> Result<FileAccess, Error> {
    let Some(lesson) = c.lesson(s.lesson)? else {
        return Ok(FileAccess::Unknown);
    };
    Ok(match to_holder(c, Box::new(lesson), grant)? {
        Access::Draft(lesson) if lesson.files.iter().any(|own| own.id == s.file.id) => {
            FileAccess::Draft(s.file)
        }
        Access::Opened(_) => FileAccess::Opened,
        Access::Ended(ended) => FileAccess::Ended(ended),
        Access::Withdrawn(_) => FileAccess::Withdrawn,
        _ => FileAccess::Unknown,
    })
}

fn sees_file_of(c: &Snapshot<'_>, lesson: LessonId, viewer: &Viewer) -> Result<bool, Error> {
    if !matches!(viewer, Viewer::Person(_)) {
        return Ok(false);
    }
    match c.lesson(lesson)? {
        Some(lesson) => viewer.sees(c, &lesson),
        None => Ok(false),
    }
}
