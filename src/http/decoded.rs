//! The parts of a path, decoded.

use ::http::StatusCode;
use ::http::request::Parts;
use axum::extract::{FromRequestParts, Path};
use serde::de::DeserializeOwned;

use super::problem::Problem;

/// [`Path`], but what cannot be decoded names nothing that exists: 404 and not 400.
pub struct Decoded<T>(pub T);

impl<T, S> FromRequestParts<S> for Decoded<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<T>::from_request_parts(parts, state).await;
        let nothing =
            |_| Problem::new(StatusCode::NOT_FOUND).detail("there is nothing at this address");
        path.map(|Path(value)| Self(value)).map_err(nothing)
    }
}
