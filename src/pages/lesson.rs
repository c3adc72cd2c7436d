//! `/{lang}/l/{code}`: a lesson, to watch.

use askama::Template;
use axum::response::Response;

use super::assets;
use super::card::CardView;
use super::embed;
use super::error;
use super::facts::{Fact, facts};
use super::lesson_keep::Keep;
use super::lesson_reach::reach;
use super::lesson_stage::Stage;
use super::lesson_ways::Ways;
use super::linked_data;
use super::page::{Crumb, Page, Visit, path};
use super::preview::Preview;
use super::section::{foreign, query_of};
use super::transcript;
use crate::auth::access::{self, Viewer};
use crate::catalogue::{
    self, Card, Found, JobKind, Lesson, Role, Snapshot, Visibility, Vocabulary,
};
use crate::clock::UnixMillis;
use crate::http::qr;
use crate::units::{Code, Millis};
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
    lead: Vec<Said>,
    stage: Stage,
    /// What one should know before playing it.
    notes: Vec<String>,
    ways: Ways,
    keep: Option<Keep>,
    /// Where what is said can be read.
    transcript: Option<String>,
    /// HTML that puts it into a page of another site.
    frame: Option<String>,
    preview: Preview,
    /// JSON-LD.
    linked_data: Option<String>,
    /// What is printed; `None`: a link that ends is for no paper.
    printed: Option<Printed>,
    description: Option<String>,
    chapters: Vec<ChapterView>,
    attachments: Vec<Attached>,
    facts: Vec<Fact>,
    next: Option<CardView>,
    variants: Vec<Variant>,
    unit: Vec<CardView>,
}

/// The permanent address in two parts, as it is printed, and a picture of it; in the page, since browsers print without
/// waiting for what they have not fetched.
struct Printed {
    origin: String,
    path: String,
    qr: String,
}

/// A text, and its language where that is not the page's own.
struct Said {
    text: String,
    lang: Option<String>,
}

