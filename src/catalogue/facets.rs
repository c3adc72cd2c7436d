//! What lessons can be filtered by, as words of the index: a filter is then one more word that a lesson must have.

use super::Vocabulary;

/// Begins each of these words. Nobody can type it: what is typed is letters and digits (src/search/fold.rs).
const SIGN: char = '\u{E000}';
/// What takes the place of `-`, `_` and `/`, which would end a word, less their own numbers.
const INSTEAD: u32 = 0xE100;

/// Which lessons; what is `None` or false does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    /// Vocabulary id.
    pub grade: Option<String>,
    /// Vocabulary id.
    pub subject: Option<String>,
    /// Vocabulary id.
    pub section: Option<String>,
    /// Such as `2019/20`.
    pub school_year: Option<String>,
    /// Vocabulary id: it was broadcast there.
    pub channel: Option<String>,
    /// With an interpreter.
    pub signed: bool,
    /// With captions.
    pub captioned: bool,
}

/// Which kind a word is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Facet {
    Listed,
    Grade,
    Subject,
    Section,
    SchoolYear,
    Channel,
    Signed,
    Captioned,
}

impl Facet {
    fn sign(self) -> char {
        match self {
            Self::Listed => 'l',
            Self::Grade => 'g',
            Self::Subject => 's',
            Self::Section => 'x',
            Self::SchoolYear => 'y',
            Self::Channel => 'c',
            Self::Signed => 'i',
            Self::Captioned => 'k',
        }
    }

    /// The value of a word of this kind.
    pub(super) fn value(self, word: &str) -> Option<String> {
        let value = word.strip_prefix([SIGN])?.strip_prefix([self.sign()])?;
        let plain = |c: char| match c as u32 {
            code if (INSTEAD..INSTEAD + 0x80).contains(&code) => {
                char::from_u32(code - INSTEAD).unwrap_or(c)
            }
            _ => c,
        };
        Some(value.chars().map(plain).collect())
    }

    /// The word for `value`.
    pub(super) fn word(self, value: &str) -> String {
        let plain = |c: char| match c {
            c if c.is_ascii_lowercase() || c.is_ascii_digit() => c,
            c => char::from_u32(INSTEAD + c as u32 % 0x100).unwrap_or(SIGN),
        };
        let value = value.chars().map(plain);
        [SIGN, self.sign()].into_iter().chain(value).collect()
    }
}

impl Facets {
    /// Whether nothing is filtered.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The words that a lesson must have, listed in any case.
    pub(super) fn words(&self) -> Vec<String> {
        let mut words = vec![Facet::Listed.word("")];
        for (kind, value) in [
            (Facet::Grade, &self.grade),
            (Facet::Subject, &self.subject),
            (Facet::Section, &self.section),
            (Facet::SchoolYear, &self.school_year),
            (Facet::Channel, &self.channel),
        ] {
            words.extend(value.iter().map(|value| kind.word(value)));
        }
        for (kind, wanted) in [
            (Facet::Signed, self.signed),
            (Facet::Captioned, self.captioned),
        ] {
            words.extend(wanted.then(|| kind.word("")));
        }
        words
    }

    /// The first value that the vocabulary does not have: the filter's name, the value, and those that it has.
    pub fn unknown<'f>(
        &'f self,
        vocabulary: &'f Vocabulary,
    ) -> Option<(&'static str, &'f str, Vec<&'f str>)> {
        [
            ("grade", &self.grade, &vocabulary.grades),
            ("subject", &self.subject, &vocabulary.subjects),
            ("section", &self.section, &vocabulary.sections),
            ("channel", &self.channel, &vocabulary.channels),
        ]
        .into_iter()
        .find_map(|(name, value, terms)| {
            let value = value.as_deref()?;
            let known = terms.iter().any(|term| term.id == value);
            (!known).then(|| {
                (
                    name,
                    value,
                    terms.iter().map(|term| term.id.as_str()).collect(),
                )
            })
        })
    }
}
