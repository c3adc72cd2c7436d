//! `/oembed?url=…`: how an address of a lesson, or of a shelf, is shown within another site's page (oEmbed 1.0).

use ::http::header::HeaderMap;
use ::http::{StatusCode, Uri};
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;

use super::asked::Asked;
use super::place::{Place, Shown, Site};
use super::xml::Xml;
use super::{name, refused, spoken, told_in};
use crate::app::Shared;
use crate::auth::access::{self, Access, Viewer};
use crate::catalogue::{Found, Lesson, Part, Role, Vocabulary};
use crate::http::cache::CachePolicy;
use crate::http::frame;
use crate::http::problem::Problem;
use crate::http::tagged;
use crate::units::Code;
use crate::words::Language;

/// Seconds that a site may keep an answer: the frame's own address stays, and what it shows is as the lesson is then.
const KEPT: u32 = 86_400;
/// More pixels than any screen has.
const MOST: u32 = 16_384;

/// The answer: §2.3.4. What is not said is left out.
#[derive(Debug, Serialize)]
struct Embed {
    version: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    author_name: Option<String>,
    provider_name: String,
    provider_url: String,
    cache_age: u32,
    #[serde(flatten)]
    thumbnail: Option<Thumbnail>,
    #[serde(flatten)]
    frame: Option<Frame>,
}

#[derive(Debug, Serialize)]
struct Thumbnail {
    thumbnail_url: String,
    thumbnail_width: u32,
    thumbnail_height: u32,
}

#[derive(Debug, Serialize)]
struct Frame {
    html: String,
    width: u32,
    height: u32,
}

/// The room that the other site has, in pixels.
#[derive(Clone, Copy, Debug, Default)]
struct Room {
    width: Option<u32>,
    height: Option<u32>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Json,
    Xml,
}

/// How an address is shown elsewhere. 404 for what is not here or not to be seen, 410 for what was withdrawn, 501 for
/// another format than `json` and `xml`.
pub async fn oembed(
    State(app): State<Shared>,
    site: Site,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = Asked::of(&uri)?;
    let format = match asked.value("format") {
        None | Some("json") => Format::Json,
        Some("xml") => Format::Xml,
        Some(_) => {
            let why = "this format is not made; write format=json or format=xml";
            return Err(refused(StatusCode::NOT_IMPLEMENTED, why));
        }
    };
    let room = Room {
        width: pixels(&asked, "maxwidth")?,
        height: pixels(&asked, "maxheight")?,
    };
    let url = asked.value("url").ok_or_else(|| {
        let why =
            "url is missing; write the address of a lesson, or of a grade's subject, of this site";
        refused(StatusCode::BAD_REQUEST, why)
    })?;
    let vocabulary = app.vocabulary().await?;
    let embed = match site.place(url).ok_or_else(unknown)? {
        Place::Lesson {
            code,
            language,
            shown,
        } => {
            let lesson = lesson(&app, code).await?;
            of_lesson(&site, &vocabulary, &lesson, language, shown, room)
        }
        Place::Shelf {
            grade,
            subject,
            section,
            part,
            language,
        } => {
            let shelf = (grade.as_str(), subject.as_str(), section.as_deref());
            of_shelf(&site, &vocabulary, shelf, &part, language, room).ok_or_else(unknown)?
        }
    };
    let settings = &app.settings;
    Ok(match format {
        Format::Json => tagged::json(&headers, CachePolicy::Lesson, settings, &embed),
        Format::Xml => {
            let kind = "text/xml; charset=utf-8";
            tagged::text(&headers, CachePolicy::Lesson, settings, kind, embed.xml())
        }
    })
}

fn unknown() -> Problem {
    refused(
        StatusCode::NOT_FOUND,
        "no lesson of this site and no list of lessons has this address",
    )
}

fn pixels(asked: &Asked, name: &str) -> Result<Option<u32>, Problem> {
    let Some(text) = asked.value(name) else {
        return Ok(None);
    };
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let number = text.parse::<u64>().ok().filter(|n| digits && *n > 0);
    let number = number.ok_or_else(|| {
        let short: String = text.chars().take(40).collect();
        let why = format!("{name}={short:?} is no number of pixels; write it as {name}=640");
        refused(StatusCode::BAD_REQUEST, why)
    })?;
    Ok(Some(u32::try_from(number).unwrap_or(MOST).min(MOST)))
}

/// The lesson of `code` or of what it leads to, if anybody may see it.
async fn lesson(app: &Shared, code: Code) -> Result<Box<Lesson>, Problem> {
    let access = app.catalogue.read(move |c| {
        let found = match c.find(code)? {
            Found::Moved(own) => c.find(own)?,
            found => found,
        };
        access::to_lesson(c, found, &Viewer::anybody())
    });
    match access.await? {
        Access::Granted(lesson) => Ok(lesson),
        Access::Withdrawn(reason) => Err(refused(StatusCode::GONE, reason)),
        // Nobody can tell a draft from what never was.
        Access::Draft(_)
        | Access::Moved(_)
        | Access::Ended(_)
        | Access::Opened(_)
        | Access::Unknown => Err(unknown()),
    }
}

