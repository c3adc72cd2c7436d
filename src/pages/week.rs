//! `/{lang}/grades/{grade}?week=2020-W14`: all lessons of a grade's week, for who missed it.

use ::http::StatusCode;
use ::http::header::CACHE_CONTROL;
use askama::Template;
use axum::response::Response;

use super::airing::{Day, Grades, days};
use super::card::CardView;
use super::error::{self, Instead, Missing};
use super::language::lead;
use super::page::{Crumb, Page, Visit, path};
use super::section::{Section, SectionLink};
use super::timetable::{PAGE, Step};
use crate::catalogue::{
    self, AirPlace, Airings, Class, NoWeek, Side, Snapshot, Term, Vocabulary, Week, WeekLesson,
    WeekLessons,
};
use crate::http::cache::CachePolicy;
use crate::words::{self, Language};

/// Characters of a value that an error page repeats.
const LONGEST_VALUE: usize = 40;

/// The week that is asked for.
#[derive(Clone, Copy)]
enum Asked {
    /// The one before this, or else the nearest that has lessons.
    Last,
    /// Of the calendar.
    Calendar(Week),
    /// Of the programme, whatever the calendar says.
    Programme(u8),
}

#[derive(Template)]
#[template(path = "week.html")]
struct WeekPage {
    page: Page,
    heading: String,
    lead: String,
    sections: Vec<SectionLink>,
    steps: Vec<Step>,
    empty: bool,
    days: Vec<Day>,
    later: Option<String>,
    others: Vec<Others>,
    /// There are more of them than are shown.
    more: bool,
    grade: String,
}

/// Lessons of the week that were not broadcast in it.
struct Others {
    heading: Option<String>,
    cards: Vec<CardView>,
}

/// What week_link.html shows: the way to the lessons of a week that was missed.
pub(super) struct WeekLink {
    pub(super) href: String,
    /// Whether it was missed; `None`: it was not the last week.
    pub(super) question: Option<String>,
    pub(super) text: String,
}

impl WeekLink {
    /// To the page at `there` about `week`, behind the language.
    pub(super) fn new(visit: &Visit, section: &Section<'_>, there: &str, week: Week) -> Self {
        let language = visit.language;
        let href = path(
            language,
            &format!("{there}{}", section.query_with(&format!("week={week}"))),
        );
        let days = words::days(language, week.monday(), week.sunday());
        if week == Week::of(visit.today()).before() {
            Self {
                href,
                question: Some(language.text("week-missed")),
                text: language.text("week-missed-link"),
            }
        } else {
            Self {
                href,
                question: None,
                text: language.with("week-newest-link", &[("days", days.into())]),
            }
        }
    }
}

/// What the catalogue said.
struct Answer {
    airings: Airings,
    others: WeekLessons,
    steps: Vec<Step>,
}

/// The week that `?week=` names.
pub(super) async fn show(visit: &Visit, text: &str) -> Response {
    let shown = match asked(visit.language, text) {
        Ok(Asked::Last) => {
            return last(visit)
                .await
                .unwrap_or_else(|e| error::respond(visit, e));
        }
        Ok(asked) => week(visit, asked).await,
        Err(instead) => Err(instead),
    };
    visit.answer(CachePolicy::Page, shown)
}

fn asked(language: Language, text: &str) -> Result<Asked, Instead> {
    let number = (text.len() <= 2).then(|| text.parse().ok()).flatten();
    match number {
        _ if text == "last" => Ok(Asked::Last),
        Some(number @ 1..=53) if text.starts_with(|c: char| c.is_ascii_digit()) => {
            Ok(Asked::Programme(number))
        }
        _ => Week::parse(text)
            .map(Asked::Calendar)
            .map_err(|why| refused(language, text, why)),
    }
}

