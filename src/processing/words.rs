//! The job "words": captions that the recording brings along, as text or as teletext.
//!
//! Subtitles that are pictures are not read. ffmpeg writes what it finds as WebVTT, and what comes of that is what
//! `captions` makes of it, as with a file of a teacher's: whatever the recording's maker put there, only captions
//! are served.

use std::fs;
use std::path::{Path, PathBuf};

use super::facts::{Facts, SubtitleFacts, SubtitleKind, bcp47};
use super::ffmpeg::{self, Line};
use super::nothing::Nothing;
use super::task::{Outcome, Product, Task, TaskError, Watch, output};
use crate::captions;
use crate::catalogue::Role;

/// Languages that are taken: a film's disc has dozens, which no lesson has.
const MOST_LANGUAGES: usize = 16;

/// Subtitles that are taken, and the language that they are in.
struct Taken<'a> {
    subtitles: &'a SubtitleFacts,
    language: String,
    /// What ffmpeg writes.
    raw: PathBuf,
}

/// Takes them out of the recording.
pub(super) fn run(task: &Task, watch: &dyn Watch) -> Result<Outcome, TaskError> {
    let facts = task.known()?;
    let taken = choose(task, facts);
    let Some((first, more)) = taken.split_first() else {
        return Ok(Outcome::nothing(Nothing::NoSubtitles, watch));
    };
    let all = extract(task, facts, &taken, watch);
    if let Err(TaskError::Failed(why) | TaskError::Hopeless(why)) = all {
        // One that cannot be read keeps nobody from the others.
        watch.log(&format!("{why}; each is tried alone"));
        for one in [first].into_iter().chain(more) {
            match extract(task, facts, std::slice::from_ref(one), watch) {
                Err(TaskError::Failed(why) | TaskError::Hopeless(why)) => {
                    watch.log(&format!("{}: {why}", one.language));
                }
                other => other?,
            }
        }
    } else {
        all?;
    }
    let mut products = Vec::new();
    for one in &taken {
        let read = fs::metadata(&one.raw).is_ok_and(|found| found.len() > 0);
        let product = match read {
            true => rewritten(&one.raw, &one.language)?,
            false => Err("ffmpeg wrote none".to_owned()),
        };
        match product {
            Ok(product) => products.push(product),
            Err(why) => watch.log(&format!("no captions ({}): {why}", one.language)),
        }
    }
    if products.is_empty() {
        return Ok(Outcome::nothing(Nothing::NoWords, watch));
    }
    for (position, product) in (0..).zip(&mut products) {
        product.position = position;
    }
    Ok(Outcome {
        products,
        ..Outcome::default()
    })
}

/// Those that can be read, one of each language: those first that say theirs. Who says none speaks the lesson's.
fn choose<'a>(task: &Task, facts: &'a Facts) -> Vec<Taken<'a>> {
    let mut found: Vec<&SubtitleFacts> = facts
        .subtitles
        .iter()
        .filter(|s| s.kind != SubtitleKind::Bitmap)
        .collect();
    let said = |subtitles: &SubtitleFacts| {
        let code = subtitles.language.as_deref();
        code.and_then(bcp47).map(str::to_owned)
    };
    found.sort_by_key(|subtitles| said(subtitles).is_none());
    let mut taken: Vec<Taken<'_>> = Vec::new();
    for subtitles in found {
        let Some(language) = said(subtitles).or_else(|| task.language.clone()) else {
            continue;
        };
        let is_new = taken.iter().all(|other| other.language != language);
        if is_new && taken.len() < MOST_LANGUAGES {
            let raw = output(task, &format!("stream-{}.vtt", subtitles.stream));
            taken.push(Taken {
                subtitles,
                language,
                raw,
            });
        }
    }
    taken
}

/// Writes all of `taken` in one reading of the recording.
fn extract(
    task: &Task,
    facts: &Facts,
    taken: &[Taken<'_>],
    watch: &dyn Watch,
) -> Result<(), TaskError> {
    let mut line = Line::new();
    for one in taken {
        let n = one.subtitles.stream;
        if one.subtitles.kind == SubtitleKind::Teletext {
            // Pages of news and weather are none of it; and a page is shown until the next one, which nothing says.
            line.words(&format!(
                "-txt_format:{n} text -txt_page:{n} subtitle -fix_sub_duration:{n}"
            ));
        }
    }
    line.input(&task.source);
    for one in taken {
        line.words(&format!(
            "-map 0:{} -c:s webvtt -f webvtt",
            one.subtitles.stream
        ))
        .file(&one.raw);
    }
    // Picture and sound are read along and thrown away: of a recording off air, ffmpeg begins to count where the first
    // of all that is read begins, which must be where the lesson does.
    for stream in [
        facts.video.as_ref().map(|video| video.stream),
        facts.sounds.first().map(|sound| sound.stream),
    ]
    .into_iter()
    .flatten()
    {
        line.words(&format!("-map 0:{stream} -c copy -f null -"));
    }
    ffmpeg::run(task, &line, facts.duration, (0, 1000), watch)
}

/// What `raw` says, written anew. The inner error says why it is no captions.
pub(super) fn rewritten(raw: &Path, language: &str) -> Result<Result<Product, String>, TaskError> {
    let bytes = fs::metadata(raw)?.len();
    if bytes > captions::MAX_BYTES as u64 {
        let most = captions::MAX_BYTES;
        return Ok(Err(format!("{bytes} bytes, {most} are allowed")));
    }
    let parsed = match captions::read(&fs::read(raw)?) {
        Ok(parsed) => parsed,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let path = raw.with_extension("captions.vtt");
    fs::write(&path, captions::write(&parsed.captions))?;
    Ok(Ok(Product {
        path,
        role: Role::Captions,
        extension: "vtt",
        mime: "text/vtt; charset=utf-8",
        quality: None,
        size: None,
        duration: None,
        start: None,
        language: Some(language.to_owned()),
        position: 0,
    }))
}
