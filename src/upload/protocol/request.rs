//! Requests: which one it is, and what its headers ask for.

use http::{HeaderMap, Method};

use super::field::{bytes, once, wrong};
use super::{CONTENT_TYPE, Checksum, Concat, Malformed, Metadata, VERSION};

/// What a client wants done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// OPTIONS: what this server can do.
    Discover,
    /// POST: a new upload.
    Create,
    /// HEAD: how much is here.
    Ask,
    /// PATCH: more bytes.
    Append,
    /// DELETE: never mind.
    Terminate,
}

/// What the method means; `None`: nothing here. X-HTTP-Method-Override stands in for a method that something
/// on the way does not let through. A safe method is what it is, so that what looks safe is safe.
pub fn verb(method: &Method, headers: &HeaderMap) -> Option<Verb> {
    let named = match method.is_safe() {
        true => None,
        false => headers.get("x-http-method-override"),
    };
    match named.map_or(method.as_str().as_bytes(), |name| name.as_bytes()) {
        b"OPTIONS" => Some(Verb::Discover),
        b"POST" => Some(Verb::Create),
        b"HEAD" => Some(Verb::Ask),
        b"PATCH" => Some(Verb::Append),
        b"DELETE" => Some(Verb::Terminate),
        _ => None,
    }
}

/// Whether Tus-Resumable names the version that is spoken here.
pub fn speaks_our_version(headers: &HeaderMap) -> bool {
    matches!(once(headers, "tus-resumable"), Ok(Some(VERSION)))
}

/// How long an upload will be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// So many bytes.
    Known(u64),
    /// Said later, with one of its bytes.
    Deferred,
    /// As its parts together.
    OfParts,
}

/// POST.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Creation {
    /// How long it will be.
    pub length: Length,
    /// What the client says of its file.
    pub metadata: Metadata,
    /// What it is to other uploads.
    pub concat: Option<Concat>,
    /// Whether first bytes come along (creation-with-upload).
    pub with_bytes: bool,
    /// What these must hash to.
    pub checksum: Option<Checksum>,
}

impl Creation {
    /// Reads the headers of a POST; `empty`: whether it is known to have no body.
    pub fn of(headers: &HeaderMap, empty: bool) -> Result<Self, Malformed> {
        let concat = Concat::of(headers)?;
        let with_bytes = match content_type(headers)? {
            Some(kind) if kind.eq_ignore_ascii_case(CONTENT_TYPE) => true,
            _ if empty => false,
            other => return Err(Malformed::ContentType(other.unwrap_or_default().into())),
        };
        let known = bytes(headers, "upload-length")?;
        let deferred = match once(headers, "upload-defer-length")? {
            None => false,
            Some("1") => true,
            Some(other) => return Err(wrong("upload-defer-length", other, "1")),
        };
        let made_of_parts = matches!(concat, Some(Concat::Final(_)));
        let length = match (known, deferred) {
            (Some(_), true) => {
                return Err(Malformed::Both("Upload-Length", "Upload-Defer-Length"));
            }
            _ if made_of_parts && (known.is_some() || deferred) => {
                return Err(Malformed::Both("Upload-Concat: final", "Upload-Length"));
            }
            _ if made_of_parts && with_bytes && !empty => {
                return Err(Malformed::Both("Upload-Concat: final", "a body"));
            }
            _ if made_of_parts => Length::OfParts,
            (Some(length), false) => Length::Known(length),
            (None, true) => Length::Deferred,
            (None, false) => return Err(Malformed::NoLength),
        };
        Ok(Self {
            length,
            metadata: Metadata::of(headers)?,
            concat,
            with_bytes: with_bytes && !empty,
            checksum: Checksum::of(headers)?,
        })
    }
}

/// PATCH.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Append {
    /// Where the client believes that the upload stands.
    pub offset: u64,
    /// The upload's length, if it was deferred and is known now.
    pub length: Option<u64>,
    /// What the bytes must hash to.
    pub checksum: Option<Checksum>,
    /// How many bytes come, where the client says so.
    pub announced: Option<u64>,
}

impl Append {
    /// Reads the headers of a PATCH.
    pub fn of(headers: &HeaderMap) -> Result<Self, Malformed> {
        match content_type(headers)? {
            Some(kind) if kind.eq_ignore_ascii_case(CONTENT_TYPE) => {}
            other => return Err(Malformed::ContentType(other.unwrap_or_default().into())),
        }
        let offset = bytes(headers, "upload-offset")?;
        Ok(Self {
            offset: offset.ok_or(Malformed::Missing("Upload-Offset"))?,
            length: bytes(headers, "upload-length")?,
            checksum: Checksum::of(headers)?,
            announced: bytes(headers, "content-length")?,
        })
    }
}

