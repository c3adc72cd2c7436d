//! What a draft says of itself that is made of an upload: what the client said, else what the teacher's last lesson
//! says, else the first of the vocabulary. What nobody said is listed, so that the teacher is asked.

use super::protocol::Metadata;
use crate::catalogue::{Description, Kind, Term, Visibility, Vocabulary};

/// Characters that a title may have.
const LONGEST_TITLE: usize = 300;

/// A draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Draft {
    pub(super) description: Description,
    /// The fields that nobody said.
    pub(super) assumed: Vec<&'static str>,
}

/// The draft of an upload; `last`: what the teacher's last lesson says. `None`: the vocabulary is empty.
pub(super) fn draft_of(
    metadata: &Metadata,
    last: Option<&Description>,
    vocabulary: &Vocabulary,
) -> Option<Draft> {
    let mut assumed = Vec::new();
    let title = metadata.text("title").map(title_in);
    let title = title.or_else(|| {
        assumed.push("title");
        let name = metadata.text("filename").or_else(|| metadata.text("name"));
        name.map(|name| title_in(without_extension(name)))
    });
    let mut one =
        |field: &'static str, said: Option<String>, of_last: Option<String>, all: &[Term]| {
            let offered = |id: &String| all.iter().any(|t| t.id == *id && !t.retired);
            said.filter(offered).or_else(|| {
                assumed.push(field);
                let first = all.iter().find(|t| !t.retired).map(|t| t.id.clone());
                of_last.filter(offered).or(first)
            })
        };
    let said = |key: &str| metadata.text(key).map(str::to_owned);
    let subject = one(
        "subject",
        said("subject"),
        last.map(|l| l.subject.clone()),
        &vocabulary.subjects,
    )?;
    let section = one(
        "section",
        said("section"),
        last.map(|l| l.section.clone()),
        &vocabulary.sections,
    )?;
    let offered = |id: &String| vocabulary.grades.iter().any(|t| t.id == *id && !t.retired);
    let listed = metadata.text("grades").unwrap_or_default();
    let mut grades: Vec<String> = listed
        .split(';')
        .map(|g| g.trim().to_owned())
        .filter(offered)
        .collect();
    grades.dedup();
    if grades.is_empty() {
        let of_last = last.map(|l| l.grades.clone()).unwrap_or_default();
        grades = of_last.into_iter().filter(offered).collect();
        if grades.is_empty() {
            grades = vec![one("grades", None, None, &vocabulary.grades)?];
        } else {
            assumed.push("grades");
        }
    }
    let title = title
        .filter(|t| !t.is_empty())
        .unwrap_or_else(|| "…".to_owned());
    Some(Draft {
        description: Description {
            title,
            grades,
            subject,
            section,
            kind: Kind::default(),
            visibility: Visibility::Draft,
            description: None,
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
            variant_of: None,
            chapters: Vec::new(),
            license: None,
            rights_holder: None,
            source_url: None,
        },
        assumed,
    })
}

/// A title on one line, not too long.
fn title_in(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(LONGEST_TITLE)
        .collect();
    line.trim().to_owned()
}

fn without_extension(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, end)) if !stem.is_empty() && end.len() <= 5 => stem,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::shipped_vocabulary;

    fn draft(raw: &str, last: Option<&Description>) -> Draft {
        let metadata = Metadata::parse(raw).unwrap();
        draft_of(&metadata, last, &shipped_vocabulary().unwrap()).unwrap()
    }

    #[test]
    fn what_the_client_says_counts_and_what_nobody_said_is_listed() {
        // title Kəsr, grades 7;8, subject mathematics, section ru
        let all = "title S8mZc3I=,grades Nzs4,subject bWF0aGVtYXRpY3M=,section cnU=";
        let said = draft(all, None);
        assert_eq!(said.description.title, "Kəsr");
        assert_eq!(said.description.grades, ["7", "8"]);
        assert_eq!(said.description.subject, "mathematics");
        assert_eq!(said.description.section, "ru");
        assert_eq!(said.assumed, [""; 0]);
        assert_eq!(said.description.visibility, Visibility::Draft);

        // filename Kəsr.mp4
        let next = draft("filename S8mZc3IubXA0", Some(&said.description));
        assert_eq!(next.description.title, "Kəsr");
        assert_eq!(next.description.grades, ["7", "8"]);
        assert_eq!(next.description.section, "ru");
        assert_eq!(next.assumed, ["title", "subject", "section", "grades"]);

        let nothing = draft("", None);
        assert!(!nothing.description.title.is_empty());
        assert_eq!(nothing.description.grades.len(), 1);
    }

    #[test]
    fn what_the_vocabulary_does_not_have_is_not_said() {
        // subject alchemy, grades 99
        let odd = draft("subject YWxjaGVteQ==,grades OTk=", None);
        assert!(odd.assumed.contains(&"subject") && odd.assumed.contains(&"grades"));
    }
}
