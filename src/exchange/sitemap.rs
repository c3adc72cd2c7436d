//! `/sitemap.xml`: an index of sitemaps (Sitemaps 0.9) with all pages in all languages and, of lessons, their videos
//! (Google's video extension 1.1).
//!
//! A sitemap may have 50,000 addresses and 50 MB. One of ours has a thousand rows of lessons, in three languages: so it is
//! made quickly and at once, and a crawler fetches again only those in which something changed.

use ::http::StatusCode;
use ::http::header::HeaderMap;
use axum::extract::State;
use axum::response::Response;

use super::dates::utc;
use super::xml::Xml;
use super::{name, refused};
use crate::app::Shared;
use crate::catalogue::{Mapped, Vocabulary};
use crate::http::cache::CachePolicy;
use crate::http::decoded::Decoded;
use crate::http::origin::Origin;
use crate::http::problem::Problem;
use crate::http::tagged;
use crate::words::Language;

const SITEMAP: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";
const XHTML: &str = "http://www.w3.org/1999/xhtml";
const VIDEO: &str = "http://www.google.com/schemas/sitemap-video/1.1";
const TYPE: &str = "application/xml; charset=utf-8";

/// Pages in one sitemap, each in three languages: below 50,000 addresses.
const MOST_PAGES: usize = 16_000;
/// Characters of a title that a search engine shows.
const TITLE: usize = 100;
/// Characters of a description; the protocol's limit is 2,048.
const DESCRIPTION: usize = 300;
/// Seconds of a video at most: eight hours.
const LONGEST: u64 = 28_800;

/// The index.
pub async fn index(
    State(app): State<Shared>,
    origin: Origin,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let parts = app.catalogue.read(|c| c.map_parts()).await?;
    let mut xml = Xml::document();
    xml.within("sitemapindex", &[("xmlns", SITEMAP)], |xml| {
        xml.within("sitemap", &[], |xml| {
            xml.element("loc", &origin.url("/sitemaps/pages.xml"));
        });
        for (part, changed) in parts {
            xml.within("sitemap", &[], |xml| {
                xml.element(
                    "loc",
                    &origin.url(format_args!("/sitemaps/lessons-{part}.xml")),
                );
                xml.element("lastmod", &utc(changed));
            });
        }
    });
    Ok(sent(&app, &headers, xml))
}

/// `pages.xml`: grades and their subjects; `lessons-N.xml`: lessons.
pub async fn part(
    State(app): State<Shared>,
    Decoded(name): Decoded<String>,
    origin: Origin,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let vocabulary = app.vocabulary().await?;
    if name == "pages.xml" {
        let counts = app.catalogue.read(|c| c.shelf_counts()).await?;
        let shelves = counts.iter().map(|c| [&*c.grade, &*c.section, &*c.subject]);
        let pages = pages(&vocabulary, shelves.collect());
        let mut xml = Xml::document();
        url_set(&mut xml, |xml| {
            for rest in pages.iter().take(MOST_PAGES) {
                urls(xml, &origin, rest, |_, _| {});
            }
        });
        return Ok(sent(&app, &headers, xml));
    }
    let number = number(&name).ok_or_else(missing)?;
    let lessons = app.catalogue.read(move |c| c.mapped(number)).await?;
    if lessons.is_empty() {
        return Err(missing());
    }
    let mut xml = Xml::document();
    url_set(&mut xml, |xml| {
        for lesson in &lessons {
            of_lesson(xml, &origin, &vocabulary, lesson);
        }
    });
    Ok(sent(&app, &headers, xml))
}

fn missing() -> Problem {
    let why = "there is no such sitemap; /sitemap.xml lists those that are";
    refused(StatusCode::NOT_FOUND, why)
}

fn sent(app: &Shared, request: &HeaderMap, xml: Xml) -> Response {
    tagged::text(
        request,
        CachePolicy::Page,
        &app.settings,
        TYPE,
        xml.finish(),
    )
}

/// The number in `lessons-7.xml`, which is written in one way only.
fn number(name: &str) -> Option<u32> {
    let number = name.strip_prefix("lessons-")?.strip_suffix(".xml")?;
    let read = number.parse::<u32>().ok()?;
    (read.to_string() == number && read > 0).then_some(read)
}

