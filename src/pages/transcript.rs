//! `/{lang}/l/{code}/transcript`: what is said in a lesson, to read, to search and to print. It costs a thousandth of the
//! video.

use std::ops::Range;

use askama::Template;
use axum::response::Response;

use super::assets;
use super::error::{self, Instead, Missing};
use super::facts::name_of;
use super::lesson::{layout, spoken};
use super::lesson_reach::reach;
use super::page::{Crumb, Page, Visit, path};
use super::section::foreign;
use crate::auth::access::Viewer;
use crate::captions::{self, Paragraph};
use crate::catalogue::{Chapter, Lesson, Role, StoredFile, Vocabulary};
use crate::units::Millis;

/// A page has at most so many moments and characters: more than three hours of speech. What is longer goes on on the next.
const MOMENTS: usize = 4_000;
const CHARACTERS: usize = 250_000;

#[derive(Template)]
#[template(path = "transcript.html")]
struct TranscriptPage {
    page: Page,
    title: String,
    /// Of the title and of chapters.
    lang: Option<String>,
    /// The lesson's own page.
    lesson: String,
    code: String,
    /// Of the words, as they are written.
    written: String,
    /// Where there are several.
    choices: Vec<Choice>,
    parts: Vec<Part>,
    before: Option<String>,
    after: Option<String>,
}

/// Captions in one of several languages.
struct Choice {
    href: String,
    name: String,
    current: bool,
}

/// A chapter's words, or all where there are no chapters.
struct Part {
    heading: Option<String>,
    paragraphs: Vec<Vec<Said>>,
}

/// Words, and where they are heard.
struct Said {
    /// Where they begin a paragraph.
    clock: Option<String>,
    href: String,
    text: String,
}

/// A lesson's words.
pub async fn show(visit: Visit, viewer: Viewer) -> Response {
    let (lesson, (), policy) = match reach(&visit, viewer, "/transcript", |_, _| Ok(())).await {
        Ok(reached) => reached,
        Err(instead) => return error::respond(&visit, instead),
    };
    let vocabulary = match visit.app.vocabulary().await {
        Ok(vocabulary) => vocabulary,
        Err(error) => return error::respond(&visit, error.into()),
    };
    let own = spoken(&vocabulary, &lesson);
    let Some(stored) = chosen(&lesson, own, visit.asked("captions")).cloned() else {
        return error::respond(&visit, Instead::Missing(Missing::Transcript));
    };
    let breaks: Vec<Millis> = chapters(&lesson).iter().map(|c| c.start).collect();
    let tag = stored.file.language.clone().unwrap_or_default();
    let read = visit.app.at_desk(move |desk| {
        let captions = desk.captions_in(&stored)?;
        Ok(captions::paragraphs(&captions, &breaks))
    });
    match read.await.unwrap_or_else(|| Err(stopping())) {
        Ok(paragraphs) => {
            let page = TranscriptPage::new(&visit, &vocabulary, &lesson, &tag, paragraphs);
            visit.answer(policy, Ok(page))
        }
        Err(error) => error::respond(&visit, Instead::Unreadable(error)),
    }
}

fn stopping() -> std::io::Error {
    std::io::Error::other("the program is stopping")
}

/// Where a lesson's words can be read in its own language, or in whichever they were written down; `None`: nobody did.
pub(super) fn below(lesson: &Lesson) -> Option<&'static str> {
    let mut all = lesson.files_of(Role::Captions);
    all.next().map(|_| "/transcript")
}

/// The captions of the language that is asked for, else those in the lesson's `own`, else the first.
fn chosen<'l>(lesson: &'l Lesson, own: &str, asked: Option<&str>) -> Option<&'l StoredFile> {
    let of = |tag: &str| {
        let mut all = lesson.files_of(Role::Captions);
        all.find(|f| {
            let language = f.file.language.as_deref();
            language.is_some_and(|language| language.eq_ignore_ascii_case(tag))
        })
    };
    match asked {
        Some(tag) => of(tag),
        None => of(own).or_else(|| lesson.files_of(Role::Captions).next()),
    }
}

fn chapters(lesson: &Lesson) -> &[Chapter] {
    &lesson.description.chapters
}

