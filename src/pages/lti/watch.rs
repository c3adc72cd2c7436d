//! `/{lang}/lti/watch/{ticket}`: a lesson in a course. What the frame of any other site shows, in the platform's; the address
//! holds twelve hours, so that it can be loaded again.

use ::http::StatusCode;
use axum::response::Response;

use super::frame::Fence;
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

/// Where it may stand: in the platform's pages. Those of a platform that many schools share are at the school's own host; one
/// that does not say where it shows the lesson may do so wherever everybody's pages may.
fn fence(visit: &Visit, platform: &Platform, watching: &Watching) -> Fence {
    let own = watching.framers(platform);
    let framers = match (&watching.framer, &visit.app.framers) {
        (None, None) => None,
        (None, Some(named)) => Some([own, named.clone()].concat()),
        (Some(_), _) => Some(own),
    };
    Fence {
        framers,
        ..Fence::default()
    }
}
