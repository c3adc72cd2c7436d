//! Upload-Metadata: pairs of a key and a value in Base64, separated by commas.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use http::HeaderMap;

use super::Malformed;
use super::field::{once, wrong};

const NAME: &str = "upload-metadata";

/// What a client says of its file. HEAD gives it back as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    raw: String,
    values: BTreeMap<String, Vec<u8>>,
}

impl Metadata {
    /// Reads the header; without one there is nothing.
    pub fn of(headers: &HeaderMap) -> Result<Self, Malformed> {
        once(headers, NAME)?.map_or(Ok(Self::default()), Self::parse)
    }

    /// Reads the header's value.
    pub fn parse(raw: &str) -> Result<Self, Malformed> {
        let mut values = BTreeMap::new();
        if raw.trim().is_empty() {
            return Ok(Self::default());
        }
        for pair in raw.split(',') {
            let pair = pair.trim_matches(' ');
            let (key, encoded) = pair.split_once(' ').unwrap_or((pair, ""));
            if key.is_empty() || !key.bytes().all(|b| b.is_ascii_graphic()) {
                return Err(wrong(
                    NAME,
                    pair,
                    "a key of visible ASCII and a value in Base64",
                ));
            }
            let value = BASE64
                .decode(encoded.trim_matches(' ').as_bytes())
                .map_err(|_| wrong(NAME, pair, "a key and a value in Base64 (RFC 4648 §4)"))?;
            if is_ours(key) && std::str::from_utf8(&value).is_err() {
                return Err(wrong(
                    NAME,
                    pair,
                    "a value in UTF-8 before it became Base64",
                ));
            }
            if values.insert(key.to_owned(), value).is_some() {
                return Err(wrong(NAME, pair, "a key that stands there once"));
            }
        }
        Ok(Self {
            raw: raw.to_owned(),
            values,
        })
    }

    /// The header's value as it came; empty where there was none.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// The text under `key`, without what cannot be seen around it; `None` where there is none or it is empty.
    pub fn text(&self, key: &str) -> Option<&str> {
        let text = std::str::from_utf8(self.values.get(key)?).ok()?.trim();
        (!text.is_empty()).then_some(text)
    }

    /// Every key whose value is text, in the order of the keys.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        let texts = self.values.iter();
        texts.filter_map(|(key, value)| Some((key.as_str(), std::str::from_utf8(value).ok()?)))
    }

    /// The header of these pairs.
    pub fn of_texts<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let values: BTreeMap<String, Vec<u8>> = pairs
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value.as_bytes().to_vec()))
            .collect();
        let encoded = values
            .iter()
            .map(|(key, value)| format!("{key} {}", BASE64.encode(value)));
        Self {
            raw: encoded.collect::<Vec<_>>().join(","),
            values,
        }
    }
}

/// Keys that mean something here; others are kept and given back.
fn is_ours(key: &str) -> bool {
    [
        "filename", "filetype", "name", "type", "title", "lesson", "grades", "subject", "section",
    ]
    .contains(&key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_azerbaijani_survive_and_the_header_is_given_back_as_it_came() {
        let raw = "filename S8mZc3IubXA0,empty,title SGVsbG8=";
        let metadata = Metadata::parse(raw).unwrap();
        assert_eq!(metadata.text("filename"), Some("Kəsr.mp4"));
        assert_eq!(metadata.text("title"), Some("Hello"));
        assert_eq!(metadata.text("empty"), None);
        assert_eq!(metadata.raw(), raw);
        assert_eq!(Metadata::parse("").unwrap(), Metadata::default());
    }

    #[test]
    fn what_is_written_is_read_again() {
        let written = Metadata::of_texts([("title", "Kəsr"), ("filename", "Kəsr, 1.mp4")]);
        assert_eq!(Metadata::parse(written.raw()), Ok(written.clone()));
        let texts: Vec<_> = written.texts().collect();
        assert_eq!(texts, [("filename", "Kəsr, 1.mp4"), ("title", "Kəsr")]);
        let odd = Metadata::parse("a /w==,b Yg==").unwrap();
        assert_eq!(odd.texts().collect::<Vec<_>>(), [("b", "b")]);
    }

    #[test]
    fn junk_is_refused() {
        for junk in [
            "filename ???",
            "filename S8mZc3IubXA",
            "filename S8mZ c3Iu",
            "filename -_-_",
            ",",
            "a YQ==,",
            "a YQ==,a Yg==",
            "\u{1}a YQ==",
            "filename /w==",
            " ",
        ] {
            let read = Metadata::parse(junk);
            assert_eq!(read.is_err(), junk != " ", "{junk:?} gave {read:?}");
        }
        // Bytes that are no text may stand under keys that mean nothing here.
        assert!(Metadata::parse("thumbnail /w==").is_ok());
    }
}
