//! Style sheets, icons and scripts, in the binary, named by their content, and compressed once.

use std::borrow::Cow;
use std::sync::LazyLock;

use ::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use ::http::{HeaderMap, HeaderValue};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

use super::error;
use super::packing::{self, Coding};
use crate::app::Shared;
use crate::http::cache::CachePolicy;
use crate::http::tagged;
use crate::words::Language;

/// Made by `npm run build` in web/; a build without it has pages without scripts, which all work.
#[derive(rust_embed::RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Bundle;

struct Asset {
    /// `look.css`
    file: Cow<'static, str>,
    url: String,
    content_type: &'static str,
    bytes: Bytes,
    brotli: OnceCell<Bytes>,
    gzip: OnceCell<Bytes>,
}

impl Asset {
    fn new(
        file: impl Into<Cow<'static, str>>,
        content_type: &'static str,
        bytes: Cow<'static, [u8]>,
    ) -> Self {
        let file = file.into();
        let hash = HEXLOWER.encode(&Sha256::digest(&bytes)[..4]);
        let (name, extension) = file.rsplit_once('.').unwrap_or((&file, "bin"));
        Self {
            url: format!("/assets/{name}.{hash}.{extension}"),
            file,
            content_type,
            bytes: match bytes {
                Cow::Borrowed(bytes) => Bytes::from_static(bytes),
                Cow::Owned(bytes) => Bytes::from(bytes),
            },
            brotli: OnceCell::new(),
            gzip: OnceCell::new(),
        }
    }

    /// One that `npm run build` makes; `None`: this binary was built without it.
    fn built(file: &'static str, content_type: &'static str) -> Option<Self> {
        let built = Bundle::get(file)?;
        Some(Self::new(file, content_type, built.data))
    }

    /// The asset in a coding, made when somebody asks for it first. `None`: that failed, or saves nothing.
    async fn packed(&'static self, coding: Coding) -> Option<Bytes> {
        let cell = match coding {
            Coding::Brotli => &self.brotli,
            Coding::Gzip => &self.gzip,
        };
        let packing = || async {
            let packing = tokio::task::spawn_blocking(move || coding.pack(&self.bytes));
            packing
                .await
                .map_err(std::io::Error::other)?
                .map(Bytes::from)
        };
        let packed = cell.get_or_try_init(packing).await.ok()?;
        (packed.len() < self.bytes.len()).then(|| packed.clone())
    }
}

/// A style sheet: everybody's, or what a page has besides.
#[derive(Clone, Copy, Debug)]
pub(super) enum Sheet {
    /// Of every page.
    Look,
    /// The desk's.
    Desk,
    /// A page of slides.
    Slides,
    /// Timetables, weeks and filters.
    Timetable,
    /// Saving a lesson.
    Offline,
    /// What is said in a lesson.
    Transcript,
    /// The search page.
    Search,
    /// The player.
    Player,
    /// Codes to print.
    Codes,
    /// The API's description.
    Reference,
    /// Pages in a frame.
    Embed,
    /// Pages in a learning platform's frame.
    Lti,
}

impl Sheet {
    const ALL: [Self; 12] = [
        Self::Look,
        Self::Desk,
        Self::Slides,
        Self::Timetable,
        Self::Offline,
        Self::Transcript,
        Self::Search,
        Self::Player,
        Self::Codes,
        Self::Reference,
        Self::Embed,
        Self::Lti,
    ];

    fn file(self) -> (&'static str, &'static str) {
        match self {
            Self::Look => ("look.css", include_str!("../../web/src/look.css")),
            Self::Desk => ("desk.css", include_str!("../../web/src/desk.css")),
            Self::Slides => ("slides.css", include_str!("../../web/src/slides.css")),
            Self::Timetable => ("timetable.css", include_str!("../../web/src/timetable.css")),
            Self::Offline => ("offline.css", include_str!("../../web/src/offline.css")),
            Self::Transcript => (
                "transcript.css",
                include_str!("../../web/src/transcript.css"),
            ),
            Self::Search => ("search.css", include_str!("../../web/src/search.css")),
            Self::Player => ("player.css", include_str!("../../web/src/player.css")),
            Self::Codes => ("codes.css", include_str!("../../web/src/codes.css")),
            Self::Reference => ("reference.css", include_str!("../../web/src/reference.css")),
            Self::Embed => ("embed.css", include_str!("../../web/src/embed.css")),
            // One request for both: a teacher searches there, too.
            Self::Lti => (
                "lti.css",
                concat!(
                    include_str!("../../web/src/search.css"),
                    include_str!("../../web/src/lti.css")
                ),
            ),
        }
    }

    /// Where it is.
    pub(super) fn url(self) -> &'static str {
        url_of(self.file().0).unwrap_or_default()
    }
}

/// A script of a page.
#[derive(Clone, Copy, Debug)]
pub(super) enum Script {
    /// A lesson's page.
    Lesson,
    /// A page of slides.
    Slides,
    /// What a lesson's video gets once it plays.
    Player,
    /// What plays HTTP Live Streaming in browsers that do not by themselves.
    Engine,
    /// Every page of students: spares their data.
    Saver,
    /// Saving lessons on the device.
    Offline,
    /// The upload page.
    Upload,
    /// Pages that show jobs.
    Jobs,
    /// A page that a learning platform opened and may close.
    Close,
}

