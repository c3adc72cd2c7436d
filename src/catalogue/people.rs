//! People who sign in: their names, roles, limits; which lessons are theirs.
//!
//! Whoever changes something about people says `by` whom it is done (`None`: the command line), and it is logged.

use std::fmt;

use rusqlite::{OptionalExtension, Row, named_params};

use super::lesson::words;
use super::save::signed;
use super::{Change, Deed, Error, Snapshot, Vocabulary};
use crate::clock::{self, UnixMillis};
use crate::search::fold::fold;
use crate::search::nearest::nearest;
use crate::units::{Bytes, LessonId, PersonId};

words! {
    /// What somebody may do in general, the least first.
    #[derive(PartialOrd, Ord)]
    PersonRole {
        /// A machine that does jobs, and nothing else.
        Worker = "worker",
        /// Has lessons of their own.
        Teacher = "teacher",
        /// Edits all lessons, or those of chosen grades or subjects, and publishes them.
        Editor = "editor",
        /// Everything, people included.
        Admin = "admin",
    }
}

impl PersonRole {
    /// Whether somebody of this role may have a token of that one. Whoever does jobs reads everybody's footage, which
    /// is no part of what a teacher or an editor may do.
    pub fn grants(self, token: Self) -> bool {
        self.limited_to(token) == Some(token)
    }

    /// As what somebody of this role acts by a token of that one; `None`: it lets nobody in.
    pub fn limited_to(self, token: Self) -> Option<Self> {
        match (self, token) {
            (Self::Teacher | Self::Editor, Self::Worker) => None,
            (own, token) => Some(own.min(token)),
        }
    }
}

/// Longest name of a person, in characters.
pub const LONGEST_NAME: usize = 100;

/// Somebody who signs in, or acts by a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Their row.
    pub id: PersonId,
    /// Signs in with it, in any spelling that folds to the same.
    pub name: String,
    /// What they may do in general.
    pub role: PersonRole,
    /// What an editor is limited to; empty: nothing.
    pub scopes: Vec<Scope>,
    /// Whether they can sign in; who cannot acts by a token only.
    pub has_password: bool,
    /// Of recordings that they may upload; `None`: the setting's default.
    pub quota: Option<Bytes>,
    /// Since when neither a session nor a token of theirs counts.
    pub disabled: Option<UnixMillis>,
    /// When they were added.
    pub created: UnixMillis,
}

/// A part of the archive: a grade, a subject, or a subject in a grade. One of the two is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// `None`: every grade.
    pub grade: Option<String>,
    /// `None`: every subject.
    pub subject: Option<String>,
}

impl fmt::Display for Scope {
    /// As [`Scope::read`] reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.grade, &self.subject) {
            (Some(grade), Some(subject)) => write!(f, "{grade}/{subject}"),
            (grade, subject) => {
                f.write_str(grade.as_deref().or(subject.as_deref()).unwrap_or_default())
            }
        }
    }
}

impl Scope {
    /// `7`, `mathematics` or `7/mathematics`, by what the vocabulary calls a grade or a subject.
    ///
    /// # Errors
    /// [`Error::Invalid`], which names what is near.
    pub fn read(text: &str, vocabulary: &Vocabulary) -> Result<Self, Error> {
        let grades: Vec<&str> = vocabulary.grades.iter().map(|t| t.id.as_str()).collect();
        let subjects: Vec<&str> = vocabulary.subjects.iter().map(|t| t.id.as_str()).collect();
        let unknown = |word: &str, known: &[&str]| {
            let near = nearest(word, known.iter().copied(), 3);
            let hint = match near.is_empty() {
                true => format!("write one of {}", known.join(", ")),
                false => format!("did you mean {}?", near.join(" or ")),
            };
            Error::Invalid(format!("{word:?} is not in the vocabulary; {hint}"))
        };
        let (grade, subject) = match text.split_once('/') {
            Some((grade, subject)) => (Some(grade), Some(subject)),
            None if grades.contains(&text) => (Some(text), None),
            None => (None, Some(text)),
        };
        if let Some(grade) = grade.filter(|g| !grades.contains(g)) {
            return Err(unknown(grade, &grades));
        }
        if let Some(subject) = subject.filter(|s| !subjects.contains(s)) {
            let own = match grade {
                Some(_) => subjects,
                None => [subjects, grades].concat(),
            };
            return Err(unknown(subject, &own));
        }
        Ok(Self {
            grade: grade.map(str::to_owned),
            subject: subject.map(str::to_owned),
        })
    }