/// What is said about a value that is no week.
pub(super) fn refused(language: Language, text: &str, why: NoWeek) -> Instead {
    let value = shortened(text);
    let text = match why {
        NoWeek::Shape => language.with("bad-week-text", &[("value", value.into())]),
        NoWeek::TooLate { year } => language.with(
            "late-week-text",
            &[
                ("value", value.into()),
                ("year", year.into()),
                ("next", (year + 1).into()),
            ],
        ),
    };
    Instead::Refused(language.text("bad-week-title"), text)
}

/// A value of the reader's own, not longer than a line.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_VALUE) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// The grade and section that the address names.
fn class<'v>(
    visit: &Visit,
    vocabulary: &'v Vocabulary,
) -> Result<(&'v Term, Section<'v>, Class), Instead> {
    let grade = vocabulary
        .grade(visit.part("grade"))
        .ok_or(Instead::Missing(Missing::Grade))?;
    let section = Section::of(visit, vocabulary)?;
    let class = Class {
        grade: grade.id.clone(),
        section: section.term.id.clone(),
    };
    Ok((grade, section, class))
}

/// Leads to last week, as long as it is the last one.
async fn last(visit: &Visit) -> Result<Response, Instead> {
    let vocabulary = visit.app.vocabulary().await?;
    let (grade, section, class) = class(visit, &vocabulary)?;
    let (zone, today) = (visit.app.zone.clone(), visit.today());
    let found = visit
        .app
        .catalogue
        .read(move |c| c.week_to_catch_up(&class, today, &zone))
        .await?;
    let week = found.unwrap_or_else(|| Week::of(today).before());
    let query = section.query_with(&format!("week={week}"));
    let mut response = lead(
        StatusCode::FOUND,
        &path(visit.language, &format!("/grades/{}{query}", grade.id)),
    );
    let policy = visit.until_midnight().value(&visit.app.settings);
    response.headers_mut().insert(CACHE_CONTROL, policy);
    Ok(response)
}

async fn week(visit: &Visit, asked: Asked) -> Result<WeekPage, Instead> {
    let vocabulary = visit.app.vocabulary().await?;
    let (grade, section, class) = class(visit, &vocabulary)?;
    let after = visit.asked("after").and_then(AirPlace::parse);
    let (zone, language) = (visit.app.zone.clone(), visit.language);
    let from = after.clone();
    let there = {
        // A week follows whatever the section's query says.
        let own = path(
            language,
            &format!("/grades/{}{}", grade.id, section.query_with("week=")),
        );
        move |week: &str| format!("{own}{week}")
    };
    let question = move |c: &Snapshot<'_>| -> Result<Answer, catalogue::Error> {
        match asked {
            Asked::Calendar(week) => {
                let beside = |side| c.week_beside(&class, side, week, &zone);
                let step = |week: Week, step: fn(&str, String) -> Step| {
                    step(
                        &words::days(language, week.monday(), week.sunday()),
                        there(&week.to_string()),
                    )
                };
                let airings = c.airings(&class.on_air(), week.span(&zone), from.as_ref(), PAGE)?;
                Ok(Answer {
                    steps: [
                        beside(Side::Before)?.map(|week| step(week, Step::back)),
                        beside(Side::From)?.map(|week| step(week, Step::on)),
                    ]
                    .into_iter()
                    .flatten()
                    .collect(),
                    // They follow the last of what has its time.
                    others: match airings.next {
                        Some(_) => WeekLessons::default(),
                        None => c.unaired_in(&class, week, &zone)?,
                    },
                    airings,
                })
            }
            Asked::Programme(number) => {
                let (before, from) = c.programme_weeks_around(&class, number)?;
                let step = |number: u8, step: fn(&str, String) -> Step| {
                    step(&nth(language, number), there(&number.to_string()))
                };
                let before = before.map(|n| step(n, Step::back));
                Ok(Answer {
                    airings: Airings::default(),
                    others: c.in_programme_week(&class, number)?,
                    steps: before
                        .into_iter()
                        .chain(from.map(|n| step(n, Step::on)))
                        .collect(),
                })
            }
            Asked::Last => Ok(Answer {
                airings: Airings::default(),
                others: WeekLessons::default(),
                steps: Vec::new(),
            }),
        }
    };
    let answer = visit.app.catalogue.read(question).await?;
    Ok(WeekPage::new(
        visit,
        &vocabulary,
        (grade, &section),
        (asked, after),
        answer,
    ))
}