impl Script {
    const ALL: [Self; 9] = [
        Self::Lesson,
        Self::Player,
        Self::Engine,
        Self::Slides,
        Self::Saver,
        Self::Offline,
        Self::Upload,
        Self::Jobs,
        Self::Close,
    ];

    fn file(self) -> &'static str {
        match self {
            Self::Lesson => "lesson.js",
            Self::Slides => "slides.js",
            Self::Player => "player.js",
            Self::Engine => "engine.js",
            Self::Saver => "saver.js",
            Self::Offline => "offline.js",
            Self::Upload => "upload.js",
            Self::Jobs => "jobs.js",
            Self::Close => "close.js",
        }
    }

    /// Where it is, if it was built.
    pub(super) fn url(self) -> Option<&'static str> {
        url_of(self.file())
    }
}

/// The archive's sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Icon {
    /// Sharp in any size.
    Vector,
    /// 192 pixels, transparent around it, for who takes no SVG.
    Plain192,
    /// 512 pixels, transparent around it.
    Plain512,
    /// 512 pixels, for systems that cut icons into a shape of their own.
    Maskable512,
    /// 1,400 pixels, on the ground of the pages: what a podcast program shows beside a feed.
    Cover,
}

impl Icon {
    const DRAWN: [Self; 4] = [
        Self::Plain192,
        Self::Plain512,
        Self::Maskable512,
        Self::Cover,
    ];

    fn file(self) -> &'static str {
        match self {
            Self::Vector => "icon.svg",
            Self::Plain192 => "icon-192.png",
            Self::Plain512 => "icon-512.png",
            Self::Maskable512 => "icon-maskable-512.png",
            Self::Cover => "cover-1400.png",
        }
    }

    /// Where it is; those of pixels are there if they were built.
    pub(super) fn url(self) -> Option<&'static str> {
        url_of(self.file())
    }
}

/// What the player says in a language is an asset, so that no page carries it.
fn player_words_file(language: Language) -> String {
    format!("player-{}.json", language.code())
}

/// Where the player's words are.
pub(super) fn player_words(language: Language) -> Option<&'static str> {
    url_of(&player_words_file(language))
}

static ALL: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let sheets = Sheet::ALL.map(|sheet| {
        let (file, text) = sheet.file();
        let bytes = packing::without_remarks(text).into_bytes();
        Asset::new(file, "text/css; charset=utf-8", bytes.into())
    });
    let vector = include_bytes!("../../web/src/icon.svg");
    let vector = Asset::new(Icon::Vector.file(), "image/svg+xml", vector[..].into());
    let drawn = Icon::DRAWN.map(|icon| Asset::built(icon.file(), "image/png"));
    let javascript = "text/javascript; charset=utf-8";
    let scripts = Script::ALL.map(|script| Asset::built(script.file(), javascript));
    let words = Language::ALL.map(|language| {
        let words = super::player_words::json(language).into_bytes();
        Asset::new(
            player_words_file(language),
            "application/json",
            words.into(),
        )
    });
    sheets
        .into_iter()
        .chain([vector])
        .chain(words)
        .chain(drawn.into_iter().chain(scripts).flatten())
        .collect()
});

fn url_of(file: &str) -> Option<&'static str> {
    let found = ALL.iter().find(|asset| asset.file == file);
    found.map(|asset| asset.url.as_str())
}

/// The script that plays saved lessons without a network, if it was built. Its address may not depend on its content.
pub(super) fn worker_script() -> Option<String> {
    let script = Bundle::get("sw.js")?;
    String::from_utf8(script.data.into_owned()).ok()
}

/// `/feeds/cover.png`: the cover, by an address that stays while the picture may change, if it was drawn.
pub async fn cover(State(app): State<Shared>, headers: HeaderMap) -> Response {
    let found = ALL.iter().find(|asset| asset.file == Icon::Cover.file());
    let Some(cover) = found else {
        return error::lost_file();
    };
    let (policy, settings) = (CachePolicy::Page, &app.settings);
    tagged::text(
        &headers,
        policy,
        settings,
        cover.content_type,
        cover.bytes.clone(),
    )
}

/// `/assets/NAME`: any of them, to keep for ever.
pub async fn asset(
    State(app): State<Shared>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Response {
    let url = format!("/assets/{name}");
    let Some(found) = ALL.iter().find(|asset| asset.url == url) else {
        return error::lost_file();
    };
    let coding = Coding::best(&headers);
    let packed = match coding {
        Some(coding) => found.packed(coding).await.map(|bytes| (bytes, coding)),
        None => None,
    };
    let (bytes, coding) = match packed {
        Some((bytes, coding)) => (bytes, Some(coding)),
        None => (found.bytes.clone(), None),
    };
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(found.content_type));
    headers.insert(CACHE_CONTROL, CachePolicy::Forever.value(&app.settings));
    headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Some(coding) = coding {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding.token()));
    }
    response
}
