//! What all pages share: who asks for what in which language, the layout's own values, headers and caching.

use ::http::header::{
    ACCEPT, ACCEPT_LANGUAGE, ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_SECURITY_POLICY,
};
use ::http::request::Parts;
use ::http::{HeaderMap, HeaderValue};
use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path, Query};
use axum::response::Response;
use jiff::civil::Date;

use super::assets;
use super::error::{self, Instead};
use crate::app::Shared;
use crate::catalogue::{Span, day_at};
use crate::clock::{self, Moment, UnixMillis};
use crate::http::cache::CachePolicy;
use crate::http::origin::Origin;
use crate::http::place::Place;
use crate::http::tagged;
use crate::words::Language;

/// No inline script or style, nothing from elsewhere, no frame around us.
const CONTENT_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; \
     connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
);

/// The ground of the pages, light and dark, as in `web/src/look.css`: for the frame that a browser draws around them.
pub(super) const PAPER: &str = "#fbf7f0";
const DARK_PAPER: &str = "#14161c";

/// A request for a page. Where the URL should name a language and names none of ours, there is nothing.
pub struct Visit {
    pub(super) app: Shared,
    /// Of the URL, else by the browser's wishes (then only an error page follows).
    pub(super) language: Language,
    origin: Origin,
    headers: HeaderMap,
    /// Where the lesson lies that they visit.
    place: Place,
    /// Path and query, as they came.
    whole: String,
    /// The same behind the language.
    here: String,
    parameters: Vec<(String, String)>,
    query: Vec<(String, String)>,
    now: UnixMillis,
}

impl FromRequestParts<Shared> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Response> {
        let Ok(origin) = Origin::from_request_parts(parts, app).await;
        let Ok(place) = Place::from_request_parts(parts, app).await;
        let parameters = Path::<Vec<(String, String)>>::from_request_parts(parts, app).await;
        // Undecodable parameters name nothing that exists.
        let undecodable = matches!(
            &parameters,
            Err(PathRejection::FailedToDeserializePathParams(_))
        );
        let parameters = parameters.map(|Path(p)| p).unwrap_or_default();
        let query = Query::try_from_uri(&parts.uri)
            .map(|Query(q)| q)
            .unwrap_or_default();
        let code = parameters
            .iter()
            .find(|(name, _)| name == "lang")
            .map(|(_, code)| code.clone());
        let whole = parts.uri.path_and_query().map_or("/", |p| p.as_str());
        // An address where nothing is has no parameters, and yet says in which language to say so.
        let first = whole.split(['/', '?']).nth(1);
        let named = code.as_deref().or(first).and_then(Language::from_code);
        let here =
            named.and_then(|language| whole.strip_prefix('/')?.strip_prefix(language.code()));
        let visit = Self {
            whole: whole.to_owned(),
            app: app.clone(),
            language: named.unwrap_or_else(|| wished(&parts.headers)),
            here: here
                .filter(|h| h.starts_with('/'))
                .unwrap_or("/")
                .to_owned(),
            origin,
            place,
            headers: parts.headers.clone(),
            parameters,
            query,
            now: parts
                .extensions
                .get()
                .map_or_else(clock::now, |Moment(at)| *at),
        };
        match (code, named) {
            (Some(_), None) => Err(error::lost(visit).await),
            _ if undecodable => Err(error::lost(visit).await),
            _ => Ok(visit),
        }
    }
}

/// The language that the browser asks for.
pub(super) fn wished(headers: &HeaderMap) -> Language {
    let lines = headers.get_all(ACCEPT_LANGUAGE).into_iter();
    let lines: Vec<&str> = lines.filter_map(|v| v.to_str().ok()).collect();
    Language::negotiate(&lines.join(","))
}

impl Visit {
    /// The URL's part called `name`; empty when it cannot be decoded.
    pub(super) fn part(&self, name: &str) -> &str {
        let found = self.parameters.iter().find(|(n, _)| n == name);
        found.map_or("", |(_, value)| value)
    }

