//! `/{lang}/grades/{grade}/{subject}`: the lessons of a shelf in programme order.

use askama::Template;
use axum::response::Response;

use super::assets;
use super::card::CardView;
use super::embed_list;
use super::error::{Instead, Missing};
use super::filters::{self, Filters};
use super::home::average;
use super::linked_data;
use super::page::{Crumb, Page, Visit, hue, path};
use super::preview::Preview;
use super::section::{Section, foreign};
use crate::catalogue::{Card, Divisions, Part, ShelfCount, ShelfName, Term, Vocabulary};
use crate::http::cache::CachePolicy;
use crate::units::Code;
use crate::words;

/// Lessons on one page.
pub(super) const PAGE: u32 = 50;

#[derive(Template)]
#[template(path = "subject.html")]
struct Subject {
    page: Page,
    preview: Preview,
    name: String,
    sign: String,
    hue: u16,
    /// Section, number of lessons, what one costs.
    lead: String,
    filters: Option<Filters>,
    /// Nothing is shown, since nothing fits the filters.
    none: bool,
    units: Vec<Unit>,
    first: Option<String>,
    next: Option<String>,
    /// Their codes, to print, and the lessons for a learning platform.
    codes: Option<String>,
    cartridge: Option<String>,
    /// HTML that puts the list into a page of another site.
    frame: Option<String>,
    /// JSON-LD.
    linked_data: Option<String>,
}

/// Neighbours that belong to one chapter of the curriculum.
pub(super) struct Unit {
    /// `None`: nothing is grouped here.
    pub(super) name: Option<String>,
    /// Of the name.
    pub(super) lang: Option<String>,
    pub(super) cards: Vec<CardView>,
}

/// A shelf's page.
pub async fn show(visit: Visit) -> Response {
    visit.answer(CachePolicy::Page, subject(&visit).await)
}

/// What the address of a shelf names.
pub(super) struct Place<'v> {
    pub(super) grade: &'v Term,
    pub(super) subject: &'v Term,
    pub(super) section: Section<'v>,
}

/// Grade and subject of the address, and the section that is asked for.
pub(super) fn place<'v>(visit: &Visit, vocabulary: &'v Vocabulary) -> Result<Place<'v>, Instead> {
    Ok(Place {
        grade: vocabulary
            .grade(visit.part("grade"))
            .ok_or(Instead::Missing(Missing::Grade))?,
        subject: vocabulary
            .subject(visit.part("subject"))
            .ok_or(Instead::Missing(Missing::Subject))?,
        section: Section::of(visit, vocabulary)?,
    })
}

async fn subject(visit: &Visit) -> Result<Subject, Instead> {
    let vocabulary = visit.app.vocabulary().await?;
    let Place {
        grade,
        subject,
        section,
    } = place(visit, &vocabulary)?;
    // A code that nobody could have been given is no place to go on from: the list starts at its beginning.
    let after: Option<Code> = visit.asked("after").and_then(|code| code.parse().ok());
    let part = filters::part(visit);
    let name = ShelfName {
        grade: grade.id.clone(),
        subject: subject.id.clone(),
        section: section.term.id.clone(),
    };
    let asked = part.clone();
    let question = move |c: &crate::catalogue::Snapshot<'_>| {
        let (cards, next) = c.shelf_part(&name, &asked, after, PAGE)?;
        let mut counts = c.shelf_counts()?;
        counts.retain(|c| {
            c.grade == name.grade && c.subject == name.subject && c.section == name.section
        });
        Ok((cards, next, c.divisions(&name)?, counts.pop()))
    };
    let (cards, next, divisions, count) = visit.app.catalogue.read(question).await?;
    let shelf = Shelf {
        grade,
        subject,
        section: &section,
        after,
        next,
        part,
        count,
    };
    Ok(Subject::new(visit, &vocabulary, &shelf, divisions, cards))
}

struct Shelf<'v> {
    grade: &'v Term,
    subject: &'v Term,
    section: &'v Section<'v>,
    after: Option<Code>,
    next: Option<Code>,
    part: Part,
    count: Option<ShelfCount>,
}

