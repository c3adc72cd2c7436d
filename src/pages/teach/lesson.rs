//! `/teach/lessons/{code}`: where a lesson stands, and what it says of itself.

use ::http::StatusCode;
use askama::Template;
use axum::response::Response;

use super::job_view::Made;
use super::lesson_form::{Filled, Form, Trouble, Widget};
use super::lesson_nav::{LessonNav, Refused, Tab};
use super::{Desk, Frame, jobs, see};
use crate::auth::permission::Act;
use crate::catalogue::{Lesson, Stands, Upload, UploadState, Visibility};
use crate::clock::UnixMillis;
use crate::desk::{self, ConflictError, Mine};
use crate::http::fields::Fields as Sent;
use crate::http::problem::Problem;
use crate::pages::assets;
use crate::pages::page::path;
use crate::processing::Verdict;
use crate::units::Code;
use crate::upload::Refusal;
use crate::words::{self, Language};

#[derive(Template)]
#[template(path = "teach/lesson.html")]
struct LessonPage {
    page: Frame,
    tabs: LessonNav,
    code: Code,
    owners: String,
    stands: Standing,
    addresses: Addresses,
    recording: RecordingView,
    /// What is unusual about it.
    verdicts: Vec<String>,
    /// What is being made of it.
    made: Option<Made>,
    uploads: Vec<String>,
    /// Where its recording is uploaded.
    upload: Option<String>,
    action: String,
    /// The state in which the lesson is seen here.
    version: i64,
    may_edit: bool,
    /// The form is to be mended: it comes first.
    troubled: bool,
    /// Who has changed it meanwhile.
    changed: Option<String>,
    form: Form,
}

/// Where it stands, and what can be done about that.
struct Standing {
    word: &'static str,
    name: String,
    text: String,
    /// What readers of a withdrawn lesson are told.
    reason: Option<String>,
    /// Where it is said who may see it, and what can be said there.
    set: String,
    choices: Vec<Seen>,
    /// Publishing is for others.
    waits: bool,
    withdraw: Option<String>,
    reinstate: Option<String>,
    delete: Option<String>,
}

/// A visibility that can be chosen.
struct Seen {
    value: &'static str,
    name: String,
    text: String,
    /// What most people want next.
    first: bool,
}

struct Addresses {
    /// The pupils' page in the language of this one.
    page: String,
    /// Absolute, to be copied: it leads to every reader's language.
    permanent: String,
}

/// What there is to watch.
enum RecordingView {
    None,
    Some {
        facts: String,
        state: String,
        watchable: bool,
    },
}

/// The lesson's page.
pub async fn show(desk: Desk) -> Result<Response, Refused> {
    let mine = desk.lesson().await?;
    let filled = Filled::of(&mine.lesson.description, &desk.visit.app.zone);
    page(&desk, StatusCode::OK, mine, &filled, Told::default()).await
}

/// What came of saving.
#[derive(Default)]
struct Told<'a> {
    trouble: Trouble<'a>,
    changed: Option<String>,
    complaint: Option<String>,
}

