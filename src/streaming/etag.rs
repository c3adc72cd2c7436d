//! Entity-tags (RFC 9110 §8.8.3): ours, which are strong, and the client's, which may be anything.

use ::http::HeaderValue;

use super::field::trim;

/// A strong entity-tag: equal tags promise equal bytes.
///
/// There is deliberately no way to make a weak one. A weak tag could neither resume a download
/// (If-Range) nor guard one (If-Match).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ETag(HeaderValue);

/// Why a text cannot be an [`ETag`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ETagError {
    /// An entity-tag holds visible ASCII without the double quote.
    #[error("an entity-tag holds visible ASCII characters other than the double quote")]
    Character,
}

impl ETag {
    /// The tag whose opaque part, between the quotes, is `opaque`.
    pub fn strong(opaque: &str) -> Result<Self, ETagError> {
        // §8.8.3 would allow obs-text too; we never need it and old clients break on it.
        if !opaque.bytes().all(|b| b.is_ascii_graphic() && b != b'"') {
            return Err(ETagError::Character);
        }
        HeaderValue::try_from(format!("\"{opaque}\""))
            .map(Self)
            .map_err(|_| ETagError::Character)
    }

    /// The field value, quotes included.
    pub fn header_value(&self) -> HeaderValue {
        self.0.clone()
    }

    fn opaque(&self) -> &[u8] {
        let quoted = self.0.as_bytes();
        &quoted[1..quoted.len() - 1]
    }

    /// Strong comparison (§8.8.3.2): a weak tag equals nothing.
    pub(super) fn strongly_equals(&self, other: &ClientTag<'_>) -> bool {
        !other.weak && self.weakly_equals(other)
    }

    /// Weak comparison (§8.8.3.2): the opaque parts are the same, character by character.
    pub(super) fn weakly_equals(&self, other: &ClientTag<'_>) -> bool {
        self.opaque() == other.opaque
    }
}

/// An entity-tag that a client sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ClientTag<'h> {
    weak: bool,
    opaque: &'h [u8],
}

impl<'h> ClientTag<'h> {
    /// The value as exactly one entity-tag, as If-Range takes it.
    pub(super) fn single(value: &'h [u8]) -> Option<Self> {
        match Self::prefix(trim(value))? {
            (tag, []) => tag,
            _ => None,
        }
    }

    /// Splits what looks like a tag off the front: `W/` or not, then a quoted run. The inner
    /// `None`: its quotes are there, but between them is what no entity-tag may hold.
    fn prefix(value: &'h [u8]) -> Option<(Option<Self>, &'h [u8])> {
        // `W/` is case-sensitive.
        let (weak, quoted) = match value.strip_prefix(b"W/") {
            Some(rest) => (true, rest),
            None => (false, value),
        };
        let inner = quoted.strip_prefix(b"\"")?;
        let end = inner.iter().position(|&b| b == b'"')?;
        let (opaque, rest) = (&inner[..end], &inner[end + 1..]);
        // etagc: visible characters and obs-text. A backslash escapes nothing.
        let valid = opaque.iter().all(|&b| b > b' ' && b != 0x7f);
        Some((valid.then_some(Self { weak, opaque }), rest))
    }
}

/// The value of If-Match or If-None-Match (§13.1.1, §13.1.2).
#[derive(Debug)]
pub(super) enum TagList<'h> {
    /// `*`: any current representation.
    Any,
    /// A comma-separated list, read by [`tags`].
    Listed(&'h [u8]),
}

impl<'h> TagList<'h> {
    /// `*` counts only alone: mixed with tags it fits no grammar, and taking it seriously there
    /// could lose a client its data (a 304 for what it does not have).
    pub(super) fn read(value: &'h [u8]) -> Self {
        match trim(value) {
            b"*" => Self::Any,
            list => Self::Listed(list),
        }
    }