impl Subject {
    fn new(
        visit: &Visit,
        vocabulary: &Vocabulary,
        shelf: &Shelf<'_>,
        divisions: Divisions,
        cards: Vec<Card>,
    ) -> Self {
        let language = visit.language;
        let Shelf {
            grade,
            subject,
            section,
            after,
            next,
            part,
            count,
        } = shelf;
        let query = &section.query;
        let own = format!("/grades/{}/{}", grade.id, subject.id);
        let whole = format!("{own}{query}");
        let rest = format!("{own}{}", section.query_with(&part.query()));
        let from = |code: Code| {
            let joined = if rest.contains('?') { '&' } else { '?' };
            format!("{rest}{joined}after={code}")
        };
        let next = next.map(|code| path(language, &from(code)));
        let (name, grade_name) = (subject.name(language.code()), grade.name(language.code()));
        let arguments = [("subject", name.into()), ("grade", grade_name.into())];
        let crumbs = [
            Crumb::link(
                language.text("grades"),
                path(language, &format!("/{query}")),
            ),
            Crumb::link(
                grade_name,
                path(language, &format!("/grades/{}{query}", grade.id)),
            ),
            Crumb::here(name),
        ];
        let own_address = after.map_or_else(|| rest.clone(), from);
        let mut page = visit.page(
            &format!("{name}, {grade_name}"),
            language.with("subject-description", &arguments),
            &own_address,
        );
        page.feeds = visit.feeds(&format!("{name}, {grade_name}"), &own, query);
        if !part.is_all() {
            // One page for those who search the web: the whole shelf.
            page.canonical = Some(visit.origin().url(path(language, &whole)));
            page.alternates.clear();
            page.noindex = true;
        }
        let filters = Filters::new(
            language,
            vocabulary,
            (divisions, part),
            query,
            path(language, &whole),
        );
        if filters.is_some() {
            page.second_look = Some(assets::Sheet::Timetable.url());
        }
        let mut lead = vec![section.term.name(language.code()).to_owned()];
        if let Some(count) = count {
            lead.push(language.count("lessons", count.lessons));
            lead.extend(average([count].into_iter()).map(|bytes| {
                language.with("average", &[("size", words::size(language, bytes).into())])
            }));
        }
        let lang = foreign(language, section.term.language.as_deref());
        let filtered = section.query_with(&part.query());
        let below = |what: &str| path(language, &format!("{own}/{what}{filtered}"));
        let codes = (!cards.is_empty()).then(|| below("codes"));
        let cartridge = (!cards.is_empty()).then(|| below("cartridge.imscc"));
        let title = format!("{name}, {grade_name}");
        let page = page.under(crumbs);
        Self {
            codes,
            cartridge,
            frame: (!cards.is_empty()).then(|| embed_list::code(visit, &rest, &title)),
            linked_data: (!page.noindex).then(|| linked_data::of_shelf(visit, &page, &cards)),
            preview: Preview::of_list(
                visit,
                &page,
                &title,
                &visit.origin().url(path(language, &rest)),
            ),
            page,
            name: name.to_owned(),
            sign: subject.sign.clone(),
            hue: hue(subject.hue),
            lead: lead.join(" · "),
            filters,
            none: cards.is_empty() && !part.is_all() && next.is_none(),
            units: grouped(
                cards,
                |card| CardView::new(language, vocabulary, card),
                &lang,
            ),
            first: after.map(|_| path(language, &rest)),
            next,
        }
    }
}

/// Neighbours of the same unit together, in the order they come in.
pub(super) fn grouped(
    cards: Vec<Card>,
    view: impl Fn(Card) -> CardView,
    lang: &Option<String>,
) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    for mut card in cards {
        let name = card.unit.take();
        match units.last_mut() {
            Some(unit) if unit.name == name => unit.cards.push(view(card)),
            _ => units.push(Unit {
                name,
                lang: lang.clone(),
                cards: vec![view(card)],
            }),
        }
    }
    units
}