/// The pages that lists lead to, behind the language: first pages, grades, subjects, in each section that has lessons.
/// `shelves`: grade, section and subject of each that has some.
fn pages(vocabulary: &Vocabulary, shelves: Vec<[&str; 3]>) -> Vec<String> {
    let usual = vocabulary.sections.iter().find(|s| !s.retired);
    let mut pages = vec!["/timetable".to_owned()];
    for section in &vocabulary.sections {
        let query = match usual.is_some_and(|usual| usual.id == section.id) {
            true => String::new(),
            false => format!("?section={}", section.id),
        };
        let here: Vec<_> = shelves.iter().filter(|s| s[1] == section.id).collect();
        if here.is_empty() {
            continue;
        }
        pages.push(format!("/{query}"));
        for grade in &vocabulary.grades {
            let of_grade: Vec<_> = here.iter().filter(|s| s[0] == grade.id).collect();
            if of_grade.is_empty() {
                continue;
            }
            pages.push(format!("/grades/{}{query}", grade.id));
            let subjects = of_grade.iter().map(|s| s[2]);
            pages.extend(subjects.map(|subject| format!("/grades/{}/{subject}{query}", grade.id)));
        }
    }
    pages
}

fn url_set(xml: &mut Xml, content: impl FnOnce(&mut Xml)) {
    let namespaces = [
        ("xmlns", SITEMAP),
        ("xmlns:xhtml", XHTML),
        ("xmlns:video", VIDEO),
    ];
    xml.within("urlset", &namespaces, content);
}

/// A page in each language, each naming all of them and the address that leads to the reader's own.
fn urls(xml: &mut Xml, origin: &Origin, rest: &str, about: impl Fn(&mut Xml, Language)) {
    let address = |language: Language| origin.url(format_args!("/{}{rest}", language.code()));
    for language in Language::ALL {
        xml.within("url", &[], |xml| {
            xml.element("loc", &address(language));
            about(xml, language);
            for other in Language::ALL {
                alternate(xml, other.code(), &address(other));
            }
            alternate(xml, "x-default", &origin.url(rest));
        });
    }
}

fn alternate(xml: &mut Xml, language: &str, address: &str) {
    let link = [
        ("rel", "alternate"),
        ("hreflang", language),
        ("href", address),
    ];
    xml.empty("xhtml:link", &link);
}

fn of_lesson(xml: &mut Xml, origin: &Origin, vocabulary: &Vocabulary, lesson: &Mapped) {
    urls(
        xml,
        origin,
        &format!("/l/{}", lesson.code),
        |xml, language| {
            xml.element("lastmod", &utc(lesson.changed));
            // Without a picture a video counts for nothing.
            if let Some(duration) = lesson.duration.filter(|_| lesson.pictured) {
                let seconds = duration.whole_seconds().clamp(1, LONGEST);
                let below = |what: &str| origin.url(format_args!("/l/{}/{what}", lesson.code));
                xml.within("video:video", &[], |xml| {
                    xml.element("video:thumbnail_loc", &below("poster.jpg"));
                    xml.element("video:title", &cut(&lesson.title, TITLE));
                    let description = description(vocabulary, lesson, language);
                    xml.element("video:description", &cut(&description, DESCRIPTION));
                    xml.element("video:content_loc", &below("video.mp4"));
                    let player = origin.url(format_args!("/embed/{}", lesson.code));
                    xml.element("video:player_loc", &player);
                    xml.element("video:duration", &seconds.to_string());
                    xml.element("video:publication_date", &utc(lesson.listed));
                    xml.element("video:family_friendly", "yes");
                    xml.element("video:requires_subscription", "no");
                    xml.element("video:live", "no");
                });
            }
        },
    );
}

/// What its people say about it, else what its page says of itself.
fn description(vocabulary: &Vocabulary, lesson: &Mapped, language: Language) -> String {
    let own = lesson.description.clone();
    own.unwrap_or_else(|| {
        let arguments = [
            ("title", lesson.title.as_str().into()),
            (
                "subject",
                name(&vocabulary.subjects, &lesson.subject, language).into(),
            ),
            (
                "grade",
                name(&vocabulary.grades, &lesson.grade, language).into(),
            ),
        ];
        language.with("lesson-description", &arguments)
    })
}

/// At most `most` characters of a text.
fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => {
            let begins: String = text.chars().take(most - 1).collect();
            format!("{}…", begins.trim_end())
        }
    }
}
