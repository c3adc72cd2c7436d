//! What an address of this site leads to, in whatever form somebody has copied it.

use std::convert::Infallible;

use ::http::Uri;
use ::http::request::Parts;
use axum::extract::{FromRequestParts, Query};
use percent_encoding::percent_decode_str;

use crate::app::Shared;
use crate::catalogue::Part;
use crate::http::host::{Authority, RequestHost};
use crate::http::origin::Origin;
use crate::units::Code;
use crate::words::Language;

/// Longer addresses are none of ours.
const LONGEST: usize = 2000;
/// Hours of which a moment's hours have at most so many digits, and seconds by themselves.
const DIGITS: usize = 6;

/// The site's own addresses: the one that pages are told by, and the one that a request came in by, which the server has
/// found to be its own.
pub struct Site {
    pub(super) origin: Origin,
    hosts: Vec<Authority>,
}

impl FromRequestParts<Shared> for Site {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Infallible> {
        let Ok(origin) = Origin::from_request_parts(parts, app).await;
        let asked = parts.extensions.get::<RequestHost>();
        Ok(Self::new(origin, asked.map(|host| host.0.as_str())))
    }
}

/// What a person sees at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A lesson.
    Lesson {
        /// As it was written, perhaps an alias.
        code: Code,
        /// Of the page.
        language: Option<Language>,
        /// How it is to be shown.
        shown: Shown,
    },
    /// The lessons of a grade and subject.
    Shelf {
        /// Perhaps no id of the vocabulary.
        grade: String,
        /// Perhaps no id of the vocabulary.
        subject: String,
        /// Perhaps no id of the vocabulary; `None`: the usual one.
        section: Option<String>,
        /// What its filters leave.
        part: Part,
        /// Of the page.
        language: Option<Language>,
    },
}

/// What an address says of how a lesson is to be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shown {
    /// Where it is to start, in seconds.
    pub(super) start: Option<u64>,
    /// Height class.
    pub(super) quality: Option<u32>,
    /// Language of the captions.
    pub(super) captions: Option<String>,
}

impl Site {
    fn new(origin: Origin, asked: Option<&str>) -> Self {
        let own = origin.0.split("://").nth(1);
        let hosts = own.into_iter().chain(asked);
        Self {
            hosts: hosts.filter_map(|host| host.parse().ok()).collect(),
            origin,
        }
    }

    /// Where `address` leads; `None`: to nothing that can be shown elsewhere, or to another site.
    pub(super) fn place(&self, address: &str) -> Option<Place> {
        let (uri, segments, fragment) = self.own(address)?;
        let asked: Vec<(String, String)> = Query::try_from_uri(&uri).ok()?.0;
        let value = |name: &str| {
            let mut found = asked.iter().filter(|(n, _)| n == name);
            found.next().map(|(_, value)| value.as_str())
        };
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let (mut language, mut rest) = (None, &segments[..]);
        if let [first, behind @ ..] = rest
            && let Some(named) = Language::from_code(first)
        {
            (language, rest) = (Some(named), behind);
        }
        // An embed may also have it behind the path.
        let said = language.or_else(|| value("lang").and_then(Language::from_code));
        match rest {
            ["l", code, below @ ..] => {
                let begins = if *below == ["clip.mp4"] { "from" } else { "t" };
                let fragment = fragment.as_deref().and_then(moment_of);
                Some(Place::Lesson {
                    code: code.parse().ok()?,
                    language,
                    shown: shown(fragment.or_else(|| value(begins).and_then(seconds)), value),
                })
            }
            ["embed", code] => Some(Place::Lesson {
                code: code.parse().ok()?,
                language: said,
                shown: shown(value("t").and_then(seconds), value),
            }),
            ["grades", grade, subject] | ["grades", grade, subject, "codes"] => {
                shelf(grade, subject, value, language)
            }
            ["embed", "grades", grade, subject] => shelf(grade, subject, value, said),
            _ => None,
        }
    }

    /// The code in `address`, if it is a lesson's permanent one.
    pub(super) fn code(&self, address: &str) -> Option<Code> {
        let (uri, segments, _) = self.own(address)?;
        match &segments[..] {
            [l, code] if l == "l" && uri.query().is_none() => code.parse().ok(),
            _ => None,
        }
    }

