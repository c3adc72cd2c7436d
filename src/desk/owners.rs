//! Whose a lesson is.

use serde_json::{Map, json};

use super::lessons::{record, undoing};
use super::{Author, Desk, Error, Mine, Rules};
use crate::auth::permission::{Act, Task};
use crate::catalogue::{self, Change, Lesson, Person, Snapshot};
use crate::units::{Code, LessonId};

impl Desk {
    /// Makes a lesson somebody's, beside whose it is already.
    ///
    /// # Errors
    /// [`Error::Nobody`], [`Error::OwnersAreGiven`] for all but administrators, [`Error::Unknown`].
    pub fn add_owner(&self, author: &Author, code: Code, name: &str) -> Result<Mine, Error> {
        let name = name.to_owned();
        self.change_owners(author, code, move |c, owners| {
            let person = person(c, &name)?;
            if !owners.contains(&person.name) {
                owners.push(person.name);
            }
            Ok(())
        })
    }

    /// Makes a lesson no longer somebody's; it may be nobody's then.
    ///
    /// # Errors
    /// As [`Desk::add_owner`]; [`Error::NoPart`] for somebody whose it is not.
    pub fn remove_owner(&self, author: &Author, code: Code, name: &str) -> Result<Mine, Error> {
        let name = name.to_owned();
        self.change_owners(author, code, move |c, owners| {
            let person = person(c, &name)?;
            let before = owners.len();
            owners.retain(|own| *own != person.name);
            if owners.len() == before {
                return Err(Error::NoPart {
                    what: "owner",
                    name: person.name,
                });
            }
            Ok(())
        })
    }

    fn change_owners(
        &self,
        author: &Author,
        code: Code,
        change: impl FnOnce(&Snapshot<'_>, &mut Vec<String>) -> Result<(), Error> + Send + 'static,
    ) -> Result<Mine, Error> {
        let (rules, author) = (self.rules, author.clone());
        self.attempt(move |c| {
            let lesson = rules.lesson(&c.snapshot(), &author, code, Act::View)?;
            may_give(&author)?;
            let mut owners = owner_names(&c.snapshot(), lesson.id)?;
            change(&c.snapshot(), &mut owners)?;
            let owners: Vec<&str> = owners.iter().map(String::as_str).collect();
            rules.put_owners(c, &author, &lesson, &owners, None)?;
            rules.again(c, &author, &lesson)
        })
    }
}

impl Rules {
    /// Makes a lesson theirs and nobody else's.
    pub(super) fn put_owners(
        &self,
        c: &Change<'_>,
        author: &Author,
        lesson: &Lesson,
        names: &[&str],
        undoes: Option<i64>,
    ) -> Result<(), Error> {
        may_give(author)?;
        let before = owner_names(&c.snapshot(), lesson.id)?;
        for name in names
            .iter()
            .filter(|name| !before.iter().any(|b| b == *name))
        {
            c.add_owner(lesson.id, person(&c.snapshot(), name)?.id)?;
        }
        for name in before.iter().filter(|name| !names.contains(&name.as_str())) {
            c.remove_owner(lesson.id, person(&c.snapshot(), name)?.id)?;
        }
        let after = owner_names(&c.snapshot(), lesson.id)?;
        if before == after {
            return Ok(());
        }
        let mut detail = Map::new();
        detail.insert("owners".into(), json!([before, after]));
        record(c, author, lesson, "owners", undoing(detail, undoes))
    }
}

/// Names of those whose a lesson is, in the order in which they came to the archive.
pub(super) fn owner_names(
    c: &Snapshot<'_>,
    lesson: LessonId,
) -> Result<Vec<String>, catalogue::Error> {
    let mut names = Vec::new();
    for owner in c.owners(lesson)? {
        names.extend(c.person(owner)?.map(|p| p.name));
    }
    Ok(names)
}

fn person(c: &Snapshot<'_>, name: &str) -> Result<Person, Error> {
    c.person_named(name)?
        .ok_or_else(|| Error::Nobody(crate::sheet::shortened(name)))
}

fn may_give(author: &Author) -> Result<(), Error> {
    match author {
        Author::Person(actor) if !actor.can(Task::ManagePeople) => Err(Error::OwnersAreGiven),
        _ => Ok(()),
    }
}
