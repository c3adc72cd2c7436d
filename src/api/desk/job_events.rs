//! What changes in the queue, as it changes: server-sent events (WHATWG HTML §9.2).
//!
//! A stream begins with what changed since `Last-Event-ID`, else in the last minute (of one lesson: with all its jobs),
//! and ends when the server stops, when the session or token does not count any more, or when the lesson is no longer
//! its listener's to see.

use std::time::Duration;

use ::http::HeaderMap;
use axum::extract::State;
use axum::response::Response;
use tokio::time::{Instant, sleep_until};

use super::jobs::JobBody;
use super::{at_desk, code};
use crate::app::Shared;
use crate::auth::gate::Presented;
use crate::auth::permission::Actor;
use crate::catalogue::Job;
use crate::clock::{self, UnixMillis};
use crate::desk::{Author, Listener, Tick, sees};
use crate::http::decoded::Decoded;
use crate::http::event_stream::{self, BEAT, Events};
use crate::http::identity::{Credential, SignedIn};
use crate::http::problem::Problem;
use crate::units::{Code, LessonId};

/// When clients that lost a stream come back.
const AGAIN: Duration = Duration::from_secs(5);
/// How much of the past a stream begins with, in milliseconds, unless its client says what it has seen.
const LATELY: i64 = 60_000;
/// How much longer somebody may have been away and still be told what they missed, in milliseconds.
const LONGEST_AWAY: i64 = 3_600_000;
/// Jobs that a stream begins with at most.
const FIRST: u32 = 200;

/// Watch the jobs of all lessons that one may edit.
///
/// Events called `job` have a job as `GET /api/v1/jobs/{id}` gives it; one called `reset` says that more changed than is
/// told: ask for the list again. `Last-Event-ID` goes on where an earlier stream ended.
#[utoipa::path(
    get, path = "/api/v1/jobs/events", tag = "jobs", security(("token" = [])),
    params(("Last-Event-ID" = Option<String>, Header, description = "id of the last event that was seen", example = "1772615700000")),
    responses(
        (status = 200, description = "A stream of events", body = String, content_type = "text/event-stream"),
        (status = 503, description = "As many streams are open as there may be; see Retry-After"),
    )
)]
pub(crate) async fn all(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    Credential(shown): Credential,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let listener = app.job_feed.listen(actor.person, None)?;
    let at = clock::now();
    let (since, too_long) = begins(last_seen(&headers), at);
    let read = app
        .catalogue
        .read(move |c| c.jobs_changed(since, FIRST + 1));
    let mut first = read.await?;
    let missed = first.len() > FIRST as usize || too_long;
    first.truncate(FIRST as usize);
    first.reverse();
    let first = Tick {
        at,
        news: first,
        of_lessons: Vec::new(),
        missed,
    };
    let (events, response) = event_stream::open(AGAIN).await;
    let stream = Stream {
        app,
        shown,
        events,
        lesson: None,
        generation: 0,
    };
    tokio::spawn(stream.run(listener, first));
    Ok(response)
}

/// Watch the jobs of one lesson.
///
/// The stream begins with all of them, whatever was seen before. Events are called `job`; one called `reset` says that
/// more changed than is told: ask for the list again.
#[utoipa::path(
    get, path = "/api/v1/lessons/{code}/events", tag = "jobs", security(("token" = ["author"])),
    params(("code" = String, Path, description = "The lesson's code", example = "K7M2QX")),
    responses(
        (status = 200, description = "A stream of events", body = String, content_type = "text/event-stream"),
        (status = 503, description = "As many streams are open as there may be; see Retry-After"),
    )
)]
pub(crate) async fn of_lesson(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    Credential(shown): Credential,
    Decoded(text): Decoded<String>,
) -> Result<Response, Problem> {
    let code = code(&text)?;
    let author = Author::Person(actor.clone());
    let generation = app.catalogue.generation();
    let mine = at_desk(&app, author.clone(), move |d, a| d.lesson(a, code)).await?;
    let lesson = (mine.lesson.id, mine.lesson.code);
    // Before it is asked what there is: what changes in between is told twice, and not never.
    let listener = app.job_feed.listen(actor.person, Some(lesson.0))?;
    let at = clock::now();
    let jobs = at_desk(&app, author, move |d, a| d.jobs_of_lesson(a, lesson.1)).await?;
    let first = Tick {
        at,
        news: Vec::new(),
        of_lessons: jobs,
        missed: false,
    };
    let (events, response) = event_stream::open(AGAIN).await;
    let stream = Stream {
        app,
        shown,
        events,
        lesson: Some(lesson),
        generation,
    };
    tokio::spawn(stream.run(listener, first));
    Ok(response)
}