    /// Whether the list is `*` or one of its tags is `equal`.
    pub(super) fn has(&self, equal: impl Fn(&ClientTag<'_>) -> bool) -> bool {
        match self {
            Self::Any => true,
            Self::Listed(list) => tags(list).any(|tag| equal(&tag)),
        }
    }
}

/// The valid members of a list of entity-tags. Empty and malformed members are skipped: they
/// match nothing and do not spoil their neighbours. Commas inside quotes separate nothing.
fn tags(mut list: &[u8]) -> impl Iterator<Item = ClientTag<'_>> {
    std::iter::from_fn(move || {
        loop {
            while let [b' ' | b'\t' | b',', rest @ ..] = list {
                list = rest;
            }
            if list.is_empty() {
                return None;
            }
            let (tag, rest) = ClientTag::prefix(list).unwrap_or((None, list));
            // A member ends at the next comma; anything else before it makes the member malformed.
            let end = rest.iter().position(|&b| b == b',').unwrap_or(rest.len());
            list = &rest[end..];
            if let (Some(tag), []) = (tag, trim(&rest[..end])) {
                return Some(tag);
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(value: &str) -> Vec<String> {
        tags(value.as_bytes())
            .map(|tag| {
                let opaque = String::from_utf8_lossy(tag.opaque);
                format!("{}{opaque}", if tag.weak { "~" } else { "" })
            })
            .collect()
    }

    #[test]
    fn a_list_of_tags_survives_what_clients_put_between_them() {
        for (value, expected) in [
            (r#""a""#, &["a"][..]),
            (r#""a","b", W/"c""#, &["a", "b", "~c"]),
            ("\t\"a\" ,\t\"b\" ", &["a", "b"]),
            (r#",, "a",,"b",,"#, &["a", "b"]),
            (r#""a,b", "c""#, &["a,b", "c"]),
            (r#""W/", """#, &["W/", ""]),
            (r#""""#, &[""]),
            (r#""a\", "b""#, &[r"a\", "b"]),
            (r#"a, "b""#, &["b"]),
            (r#"w/"a", "b""#, &["b"]),
            (r#"W/ "a", "b""#, &["b"]),
            (r#""a b", "c""#, &["c"]),
            (r#""a"x, "b""#, &["b"]),
            (r#""a" "b", "c""#, &["c"]),
            (r#"'a', "b""#, &["b"]),
            (r#""a"#, &[]),
            (r#"a""#, &[]),
            ("*", &[]),
            ("", &[]),
            (",", &[]),
            ("\"é\"", &["é"]),
        ] {
            assert_eq!(listed(value), expected, "{value}");
        }
    }

    #[test]
    fn a_single_tag_is_nothing_but_that_tag() {
        for value in [r#""a""#, r#" "a" "#, r#"W/"a""#] {
            assert!(ClientTag::single(value.as_bytes()).is_some(), "{value}");
        }
        for value in [
            "a",
            "*",
            "",
            r#""a", "b""#,
            r#""a" x"#,
            r#""a b""#,
            r#"w/"a""#,
        ] {
            assert_eq!(ClientTag::single(value.as_bytes()), None, "{value}");
        }
    }

    #[test]
    fn comparison_is_that_of_the_table_in_section_8_8_3_2() {
        let ours = ETag::strong("1").unwrap();
        let theirs = |value: &'static str| ClientTag::single(value.as_bytes()).unwrap();
        assert!(ours.strongly_equals(&theirs(r#""1""#)));
        assert!(!ours.strongly_equals(&theirs(r#"W/"1""#)));
        assert!(ours.weakly_equals(&theirs(r#"W/"1""#)));
        assert!(!ours.weakly_equals(&theirs(r#""2""#)));
    }

    #[test]
    fn a_tag_that_would_break_its_own_quotes_is_refused() {
        for bad in ["a\"b", "a b", "a\nb", "ə"] {
            assert_eq!(ETag::strong(bad), Err(ETagError::Character), "{bad}");
        }
        assert_eq!(
            ETag::strong("sha256-ab/c+=").unwrap().header_value(),
            "\"sha256-ab/c+=\""
        );
    }
}
