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

/// What saving a lesson looks like.
static OFFLINE_LOOK: LazyLock<Asset> = LazyLock::new(|| {
    let sheet = include_str!("../../web/src/offline.css");
    Asset::new(
        "offline",
        "css",
        "text/css; charset=utf-8",
        sheet.as_bytes().into(),
    )
});

static ICON: LazyLock<Asset> = LazyLock::new(|| {
    let icon = include_str!("../../web/src/icon.svg");
    Asset::new("icon", "svg", "image/svg+xml", icon.as_bytes().into())
});

/// Drawn by `npm run build`, for who takes no SVG.
static DRAWN_ICONS: LazyLock<Vec<(Drawn, Asset)>> = LazyLock::new(|| {
    let drawn = Drawn::ALL.into_iter().filter_map(|icon| {
        let png = Bundle::get(&format!("{}.png", icon.name()))?;
        let asset = Asset::new(icon.name(), "png", "image/png", png.data);
        Some((icon, asset))
    });
    drawn.collect()
});

/// An icon as pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Drawn {
    /// 192 pixels, transparent around it.
    Plain192,
    /// 512 pixels, transparent around it.
    Plain512,
    /// 512 pixels, for systems that cut icons into a shape of their own.
    Maskable512,
}

impl Drawn {
    const ALL: [Self; 3] = [Self::Plain192, Self::Plain512, Self::Maskable512];

    fn name(self) -> &'static str {
        match self {
            Self::Plain192 => "icon-192",
            Self::Plain512 => "icon-512",
            Self::Maskable512 => "icon-maskable-512",
        }
    }
}

static OFFLINE: LazyLock<Option<Asset>> = LazyLock::new(|| script("offline"));

static LESSON: LazyLock<Option<Asset>> = LazyLock::new(|| script("lesson"));

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

/// Where the style sheet of saving is.
pub(super) fn offline_look() -> &'static str {
    &OFFLINE_LOOK.url
}

/// Where the icon is as pixels, if it was drawn.
pub(super) fn drawn_icon(icon: Drawn) -> Option<&'static str> {
    let found = DRAWN_ICONS.iter().find(|(drawn, _)| *drawn == icon);
    found.map(|(_, asset)| asset.url.as_str())
}

/// Where the script of saving is, if it was built.
pub(super) fn offline_script() -> Option<&'static str> {
    OFFLINE.as_ref().map(|asset| asset.url.as_str())
}

/// The script that plays saved lessons without a network, if it was built. Its address may not depend on its content.
pub(super) fn worker_script() -> Option<String> {
    let script = Bundle::get("sw.js")?;
    String::from_utf8(script.data.into_owned()).ok()
}

/// Where the icon is.
pub(super) fn icon() -> &'static str {
    &ICON.url
}

/// Where the lesson's script is, if it was built.
pub(super) fn lesson_script() -> Option<&'static str> {
    LESSON.as_ref().map(|asset| asset.url.as_str())
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
        Some(&*OFFLINE_LOOK),
        Some(&*ICON),
        LESSON.as_ref(),
        SLIDES.as_ref(),
        UPLOAD.as_ref(),
        JOBS.as_ref(),
        OFFLINE.as_ref(),
    ];
    let drawn = DRAWN_ICONS.iter().map(|(_, asset)| asset);
    let mut all = all.into_iter().flatten().chain(drawn);
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
