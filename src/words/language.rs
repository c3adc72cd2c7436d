//! Which language a reader gets.

use std::sync::LazyLock;

use fluent_langneg::{
    NegotiationStrategy, convert_vec_str_to_langids_lossy, negotiate_languages,
    parse_accepted_languages,
};
use unic_langid::LanguageIdentifier;

/// A language of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// Azerbaijani; who asks for none of ours gets it.
    Az,
    /// Russian.
    Ru,
    /// English.
    En,
}

static IDS: LazyLock<[LanguageIdentifier; 3]> =
    LazyLock::new(|| Language::ALL.map(|l| l.code().parse().unwrap_or_default()));

impl Language {
    /// All, in the order of the switch on the pages.
    pub const ALL: [Self; 3] = [Self::Az, Self::Ru, Self::En];

    /// BCP 47, and the first segment of a page's URL.
    pub fn code(self) -> &'static str {
        match self {
            Self::Az => "az",
            Self::Ru => "ru",
            Self::En => "en",
        }
    }

    /// The language of `code`, in exactly our spelling.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.code() == code)
    }

    /// Its own name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Az => "Azərbaycanca",
            Self::Ru => "Русский",
            Self::En => "English",
        }
    }

    /// Its own name, short enough for a switch on a phone.
    pub fn short_name(self) -> &'static str {
        match self {
            Self::Az => "Az",
            Self::Ru => "Ру",
            Self::En => "En",
        }
    }

    /// Which way it is written, as HTML's `dir` says it. One that is written from the right changes this and nothing
    /// else: no style sheet knows left from right.
    pub fn direction(self) -> &'static str {
        match self {
            Self::Az | Self::Ru | Self::En => "ltr",
        }
    }

    /// What stands between the whole and the tenths.
    pub fn decimal_mark(self) -> char {
        match self {
            Self::Az | Self::Ru => ',',
            Self::En => '.',
        }
    }

    pub(super) fn id(self) -> &'static LanguageIdentifier {
        &IDS[self as usize]
    }

    /// The best of ours for the field value of Accept-Language (RFC 9110 §12.5.4).
    pub fn negotiate(accepted: &str) -> Self {
        // The library keeps the order and drops the weights: put the heaviest first for it.
        let mut ranges: Vec<(f32, &str)> = accepted.split(',').filter_map(weighed).collect();
        ranges.sort_by(|a, b| b.0.total_cmp(&a.0));
        let in_order: Vec<&str> = ranges.into_iter().map(|(_, range)| range).collect();
        let wanted = parse_accepted_languages(&in_order.join(","));
        let ours = convert_vec_str_to_langids_lossy(Self::ALL.map(Self::code));
        negotiate_languages(&wanted, &ours, None, NegotiationStrategy::Lookup)
            .first()
            .and_then(|id| Self::from_code(&id.to_string()))
            .unwrap_or(Self::Az)
    }
}

/// A language range and its weight; `None` for one that is unwanted (`q=0`) or that names no language.
fn weighed(part: &str) -> Option<(f32, &str)> {
    let mut pieces = part.split(';').map(str::trim);
    let range = pieces.next().filter(|r| !r.is_empty() && *r != "*")?;
    let weight = pieces.find_map(|p| p.strip_prefix("q=").or_else(|| p.strip_prefix("Q=")));
    let weight: f32 = weight.map_or(Some(1.0), |w| w.trim().parse().ok())?;
    (weight > 0.0).then_some((weight, range))
}
