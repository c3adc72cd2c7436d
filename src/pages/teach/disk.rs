//! `/teach/disk`: what the archive takes of its disk, and giving up what is not needed any more.

use ::http::StatusCode;
use askama::Template;
use axum::response::Response;

use super::files::{Prune, freed_in};
use super::lesson_nav::Refused;
use super::{Frame, Office, see};
use crate::catalogue::Usage;
use crate::pages::page::path;
use crate::units::Bytes;
use crate::words::{self, Language};

#[derive(Template)]
#[template(path = "teach/disk.html")]
struct DiskPage {
    page: Frame,
    /// Names and sizes.
    facts: Vec<(String, String)>,
    /// Bytes of the disk that are taken, by whomever; from where on it is nearly full; all.
    taken: u64,
    nearly: u64,
    total: u64,
    level: String,
    people: Vec<PersonRow>,
    /// Where everything prunable is pruned, and how much that is.
    prune: Option<(String, String)>,
}

struct PersonRow {
    name: String,
    lessons: u64,
    bytes: String,
    prunable: String,
}

/// What there is.
pub async fn show(Office(desk): Office) -> Result<Response, Refused> {
    let found = desk.visit.app.at_desk(|d| d.holdings());
    let held = desk.done(found.await)?;
    let language = desk.visit.language;
    let size = |bytes| size_or_none(language, bytes);
    let prunable = held.stored.prunable;
    let (room, stored) = (held.disk, &held.stored);
    let mut frame = desk.frame(&language.text("teach-disk"), "/teach/disk");
    if let Some(freed) = desk.visit.asked("freed").and_then(|b| b.parse().ok()) {
        frame.notice = Some(freed_in(
            language,
            freed,
            desk.visit.asked("later").is_some(),
        ));
    }
    let level = [
        ("free", size(room.free).into()),
        ("total", size(room.total).into()),
    ];
    let page = DiskPage {
        page: frame,
        level: language.with("disk-level", &level),
        taken: room.total.0.saturating_sub(room.free.0),
        nearly: room.total.0 / 10 * 9,
        total: room.total.0.max(1),
        facts: vec![
            (language.text("disk-reserve"), size(room.reserve)),
            (language.text("disk-stored"), size(stored.all)),
            (language.text("disk-prunable"), size(prunable)),
            (language.text("disk-uploading"), size(stored.uploading)),
        ],
        people: held.usage.iter().map(|u| person(language, u)).collect(),
        prune: (prunable.0 > 0).then(|| (path(language, "/teach/disk/prune"), size(prunable))),
    };
    Ok(desk.send(StatusCode::OK, &page))
}

fn size_or_none(language: Language, bytes: Bytes) -> String {
    match bytes.0 {
        0 => "–".to_owned(),
        _ => words::size(language, bytes),
    }
}

fn person(language: Language, usage: &Usage) -> PersonRow {
    let size = |bytes| size_or_none(language, bytes);
    let name = usage.person.clone();
    PersonRow {
        name: name.unwrap_or_else(|| language.text("disk-nobody")),
        lessons: usage.lessons,
        bytes: size(usage.bytes),
        prunable: size(usage.prunable),
    }
}

/// Asks before bytes are given up.
pub async fn ask_to_prune(Office(desk): Office) -> Result<Response, Refused> {
    let found = desk.visit.app.at_desk(|d| d.holdings());
    let held = desk.done(found.await)?;
    let language = desk.visit.language;
    let bytes = held.stored.prunable;
    let heading = language.text("prune-all");
    let lead = [
        ("count", held.stored.lessons_to_prune.len().into()),
        ("size", words::size(language, bytes).into()),
    ];
    let page = Prune {
        page: desk.frame(&heading, "/teach/disk/prune"),
        lead: match bytes.0 {
            0 => language.text("prune-nothing"),
            _ => language.with("prune-all-lead", &lead),
        },
        heading,
        action: path(language, "/teach/disk/prune"),
        edition: String::new(),
        possible: bytes.0 > 0,
        back: path(language, "/teach/disk"),
    };
    Ok(desk.send(StatusCode::OK, &page))
}

/// Gives up bytes.
pub async fn prune(Office(desk): Office) -> Result<Response, Refused> {
    let author = desk.author();
    let done = desk.visit.app.at_desk(move |d| d.prune_all(&author));
    let freed = desk.done(done.await)?;
    let later = if freed.later { "&later=1" } else { "" };
    let rest = format!("/teach/disk?freed={}{later}", freed.bytes.0);
    Ok(see(&desk.visit, &rest))
}
