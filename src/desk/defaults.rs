//! What a new lesson says of itself before anybody says anything: as its teacher's last one, with the next number.

use crate::catalogue::{Description, Error, Snapshot, Term, Visibility, Vocabulary};
use crate::units::PersonId;

/// What the next lesson of this person probably says: the programme, grades, subject and section of their last
/// one, its number one higher, and nothing of what the last one was about.
///
/// # Errors
/// The catalogue's.
pub(super) fn next_lesson_of(
    c: &Snapshot<'_>,
    person: Option<PersonId>,
) -> Result<Description, Error> {
    let last = match person {
        Some(person) => c.last_lesson_of(person)?,
        None => None,
    };
    let last = match last {
        Some(id) => c.lesson(id)?.map(|l| l.description),
        None => None,
    };
    Ok(after(last, &c.vocabulary()?))
}

fn after(last: Option<Description>, vocabulary: &Vocabulary) -> Description {
    let offered = |id: &String, terms: &[Term]| terms.iter().any(|t| t.id == *id && !t.retired);
    let only = |terms: &[Term]| {
        let mut offered = terms.iter().filter(|t| !t.retired);
        match (offered.next(), offered.next()) {
            (Some(only), None) => only.id.clone(),
            _ => String::new(),
        }
    };
    let nothing = Description {
        title: String::new(),
        description: None,
        grades: Vec::new(),
        subject: only(&vocabulary.subjects),
        section: only(&vocabulary.sections),
        language: None,
        programme: None,
        lesson_number: None,
        unit: None,
        topic: None,
        curriculum: Vec::new(),
        school_year: None,
        term: None,
        week: None,
        textbook: None,
        broadcasts: Vec::new(),
        teachers: Vec::new(),
        interpreter: None,
        kind: Default::default(),
        variant_of: None,
        chapters: Vec::new(),
        license: None,
        rights_holder: None,
        source_url: None,
        visibility: Visibility::Draft,
    };
    let Some(last) = last else { return nothing };
    Description {
        grades: last
            .grades
            .into_iter()
            .filter(|g| offered(g, &vocabulary.grades))
            .collect(),
        subject: match offered(&last.subject, &vocabulary.subjects) {
            true => last.subject,
            false => nothing.subject,
        },
        section: match offered(&last.section, &vocabulary.sections) {
            true => last.section,
            false => nothing.section,
        },
        language: last.language,
        programme: last.programme,
        lesson_number: last.lesson_number.map(|n| (n + 1).min(9999)),
        unit: last.unit,
        school_year: last.school_year,
        term: last.term,
        teachers: last.teachers,
        interpreter: last.interpreter,
        kind: last.kind,
        license: last.license,
        rights_holder: last.rights_holder,
        ..nothing
    }
}
