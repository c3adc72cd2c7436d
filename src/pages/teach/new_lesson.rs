//! `/teach/lessons/new`: a lesson begins.

use ::http::StatusCode;
use askama::Template;
use axum::response::Response;

use super::lesson_form::{Filled, Form, Trouble, Widget};
use super::lesson_nav::{Refused, Tab};
use super::{Desk, Frame, see};
use crate::desk;
use crate::http::fields::Fields as Sent;
use crate::pages::page::path;
use crate::sheet::CellError;

#[derive(Template)]
#[template(path = "teach/new_lesson.html")]
struct NewLesson {
    page: Frame,
    action: String,
    form: Form,
}

/// An empty form, filled as far as the last lesson tells.
pub async fn show(desk: Desk) -> Result<Response, Refused> {
    let defaults = defaults(&desk).await?;
    page(&desk, &defaults, &[]).await
}

async fn defaults(desk: &Desk) -> Result<Filled, Refused> {
    let (app, author) = (&desk.visit.app, desk.author());
    let defaults = app.at_desk(move |d| d.defaults(&author)).await;
    Ok(Filled::of(&desk.done(defaults)?, &app.zone))
}

async fn page(desk: &Desk, filled: &Filled, wrong: &[CellError]) -> Result<Response, Refused> {
    let language = desk.visit.language;
    let vocabulary = desk.vocabulary().await?;
    let trouble = Trouble { wrong, now: None };
    let page = NewLesson {
        page: desk.frame(&language.text("desk-new"), "/teach/lessons/new"),
        action: path(language, "/teach/lessons/new"),
        form: Form::new(language, &vocabulary, filled, &trouble),
    };
    let status = match wrong.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok(desk.send(status, &page))
}

/// Begins the lesson, and leads to it.
pub async fn begin(desk: Desk, sent: Sent) -> Result<Response, Refused> {
    let filled = Filled::sent(&sent, &defaults(&desk).await?);
    let (author, said) = (desk.author(), filled.said());
    let made = desk.visit.app.at_desk(move |d| d.create(&author, said));
    match made.await {
        Some(Err(desk::Error::Fields(wrong))) => page(&desk, &filled, &wrong).await,
        made => {
            let there = Tab::Description.rest(desk.done(made)?.lesson.code);
            Ok(see(&desk.visit, &format!("{there}?done=begun")))
        }
    }
}
