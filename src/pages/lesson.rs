//! `/{lang}/l/{code}`: a lesson, to watch.

use askama::Template;
use axum::response::Response;

use super::assets;
use super::card::CardView;
use super::error::{self, Instead, Missing};
use super::facts::{Fact, Value, airing, facts, name_of};
use super::page::{Crumb, Page, Visit, path};
use super::section::{foreign, query_of};
use crate::auth::access::{self, Access, Viewer};
use crate::catalogue::{self, Card, Lesson, Role, Snapshot, Visibility, Vocabulary};
use crate::http::cache::CachePolicy;
use crate::units::{Code, CodeError, Millis};
use crate::words::{self, Language};

/// Lessons of a unit that are looked through; a curriculum's are far smaller.
const UNIT: u32 = 100;
/// Those of them that are listed beside the video, around the lesson itself.
const NEIGHBOURS: usize = 9;

#[derive(Template)]
#[template(path = "lesson.html")]
struct LessonPage {
    page: Page,
    title: String,
    /// Of the title and of all that people wrote about the lesson.
    lang: Option<String>,
    /// Number, unit, length.
    lead: String,
    stage: Stage,
    /// What one should know before playing it.
    notes: Vec<String>,
    /// Where to get the whole file, and what it weighs.
    download: Option<(String, String)>,
    description: Option<String>,
    chapters: Vec<ChapterView>,
    attachments: Vec<Attached>,
    facts: Vec<Fact>,
    next: Option<CardView>,
    variants: Vec<Variant>,
    unit: Vec<CardView>,
}

/// What stands where the picture goes.
enum Stage {
    Video(Video),
    /// Browsers cannot play the recording as it is.
    Unplayable,
    /// Not recorded yet; when it is on television.
    Announced(Vec<Value>),
}

struct Video {
    source: String,
    mime: String,
    size: Option<(u32, u32)>,
    poster: Option<String>,
    tracks: Vec<Track>,
    /// `480p`, where it has a picture.
    quality: Option<String>,
    cost: String,
    /// Where its sound alone is, if it has both and they can be told apart.
    sound: Option<String>,
}

struct Track {
    source: String,
    language: String,
    label: String,
    shown: bool,
}

struct ChapterView {
    seconds: u64,
    clock: String,
    title: String,
    current: bool,
}

struct Attached {
    href: String,
    label: String,
    size: String,
}

/// Another form of the lesson, in sign language or in another language.
struct Variant {
    href: String,
    title: String,
    lang: Option<String>,
}

/// What the catalogue says about a lesson and its surroundings, from one moment.
struct Found {
    lesson: Box<Lesson>,
    unit: Vec<Card>,
    next: Option<Card>,
    variants: Vec<Lesson>,
}

/// A lesson's page.
pub async fn show(visit: Visit, viewer: Viewer) -> Response {
    match lesson(&visit, viewer).await {
        Ok((page, policy)) => visit.answer(policy, Ok(page)),
        Err(instead) => error::respond(&visit, instead),
    }
}

async fn lesson(visit: &Visit, viewer: Viewer) -> Result<(LessonPage, CachePolicy), Instead> {
    let asked = visit.part("code");
    let code: Code = asked.parse().map_err(|e| match e {
        CodeError::Check => Instead::Missing(Missing::MiscopiedCode),
        CodeError::Shape => Instead::Missing(Missing::Lesson),
    })?;
    let vocabulary = visit.app.vocabulary().await?;
    let asking = move |c: &Snapshot<'_>| find(c, code, &viewer);
    match visit.app.catalogue.read(asking).await? {
        // Under any of its codes: no redirection to it may stay in a cache.
        Ok(found) if found.lesson.description.visibility == Visibility::Draft => {
            let page = LessonPage::new(visit, &vocabulary, found);
            Ok((page, CachePolicy::Personal))
        }
        Ok(found) if found.lesson.code.as_str() == asked => {
            let page = LessonPage::new(visit, &vocabulary, found);
            // Not longer in caches than the lesson's files: a withdrawal must be seen.
            Ok((page, CachePolicy::Lesson))
        }
        Ok(_) => Err(moved(visit, code)),
        Err(Access::Moved(own)) => Err(moved(visit, own)),
        Err(Access::Withdrawn(reason)) => Err(Instead::Gone(reason)),
        Err(Access::Granted(_) | Access::Draft(_) | Access::Unknown) => {
            Err(Instead::Missing(Missing::Lesson))
        }
    }
}

