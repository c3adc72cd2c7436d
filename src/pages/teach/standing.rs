//! Who may see a lesson: publishing, taking back with a reason, putting back, deleting a draft.

use ::http::StatusCode;
use askama::Template;
use axum::response::Response;

use super::lesson_nav::{LessonNav, Refused, Tab};
use super::{Desk, Frame, see};
use crate::auth::permission::Act;
use crate::catalogue::{LONGEST_REASON, Visibility};
use crate::desk::{self, ConflictError, Mine};
use crate::http::fields::Fields as Sent;
use crate::pages::page::path;
use crate::sheet::Column;
use crate::sheet::fields::{Fields, Said};

#[derive(Template)]
#[template(path = "teach/withdraw.html")]
struct Withdraw {
    page: Frame,
    tabs: LessonNav,
    action: String,
    back: String,
    reason: String,
    /// What is wrong with the reason.
    wrong: Option<String>,
    hint: String,
}

#[derive(Template)]
#[template(path = "teach/delete.html")]
struct Delete {
    page: Frame,
    tabs: LessonNav,
    /// What goes: what is said, and its bytes, or that there are none.
    text: String,
    code: String,
    action: String,
    back: String,
}

/// Says who may see a lesson.
pub async fn set_visibility(desk: Desk, sent: Sent) -> Result<Response, Refused> {
    let code = desk.lesson().await?.lesson.code;
    let there = Tab::Description.rest(code);
    let wished = Visibility::from_word(sent.value("visibility"));
    let Some(wished) = wished.filter(|v| *v != Visibility::Draft) else {
        // No form of ours says anything else.
        return Ok(see(&desk.visit, &there));
    };
    let mut said = Fields::default();
    said.say(Column::Visibility, Said::Cell(wished.as_str().into()));
    let author = desk.author();
    let done = desk
        .visit
        .app
        .at_desk(move |d| d.edit(&author, code, said, None));
    desk.done(done.await)?;
    let done = wished.as_str();
    Ok(see(&desk.visit, &format!("{there}?done={done}")))
}

/// Asks for the reason.
pub async fn ask_reason(desk: Desk) -> Result<Response, Refused> {
    let mine = desk.lesson().await?;
    expect(&desk, &mine, Act::Withdraw)?;
    if mine.lesson.withdrawn.is_some() {
        let there = Tab::Description.rest(mine.lesson.code);
        return Ok(see(&desk.visit, &there));
    }
    reason_page(&desk, &mine, "", None).await
}

fn expect(desk: &Desk, mine: &Mine, act: Act) -> Result<(), Refused> {
    match mine.may(act) {
        true => Ok(()),
        false if act == Act::DeleteDraft && mine.may(Act::Edit) => {
            Err(desk.refused(ConflictError::Published.into()).into())
        }
        false
            if act == Act::Withdraw
                && mine.lesson.published.is_none()
                && mine.may(Act::Publish) =>
        {
            Err(desk.refused(ConflictError::NeverPublished.into()).into())
        }
        false => Err(desk.refused(desk::Error::NotYours(act)).into()),
    }
}

async fn reason_page(
    desk: &Desk,
    mine: &Mine,
    reason: &str,
    wrong: Option<String>,
) -> Result<Response, Refused> {
    let (language, code) = (desk.visit.language, mine.lesson.code);
    let vocabulary = desk.vocabulary().await?;
    let there = Tab::Description.rest(code);
    let status = match wrong {
        None => StatusCode::OK,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = Withdraw {
        page: desk.frame(
            &language.text("desk-withdraw"),
            &format!("{there}/withdraw"),
        ),
        tabs: LessonNav::new(language, &vocabulary, &mine.lesson, Tab::Description),
        action: path(language, &format!("{there}/withdraw")),
        back: path(language, &there),
        reason: reason.to_owned(),
        wrong,
        hint: language.count("desk-reason-hint", LONGEST_REASON as u64),
    };
    Ok(desk.send(status, &page))
}

/// Takes a lesson back.
pub async fn withdraw(desk: Desk, sent: Sent) -> Result<Response, Refused> {
    let mine = desk.lesson().await?;
    let (author, code) = (desk.author(), mine.lesson.code);
    let reason = sent.value("reason").to_owned();
    let given = reason.clone();
    let done = desk
        .visit
        .app
        .at_desk(move |d| d.withdraw(&author, code, &given).map(|_| ()));
    match done.await {
        Some(Err(desk::Error::Reason { has, most })) => {
            let language = desk.visit.language;
            let wrong = match has {
                0 => language.text("desk-reason-needed"),
                has => language.with(
                    "desk-reason-wrong",
                    &[("has", has.into()), ("most", most.into())],
                ),
            };
            reason_page(&desk, &mine, &reason, Some(wrong)).await
        }
        done => {
            desk.done(done)?;
            let there = Tab::Description.rest(code);
            Ok(see(&desk.visit, &format!("{there}?done=withdrawn")))
        }
    }
}

/// Puts a withdrawn lesson back.
pub async fn reinstate(desk: Desk) -> Result<Response, Refused> {
    let (author, code) = (desk.author(), desk.code()?);
    let done = desk.visit.app.at_desk(move |d| d.reinstate(&author, code));
    let there = Tab::Description.rest(desk.done(done.await)?.lesson.code);
    Ok(see(&desk.visit, &format!("{there}?done=reinstated")))
}

/// Asks whether a draft is to be deleted.
pub async fn ask_deletion(desk: Desk) -> Result<Response, Refused> {
    let mine = desk.lesson().await?;
    expect(&desk, &mine, Act::DeleteDraft)?;
    let (language, code) = (desk.visit.language, mine.lesson.code);
    let there = Tab::Description.rest(code);
    let title = mine.lesson.description.title.as_str();
    let vocabulary = desk.vocabulary().await?;
    let bytes = match mine.lesson.recording {
        Some(_) => language.text("desk-delete-bytes"),
        None => language.text("desk-delete-nothing"),
    };
    let text = language.with("desk-delete-text", &[("title", title.into())]);
    let page = Delete {
        page: desk.frame(&language.text("desk-delete"), &format!("{there}/delete")),
        tabs: LessonNav::new(language, &vocabulary, &mine.lesson, Tab::Description),
        text: format!("{text} {bytes}"),
        code: code.to_string(),
        action: path(language, &format!("{there}/delete")),
        back: path(language, &there),
    };
    Ok(desk.send(StatusCode::OK, &page))
}

/// Deletes a draft, if the form says which.
pub async fn delete(desk: Desk, sent: Sent) -> Result<Response, Refused> {
    let code = desk.lesson().await?.lesson.code;
    if sent.value("code") != code.as_str() {
        let there = Tab::Description.rest(code);
        return Ok(see(&desk.visit, &format!("{there}/delete")));
    }
    let author = desk.author();
    let done = desk.visit.app.at_desk(move |d| d.delete(&author, code));
    desk.done(done.await)?;
    Ok(see(&desk.visit, "/teach/?done=deleted"))
}
