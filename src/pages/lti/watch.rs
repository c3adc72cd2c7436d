//! `/{lang}/lti/watch/{ticket}`: a lesson in a course. What the frame of any other site shows, in the platform's; the address
//! holds twelve hours, so that it can be loaded again.

use ::http::StatusCode;
use axum::response::Response;

use super::frame::{Fence, framers};
use super::told::refused;
use crate::catalogue::Platform;
use crate::lti::Watching;
use crate::pages::embed::Embed;
use crate::pages::error::Instead;
use crate::pages::lesson::waits;
use crate::pages::lesson_reach::reach_by_code;
use crate::pages::page::Visit;

/// A lesson in a course.
pub async fn show(visit: Visit) -> Response {
    let (platform, watching) = match visit.app.lti.watching(visit.part("ticket")).await {
        Ok(found) => found,
        Err(refusal) => return refused(&visit, refusal),
    };
    let fence = fence(&visit, &platform, &watching);
    match embedded(&visit, &watching).await {
        Ok(page) => fence.send(&visit, StatusCode::OK, &page),
        Err(instead) => fence.instead(&visit, instead),
    }
}

async fn embedded(visit: &Visit, watching: &Watching) -> Result<Embed, Instead> {
    let (lesson, waits) = reach_by_code(visit, watching.code, waits).await?;
    let vocabulary = visit.app.vocabulary().await?;
    Ok(Embed::new(
        visit,
        &vocabulary,
        &lesson,
        waits,
        watching.start,
    ))
}

/// Where it may stand: in the platform's pages.
fn fence(visit: &Visit, platform: &Platform, watching: &Watching) -> Fence {
    Fence {
        framers: Some(framers(visit, watching.framers(platform))),
        ..Fence::default()
    }
}