fn find(
    c: &Snapshot<'_>,
    code: Code,
    viewer: &Viewer,
) -> Result<Result<Found, Access>, catalogue::Error> {
    let lesson = match access::to_lesson(c, c.find(code)?, viewer)? {
        Access::Granted(lesson) | Access::Draft(lesson) => lesson,
        other => return Ok(Err(other)),
    };
    let d = &lesson.description;
    let next = match d.grades.first() {
        Some(grade) => c
            .shelf(grade, &d.subject, &d.section, Some(lesson.code), 1)?
            .pop(),
        None => None,
    };
    let mut variants = Vec::new();
    for code in c.siblings(lesson.id)? {
        // Of a public lesson only what anybody may see is told, so that its page is the same for all.
        let seen = access::to_lesson(c, c.find(code)?, &Viewer::anybody())?;
        if let Access::Granted(variant) = seen {
            variants.push(*variant);
        }
    }
    Ok(Ok(Found {
        unit: c.unit(d, UNIT)?,
        next,
        variants,
        lesson,
    }))
}

/// The same page at the code that counts, query kept.
fn moved(visit: &Visit, code: Code) -> Instead {
    let query = visit
        .here()
        .split_once('?')
        .map_or_else(String::new, |(_, query)| format!("?{query}"));
    Instead::Moved(path(visit.language, &format!("/l/{code}{query}")))
}

impl LessonPage {
    fn new(visit: &Visit, vocabulary: &Vocabulary, found: Found) -> Self {
        let language = visit.language;
        let Found {
            lesson,
            unit,
            next,
            variants,
        } = found;
        let d = &lesson.description;
        let start = visit.asked("t").and_then(|t| seconds(t, &lesson));
        let cards = |cards: Vec<Card>| {
            cards
                .into_iter()
                .map(|c| CardView::new(language, vocabulary, c))
        };
        let mut unit: Vec<CardView> = cards(around(unit, lesson.code)).collect();
        let own = path(language, &format!("/l/{}", lesson.code));
        for card in &mut unit {
            card.current = card.href == own;
        }
        Self {
            page: layout(visit, vocabulary, &lesson),
            title: d.title.clone(),
            lang: foreign(language, Some(spoken(vocabulary, &lesson))),
            lead: lead(language, &lesson),
            stage: Stage::new(language, vocabulary, &visit.app.zone, &lesson, start),
            notes: notes(language, &lesson),
            download: lesson.video().map(|video| {
                let size = words::size(language, video.file.bytes);
                (format!("/l/{}/video.mp4?download", lesson.code), size)
            }),
            description: d.description.clone(),
            chapters: chapters(&lesson, start),
            attachments: attachments(language, &lesson),
            facts: facts(language, vocabulary, &visit.app.zone, &lesson),
            next: next.and_then(|card| cards(vec![card]).next()),
            variants: variants
                .into_iter()
                .map(|v| Variant::new(language, vocabulary, v))
                .collect(),
            unit,
        }
    }
}

impl Variant {
    fn new(language: Language, vocabulary: &Vocabulary, lesson: Lesson) -> Self {
        Self {
            href: path(language, &format!("/l/{}", lesson.code)),
            lang: foreign(language, Some(spoken(vocabulary, &lesson))),
            title: lesson.description.title,
        }
    }
}

/// The language that a lesson is taught in.
fn spoken<'a>(vocabulary: &'a Vocabulary, lesson: &'a Lesson) -> &'a str {
    let section = vocabulary.section(&lesson.description.section);
    lesson.language(
        section
            .and_then(|s| s.language.as_deref())
            .unwrap_or_default(),
    )
}

/// The nearest lessons of the unit, the lesson among them; nothing if it is alone there.
fn around(mut unit: Vec<Card>, code: Code) -> Vec<Card> {
    if unit.iter().all(|card| card.code == code) {
        return Vec::new();
    }
    let at = unit
        .iter()
        .position(|card| card.code == code)
        .unwrap_or_default();
    let first = at.saturating_sub(NEIGHBOURS / 2);
    let first = first.min(unit.len().saturating_sub(NEIGHBOURS));
    unit.drain(..first);
    unit.truncate(NEIGHBOURS);
    unit
}

/// The point of time in `?t=`: whole seconds in digits, inside the recording and after its start.
fn seconds(text: &str, lesson: &Lesson) -> Option<u64> {
    let digits = (1..=6).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let seconds: u64 = text.parse().ok().filter(|_| digits)?;
    let duration = lesson.recording.as_ref()?.duration;
    (1..duration.whole_seconds())
        .contains(&seconds)
        .then_some(seconds)
}

fn layout(visit: &Visit, vocabulary: &Vocabulary, lesson: &Lesson) -> Page {
    let language = visit.language;
    let code = language.code();
    let d = &lesson.description;
    let section = vocabulary.section(&d.section);
    let query = section.map_or_else(String::new, |s| query_of(vocabulary, s));
    let subject = vocabulary
        .subject(&d.subject)
        .map_or(d.subject.as_str(), |s| s.name(code));
    let first = d.grades.first().map_or("", |g| g.as_str());
    let grade = vocabulary.grade(first).map_or(first, |g| g.name(code));
    let arguments = [
        ("title", d.title.as_str().into()),
        ("subject", subject.into()),
        ("grade", grade.into()),
    ];
    let description = language.with("lesson-description", &arguments);
    let crumbs = [
        Crumb::link(
            language.text("grades"),
            path(language, &format!("/{query}")),
        ),
        Crumb::link(grade, path(language, &format!("/grades/{first}{query}"))),
        Crumb::link(
            subject,
            path(language, &format!("/grades/{first}/{}{query}", d.subject)),
        ),
    ];
    let mut page = visit
        .page(&d.title, description, &format!("/l/{}", lesson.code))
        .under(crumbs);
    page.noindex = d.visibility != Visibility::Public;
    let plays = lesson.recording.as_ref().is_some_and(|r| r.playable);
    page.script = assets::lesson_script().filter(|_| plays);
    page
}

