//! `/teach/lessons/CODE/history`: who did what to a lesson, and undoing it.

use std::sync::Arc;

use ::http::StatusCode;
use askama::Template;
use axum::response::Response;

use super::deeds::{FieldChange, Told};
use super::lesson_nav::{LessonNav, Refused, Tab};
use super::{Complaint, Desk, Frame, see};
use crate::catalogue::Vocabulary;
use crate::desk::{Error, Past, Undo};
use crate::pages::page::{Visit, path};
use crate::words;

/// Changes of a page.
const ROWS: u32 = 50;

#[derive(Template)]
#[template(path = "teach/history.html")]
struct History {
    page: Frame,
    tabs: LessonNav,
    rows: Vec<Row>,
    /// Where the older ones are.
    more: Option<String>,
}

struct Row {
    id: i64,
    when: String,
    iso: String,
    who: String,
    what: String,
    more: Option<String>,
    changes: Vec<FieldChange>,
    undoes: bool,
    /// Where it is undone.
    undo: Option<String>,
}

/// The history, `?before=ID` for older changes.
pub async fn show(desk: Desk) -> Result<Response, Refused> {
    respond(&desk, None).await
}

async fn respond(desk: &Desk, complaint: Option<Complaint>) -> Result<Response, Refused> {
    let (author, code) = (desk.author(), desk.code()?);
    let before = desk.visit.asked("before").and_then(|id| id.parse().ok());
    let found = desk.visit.app.at_desk(move |d| {
        let mine = d.lesson(&author, code)?;
        let past = d.history(&author, code, before, ROWS)?;
        Ok::<_, Error>((mine, past))
    });
    let (mine, past) = desk.done(found.await)?;
    let vocabulary: Arc<Vocabulary> = match desk.visit.app.vocabulary().await {
        Ok(vocabulary) => vocabulary,
        Err(error) => return Err(desk.refused(error.into()).into()),
    };
    let language = desk.visit.language;
    let lesson = &mine.lesson;
    let rest = Tab::History.rest(lesson.code);
    let title = &lesson.description.title;
    let heading = format!("{title} · {}", language.text("teach-tab-history"));
    let status = complaint.as_ref().map_or(StatusCode::OK, |c| c.status);
    let oldest = past.last().map(|p| p.id);
    let more = oldest.filter(|_| past.len() == ROWS as usize);
    let page = History {
        page: desk
            .frame(&heading, &rest)
            .complaining(complaint.map(|c| c.text)),
        tabs: LessonNav::new(language, &vocabulary, lesson, Tab::History),
        more: more.map(|id| path(language, &format!("{rest}?before={id}"))),
        rows: past
            .into_iter()
            .map(|p| row(&desk.visit, &vocabulary, &rest, p))
            .collect(),
    };
    Ok(desk.send(status, &page))
}

fn row(visit: &Visit, vocabulary: &Vocabulary, rest: &str, past: Past) -> Row {
    let (language, zone) = (visit.language, &visit.app.zone);
    let told = Told::new(language, vocabulary, &past.action, &past.detail);
    let undo = format!("{rest}/{}/undo", past.id);
    Row {
        id: past.id,
        when: words::date_time(language, past.at, zone),
        iso: words::iso_time(past.at, zone),
        who: past
            .by
            .unwrap_or_else(|| language.text("teach-command-line")),
        what: told.what,
        more: told.more,
        changes: told.changes,
        undoes: told.undoes.is_some(),
        undo: (past.undo == Undo::Possible).then(|| path(language, &undo)),
    }
}

/// Undoes a change.
pub async fn undo(desk: Desk) -> Result<Response, Refused> {
    let (author, code) = (desk.author(), desk.code()?);
    let id = desk.visit.part("id").parse().unwrap_or(-1);
    let done = desk
        .visit
        .app
        .at_desk(move |d| d.undo(&author, code, id))
        .await;
    match done {
        Some(Err(refusal)) => {
            let complaint = desk.complaint(refusal)?;
            respond(&desk, Some(complaint)).await
        }
        done => {
            let mine = desk.done(done)?;
            let rest = Tab::History.rest(mine.lesson.code);
            Ok(see(&desk.visit, &format!("{rest}?done=1")))
        }
    }
}
