//! The choice of a section, the language of instruction.

use super::error::{Instead, Missing};
use super::page::{Visit, path};
use crate::catalogue::{Term, Vocabulary};
use crate::words::Language;

/// A section among the vocabulary's, and what keeps it chosen on the next page.
pub(super) struct Section<'v> {
    pub(super) term: &'v Term,
    /// `?section=ru`, or nothing for the one that is shown when none is chosen.
    pub(super) query: String,
}

impl<'v> Section<'v> {
    /// The section that the reader asks for; the first one when none is named.
    pub(super) fn of(visit: &Visit, vocabulary: &'v Vocabulary) -> Result<Self, Instead> {
        let term = match visit.asked("section") {
            Some(id) => vocabulary.section(id),
            None => usual(vocabulary),
        };
        let term = term.ok_or(Instead::Missing(Missing::Section))?;
        Ok(Self {
            term,
            query: query_of(vocabulary, term),
        })
    }

    /// The query that keeps it chosen and says `more` besides.
    pub(super) fn query_with(&self, more: &str) -> String {
        joined(self.query.clone(), more)
    }

    /// A switch to the page at `rest` in each section; empty when there is nothing to choose.
    pub(super) fn switch(
        &self,
        language: Language,
        vocabulary: &Vocabulary,
        rest: &str,
    ) -> Vec<SectionLink> {
        self.switch_with(language, vocabulary, rest, "")
    }

    /// The same to a page whose query says `more`.
    pub(super) fn switch_with(
        &self,
        language: Language,
        vocabulary: &Vocabulary,
        rest: &str,
        more: &str,
    ) -> Vec<SectionLink> {
        let offered = vocabulary
            .sections
            .iter()
            .filter(|t| !t.retired || t.id == self.term.id);
        let links: Vec<SectionLink> = offered
            .map(|term| {
                // A pupil looks for the section in the language that is taught there.
                let own = term
                    .language
                    .as_deref()
                    .and_then(Language::from_code)
                    .unwrap_or(language);
                SectionLink {
                    name: term.name(own.code()).to_owned(),
                    lang: (own != language).then_some(own.code()),
                    href: path(language, rest) + &joined(query_of(vocabulary, term), more),
                    current: term.id == self.term.id,
                }
            })
            .collect();
        if links.len() > 1 { links } else { Vec::new() }
    }
}

/// One half of the switch.
pub(super) struct SectionLink {
    pub(super) name: String,
    pub(super) lang: Option<&'static str>,
    pub(super) href: String,
    pub(super) current: bool,
}

fn usual(vocabulary: &Vocabulary) -> Option<&Term> {
    vocabulary.sections.iter().find(|t| !t.retired)
}

/// What keeps `section` chosen: `?section=ru`, or nothing for the usual one.
pub(super) fn query_of(vocabulary: &Vocabulary, section: &Term) -> String {
    match usual(vocabulary) {
        Some(usual) if usual.id == section.id => String::new(),
        _ => format!("?section={}", section.id),
    }
}

/// A query that says `more` as well.
fn joined(query: String, more: &str) -> String {
    match (query.as_str(), more) {
        (_, "") => query,
        ("", _) => format!("?{more}"),
        _ => format!("{query}&{more}"),
    }
}

/// `language` as an attribute where it is not the page's own.
pub(super) fn foreign(page: Language, language: Option<&str>) -> Option<String> {
    language
        .filter(|l| !l.is_empty() && *l != page.code())
        .map(str::to_owned)
}
