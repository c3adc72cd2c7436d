//! Style sheets, icon and scripts, in the binary and named by their content.

use std::borrow::Cow;
use std::sync::LazyLock;

use ::http::HeaderValue;
use ::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use sha2::{Digest, Sha256};

use super::error;
use crate::app::Shared;
use crate::http::cache::CachePolicy;
use crate::words::Language;

/// Made by `npm run build` in web/; a build without it has pages without scripts, which all work.
#[derive(rust_embed::RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Bundle;

struct Asset {
    url: String,
    content_type: &'static str,
    bytes: Cow<'static, [u8]>,
}

impl Asset {
    fn new(
        name: &str,
        extension: &str,
        content_type: &'static str,
        bytes: Cow<'static, [u8]>,
    ) -> Self {
        let hash: String = Sha256::digest(&bytes)
            .iter()
            .take(4)
            .map(|b| format!("{b:02x}"))
            .collect();
        Self {
            url: format!("/assets/{name}.{hash}.{extension}"),
            content_type,
            bytes,
        }
    }
}

static LOOK: LazyLock<Asset> = LazyLock::new(|| {
    let sheet = include_str!("../../web/src/look.css");
    Asset::new(
        "look",
        "css",
        "text/css; charset=utf-8",
        sheet.as_bytes().into(),
    )
});

/// What the desk's pages look like besides.
static DESK: LazyLock<Asset> = LazyLock::new(|| {
    let sheet = include_str!("../../web/src/desk.css");
    Asset::new(
        "desk",
        "css",
        "text/css; charset=utf-8",
        sheet.as_bytes().into(),
    )
});

/// What a page of slides looks like besides.
static SLIDES_LOOK: LazyLock<Asset> = LazyLock::new(|| {
    let sheet = include_str!("../../web/src/slides.css");
    Asset::new(
        "slides",
        "css",
        "text/css; charset=utf-8",
        sheet.as_bytes().into(),
    )
});

/// What the player looks like.
static PLAYER_LOOK: LazyLock<Asset> = LazyLock::new(|| {
    let sheet = include_str!("../../web/src/player.css");
    Asset::new(
        "player",
        "css",
        "text/css; charset=utf-8",
        sheet.as_bytes().into(),
    )
});

/// What the player says, in each language.
static PLAYER_WORDS: LazyLock<[(Language, Asset); 3]> = LazyLock::new(|| {
    Language::ALL.map(|language| {
        let words = super::player_words::json(language).into_bytes();
        let name = format!("player-{}", language.code());
        let asset = Asset::new(&name, "json", "application/json", words.into());
        (language, asset)
    })
});

static ICON: LazyLock<Asset> = LazyLock::new(|| {
    let icon = include_str!("../../web/src/icon.svg");
    Asset::new("icon", "svg", "image/svg+xml", icon.as_bytes().into())
});

static LESSON: LazyLock<Option<Asset>> = LazyLock::new(|| script("lesson"));

static PLAYER: LazyLock<Option<Asset>> = LazyLock::new(|| script("player"));

static ENGINE: LazyLock<Option<Asset>> = LazyLock::new(|| script("engine"));

static SLIDES: LazyLock<Option<Asset>> = LazyLock::new(|| script("slides"));

static UPLOAD: LazyLock<Option<Asset>> = LazyLock::new(|| script("upload"));

static JOBS: LazyLock<Option<Asset>> = LazyLock::new(|| script("jobs"));

fn script(name: &str) -> Option<Asset> {
    let script = Bundle::get(&format!("{name}.js"))?;
    let content_type = "text/javascript; charset=utf-8";
    Some(Asset::new(name, "js", content_type, script.data))
}

/// Where the style sheet is.
pub(super) fn look() -> &'static str {
    &LOOK.url
}

/// Where the desk's style sheet is.
pub(super) fn desk_look() -> &'static str {
    &DESK.url
}

/// Where the style sheet of slides is.
pub(super) fn slides_look() -> &'static str {
    &SLIDES_LOOK.url
}

/// Where the icon is.
pub(super) fn icon() -> &'static str {
    &ICON.url
}

/// Where the lesson's script is, if it was built.
pub(super) fn lesson_script() -> Option<&'static str> {
    LESSON.as_ref().map(|asset| asset.url.as_str())
}

/// Where the player's script is, if it was built.
pub(super) fn player_script() -> Option<&'static str> {
    PLAYER.as_ref().map(|asset| asset.url.as_str())
}

/// Where the player's style sheet is.
pub(super) fn player_look() -> &'static str {
    &PLAYER_LOOK.url
}

/// Where the player's words are.
pub(super) fn player_words(language: Language) -> Option<&'static str> {
    let mut all = PLAYER_WORDS.iter();
    let words = all.find(|(its, _)| *its == language);
    words.map(|(_, asset)| asset.url.as_str())
}

/// Where that is which plays HTTP Live Streaming in browsers that do not by themselves, if it was built.
pub(super) fn engine_script() -> Option<&'static str> {
    ENGINE.as_ref().map(|asset| asset.url.as_str())
}

/// Where the script of slides is, if it was built.
pub(super) fn slides_script() -> Option<&'static str> {
    SLIDES.as_ref().map(|asset| asset.url.as_str())
}

/// Where the upload page's script is, if it was built.
pub(super) fn upload_script() -> Option<&'static str> {
    UPLOAD.as_ref().map(|asset| asset.url.as_str())
}

/// Where the script of pages that show jobs is, if it was built.
pub(super) fn jobs_script() -> Option<&'static str> {
    JOBS.as_ref().map(|asset| asset.url.as_str())
}

/// `/assets/NAME`: any of them, to keep for ever.
pub async fn asset(State(app): State<Shared>, Path(name): Path<String>) -> Response {
    let url = format!("/assets/{name}");
    let all = [
        Some(&*LOOK),
        Some(&*DESK),
        Some(&*SLIDES_LOOK),
        Some(&*PLAYER_LOOK),
        Some(&*ICON),
        LESSON.as_ref(),
        PLAYER.as_ref(),
        ENGINE.as_ref(),
        SLIDES.as_ref(),
        UPLOAD.as_ref(),
        JOBS.as_ref(),
    ];
    let words = PLAYER_WORDS.iter().map(|(_, asset)| asset);
    let mut all = all.into_iter().flatten().chain(words);
    let Some(found) = all.find(|asset| asset.url == url) else {
        return error::lost_file();
    };
    let mut response = Response::new(Body::from(match &found.bytes {
        Cow::Borrowed(bytes) => bytes::Bytes::from_static(bytes),
        Cow::Owned(bytes) => bytes::Bytes::copy_from_slice(bytes),
    }));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(found.content_type));
    headers.insert(CACHE_CONTROL, CachePolicy::Forever.value(&app.settings));
    response
}
