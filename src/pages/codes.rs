//! `/{lang}/grades/{grade}/{subject}/codes`: the codes of a shelf's lessons, to print and to cut out; with filters, those of a
//! unit or of a textbook.

use askama::Template;
use axum::response::Response;

use super::assets;
use super::error::Instead;
use super::filters;
use super::page::{Crumb, Page, Visit, path};
use super::section::foreign;
use super::subject::{self, Place};
use crate::catalogue::{Card, ShelfName};
use crate::http::cache::CachePolicy;
use crate::http::qr;
use crate::units::Code;

/// Codes on one page: a sheet of paper or two, and what a slow line carries in its first packets.
const PAGE: u32 = 24;

#[derive(Template)]
#[template(path = "codes.html")]
struct Codes {
    page: Page,
    name: String,
    /// What follows each address's beginning: `https://lessons.example/l/`.
    beginning: String,
    /// Of titles and units.
    lang: Option<String>,
    units: Vec<Unit>,
    /// The shelf that the codes are of.
    shelf: String,
    next: Option<String>,
}

/// Neighbours that belong to one chapter of the curriculum.
struct Unit {
    name: Option<String>,
    lessons: Vec<Printed>,
}

struct Printed {
    code: Code,
    title: String,
    /// `12.` in the programme.
    number: Option<u32>,
    /// An SVG; empty where the address is longer than what a QR code holds.
    qr: String,
}

/// A shelf's codes.
pub async fn show(visit: Visit) -> Response {
    visit.answer(CachePolicy::Page, codes(&visit).await)
}

async fn codes(visit: &Visit) -> Result<Codes, Instead> {
    let vocabulary = visit.app.vocabulary().await?;
    let Place {
        grade,
        subject,
        section,
    } = subject::place(visit, &vocabulary)?;
    let after: Option<Code> = visit.asked("after").and_then(|code| code.parse().ok());
    let part = filters::part(visit);
    let textbook = part.textbook.clone();
    let query = section.query_with(&part.query());
    let name = ShelfName {
        grade: grade.id.clone(),
        subject: subject.id.clone(),
        section: section.term.id.clone(),
    };
    let question =
        move |c: &crate::catalogue::Snapshot<'_>| c.shelf_part(&name, &part, after, PAGE);
    let (cards, next) = visit.app.catalogue.read(question).await?;

    let language = visit.language;
    let shelf = format!("/grades/{}/{}", grade.id, subject.id);
    let own = format!("{shelf}/codes{query}");
    let next = next.map(|code| {
        let joined = if query.is_empty() { '?' } else { '&' };
        path(language, &format!("{own}{joined}after={code}"))
    });
    let shelf = path(language, &format!("{shelf}{query}"));
    let (subject, grade) = (subject.name(language.code()), grade.name(language.code()));
    let mut name = language.with(
        "codes-title",
        &[("subject", subject.into()), ("grade", grade.into())],
    );
    if let Some(isbn) = textbook {
        let told = language.with("textbook", &[("isbn", isbn.into())]);
        name = format!("{name} · {told}");
    }
    let mut page = visit.page(&name, language.text("codes-lead"), &own);
    // Who searches the web is looking for lessons.
    page.noindex = true;
    page.second_look = Some(assets::Sheet::Codes.url());
    Ok(Codes {
        page: page.under([
            Crumb::link(format!("{subject}, {grade}"), shelf.clone()),
            Crumb::here(language.text("codes")),
        ]),
        name,
        beginning: visit.origin().url("/l/"),
        lang: foreign(language, section.term.language.as_deref()),
        units: grouped(cards, visit),
        shelf,
        next,
    })
}

fn grouped(cards: Vec<Card>, visit: &Visit) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    for card in cards {
        let address = visit.origin().url(format_args!("/l/{}", card.code));
        let lesson = Printed {
            code: card.code,
            title: card.title,
            number: card.lesson_number,
            qr: qr::svg(&address).unwrap_or_default(),
        };
        match units.last_mut() {
            Some(unit) if unit.name == card.unit => unit.lessons.push(lesson),
            _ => units.push(Unit {
                name: card.unit,
                lessons: vec![lesson],
            }),
        }
    }
    units
}
