//! What is said of a lesson beside its video.

use jiff::tz::TimeZone;

use super::lesson::spoken;
use super::page::path;
use super::section::{foreign, query_of};
use crate::catalogue::{Broadcast, Kind, Lesson, Role, Vocabulary};
use crate::words::{self, Language};

/// A name and what is said under it.
pub(super) struct Fact {
    pub(super) name: String,
    pub(super) values: Vec<Value>,
}

/// One thing that is said.
#[derive(Default)]
pub(super) struct Value {
    pub(super) text: String,
    pub(super) href: Option<String>,
    /// The moment as a machine reads it.
    pub(super) datetime: Option<String>,
    /// To be copied by hand.
    pub(super) code: bool,
    /// Its language, where that is not the page's own.
    pub(super) lang: Option<String>,
}

impl Value {
    fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    fn link(text: impl Into<String>, href: String) -> Self {
        Self {
            href: Some(href),
            ..Self::plain(text)
        }
    }
}

/// Everything that is known, in the order in which a pupil asks; what is not said is left out.
pub(super) fn facts(
    language: Language,
    vocabulary: &Vocabulary,
    zone: &TimeZone,
    lesson: &Lesson,
) -> Vec<Fact> {
    let d = &lesson.description;
    let code = language.code();
    let text = |key: &str| language.text(key);
    let said = |value: &Option<String>| value.iter().map(Value::plain).collect::<Vec<_>>();
    // What people wrote about the lesson is in the lesson's language.
    let lang = foreign(language, Some(spoken(vocabulary, lesson)));
    let written = |value: &Option<String>| {
        let value = value.iter().map(|text| Value {
            lang: lang.clone(),
            ..Value::plain(text)
        });
        value.collect::<Vec<_>>()
    };
    let section = vocabulary.section(&d.section);
    let query = section.map_or_else(String::new, |s| query_of(vocabulary, s));
    let grades = d.grades.iter().map(|id| {
        let name = vocabulary.grade(id).map_or(id.as_str(), |g| g.name(code));
        Value::link(name, path(language, &format!("/grades/{id}{query}")))
    });
    let spoken = d
        .language
        .iter()
        .map(|l| Value::plain(name_of(language, l)));
    let captions = lesson
        .files_of(Role::Captions)
        .filter_map(|f| f.file.language.as_deref());
    let kind = (d.kind != Kind::Lesson)
        .then(|| language.with("kind", &[("kind", d.kind.as_str().into())]));
    let curriculum = d
        .curriculum
        .iter()
        .map(|(framework, id)| Value::plain(format!("{framework} {id}")));
    let all = [
        (
            text("fact-section"),
            section.iter().map(|s| Value::plain(s.name(code))).collect(),
        ),
        (
            language.count("fact-grades", d.grades.len() as u64),
            grades.collect(),
        ),
        (text("fact-programme"), written(&d.programme)),
        (
            text("fact-number"),
            d.lesson_number
                .iter()
                .map(|n| Value::plain(n.to_string()))
                .collect(),
        ),
        (text("fact-unit"), written(&d.unit)),
        (text("fact-topic"), written(&d.topic)),
        (text("fact-kind"), said(&kind)),
        (text("fact-language"), spoken.collect()),
        (
            text("fact-captions"),
            captions
                .map(|l| Value::plain(name_of(language, l)))
                .collect(),
        ),
        (text("fact-interpreter"), said(&d.interpreter)),
        (
            language.count("fact-teachers", d.teachers.len() as u64),
            d.teachers.iter().map(Value::plain).collect(),
        ),
        (
            text("fact-broadcasts"),
            d.broadcasts
                .iter()
                .map(|b| airing(language, vocabulary, zone, b))
                .collect(),
        ),
        (text("fact-year"), said(&d.school_year)),
        (
            text("fact-textbook"),
            said(&textbook(language, d.textbook.as_ref())),
        ),
        (text("fact-curriculum"), curriculum.collect()),
        (text("fact-license"), said(&d.license)),
        (text("fact-rights"), said(&d.rights_holder)),
        (
            text("fact-source"),
            d.source_url.iter().map(|url| source(url)).collect(),
        ),
        (
            text("fact-code"),
            vec![Value {
                code: true,
                ..Value::plain(lesson.code.to_string())
            }],
        ),
    ];
    let named = all
        .into_iter()
        .map(|(name, values): (String, Vec<Value>)| Fact { name, values });
    named.filter(|fact| !fact.values.is_empty()).collect()
}

/// Channel and local time of an airing.
pub(super) fn airing(
    language: Language,
    vocabulary: &Vocabulary,
    zone: &TimeZone,
    broadcast: &Broadcast,
) -> Value {
    let channel = vocabulary.channel(&broadcast.channel);
    let channel = channel.map_or(broadcast.channel.as_str(), |c| c.name(language.code()));
    let date = words::full_date_time(language, broadcast.at, zone);
    Value {
        datetime: Some(words::iso_time(broadcast.at, zone)),
        ..Value::plain(language.with(
            "broadcast",
            &[("channel", channel.into()), ("date", date.into())],
        ))
    }
}

/// The name of the language `tag`, where we have a word for it.
pub(super) fn name_of(language: Language, tag: &str) -> String {
    language.with("language", &[("code", tag.into())])
}

fn textbook(language: Language, textbook: Option<&(String, String)>) -> Option<String> {
    let (isbn, page) = textbook?;
    Some(match page.as_str() {
        "" => language.with("textbook", &[("isbn", isbn.into())]),
        page => language.with(
            "textbook-page",
            &[("isbn", isbn.into()), ("page", page.into())],
        ),
    })
}

/// A link only to what is certainly the web: people wrote this address.
fn source(url: &str) -> Value {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    match rest {
        Some(rest) => Value::link(
            rest.split(['/', '?', '#']).next().unwrap_or(rest),
            url.to_owned(),
        ),
        None => Value::plain(url),
    }
}