    /// An address of this site in its parts: the whole, the segments of its path, what is behind `#`.
    fn own(&self, address: &str) -> Option<(Uri, Vec<String>, Option<String>)> {
        let (whole, fragment) = match address.split_once('#') {
            Some((whole, fragment)) => (whole, Some(fragment.to_owned())),
            None => (address, None),
        };
        let uri: Uri = whole.parse().ok().filter(|_| address.len() <= LONGEST)?;
        let scheme = uri.scheme_str()?;
        // Somebody's name before the host makes no authority of it.
        let authority: Authority = uri.authority()?.as_str().parse().ok()?;
        let ours = ["http", "https"].contains(&scheme)
            && self.hosts.iter().any(|host| host.is(&authority));
        let decoded = |segment: &str| {
            let decoded = percent_decode_str(segment).decode_utf8().ok()?;
            Some(decoded.into_owned())
        };
        let segments = uri.path().split('/').filter(|s| !s.is_empty());
        let segments: Option<Vec<String>> = segments.map(decoded).collect();
        Some((uri.clone(), segments?, fragment)).filter(|_| ours)
    }
}

/// What the query says, where it makes sense.
fn shown<'q>(start: Option<u64>, value: impl Fn(&str) -> Option<&'q str>) -> Shown {
    let digits = |text: &&str| text.bytes().all(|b| b.is_ascii_digit());
    let tag = |text: &&str| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        (2..=35).contains(&text.len()) && text.bytes().all(plain)
    };
    Shown {
        start,
        quality: value("q").filter(digits).and_then(|text| text.parse().ok()),
        captions: value("captions").filter(tag).map(str::to_owned),
    }
}

fn shelf<'q>(
    grade: &str,
    subject: &str,
    value: impl Fn(&str) -> Option<&'q str>,
    language: Option<Language>,
) -> Option<Place> {
    // A form sends its empty fields as well.
    let said = |name: &str| value(name).filter(|text| !text.is_empty());
    Some(Place::Shelf {
        grade: grade.to_owned(),
        subject: subject.to_owned(),
        section: said("section").map(str::to_owned),
        part: Part::asked(said),
        language,
    })
}

/// The moment in a fragment such as `t=95` (Media Fragments URI 1.0 §4.2.1).
fn moment_of(fragment: &str) -> Option<u64> {
    let mut parts = fragment.split('&');
    parts
        .find_map(|part| part.strip_prefix("t="))
        .and_then(seconds)
}