/// Where a client says that it left off. An event's id is the moment at which its job changed, and what changed in that
/// very millisecond is told again; what is no moment says nothing.
fn last_seen(headers: &HeaderMap) -> Option<UnixMillis> {
    let text = headers.get("last-event-id")?.to_str().ok()?;
    let at: i64 = text.trim().parse().ok()?;
    (at >= 0).then_some(UnixMillis(at))
}

/// From when on a stream tells what changed, for a client that left off at `seen`; and whether that is longer ago than can
/// be told, so that it has to ask for the list again.
fn begins(seen: Option<UnixMillis>, now: UnixMillis) -> (UnixMillis, bool) {
    let lately = UnixMillis(now.0 - LATELY);
    let earliest = UnixMillis(lately.0 - LONGEST_AWAY);
    match seen {
        None => (lately, false),
        // A clock that was put back, or a client that made it up: it is told what is new.
        Some(seen) => (seen.clamp(earliest, now), seen < earliest),
    }
}

/// An open stream.
struct Stream {
    app: Shared,
    /// What its listener showed, once.
    shown: Presented,
    events: Events,
    /// Only this lesson's.
    lesson: Option<(LessonId, Code)>,
    /// Of the catalogue, when it was last seen that the lesson is the listener's to see.
    generation: u64,
}

impl Stream {
    /// Tells what happens, until nobody listens or may listen any more.
    async fn run(mut self, mut listener: Listener, first: Tick) {
        if !self.tell(&first).await {
            return;
        }
        let mut silent_until = Instant::now() + BEAT;
        loop {
            let told = tokio::select! {
                () = self.events.gone() => return,
                () = sleep_until(silent_until) => self.events.beat().await.then_some(true),
                tick = listener.next() => match tick {
                    Some(tick) if tick.is_empty() => self.listener().await.map(|_| false),
                    Some(tick) => self.tell(&tick).await.then_some(true),
                    None => None,
                },
            };
            match told {
                None => return,
                Some(true) => silent_until = Instant::now() + BEAT,
                Some(false) => {}
            }
        }
    }

    /// Whoever listens, while they may.
    async fn listener(&mut self) -> Option<std::sync::Arc<Actor>> {
        // Before it is asked: what changes meanwhile makes the answer old.
        let generation = self.app.catalogue.generation();
        // Who cannot be asked about is let go: their browser comes back.
        let actor = self.app.gate.admit(self.shown).await.ok().flatten()?;
        if let Some((_, code)) = self.lesson
            && generation != self.generation
        {
            let author = Author::Person(actor.clone());
            let seen = self.app.at_desk(move |d| d.lesson(&author, code).is_ok());
            seen.await.filter(|seen| *seen)?;
            self.generation = generation;
        }
        Some(actor)
    }

    /// Tells what a look found. `false`: it is over.
    async fn tell(&mut self, tick: &Tick) -> bool {
        let Some(actor) = self.listener().await else {
            return false;
        };
        let jobs: Vec<&Job> = match self.lesson {
            Some((id, _)) => tick
                .of_lessons
                .iter()
                .filter(|job| job.lesson == id)
                .collect(),
            None => {
                let seen = tick.news.iter().filter(|news| sees(&actor, news));
                seen.map(|news| &news.job).collect()
            }
        };
        for job in jobs {
            let Ok(data) = serde_json::to_string(&JobBody::from(job)) else {
                return false;
            };
            if !self.events.tell(job.updated.0, "job", &data).await {
                return false;
            }
        }
        !tick.missed || self.events.tell(tick.at.0, "reset", "{}").await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_begins_where_its_client_left_off_and_never_further_back_than_can_be_told() {
        let now = UnixMillis(10_000_000_000);
        let lately = UnixMillis(now.0 - LATELY);
        let earliest = UnixMillis(lately.0 - LONGEST_AWAY);
        let seen = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("last-event-id", text.parse().unwrap());
            begins(last_seen(&headers), now)
        };
        assert_eq!(begins(None, now), (lately, false));
        assert_eq!(seen("9999999000"), (UnixMillis(9_999_999_000), false));
        assert_eq!(seen("0"), (earliest, true));
        assert_eq!(seen(&earliest.0.to_string()), (earliest, false));
        assert_eq!(seen(&i64::MAX.to_string()), (now, false));
        for none in ["-1", "x", "", "99999999999999999999"] {
            assert_eq!(seen(none), (lately, false), "{none}");
        }
    }
}
