//! `/{lang}/timetable`: what is broadcast when, on which channel.

use askama::Template;
use axum::response::Response;
use jiff::civil::Date;

use super::airing::{Day, Grades, days};
use super::error::{Instead, Missing};
use super::page::{Crumb, Page, Visit, path};
use super::week;
use crate::catalogue::{
    self, AirPlace, Airings, OnAir, Side, Snapshot, Span, Term, Vocabulary, Week, day_at, parse_day,
};
use crate::clock::UnixMillis;
use crate::http::cache::CachePolicy;
use crate::words::{self, Language};

/// Airings on one page: with them it fits into the first packets of a connection.
pub(super) const PAGE: u32 = 60;

/// Which stretch of the timetable is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    /// Today; where nothing is on today, the nearest day that has something.
    Today,
    Day(Date),
    Week(Week),
}

#[derive(Template)]
#[template(path = "timetable.html")]
struct Timetable {
    page: Page,
    heading: String,
    /// The day or week.
    lead: Option<String>,
    note: Option<String>,
    steps: Vec<Step>,
    /// The day shown, for the field in which another can be chosen.
    date: String,
    /// Stays chosen while channel, grade or section changes.
    week: Option<String>,
    /// Not everything is shown: the form is open.
    chosen: bool,
    choices: Vec<Choice>,
    days: Vec<Day>,
    later: Option<String>,
}

/// A link to another day or week of the timetable.
pub(super) struct Step {
    pub(super) href: String,
    pub(super) text: String,
    /// `prev` or `next`; `None`: neither.
    pub(super) rel: Option<&'static str>,
}

impl Step {
    pub(super) fn back(text: &str, href: String) -> Self {
        Self {
            href,
            text: format!("‹ {text}"),
            rel: Some("prev"),
        }
    }

    pub(super) fn on(text: &str, href: String) -> Self {
        Self {
            href,
            text: format!("{text} ›"),
            rel: Some("next"),
        }
    }
}

/// A field with a list of values.
pub(super) struct Choice {
    pub(super) name: &'static str,
    pub(super) label: String,
    /// What choosing nothing is called.
    pub(super) any: String,
    pub(super) options: Vec<Chosen>,
}

/// One of its values.
pub(super) struct Chosen {
    pub(super) value: String,
    pub(super) text: String,
    pub(super) selected: bool,
}

/// What the catalogue said.
struct Answer {
    airings: Airings,
    /// The day that is shown instead of today, and whether it is yet to come.
    instead: Option<(Date, Side)>,
    before: Option<UnixMillis>,
    from: Option<UnixMillis>,
}

/// The timetable.
pub async fn show(visit: Visit) -> Response {
    let when = when(&visit);
    let policy = match when {
        Ok(When::Today) => visit.until_midnight(),
        Ok(When::Week(_)) if visit.asked("week") == Some("last") => visit.until_midnight(),
        _ => CachePolicy::Page,
    };
    let page = match when {
        Ok(when) => timetable(&visit, when).await,
        Err(instead) => Err(instead),
    };
    visit.answer(policy, page)
}

fn when(visit: &Visit) -> Result<When, Instead> {
    if let Some(text) = visit.asked("date") {
        let day = parse_day(text).map(When::Day);
        return day.ok_or_else(|| bad_day(visit.language, text));
    }
    match visit.asked("week") {
        Some("last") => Ok(When::Week(Week::of(visit.today()).before())),
        Some(text) => Week::parse(text)
            .map(When::Week)
            .map_err(|why| week::refused(visit.language, text, why)),
        None => Ok(When::Today),
    }
}

fn bad_day(language: Language, text: &str) -> Instead {
    let value = [("value", week::shortened(text).into())];
    Instead::Refused(
        language.text("bad-day-title"),
        language.with("bad-day-text", &value),
    )
}

