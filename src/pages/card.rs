//! A lesson in a list.

use super::page::{hue, path};
use super::section::foreign;
use crate::catalogue::{Card, Kind, Vocabulary};
use crate::words::{self, Language};

/// What card.html shows.
pub(super) struct CardView {
    pub(super) href: String,
    /// Its number in the programme, else its subject's sign.
    pub(super) sign: String,
    pub(super) hue: u16,
    pub(super) title: String,
    /// Of the title.
    pub(super) lang: Option<String>,
    /// How long it is, and what one should know before playing it.
    pub(super) details: String,
    /// `None`: it cannot be watched in a browser, or not yet.
    pub(super) cost: Option<String>,
    /// There is no recording yet.
    pub(super) announced: bool,
    /// The lesson whose page this is.
    pub(super) current: bool,
    /// It opens in a window of its own: the list stands in a frame.
    pub(super) framed: bool,
}

impl CardView {
    pub(super) fn new(language: Language, vocabulary: &Vocabulary, card: Card) -> Self {
        let subject = vocabulary.subject(&card.subject);
        let section = vocabulary.section(&card.section);
        let sign = match card.lesson_number {
            Some(number) => number.to_string(),
            None => subject.map(|s| s.sign.clone()).unwrap_or_default(),
        };
        Self {
            href: path(language, &format!("/l/{}", card.code)),
            sign,
            hue: hue(subject.and_then(|s| s.hue)),
            lang: foreign(language, section.and_then(|s| s.language.as_deref())),
            details: details(language, &card),
            cost: card.cost.map(|bytes| words::size_from(language, bytes)),
            announced: card.duration.is_none(),
            current: false,
            framed: false,
            title: card.title,
        }
    }

    /// The same in a list of lessons of several subjects: the subject's sign and name instead of a number.
    pub(super) fn among_subjects(
        language: Language,
        vocabulary: &Vocabulary,
        mut card: Card,
    ) -> Self {
        let name = vocabulary
            .subject(&card.subject)
            .map_or(card.subject.as_str(), |s| s.name(language.code()))
            .to_owned();
        card.lesson_number = None;
        let view = Self::new(language, vocabulary, card);
        Self {
            details: format!("{name} · {}", view.details),
            ..view
        }
    }
}

fn details(language: Language, card: &Card) -> String {
    let mut all = vec![match card.duration {
        Some(duration) => language.count("minutes", duration.about_minutes()),
        None => language.text("not-yet"),
    }];
    if card.kind != Kind::Lesson {
        all.push(language.with("kind", &[("kind", card.kind.as_str().into())]));
    }
    if card.captioned {
        all.push(language.text("captioned"));
    }
    if card.signed {
        all.push(language.text("signed"));
    }
    if !card.has_sound {
        all.push(language.text("silent"));
    }
    all.join(" · ")
}
