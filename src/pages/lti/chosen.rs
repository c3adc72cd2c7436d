//! `/{lang}/lti/pick/{ticket}/chosen?code=…&code=…`: several lessons that a teacher ticked, before they go into the course.

use ::http::StatusCode;
use askama::Template;
use axum::response::Response;

use super::frame::{Post, Top, laid_out};
use super::item::{item, line};
use super::picker::{Picker, Place, Trouble};
use super::told::Told;
use crate::auth::access::{self, Access, Viewer};
use crate::catalogue::{Found, Lesson, Snapshot, Vocabulary};
use crate::lti::{MOST_ITEMS, Refusal};
use crate::pages::error::Instead;
use crate::pages::lesson::spoken;
use crate::pages::page::{Crumb, Page, hue};
use crate::pages::section::foreign;
use crate::units::Code;

#[derive(Template)]
#[template(path = "lti/chosen.html")]
struct Chosen {
    page: Page,
    top: Top,
    heading: String,
    lessons: Vec<Row>,
    add: Post,
}

struct Row {
    href: String,
    sign: String,
    hue: u16,
    title: String,
    lang: Option<String>,
    line: String,
}

/// Several lessons before they are chosen.
pub async fn show(picker: Picker) -> Response {
    picker.answer(chosen(&picker).await)
}

async fn chosen(picker: &Picker) -> Result<(StatusCode, Chosen), Trouble> {
    let visit = &picker.visit;
    let language = visit.language;
    let place = Place::of(visit);
    let mut codes: Vec<&str> = Vec::new();
    for code in visit.asked_all("code") {
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    let told = |heading: String, text: String| {
        let mut told = Told::new(visit, heading, vec![text]);
        let back = picker.path("", &place);
        told.back = Some((language.text("lti-back"), back));
        Err(Trouble::Told(Box::new(told)))
    };
    if codes.is_empty() {
        return told(
            language.text("lti-none-ticked"),
            language.text("lti-none-ticked-text"),
        );
    }
    if codes.len() > 1 && !picker.picking.multiple {
        let platform = [("platform", picker.platform.name.as_str().into())];
        return told(
            language.text("lti-one-only"),
            language.with("lti-one-only-text", &platform),
        );
    }
    if codes.len() > MOST_ITEMS {
        let refusal = Refusal::TooMany {
            chosen: codes.len(),
            most: MOST_ITEMS,
        };
        return told(language.text("lti-too-many"), language.text(refusal.key()));
    }
    let mut lessons = Vec::with_capacity(codes.len());
    for code in codes {
        match open_lesson(picker, code).await? {
            Some(lesson) => lessons.push(lesson),
            None => {
                let shown: String = code.chars().take(40).collect();
                return told(
                    language.text("lti-not-there"),
                    language.with("lti-not-there-text", &[("code", shown.into())]),
                );
            }
        }
    }
    let vocabulary = visit.app.vocabulary().await.map_err(Instead::from)?;
    let items: Vec<_> = lessons
        .iter()
        .map(|lesson| item(visit, &vocabulary, lesson, None))
        .collect();
    let (top, add) = (picker.top().await?, picker.post(&items).await?);
    let page = Chosen::new(picker, &vocabulary, &place, &lessons, (top, add));
    Ok((StatusCode::OK, page))
}

/// The lesson of `code`, if anybody may see it.
async fn open_lesson(picker: &Picker, code: &str) -> Result<Option<Box<Lesson>>, Instead> {
    let Ok(code) = code.parse::<Code>() else {
        return Ok(None);
    };
    let asking = move |c: &Snapshot<'_>| {
        let found = match c.find(code)? {
            Found::Moved(own) => c.find(own)?,
            found => found,
        };
        Ok(match access::to_lesson(c, found, &Viewer::anybody())? {
            Access::Granted(lesson) => Some(lesson),
            _ => None,
        })
    };
    Ok(picker.visit.app.catalogue.read(asking).await?)
}

impl Chosen {
    fn new(
        picker: &Picker,
        vocabulary: &Vocabulary,
        place: &Place,
        lessons: &[Box<Lesson>],
        (top, add): (Top, Post),
    ) -> Self {
        let visit = &picker.visit;
        let language = visit.language;
        let heading = language.count("lti-chosen", lessons.len() as u64);
        let mut page = laid_out(visit, &heading);
        page.crumbs = vec![Crumb::link(
            language.text("lti-back"),
            picker.path("", place),
        )];
        let rows = lessons.iter().map(|lesson| {
            let d = &lesson.description;
            let subject = vocabulary.subject(&d.subject);
            Row {
                href: picker.path(&format!("/l/{}", lesson.code), place),
                sign: subject.map(|s| s.sign.clone()).unwrap_or_default(),
                hue: hue(subject.and_then(|s| s.hue)),
                title: d.title.clone(),
                lang: foreign(language, Some(spoken(vocabulary, lesson))),
                line: line(visit, vocabulary, lesson),
            }
        });
        Self {
            page,
            top,
            lessons: rows.collect(),
            heading,
            add,
        }
    }
}
