//! What the query of a file's address asks for. Names that are not known are let pass, since sites add
//! their own; a known name with a value that makes no sense is answered with what would.

use axum::extract::Query;
use http::{StatusCode, Uri};

use crate::http::problem::Problem;
use crate::units::Millis;

/// The longest number that is read: a day in milliseconds has nine characters.
const LONGEST: usize = 12;

/// A query, taken apart.
pub(super) struct Asked(Vec<(String, String)>);

impl Asked {
    /// # Errors
    /// 400, when the query cannot be decoded.
    pub fn of(uri: &Uri) -> Result<Self, Problem> {
        match Query::<Vec<(String, String)>>::try_from_uri(uri) {
            Ok(Query(pairs)) => Ok(Self(pairs)),
            Err(_) => Err(bad("the query of this address cannot be decoded".into())),
        }
    }

    /// The first value of `name`; empty where it stands without one.
    pub fn value(&self, name: &str) -> Option<&str> {
        let mut found = self.0.iter().filter(|(n, _)| n == name);
        found.next().map(|(_, value)| value.as_str())
    }

    /// Whether `name` stands there, with or without a value.
    pub fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// A whole number such as a quality.
    ///
    /// # Errors
    /// 400, when something else stands there.
    pub fn number(&self, name: &str, example: &str) -> Result<Option<u32>, Problem> {
        let Some(text) = self.value(name) else {
            return Ok(None);
        };
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        match text.parse() {
            Ok(number) if digits => Ok(Some(number)),
            Err(_) if digits => Err(bad(format!(
                "{name}={} is too large; at most {} will do",
                shown(text),
                u32::MAX
            ))),
            _ => Err(bad(format!(
                "{name}={} is not a whole number; write it as {name}={example}",
                shown(text)
            ))),
        }
    }

    /// A moment in seconds, with or without decimals; exact to the millisecond, to which it is rounded.
    ///
    /// # Errors
    /// 400, when it is missing or something else.
    pub fn seconds(&self, name: &str, example: &str) -> Result<Millis, Problem> {
        let remedy = format!("write {name} in seconds, as {name}={example}");
        let Some(text) = self.value(name) else {
            return Err(bad(format!("{name} is missing; {remedy}")));
        };
        let number = text.bytes().any(|b| b.is_ascii_digit())
            && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        if text.len() > LONGEST {
            return Err(bad(format!(
                "{name}={} is too long: a moment has at most {LONGEST} characters; {remedy}",
                shown(text)
            )));
        }
        match text.parse::<f64>() {
            // Twelve characters are exact in a double, milliseconds included.
            Ok(seconds) if number => Ok(Millis((seconds * 1000.0).round() as u64)),
            _ => Err(bad(format!(
                "{name}={} is no moment; {remedy}",
                shown(text)
            ))),
        }
    }
}

/// A client's text in an answer: bounded.
fn shown(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{:?}…", &text[..end]),
        None => format!("{text:?}"),
    }
}

fn bad(detail: String) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST).detail(detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> Asked {
        Asked::of(&format!("/l/K7M2QX/clip.mp4?{query}").parse().unwrap()).unwrap()
    }

    #[test]
    fn a_moment_has_one_meaning_however_it_is_written() {
        for (text, millis) in [
            ("725", 725_000),
            ("725.0", 725_000),
            ("725.5", 725_500),
            (".25", 250),
            ("0", 0),
            ("0.0004", 0),
            ("99999999.999", 99_999_999_999),
        ] {
            let found = asked(&format!("from={text}"))
                .seconds("from", "725")
                .unwrap();
            assert_eq!(found, Millis(millis), "{text}");
        }
    }

    #[test]
    fn what_is_no_moment_is_told_so() {
        for text in [
            "",
            "abc",
            "-1",
            "+1",
            "1e9",
            "NaN",
            "inf",
            "12:05",
            "1.2.3",
            ".",
            "1,5",
            "1234567890123",
        ] {
            assert!(
                asked(&format!("from={text}"))
                    .seconds("from", "725")
                    .is_err(),
                "{text}"
            );
        }
        assert!(asked("to=5").seconds("from", "725").is_err());
    }

    #[test]
    fn a_quality_is_a_whole_number_and_foreign_names_pass() {
        assert_eq!(
            asked("utm=x&q=360&q=720").number("q", "360").unwrap(),
            Some(360)
        );
        assert_eq!(asked("utm=%20").number("q", "360").unwrap(), None);
        for text in ["", "high", "-360", "360p", "99999999999"] {
            assert!(
                asked(&format!("q={text}")).number("q", "360").is_err(),
                "{text}"
            );
        }
        assert!(asked("download").has("download") && asked("download=1").has("download"));
        assert!(!asked("downloads").has("download"));
    }
}