async fn page(
    desk: &Desk,
    status: StatusCode,
    mine: Mine,
    filled: &Filled,
    told: Told<'_>,
) -> Result<Response, Refused> {
    let visit = &desk.visit;
    let language = visit.language;
    let vocabulary = desk.vocabulary().await?;
    let id = mine.lesson.id;
    let uploads = visit.app.catalogue.read(move |c| c.uploads_for(id)).await;
    let uploads = desk.read(uploads)?;
    let about = mine.lesson.clone();
    let verdicts = visit.app.catalogue.read(move |c| Verdict::about(c, &about));
    let verdicts = desk.read(verdicts.await)?;
    let made = match mine.lesson.recording {
        Some(_) => Some(desk.made(mine.lesson.code).await?),
        None => None,
    };
    let (lesson, own) = (&mine.lesson, Tab::Description.rest(mine.lesson.code));
    let mut frame = desk
        .frame(&lesson.description.title, &own)
        .complaining(told.complaint);
    if status == StatusCode::OK {
        frame.notice = notice(desk);
    }
    frame.base.script = assets::Script::Jobs.url().filter(|_| made.is_some());
    let upload = format!("/teach/upload?lesson={}", lesson.code);
    let page = LessonPage {
        page: frame,
        tabs: LessonNav::new(language, &vocabulary, lesson, Tab::Description),
        code: lesson.code,
        owners: mine.owners.join(", "),
        stands: Standing::new(language, &mine),
        addresses: Addresses {
            page: path(language, &format!("/l/{}", lesson.code)),
            permanent: visit.origin().url(format_args!("/l/{}", lesson.code)),
        },
        recording: RecordingView::new(language, lesson),
        verdicts: verdicts.iter().map(|v| v.text(language)).collect(),
        made,
        uploads: uploads.iter().map(|u| under_way(language, u)).collect(),
        upload: mine.may(Act::Edit).then(|| path(language, &upload)),
        action: path(language, &own),
        version: lesson.updated.0,
        may_edit: mine.may(Act::Edit),
        troubled: status != StatusCode::OK,
        changed: told.changed,
        form: Form::new(language, &vocabulary, filled, &told.trouble),
    };
    Ok(desk.send(status, &page))
}

/// What was done, where the address says it.
fn notice(desk: &Desk) -> Option<String> {
    let language = desk.visit.language;
    if let Some(of_jobs) = jobs::notice(desk) {
        return Some(of_jobs);
    }
    Some(match desk.visit.asked("done")? {
        "begun" => language.text("desk-begun"),
        "public" => language.text("desk-published"),
        "unlisted" => language.text("desk-unlisted"),
        "withdrawn" => language.text("desk-withdrawn"),
        "reinstated" => language.text("desk-reinstated"),
        _ => language.text("teach-saved"),
    })
}

/// Saves what the form says.
pub async fn save(desk: Desk, sent: Sent) -> Result<Response, Refused> {
    let mine = desk.lesson().await?;
    let zone = &desk.visit.app.zone;
    let before = Filled::of(&mine.lesson.description, zone);
    let filled = Filled::sent(&sent, &before);
    // A form that does not say what it saw has seen nothing.
    let seen = UnixMillis(sent.value("version").parse().unwrap_or_default());
    let (author, code) = (desk.author(), mine.lesson.code);
    let said = filled.said_anew(&before);
    let saving = desk.visit.app.at_desk(move |d| {
        let saved = d.edit(&author, code, said, Some(seen));
        saved.map(|_| ())
    });
    let saved = see(
        &desk.visit,
        &format!("{}?done=1", Tab::Description.rest(code)),
    );
    let refusal = match saving.await {
        Some(Err(refusal)) => refusal,
        done => return desk.done(done).map(|()| saved),
    };
    match refusal {
        desk::Error::Fields(wrong) => {
            let trouble = Trouble {
                wrong: &wrong,
                now: None,
            };
            let told = Told {
                trouble,
                ..Told::default()
            };
            page(&desk, StatusCode::UNPROCESSABLE_ENTITY, mine, &filled, told).await
        }
        desk::Error::Conflict(ConflictError::Changed { by }) => {
            let mine = desk.lesson().await?;
            let now = Filled::of(&mine.lesson.description, zone);
            if now == filled {
                return Ok(saved);
            }
            let told = Told {
                trouble: Trouble {
                    wrong: &[],
                    now: Some(&now),
                },
                changed: Some(who_changed(&desk, by.as_deref())),
                complaint: None,
            };
            let refusal = desk::Error::from(ConflictError::Changed { by });
            page(&desk, Problem::from(refusal).status(), mine, &filled, told).await
        }
        desk::Error::OutOfScope => {
            let told = Told {
                complaint: Some(desk.visit.language.text("desk-out-of-scope")),
                ..Told::default()
            };
            page(&desk, StatusCode::FORBIDDEN, mine, &filled, told).await
        }
        other => Err(desk.refused(other).into()),
    }
}