    /// Whether a lesson with these is in it.
    pub fn covers(&self, grades: &[String], subject: &str) -> bool {
        let grade = self.grade.as_ref().is_none_or(|own| grades.contains(own));
        grade && self.subject.as_ref().is_none_or(|own| own == subject)
    }
}

impl Snapshot<'_> {
    /// Everybody, by name.
    pub fn people(&self) -> Result<Vec<Person>, Error> {
        let mut people: Vec<Person> = self
            .sql()
            .prepare_cached("SELECT * FROM people ORDER BY name_folded")?
            .query_map([], read_person)?
            .collect::<Result<_, _>>()?;
        for person in &mut people {
            person.scopes = self.scopes(person.id)?;
        }
        Ok(people)
    }

    /// The person of a row.
    pub fn person(&self, id: PersonId) -> Result<Option<Person>, Error> {
        let found = self
            .sql()
            .prepare_cached("SELECT * FROM people WHERE id = :id")?
            .query_row(named_params! {":id": id.0}, read_person)
            .optional()?;
        self.scoped(found)
    }

    /// The person called `name`, in any spelling that folds to the same.
    pub fn person_named(&self, name: &str) -> Result<Option<Person>, Error> {
        let found = self
            .sql()
            .prepare_cached("SELECT * FROM people WHERE name_folded = :name")?
            .query_row(named_params! {":name": fold(name.trim())}, read_person)
            .optional()?;
        self.scoped(found)
    }

    fn scoped(&self, person: Option<Person>) -> Result<Option<Person>, Error> {
        person
            .map(|mut person| {
                person.scopes = self.scopes(person.id)?;
                Ok(person)
            })
            .transpose()
    }

    fn scopes(&self, id: PersonId) -> Result<Vec<Scope>, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT grade, subject FROM editor_scopes WHERE person = :id ORDER BY grade, subject",
            )?
            .query_map(named_params! {":id": id.0}, |r| {
                Ok(Scope {
                    grade: r.get(0)?,
                    subject: r.get(1)?,
                })
            })?
            .collect::<Result<_, _>>()?)
    }

    /// The hash (PHC string) of a person's password; `None`: they have none.
    pub fn password_hash(&self, id: PersonId) -> Result<Option<String>, Error> {
        let found: Option<Option<String>> = self
            .sql()
            .prepare_cached("SELECT password_hash FROM people WHERE id = :id")?
            .query_row(named_params! {":id": id.0}, |r| r.get(0))
            .optional()?;
        Ok(found.flatten())
    }

    /// Whether there is an administrator who can sign in.
    pub fn has_administrator(&self) -> Result<bool, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM people
                 WHERE role = 'admin' AND disabled_at IS NULL AND password_hash IS NOT NULL)",
            )?
            .query_row([], |r| r.get(0))?)
    }

    /// Whose a lesson is.
    pub fn owners(&self, lesson: LessonId) -> Result<Vec<PersonId>, Error> {
        Ok(self
            .sql()
            .prepare_cached(
                "SELECT person FROM lesson_owners WHERE lesson = :lesson ORDER BY person",
            )?
            .query_map(named_params! {":lesson": lesson.0}, |r| {
                r.get(0).map(PersonId)
            })?
            .collect::<Result<_, _>>()?)
    }
}

/// A name without blanks around it, by which people tell apart what has one.
///
/// # Errors
/// [`Error::Invalid`]: it is too long, or nothing of it can be seen.
pub(super) fn name_to_tell_apart(name: &str) -> Result<&str, Error> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || fold(name).is_empty() {
        return Err(Error::Invalid(format!(
            "the name {name:?} is not 1 to {LONGEST_NAME} characters long"
        )));
    }
    if name.chars().any(char::is_control) {
        return Err(Error::Invalid(format!(
            "the name {name:?} has characters that cannot be seen; leave them out"
        )));
    }
    Ok(name)
}

