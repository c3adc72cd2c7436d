//! What somebody may do: a table without a catalogue behind it.

use crate::catalogue::{Admitted, Description, Person, PersonRole, Scope, Visibility};
use crate::clock::UnixMillis;
use crate::units::{Bytes, PersonId};

/// Somebody who is signed in, or acts by a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Their row.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// What they act as: by a token perhaps less than they are.
    pub role: PersonRole,
    /// What an editor is limited to; empty: nothing.
    pub scopes: Vec<Scope>,
    /// Of recordings that they may upload; `None`: the setting's default.
    pub quota: Option<Bytes>,
    /// How they showed who they are.
    pub by: By,
    /// Until when that counts.
    pub expires: UnixMillis,
}

/// How somebody showed who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// With a session's cookie.
    Session,
    /// With an API token.
    Token,
}

/// What can be done with a lesson beyond what anybody may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// See it while it is a draft, and its history.
    View,
    /// Change what it says of itself, its captions, attachments, recording.
    Edit,
    /// Let others see it, listed or not.
    Publish,
    /// Show it to chosen people while it is a draft, by links that end; see and take back everybody's links to it.
    Share,
    /// Take it back.
    Withdraw,
    /// Delete it with its bytes, while it is a draft.
    DeleteDraft,
    /// Delete old editions' bytes.
    Prune,
}

impl Act {
    /// All, for tests and tables.
    pub const ALL: [Self; 7] = [
        Self::View,
        Self::Edit,
        Self::Publish,
        Self::Share,
        Self::Withdraw,
        Self::DeleteDraft,
        Self::Prune,
    ];
}

/// What can be done besides lessons that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Begin a lesson, which is then one's own, and upload its recording.
    AddLesson,
    /// Add, limit, disable people; give links to choose a password; see and revoke everybody's tokens.
    ManagePeople,
    /// Read who did what.
    ReadLog,
    /// Change one's own password and see one's own sessions and tokens.
    ManageOneself,
    /// Do jobs: read the footage that they are about, and hand in what was made of it.
    DoJobs,
}

/// What a decision must know of a lesson.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    /// Whether it is the actor's own.
    pub own: bool,
    /// Vocabulary ids.
    pub grades: &'a [String],
    /// Vocabulary id.
    pub subject: &'a str,
    /// Whether only its people see it.
    pub draft: bool,
}

impl<'a> Standing<'a> {
    /// Of the lesson that says this of itself.
    pub fn of(description: &'a Description, own: bool) -> Self {
        Self {
            own,
            grades: &description.grades,
            subject: &description.subject,
            draft: description.visibility == Visibility::Draft,
        }
    }
}

/// Whether teachers publish their lessons themselves: the setting `teachers_publish`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TeachersPublish {
    /// They do.
    Yes,
    /// An editor does, and then only an editor changes what was published.
    No,
}