async fn timetable(visit: &Visit, when: When) -> Result<Timetable, Instead> {
    let vocabulary = visit.app.vocabulary().await?;
    let known = |name: &str, terms: &[Term], missing| match visit.asked(name) {
        Some(id) if terms.iter().all(|t| t.id != id) => Err(Instead::Missing(missing)),
        id => Ok(id.map(str::to_owned)),
    };
    let which = OnAir {
        grade: known("grade", &vocabulary.grades, Missing::Grade)?,
        section: known("section", &vocabulary.sections, Missing::Section)?,
        channel: known("channel", &vocabulary.channels, Missing::Channel)?,
    };
    // A place that cannot be is no place to go on from: the list starts at its beginning.
    let after = visit.asked("after").and_then(AirPlace::parse);
    let (zone, today) = (visit.app.zone.clone(), visit.today());
    let (asked, from) = (which.clone(), after.clone());
    let question = move |c: &Snapshot<'_>| -> Result<Answer, catalogue::Error> {
        let (span, instead) = match when {
            When::Day(day) => (Span::of_day(day, &zone), None),
            When::Week(week) => (week.span(&zone), None),
            When::Today => {
                let span = Span::of_day(today, &zone);
                match c.day_nearest(&asked, today, &zone)? {
                    Some((day, side)) if day != today => {
                        (Span::of_day(day, &zone), Some((day, side)))
                    }
                    _ => (span, None),
                }
            }
        };
        Ok(Answer {
            airings: c.airings(&asked, span, from.as_ref(), PAGE)?,
            instead,
            before: c.nearest_airing(&asked, Side::Before, span.from)?,
            from: c.nearest_airing(&asked, Side::From, span.until)?,
        })
    };
    let answer = visit.app.catalogue.read(question).await?;
    Ok(Timetable::new(
        visit,
        &vocabulary,
        (when, &which, after),
        answer,
    ))
}

impl Timetable {
    fn new(
        visit: &Visit,
        vocabulary: &Vocabulary,
        (when, which, after): (When, &OnAir, Option<AirPlace>),
        answer: Answer,
    ) -> Self {
        let language = visit.language;
        let zone = &visit.app.zone;
        let here = address(when, which);
        // Today's own page has no date in its address.
        let day = match when {
            When::Today => Some(answer.instead.map_or(visit.today(), |(day, _)| day)),
            When::Day(day) => Some(day),
            When::Week(_) => None,
        };
        let told = match (when, day) {
            (When::Week(week), _) => words::days(language, week.monday(), week.sunday()),
            (_, day) => words::full_date(language, day.unwrap_or_default()),
        };
        let heading = match (when, answer.instead) {
            (When::Today, None) if !answer.airings.airings.is_empty() => {
                language.text("today-on-air")
            }
            _ => language.text("timetable"),
        };
        let shown_instead = answer.instead.map(|(_, side)| match side {
            Side::From => language.with("next-on-air", &[("date", told.as_str().into())]),
            Side::Before => language.with("last-on-air", &[("date", told.as_str().into())]),
        });
        let empty = answer.airings.airings.is_empty() && after.is_none();
        let note = match when {
            _ if empty && *which != OnAir::default() => {
                Some(language.text("timetable-empty-filter"))
            }
            When::Today if empty || answer.instead.is_some() => {
                Some(language.text("timetable-empty"))
            }
            When::Day(_) if empty => Some(language.text("timetable-empty-day")),
            When::Week(_) if empty => Some(language.text("timetable-empty-week")),
            _ => None,
        };
        let go_on = |place: AirPlace| {
            let joined = if here.contains('?') { '&' } else { '?' };
            path(language, &format!("{here}{joined}after={place}"))
        };
        let title = language.with("timetable-of", &[("when", told.as_str().into())]);
        let title = if when == When::Today {
            language.text("timetable")
        } else {
            title
        };
        let mut page = visit
            .page(&title, language.text("timetable-description"), &here)
            .under([
                Crumb::link(language.text("grades"), path(language, "/")),
                Crumb::here(language.text("timetable")),
            ]);
        page.noindex = *which != OnAir::default() || after.is_some();
        page.second_look = Some(super::assets::Sheet::Timetable.url());
        let by_week = matches!(when, When::Week(_));
        let heading_of = |date| by_week.then(|| words::day_of_week(language, date));
        Self {
            page,
            heading,
            lead: Some(shown_instead.unwrap_or(told)),
            note,
            steps: steps(
                language,
                which,
                when,
                day,
                (answer.before, answer.from),
                zone,
            ),
            date: day.map(|d| d.to_string()).unwrap_or_default(),
            week: match when {
                When::Week(week) => Some(week.to_string()),
                _ => None,
            },
            chosen: *which != OnAir::default(),
            choices: choices(language, vocabulary, which),
            later: answer.airings.next.map(go_on),
            days: days(
                visit,
                vocabulary,
                answer.airings.airings,
                Grades::Told,
                heading_of,
            ),
        }
    }
}

