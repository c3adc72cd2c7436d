//! `/embed/grades/{grade}/{subject}`, `/{lang}/embed/…`: the lessons of a shelf, or of a part of it, in another site's page.
//! Its query is the shelf's own; each lesson opens in a window of its own.

use askama::Template;
use axum::response::Response;

use super::card::CardView;
use super::error::Instead;
use super::filters;
use super::framed::{Framed, dressed};
use super::page::{Page, Visit, path};
use super::section::foreign;
use super::subject::{self, PAGE, Place, Unit, grouped};
use crate::catalogue::{ShelfName, Snapshot};
use crate::http::cache::CachePolicy;
use crate::http::frame::{self, Shown};
use crate::units::Code;

#[derive(Template)]
#[template(path = "embed_list.html")]
struct EmbedList {
    page: Page,
    name: String,
    /// The page of the same lessons.
    shelf: String,
    units: Vec<Unit>,
    /// These stay in the frame.
    first: Option<String>,
    next: Option<String>,
}

/// A list in a frame.
pub async fn show(framed: Framed) -> Response {
    framed.answer(CachePolicy::Page, list(&framed).await)
}

async fn list(framed: &Framed) -> Result<EmbedList, Instead> {
    let visit = &framed.visit;
    let vocabulary = visit.app.vocabulary().await?;
    let Place {
        grade,
        subject,
        section,
    } = subject::place(visit, &vocabulary)?;
    let after: Option<Code> = visit.asked("after").and_then(|code| code.parse().ok());
    let part = filters::part(visit);
    let query = section.query_with(&part.query());
    let name = ShelfName {
        grade: grade.id.clone(),
        subject: subject.id.clone(),
        section: section.term.id.clone(),
    };
    let question = move |c: &Snapshot<'_>| c.shelf_part(&name, &part, after, PAGE);
    let (cards, next) = visit.app.catalogue.read(question).await?;

    let language = visit.language;
    let shelf = format!("/grades/{}/{}{query}", grade.id, subject.id);
    // Where the address says a language, all that follow say it as well.
    let own = match visit
        .asked("lang")
        .filter(|_| visit.part("lang").is_empty())
    {
        Some(_) => with(&format!("/embed{shelf}"), "lang", language.code()),
        None => format!("/embed{shelf}"),
    };
    let next = next.map(|code| framed.path(&with(&own, "after", code.as_str())));
    let (subject, grade) = (subject.name(language.code()), grade.name(language.code()));
    let name = format!("{subject}, {grade}");
    let arguments = [("subject", subject.into()), ("grade", grade.into())];
    let description = language.with("subject-description", &arguments);
    let lang = foreign(language, section.term.language.as_deref());
    let card = |card| CardView {
        framed: true,
        ..CardView::new(language, &vocabulary, card)
    };
    Ok(EmbedList {
        page: dressed(visit.page(&name, description, &shelf)),
        name,
        shelf: path(language, &shelf),
        units: grouped(cards, card, &lang),
        first: after.map(|_| framed.path(&own)),
        next,
    })
}

/// `address` with one thing more in its query.
fn with(address: &str, name: &str, value: &str) -> String {
    let joined = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joined}{name}={value}")
}

/// The HTML of a frame that shows the lessons of the shelf at `rest`, called `name`, for who puts it into a page of theirs.
pub(super) fn code(visit: &Visit, rest: &str, name: &str) -> String {
    let own = path(visit.language, &format!("/embed{rest}"));
    let size = (frame::WIDTH, frame::height(frame::WIDTH, Shown::List));
    frame::code(&visit.origin().url(&own), name, size)
}