impl From<bool> for TeachersPublish {
    fn from(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

impl Actor {
    /// Whom a session or token lets in.
    pub fn new(admitted: Admitted, by: By) -> Self {
        let person = admitted.person;
        Self {
            person: person.id,
            name: person.name,
            role: admitted.role,
            scopes: person.scopes,
            quota: person.quota,
            by,
            expires: admitted.expires,
        }
    }

    /// Somebody as they would act if they were here, for whom a link of theirs speaks.
    pub fn absent(person: Person) -> Self {
        Self {
            person: person.id,
            name: person.name,
            role: person.role,
            scopes: person.scopes,
            quota: person.quota,
            by: By::Session,
            expires: UnixMillis(i64::MAX),
        }
    }

    /// When a token made now may end: a token makes none that lives longer than itself.
    pub fn outlived_by_none(&self, wanted: UnixMillis) -> UnixMillis {
        match self.by {
            By::Session => wanted,
            By::Token => wanted.min(self.expires),
        }
    }

    /// Whether this may be done with a lesson.
    pub fn may(&self, act: Act, lesson: Standing<'_>, teachers_publish: TeachersPublish) -> bool {
        if act == Act::DeleteDraft && !lesson.draft {
            // Published addresses never break; not for anybody.
            return false;
        }
        let edits = match self.role {
            PersonRole::Admin => return true,
            PersonRole::Editor => {
                let mut scopes = self.scopes.iter();
                self.scopes.is_empty() || scopes.any(|s| s.covers(lesson.grades, lesson.subject))
            }
            PersonRole::Teacher => false,
            PersonRole::Worker => return false,
        };
        let own = lesson.own;
        let publishes = edits || own && teachers_publish == TeachersPublish::Yes;
        match act {
            // Showing a draft to those who are to judge it is how it gets published where teachers do not publish: who may,
            // where links end, can be taken back and name who made them, has no part in that.
            Act::View | Act::Share | Act::DeleteDraft => edits || own,
            // Who may not publish may not change what was published either, or a harmless draft
            // could become anything once it is out.
            Act::Edit => edits || own && (lesson.draft || publishes),
            Act::Publish | Act::Withdraw => publishes,
            Act::Prune => false,
        }
    }

    /// Whether this may be done at all.
    pub fn can(&self, task: Task) -> bool {
        match task {
            Task::AddLesson | Task::ManageOneself => self.role != PersonRole::Worker,
            Task::DoJobs => matches!(self.role, PersonRole::Worker | PersonRole::Admin),
            Task::ManagePeople | Task::ReadLog => self.role == PersonRole::Admin,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(grade: Option<&str>, subject: Option<&str>) -> Scope {
        Scope {
            grade: grade.map(Into::into),
            subject: subject.map(Into::into),
        }
    }

    fn actor(role: PersonRole, scopes: Vec<Scope>) -> Actor {
        Actor {
            person: PersonId(1),
            name: "somebody".into(),
            role,
            scopes,
            quota: None,
            by: By::Session,
            expires: UnixMillis(i64::MAX),
        }
    }

    /// What may be done with a lesson of grade 7, mathematics, one letter for each of [`Act::ALL`], in capitals
    /// where it may; for all that a decision depends on.
    fn row(actor: &Actor, own: bool, draft: bool, publish: TeachersPublish) -> String {
        let grades = ["7".to_owned()];
        let lesson = Standing {
            own,
            grades: &grades,
            subject: "mathematics",
            draft,
        };
        let letters = "vepswdo".chars().zip(Act::ALL);
        letters
            .map(|(letter, act)| match actor.may(act, lesson, publish) {
                true => letter.to_ascii_uppercase(),
                false => letter,
            })
            .collect()
    }

    #[test]
    fn the_table_of_who_may_do_what_with_a_lesson() {
        use PersonRole::{Admin, Editor, Teacher, Worker};
        use TeachersPublish::{No, Yes};
        let inside = vec![
            scope(Some("8"), None),
            scope(Some("7"), Some("mathematics")),
        ];
        let outside = vec![scope(Some("8"), None), scope(None, Some("physics"))];
        // view edit publish share withdraw delete-draft old-editions: own draft, own published, other's draft, other's published
        let all = ["VEPSWDO", "VEPSWdO", "VEPSWDO", "VEPSWdO"];
        let edits = ["VEPSWDo", "VEPSWdo", "VEPSWDo", "VEPSWdo"];
        let owns = ["VEPSWDo", "VEPSWdo", "vepswdo", "vepswdo"];
        let drafts = ["VEpSwDo", "VepSwdo", "vepswdo", "vepswdo"];
        for (who, publish, expected) in [
            (actor(Admin, vec![]), Yes, all),
            (actor(Admin, vec![]), No, all),
            // What an administrator was once limited to does not count.
            (actor(Admin, outside.clone()), No, all),
            (actor(Editor, vec![]), Yes, edits),
            (actor(Editor, vec![]), No, edits),
            (actor(Editor, inside.clone()), Yes, edits),
            (actor(Editor, inside.clone()), No, edits),
            (actor(Editor, outside.clone()), Yes, owns),
            (actor(Editor, outside), No, drafts),
            (actor(Teacher, vec![]), Yes, owns),
            (actor(Teacher, vec![]), No, drafts),
            // A scope makes no editor.
            (actor(Teacher, inside), No, drafts),
            (actor(Worker, vec![]), Yes, ["vepswdo"; 4]),
        ] {
            let found = [(true, true), (true, false), (false, true), (false, false)]
                .map(|(own, draft)| row(&who, own, draft, publish));
            assert_eq!(found, expected, "{who:?} {publish:?}");
        }
    }

    #[test]
    fn a_scope_is_a_grade_a_subject_or_both() {
        let grades = ["7".to_owned(), "8".to_owned()];
        for (grade, subject, covers) in [
            (Some("7"), None, true),
            (Some("8"), None, true),
            (Some("9"), None, false),
            (None, Some("mathematics"), true),
            (None, Some("physics"), false),
            (Some("8"), Some("mathematics"), true),
            (Some("8"), Some("physics"), false),
            (Some("9"), Some("mathematics"), false),
        ] {
            let found = scope(grade, subject).covers(&grades, "mathematics");
            assert_eq!(found, covers, "{grade:?} {subject:?}");
        }
    }

    #[test]
    fn only_administrators_manage_people_and_a_token_makes_none_that_outlives_it() {
        for role in PersonRole::ALL {
            let actor = actor(*role, vec![]);
            let is_admin = *role == PersonRole::Admin;
            assert_eq!(actor.can(Task::ManagePeople), is_admin);
            assert_eq!(actor.can(Task::ReadLog), is_admin);
            let is_person = *role != PersonRole::Worker;
            assert_eq!(actor.can(Task::AddLesson), is_person);
            assert_eq!(actor.can(Task::ManageOneself), is_person);
            assert_eq!(actor.can(Task::DoJobs), is_admin || !is_person);
        }
        let mut actor = actor(PersonRole::Admin, vec![]);
        actor.expires = UnixMillis(5);
        assert_eq!(actor.outlived_by_none(UnixMillis(9)), UnixMillis(9));
        actor.by = By::Token;
        assert_eq!(actor.outlived_by_none(UnixMillis(9)), UnixMillis(5));
        assert_eq!(actor.outlived_by_none(UnixMillis(3)), UnixMillis(3));
    }
}
