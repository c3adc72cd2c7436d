//! `/teach/`: where those who make lessons begin.

use ::http::StatusCode;
use askama::Template;
use axum::response::Response;

use super::{Desk, Frame, role_name};
use crate::catalogue::{DeskFilter, PersonRole, Whose};
use crate::pages::card::CardView;
use crate::pages::error;
use crate::pages::page::path;
use crate::units::LessonId;

#[derive(Template)]
#[template(path = "teach/desk.html")]
struct DeskPage {
    page: Frame,
    heading: String,
    role: String,
    /// What an editor is limited to.
    scopes: Option<String>,
    lessons: Vec<Own>,
    /// Where the first one comes in.
    upload: String,
    /// Where the older ones are.
    more: Option<String>,
}

/// A lesson of theirs, and where it stands: a draft, published, withdrawn.
struct Own {
    card: CardView,
    stands: String,
}

/// Lessons of a page.
const ROWS: u32 = 50;

/// The desk: the newest of one's lessons, `?before=ID` for older ones.
pub async fn show(desk: Desk) -> Response {
    let language = desk.visit.language;
    let actor = &desk.actor;
    let before = desk.visit.asked("before").and_then(|id| id.parse().ok());
    let (person, app) = (actor.person, &desk.visit.app);
    let own = DeskFilter::of(Whose::Own(person));
    let read = app
        .catalogue
        .read(move |c| c.on_desk(&own, before.map(LessonId), ROWS));
    let (own, vocabulary) = match (read.await, app.vocabulary().await) {
        (Ok(own), Ok(vocabulary)) => (own, vocabulary),
        (Err(error), _) | (_, Err(error)) => return error::respond(&desk.visit, error.into()),
    };
    let oldest = own.last().map(|o| o.card.id.0);
    let more = oldest.filter(|_| own.len() == ROWS as usize);
    let lessons = own.into_iter().map(|own| {
        let stands = own.stands().as_str();
        Own {
            card: CardView::new(language, &vocabulary, own.card),
            stands: language.with("teach-stands", &[("stands", stands.into())]),
        }
    });
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
        lessons: lessons.collect(),
        upload: path(language, "/teach/upload"),
        more: more.map(|id| path(language, &format!("/teach/?before={id}"))),
    };
    desk.send(StatusCode::OK, &page)
}