    /// The first value of the query called `name`, unless it is empty.
    pub(super) fn asked(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(n, _)| n == name);
        // A form sends its empty fields as well.
        found
            .map(|(_, value)| value.as_str())
            .filter(|v| !v.is_empty())
    }

    /// Every value of the query called `name`, but empty ones: of boxes that were ticked.
    pub(super) fn asked_all(&self, name: &str) -> impl Iterator<Item = &str> {
        let all = self.query.iter().filter(move |(n, _)| n == name);
        all.map(|(_, value)| value.as_str())
            .filter(|v| !v.is_empty())
    }

    /// Whether the reader is a person at a browser.
    pub(super) fn reads_html(&self) -> bool {
        let accepted = self.headers.get_all(ACCEPT).iter();
        accepted
            .into_iter()
            .any(|v| v.to_str().is_ok_and(|v| v.contains("text/html")))
    }

    /// The address without the slash at its end, if it has one that somebody typed by habit behind a page's.
    /// Never one that another site could be read in (`//example.org`).
    pub(super) fn without_last_slash(&self) -> Option<String> {
        let (path, query) = match self.whole.split_once('?') {
            Some((path, query)) => (path, format!("?{query}")),
            None => (self.whole.as_str(), String::new()),
        };
        let shorter = path.strip_suffix('/')?;
        let first = shorter.strip_prefix('/')?.split('/').next()?;
        let ours = Language::from_code(first).is_some()
            || [
                "l",
                "s",
                "embed",
                "grades",
                "timetable",
                "search",
                "teach",
                "lti",
            ]
            .contains(&first);
        (ours && !shorter.contains("//") && !shorter.ends_with('/'))
            .then(|| format!("{shorter}{query}"))
    }

    /// Whether the address is one of those who make lessons, be there a page or not.
    fn is_at_desk(&self) -> bool {
        let mut parts = self.whole.split(['/', '?']).skip(1);
        let first = parts.next().unwrap_or_default();
        let first = match Language::from_code(first) {
            Some(_) => parts.next(),
            None => Some(first),
        };
        first == Some("teach")
    }

    /// When the request came.
    pub(super) fn now(&self) -> UnixMillis {
        self.now
    }

    /// The day that it is at school.
    pub(super) fn today(&self) -> Date {
        // The clock is never outside the calendar.
        day_at(self.now, &self.app.zone).unwrap_or_default()
    }

    /// How long a page that tells what is today may be kept.
    pub(super) fn until_midnight(&self) -> CachePolicy {
        let midnight = Span::of_day(self.today(), &self.app.zone).until;
        CachePolicy::Today((midnight.0 - self.now.0).max(0).unsigned_abs() / 1000)
    }

    /// The archive's own address.
    pub(super) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Where the lesson lies that the reader visits.
    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// The query with its question mark, as it came.
    pub(super) fn query(&self) -> &str {
        self.whole.find('?').map_or("", |at| &self.whole[at..])
    }

    /// Path and query behind the language, as they came.
    pub(super) fn here(&self) -> &str {
        &self.here
    }

    /// The layout of the page at `rest`, which starts with a slash and has only query values that count.
    pub(super) fn page(&self, title: &str, description: String, rest: &str) -> Page {
        let bare = self.bare_page(title, description, rest);
        // What lies below a link is nobody's to find, and has no address that stays.
        if self.place.is_behind_link() {
            return bare;
        }
        let absolute = |path: &str| self.origin.url(path);
        let alternates = Language::ALL.map(|l| (l.code(), absolute(&path(l, rest))));
        Page {
            canonical: Some(absolute(&path(self.language, rest))),
            alternates: alternates
                .into_iter()
                .chain([("x-default", absolute(rest))])
                .collect(),
            ..bare
        }
    }

    /// The feeds of the shelf at `rest`, which is called `name`, in the section that `query` keeps chosen.
    pub(super) fn feeds(&self, name: &str, rest: &str, query: &str) -> Vec<(String, String)> {
        let arguments = [("page", name.into())];
        let (lessons, sound) = (
            self.language.with("title", &arguments),
            self.language.with("feed-audio", &arguments),
        );
        let url = |form: &str| self.origin.url(format_args!("/feeds{rest}/{form}{query}"));
        vec![(lessons, url("lessons.rss")), (sound, url("audio.rss"))]
    }

    /// The layout of what has no address of its own: an error.
    pub(super) fn bare_page(&self, title: &str, description: String, rest: &str) -> Page {
        Page {
            language: self.language,
            title: self.language.with("title", &[("page", title.into())]),
            description,
            canonical: None,
            alternates: Vec::new(),
            feeds: Vec::new(),
            switch: Language::ALL.map(|l| (l, path(l, rest))).into(),
            crumbs: Vec::new(),
            noindex: self.place.is_behind_link(),
            installable: !self.place.is_behind_link(),
            reassuring: !self.is_at_desk(),
            search: (!self.is_at_desk()).then(|| SearchBox {
                section: self.asked("section").map(str::to_owned),
            }),
            second_look: None,
            script: None,
        }
    }

    /// The page, or what takes its place.
    pub(super) fn answer(
        &self,
        policy: CachePolicy,
        page: Result<impl Template, Instead>,
    ) -> Response {
        match page.and_then(|p| Ok(p.render()?)) {
            Ok(html) => self.send(policy, html),
            Err(instead) => error::respond(self, instead),
        }
    }

    /// `html` with a page's headers, or 304 for who has it.
    pub(super) fn send(&self, policy: CachePolicy, html: String) -> Response {
        self.send_to(&self.headers, policy, html)
    }

    /// The same whatever the reader has: preconditions are for successes only (RFC 9110 §13.2.1).
    pub(super) fn send_always(&self, policy: CachePolicy, html: String) -> Response {
        self.send_to(&HeaderMap::new(), policy, html)
    }

    /// A small file about the site, which caches keep as long as a page.
    pub(super) fn send_file(&self, content_type: &'static str, text: String) -> Response {
        let settings = &self.app.settings;
        tagged::text(
            &self.headers,
            CachePolicy::Page,
            settings,
            content_type,
            text,
        )
    }

    fn send_to(&self, request: &HeaderMap, policy: CachePolicy, html: String) -> Response {
        let settings = &self.app.settings;
        let mut response =
            tagged::text(request, policy, settings, "text/html; charset=utf-8", html);
        let headers = response.headers_mut();
        headers.remove(ACCESS_CONTROL_ALLOW_ORIGIN);
        headers.insert(CONTENT_SECURITY_POLICY, CONTENT_POLICY);
        response
    }
}

