//! An airing in a timetable, and the days of one.

use jiff::civil::Date;

use super::page::{Visit, hue, path};
use super::section::foreign;
use crate::catalogue::{Airing, Kind, Vocabulary, day_at};
use crate::words::{self, Language};

/// What airing.html shows.
pub(super) struct AiringView {
    pub(super) time: String,
    pub(super) href: String,
    pub(super) sign: String,
    pub(super) hue: u16,
    pub(super) title: String,
    /// Of the title.
    pub(super) lang: Option<String>,
    /// Subject, grades, channel, and whether it is shown again.
    pub(super) details: String,
    /// `None`: it cannot be watched yet.
    pub(super) cost: Option<String>,
    /// There is no recording yet.
    pub(super) announced: bool,
}

/// Whether grades are told, or are the page's own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Grades {
    Told,
    Known,
}

impl AiringView {
    pub(super) fn new(
        visit: &Visit,
        vocabulary: &Vocabulary,
        airing: Airing,
        grades: Grades,
    ) -> Self {
        let language = visit.language;
        let lesson = airing.lesson;
        let subject = vocabulary.subject(&lesson.subject);
        let section = vocabulary.section(&lesson.section);
        let details = details(
            language,
            vocabulary,
            &lesson,
            (&airing.grades, grades),
            airing.repeat,
            &airing.channel,
        );
        Self {
            time: words::time(airing.at, &visit.app.zone),
            href: path(language, &format!("/l/{}", lesson.code)),
            sign: subject.map(|s| s.sign.clone()).unwrap_or_default(),
            hue: hue(subject.and_then(|s| s.hue)),
            lang: foreign(language, section.and_then(|s| s.language.as_deref())),
            details,
            cost: lesson.cost.map(|bytes| words::size_from(language, bytes)),
            announced: lesson.duration.is_none(),
            title: lesson.title,
        }
    }
}

fn details(
    language: Language,
    vocabulary: &Vocabulary,
    lesson: &crate::catalogue::Card,
    (ids, grades): (&[String], Grades),
    repeat: bool,
    channel: &str,
) -> String {
    let code = language.code();
    let mut all = vec![
        vocabulary
            .subject(&lesson.subject)
            .map_or(lesson.subject.as_str(), |s| s.name(code))
            .to_owned(),
    ];
    if grades == Grades::Told {
        let names = ids
            .iter()
            .map(|id| vocabulary.grade(id).map_or(id.as_str(), |g| g.name(code)));
        all.extend(names.map(str::to_owned));
    }
    all.push(
        vocabulary
            .channel(channel)
            .map_or(channel, |c| c.name(code))
            .to_owned(),
    );
    if lesson.kind != Kind::Lesson {
        all.push(language.with("kind", &[("kind", lesson.kind.as_str().into())]));
    }
    if repeat {
        all.push(language.text("airing-repeat"));
    }
    all.join(" · ")
}

/// The airings of one day.
pub(super) struct Day {
    /// As a machine reads it.
    pub(super) date: String,
    /// `None`: the page is about this day.
    pub(super) heading: Option<String>,
    pub(super) airings: Vec<AiringView>,
}

/// Airings in order of time by their days; those of one moment in the vocabulary's order of subjects.
pub(super) fn days(
    visit: &Visit,
    vocabulary: &Vocabulary,
    mut airings: Vec<Airing>,
    grades: Grades,
    heading: impl Fn(Date) -> Option<String>,
) -> Vec<Day> {
    let place = |id: &str| vocabulary.subjects.iter().position(|s| s.id == id);
    airings.sort_by_cached_key(|a| (a.at, place(&a.lesson.subject)));
    let mut days: Vec<Day> = Vec::new();
    for airing in airings {
        let Some(date) = day_at(airing.at, &visit.app.zone) else {
            continue;
        };
        let view = AiringView::new(visit, vocabulary, airing, grades);
        match days.last_mut() {
            Some(day) if day.date == date.to_string() => day.airings.push(view),
            _ => days.push(Day {
                date: date.to_string(),
                heading: heading(date),
                airings: vec![view],
            }),
        }
    }
    days
}
