//! What other sites show of a lesson, or of a list of lessons, when somebody writes its address there: Open Graph's
//! properties, the player card's, and where oEmbed tells the same.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::embed;
use super::lesson_ways::medium;
use super::page::{Page, Visit};
use crate::catalogue::{Lesson, Role, Visibility};
use crate::words::Language;

/// What stands for itself in a query (RFC 3986 §2.3).
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// What preview.html shows.
#[derive(Default)]
pub(super) struct Preview {
    /// `property` and content.
    pub(super) properties: Vec<(&'static str, String)>,
    /// `name` and content.
    pub(super) names: Vec<(&'static str, String)>,
    /// Media type and address.
    pub(super) oembed: Vec<(&'static str, String)>,
    pub(super) title: String,
}

impl Preview {
    /// Of a lesson with the page `page`. Nothing of one that nobody but its people may see; one that is not listed may be
    /// passed on by whoever has its address.
    pub(super) fn new(visit: &Visit, page: &Page, lesson: &Lesson) -> Self {
        let d = &lesson.description;
        let Some(url) = page.canonical.clone() else {
            return Self::default();
        };
        if d.visibility == Visibility::Draft {
            return Self::default();
        }
        let origin = visit.origin();
        let below = |path: &str| origin.url(format_args!("/l/{}/{path}", lesson.code));
        let picture = lesson.files_of(Role::Poster).next();
        let picture = picture.map(|_| below("poster.jpg"));
        let mut preview = Self::common(visit, page, &d.title, url);
        if let Some(picture) = &picture {
            preview.say("og:image", picture);
        }
        let seen = lesson.recording.as_ref().and_then(|r| r.size);
        match medium(lesson) {
            None => {
                preview.say("og:type", "website");
                preview.names.push(("twitter:card", "summary".into()));
            }
            Some((name, mime)) => {
                let frame = embed::address(visit, lesson.code, "");
                preview.player(&frame, embed::size(lesson), (mime, below(name)), seen);
            }
        }
        preview
    }

    /// Of the lessons that `page` lists, called `title`; `shown` is the address of those that are shown elsewhere.
    pub(super) fn of_list(visit: &Visit, page: &Page, title: &str, shown: &str) -> Self {
        let Some(url) = page.canonical.clone() else {
            return Self::default();
        };
        let mut preview = Self::common(visit, page, title, url);
        preview.oembed = oembed(&visit.origin().url("/oembed"), shown);
        preview.say("og:type", "website");
        preview.names.push(("twitter:card", "summary".into()));
        preview
    }

    /// What is told of every page.
    fn common(visit: &Visit, page: &Page, title: &str, url: String) -> Self {
        Self {
            oembed: oembed(&visit.origin().url("/oembed"), &url),
            properties: vec![
                ("og:site_name", visit.language.text("site")),
                ("og:title", title.to_owned()),
                ("og:description", page.description.clone()),
                ("og:url", url),
                ("og:locale", locale(visit.language).into()),
            ],
            title: title.to_owned(),
            ..Self::default()
        }
    }

    fn say(&mut self, property: &'static str, content: impl Into<String>) {
        self.properties.push((property, content.into()));
    }

    /// A frame that plays it, and the bare medium: type, address and, of a picture, its size.
    fn player(
        &mut self,
        frame: &str,
        (width, height): (u32, u32),
        (mime, medium): (&str, String),
        seen: Option<(u32, u32)>,
    ) {
        self.say("og:type", "video.other");
        self.say("og:video", frame);
        if frame.starts_with("https:") {
            self.say("og:video:secure_url", frame);
        }
        self.say("og:video:type", "text/html");
        self.say("og:video:width", width.to_string());
        self.say("og:video:height", height.to_string());
        match seen {
            Some((across, down)) => {
                self.say("og:video", medium.as_str());
                self.say("og:video:type", mime);
                self.say("og:video:width", across.to_string());
                self.say("og:video:height", down.to_string());
            }
            None => {
                self.say("og:audio", medium.as_str());
                self.say("og:audio:type", mime);
            }
        }
        self.names.extend([
            ("twitter:card", "player".to_owned()),
            ("twitter:player", frame.to_owned()),
            ("twitter:player:width", width.to_string()),
            ("twitter:player:height", height.to_string()),
            ("twitter:player:stream", medium),
            ("twitter:player:stream:content_type", mime.to_owned()),
        ]);
    }
}

/// Where a program that is given the address of a page finds out how to show it (oEmbed 1.0 §4).
fn oembed(endpoint: &str, page: &str) -> Vec<(&'static str, String)> {
    let page = utf8_percent_encode(page, PLAIN).to_string();
    let link = |format| format!("{endpoint}?format={format}&url={page}");
    vec![
        ("application/json+oembed", link("json")),
        ("text/xml+oembed", link("xml")),
    ]
}

/// Language and territory, as Open Graph writes them.
fn locale(language: Language) -> &'static str {
    match language {
        Language::Az => "az_AZ",
        Language::Ru => "ru_RU",
        Language::En => "en_US",
    }
}
