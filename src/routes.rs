//! Every URL on one page.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::middleware::from_fn_with_state;
use axum::routing::{any, get, post};
use http::{Extensions, HeaderMap, StatusCode, Version};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};

use crate::app::Shared;
use crate::delivery::Remembered;
use crate::http::identity;
use crate::http::problem::Problem;
use crate::pages::teach;
use crate::{api, delivery, pages};

/// All of the archive's URLs, and the way past them for what was asked before.
pub struct Site {
    /// Every URL.
    pub router: Router,
    /// Files that `router` has answered about.
    pub shortcut: Arc<Remembered>,
}

/// The site of an archive.
pub fn site(app: Shared) -> Site {
    let remembered = Remembered::new(&app);
    Site {
        router: every(app, &remembered),
        shortcut: remembered,
    }
}

/// The site without its shortcut.
pub fn router(app: Shared) -> Router {
    site(app).router
}

fn every(app: Shared, remembered: &Arc<Remembered>) -> Router {
    let (api, _) = api::router().split_for_parts();
    Router::new()
        .merge(files(remembered))
        .route("/healthz", get(healthz))
        .route("/uploads", any(delivery::uploads::all))
        .route("/uploads/{id}", any(delivery::uploads::one))
        .merge(api.layer(compressed()))
        .merge(pages())
        .merge(desk())
        .method_not_allowed_fallback(not_allowed)
        .layer(from_fn_with_state(app.clone(), identity::identify))
        .with_state(app)
}

/// Bytes: what the catalogue and the disk said of them once need not be asked at each range.
fn files(remembered: &Arc<Remembered>) -> Router<Shared> {
    Router::new()
        .route(
            "/l/{code}/video.mp4",
            get(delivery::video).options(delivery::preflight),
        )
        .route(
            "/l/{code}/audio.m4a",
            get(delivery::audio).options(delivery::preflight),
        )
        .route(
            "/l/{code}/clip.mp4",
            get(delivery::clip).options(delivery::preflight),
        )
        .route(
            "/l/{code}/poster.jpg",
            get(delivery::poster).options(delivery::preflight),
        )
        .route(
            "/l/{code}/captions/{name}",
            get(delivery::captions).options(delivery::preflight),
        )
        .route(
            "/media/{name}",
            get(delivery::media).options(delivery::preflight),
        )
        .merge(streams())
        .route_layer(from_fn_with_state(
            Arc::clone(remembered),
            delivery::remember,
        ))
}

/// HTTP Live Streaming. The layer compresses its playlists and leaves media alone, by their types.
fn streams() -> Router<Shared> {
    Router::new()
        .route(
            "/l/{code}/hls/main.m3u8",
            get(delivery::hls::main).options(delivery::preflight),
        )
        .route(
            "/media/hls/{format}/{name}/{part}",
            get(delivery::hls::part).options(delivery::preflight),
        )
        .layer(compressed())
}

/// What people read, compressed. Never media: they are compressed already, and their ranges would be lost.
fn pages() -> Router<Shared> {
    Router::new()
        .route("/", get(pages::choose))
        .route("/grades/{grade}", get(pages::choose))
        .route("/grades/{grade}/{subject}", get(pages::choose))
        .route("/l/{code}", get(pages::choose))
        .route("/{lang}", get(pages::home_of_language))
        .route("/{lang}/", get(pages::home))
        .route("/{lang}/grades/{grade}", get(pages::grade))
        .route("/{lang}/grades/{grade}/{subject}", get(pages::subject))
        .route("/{lang}/l/{code}", get(pages::lesson))
        .route("/assets/{name}", get(pages::asset))
        .fallback(pages::lost)
        .layer(compressed())
}

/// Those who make lessons: the same paths without a language lead to the reader's own, and take POST as well.
fn desk() -> Router<Shared> {
    let choose = || get(pages::choose);
    Router::new()
        .route("/teach", choose())
        .route("/teach/", choose())
        .route("/teach/sign-in", choose().post(teach::enter))
        .route("/teach/sign-out", post(teach::sign_out))
        .route("/teach/welcome", choose().post(teach::choose))
        .route("/teach/password", choose().post(teach::choose))
        .route("/teach/account", choose())
        .route("/teach/people", choose())
        .route("/teach/log", choose())
        .route("/{lang}/teach/", get(teach::desk))
        .route(
            "/{lang}/teach/sign-in",
            get(teach::sign_in).post(teach::enter),
        )
        .route("/{lang}/teach/sign-out", post(teach::sign_out))
        .route(
            "/{lang}/teach/sign-out-everywhere",
            post(teach::sign_out_everywhere),
        )
        .route(
            "/{lang}/teach/welcome",
            get(teach::choose_password).post(teach::choose),
        )
        .route(
            "/{lang}/teach/password",
            get(teach::choose_password).post(teach::choose),
        )
        .route("/{lang}/teach/account", get(teach::account))
        .route(
            "/{lang}/teach/account/password",
            post(teach::change_password),
        )
        .route("/{lang}/teach/account/tokens", post(teach::create_token))
        .route(
            "/{lang}/teach/account/tokens/{id}/revoke",
            post(teach::revoke_token),
        )
        .route(
            "/{lang}/teach/people",
            get(teach::people).post(teach::add_person),
        )
        .route(
            "/{lang}/teach/people/{id}",
            get(teach::person).post(teach::edit_person),
        )
        .route("/{lang}/teach/people/{id}/link", post(teach::make_link))
        .route("/{lang}/teach/log", get(teach::log))
        .layer(compressed())
}

/// For text only; and a 304 has no content that could be compressed.
fn compressed() -> CompressionLayer<impl Predicate> {
    let has_content = |status: StatusCode, _: Version, _: &HeaderMap, _: &Extensions| {
        status != StatusCode::NOT_MODIFIED
    };
    // Media are compressed already, and a compressed form would have no ranges and no length.
    let text = DefaultPredicate::new()
        .and(NotForContentType::const_new("video/"))
        .and(NotForContentType::const_new("audio/"));
    // The quality at which a page costs a tenth of a millisecond; a higher one saves no packet.
    CompressionLayer::new()
        .quality(CompressionLevel::Precise(4))
        .compress_when(text.and(has_content))
}

/// Allow is added by axum, which knows the route's methods.
async fn not_allowed() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED).detail("this address is only read; see Allow")
}

/// Whether the archive can answer: the process runs and the catalogue reads.
async fn healthz(State(app): State<Shared>) -> Result<&'static str, Problem> {
    app.catalogue
        .read(|c| c.shelf_counts().map(drop))
        .await
        .map_err(|error| {
            tracing::error!(%error, "not healthy");
            Problem::new(StatusCode::SERVICE_UNAVAILABLE).detail("the catalogue does not answer")
        })?;
    Ok("ok\n")
}
