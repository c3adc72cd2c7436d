//! HTTP Live Streaming: `/l/CODE/hls/main.m3u8`, which stays, and what it names under `/media/hls/…`, which
//! never changes.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use http::header::HeaderMap;
use serde::Deserialize;

use super::files::{self, Disposition};
use super::lesson::{Asker, OfLesson, lesson};
use super::query::Asked;
use super::{media, not_found};
use crate::app::Shared;
use crate::catalogue::{Lesson, Role, StoredFile};
use crate::http::decoded::Decoded;
use crate::http::place::Place;
use crate::http::problem::Problem;
use crate::http::tagged;
use crate::http::wanted::Wanted;
use crate::mp4::{
    Captions, Hls, HlsFile, NoHls, VIEW_FORMAT, Variant, captions_playlist, main_playlist,
};
use crate::streaming::{Form, NoView};
use crate::words::Language;

/// RFC 8216 §4.
const PLAYLIST: &str = "application/vnd.apple.mpegurl";

/// The longest captions that a playlist may be asked for, in seconds.
const LONGEST: u32 = 30 * 24 * 3600;

/// `/l/CODE/hls/main.m3u8`: all qualities of the current recording that can be streamed so, its sound alone if that was
/// made, and its captions.
pub async fn main(
    State(app): State<Shared>,
    Decoded(OfLesson { code }): Decoded<OfLesson>,
    headers: HeaderMap,
    asker: Asker,
) -> Result<Response, Problem> {
    let (lesson, policy) = match lesson(&app, &code, "hls/main.m3u8", &asker).await? {
        Ok(found) => found,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let videos: Vec<StoredFile> = streamed(&lesson).cloned().collect();
    if videos.is_empty() {
        return Err(not_found());
    }
    let shared = Arc::clone(&app);
    let looked = move || {
        videos
            .into_iter()
            .map(|file| Ok((division(&shared, &file)?, file)))
            .collect()
    };
    let found: Vec<(Result<Arc<Hls>, NoHls>, StoredFile)> = files::blocking(looked).await?;
    let mut first_reason = None;
    let mut variants = Vec::new();
    for (hls, file) in found {
        match hls {
            Ok(hls) => variants.push((hls, file.file.name)),
            Err(reason) => first_reason = first_reason.or(Some(reason)),
        }
    }
    if variants.is_empty() {
        return Err(not_streamed(first_reason));
    }
    in_order(&mut variants);
    let text = write_main(&asker.place, &lesson, &variants);
    Ok(tagged::text(
        &headers,
        policy,
        &app.settings,
        PLAYLIST,
        text,
    ))
}

/// What can be streamed: the footage as it came, if browsers play it, and what was made of it, sound alone included.
fn streamed(lesson: &Lesson) -> impl Iterator<Item = &StoredFile> {
    let plays = lesson.recording.as_ref().is_some_and(|r| r.playable);
    let source = lesson.source().filter(|_| plays);
    let all = source
        .into_iter()
        .chain(lesson.files_of(Role::Rendition))
        .chain(lesson.files_of(Role::Audio));
    all.filter(|file| files::is_mp4(&file.file.mime))
}

/// The narrowest first, since players begin with the first. Sound alone comes behind all that has a picture: it is for
/// when the line carries nothing else, and nobody is to begin with a black square.
fn in_order(variants: &mut [(Arc<Hls>, String)]) {
    variants.sort_by_key(|(hls, _)| {
        let facts = hls.facts();
        (facts.stills.is_none(), facts.peak, facts.average)
    });
}

fn write_main(root: &Place, lesson: &Lesson, variants: &[(Arc<Hls>, String)]) -> String {
    let longest = variants
        .iter()
        .map(|(hls, _)| hls.micros())
        .max()
        .unwrap_or(0);
    let seconds = longest.div_ceil(1_000_000).max(1);
    let place = |name: &str, part: &str| root.media(&format!("hls/v{VIEW_FORMAT}/{name}/{part}"));
    let places: Vec<(String, String)> = variants
        .iter()
        .map(|(_, name)| (place(name, "video.m3u8"), place(name, "iframes.m3u8")))
        .collect();
    let captions: Vec<(String, String, String)> = lesson
        .files_of(Role::Captions)
        .filter_map(|file| {
            let language = file.file.language.clone()?;
            let part = format!("captions.m3u8?seconds={seconds}");
            let own = Language::from_code(&language).map(|l| l.name().to_string());
            let name = own.unwrap_or_else(|| language.clone());
            Some((place(&file.file.name, &part), name, language))
        })
        .collect();
    let variants: Vec<Variant<'_>> = variants
        .iter()
        .zip(&places)
        .map(|((hls, _), (uri, still_uri))| Variant {
            uri,
            still_uri,
            facts: hls.facts(),
        })
        .collect();
    let captions: Vec<Captions<'_>> = captions
        .iter()
        .map(|(uri, name, language)| Captions {
            uri,
            name,
            language,
            default: false,
        })
        .collect();
    main_playlist(&variants, &captions)
}

/// The parts of the address of a piece, by their names: below a link there are more of them.
#[derive(Deserialize)]
pub struct Piece {
    format: String,
    name: String,
    part: String,
}

/// `/media/hls/vFORMAT/NAME/PART`: a playlist or a piece of the file called `NAME`.
pub async fn part(
    State(app): State<Shared>,
    Decoded(Piece { format, name, part }): Decoded<Piece>,
    asker: Asker,
    wanted: Wanted,
) -> Result<Response, Problem> {
    if format != format!("v{VIEW_FORMAT}") {
        return Err(Problem::new(StatusCode::NOT_FOUND).detail(
            "streams are cut in another way now; begin again with the lesson's hls/main.m3u8",
        ));
    }
    // A playlist that was read below a link names its pieces from there: each leads on.
    let there = format!("/media/hls/{format}/{name}/{part}");
    let (file, policy) = match media::allowed(&app, &name, &asker, &there).await? {
        Ok(found) => found,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let playlist = |text| tagged::text(&wanted.headers, policy, &app.settings, PLAYLIST, text);
    match part.as_str() {
        "captions.m3u8" if file.file.role == Role::Captions => {
            let seconds = Asked::of(&asker.uri)?.number("seconds", "1200")?;
            let seconds = seconds
                .filter(|s| (1..=LONGEST).contains(s))
                .ok_or_else(|| {
                    let detail =
                        format!("seconds must be between 1 and {LONGEST}, as seconds=1200");
                    Problem::new(StatusCode::BAD_REQUEST).detail(detail)
                })?;
            let text = captions_playlist(
                &asker.place.media(&file.file.name),
                u64::from(seconds) * 1_000_000,
            );
            Ok(playlist(text))
        }
        "video.m3u8" | "iframes.m3u8" if files::is_mp4(&file.file.mime) => {
            let shared = Arc::clone(&app);
            let hls = files::blocking(move || division(&shared, &file)).await?;
            let hls = hls.map_err(|reason| not_streamed(Some(reason)))?;
            let text = match part.as_str() {
                "video.m3u8" => Some(hls.playlist()),
                _ => hls.still_playlist(),
            };
            Ok(playlist(text.ok_or_else(not_found)?))
        }
        other => {
            let piece = HlsFile::named(other).ok_or_else(not_found)?;
            let form = Form::Hls(piece);
            Ok(files::send(&app, &wanted, file, form, policy, Disposition::Inline).await)
        }
    }
}

fn division(app: &Shared, file: &StoredFile) -> Result<Result<Arc<Hls>, NoHls>, files::Trouble> {
    let (opened, _) = files::open(app, file)?;
    let division = app.views.hls(&opened, &file.file.etag);
    Ok(division.map_err(NoView::from)?)
}

fn not_streamed(reason: Option<NoHls>) -> Problem {
    let why = reason.map_or_else(|| "no MP4 of it is stored".into(), |r| r.to_string());
    Problem::new(StatusCode::NOT_FOUND).detail(format!(
        "this recording is not streamed in segments: {why}; play its video.mp4"
    ))
}
