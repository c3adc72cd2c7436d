//! What makes the site an app on a phone: its manifest, and the worker that plays saved lessons without a network.

use ::http::HeaderValue;
use ::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_SECURITY_POLICY};
use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::assets::{self, Icon};
use super::error;
use super::page::{PAPER, Visit, path};
use crate::app::Shared;
use crate::http::cache::CachePolicy;
use crate::http::tagged;

/// A worker that ends itself. Browsers ask for their worker again by themselves, so it reaches everybody who has one.
const RETIRED: &str = "self.addEventListener('install', () => self.skipWaiting());\n\
self.addEventListener('activate', (event) => event.waitUntil(self.registration.unregister()));\n";

/// `/{lang}/manifest.webmanifest`: the site as an app in that language.
pub async fn manifest(visit: Visit) -> Response {
    let language = visit.language;
    let icon = |src: &'static str, sizes: &str, mime: &str, purpose: &str| json!({ "src": src, "sizes": sizes, "type": mime, "purpose": purpose });
    let drawn = [
        (Icon::Plain192, "192x192", "any"),
        (Icon::Plain512, "512x512", "any"),
        (Icon::Maskable512, "512x512", "maskable"),
    ];
    let drawn = drawn.into_iter().filter_map(|(which, sizes, purpose)| {
        Some(icon(which.url()?, sizes, "image/png", purpose))
    });
    let icons: Vec<Value> = drawn
        .chain([icon(
            Icon::Vector.url().unwrap_or_default(),
            "any",
            "image/svg+xml",
            "any",
        )])
        .collect();
    let manifest = json!({
        // One app, whatever its language.
        "id": "/",
        "name": language.text("site"),
        "short_name": language.text("site"),
        "description": language.text("home-description"),
        "lang": language.code(),
        "dir": "ltr",
        "start_url": path(language, "/"),
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "categories": ["education"],
        "icons": icons,
        "shortcuts": [{
            "name": language.text("offline-list"),
            "url": path(language, "/saved"),
            "icons": icons,
        }],
    });
    visit.send_file("application/manifest+json", manifest.to_string())
}

/// `/sw.js`: the worker, for the whole site; where nothing is to be saved in browsers, one that ends itself.
pub async fn worker(State(app): State<Shared>, headers: ::http::HeaderMap) -> Response {
    let script = match app.settings.save_in_browser {
        true => assets::worker_script(),
        false => Some(RETIRED.to_owned()),
    };
    let Some(script) = script else {
        return error::lost_file();
    };
    let content_type = "text/javascript; charset=utf-8";
    let settings = &app.settings;
    let mut response = tagged::text(
        &headers,
        CachePolicy::Checked,
        settings,
        content_type,
        script,
    );
    let headers = response.headers_mut();
    headers.remove(ACCESS_CONTROL_ALLOW_ORIGIN);
    let policy = HeaderValue::from_static("default-src 'none'; connect-src 'self'");
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    response
}
