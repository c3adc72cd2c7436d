//! `/{lang}/grades/{grade}`: choose a subject.

use askama::Template;
use axum::response::Response;

use super::error::{Instead, Missing};
use super::home::average;
use super::page::{Crumb, Page, Visit, hue, path};
use super::section::{Section, SectionLink};
use crate::catalogue::{ShelfCount, Term, Vocabulary};
use crate::http::cache::CachePolicy;
use crate::words;

#[derive(Template)]
#[template(path = "grade.html")]
struct Grade {
    page: Page,
    name: String,
    sections: Vec<SectionLink>,
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
    visit.answer(CachePolicy::Page, grade(&visit).await)
}

async fn grade(visit: &Visit) -> Result<Grade, Instead> {
    let vocabulary = visit.app.vocabulary().await?;
    let grade = vocabulary
        .grade(visit.part("grade"))
        .ok_or(Instead::Missing(Missing::Grade))?;
    let section = Section::of(visit, &vocabulary)?;
    let mut counts = visit.app.catalogue.read(|c| c.shelf_counts()).await?;
    counts.retain(|c| c.section == section.term.id && c.grade == grade.id);
    Ok(Grade::new(visit, &vocabulary, grade, &section, &counts))
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
        Self {
            page: visit
                .page(&name, description, &format!("{rest}{}", section.query))
                .under(crumbs),
            shelves: shelves.collect(),
            sections: section.switch(language, vocabulary, &rest),
            name,
        }
    }
}
