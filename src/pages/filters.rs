//! The filters of a shelf: a form that works without scripts, and only with what divides the shelf.

use super::page::Visit;
use super::timetable::{Choice, Chosen};
use crate::catalogue::{Divisions, Part, Vocabulary};
use crate::words::Language;

/// What filters.html shows.
pub(super) struct Filters {
    /// Something is chosen: the form is open.
    pub(super) chosen: bool,
    pub(super) choices: Vec<Choice>,
    pub(super) marks: Vec<Mark>,
    /// Stays chosen.
    pub(super) section: Option<String>,
    /// The whole shelf.
    pub(super) all: String,
}

/// A box to tick.
pub(super) struct Mark {
    pub(super) name: &'static str,
    pub(super) label: String,
    pub(super) ticked: bool,
}

/// The part of a shelf that the address names.
pub(super) fn part(visit: &Visit) -> Part {
    Part::asked(|name| visit.asked(name))
}

impl Filters {
    /// The form; `None` where nothing divides the shelf and nothing is chosen.
    pub(super) fn new(
        language: Language,
        vocabulary: &Vocabulary,
        (divisions, part): (Divisions, &Part),
        section: &str,
        all: String,
    ) -> Option<Self> {
        if divisions.is_empty() && part.is_all() {
            return None;
        }
        let channel = |id: &str| {
            vocabulary
                .channel(id)
                .map_or(id, |c| c.name(language.code()))
                .to_owned()
        };
        let kind = |word: &str| language.with("kind", &[("kind", word.into())]);
        let kinds: Vec<String> = divisions
            .kinds
            .iter()
            .map(|k| k.as_str().to_owned())
            .collect();
        let fields = [
            field(
                ("year", language.text("filter-year")),
                divisions.school_years,
                &part.school_year,
                str::to_owned,
            ),
            field(
                ("channel", language.text("filter-channel")),
                divisions.channels,
                &part.channel,
                channel,
            ),
            field(
                ("kind", language.text("filter-kind")),
                kinds,
                &part.kind,
                kind,
            ),
            field(
                ("unit", language.text("filter-unit")),
                divisions.units,
                &part.unit,
                str::to_owned,
            ),
            field(
                ("textbook", language.text("fact-textbook")),
                divisions.textbooks,
                &part.textbook,
                str::to_owned,
            ),
        ];
        let choices = fields
            .into_iter()
            .filter(|c| !c.options.is_empty())
            .map(|c| Choice {
                any: language.text("timetable-any"),
                ..c
            });
        let marks = [
            (
                "signed",
                language.text("filter-signed"),
                divisions.signed,
                part.signed,
            ),
            (
                "captioned",
                language.text("filter-captioned"),
                divisions.captioned,
                part.captioned,
            ),
        ];
        let marks = marks
            .into_iter()
            .filter(|(_, _, divides, ticked)| *divides || *ticked)
            .map(|(name, label, _, ticked)| Mark {
                name,
                label,
                ticked,
            });
        Some(Self {
            chosen: !part.is_all(),
            choices: choices.collect(),
            marks: marks.collect(),
            section: section.strip_prefix("?section=").map(str::to_owned),
            all,
        })
    }
}

/// A field; what is chosen stays to be seen, be it among the values or not.
fn field(
    (name, label): (&'static str, String),
    mut values: Vec<String>,
    chosen: &Option<String>,
    text: impl Fn(&str) -> String,
) -> Choice {
    if let Some(chosen) = chosen
        && !values.contains(chosen)
    {
        values.push(chosen.clone());
    }
    let options = values.into_iter().map(|value| Chosen {
        text: text(&value),
        selected: chosen.as_ref() == Some(&value),
        value,
    });
    Choice {
        name,
        label,
        any: String::new(),
        options: options.collect(),
    }
}
