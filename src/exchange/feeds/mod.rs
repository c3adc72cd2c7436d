//! `/feeds/…`: the newest lessons of the archive, of a grade, of its subject, in one section, as RSS 2.0.
//!
//! `lessons.rss` has every quality (Media RSS), `video.rss` and `audio.rss` are podcasts. Fifty lessons are one page;
//! `?after=` goes on (RFC 5005 §3).

mod item;

use ::http::header::HeaderMap;
use ::http::{StatusCode, Uri};
use axum::extract::State;
use axum::response::Response;

use super::asked::Asked;
use super::dates::rfc822;
use super::xml::Xml;
use super::{no_such, refused, told_in};
use crate::app::Shared;
use crate::catalogue::{self, Lesson, Newest, Term, Vocabulary};
use crate::clock::UnixMillis;
use crate::http::cache::CachePolicy;
use crate::http::decoded::Decoded;
use crate::http::origin::Origin;
use crate::http::problem::Problem;
use crate::http::tagged;
use crate::units::Code;
use crate::words::Language;

/// Lessons on one page of a feed.
const PAGE: u32 = 50;
const TYPE: &str = "application/rss+xml; charset=utf-8";

/// Where the cover is.
const COVER: &str = "/feeds/cover.png";

const ATOM: &str = "http://www.w3.org/2005/Atom";
const MEDIA: &str = "http://search.yahoo.com/mrss/";
const ITUNES: &str = "http://www.itunes.com/dtds/podcast-1.0.dtd";
const PODCAST: &str = "https://podcastindex.org/namespace/1.0";

/// What a feed brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Every quality of every lesson.
    Lessons,
    /// A podcast to watch.
    Video,
    /// A podcast to hear.
    Audio,
}

/// A feed: what it brings, of which lessons, in which language it is told of.
struct Feed<'v> {
    form: Form,
    grade: Option<&'v Term>,
    subject: Option<&'v Term>,
    section: &'v Term,
    language: Language,
    /// What keeps the section chosen, as on pages: nothing for the usual one.
    query: String,
}

/// What every feed's request has, beside its path.
type Request = (Origin, Uri, HeaderMap);

/// The newest lessons of all.
pub async fn of_archive(
    State(app): State<Shared>,
    Decoded(form): Decoded<String>,
    request: Request,
) -> Result<Response, Problem> {
    answer(&app, &form, None, None, request).await
}

/// The newest lessons of a grade.
pub async fn of_grade(
    State(app): State<Shared>,
    Decoded((grade, form)): Decoded<(String, String)>,
    request: Request,
) -> Result<Response, Problem> {
    answer(&app, &form, Some(grade), None, request).await
}

/// The newest lessons of a grade's subject.
pub async fn of_subject(
    State(app): State<Shared>,
    Decoded((grade, subject, form)): Decoded<(String, String, String)>,
    request: Request,
) -> Result<Response, Problem> {
    answer(&app, &form, Some(grade), Some(subject), request).await
}

async fn answer(
    app: &Shared,
    form: &str,
    grade: Option<String>,
    subject: Option<String>,
    (origin, uri, headers): Request,
) -> Result<Response, Problem> {
    let asked = Asked::of(&uri)?;
    let vocabulary = app.vocabulary().await?;
    let feed = Feed::of(&vocabulary, form, grade, subject, asked.value("section"))?;
    let after: Option<Code> = match asked.value("after") {
        Some(code) => Some(code.parse().map_err(|_| no_such_place())?),
        None => None,
    };
    let newest = feed.newest();
    let found = app.catalogue.read(move |c| c.newest(&newest, after, PAGE));
    let (lessons, next) = found.await.map_err(|error| match error {
        catalogue::Error::Invalid(_) => no_such_place(),
        other => other.into(),
    })?;
    let xml = feed.written(app, &origin, &vocabulary, &lessons, after, next);
    Ok(tagged::text(
        &headers,
        CachePolicy::Page,
        &app.settings,
        TYPE,
        xml,
    ))
}

fn no_such_place() -> Problem {
    let why = "the feed goes on after no such lesson; begin anew without after";
    refused(StatusCode::BAD_REQUEST, why)
}

impl Form {
    /// By the last part of a feed's address.
    fn of(name: &str) -> Option<Self> {
        match name {
            "lessons.rss" => Some(Self::Lessons),
            "video.rss" => Some(Self::Video),
            "audio.rss" => Some(Self::Audio),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Lessons => "lessons.rss",
            Self::Video => "video.rss",
            Self::Audio => "audio.rss",
        }
    }

    fn is_podcast(self) -> bool {
        self != Self::Lessons
    }
}

