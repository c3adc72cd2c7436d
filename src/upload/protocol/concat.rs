//! Upload-Concat: an upload that is a part of another, or one made of parts.

use http::HeaderMap;

use super::Malformed;
use super::field::{once, wrong};
use crate::catalogue::UploadId;

const NAME: &str = "upload-concat";
/// Parts of one upload. tus-js-client makes as many as it is told, usually 2 to 10.
const MOST_PARTS: usize = 1000;

/// What an upload is to others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Concat {
    /// A part, which becomes no recording of its own.
    Partial,
    /// The parts, in order, one after the other.
    Final(Vec<UploadId>),
}

impl Concat {
    /// Reads the header: `partial`, or `final;` and the parts' URLs, absolute or not, separated by spaces.
    pub fn of(headers: &HeaderMap) -> Result<Option<Self>, Malformed> {
        let Some(text) = once(headers, NAME)? else {
            return Ok(None);
        };
        if text == "partial" {
            return Ok(Some(Self::Partial));
        }
        let malformed = || {
            wrong(
                NAME,
                text,
                "partial, or final; and the URLs of 1 to 1000 parts",
            )
        };
        let parts = text.strip_prefix("final;").ok_or_else(malformed)?;
        let parts = parts.split_ascii_whitespace();
        let parts: Option<Vec<_>> = parts.take(MOST_PARTS + 1).map(id_in).collect();
        let parts = parts.filter(|p| (1..=MOST_PARTS).contains(&p.len()));
        parts.map(Self::Final).map(Some).ok_or_else(malformed)
    }
}

/// The header's value for these parts, whose URLs lie below `base`.
pub fn parts_of(parts: &[UploadId], base: &str) -> String {
    let urls: Vec<String> = parts.iter().map(|part| format!("{base}/{part}")).collect();
    format!("final;{}", urls.join(" "))
}

fn id_in(url: &str) -> Option<UploadId> {
    let path = match url.split_once("://") {
        Some((_, rest)) => &rest[rest.find('/')?..],
        None => url,
    };
    path.strip_prefix("/uploads/")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Result<Option<Concat>, Malformed> {
        let mut headers = HeaderMap::new();
        headers.insert(NAME, value.parse().unwrap());
        Concat::of(&headers)
    }

    #[test]
    fn parts_are_named_by_absolute_or_relative_urls() {
        let (a, b) = ("0123456789abcdef0123456789abcdef", "f".repeat(32));
        let parts = vec![a.parse().unwrap(), b.parse().unwrap()];
        let absolute = format!("final;https://lessons.example/uploads/{a} /uploads/{b}");
        assert_eq!(read(&absolute), Ok(Some(Concat::Final(parts.clone()))));
        assert_eq!(
            read(&parts_of(&parts, "/uploads")),
            Ok(Some(Concat::Final(parts)))
        );
        assert_eq!(read("partial"), Ok(Some(Concat::Partial)));
        assert_eq!(Concat::of(&HeaderMap::new()), Ok(None));
    }

    #[test]
    fn what_names_no_parts_is_refused() {
        for wrong in [
            "",
            "final",
            "final;",
            "final; ",
            "Partial",
            "final;/uploads/x",
            "final;/files/a",
        ] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
        let many = format!(
            "final;{}",
            format!("/uploads/{} ", "a".repeat(32)).repeat(1001)
        );
        assert!(read(&many).is_err());
    }
}