fn of_lesson(
    site: &Site,
    vocabulary: &Vocabulary,
    lesson: &Lesson,
    language: Option<Language>,
    shown: Shown,
    room: Room,
) -> Embed {
    let recording = lesson.recording.as_ref();
    let told = language.unwrap_or_else(|| told_in(spoken(vocabulary, lesson)));
    let title = lesson.description.title.clone();
    let teachers = &lesson.description.teachers;
    // What cannot be watched yet is a link (§2.3.4.3).
    let watched = lesson.played().and(recording);
    let frame = watched.map(|recording| {
        let within = |at: &u64| *at < recording.duration.whole_seconds();
        let start = shown.start.filter(within).filter(|at| *at > 0);
        let query = [
            start.map(|at| format!("t={at}")),
            shown.quality.map(|lines| format!("q={lines}")),
            shown.captions.map(|tag| format!("captions={tag}")),
            language.map(|l| format!("lang={}", l.code())),
        ];
        let address = with_query(&format!("/embed/{}", lesson.code), &query);
        let size = room.fit(frame::Shown::recording(recording.size));
        Frame::new(&site.origin.url(&address), &title, size)
    });
    Embed {
        thumbnail: thumbnail(site, lesson, room),
        author_name: (!teachers.is_empty()).then(|| teachers.join(", ")),
        ..Embed::new(site, told, "video", title, frame)
    }
}

/// `None`: there is no such grade, subject or section.
fn of_shelf(
    site: &Site,
    vocabulary: &Vocabulary,
    (grade, subject, section): (&str, &str, Option<&str>),
    part: &Part,
    language: Option<Language>,
    room: Room,
) -> Option<Embed> {
    vocabulary.grade(grade)?;
    vocabulary.subject(subject)?;
    let usual = || vocabulary.sections.iter().find(|s| !s.retired);
    let section_term = match section {
        Some(id) => vocabulary.section(id)?,
        None => usual()?,
    };
    let told =
        language.unwrap_or_else(|| told_in(section_term.language.as_deref().unwrap_or_default()));
    let title = format!(
        "{}, {}",
        name(&vocabulary.subjects, subject, told),
        name(&vocabulary.grades, grade, told)
    );
    let query = [
        section.map(|id| format!("section={id}")),
        (!part.is_all()).then(|| part.query()),
        language.map(|l| format!("lang={}", l.code())),
    ];
    let address = with_query(&format!("/embed/grades/{grade}/{subject}"), &query);
    let size = room.fit(frame::Shown::List);
    let frame = Frame::new(&site.origin.url(&address), &title, size);
    Some(Embed::new(site, told, "rich", title, Some(frame)))
}

/// `path` with what is said of it; ids, tags and numbers need no escaping.
fn with_query(path: &str, said: &[Option<String>]) -> String {
    let said: Vec<&str> = said.iter().flatten().map(String::as_str).collect();
    match said.is_empty() {
        true => path.to_owned(),
        false => format!("{path}?{}", said.join("&")),
    }
}

/// The lesson's still picture, where it is known to fit: it is there in one size.
fn thumbnail(site: &Site, lesson: &Lesson, room: Room) -> Option<Thumbnail> {
    let poster = lesson.files_of(Role::Poster).next()?;
    let (width, height) = poster.file.size?;
    let fits = width <= room.width.unwrap_or(MOST) && height <= room.height.unwrap_or(MOST);
    fits.then(|| Thumbnail {
        thumbnail_url: site
            .origin
            .url(format_args!("/l/{}/poster.jpg", lesson.code)),
        thumbnail_width: width,
        thumbnail_height: height,
    })
}

impl Room {
    /// §2.2: no wider and no higher than the other site says.
    fn fit(self, shown: frame::Shown) -> (u32, u32) {
        frame::fit(self.width, self.height, shown)
    }
}

impl Frame {
    fn new(address: &str, title: &str, (width, height): (u32, u32)) -> Self {
        Self {
            html: frame::code(address, title, (width, height)),
            width,
            height,
        }
    }
}

impl Embed {
    fn new(
        site: &Site,
        told: Language,
        kind: &'static str,
        title: String,
        frame: Option<Frame>,
    ) -> Self {
        Self {
            version: "1.0",
            kind: if frame.is_some() { kind } else { "link" },
            title,
            author_name: None,
            provider_name: told.text("site"),
            provider_url: site.origin.url("/"),
            cache_age: KEPT,
            thumbnail: None,
            frame,
        }
    }

    /// The same names and values as elements (§2.3.4).
    fn xml(&self) -> String {
        let mut xml = Xml::document();
        let said = serde_json::to_value(self).unwrap_or_default();
        xml.within("oembed", &[], |xml| {
            for (name, value) in said.as_object().into_iter().flatten() {
                match value.as_str() {
                    Some(text) => xml.element(name, text),
                    None => xml.element(name, &value.to_string()),
                }
            }
        });
        xml.finish()
    }
}
