//! The query of an address: names and values in their order.

use ::http::{StatusCode, Uri};
use axum::extract::Query;

use super::refused;
use crate::http::problem::Problem;

/// A query, taken apart. Names that are not known are let pass, since sites add their own.
pub(super) struct Asked(Vec<(String, String)>);

impl Asked {
    /// # Errors
    /// 400, when the query cannot be decoded.
    pub(super) fn of(uri: &Uri) -> Result<Self, Problem> {
        match Query::<Vec<(String, String)>>::try_from_uri(uri) {
            Ok(Query(pairs)) => Ok(Self(pairs)),
            Err(_) => Err(refused(
                StatusCode::BAD_REQUEST,
                "the query of this address cannot be decoded",
            )),
        }
    }

    /// The first value of `name`, unless it is empty.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        let mut found = self.0.iter().filter(|(n, _)| n == name);
        let (_, value) = found.next()?;
        Some(value.as_str()).filter(|value| !value.is_empty())
    }

    /// All pairs.
    pub(super) fn into_pairs(self) -> Vec<(String, String)> {
        self.0
    }
}