struct ChapterView {
    href: String,
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

/// What the catalogue says about the surroundings of a lesson.
struct Surroundings {
    unit: Vec<Card>,
    next: Option<Card>,
    variants: Vec<Lesson>,
    /// Something is being made of its recording that can be watched, or for less.
    waits: bool,
    /// When the link ends by which its reader came.
    until: Option<UnixMillis>,
}

/// A lesson's page.
pub async fn show(visit: Visit, viewer: Viewer) -> Response {
    let own = viewer.clone();
    let around = move |c: &Snapshot<'_>, lesson: &Lesson| surroundings(c, lesson, &own);
    match reach(&visit, viewer, "", around).await {
        Ok((lesson, around, policy)) => match visit.app.vocabulary().await {
            Ok(vocabulary) => {
                let page = LessonPage::new(&visit, &vocabulary, *lesson, around);
                visit.answer(policy, Ok(page))
            }
            Err(error) => error::respond(&visit, error.into()),
        },
        Err(instead) => error::respond(&visit, instead),
    }
}

fn surroundings(
    c: &Snapshot<'_>,
    lesson: &Lesson,
    viewer: &Viewer,
) -> Result<Surroundings, catalogue::Error> {
    let d = &lesson.description;
    if let Viewer::Holder(_) = viewer {
        // A link shows one lesson, and leads to no other.
        return Ok(Surroundings {
            unit: Vec::new(),
            next: None,
            variants: Vec::new(),
            waits: waits(c, lesson)?,
            until: access::until(c, viewer)?,
        });
    }
    let anybody = Viewer::anybody();
    // The page of a lesson that is no draft is the same for all.
    let reader = match d.visibility {
        Visibility::Draft => viewer,
        Visibility::Public | Visibility::Unlisted => &anybody,
    };
    let next = match d.grades.first() {
        Some(grade) => c
            .shelf(grade, &d.subject, &d.section, Some(lesson.code), 1)?
            .pop(),
        None => None,
    };
    let mut variants = Vec::new();
    for code in c.siblings(lesson.id)? {
        if let Found::Lesson(variant) = c.find(code)?
            && variant.withdrawn.is_none()
            && access::may_be_told(c, &variant, reader)?
        {
            variants.push(*variant);
        }
    }
    Ok(Surroundings {
        unit: c.unit(d, UNIT)?,
        next,
        variants,
        waits: waits(c, lesson)?,
        until: None,
    })
}

/// Whether something is yet to be made of the recording that can be watched, or for less, and nothing has been.
pub(super) fn waits(c: &Snapshot<'_>, lesson: &Lesson) -> Result<bool, catalogue::Error> {
    let made = [Role::Rendition, Role::Audio];
    let Some(recording) = &lesson.recording else {
        return Ok(false);
    };
    if made.iter().any(|r| lesson.files_of(*r).next().is_some()) {
        return Ok(false);
    }
    let wanted = [JobKind::Probe, JobKind::Narrow, JobKind::Ladder];
    c.is_being_made(recording.id, &wanted)
}

impl LessonPage {
    fn new(visit: &Visit, vocabulary: &Vocabulary, lesson: Lesson, around: Surroundings) -> Self {
        let language = visit.language;
        let Surroundings {
            unit,
            next,
            variants,
            waits,
            until,
        } = around;
        let place = visit.place();
        let d = &lesson.description;
        let start = visit.asked("t").and_then(|t| seconds(t, &lesson));
        let ways = Ways::new(language, place, &lesson, visit.asked("q"), start);
        let cards = |cards: Vec<Card>| {
            cards
                .into_iter()
                .map(|c| CardView::new(language, vocabulary, c))
        };
        let mut unit: Vec<CardView> = cards(neighbours(unit, lesson.code)).collect();
        let mut page = layout(visit, vocabulary, &lesson, &d.title, "");
        page.keep_in_switch(&ways.query(start));
        page.script = assets::Script::Lesson
            .url()
            .filter(|_| ways.playing.is_some());
        let preview = Preview::new(visit, &page, &lesson);
        let linked_data = linked_data::of_lesson(visit, vocabulary, &page, &lesson);
        let lang = foreign(language, Some(spoken(vocabulary, &lesson)));
        let own = path(language, &place.lesson(lesson.code));
        let permanent = format!("/l/{}", lesson.code);
        for card in &mut unit {
            card.current = card.href == own;
        }
        Self {
            page,
            title: d.title.clone(),
            lead: lead(language, &lesson, lang.as_ref()),
            lang,
            stage: Stage::new(visit, vocabulary, &lesson, &ways, waits),
            notes: passing(visit, until)
                .into_iter()
                .chain(notes(language, &lesson, waits))
                .collect(),
            keep: Keep::new(visit, vocabulary, &lesson),
            frame: embed::code(visit, &lesson, &ways.query(start)),
            preview,
            linked_data,
            transcript: transcript::below(&lesson).map(|below| format!("{own}{below}")),
            printed: (!place.is_behind_link()).then(|| Printed {
                qr: qr::svg(&visit.origin().url(&permanent)).unwrap_or_default(),
                origin: visit.origin().url(""),
                path: permanent,
            }),
            description: d.description.clone(),
            chapters: chapters(&lesson, start, &ways),
            attachments: attachments(visit, &lesson),
            facts: facts(language, vocabulary, &visit.app.zone, &lesson),
            next: next.and_then(|card| cards(vec![card]).next()),
            variants: variants
                .into_iter()
                .map(|v| Variant::new(language, vocabulary, v))
                .collect(),
            unit,
            ways,
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
pub(super) fn spoken<'a>(vocabulary: &'a Vocabulary, lesson: &'a Lesson) -> &'a str {
    let section = vocabulary.section(&lesson.description.section);
    lesson.language(
        section
            .and_then(|s| s.language.as_deref())
            .unwrap_or_default(),
    )
}

/// The nearest lessons of the unit, the lesson among them; nothing if it is alone there.
fn neighbours(mut unit: Vec<Card>, code: Code) -> Vec<Card> {
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
pub(super) fn seconds(text: &str, lesson: &Lesson) -> Option<u64> {
    let digits = (1..=6).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let seconds: u64 = text.parse().ok().filter(|_| digits)?;
    let duration = lesson.recording.as_ref()?.duration;
    (1..duration.whole_seconds())
        .contains(&seconds)
        .then_some(seconds)
}

/// The layout of a page about a lesson, called `title`, at `below` the lesson's own.
pub(super) fn layout(
    visit: &Visit,
    vocabulary: &Vocabulary,
    lesson: &Lesson,
    title: &str,
    below: &str,
) -> Page {
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
        ("title", title.into()),
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
        .page(
            title,
            description,
            &format!("{}{below}", visit.place().lesson(lesson.code)),
        )
        .under(crumbs);
    page.noindex |= d.visibility != Visibility::Public;
    page
}

fn lead(language: Language, lesson: &Lesson, lang: Option<&String>) -> Vec<Said> {
    let d = &lesson.description;
    let number = d
        .lesson_number
        .map(|n| language.with("lesson-nth", &[("number", n.into())]));
    let minutes = |duration: Millis| language.count("minutes", duration.about_minutes());
    let length = lesson.recording.as_ref().map(|r| minutes(r.duration));
    let ours = |text| Said { text, lang: None };
    let unit = d.unit.clone().map(|text| Said {
        text,
        lang: lang.cloned(),
    });
    [number.map(ours), unit, length.map(ours)]
        .into_iter()
        .flatten()
        .collect()
}

/// What whoever came by a link should know: the lesson is not published, and how long they can come.
fn passing(visit: &Visit, until: Option<UnixMillis>) -> Option<String> {
    let date = words::date_time(visit.language, until?, &visit.app.zone);
    Some(visit.language.with("link-until", &[("date", date.into())]))
}

fn notes(language: Language, lesson: &Lesson, waits: bool) -> Vec<String> {
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
    let cheaper = (waits && recording.playable).then(|| language.text("cheaper-soon"));
    silent.into_iter().chain(unseen).chain(cheaper).collect()
}

fn chapters(lesson: &Lesson, start: Option<u64>, ways: &Ways) -> Vec<ChapterView> {
    let chapters = &lesson.description.chapters;
    let begins = |at: usize| {
        chapters
            .get(at)
            .map_or(u64::MAX, |c| c.start.whole_seconds())
    };
    let view = |(at, c): (usize, &catalogue::Chapter)| ChapterView {
        href: ways.at(c.start.whole_seconds()),
        clock: c.start.clock_face(),
        title: c.title.clone(),
        current: start.is_some_and(|s| (begins(at)..begins(at + 1)).contains(&s)),
    };
    chapters
        .iter()
        .enumerate()
        .filter(|_| ways.playing.is_some())
        .map(view)
        .collect()
}

fn attachments(visit: &Visit, lesson: &Lesson) -> Vec<Attached> {
    let files = lesson.files_of(Role::Attachment).map(|f| &f.file);
    let view = |file: &catalogue::NewFile| Attached {
        href: visit.place().media(&file.name),
        label: file.label.clone().unwrap_or_else(|| file.name.clone()),
        size: words::size(visit.language, file.bytes),
    };
    files.map(view).collect()
}
