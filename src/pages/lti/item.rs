//! A lesson as a platform is told of it.

use crate::catalogue::{Lesson, Role, Vocabulary};
use crate::lti::{Item, Thumbnail};
use crate::pages::embed;
use crate::pages::page::Visit;

/// What is told of `lesson`, which begins at `start` seconds.
pub(super) fn item(
    visit: &Visit,
    vocabulary: &Vocabulary,
    lesson: &Lesson,
    start: Option<u64>,
) -> Item {
    let query = start.map_or_else(String::new, |start| format!("?t={start}"));
    let below = |rest: &str| visit.origin().url(format_args!("/l/{}{rest}", lesson.code));
    let poster = lesson.files_of(Role::Poster).next();
    Item {
        code: lesson.code,
        start,
        title: lesson.description.title.clone(),
        text: Some(line(visit, vocabulary, lesson)),
        url: below(&query),
        embed: embed::address(visit, lesson.code, &query),
        frame: embed::size(lesson),
        thumbnail: poster
            .and_then(|poster| poster.file.size)
            .map(|(width, height)| Thumbnail {
                url: below("/poster.jpg"),
                width,
                height,
            }),
    }
}

/// Grades, subject and length of a lesson.
pub(super) fn line(visit: &Visit, vocabulary: &Vocabulary, lesson: &Lesson) -> String {
    let language = visit.language;
    let code = language.code();
    let d = &lesson.description;
    let grade = |id: &String| {
        vocabulary
            .grade(id)
            .map_or(id.as_str(), |g| g.name(code))
            .to_owned()
    };
    let mut all: Vec<String> = d.grades.iter().map(grade).collect();
    let subject = vocabulary.subject(&d.subject);
    all.push(
        subject
            .map_or(d.subject.as_str(), |s| s.name(code))
            .to_owned(),
    );
    all.push(match &lesson.recording {
        Some(recording) => language.count("minutes", recording.duration.about_minutes()),
        None => language.text("not-yet"),
    });
    all.join(" · ")
}
