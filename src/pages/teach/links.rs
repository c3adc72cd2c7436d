//! `/teach/lessons/CODE/links`: links that end, by which a draft is shown to chosen people.

use ::http::StatusCode;
use askama::Template;
use axum::response::Response;

use super::lesson_nav::{LessonNav, Refused, Tab};
use super::{Complaint, Desk, Frame, see};
use crate::auth::grant;
use crate::catalogue::{LONGEST_NOTE, Visibility};
use crate::desk::{Counts, Link, MOST_DAYS, USUAL_DAYS};
use crate::http::fields::Fields;
use crate::pages::page::path;
use crate::units::Code;
use crate::words;

#[derive(Template)]
#[template(path = "teach/links.html")]
struct Links {
    page: Frame,
    tabs: LessonNav,
    /// Where one is made; `None`: anybody may see the lesson by now.
    make: Option<Form>,
    rows: Vec<Row>,
}

/// The form, as it was filled in where it was not taken.
struct Form {
    action: String,
    note: String,
    days: String,
    longest: usize,
    most: u32,
}

struct Row {
    /// Whom or what it is for, else its number.
    name: String,
    details: String,
    /// The link itself, while it counts.
    url: Option<String>,
    /// What there is to say where it does not.
    state: Option<String>,
    remove: String,
}

/// The links of a lesson.
pub async fn show(desk: Desk) -> Result<Response, Refused> {
    respond(&desk, None, None).await
}

async fn respond(
    desk: &Desk,
    complaint: Option<Complaint>,
    said: Option<(&str, &str)>,
) -> Result<Response, Refused> {
    let (author, code) = (desk.author(), desk.code()?);
    let found = desk.visit.app.at_desk(move |d| d.links(&author, code));
    let (mine, links) = desk.done(found.await)?;
    let vocabulary = desk.vocabulary().await?;
    let language = desk.visit.language;
    let lesson = &mine.lesson;
    let rest = Tab::Links.rest(lesson.code);
    let title = &lesson.description.title;
    let heading = format!("{title} · {}", language.text("teach-tab-links"));
    let status = complaint.as_ref().map_or(StatusCode::OK, |c| c.status);
    let draft = lesson.description.visibility == Visibility::Draft && lesson.withdrawn.is_none();
    let usual = USUAL_DAYS.to_string();
    let (note, days) = said.unwrap_or(("", &usual));
    let page = Links {
        page: desk
            .frame(&heading, &rest)
            .complaining(complaint.map(|c| c.text)),
        tabs: LessonNav::new(language, &vocabulary, lesson, Tab::Links),
        make: draft.then(|| Form {
            action: path(language, &rest),
            note: note.to_owned(),
            days: days.to_owned(),
            longest: LONGEST_NOTE,
            most: MOST_DAYS,
        }),
        rows: links
            .into_iter()
            .map(|link| row(desk, lesson.code, link))
            .collect(),
    };
    Ok(desk.send(status, &page))
}

fn row(desk: &Desk, code: Code, link: Link) -> Row {
    let visit = &desk.visit;
    let language = visit.language;
    let Link { link, counts } = link;
    let date = |at| words::date_time(language, at, &visit.app.zone);
    let maker = link.maker;
    let said = [
        (
            "who",
            maker
                .unwrap_or_else(|| language.text("teach-command-line"))
                .into(),
        ),
        ("made", date(link.made).into()),
        ("ends", date(link.ends).into()),
    ];
    let details = match counts {
        Counts::Ended => language.with("links-ended", &said),
        Counts::Yes | Counts::Rests => language.with("links-until", &said),
    };
    let number = [("number", link.id.to_string().into())];
    let url = || {
        let path = grant::path(&visit.app.sealer, &link.key, code);
        visit.origin().url(&path)
    };
    let rest = Tab::Links.rest(code);
    Row {
        name: link
            .note
            .unwrap_or_else(|| language.with("links-nth", &number)),
        details,
        url: (counts == Counts::Yes).then(url),
        state: (counts == Counts::Rests).then(|| language.text("links-rests")),
        remove: path(language, &format!("{rest}/{}/remove", link.id)),
    }
}

/// Makes a link with the fields `days` and `note`.
pub async fn make(desk: Desk, fields: Fields) -> Result<Response, Refused> {
    let (author, code) = (desk.author(), desk.code()?);
    let days = fields.value("days").trim();
    let note = fields.value("note").to_owned();
    // What is no number is as wrong as one that is too small.
    let number = match days {
        "" => USUAL_DAYS,
        days => days.parse().unwrap_or(0),
    };
    let made = desk
        .visit
        .app
        .at_desk(move |d| d.make_link(&author, code, number, Some(&note)));
    match made.await {
        Some(Err(refusal)) => {
            let complaint = desk.complaint(refusal)?;
            let said = Some((fields.value("note"), days));
            respond(&desk, Some(complaint), said).await
        }
        made => {
            let (mine, _) = desk.done(made)?;
            let rest = Tab::Links.rest(mine.lesson.code);
            Ok(see(&desk.visit, &format!("{rest}?done=1")))
        }
    }
}

/// Takes a link back.
pub async fn remove(desk: Desk) -> Result<Response, Refused> {
    let (author, code) = (desk.author(), desk.code()?);
    let id = desk.visit.part("id").to_owned();
    let removed = desk
        .visit
        .app
        .at_desk(move |d| d.remove_link(&author, code, &id));
    match removed.await {
        Some(Err(refusal)) => {
            let complaint = desk.complaint(refusal)?;
            respond(&desk, Some(complaint), None).await
        }
        removed => {
            let mine = desk.done(removed)?;
            let rest = Tab::Links.rest(mine.lesson.code);
            Ok(see(&desk.visit, &format!("{rest}?done=1")))
        }
    }
}
