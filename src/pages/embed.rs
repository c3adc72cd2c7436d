//! `/embed/{code}`, `/{lang}/embed/{code}`: a lesson to watch in another site's page. `?t=90` begins there, `?q=360` chooses a
//! quality, `?captions=az` shows captions; without a language in the path `?lang=ru` chooses one.

use askama::Template;
use axum::response::Response;

use super::error::Instead;
use super::framed::{Framed, dressed};
use super::lesson::{layout, seconds, spoken, waits};
use super::lesson_reach::reach_at;
use super::lesson_stage::{Stage, Video};
use super::lesson_ways::Ways;
use super::page::{Page, Visit, path};
use super::section::foreign;
use crate::auth::access::Viewer;
use crate::catalogue::{Lesson, Visibility, Vocabulary};
use crate::http::cache::CachePolicy;
use crate::http::frame::{self, Shown};
use crate::http::place::Place;
use crate::units::Code;

#[derive(Template)]
#[template(path = "embed.html")]
pub(super) struct Embed {
    page: Page,
    title: String,
    /// Of the title.
    lang: Option<String>,
    /// Its own page, at the same moment.
    href: String,
    stage: Stage,
    /// How long it is.
    length: Option<String>,
    cost: Option<String>,
}

/// A lesson in a frame.
pub async fn show(framed: Framed) -> Response {
    match embed(&framed).await {
        Ok((page, policy)) => framed.answer(policy, Ok(page)),
        Err(instead) => framed.answer(CachePolicy::NoStore, Err::<Embed, _>(instead)),
    }
}

async fn embed(framed: &Framed) -> Result<(Embed, CachePolicy), Instead> {
    let visit = &framed.visit;
    let there = |_: &Place, code: Code| framed.path(&format!("/embed/{code}{}", visit.query()));
    let (lesson, waits, policy) = reach_at(visit, Viewer::anybody(), there, waits).await?;
    let vocabulary = visit.app.vocabulary().await?;
    Ok((Embed::new(visit, &vocabulary, &lesson, waits, None), policy))
}

impl Embed {
    /// What a lesson's frame shows. `start`: where it begins, in seconds, unless the address says another moment.
    pub(super) fn new(
        visit: &Visit,
        vocabulary: &Vocabulary,
        lesson: &Lesson,
        waits: bool,
        start: Option<u64>,
    ) -> Self {
        let language = visit.language;
        let title = lesson.description.title.clone();
        let asked = visit.asked("t").map(str::to_owned);
        let start = asked.or_else(|| start.map(|start| start.to_string()));
        let start = start.and_then(|t| seconds(&t, lesson));
        let ways = Ways::new(language, visit.place(), lesson, visit.asked("q"), start);
        let stage = Stage::new(visit, vocabulary, lesson, &ways, waits);
        let here = ways.query(start);
        let recording = lesson.recording.as_ref();
        Self {
            page: dressed(layout(visit, vocabulary, lesson, &title, "")),
            lang: foreign(language, Some(spoken(vocabulary, lesson))),
            href: path(language, &format!("/l/{}{here}", lesson.code)),
            title,
            stage: match stage {
                Stage::Video(video) => Stage::Video(framed_video(video, visit.asked("captions"))),
                other => other,
            },
            length: recording.map(|r| language.count("minutes", r.duration.about_minutes())),
            cost: ways.playing.map(|playing| playing.cost),
        }
    }
}

/// The video without what scripts make of it, and with the captions that are asked for.
pub(super) fn framed_video(mut video: Video, captions: Option<&str>) -> Video {
    video.player = None;
    video.anywhere = true;
    let asked = |tag: &str| captions.is_some_and(|asked| asked.eq_ignore_ascii_case(tag));
    if video.tracks.iter().any(|track| asked(&track.language)) {
        for track in &mut video.tracks {
            track.shown = asked(&track.language);
        }
    }
    video
}

/// The HTML of a lesson's frame, for who puts it into a page of theirs; `query` says where it begins and in which quality.
/// `None`: nobody but its people may see the lesson.
pub(super) fn code(visit: &Visit, lesson: &Lesson, query: &str) -> Option<String> {
    let d = &lesson.description;
    let offered = d.visibility != Visibility::Draft;
    let address = address(visit, lesson.code, query);
    offered.then(|| frame::code(&address, &d.title, size(lesson)))
}

/// The absolute address of a lesson's frame in the page's own language.
pub(super) fn address(visit: &Visit, code: Code, query: &str) -> String {
    let own = path(visit.language, &format!("/embed/{code}{query}"));
    visit.origin().url(&own)
}

/// Pixels that a lesson's frame is wide and high.
pub(super) fn size(lesson: &Lesson) -> (u32, u32) {
    let shown = match &lesson.recording {
        Some(recording) => Shown::recording(recording.size),
        // What is announced is most probably a film.
        None => Shown::Picture(16, 9),
    };
    (frame::WIDTH, frame::height(frame::WIDTH, shown))
}
