//! `/teach/log`: who did what, the newest first.

use ::http::StatusCode;
use askama::Template;
use axum::response::Response;

use super::deeds::Told;
use super::{Frame, Office};
use crate::catalogue::{Logged, Vocabulary};
use crate::pages::error;
use crate::pages::page::{Visit, path};
use crate::words;

/// Rows of a page.
const ROWS: u32 = 100;

#[derive(Template)]
#[template(path = "teach/log.html")]
struct Log {
    page: Frame,
    rows: Vec<Row>,
    more: Option<String>,
}

struct Row {
    when: String,
    iso: String,
    who: String,
    what: String,
    /// The lesson's code, and while it is there its page on the desk.
    code: Option<(String, Option<String>)>,
    detail: Option<String>,
}

/// The log, `?before=ID` for older rows.
pub async fn show(Office(desk): Office) -> Response {
    let before = desk.visit.asked("before").and_then(|id| id.parse().ok());
    let read = desk
        .visit
        .app
        .catalogue
        .read(move |c| c.changes(None, before, ROWS));
    let rows = match read.await {
        Ok(rows) => rows,
        Err(error) => return error::respond(&desk.visit, error.into()),
    };
    let vocabulary = match desk.visit.app.vocabulary().await {
        Ok(vocabulary) => vocabulary,
        Err(error) => return error::respond(&desk.visit, error.into()),
    };
    let language = desk.visit.language;
    let oldest = rows.last().map(|row| row.id);
    let more = oldest.filter(|_| rows.len() == ROWS as usize);
    let page = Log {
        page: desk.frame(&language.text("teach-log"), "/teach/log"),
        rows: rows
            .into_iter()
            .map(|r| row(&desk.visit, &vocabulary, r))
            .collect(),
        more: more.map(|id| path(language, &format!("/teach/log?before={id}"))),
    };
    desk.send(StatusCode::OK, &page)
}

fn row(visit: &Visit, vocabulary: &Vocabulary, logged: Logged) -> Row {
    let (language, zone) = (visit.language, &visit.app.zone);
    let detail = logged.detail.as_deref();
    // What is done to people and tokens has no lesson, and is told otherwise.
    let (what, detail) = match &logged.code {
        Some(_) => {
            let fields = detail.and_then(|d| serde_json::from_str(d).ok());
            let told = Told::new(
                language,
                vocabulary,
                &logged.action,
                &fields.unwrap_or_default(),
            );
            let line = told.in_a_line();
            (told.what, line)
        }
        None => (
            language.with("teach-action", &[("action", logged.action.into())]),
            detail.map(readable),
        ),
    };
    let there = logged.lesson.is_some();
    Row {
        when: words::date_time(language, logged.at, zone),
        iso: words::iso_time(logged.at, zone),
        who: logged
            .by
            .unwrap_or_else(|| language.text("teach-command-line")),
        what,
        code: logged.code.map(|code| {
            let page = path(language, &format!("/teach/lessons/{code}"));
            (code, there.then_some(page))
        }),
        detail,
    }
}

/// `person: Leyla, to: editor` for the JSON of a detail.
fn readable(detail: &str) -> String {
    let Ok(serde_json::Value::Object(fields)) = serde_json::from_str(detail) else {
        return detail.to_owned();
    };
    let value = |v: &serde_json::Value| match v {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let told: Vec<String> = fields.iter().map(|(_, v)| value(v)).collect();
    told.join(" → ")
}