impl TranscriptPage {
    fn new(
        visit: &Visit,
        vocabulary: &Vocabulary,
        lesson: &Lesson,
        tag: &str,
        paragraphs: Vec<Paragraph>,
    ) -> Self {
        let language = visit.language;
        let title = &lesson.description.title;
        let own = path(language, &visit.place().lesson(lesson.code));
        let usual = chosen(lesson, spoken(vocabulary, lesson), None);
        let usual = usual.and_then(|f| f.file.language.as_deref());
        let here = |tag: &str, number: usize| {
            let captions = (Some(tag) != usual).then(|| format!("captions={tag}"));
            let part = (number > 0).then(|| format!("part={}", number + 1));
            let query: Vec<String> = captions.into_iter().chain(part).collect();
            let mark = if query.is_empty() { "" } else { "?" };
            format!("/transcript{mark}{}", query.join("&"))
        };
        let pages = divided(&paragraphs);
        let number = visit.asked("part").and_then(|n| n.parse::<usize>().ok());
        let number = number
            .and_then(|n| n.checked_sub(1))
            .filter(|n| *n < pages.len())
            .unwrap_or(0);
        let shown = pages.get(number).cloned().unwrap_or_default();
        let languages = lesson.files_of(Role::Captions);
        let languages: Vec<&str> = languages
            .filter_map(|f| f.file.language.as_deref())
            .collect();
        let link = |number: usize| format!("{own}{}", here(tag, number));
        let name = language.with("transcript-title", &[("title", title.as_str().into())]);
        let mut page = layout(visit, vocabulary, lesson, &name, &here(tag, number));
        page.crumbs.push(Crumb::link(title.as_str(), own.clone()));
        page.second_look = Some(assets::Sheet::Transcript.url());
        Self {
            page,
            title: title.clone(),
            lang: foreign(language, Some(spoken(vocabulary, lesson))),
            code: lesson.code.to_string(),
            written: tag.to_owned(),
            choices: languages
                .iter()
                .filter(|_| languages.len() > 1)
                .map(|other| Choice {
                    href: format!("{own}{}", here(other, 0)),
                    name: name_of(language, other),
                    current: *other == tag,
                })
                .collect(),
            parts: parts(chapters(lesson), &paragraphs[shown], &own),
            before: number.checked_sub(1).map(link),
            after: (number + 1 < pages.len()).then(|| link(number + 1)),
            lesson: own,
        }
    }
}

/// Which paragraphs go on which page.
fn divided(paragraphs: &[Paragraph]) -> Vec<Range<usize>> {
    let mut pages: Vec<Range<usize>> = Vec::new();
    let (mut moments, mut characters) = (0, 0);
    for (at, paragraph) in paragraphs.iter().enumerate() {
        let more = paragraph.lines.len();
        let longer: usize = paragraph.lines.iter().map(|l| l.text.chars().count()).sum();
        let fits = moments + more <= MOMENTS && characters + longer <= CHARACTERS;
        match pages.last_mut().filter(|_| fits) {
            Some(page) => page.end = at + 1,
            None => {
                pages.push(at..at + 1);
                (moments, characters) = (0, 0);
            }
        }
        moments += more;
        characters += longer;
    }
    pages
}

/// Paragraphs under the chapters that they belong to. Chapters in which nothing is said are left out.
fn parts(chapters: &[Chapter], paragraphs: &[Paragraph], lesson: &str) -> Vec<Part> {
    let of = |paragraph: &Paragraph| {
        let begun = |c: &Chapter| c.start <= paragraph.middle;
        chapters.partition_point(begun).checked_sub(1)
    };
    let divided = paragraphs.chunk_by(|a, b| of(a) == of(b));
    let part = |said: &[Paragraph]| Part {
        heading: said
            .first()
            .and_then(of)
            .map(|at| chapters[at].title.clone()),
        paragraphs: said.iter().map(|p| lines(p, lesson)).collect(),
    };
    divided.map(part).collect()
}

fn lines(paragraph: &Paragraph, lesson: &str) -> Vec<Said> {
    let lines = paragraph.lines.iter().enumerate();
    let view = |(at, line): (usize, &captions::Line)| Said {
        clock: (at == 0).then(|| line.start.clock_face()),
        href: match line.start.whole_seconds() {
            0 => lesson.to_owned(),
            seconds => format!("{lesson}?t={seconds}"),
        },
        text: line.text.clone(),
    };
    lines.map(view).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paragraph(lines: usize, characters: usize) -> Paragraph {
        let line = captions::Line {
            start: Millis(0),
            text: "ə".repeat(characters),
        };
        Paragraph {
            middle: Millis(0),
            lines: vec![line; lines],
        }
    }

    #[test]
    fn a_page_has_an_end_however_much_is_said() {
        let quick: Vec<_> = (0..10).map(|_| paragraph(1_500, 2)).collect();
        assert_eq!(divided(&quick), [0..2, 2..4, 4..6, 6..8, 8..10]);
        let long: Vec<_> = (0..3).map(|_| paragraph(1, CHARACTERS / 2)).collect();
        assert_eq!(divided(&long), [0..2, 2..3]);
        // Three hours of somebody who never stops: a hundred characters in four seconds.
        let lesson: Vec<_> = (0..270).map(|_| paragraph(10, 90)).collect();
        assert_eq!(divided(&lesson).len(), 1);
        assert!(divided(&[]).is_empty());
        // A paragraph that is too long for any page has one of its own.
        let endless = [paragraph(1, 1), paragraph(9_000, 1), paragraph(1, 1)];
        assert_eq!(divided(&endless), [0..1, 1..2, 2..3]);
    }
}
