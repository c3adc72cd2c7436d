//! `/{lang}/l/{code}/slides`: a lesson as its slides, in step with its sound. It costs a tenth of the video, and a line that
//! carries no video carries it.

use std::collections::HashMap;

use askama::Template;
use axum::response::Response;

use super::assets;
use super::error::{self, Instead, Missing};
use super::lesson::{layout, seconds, spoken};
use super::lesson_reach::reach;
use super::lesson_ways::Heard;
use super::page::{Crumb, Page, Visit, path};
use super::section::foreign;
use crate::auth::access::Viewer;
use crate::catalogue::{Lesson, Role, StoredFile, Vocabulary};
use crate::units::{Bytes, FileId, Millis};
use crate::words;

#[derive(Template)]
#[template(path = "slides.html")]
struct SlidesPage {
    page: Page,
    title: String,
    /// Of the title.
    lang: Option<String>,
    /// The lesson's own page.
    lesson: String,
    /// Where the sound is.
    sound: Option<String>,
    /// What all of it weighs, where that is known.
    cost: Option<String>,
    slides: Vec<SlideView>,
}

impl SlidesPage {
    /// What is shown large from the beginning where scripts run, so that nothing jumps when they do.
    fn now(&self) -> Option<&SlideView> {
        let current = self.slides.iter().find(|slide| slide.current);
        current.or(self.slides.first())
    }
}

struct SlideView {
    /// What is heard instead of it.
    name: String,
    seconds: u64,
    clock: String,
    /// Immutable addresses, what browsers of today prefer first: a picture that was seen is never fetched again.
    webp: Option<String>,
    picture: String,
    size: Option<(u32, u32)>,
    /// The video at the same moment.
    video: String,
    current: bool,
}

/// A picture of what is on the board or screen for a while.
struct Slide<'l> {
    start: Millis,
    webp: Option<&'l StoredFile>,
    jpeg: Option<&'l StoredFile>,
}

/// A lesson's slides.
pub async fn show(visit: Visit, viewer: Viewer) -> Response {
    let (lesson, (), policy) = match reach(&visit, viewer, "/slides", |_, _| Ok(())).await {
        Ok(reached) => reached,
        Err(instead) => return error::respond(&visit, instead),
    };
    if slides(&lesson).is_empty() {
        return error::respond(&visit, Instead::Missing(Missing::Slides));
    }
    match visit.app.vocabulary().await {
        Ok(vocabulary) => {
            let page = SlidesPage::new(&visit, &vocabulary, &lesson);
            visit.answer(policy, Ok(page))
        }
        Err(error) => error::respond(&visit, error.into()),
    }
}

/// Whether a lesson has slides.
pub(super) fn are_there(lesson: &Lesson) -> bool {
    lesson.files_of(Role::Slide).next().is_some()
}

/// What a lesson's slides cost with its sound; `None`: its sound is computed when it is asked for, so nobody has weighed it.
pub(super) fn cost(lesson: &Lesson) -> Option<Bytes> {
    let heard = match Heard::new(lesson) {
        Some(heard) => heard.made?.file.bytes.0,
        None => 0,
    };
    let pictures = slides(lesson);
    // A browser takes one picture of each, and nearly all take this one.
    let taken = pictures
        .iter()
        .filter_map(|slide| slide.webp.or(slide.jpeg));
    let taken: HashMap<FileId, u64> = taken.map(|file| (file.id, file.file.bytes.0)).collect();
    let seen: u64 = taken.values().sum();
    Some(Bytes(seen + heard))
}

/// In order of time. Of those that begin in the same second, which no address could tell apart, the last. A picture that
/// comes again is the same file each time, so that nobody fetches it twice.
fn slides(lesson: &Lesson) -> Vec<Slide<'_>> {
    let mut all: Vec<Slide<'_>> = Vec::new();
    let mut files: Vec<&StoredFile> = lesson.files_of(Role::Slide).collect();
    files.sort_by_key(|f| (f.file.start, f.file.position));
    let mut first: HashMap<[u8; 32], &StoredFile> = HashMap::new();
    for stored in files {
        let start = stored.file.start.unwrap_or_default();
        if all.last().is_none_or(|last| last.start != start) {
            let same = |last: &mut Slide<'_>| last.start.whole_seconds() == start.whole_seconds();
            all.pop_if(same);
            all.push(Slide {
                start,
                webp: None,
                jpeg: None,
            });
        }
        if let Some(last) = all.last_mut() {
            let place = match stored.file.mime.as_str() {
                "image/webp" => &mut last.webp,
                _ => &mut last.jpeg,
            };
            *place = Some(match stored.file.sha256 {
                Some(sha256) => first.entry(sha256).or_insert(stored),
                None => stored,
            });
        }
    }
    all
}

impl SlidesPage {
    fn new(visit: &Visit, vocabulary: &Vocabulary, lesson: &Lesson) -> Self {
        let language = visit.language;
        let title = &lesson.description.title;
        let place = visit.place();
        let own = path(language, &place.lesson(lesson.code));
        let start = visit.asked("t").and_then(|t| seconds(t, lesson));
        let heard = Heard::new(lesson);
        let sound = heard.as_ref().map(|heard| {
            let mark = if heard.query.is_empty() { "" } else { "?" };
            let fragment = start.map_or_else(String::new, |seconds| format!("#t={seconds}"));
            format!(
                "{}/audio.m4a{mark}{}{fragment}",
                place.lesson(lesson.code),
                heard.query
            )
        });
        let pictures = slides(lesson);
        let begun = |slide: &Slide<'_>| start.is_some_and(|t| slide.start.whole_seconds() <= t);
        let current = pictures.iter().rposition(begun);
        let address = |stored: &StoredFile| place.media(&stored.file.name);
        let view = |(at, slide): (usize, &Slide<'_>)| {
            let shown = slide.jpeg.or(slide.webp)?;
            let seconds = slide.start.whole_seconds();
            Some(SlideView {
                name: language.with("slide-nth", &[("number", (at + 1).into())]),
                seconds,
                clock: slide.start.clock_face(),
                webp: slide.webp.map(address),
                picture: address(shown),
                size: shown.file.size,
                video: match seconds {
                    0 => own.clone(),
                    _ => format!("{own}?t={seconds}"),
                },
                current: current == Some(at),
            })
        };
        let name = language.with("slides-title", &[("title", title.as_str().into())]);
        let mut page = layout(visit, vocabulary, lesson, &name, "/slides");
        page.crumbs.push(Crumb::link(title.as_str(), own.clone()));
        if let Some(seconds) = start {
            page.keep_in_switch(&format!("?t={seconds}"));
        }
        page.second_look = Some(assets::Sheet::Slides.url());
        page.script = assets::Script::Slides.url().filter(|_| sound.is_some());
        Self {
            page,
            title: title.clone(),
            lang: foreign(language, Some(spoken(vocabulary, lesson))),
            lesson: own.clone(),
            cost: cost(lesson).map(|bytes| words::size(language, bytes)),
            slides: pictures.iter().enumerate().filter_map(view).collect(),
            sound,
        }
    }
}