fn who_changed(desk: &Desk, by: Option<&str>) -> String {
    let language = desk.visit.language;
    match by {
        Some(name) if name == desk.actor.name => language.text("desk-changed-by-you"),
        Some(name) => language.with("desk-changed", &[("name", name.into())]),
        None => {
            let name = language.text("teach-command-line");
            language.with("desk-changed", &[("name", name.into())])
        }
    }
}

impl Standing {
    fn new(language: Language, mine: &Mine) -> Self {
        let lesson = &mine.lesson;
        let (visibility, withdrawn) = (lesson.description.visibility, lesson.withdrawn.as_ref());
        let stands = Stands::of(visibility, withdrawn.is_some());
        let about = [("stands", stands.as_str().into())];
        let own = Tab::Description.rest(lesson.code);
        let action = |name: &str| path(language, &format!("{own}/{name}"));
        let may = |act| mine.may(act);
        let takes_back = may(Act::Withdraw) && visibility != Visibility::Draft;
        Self {
            word: stands.as_str(),
            name: language.with("teach-stands", &about),
            text: language.with("desk-stands", &about),
            reason: withdrawn.map(|w| w.reason.clone()),
            set: action("visibility"),
            choices: match may(Act::Publish) && withdrawn.is_none() {
                true => choices(language, visibility),
                false => Vec::new(),
            },
            waits: stands == Stands::Draft && !may(Act::Publish),
            withdraw: (takes_back && withdrawn.is_none()).then(|| action("withdraw")),
            reinstate: (may(Act::Withdraw) && withdrawn.is_some()).then(|| action("reinstate")),
            delete: may(Act::DeleteDraft).then(|| action("delete")),
        }
    }
}

/// Who else may see a lesson than those who may now.
fn choices(language: Language, now: Visibility) -> Vec<Seen> {
    let all = [Visibility::Public, Visibility::Unlisted];
    let other = all.into_iter().filter(|v| *v != now);
    let seen = |visibility: Visibility| {
        let about = [("visibility", visibility.as_str().into())];
        Seen {
            value: visibility.as_str(),
            name: language.with("desk-make", &about),
            text: language.with("desk-make-text", &about),
            first: visibility == Visibility::Public,
        }
    };
    other.map(seen).collect()
}

impl RecordingView {
    fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    fn new(language: Language, lesson: &Lesson) -> Self {
        let (Some(recording), Some(source)) = (&lesson.recording, lesson.source()) else {
            return Self::None;
        };
        let mut facts = vec![
            language.count("desk-edition", recording.edition.into()),
            language.count("minutes", recording.duration.about_minutes()),
            words::size(language, source.file.bytes),
        ];
        facts.push(match recording.size {
            Some((width, height)) => format!("{width}\u{a0}×\u{a0}{height}"),
            None => language.text("sound-only"),
        });
        if !recording.has_sound {
            facts.push(language.text("silent"));
        }
        let watchable = lesson.played().is_some();
        Self::Some {
            facts: facts.join(" · "),
            state: match watchable {
                true => language.text("desk-watchable"),
                false => language.text("desk-unplayable"),
            },
            watchable,
        }
    }
}

/// How far an upload has come.
fn under_way(language: Language, upload: &Upload) -> String {
    match (upload.state, &upload.error) {
        (UploadState::Uploading, _) => {}
        (UploadState::Failed, Some(why)) => {
            let why = Refusal::read(why).text(language);
            return language.with("desk-upload-failed", &[("why", why.into())]);
        }
        _ => return language.text("desk-upload-waits"),
    }
    let here = words::size(language, upload.offset);
    match upload.length {
        Some(length) => language.with(
            "desk-upload",
            &[
                ("here", here.into()),
                ("length", words::size(language, length).into()),
            ],
        ),
        None => language.with("desk-upload-open", &[("here", here.into())]),
    }
}
