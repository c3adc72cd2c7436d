//! What a lesson's page tells its script about saving the lesson on the reader's device: the ways, their addresses and
//! prices. It is one attribute, and nothing of it is seen without a script.

use serde_json::{Value, json};

use super::assets;
use super::lesson::spoken;
use super::lesson_ways::{Heard, worth_choosing};
use super::page::{Visit, path};
use super::section::foreign;
use super::slides;
use crate::catalogue::{Lesson, Role, Visibility, Vocabulary};
use crate::units::Bytes;
use crate::words;

/// An offer to save the lesson.
pub(super) struct Keep {
    /// The script that does it.
    pub(super) engine: &'static str,
    pub(super) look: &'static str,
    /// As JSON; see `web/src/offline/offer.ts`.
    pub(super) offer: String,
}

impl Keep {
    /// `None`: there is nothing to save, or nobody but its people may see it.
    pub(super) fn new(visit: &Visit, vocabulary: &Vocabulary, lesson: &Lesson) -> Option<Self> {
        let engine = assets::Script::Offline
            .url()
            .filter(|_| visit.app.settings.save_in_browser)?;
        let offered = lesson.description.visibility != Visibility::Draft;
        let ways = Some(ways(visit, lesson)).filter(|ways| offered && !ways.is_empty())?;
        let language = visit.language;
        let offer = json!({
            "code": lesson.code.to_string(),
            "title": lesson.description.title,
            "lang": foreign(language, Some(spoken(vocabulary, lesson))),
            "saved": path(language, "/saved"),
            "ways": ways,
            "words": {
                "save": language.text("offline-save"),
                "more": language.text("offline-more"),
                "list": language.text("offline-list"),
                "insecure": language.text("offline-insecure"),
                "unsupported": language.text("offline-unsupported"),
                "failed": language.text("offline-failed"),
            },
        });
        Some(Self {
            engine,
            look: assets::Sheet::Offline.url(),
            offer: offer.to_string(),
        })
    }
}

/// What costs least of the video first, since whoever saves for later has little.
fn ways(visit: &Visit, lesson: &Lesson) -> Vec<Value> {
    let language = visit.language;
    let base = format!("/l/{}", lesson.code);
    let page = path(language, &base);
    let price = |bytes: Bytes| words::size(language, bytes);
    let qualities = worth_choosing(lesson.qualities());
    let several = qualities.len() > 1;
    let video = |name: String, query: String, bytes: Bytes| {
        json!({
            "form": "video",
            "name": name,
            "url": format!("{base}/video.mp4{query}"),
            "pages": [format!("{page}{query}")],
            "open": page,
            "beside": storyboard(lesson),
            "bytes": bytes.0,
            "cost": price(bytes),
        })
    };
    let mut all: Vec<Value> = qualities
        .iter()
        .map(|(class, file)| {
            let query = match several {
                true => format!("?q={class}"),
                false => String::new(),
            };
            video(format!("{class}p"), query, file.file.bytes)
        })
        .collect();
    let heard = Heard::new(lesson);
    let heard_only = heard.as_ref().is_some_and(|h| h.instead_of_picture);
    if let Some(file) = lesson.played().filter(|_| all.is_empty() && !heard_only) {
        all.push(video(
            language.text("watch"),
            String::new(),
            file.file.bytes,
        ));
    }
    let sound = heard.map(|heard| {
        let mark = if heard.query.is_empty() { "" } else { "?" };
        let url = format!("{base}/audio.m4a{mark}{}", heard.query);
        (url, heard.made.map(|made| made.file.bytes))
    });
    if slides::are_there(lesson) {
        let cost = slides::cost(lesson);
        let below = format!("{page}/slides");
        all.push(json!({
            "form": "slides",
            "name": language.text("slides"),
            "url": sound.as_ref().map(|(url, _)| url),
            "pages": [below, page],
            "open": below,
            "beside": [],
            "bytes": cost.map(|cost| cost.0),
            "cost": cost.map(price),
        }));
    }
    if let Some((url, bytes)) = sound {
        all.push(json!({
            "form": "sound",
            "name": language.text("offline-sound"),
            "url": url,
            "pages": [page],
            "open": page,
            "beside": [],
            "bytes": bytes.map(|bytes| bytes.0),
            "cost": bytes.map(price),
        }));
    }
    all
}

/// The small pictures of a seek bar.
fn storyboard(lesson: &Lesson) -> Vec<String> {
    let files = lesson.files_of(Role::Storyboard).map(|stored| &stored.file);
    let name = |file: &crate::catalogue::NewFile| match file.mime.as_str() {
        "image/jpeg" => format!("/l/{}/storyboard-{}.jpg", lesson.code, file.position),
        _ => format!("/l/{}/storyboard.vtt", lesson.code),
    };
    files.map(name).collect()
}
