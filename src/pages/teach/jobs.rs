//! `/teach/jobs`: what is made of recordings; what runs, what waits, what failed and why, what was done lately.

use ::http::StatusCode;
use askama::Template;
use axum::response::Response;

use super::job_view::{ASK_AGAIN, JobView, Place, asks, summary};
use super::lesson_nav::{Refused, Tab};
use super::{Complaint, Desk, Frame, see};
use crate::catalogue::{JobCursor, JobState};
use crate::clock;
use crate::desk::{self, Author, Error, JobsAsked};
use crate::http::fields::Fields as Sent;
use crate::pages::assets;
use crate::pages::page::path;
use crate::units::{Code, JobId};

/// Jobs of a page that shows one state only.
const ROWS: u32 = 50;

/// Jobs of one lesson that are counted: some for each of its editions.
const MOST_OF_ONE: u32 = 500;

/// Jobs of each state on the page that shows several.
fn few(state: JobState) -> u32 {
    match state {
        JobState::Running => 50,
        JobState::Queued => 20,
        JobState::Failed => 20,
        JobState::Done | JobState::Cancelled => 10,
    }
}

#[derive(Template)]
#[template(path = "teach/jobs.html")]
struct JobsPage {
    page: Frame,
    action: String,
    states: Vec<Pick>,
    /// Only this one's: its code and title.
    lesson: Option<(Code, String)>,
    summary: String,
    /// What is said where changes are not told, and the seconds until they are asked for then.
    asks: String,
    seconds: u32,
    /// When the catalogue was asked, in milliseconds.
    at: i64,
    groups: Vec<Group>,
    /// Where everything of the lesson is made anew.
    again: Option<String>,
}

struct Pick {
    value: &'static str,
    name: String,
    chosen: bool,
}

/// The jobs in one state.
struct Group {
    state: &'static str,
    name: String,
    count: String,
    jobs: Vec<JobView>,
    none: String,
    /// Where the rest is, and what that link is called.
    more: Option<(String, String)>,
}

/// What the address asks for.
#[derive(Clone, Copy)]
struct Asked {
    lesson: Option<Code>,
    state: Option<JobState>,
    after: Option<JobCursor>,
}

impl Asked {
    fn of(desk: &Desk) -> Self {
        let asked = |name| desk.visit.asked(name);
        Self {
            lesson: asked("lesson").and_then(|code| code.parse().ok()),
            state: asked("state").and_then(JobState::from_word),
            after: asked("cursor").and_then(|cursor| cursor.parse().ok()),
        }
    }

    fn rest(self, state: JobState, after: Option<JobCursor>) -> String {
        let lesson = self.lesson.map(|code| format!("&lesson={code}"));
        let after = after.map(|after| format!("&cursor={after}"));
        format!(
            "/teach/jobs?state={}{}{}",
            state.as_str(),
            lesson.unwrap_or_default(),
            after.unwrap_or_default()
        )
    }
}

/// The list.
pub async fn show(desk: Desk) -> Result<Response, Refused> {
    respond(&desk, None).await
}

async fn respond(desk: &Desk, complaint: Option<Complaint>) -> Result<Response, Refused> {
    let (visit, language) = (&desk.visit, desk.visit.language);
    let (asked, author, at) = (Asked::of(desk), desk.author(), clock::now());
    let looking = visit.app.at_desk(move |d| look(d, &author, asked));
    let (title, counts, found) = desk.done(looking.await)?;
    let status = complaint.as_ref().map_or(StatusCode::OK, |c| c.status);
    let mut frame = desk
        .frame(&language.text("jobs-title"), "/teach/jobs")
        .complaining(complaint.map(|c| c.text));
    frame.base.script = assets::jobs_script();
    frame.notice = notice(desk).filter(|_| status == StatusCode::OK);
    let groups = found.into_iter().map(|(state, page)| {
        let about = [("state", state.as_str().into())];
        let counted = counts.iter().find(|(s, _)| *s == state);
        let view = |job| JobView::new(language, &visit.app.zone, job, Place::List);
        Group {
            state: state.as_str(),
            name: language.with("jobs-group", &about),
            count: counted.map_or_else(String::new, |(_, n)| n.to_string()),
            jobs: page.jobs.iter().map(view).collect(),
            none: language.text("jobs-none"),
            more: page.next.map(|next| {
                // Behind a few of them all begin anew, by themselves.
                let after = asked.state.map(|_| next);
                let href = path(language, &asked.rest(state, after));
                (href, language.with("jobs-more", &about))
            }),
        }
    });
    let pick = |value, name, chosen| Pick {
        value,
        name,
        chosen,
    };
    let of_state = |state: &JobState| {
        let word = state.as_str();
        let name = language.with("jobs-group", &[("state", word.into())]);
        pick(word, name, asked.state == Some(*state))
    };
    let page = JobsPage {
        page: frame,
        action: path(language, "/teach/jobs"),
        states: std::iter::once(pick("", language.text("desk-any"), asked.state.is_none()))
            .chain(counts.iter().map(|(state, _)| of_state(state)))
            .collect(),
        summary: summary(language, &counts),
        asks: asks(language),
        seconds: ASK_AGAIN,
        at: at.0,
        groups: groups.collect(),
        again: asked
            .lesson
            .map(|code| path(language, &format!("/teach/lessons/{code}/jobs"))),
        lesson: asked.lesson.zip(title),
    };
    Ok(desk.send(status, &page))
}