/// The media type without its parameters.
fn content_type(headers: &HeaderMap) -> Result<Option<&str>, Malformed> {
    let text = once(headers, "content-type")?;
    Ok(text.map(|t| t.split(';').next().unwrap_or(t).trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn a_method_that_does_not_get_through_may_be_named_in_a_post() {
        let patch = headers(&[("x-http-method-override", "PATCH")]);
        assert_eq!(verb(&Method::POST, &patch), Some(Verb::Append));
        assert_eq!(verb(&Method::PUT, &patch), Some(Verb::Append));
        assert_eq!(verb(&Method::GET, &patch), None);
        assert_eq!(verb(&Method::HEAD, &patch), Some(Verb::Ask));
        assert_eq!(verb(&Method::POST, &headers(&[])), Some(Verb::Create));
        let junk = headers(&[("x-http-method-override", "patch")]);
        assert_eq!(verb(&Method::POST, &junk), None);
    }

    #[test]
    fn only_version_1_0_0_said_once_is_ours() {
        assert!(speaks_our_version(&headers(&[("tus-resumable", "1.0.0")])));
        for wrong in [
            &[][..],
            &[("tus-resumable", "0.2.2")],
            &[("tus-resumable", "1.0.0, 1.0.0")],
            &[("tus-resumable", "1.0.0"), ("tus-resumable", "1.0.0")],
        ] {
            assert!(!speaks_our_version(&headers(wrong)), "{wrong:?}");
        }
    }

    #[test]
    fn a_creation_says_its_length_or_that_it_comes_later() {
        let length =
            |lines: &[(&'static str, &str)]| Creation::of(&headers(lines), true).map(|c| c.length);
        assert_eq!(length(&[("upload-length", "12")]), Ok(Length::Known(12)));
        assert_eq!(length(&[("upload-length", "0")]), Ok(Length::Known(0)));
        assert_eq!(
            length(&[("upload-defer-length", "1")]),
            Ok(Length::Deferred)
        );
        assert_eq!(length(&[]), Err(Malformed::NoLength));
        let huge = "99999999999999999999999";
        assert_eq!(
            length(&[("upload-length", huge)]),
            Ok(Length::Known(u64::MAX))
        );
        for wrong in ["-1", "+1", "1.5", "", "0x10", "1 2", "1,1", "٣"] {
            let mut lines = HeaderMap::new();
            lines.insert(
                "upload-length",
                http::HeaderValue::from_bytes(wrong.as_bytes()).unwrap(),
            );
            assert!(Creation::of(&lines, true).is_err(), "{wrong:?}");
        }
        for wrong in [
            &[("upload-length", "1"), ("upload-defer-length", "1")][..],
            &[("upload-length", "1"), ("upload-length", "1")],
            &[("upload-defer-length", "2")],
            &[("upload-defer-length", "0"), ("upload-length", "1")],
            &[("upload-concat", "partial")],
        ] {
            assert!(length(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_body_has_the_type_of_an_uploads_bytes_or_is_refused() {
        let of = |kind: &str, empty| {
            Creation::of(
                &headers(&[("upload-length", "1"), ("content-type", kind)]),
                empty,
            )
        };
        assert!(of(CONTENT_TYPE, false).unwrap().with_bytes);
        let shouted = "Application/Offset+Octet-Stream; x=y";
        assert!(of(shouted, false).unwrap().with_bytes);
        assert!(!of(CONTENT_TYPE, true).unwrap().with_bytes);
        assert!(!of("application/json", true).unwrap().with_bytes);
        assert!(matches!(
            of("application/json", false),
            Err(Malformed::ContentType(_))
        ));
        let append = |lines: &[(&'static str, &str)]| Append::of(&headers(lines));
        assert!(matches!(
            append(&[("upload-offset", "0")]),
            Err(Malformed::ContentType(_))
        ));
        assert_eq!(
            append(&[("content-type", CONTENT_TYPE)]),
            Err(Malformed::Missing("Upload-Offset"))
        );
        let read = append(&[
            ("content-type", CONTENT_TYPE),
            ("upload-offset", "7"),
            ("content-length", "3"),
        ]);
        assert_eq!(read.map(|a| (a.offset, a.announced)), Ok((7, Some(3))));
        for wrong in ["-1", "x", ""] {
            let lines = [("content-type", CONTENT_TYPE), ("upload-offset", wrong)];
            assert!(append(&lines).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn what_is_made_of_parts_has_neither_length_nor_bytes() {
        let url = format!("final;/uploads/{}", "a".repeat(32));
        let of = |more: &[(&'static str, &str)], empty| {
            let mut lines = vec![("upload-concat", url.as_str())];
            lines.extend(more);
            Creation::of(&headers(&lines), empty).map(|c| c.length)
        };
        assert_eq!(of(&[], true), Ok(Length::OfParts));
        assert!(of(&[("upload-length", "1")], true).is_err());
        assert!(of(&[("content-type", CONTENT_TYPE)], false).is_err());
    }
}