/// The URL of a page in `language`.
pub(super) fn path(language: Language, rest: &str) -> String {
    format!("/{}{rest}", language.code())
}

/// What layout.html shows.
pub(super) struct Page {
    pub(super) language: Language,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) canonical: Option<String>,
    /// hreflang and absolute URL.
    pub(super) alternates: Vec<(&'static str, String)>,
    /// Title and URL of what brings new lessons of this page to other programs.
    pub(super) feeds: Vec<(String, String)>,
    /// The same page in every language.
    pub(super) switch: Vec<(Language, String)>,
    pub(super) crumbs: Vec<Crumb>,
    pub(super) noindex: bool,
    /// Whether it may become an application on the reader's device; what lies below a link would end there.
    pub(super) installable: bool,
    /// Whether it says below that no account is needed: to pupils, and not to those who have signed in.
    pub(super) reassuring: bool,
    /// The form at the top; `None`: the page needs none, or has one of its own.
    pub(super) search: Option<SearchBox>,
    /// A style sheet of its own besides everybody's.
    pub(super) second_look: Option<&'static str>,
    pub(super) script: Option<&'static str>,
}

/// The search form at the top.
pub(super) struct SearchBox {
    /// Stays chosen.
    pub(super) section: Option<String>,
}

impl Page {
    pub(super) fn under(mut self, crumbs: impl IntoIterator<Item = Crumb>) -> Self {
        self.crumbs = crumbs.into_iter().collect();
        self
    }

    /// Whoever takes another language keeps what the address has behind the path: the moment, the quality.
    pub(super) fn keep_in_switch(&mut self, query: &str) {
        for (_, there) in &mut self.switch {
            there.push_str(query);
        }
    }

    pub(super) fn look(&self) -> &'static str {
        assets::Sheet::Look.url()
    }

    /// The script that spares students' data; those who make lessons have no use for it.
    pub(super) fn saver(&self) -> Option<&'static str> {
        assets::Script::Saver.url().filter(|_| self.reassuring)
    }

    pub(super) fn paper(&self) -> &'static str {
        PAPER
    }

    pub(super) fn dark_paper(&self) -> &'static str {
        DARK_PAPER
    }

    pub(super) fn icon(&self) -> &'static str {
        assets::Icon::Vector.url().unwrap_or_default()
    }

    /// The icon of those who take no SVG, if it was drawn.
    pub(super) fn touch_icon(&self) -> Option<&'static str> {
        assets::Icon::Plain192.url()
    }
}

/// A step from the first page to this one.
pub(super) struct Crumb {
    pub(super) name: String,
    /// `None`: this page.
    pub(super) href: Option<String>,
}

impl Crumb {
    pub(super) fn link(name: impl Into<String>, href: String) -> Self {
        Self {
            name: name.into(),
            href: Some(href),
        }
    }

    pub(super) fn here(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            href: None,
        }
    }
}

/// A subject's hue as a class of the style sheet: rounded to 15 degrees.
pub(super) fn hue(degrees: Option<u16>) -> u16 {
    (degrees.unwrap_or(210) + 7) / 15 * 15 % 360
}