type Found = (
    Option<String>,
    Vec<(JobState, u64)>,
    Vec<(JobState, desk::JobPage)>,
);

/// The title of the lesson that is asked for, how many jobs there are, and the first of each state.
fn look(d: &desk::Desk, author: &Author, asked: Asked) -> Result<Found, Error> {
    let title = match asked.lesson {
        Some(code) => Some(d.lesson(author, code)?.lesson.description.title),
        None => None,
    };
    let counts = match asked.lesson {
        None => d.job_counts(author)?,
        Some(_) => counts_of(d, author, asked.lesson)?,
    };
    let mut found = Vec::new();
    for (state, count) in &counts {
        let (state, narrow) = (*state, asked.state.is_some());
        if asked.state.is_some_and(|s| s != state) {
            continue;
        }
        // What nobody waits for is not worth a heading.
        let usual = matches!(state, JobState::Running | JobState::Queued) && asked.lesson.is_none();
        let worth = *count > 0 || narrow || usual;
        if !worth {
            continue;
        }
        let page = d.jobs(
            author,
            JobsAsked {
                lesson: asked.lesson,
                state: Some(state),
                after: asked.after.filter(|_| narrow),
                limit: if narrow { ROWS } else { few(state) },
            },
        )?;
        found.push((state, page));
    }
    Ok((title, counts, found))
}

/// How many jobs of one lesson are in each state.
fn counts_of(
    d: &desk::Desk,
    author: &Author,
    lesson: Option<Code>,
) -> Result<Vec<(JobState, u64)>, Error> {
    let all = JobsAsked {
        lesson,
        state: None,
        after: None,
        limit: MOST_OF_ONE,
    };
    let jobs = d.jobs(author, all)?.jobs;
    let count = |(state, _)| {
        let those = jobs.iter().filter(|job| job.state == state);
        (state, those.count() as u64)
    };
    // In the order of lists, as the counts of all are.
    Ok(d.job_counts(author)?.into_iter().map(count).collect())
}

/// What was done, where the address says it.
pub(super) fn notice(desk: &Desk) -> Option<String> {
    let language = desk.visit.language;
    Some(match desk.visit.asked("done")? {
        "cancel" => language.text("jobs-cancelled"),
        "retry" => language.text("jobs-queued"),
        _ => return None,
    })
}

/// Takes a job out of the queue, or away from whoever does it.
pub async fn cancel(desk: Desk, sent: Sent) -> Result<Response, Refused> {
    act(desk, &sent, "cancel", |d, a, id| d.cancel_job(a, id)).await
}

/// Queues a job anew.
pub async fn retry(desk: Desk, sent: Sent) -> Result<Response, Refused> {
    act(desk, &sent, "retry", |d, a, id| d.retry_job(a, id)).await
}

async fn act(
    desk: Desk,
    sent: &Sent,
    word: &str,
    act: fn(&desk::Desk, &Author, JobId) -> Result<crate::catalogue::Job, Error>,
) -> Result<Response, Refused> {
    let author = desk.author();
    let id = JobId(desk.visit.part("id").parse().unwrap_or(-1));
    match desk.visit.app.at_desk(move |d| act(d, &author, id)).await {
        Some(Err(refusal)) => {
            let complaint = desk.complaint(refusal)?;
            respond(&desk, Some(complaint)).await
        }
        done => {
            let code = desk.done(done)?.code;
            let place = match sent.value("from") {
                "lesson" => format!("{}?done={word}#h-jobs", Tab::Description.rest(code)),
                _ => format!("/teach/jobs?done={word}"),
            };
            Ok(see(&desk.visit, &place))
        }
    }
}

/// Makes everything of a lesson's recording anew.
pub async fn make_all(desk: Desk) -> Result<Response, Refused> {
    let (author, code) = (desk.author(), desk.code()?);
    let made = desk
        .visit
        .app
        .at_desk(move |d| d.make_jobs(&author, code, &[]));
    desk.done(made.await)?;
    Ok(see(
        &desk.visit,
        &format!("/teach/jobs?lesson={code}&done=retry"),
    ))
}
