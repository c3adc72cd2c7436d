//! `/{lang}/saved`: what is saved on the reader's device. Only the device knows, so a script fills the page; it is also
//! what is shown without a network in place of a page that is not saved.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::Response;
use serde_json::json;

use super::assets;
use super::page::{Crumb, Page, Visit, path};
use super::script_words::Say;
use crate::http::cache::CachePolicy;
use crate::words::Language;

#[derive(Template)]
#[template(path = "saved.html")]
struct Saved {
    page: Page,
    /// What the script is told, as JSON; `None`: this binary was built without it.
    settings: Option<String>,
    /// Whether lessons can be saved here. What was saved while they could be takes room, and can be removed.
    saves: bool,
}

/// The page of saved lessons.
pub async fn show(visit: Visit) -> Response {
    let language = visit.language;
    let title = language.text("offline-list");
    let mut page = visit
        .page(&title, language.text("offline-description"), "/saved")
        .under([
            Crumb::link(language.text("grades"), path(language, "/")),
            Crumb::here(title.as_str()),
        ]);
    page.noindex = true;
    page.second_look = Some(assets::Sheet::Offline.url());
    page.script = assets::Script::Offline.url();
    let saves = page.script.is_some() && visit.app.settings.save_in_browser;
    let saved = Saved {
        settings: page.script.map(|_| settings(language, saves)),
        page,
        saves,
    };
    visit.answer(CachePolicy::Page, Ok(saved))
}

/// As JSON for an attribute; see `web/src/offline/settings.ts`.
fn settings(language: Language, saves: bool) -> String {
    let say = Say(language);
    let month = |month: u8| {
        let arguments = [("day", "{day}".into()), ("month", month.into())];
        let day = language.with("day-month", &arguments);
        let date = language.with("date", &[("day", day.into()), ("year", "{year}".into())]);
        format!("{date}, {{time}}")
    };
    let settings = json!({
        "here": path(language, "/saved"),
        "saves": saves,
        "decimalMark": language.decimal_mark(),
        "months": (1..=12).map(month).collect::<Vec<_>>(),
        "words": words(&say),
    });
    settings.to_string()
}

fn words(say: &Say) -> BTreeMap<&'static str, String> {
    let words = [
        ("insecure", say.text("offline-insecure")),
        ("unsupported", say.text("offline-unsupported")),
        ("away", say.text("offline-away")),
        ("empty", say.text("offline-empty")),
        ("used", say.with("offline-used", &["size"])),
        ("left", say.with("offline-left", &["size"])),
        ("saved", say.text("offline-saved")),
        ("newer", say.text("offline-newer")),
        ("renewed", say.text("offline-renewed")),
        ("preparing", say.text("offline-preparing")),
        ("moving", say.text("offline-moving")),
        ("waiting", say.text("offline-waiting")),
        ("paused", say.text("offline-paused")),
        ("stopped", say.text("offline-stopped")),
        ("elsewhere", say.text("offline-elsewhere")),
        ("noRoom", say.with("offline-no-room", &["need", "left"])),
        (
            "noRoomUsed",
            say.with("offline-no-room-used", &["need", "used"]),
        ),
        ("gone", say.text("offline-gone")),
        ("failed", say.text("offline-failed")),
        (
            "numbers",
            say.with("offline-numbers", &["done", "all", "part"]),
        ),
        ("progress", say.with("offline-progress", &["name"])),
        ("pause", say.text("offline-pause")),
        ("goOn", say.text("offline-go-on")),
        ("again", say.text("offline-again")),
        ("cancel", say.text("offline-cancel")),
        ("remove", say.text("offline-remove")),
        ("removeAll", say.text("offline-remove-all")),
        ("removeAllAsk", say.text("offline-remove-all-ask")),
        ("part", say.with("offline-part", &["number"])),
        ("kilobytes", say.size_in("KB")),
        ("megabytes", say.size_in("MB")),
        ("gigabytes", say.size_in("GB")),
    ];
    words.into()
}
