//! `/{lang}/lti/pick/{ticket}/l/{code}`: a lesson before a teacher chooses it, and where it shall begin: `?t=12:30`.

use ::http::StatusCode;
use askama::Template;
use axum::response::Response;

use super::frame::{Post, Top, laid_out};
use super::item::{item, line};
use super::moment;
use super::picker::{Picker, Place, Trouble};
use crate::catalogue::{Lesson, Vocabulary};
use crate::pages::embed::framed_video;
use crate::pages::error::{Instead, Missing};
use crate::pages::lesson::{spoken, waits};
use crate::pages::lesson_reach::reach_by_code;
use crate::pages::lesson_stage::Stage;
use crate::pages::lesson_ways::Ways;
use crate::pages::page::{Crumb, Page};
use crate::pages::section::foreign;
use crate::units::{Code, Millis};

#[derive(Template)]
#[template(path = "lti/preview.html")]
struct Preview {
    page: Page,
    top: Top,
    title: String,
    /// Of the title.
    lang: Option<String>,
    /// Grade, subject and length.
    line: String,
    description: Option<String>,
    stage: Stage,
    /// Where the form that chooses a beginning leads; `None`: nothing plays.
    here: Option<String>,
    kept: Vec<(&'static str, String)>,
    /// The beginning as it was typed.
    typed: String,
    /// What is wrong with it.
    complaint: Option<String>,
    /// From when on pupils see it.
    starts: Option<String>,
    add: Post,
}

/// A lesson before it is chosen.
pub async fn show(picker: Picker) -> Response {
    picker.answer(preview(&picker).await)
}

async fn preview(picker: &Picker) -> Result<(StatusCode, Preview), Trouble> {
    let visit = &picker.visit;
    let code: Code = match visit.part("code").parse() {
        Ok(code) => code,
        Err(_) => return Err(Trouble::Instead(Instead::Missing(Missing::Lesson))),
    };
    let (lesson, waits) = reach_by_code(visit, code, waits).await?;
    let vocabulary = visit.app.vocabulary().await.map_err(Instead::from)?;
    let typed = visit.asked("t").unwrap_or_default().trim().to_owned();
    let start = beginning(&typed, &lesson);
    let items = [item(visit, &vocabulary, &lesson, start.ok().flatten())];
    let (top, add) = (picker.top().await?, picker.post(&items).await?);
    let mut page = Preview::new(
        picker,
        &vocabulary,
        &lesson,
        waits,
        start.ok().flatten(),
        (top, add),
    );
    let status = match start {
        Ok(_) => StatusCode::OK,
        Err(()) => {
            let language = visit.language;
            let length = lesson.recording.as_ref().map_or(Millis(0), |r| r.duration);
            let shown: String = typed.chars().take(40).collect();
            let said = [
                ("typed", shown.into()),
                ("length", length.clock_face().into()),
            ];
            page.complaint = Some(language.with("lti-start-wrong", &said));
            StatusCode::BAD_REQUEST
        }
    };
    page.typed = match start {
        Ok(Some(start)) => Millis(start * 1000).clock_face(),
        _ => typed,
    };
    Ok((status, page))
}

/// Where a lesson shall begin, in seconds; `Err`: not at what was typed.
fn beginning(typed: &str, lesson: &Lesson) -> Result<Option<u64>, ()> {
    if typed.is_empty() {
        return Ok(None);
    }
    let seconds = moment::seconds(typed).ok_or(())?;
    let long = lesson
        .recording
        .as_ref()
        .map_or(0, |r| r.duration.whole_seconds());
    match seconds {
        0 => Ok(None),
        seconds if seconds < long => Ok(Some(seconds)),
        _ => Err(()),
    }
}

impl Preview {
    fn new(
        picker: &Picker,
        vocabulary: &Vocabulary,
        lesson: &Lesson,
        waits: bool,
        start: Option<u64>,
        (top, add): (Top, Post),
    ) -> Self {
        let visit = &picker.visit;
        let language = visit.language;
        let d = &lesson.description;
        let place = Place::of(visit);
        let ways = Ways::new(language, visit.place(), lesson, None, start);
        let stage = Stage::new(visit, vocabulary, lesson, &ways, waits);
        let mut page = laid_out(visit, &d.title);
        page.crumbs = vec![Crumb::link(
            language.text("lti-back"),
            picker.path("", &place),
        )];
        let bare = Place {
            asked: place.asked.but(super::list::clear),
            after: None,
        };
        let plays = matches!(stage, Stage::Video(_));
        Self {
            page,
            top,
            title: d.title.clone(),
            lang: foreign(language, Some(spoken(vocabulary, lesson))),
            line: line(visit, vocabulary, lesson),
            description: d.description.clone(),
            stage: match stage {
                Stage::Video(video) => Stage::Video(framed_video(video, None)),
                other => other,
            },
            here: plays.then(|| picker.path(&format!("/l/{}", lesson.code), &bare)),
            kept: place.fields(),
            typed: String::new(),
            complaint: None,
            starts: start.map(|start| {
                let face = Millis(start * 1000).clock_face();
                language.with("lti-starts", &[("start", face.into())])
            }),
            add,
        }
    }
}
