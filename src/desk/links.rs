//! Links that end: showing a draft to chosen people who have no account.

use serde_json::{Map, Value};

use super::lessons::record;
use super::{Author, ConflictError, Desk, Error, Mine};
use crate::auth::access;
use crate::auth::grant;
use crate::auth::permission::Act;
use crate::catalogue::{LONGEST_NOTE, LessonLink, NewLessonLink, Visibility};
use crate::clock::{self, UnixMillis};
use crate::units::{Code, LinkId};

/// How long a link counts unless its maker says otherwise, in days: reviewers answer within two weeks.
pub const USUAL_DAYS: u32 = 14;
/// How long it may count, in days: a school year and what is left of the summer.
pub const MOST_DAYS: u32 = 400;
/// Links of a lesson that count at the same time.
pub const MOST_LINKS: usize = 50;

/// A link, and whether it shows anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The link.
    pub link: LessonLink,
    /// Whether it counts.
    pub counts: Counts,
}

/// Whether a link counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counts {
    /// It shows the lesson.
    Yes,
    /// Its time is over.
    Ended,
    /// Who made it may not show the lesson any more, or is shut out.
    Rests,
}

impl Counts {
    /// In one word: `yes`, `ended`, `rests`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Ended => "ended",
            Self::Rests => "rests",
        }
    }
}

impl Desk {
    /// The links of a lesson, the newest first, for whoever may make one; those that ended are told for a while.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::NotYours`].
    pub fn links(&self, author: &Author, code: Code) -> Result<(Mine, Vec<Link>), Error> {
        let (rules, author) = (self.rules, author.clone());
        self.ask(move |c| {
            let lesson = rules.lesson(c, &author, code, Act::Share)?;
            let now = clock::now();
            let link = |link: LessonLink| {
                let counts = match access::is_upheld(c, &link, &lesson)? {
                    _ if link.ends <= now => Counts::Ended,
                    true => Counts::Yes,
                    false => Counts::Rests,
                };
                Ok(Link { link, counts })
            };
            let links = c.links_of(lesson.id)?.into_iter().map(link);
            let links = links.collect::<Result<_, Error>>()?;
            Ok((rules.mine(c, &author, lesson)?, links))
        })
    }

    /// Makes a link that shows a draft for so many days.
    ///
    /// # Errors
    /// [`Error::Days`], [`Error::Note`], [`ConflictError::NotDraft`], [`ConflictError::Withdrawn`],
    /// [`ConflictError::ManyLinks`]; [`Error::Unknown`], [`Error::NotYours`].
    pub fn make_link(
        &self,
        author: &Author,
        code: Code,
        days: u32,
        note: Option<&str>,
    ) -> Result<(Mine, Link), Error> {
        if !(1..=MOST_DAYS).contains(&days) {
            let most = MOST_DAYS;
            return Err(Error::Days { days, most });
        }
        let note = noted(note)?;
        let key = grant::new_key()?;
        let (rules, author) = (self.rules, author.clone());
        self.attempt(move |c| {
            let lesson = rules.lesson(&c.snapshot(), &author, code, Act::Share)?;
            if lesson.description.visibility != Visibility::Draft {
                return Err(ConflictError::NotDraft.into());
            }
            if lesson.withdrawn.is_some() {
                return Err(ConflictError::Withdrawn.into());
            }
            let made = clock::now();
            let links = c.snapshot().links_of(lesson.id)?;
            if links.iter().filter(|link| link.ends > made).count() >= MOST_LINKS {
                return Err(ConflictError::ManyLinks(MOST_LINKS).into());
            }
            let ends = made.after_days(days);
            let id = c.add_lesson_link(&NewLessonLink {
                key,
                lesson: lesson.id,
                by: author.person(),
                note: note.clone(),
                made,
                ends,
            })?;
            let detail = detail(id, note.as_deref(), ends);
            record(c, &author, &lesson, "link_made", Some(detail))?;
            let mut links = c.snapshot().links_of(lesson.id)?.into_iter();
            let link = links.find(|link| link.id == id);
            let link = link.ok_or_else(|| no_link(&id.to_string()))?;
            let counts = Counts::Yes;
            let mine = rules.mine(&c.snapshot(), &author, lesson)?;
            Ok((mine, Link { link, counts }))
        })
    }

    /// Takes a link back at once, whoever made it.
    ///
    /// # Errors
    /// [`Error::NoPart`] where the lesson has none of this number; [`Error::Unknown`], [`Error::NotYours`].
    pub fn remove_link(&self, author: &Author, code: Code, id: &str) -> Result<Mine, Error> {
        let (rules, author, name) = (self.rules, author.clone(), id.to_owned());
        self.attempt(move |c| {
            let lesson = rules.lesson(&c.snapshot(), &author, code, Act::Share)?;
            let number = name.parse().map(LinkId).map_err(|_| no_link(&name))?;
            let link = c.remove_lesson_link(lesson.id, number)?;
            let link = link.ok_or_else(|| no_link(&name))?;
            let detail = detail(link.id, link.note.as_deref(), link.ends);
            record(c, &author, &lesson, "link_removed", Some(detail))?;
            rules.mine(&c.snapshot(), &author, lesson)
        })
    }
}

/// A note in one line; `None`: there is none.
fn noted(note: Option<&str>) -> Result<Option<String>, Error> {
    let Some(note) = note.map(str::trim).filter(|note| !note.is_empty()) else {
        return Ok(None);
    };
    let has = note.chars().count();
    if has > LONGEST_NOTE || note.chars().any(char::is_control) {
        let most = LONGEST_NOTE;
        return Err(Error::Note { has, most });
    }
    Ok(Some(note.to_owned()))
}

fn no_link(name: &str) -> Error {
    Error::NoPart {
        what: "link",
        name: crate::sheet::shortened(name),
    }
}

/// What the log says of a link: never what would open anything.
fn detail(id: LinkId, note: Option<&str>, ends: UnixMillis) -> Value {
    let ends = ends.timestamp().map(|at| at.to_string());
    let mut detail = Map::new();
    detail.insert("link".into(), id.0.into());
    detail.insert("note".into(), note.into());
    detail.insert("until".into(), ends.into());
    Value::Object(detail)
}