/// Whole seconds of `95`, `95.5`, `95s`, `1:35`, `npt:95,120`; of a stretch, where it begins.
fn seconds(text: &str) -> Option<u64> {
    let text = text.strip_prefix("npt:").unwrap_or(text);
    let begins = text.split(',').next().unwrap_or_default();
    let whole = begins.strip_suffix('s').unwrap_or(begins);
    let whole = whole.split('.').next().unwrap_or_default();
    let parts: Vec<&str> = whole.split(':').collect();
    let digits = |part: &&str| {
        (1..=DIGITS).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    if parts.len() > 3 || !parts.iter().all(digits) {
        return None;
    }
    let number = |part: &str| part.parse::<u64>().unwrap_or_default();
    Some(parts.iter().fold(0, |sum, part| sum * 60 + number(part)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> Site {
        Site::new(
            Origin("https://lessons.example".into()),
            Some("127.0.0.1:8080"),
        )
    }

    #[test]
    fn a_lesson_is_found_in_every_form_of_its_address() {
        let code = Code::from_number(7);
        let lower = code.as_str().to_lowercase();
        for (address, language, start) in [
            (format!("https://lessons.example/l/{code}"), None, None),
            (format!("http://Lessons.Example:80/l/{lower}/"), None, None),
            (
                format!("http://127.0.0.1:8080/az/l/{code}?t=95"),
                Some(Language::Az),
                Some(95),
            ),
            (
                format!("https://lessons.example/ru/l/{code}/slides#t=1:35"),
                Some(Language::Ru),
                Some(95),
            ),
            (
                format!("https://lessons.example/l/{code}#t=95.7,120"),
                None,
                Some(95),
            ),
            (
                format!("https://lessons.example/l/{code}/video.mp4"),
                None,
                None,
            ),
            (
                format!("https://lessons.example/l/{code}/clip.mp4?from=725&to=870"),
                None,
                Some(725),
            ),
            (
                format!("https://lessons.example/l/{code}/captions/az.vtt"),
                None,
                None,
            ),
            (
                format!("https://lessons.example/embed/{lower}?lang=en&t=9s"),
                Some(Language::En),
                Some(9),
            ),
            (
                format!("https://lessons.example/az/embed/{code}?t=9"),
                Some(Language::Az),
                Some(9),
            ),
            (
                format!("https://lessons.example/%6C/{code}?t=soon&utm=x"),
                None,
                None,
            ),
        ] {
            let shown = Shown {
                start,
                ..Shown::default()
            };
            let expected = Place::Lesson {
                code,
                language,
                shown,
            };
            assert_eq!(site().place(&address), Some(expected), "{address}");
        }
    }

    #[test]
    fn quality_and_captions_stay_chosen_where_they_make_sense() {
        let code = Code::from_number(7);
        let shown = |query: &str| {
            let address = format!("https://lessons.example/embed/{code}?{query}");
            match site().place(&address) {
                Some(Place::Lesson { shown, .. }) => (shown.quality, shown.captions),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(shown("q=360&captions=az"), (Some(360), Some("az".into())));
        assert_eq!(shown("q=high&captions=%22%3E"), (None, None));
    }

    #[test]
    fn a_shelf_is_found_by_its_page_and_by_its_list() {
        for (address, section, language) in [
            ("https://lessons.example/grades/7/mathematics", None, None),
            (
                "https://lessons.example/ru/grades/7/mathematics?section=ru&after=X",
                Some("ru"),
                Some(Language::Ru),
            ),
            (
                "https://lessons.example/embed/grades/7/mathematics?section=&lang=az",
                None,
                Some(Language::Az),
            ),
            (
                "https://lessons.example/ru/embed/grades/7/mathematics",
                None,
                Some(Language::Ru),
            ),
        ] {
            let expected = Place::Shelf {
                grade: "7".into(),
                subject: "mathematics".into(),
                section: section.map(str::to_owned),
                part: Part::default(),
                language,
            };
            assert_eq!(site().place(address), Some(expected), "{address}");
        }
    }

    #[test]
    fn a_part_of_a_shelf_is_found_by_its_filters() {
        let address = "https://lessons.example/embed/grades/7/mathematics?year=&unit=Adi%20k%C9%99srl%C9%99r&signed=1";
        let Some(Place::Shelf { part, .. }) = site().place(address) else {
            panic!("no shelf");
        };
        let expected = Part {
            unit: Some("Adi kəsrlər".into()),
            signed: true,
            ..Part::default()
        };
        assert_eq!(part, expected);
    }

    #[test]
    fn other_sites_and_what_is_none_of_both_lead_nowhere() {
        let code = Code::from_number(7);
        for address in [
            String::new(),
            format!("/l/{code}"),
            format!("l/{code}"),
            format!("https://evil.example/l/{code}"),
            format!("https://lessons.example.evil.example/l/{code}"),
            format!("https://lessons.example:8443/l/{code}"),
            format!("https://lessons.example@evil.example/l/{code}"),
            format!("https://someone@lessons.example/l/{code}"),
            format!("ftp://lessons.example/l/{code}"),
            format!("javascript:alert(1)//lessons.example/l/{code}"),
            "https://lessons.example/l/22222A".into(),
            "https://lessons.example/".into(),
            "https://lessons.example/az/grades/7".into(),
            "https://lessons.example/l/%ff".into(),
            format!("https://lessons.example/l/{code}?{}", "x".repeat(LONGEST)),
        ] {
            assert_eq!(site().place(&address), None, "{address}");
        }
    }

    #[test]
    fn only_the_permanent_address_names_a_lesson() {
        let code = Code::from_number(7);
        let named = |address: &str| site().code(address);
        assert_eq!(
            named(&format!("https://lessons.example/l/{code}")),
            Some(code)
        );
        assert_eq!(
            named(&format!("http://lessons.example/l/{code}")),
            Some(code)
        );
        for other in ["/az/l/", "/embed/", "/L/"] {
            assert_eq!(
                named(&format!("https://lessons.example{other}{code}")),
                None
            );
        }
        assert_eq!(named(&format!("oai:lessons.example:{code}")), None);
        assert_eq!(named("https://lessons.example/l/"), None);
    }
}