impl<'v> Feed<'v> {
    fn of(
        vocabulary: &'v Vocabulary,
        form: &str,
        grade: Option<String>,
        subject: Option<String>,
        section: Option<&str>,
    ) -> Result<Self, Problem> {
        let form = Form::of(form);
        let form =
            form.ok_or_else(|| no_such("feed; write lessons.rss, video.rss or audio.rss"))?;
        let grade = match grade {
            Some(id) => Some(vocabulary.grade(&id).ok_or_else(|| no_such("grade"))?),
            None => None,
        };
        let subject = match subject {
            Some(id) => Some(vocabulary.subject(&id).ok_or_else(|| no_such("subject"))?),
            None => None,
        };
        let chosen = super::section(vocabulary, section);
        let (section, query) = chosen.ok_or_else(|| no_such("section"))?;
        Ok(Self {
            form,
            grade,
            subject,
            section,
            language: told_in(section.language.as_deref().unwrap_or_default()),
            query,
        })
    }

    fn newest(&self) -> Newest {
        let id = |term: &Term| term.id.clone();
        Newest {
            grade: self.grade.map(id),
            subject: self.subject.map(id),
            section: self.section.id.clone(),
            heard: self.form == Form::Audio,
        }
    }

    /// The path of the shelf that it is of, without language or query.
    fn shelf(&self) -> String {
        match (self.grade, self.subject) {
            (Some(grade), Some(subject)) => format!("/grades/{}/{}", grade.id, subject.id),
            (Some(grade), None) => format!("/grades/{}", grade.id),
            (None, _) => String::new(),
        }
    }

    /// The path of one of its pages.
    fn page(&self, after: Option<Code>) -> String {
        let joined = if self.query.is_empty() { '?' } else { '&' };
        let after = after.map_or(String::new(), |code| format!("{joined}after={code}"));
        format!(
            "/feeds{}/{}{}{after}",
            self.shelf(),
            self.form.name(),
            self.query
        )
    }

    /// Its name and what it brings.
    fn words(&self) -> (String, String) {
        let language = self.language;
        let code = language.code();
        let place = match (self.grade, self.subject) {
            (Some(grade), Some(subject)) => {
                format!("{}, {}", subject.name(code), grade.name(code))
            }
            (Some(grade), None) => grade.name(code).to_owned(),
            (None, _) => self.section.name(code).to_owned(),
        };
        let arguments = [("page", place.as_str().into())];
        let title = match self.form {
            Form::Lessons => language.with("title", &arguments),
            Form::Video => language.with("feed-video", &arguments),
            Form::Audio => language.with("feed-audio", &arguments),
        };
        (title, language.with("feed-description", &arguments))
    }

    fn written(
        &self,
        app: &Shared,
        origin: &Origin,
        vocabulary: &Vocabulary,
        lessons: &[Lesson],
        after: Option<Code>,
        next: Option<Code>,
    ) -> String {
        let mut xml = Xml::document();
        let namespaces = [
            ("version", "2.0"),
            ("xmlns:atom", ATOM),
            ("xmlns:media", MEDIA),
            ("xmlns:itunes", ITUNES),
            ("xmlns:podcast", PODCAST),
        ];
        xml.within("rss", &namespaces, |xml| {
            xml.within("channel", &[], |xml| {
                self.about(xml, app, origin, lessons, after, next);
                for lesson in lessons {
                    item::write(xml, self.form, origin, vocabulary, lesson);
                }
            });
        });
        xml.finish()
    }

    /// What stands before the items.
    fn about(
        &self,
        xml: &mut Xml,
        app: &Shared,
        origin: &Origin,
        lessons: &[Lesson],
        after: Option<Code>,
        next: Option<Code>,
    ) {
        let (title, description) = self.words();
        let below = match self.shelf() {
            shelf if shelf.is_empty() => "/".to_owned(),
            shelf => shelf,
        };
        let page = format!("/{}{below}{}", self.language.code(), self.query);
        xml.element("title", &title);
        xml.element("link", &origin.url(&page));
        xml.element("description", &description);
        if let Some(tag) = &self.section.language {
            xml.element("language", tag);
        }
        // The same content has the same tag: what is newest in it dates it.
        let changed = lessons.iter().map(|lesson| lesson.updated.0).max();
        if let Some(changed) = changed {
            xml.element("lastBuildDate", &rfc822(UnixMillis(changed)));
        }
        xml.element("generator", "Teledars");
        let mut link = |rel: &str, after: Option<Code>| {
            let address = origin.url(self.page(after));
            let kind = ("type", "application/rss+xml");
            xml.empty(
                "atom:link",
                &[("rel", rel), kind, ("href", address.as_str())],
            );
        };
        link("self", after);
        if after.is_some() || next.is_some() {
            link("first", None);
        }
        if next.is_some() {
            link("next", next);
        }
        if self.form.is_podcast() {
            xml.empty("itunes:image", &[("href", &origin.url(COVER))]);
            xml.element("itunes:author", &self.language.text("site"));
            xml.element("itunes:summary", &description);
            xml.element("itunes:type", "episodic");
            xml.element("itunes:explicit", "false");
            xml.empty("itunes:category", &[("text", "Education")]);
            let email = &app.settings.contact_email;
            if !email.is_empty() {
                xml.within("itunes:owner", &[], |xml| {
                    xml.element("itunes:name", &self.language.text("site"));
                    xml.element("itunes:email", email);
                });
            }
        }
    }
}
