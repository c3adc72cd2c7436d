//! Every URL on one page.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use http::StatusCode;
use tower_http::compression::CompressionLayer;

use crate::app::Shared;
use crate::http::problem::Problem;
use crate::{api, delivery};

/// All of the archive's URLs.
pub fn router(app: Shared) -> Router {
    let (api, _) = api::router().split_for_parts();
    Router::new()
        .route(
            "/l/{code}/video.mp4",
            get(delivery::video).options(delivery::preflight),
        )
        .route(
            "/l/{code}/captions/{name}",
            get(delivery::captions).options(delivery::preflight),
        )
        .route(
            "/media/{name}",
            get(delivery::media).options(delivery::preflight),
        )
        .route("/healthz", get(healthz))
        .merge(api.layer(CompressionLayer::new()))
        .with_state(app)
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