fn nth(language: Language, number: u8) -> String {
    language.with("week-programme", &[("number", number.into())])
}

impl WeekPage {
    fn new(
        visit: &Visit,
        vocabulary: &Vocabulary,
        (grade, section): (&Term, &Section<'_>),
        (asked, after): (Asked, Option<AirPlace>),
        answer: Answer,
    ) -> Self {
        let language = visit.language;
        let (value, told) = match asked {
            Asked::Calendar(week) => (
                week.to_string(),
                words::days(language, week.monday(), week.sunday()),
            ),
            Asked::Programme(number) => (number.to_string(), nth(language, number)),
            Asked::Last => Default::default(),
        };
        let own = format!("/grades/{}", grade.id);
        let rest = format!("{own}{}", section.query_with(&format!("week={value}")));
        let name = grade.name(language.code());
        let arguments = [("grade", name.into()), ("days", told.as_str().into())];
        let heading = language.with("week-heading", &[("grade", name.into())]);
        let grade_page = path(language, &format!("{own}{}", section.query));
        let mut page = visit
            .page(
                &format!("{heading}, {told}"),
                language.with("week-description", &arguments),
                &rest,
            )
            .under([
                Crumb::link(
                    language.text("grades"),
                    path(language, &format!("/{}", section.query)),
                ),
                Crumb::link(name, grade_page.clone()),
                Crumb::here(&*told),
            ]);
        page.noindex = after.is_some();
        page.second_look = Some(super::assets::Sheet::Timetable.url());
        let heading_of = |date| Some(words::day_of_week(language, date));
        let go_on = |place: AirPlace| path(language, &format!("{rest}&after={place}"));
        let empty = answer.airings.airings.is_empty()
            && answer.others.lessons.is_empty()
            && after.is_none();
        let alone = answer.airings.airings.is_empty() && after.is_none();
        let week_kept = format!("week={value}");
        Self {
            page,
            heading,
            lead: told,
            sections: section.switch_with(language, vocabulary, &own, &week_kept),
            steps: answer.steps,
            empty,
            later: answer.airings.next.map(go_on),
            days: days(
                visit,
                vocabulary,
                answer.airings.airings,
                Grades::Known,
                heading_of,
            ),
            more: answer.others.more,
            others: others(language, vocabulary, answer.others.lessons, alone),
            grade: grade_page,
        }
    }
}

/// Lessons without a time in the vocabulary's order of subjects; of several school years each by itself.
fn others(
    language: Language,
    vocabulary: &Vocabulary,
    mut lessons: Vec<WeekLesson>,
    alone: bool,
) -> Vec<Others> {
    let place = |id: &str| vocabulary.subjects.iter().position(|s| s.id == id);
    lessons.sort_by_cached_key(|l| {
        (
            std::cmp::Reverse(l.school_year.clone()),
            place(&l.lesson.subject),
        )
    });
    let several = lessons.first().map(|l| &l.school_year) != lessons.last().map(|l| &l.school_year);
    let plain = (!alone).then(|| language.text("week-unaired"));
    let mut groups: Vec<(Option<String>, Others)> = Vec::new();
    for lesson in lessons {
        let card = CardView::among_subjects(language, vocabulary, lesson.lesson);
        match groups.last_mut() {
            Some((year, group)) if *year == lesson.school_year => group.cards.push(card),
            _ => {
                let year = lesson.school_year.clone().filter(|_| several);
                let heading = year.or_else(|| plain.clone().filter(|_| groups.is_empty()));
                groups.push((
                    lesson.school_year,
                    Others {
                        heading,
                        cards: vec![card],
                    },
                ));
            }
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}