fn steps(
    language: Language,
    which: &OnAir,
    when: When,
    day: Option<Date>,
    (before, from): (Option<UnixMillis>, Option<UnixMillis>),
    zone: &jiff::tz::TimeZone,
) -> Vec<Step> {
    let there = |date: Date| match when {
        When::Week(_) => {
            let week = Week::of(date);
            (
                words::days(language, week.monday(), week.sunday()),
                When::Week(week),
            )
        }
        _ => (words::date(language, date), When::Day(date)),
    };
    let link = |at: Option<UnixMillis>, step: fn(&str, String) -> Step| {
        let (text, when) = there(day_at(at?, zone)?);
        Some(step(&text, path(language, &address(when, which))))
    };
    let week = day.map(Week::of).map(|week| Step {
        href: path(language, &address(When::Week(week), which)),
        text: language.with(
            "timetable-whole-week",
            &[(
                "days",
                words::days(language, week.monday(), week.sunday()).into(),
            )],
        ),
        rel: None,
    });
    [link(before, Step::back), week, link(from, Step::on)]
        .into_iter()
        .flatten()
        .collect()
}

/// The address of a part of the timetable, behind the language.
fn address(when: When, which: &OnAir) -> String {
    let when = match when {
        When::Today => None,
        When::Day(day) => Some(format!("date={day}")),
        When::Week(week) => Some(format!("week={week}")),
    };
    let named = [
        ("channel", &which.channel),
        ("grade", &which.grade),
        ("section", &which.section),
    ];
    let chosen = named
        .into_iter()
        .filter_map(|(name, id)| Some(format!("{name}={}", id.as_ref()?)));
    let query: Vec<String> = when.into_iter().chain(chosen).collect();
    match query.as_slice() {
        [] => "/timetable".into(),
        query => format!("/timetable?{}", query.join("&")),
    }
}

/// The address of a day, behind the language.
pub(super) fn address_of_day(day: Date) -> String {
    address(When::Day(day), &OnAir::default())
}

fn choices(language: Language, vocabulary: &Vocabulary, which: &OnAir) -> Vec<Choice> {
    let fields = [
        (
            "channel",
            language.text("timetable-channel"),
            &vocabulary.channels,
            &which.channel,
        ),
        (
            "grade",
            language.text("timetable-grade"),
            &vocabulary.grades,
            &which.grade,
        ),
        (
            "section",
            language.text("timetable-section"),
            &vocabulary.sections,
            &which.section,
        ),
    ];
    let field =
        |(name, label, terms, chosen): (&'static str, String, &Vec<Term>, &Option<String>)| {
            let options = terms
                .iter()
                .filter(|t| !t.retired || chosen.as_ref() == Some(&t.id))
                .map(|t| Chosen {
                    value: t.id.clone(),
                    text: t.name(language.code()).to_owned(),
                    selected: chosen.as_ref() == Some(&t.id),
                });
            Choice {
                name,
                label,
                any: language.text("timetable-any"),
                options: options.collect(),
            }
        };
    // One value is no choice.
    fields
        .into_iter()
        .map(field)
        .filter(|c| c.options.len() > 1)
        .collect()
}
