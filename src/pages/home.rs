//! `/{lang}/`: choose a grade.

use askama::Template;
use axum::response::Response;

use jiff::civil::Date;

use super::airing::{AiringView, Grades};
use super::error::Instead;
use super::page::{Page, Visit, path};
use super::section::{Section, SectionLink};
use super::timetable;
use super::week::{self, WeekLink};
use crate::catalogue::{Airing, OnAir, ShelfCount, Side, Snapshot, Span, Vocabulary, Week};
use crate::clock::UnixMillis;
use crate::units::Bytes;
use crate::words;

/// Airings of a day that are shown, at most.
const SHOWN: usize = 6;
/// Airings of a day that are looked through for them.
const MOST_OF_A_DAY: u32 = 200;
/// How long after its beginning a lesson is taken to be over: they take half an hour.
const LESSON_SECONDS: u64 = 30 * 60;

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    page: Page,
    heading: String,
    lead: String,
    sections: Vec<SectionLink>,
    keys: Vec<Key>,
    cost: Option<String>,
    on_air: Option<OnAirNow>,
    week: Option<WeekLink>,
}

/// What is on television: today, or on the nearest day that has something.
struct OnAirNow {
    heading: String,
    airings: Vec<AiringView>,
    /// The whole day.
    more: String,
}

/// A grade, like a number on a remote control.
struct Key {
    href: String,
    sign: String,
    name: String,
    lessons: String,
    empty: bool,
}

/// The first page, or the same keys for choosing whose week to catch up on: `?week=2020-W14`.
pub async fn show(visit: Visit) -> Response {
    let page = match visit.asked("week") {
        Some(week) => choose_for_week(&visit, week).await,
        None => home(&visit).await,
    };
    visit.answer(visit.until_midnight(), page)
}

async fn home(visit: &Visit) -> Result<Home, Instead> {
    let vocabulary = visit.app.vocabulary().await?;
    let section = Section::of(visit, &vocabulary)?;
    let (zone, today, now) = (visit.app.zone.clone(), visit.today(), visit.now());
    let id = section.term.id.clone();
    let question = move |c: &Snapshot<'_>| {
        let mut counts = c.shelf_counts()?;
        counts.retain(|c| c.section == id);
        if counts.is_empty() {
            // What is on no shelf is on no channel.
            return Ok((counts, None, None));
        }
        let week = c.newest_week(&id, today, &zone)?;
        let which = OnAir {
            section: Some(id),
            ..OnAir::default()
        };
        let Some((day, side)) = c.day_nearest(&which, today, &zone)? else {
            return Ok((counts, None, week));
        };
        let airings = c.airings(&which, Span::of_day(day, &zone), None, MOST_OF_A_DAY)?;
        Ok((
            counts,
            Some((day, side, not_over(airings.airings, now))),
            week,
        ))
    };
    let (counts, on_air, week) = visit.app.catalogue.read(question).await?;
    let mut page = Home::new(visit, &vocabulary, &section, &lessons(&counts), "");
    page.cost = average(counts.iter()).map(|bytes| {
        let size = words::size(visit.language, bytes).into();
        visit.language.with("home-cost", &[("size", size)])
    });
    page.on_air = on_air.map(|on_air| OnAirNow::new(visit, &vocabulary, on_air));
    page.week = week.map(|week| WeekLink::new(visit, &section, "/", week));
    Ok(page)
}

/// The keys lead to the lessons of a week.
async fn choose_for_week(visit: &Visit, text: &str) -> Result<Home, Instead> {
    let language = visit.language;
    let vocabulary = visit.app.vocabulary().await?;
    let section = Section::of(visit, &vocabulary)?;
    let week = match text {
        "last" => Week::of(visit.today()).before(),
        text => Week::parse(text).map_err(|why| week::refused(language, text, why))?,
    };
    let (zone, id) = (visit.app.zone.clone(), section.term.id.clone());
    let question = move |c: &Snapshot<'_>| c.week_counts(&id, week, &zone);
    let counts = visit.app.catalogue.read(question).await?;
    let query = format!("week={week}");
    let mut home = Home::new(visit, &vocabulary, &section, &counts, &query);
    home.heading = language.text("week-choose-heading");
    home.lead = words::days(language, week.monday(), week.sunday());
    let title = language.text("week-choose-title");
    home.page.title = language.with(
        "title",
        &[("page", format!("{title}, {}", home.lead).into())],
    );
    home.page.noindex = true;
    Ok(home)
}

/// Lessons of each grade.
fn lessons(counts: &[ShelfCount]) -> Vec<(String, u64)> {
    let all = counts.iter();
    all.map(|c| (c.grade.clone(), c.lessons)).collect()
}

/// Of a day's airings the few that are not over yet; at its end the last ones.
fn not_over(mut airings: Vec<Airing>, now: UnixMillis) -> Vec<Airing> {
    let next = airings
        .iter()
        .position(|a| a.at.after_seconds(LESSON_SECONDS) > now);
    let last = airings.len().saturating_sub(SHOWN);
    airings.drain(..next.unwrap_or(last).min(last));
    airings.truncate(SHOWN);
    airings
}

impl OnAirNow {
    fn new(
        visit: &Visit,
        vocabulary: &Vocabulary,
        (day, side, airings): (Date, Side, Vec<Airing>),
    ) -> Self {
        let language = visit.language;
        let date = || [("date", words::full_date(language, day).into())];
        let heading = match side {
            _ if day == visit.today() => language.text("today-on-air"),
            Side::From => language.with("next-on-air", &date()),
            Side::Before => language.with("last-on-air", &date()),
        };
        let view = |airing| AiringView::new(visit, vocabulary, airing, Grades::Told);
        Self {
            heading,
            airings: airings.into_iter().map(view).collect(),
            more: path(language, &timetable::address_of_day(day)),
        }
    }
}

impl Home {
    fn new(
        visit: &Visit,
        vocabulary: &Vocabulary,
        section: &Section<'_>,
        counts: &[(String, u64)],
        more: &str,
    ) -> Self {
        let language = visit.language;
        let query = section.query_with(more);
        let keys = vocabulary.grades.iter().filter_map(|grade| {
            let lessons: u64 = counts
                .iter()
                .filter(|(of, _)| *of == grade.id)
                .map(|(_, lessons)| lessons)
                .sum();
            // The same keys on every screen, so that a child finds theirs again; a retired one while it holds something.
            (!grade.retired || lessons > 0).then(|| Key {
                href: path(language, &format!("/grades/{}{query}", grade.id)),
                sign: grade.sign.clone(),
                name: grade.name(language.code()).to_owned(),
                lessons: language.count("lessons", lessons),
                empty: lessons == 0,
            })
        });
        let title = language.text("home-title");
        Self {
            page: visit.page(
                &title,
                language.text("home-description"),
                &format!("/{query}"),
            ),
            heading: language.text("home-heading"),
            lead: language.text("home-lead"),
            sections: section.switch_with(language, vocabulary, "/", more),
            keys: keys.collect(),
            cost: None,
            on_air: None,
            week: None,
        }
    }
}

/// What one lesson of these shelves costs on average; `None` while nothing can be watched.
pub(super) fn average<'c>(counts: impl Iterator<Item = &'c ShelfCount>) -> Option<Bytes> {
    let (cost, priced) = counts.fold((0, 0), |(cost, priced), c| {
        (cost + c.cost.0, priced + c.priced)
    });
    (priced > 0).then(|| Bytes(cost / priced))
}
