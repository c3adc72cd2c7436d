//! `/{lang}/grades/{grade}`: choose a subject.

use askama::Template;
use axum::response::Response;

use super::error::{Instead, Missing};
use super::home::average;
use super::page::{Crumb, Page, Visit, hue, path};
use super::section::{Section, SectionLink};
use super::week::{self, WeekLink};
use crate::catalogue::{Class, ShelfCount, Snapshot, Term, Vocabulary};
use crate::words;

#[derive(Template)]
#[template(path = "grade.html")]
struct Grade {
    page: Page,
    name: String,
    sections: Vec<SectionLink>,
    /// Leads to the lessons of a week that was missed.
    week: Option<WeekLink>,
    shelves: Vec<Shelf>,
}

/// A subject with lessons for this grade.
struct Shelf {
    href: String,
    sign: String,
    hue: u16,
    name: String,
    lessons: String,
    average: Option<String>,
}

/// A grade's page.
pub async fn show(visit: Visit) -> Response {
    if let Some(week) = visit.asked("week") {
        return week::show(&visit, week).await;
    }
    // What the last week is changes at midnight.
    visit.answer(visit.until_midnight(), grade(&visit).await)
}

async fn grade(visit: &Visit) -> Result<Grade, Instead> {
    let vocabulary = visit.app.vocabulary().await?;
    let grade = vocabulary
        .grade(visit.part("grade"))
        .ok_or(Instead::Missing(Missing::Grade))?;
    let section = Section::of(visit, &vocabulary)?;
    let class = Class {
        grade: grade.id.clone(),
        section: section.term.id.clone(),
    };
    let (zone, today) = (visit.app.zone.clone(), visit.today());
    let question = move |c: &Snapshot<'_>| {
        let mut counts = c.shelf_counts()?;
        counts.retain(|c| c.section == class.section && c.grade == class.grade);
        // A class without lessons has no weeks either.
        let week = match counts.is_empty() {
            true => None,
            false => c.week_to_catch_up(&class, today, &zone)?,
        };
        Ok((counts, week))
    };
    let (counts, week) = visit.app.catalogue.read(question).await?;
    let mut page = Grade::new(visit, &vocabulary, grade, &section, &counts);
    page.week = week.map(|week| {
        let there = format!("/grades/{}", grade.id);
        WeekLink::new(visit, &section, &there, week)
    });
    Ok(page)
}

impl Grade {
    fn new(
        visit: &Visit,
        vocabulary: &Vocabulary,
        grade: &Term,
        section: &Section<'_>,
        counts: &[ShelfCount],
    ) -> Self {
        let language = visit.language;
        let name = grade.name(language.code()).to_owned();
        let shelves = vocabulary.subjects.iter().filter_map(|subject| {
            let count = counts.iter().find(|c| c.subject == subject.id)?;
            let average = average([count].into_iter()).map(|bytes| words::size(language, bytes));
            Some(Shelf {
                href: path(
                    language,
                    &format!("/grades/{}/{}{}", grade.id, subject.id, section.query),
                ),
                sign: subject.sign.clone(),
                hue: hue(subject.hue),
                name: subject.name(language.code()).to_owned(),
                lessons: language.count("lessons", count.lessons),
                average: average.map(|size| language.with("average", &[("size", size.into())])),
            })
        });
        let rest = format!("/grades/{}", grade.id);
        let description = language.with("grade-description", &[("grade", name.as_str().into())]);
        let crumbs = [
            Crumb::link(
                language.text("grades"),
                path(language, &format!("/{}", section.query)),
            ),
            Crumb::here(&*name),
        ];
        let mut page = visit
            .page(&name, description, &format!("{rest}{}", section.query))
            .under(crumbs);
        page.feeds = visit.feeds(&name, &rest, &section.query);
        Self {
            page,
            shelves: shelves.collect(),
            sections: section.switch(language, vocabulary, &rest),
            week: None,
            name,
        }
    }
}
