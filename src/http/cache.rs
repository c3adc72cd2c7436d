//! Cache policies (RFC 9111): every response declares one.

use ::http::HeaderValue;

use crate::config::Serve;

/// How long a response may be kept, and by whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CachePolicy {
    /// A page or a list: any cache, for a little while.
    Page,
    /// The same of what is so only today: no longer than the day has seconds left.
    Today(u64),
    /// What stands under a lesson's permanent URL: any cache, at most a minute, since it may be replaced
    /// or withdrawn.
    Lesson,
    /// What must be of today, since it decides what is kept: any cache, which asks each time whether it is still so.
    Checked,
    /// Public `/media/…` and assets named by their content: for ever.
    Forever,
    /// An answer that depends on who asks in what language: the reader's own cache only.
    Private,
    /// What only its own people may see, such as a draft: nobody keeps it, not even their browser.
    Personal,
    /// Public keys: any cache, an hour.
    Hour,
    /// Errors and states: nobody.
    NoStore,
}

impl CachePolicy {
    /// The value of Cache-Control.
    pub fn value(self, settings: &Serve) -> HeaderValue {
        let public = |seconds: u64| HeaderValue::try_from(format!("public, max-age={seconds}"));
        let value = match self {
            Self::Page => public(settings.page_max_age_seconds),
            Self::Today(seconds) => public(seconds.min(settings.page_max_age_seconds)),
            Self::Lesson => public(settings.lesson_max_age_seconds),
            Self::Checked => Ok(HeaderValue::from_static("public, no-cache")),
            Self::Forever => Ok(HeaderValue::from_static(
                "public, max-age=31536000, immutable",
            )),
            Self::Private => Ok(HeaderValue::from_static("private, max-age=60")),
            Self::Personal => Ok(HeaderValue::from_static("private, no-store")),
            Self::Hour => Ok(HeaderValue::from_static("public, max-age=3600")),
            Self::NoStore => Ok(HeaderValue::from_static("no-store")),
        };
        value.unwrap_or(HeaderValue::from_static("no-store"))
    }
}
