//! What the player says. Its script fetches this when somebody plays, so that no page carries words that most of its
//! readers never need; and it is the same for all lessons, so that a browser fetches it once.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::words::Language;

/// Numbers that each take another form of a noun, by the names that CLDR gives these forms.
const FORMS: [(&str, u64); 4] = [("one", 1), ("few", 2), ("many", 5), ("other", 7)];

/// As JSON. What the script puts in stands in braces.
pub(super) fn json(language: Language) -> String {
    json!({
        "decimalMark": language.decimal_mark(),
        "words": words(language),
        "counts": counts(language),
    })
    .to_string()
}

fn words(language: Language) -> BTreeMap<&'static str, String> {
    let with = |key: &str, names: &[&'static str]| {
        let names = names
            .iter()
            .map(|name| (*name, format!("{{{name}}}").into()));
        language.with(key, &names.collect::<Vec<_>>())
    };
    let words = [
        ("player", language.text("player-name")),
        ("controls", language.text("player-controls")),
        ("play", language.text("player-play")),
        ("pause", language.text("player-pause")),
        ("mute", language.text("player-mute")),
        ("volume", language.text("player-volume")),
        ("seek", language.text("player-seek")),
        ("chapters", language.text("player-chapters")),
        ("settings", language.text("player-settings")),
        ("full", language.text("player-full")),
        ("small", language.text("player-small")),
        ("close", language.text("player-close")),
        ("speed", language.text("player-speed")),
        ("quality", language.text("player-quality")),
        ("auto", language.text("player-auto")),
        ("captions", language.text("player-captions")),
        ("off", language.text("player-off")),
        ("on", language.text("player-on")),
        ("captionsSize", language.text("player-captions-size")),
        ("sizeNormal", language.text("player-size-normal")),
        ("sizeLarge", language.text("player-size-large")),
        ("sizeHuge", language.text("player-size-huge")),
        ("copy", language.text("player-copy")),
        ("copied", language.text("player-copied")),
        ("copyYourself", language.text("player-copy-yourself")),
        ("forget", language.text("player-forget")),
        ("forgotten", language.text("player-forgotten")),
        ("keys", language.text("player-keys")),
        ("keySpace", language.text("player-key-space")),
        ("keyPlay", language.text("player-key-play")),
        ("keySeek", language.text("player-key-seek")),
        ("keyJump", language.text("player-key-jump")),
        ("keySpeed", language.text("player-key-speed")),
        ("keyPart", language.text("player-key-part")),
        ("keyHelp", language.text("player-key-help")),
        ("waiting", language.text("player-waiting")),
        ("lost", language.text("player-lost")),
        ("again", language.text("player-again")),
        ("broken", language.text("player-broken")),
        ("next", language.text("next-lesson")),
        ("replay", language.text("player-replay")),
        ("position", with("player-position", &["at", "all"])),
        ("says", with("player-says", &["what", "value"])),
        ("fell", with("player-fell", &["quality"])),
    ];
    words.into()
}

fn counts(language: Language) -> Value {
    let hours = |n| language.count("player-hours", n);
    let minutes = |n| language.count("minutes", n);
    let seconds = |n| language.count("player-seconds", n);
    json!({ "hours": forms(hours), "minutes": forms(minutes), "seconds": forms(seconds) })
}

/// The forms that a text has for different numbers, with `{count}` where the number stands.
fn forms(text: impl Fn(u64) -> String) -> BTreeMap<&'static str, String> {
    let form = |(name, number): (&'static str, u64)| {
        let marked = text(number).replacen(&number.to_string(), "{count}", 1);
        (name, marked)
    };
    FORMS.map(form).into()
}
