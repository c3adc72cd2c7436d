//! The interface in Azerbaijani, Russian and English (Fluent), and what depends on language: numbers, dates, plurals.
//!
//! The texts lie in `az/`, `ru/` and `en/`, each with the same keys and variables; a test compares them.

mod dates;
mod format;
mod language;
#[cfg(test)]
mod tests;

pub use dates::{date, day_of_week, days, full_date, full_date_time, time};
pub use format::{date_time, iso_time, size, size_from};
pub use language::Language;

use std::borrow::Cow;
use std::collections::HashMap;

use fluent_templates::fluent_bundle::FluentValue;

mod texts {
    #![allow(clippy::unwrap_used, reason = "in the code that the macro makes")]

    fluent_templates::static_loader! {
        pub(super) static TEXTS = {
            locales: "./src/words",
            fallback_language: "en",
            // Isolating marks are for texts within texts of another direction (`Language::direction`), which none of our
            // languages has; what people wrote is isolated by the pages' elements. A failure
            // to add NUMBER would show in every test of ordinals.
            customise: |bundle| {
                bundle.set_use_isolating(false);
                let _ = bundle.add_builtins();
            },
        };
    }
}

/// What a text's variables stand for.
pub type Arguments<'a> = [(&'static str, FluentValue<'a>)];

impl Language {
    /// The text called `key`; the key itself where there is none, which the tests rule out.
    pub fn text(self, key: &str) -> String {
        let no_arguments: Option<&HashMap<&str, FluentValue<'_>>> = None;
        texts::TEXTS
            .lookup_single_language(self.id(), key, no_arguments)
            .unwrap_or_else(|_| key.to_owned())
    }

    /// The text called `key` with its variables put in.
    pub fn with(self, key: &str, arguments: &Arguments<'_>) -> String {
        let arguments: HashMap<Cow<'static, str>, FluentValue<'_>> = arguments
            .iter()
            .map(|(name, value)| (Cow::Borrowed(*name), value.clone()))
            .collect();
        texts::TEXTS
            .lookup_single_language(self.id(), key, Some(&arguments))
            .unwrap_or_else(|_| key.to_owned())
    }

    /// The text called `key` about `count` things, in the form that the language uses for that many.
    pub fn count(self, key: &str, count: u64) -> String {
        self.with(key, &[("count", count.into())])
    }
}
