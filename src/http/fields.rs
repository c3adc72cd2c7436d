//! The fields of a form that was sent (application/x-www-form-urlencoded).

use ::http::StatusCode;
use axum::Form;
use axum::extract::{FromRequest, Request};

use super::problem::Problem;

/// Fields in their order; the same name may stand there more than once.
#[derive(Clone, Debug, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// The first value of the field; empty when there is none.
    pub fn value(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(n, _)| n == name);
        found.map_or("", |(_, value)| value)
    }

    /// Every value of the field.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let found = self.0.iter().filter(move |(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Adds a field behind the others.
    pub fn push(&mut self, name: String, value: String) {
        self.0.push((name, value));
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let sent = Form::<Vec<(String, String)>>::from_request(request, state).await;
        sent.map(|Form(fields)| Self(fields)).map_err(|e| {
            let status = match e.status() {
                // Ours are plain texts: what cannot be read as such is the sender's mistake.
                StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
                status => status,
            };
            Problem::new(status).detail(e.body_text())
        })
    }
}
