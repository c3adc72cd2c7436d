//! Surface: what other programs read of the archive. oEmbed, feeds, sitemaps, OAI-PMH, Common
//! Cartridges.
//!
//! Nothing here names a lesson that lists do not name, but for who shows its address (oEmbed).

mod asked;
mod cartridge;
mod dates;
mod feeds;
mod oai;
mod oembed;
mod place;
mod robots;
mod sitemap;
#[cfg(test)]
mod tests;
mod xml;

pub use cartridge::cartridge;
pub use feeds::{of_archive, of_grade, of_subject};
pub use oai::{get as oai, post as oai_post};
pub use oembed::oembed;
pub use robots::robots;
pub use sitemap::{index as sitemap_index, part as sitemap_part};

use ::http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
use ::http::{HeaderValue, StatusCode};

use crate::catalogue::{Lesson, Term, Vocabulary};
use crate::http::problem::Problem;
use crate::words::Language;

/// A refusal that pages of other sites may read.
fn refused(status: StatusCode, why: impl Into<String>) -> Problem {
    Problem::new(status)
        .detail(why.into())
        .header(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"))
}

/// The language that a lesson is taught in, BCP 47; empty where its section is none of the vocabulary's.
fn spoken<'a>(vocabulary: &'a Vocabulary, lesson: &'a Lesson) -> &'a str {
    let section = vocabulary.section(&lesson.description.section);
    lesson.language(
        section
            .and_then(|s| s.language.as_deref())
            .unwrap_or_default(),
    )
}

/// The language of the interface in which lessons that are taught in `tag` are told of.
fn told_in(tag: &str) -> Language {
    let primary = tag.split('-').next().unwrap_or_default();
    Language::from_code(primary).unwrap_or(Language::Az)
}

/// The section that an address asks for, the first one when it names none, and what keeps it chosen, as on pages: nothing
/// for the first. `None`: there is no such section.
fn section<'v>(vocabulary: &'v Vocabulary, asked: Option<&str>) -> Option<(&'v Term, String)> {
    let usual = vocabulary.sections.iter().find(|s| !s.retired);
    let chosen = match asked {
        Some(id) => vocabulary.section(id),
        None => usual,
    }?;
    let query = match usual.is_some_and(|usual| usual.id == chosen.id) {
        true => String::new(),
        false => format!("?section={}", chosen.id),
    };
    Some((chosen, query))
}

/// What is asked for is none of the vocabulary's.
fn no_such(what: &str) -> Problem {
    refused(
        StatusCode::NOT_FOUND,
        format!("this archive has no such {what}"),
    )
}

/// The name of the term called `id`; the id itself where there is none.
fn name<'a>(terms: &'a [Term], id: &'a str, language: Language) -> &'a str {
    let term = terms.iter().find(|term| term.id == id);
    term.map_or(id, |term| term.name(language.code()))
}
