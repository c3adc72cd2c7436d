//! What a URL stands for at this moment: its bytes and what is said about them.

use ::http::HeaderValue;

use super::conditional::Validators;
use super::date::HttpDate;
use super::etag::ETag;
use super::slices::Slices;

/// A selected representation (RFC 9110 §3.2): the bytes that an answer is cut from.
#[derive(Clone, Debug)]
pub struct Entity {
    /// The whole of it.
    pub content: Slices,
    /// Names exactly these bytes: whoever changes one byte of `content` changes the tag.
    pub etag: ETag,
    /// When these bytes last changed, if that is known.
    pub last_modified: Option<HttpDate>,
    /// The media type of the whole, and of each part of a multipart answer.
    pub content_type: HeaderValue,
}

impl Entity {
    /// The validators as they are sent at `now`. A date in the future, from a clock that was
    /// wrong, becomes the present: §8.8.2.1 forbids a Last-Modified later than Date.
    pub fn validators(&self, now: HttpDate) -> Validators<'_> {
        Validators {
            etag: &self.etag,
            last_modified: self.last_modified.map(|modified| modified.min(now)),
        }
    }
}
