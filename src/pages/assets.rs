//! Style sheets, icon and scripts, in the binary, named by their content, and compressed once.

use std::borrow::Cow;
use std::sync::LazyLock;

use ::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use ::http::{HeaderMap, HeaderValue};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

use super::error;
use super::packing::{self, Coding};
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
    bytes: Bytes,
    brotli: OnceCell<Bytes>,
    gzip: OnceCell<Bytes>,
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
            bytes: match bytes {
                Cow::Borrowed(bytes) => Bytes::from_static(bytes),
                Cow::Owned(bytes) => Bytes::from(bytes),
            },
            brotli: OnceCell::new(),
            gzip: OnceCell::new(),
        }
    }

    fn sheet(name: &str, sheet: &str) -> Self {
        let bytes = packing::without_remarks(sheet).into_bytes();
        Self::new(name, "css", "text/css; charset=utf-8", bytes.into())
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

static LOOK: LazyLock<Asset> =
    LazyLock::new(|| Asset::sheet("look", include_str!("../../web/src/look.css")));

/// What the desk's pages look like besides.
static DESK: LazyLock<Asset> =
    LazyLock::new(|| Asset::sheet("desk", include_str!("../../web/src/desk.css")));

/// What a page of slides looks like besides.
static SLIDES_LOOK: LazyLock<Asset> =
    LazyLock::new(|| Asset::sheet("slides", include_str!("../../web/src/slides.css")));

static ICON: LazyLock<Asset> = LazyLock::new(|| {
    let icon = include_str!("../../web/src/icon.svg");
    Asset::new("icon", "svg", "image/svg+xml", icon.as_bytes().into())
});

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
pub async fn asset(
    State(app): State<Shared>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Response {
    let url = format!("/assets/{name}");
    let all = [
        Some(&*LOOK),
        Some(&*DESK),
        Some(&*SLIDES_LOOK),
        Some(&*ICON),
        LESSON.as_ref(),
        SLIDES.as_ref(),
        UPLOAD.as_ref(),
        JOBS.as_ref(),
    ];
    let Some(found) = all.into_iter().flatten().find(|asset| asset.url == url) else {
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
