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

    /// Every value of the field: of boxes that were ticked, of lines of one name.
    pub fn values(&self, name: &str) -> Vec<&str> {
        let all = self.0.iter().filter(|(n, _)| n == name);
        all.map(|(_, value)| value.as_str()).collect()
    }

    /// Whether the field was sent, be it empty.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(n, _)| n == name)
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