impl Change<'_> {
    /// Adds a person; `password_hash` is a PHC string, `None` for one who acts by tokens only.
    ///
    /// # Errors
    /// [`Error::NameTaken`], [`Error::Invalid`] for a name that cannot be one.
    pub fn add_person(
        &self,
        by: Option<PersonId>,
        name: &str,
        role: PersonRole,
        password_hash: Option<&str>,
    ) -> Result<PersonId, Error> {
        let id = self.insert_person(name, role, password_hash)?;
        self.record_about(by, id, "person-added", Some(role.as_str()))?;
        Ok(id)
    }

    /// Adds who was given the link of the first start: an administrator whom nobody added but they themselves.
    ///
    /// # Errors
    /// As [`Change::add_person`].
    pub fn add_first_administrator(
        &self,
        name: &str,
        password_hash: &str,
    ) -> Result<PersonId, Error> {
        let role = PersonRole::Admin;
        let id = self.insert_person(name, role, Some(password_hash))?;
        self.record_about(Some(id), id, "person-added", Some(role.as_str()))?;
        Ok(id)
    }

    fn insert_person(
        &self,
        name: &str,
        role: PersonRole,
        password_hash: Option<&str>,
    ) -> Result<PersonId, Error> {
        let name = name_to_tell_apart(name)?;
        if let Some(other) = self.snapshot().person_named(name)? {
            return Err(Error::NameTaken(other.name));
        }
        let id = self
            .sql()
            .prepare_cached(
                "INSERT INTO people (name, name_folded, password_hash, role, created_at)
                 VALUES (:name, fold(:name), :hash, :role, :now) RETURNING id",
            )?
            .query_row(
                named_params! {
                    ":name": name, ":hash": password_hash, ":role": role, ":now": clock::now().0,
                },
                |r| r.get(0).map(PersonId),
            )?;
        Ok(id)
    }

    /// Gives a person another role. Their tokens act with the lesser of their own and this.
    ///
    /// # Errors
    /// [`Error::LastAdministrator`].
    pub fn set_role(
        &self,
        by: Option<PersonId>,
        id: PersonId,
        role: PersonRole,
    ) -> Result<(), Error> {
        if role != PersonRole::Admin {
            self.keep_an_administrator(id)?;
        }
        self.sql()
            .prepare_cached("UPDATE people SET role = :role WHERE id = :id")?
            .execute(named_params! {":role": role, ":id": id.0})?;
        self.record_about(by, id, "person-role", Some(role.as_str()))
    }

    /// Gives a person a new password (a PHC string) and ends their sessions, and links to choose one.
    pub fn set_password(
        &self,
        by: Option<PersonId>,
        id: PersonId,
        password_hash: &str,
    ) -> Result<(), Error> {
        self.sql()
            .prepare_cached("UPDATE people SET password_hash = :hash WHERE id = :id")?
            .execute(named_params! {":hash": password_hash, ":id": id.0})?;
        self.sql()
            .prepare_cached("DELETE FROM password_links WHERE person = :id")?
            .execute(named_params! {":id": id.0})?;
        self.end_sessions_of(id)?;
        self.record_about(by, id, "person-password", None)
    }

    /// Shuts a person out, ending their sessions: nothing of theirs is lost, and their tokens rest.
    ///
    /// # Errors
    /// [`Error::LastAdministrator`].
    pub fn disable(&self, by: Option<PersonId>, id: PersonId) -> Result<(), Error> {
        self.keep_an_administrator(id)?;
        self.sql()
            .prepare_cached(
                "UPDATE people SET disabled_at = coalesce(disabled_at, :now) WHERE id = :id",
            )?
            .execute(named_params! {":now": clock::now().0, ":id": id.0})?;
        self.sql()
            .prepare_cached("DELETE FROM password_links WHERE person = :id")?
            .execute(named_params! {":id": id.0})?;
        self.end_sessions_of(id)?;
        self.record_about(by, id, "person-disabled", None)
    }

    /// Lets a person in again.
    pub fn enable(&self, by: Option<PersonId>, id: PersonId) -> Result<(), Error> {
        self.sql()
            .prepare_cached("UPDATE people SET disabled_at = NULL WHERE id = :id")?
            .execute(named_params! {":id": id.0})?;
        self.record_about(by, id, "person-enabled", None)
    }

    /// Sets how much a person may upload; `None`: as the setting says.
    pub fn set_quota(
        &self,
        by: Option<PersonId>,
        id: PersonId,
        quota: Option<Bytes>,
    ) -> Result<(), Error> {
        self.sql()
            .prepare_cached("UPDATE people SET quota = :quota WHERE id = :id")?
            .execute(named_params! {":quota": quota.map(|q| signed(q.0)), ":id": id.0})?;
        let bytes = quota.map(|q| q.0.to_string());
        self.record_about(by, id, "person-quota", bytes.as_deref())
    }

    /// Sets what an editor is limited to; nothing: they may edit everything.
    ///
    /// # Errors
    /// The catalogue's own, for a grade or subject that the vocabulary lacks; [`Scope::read`] makes none such.
    pub fn set_scopes(
        &self,
        by: Option<PersonId>,
        id: PersonId,
        scopes: &[Scope],
    ) -> Result<(), Error> {
        self.sql()
            .prepare_cached("DELETE FROM editor_scopes WHERE person = :id")?
            .execute(named_params! {":id": id.0})?;
        for (n, scope) in scopes.iter().enumerate() {
            // UNIQUE does not see two nulls as equal.
            if scopes[..n].contains(scope) {
                continue;
            }
            self.sql()
                .prepare_cached(
                    "INSERT INTO editor_scopes (person, grade, subject) VALUES (:id, :grade, :subject)",
                )?
                .execute(named_params! {
                    ":id": id.0, ":grade": scope.grade, ":subject": scope.subject,
                })?;
        }
        let told: Vec<String> = scopes.iter().map(ToString::to_string).collect();
        self.record_about(by, id, "person-scopes", Some(&told.join(" ")))
    }

    /// Logs what was done to a person.
    pub(super) fn record_about(
        &self,
        by: Option<PersonId>,
        id: PersonId,
        action: &str,
        to: Option<&str>,
    ) -> Result<(), Error> {
        let name = self.snapshot().person(id)?.map(|p| p.name);
        let mut detail = serde_json::json!({"person": name});
        if let Some(to) = to {
            detail["to"] = to.into();
        }
        self.record_change(&Deed {
            by,
            lesson: None,
            action,
            detail: Some(detail),
        })
    }

    /// Makes a lesson a person's, beside whose it is already.
    pub fn add_owner(&self, lesson: LessonId, person: PersonId) -> Result<(), Error> {
        self.sql()
            .prepare_cached(
                "INSERT INTO lesson_owners (lesson, person) VALUES (:lesson, :person) ON CONFLICT DO NOTHING",
            )?
            .execute(named_params! {":lesson": lesson.0, ":person": person.0})?;
        Ok(())
    }

    /// Makes a lesson no longer a person's.
    pub fn remove_owner(&self, lesson: LessonId, person: PersonId) -> Result<(), Error> {
        self.sql()
            .prepare_cached(
                "DELETE FROM lesson_owners WHERE lesson = :lesson AND person = :person",
            )?
            .execute(named_params! {":lesson": lesson.0, ":person": person.0})?;
        Ok(())
    }

    /// Refuses when `leaving` is the only administrator who can sign in.
    fn keep_an_administrator(&self, leaving: PersonId) -> Result<(), Error> {
        let last: bool = self
            .sql()
            .prepare_cached(
                "SELECT id = :id FROM people
                 WHERE role = 'admin' AND disabled_at IS NULL AND password_hash IS NOT NULL
                 ORDER BY id = :id LIMIT 1",
            )?
            .query_row(named_params! {":id": leaving.0}, |r| r.get(0))
            .optional()?
            .unwrap_or(false);
        if last {
            return Err(Error::LastAdministrator);
        }
        Ok(())
    }
}

fn read_person(r: &Row<'_>) -> rusqlite::Result<Person> {
    let quota: Option<i64> = r.get("quota")?;
    let hash: Option<String> = r.get("password_hash")?;
    Ok(Person {
        id: PersonId(r.get("id")?),
        name: r.get("name")?,
        role: r.get("role")?,
        scopes: Vec::new(),
        has_password: hash.is_some(),
        quota: quota.map(|bytes| Bytes(bytes.unsigned_abs())),
        disabled: r.get::<_, Option<i64>>("disabled_at")?.map(UnixMillis),
        created: UnixMillis(r.get("created_at")?),
    })
}
