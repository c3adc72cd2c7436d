//! `/teach/`: where those who make lessons begin.

use ::http::StatusCode;
use askama::Template;
use axum::response::Response;

use super::{Desk, Frame, role_name};
use crate::catalogue::PersonRole;

#[derive(Template)]
#[template(path = "teach/desk.html")]
struct DeskPage {
    page: Frame,
    heading: String,
    role: String,
    /// What an editor is limited to.
    scopes: Option<String>,
}

/// The desk.
pub async fn show(desk: Desk) -> Response {
    let language = desk.visit.language;
    let actor = &desk.actor;
    let scopes: Vec<String> = actor.scopes.iter().map(ToString::to_string).collect();
    let limited = actor.role == PersonRole::Editor && !scopes.is_empty();
    let page = DeskPage {
        page: desk.frame(&language.text("teach-desk"), "/teach/"),
        heading: language.with("teach-hello", &[("name", actor.name.as_str().into())]),
        role: language.with(
            "teach-acts-as",
            &[("role", role_name(language, actor.role).into())],
        ),
        scopes: limited.then(|| {
            let scopes = scopes.join(", ");
            language.with("teach-limited", &[("scopes", scopes.into())])
        }),
    };
    desk.send(StatusCode::OK, &page)
}