fn lead(language: Language, lesson: &Lesson) -> String {
    let d = &lesson.description;
    let number = d
        .lesson_number
        .map(|n| language.with("lesson-nth", &[("number", n.into())]));
    let minutes = |duration: Millis| language.count("minutes", duration.about_minutes());
    let length = lesson.recording.as_ref().map(|r| minutes(r.duration));
    [number, d.unit.clone(), length]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ")
}

fn notes(language: Language, lesson: &Lesson) -> Vec<String> {
    let Some(recording) = &lesson.recording else {
        return Vec::new();
    };
    let captioned = lesson.files_of(Role::Captions).next().is_some();
    let silent = match (recording.has_sound, captioned) {
        (true, _) => None,
        (false, true) => Some(language.text("silent-captioned-text")),
        (false, false) => Some(language.text("silent-text")),
    };
    let unseen = recording
        .size
        .is_none()
        .then(|| language.text("sound-only"));
    silent.into_iter().chain(unseen).collect()
}

fn chapters(lesson: &Lesson, start: Option<u64>) -> Vec<ChapterView> {
    let chapters = &lesson.description.chapters;
    let begins = |at: usize| {
        chapters
            .get(at)
            .map_or(u64::MAX, |c| c.start.whole_seconds())
    };
    let view = |(at, c): (usize, &catalogue::Chapter)| ChapterView {
        seconds: c.start.whole_seconds(),
        clock: c.start.clock_face(),
        title: c.title.clone(),
        current: start.is_some_and(|s| (begins(at)..begins(at + 1)).contains(&s)),
    };
    let playable = lesson.recording.as_ref().is_some_and(|r| r.playable);
    chapters
        .iter()
        .enumerate()
        .filter(|_| playable)
        .map(view)
        .collect()
}

fn attachments(language: Language, lesson: &Lesson) -> Vec<Attached> {
    let files = lesson.files_of(Role::Attachment).map(|f| &f.file);
    let view = |file: &catalogue::NewFile| Attached {
        href: format!("/media/{}", file.name),
        label: file.label.clone().unwrap_or_else(|| file.name.clone()),
        size: words::size(language, file.bytes),
    };
    files.map(view).collect()
}

impl Stage {
    fn new(
        language: Language,
        vocabulary: &Vocabulary,
        zone: &jiff::tz::TimeZone,
        lesson: &Lesson,
        start: Option<u64>,
    ) -> Self {
        let (Some(recording), Some(file)) = (&lesson.recording, lesson.video()) else {
            let broadcasts = lesson.description.broadcasts.iter();
            return Self::Announced(
                broadcasts
                    .map(|b| airing(language, vocabulary, zone, b))
                    .collect(),
            );
        };
        if !recording.playable {
            return Self::Unplayable;
        }
        let base = format!("/l/{}", lesson.code);
        let fragment = start.map_or_else(String::new, |seconds| format!("#t={seconds}"));
        Self::Video(Video {
            source: format!("{base}/video.mp4{fragment}"),
            mime: file.file.mime.clone(),
            size: recording.size,
            poster: lesson
                .files_of(Role::Poster)
                .next()
                .map(|_| format!("{base}/poster.jpg")),
            tracks: tracks(language, vocabulary, lesson, !recording.has_sound),
            quality: recording
                .size
                .map(|(width, height)| format!("{}p", width.min(height))),
            cost: words::size(language, file.file.bytes),
            sound: (recording.has_sound
                && recording.size.is_some()
                && file.file.mime == "video/mp4")
                .then(|| format!("{base}/audio.m4a")),
        })
    }
}

/// Captions, shown from the start only where nothing can be heard: then those in the lesson's own language.
fn tracks(
    language: Language,
    vocabulary: &Vocabulary,
    lesson: &Lesson,
    silent: bool,
) -> Vec<Track> {
    let languages = lesson
        .files_of(Role::Captions)
        .filter_map(|f| f.file.language.clone());
    let mut tracks: Vec<Track> = languages
        .map(|tag| Track {
            source: format!("/l/{}/captions/{tag}.vtt", lesson.code),
            label: name_of(language, &tag),
            language: tag,
            shown: false,
        })
        .collect();
    let own = spoken(vocabulary, lesson);
    let chosen = tracks.iter().position(|t| t.language == own).unwrap_or(0);
    if let Some(track) = tracks.get_mut(chosen).filter(|_| silent) {
        track.shown = true;
    }
    tracks
}
