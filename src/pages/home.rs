//! `/{lang}/`: choose a grade.

use askama::Template;
use axum::response::Response;

use super::error::Instead;
use super::page::{Page, Visit, path};
use super::section::{Section, SectionLink};
use crate::catalogue::{ShelfCount, Vocabulary};
use crate::http::cache::CachePolicy;
use crate::units::Bytes;
use crate::words;

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    page: Page,
    sections: Vec<SectionLink>,
    keys: Vec<Key>,
    cost: Option<String>,
}

/// A grade, like a number on a remote control.
struct Key {
    href: String,
    sign: String,
    name: String,
    lessons: String,
    empty: bool,
}

/// The first page.
pub async fn show(visit: Visit) -> Response {
    visit.answer(CachePolicy::Page, home(&visit).await)
}

async fn home(visit: &Visit) -> Result<Home, Instead> {
    let vocabulary = visit.app.vocabulary().await?;
    let section = Section::of(visit, &vocabulary)?;
    let counts = visit.app.catalogue.read(|c| c.shelf_counts()).await?;
    let mut here = counts;
    here.retain(|c| c.section == section.term.id);
    Ok(Home::new(visit, &vocabulary, &section, &here))
}

impl Home {
    fn new(
        visit: &Visit,
        vocabulary: &Vocabulary,
        section: &Section<'_>,
        counts: &[ShelfCount],
    ) -> Self {
        let language = visit.language;
        let keys = vocabulary.grades.iter().filter_map(|grade| {
            let lessons: u64 = counts
                .iter()
                .filter(|c| c.grade == grade.id)
                .map(|c| c.lessons)
                .sum();
            // The same keys on every screen, so that a child finds theirs again; a retired one while it holds something.
            (!grade.retired || lessons > 0).then(|| Key {
                href: path(language, &format!("/grades/{}{}", grade.id, section.query)),
                sign: grade.sign.clone(),
                name: grade.name(language.code()).to_owned(),
                lessons: language.count("lessons", lessons),
                empty: lessons == 0,
            })
        });
        let cost = average(counts.iter()).map(|bytes| {
            language.with(
                "home-cost",
                &[("size", words::size(language, bytes).into())],
            )
        });
        let title = language.text("home-title");
        Self {
            page: visit.page(
                &title,
                language.text("home-description"),
                &format!("/{}", section.query),
            ),
            sections: section.switch(language, vocabulary, "/"),
            keys: keys.collect(),
            cost,
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
