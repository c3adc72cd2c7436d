//! The job "slides": the lesson as its slides, for a page that costs little more than the sound.

mod find;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::PathBuf;

use self::find::{Finder, Found};
use super::frames::{self, Footage, Format, Frame, Strip, each_gray, fitted, frame_at, weight};
use super::nothing::Nothing;
use super::task::{Outcome, Product, Task, TaskError, Watch, output};
use crate::catalogue::Role;
use crate::units::Millis;

/// How often a recording is looked at.
const EVERY: Millis = Millis(500);
/// Pixels of a slide, at most.
const LARGEST: (u32, u32) = (960, 720);
/// Bytes of all slides of a recording in one format, as a browser loads them: some for any recording, and some for every
/// minute. Twenty minutes come to 290 kB, which with sound of 24 kbit/s (3.7 MB) stays below 4 MB.
const BUDGET: (u64, u64) = (100_000, 9_500);
/// Slides of a recording, at most: some for any recording, some for every two minutes, and never more than the last.
const MOST: (u64, u64, u64) = (12, 3, 400);
/// How far before its moment a frame is looked for where pictures come seldom.
const BACK: Millis = Millis(15_000);
/// Widths, and qualities of WebP, that are tried, the best first.
const WEBP: [(u32, u8); 8] = [
    (960, 75),
    (960, 60),
    (800, 55),
    (640, 55),
    (640, 40),
    (560, 30),
    (480, 25),
    (400, 10),
];
/// Widths, and quantisers of JPEG.
const JPEG: [(u32, u8); 8] = [
    (960, 4),
    (960, 7),
    (800, 8),
    (640, 8),
    (640, 13),
    (480, 13),
    (480, 20),
    (400, 31),
];

/// Finds the slides, and stores each as WebP and as JPEG; nothing of a recording without a picture.
pub(super) fn run(task: &Task, watch: &dyn Watch) -> Result<Outcome, TaskError> {
    let (Some((video, duration)), Some(source)) = (frames::picture(task)?, Footage::source(task)?)
    else {
        return Ok(Outcome::nothing(Nothing::NoPicture, watch));
    };
    let small = Footage::narrow(task);
    let look = small.as_ref().unwrap_or(&source);
    let mut found = find(task, look, duration, watch)?;
    let size = fitted((video.width, video.height), LARGEST);
    let mut strip = Strip::new(task, size)?;
    // Of each slide the frame of the strip; a slide that comes back has its earlier frame.
    let mut places: Vec<Option<usize>> = Vec::new();
    let count = found.len().max(1);
    for (n, slide) in found.iter().enumerate() {
        watch.progress((500 + n * 400 / count) as u32);
        let earlier = slide.again.and_then(|earlier| places[earlier]);
        let place = match earlier {
            Some(place) => Some(place),
            None => match frame_of(task, slide, (&source, small.as_ref()), size, watch)? {
                Some(frame) => {
                    strip.add(&frame)?;
                    Some(strip.len() - 1)
                }
                None => None,
            },
        };
        places.push(place);
    }
    let mut kept = places.iter().map(Option::is_some);
    found.retain(|_| kept.next().unwrap_or(false));
    let places: Vec<usize> = places.into_iter().flatten().collect();
    if found.is_empty() {
        return Err(TaskError::Hopeless(
            "no frame of its picture could be decoded".into(),
        ));
    }
    let mut products = Vec::new();
    let budget = BUDGET.0 + BUDGET.1 * duration.0 / 60_000;
    let webp = WEBP.map(|(width, quality)| (width, Format::Webp(quality)));
    let jpeg = JPEG.map(|(width, quantiser)| (width, Format::Jpeg(quantiser)));
    for steps in [webp, jpeg] {
        let stored = within(budget, task, &strip, &places, &steps, watch)?;
        products.extend(named(task, &found, &places, stored)?);
    }
    Ok(Outcome {
        products,
        ..Outcome::default()
    })
}

/// Looks the recording through.
fn find(
    task: &Task,
    footage: &Footage,
    duration: Millis,
    watch: &dyn Watch,
) -> Result<Vec<Found>, TaskError> {
    let minutes = duration.0.div_ceil(60_000);
    let most = (MOST.0 + MOST.1 * minutes / 2).min(MOST.2) as usize;
    let mut finder = Finder::new(most);
    let span = (EVERY, duration);
    // Nobody else made this one's keyframes.
    let sparse = footage.is_source();
    each_gray(task, footage, span, sparse, watch, &mut |at, gray| {
        finder.see(at, gray);
        watch.progress((at.0 * 500 / duration.0.max(1)).min(500) as u32);
    })?;
    let found = finder.end(duration);
    watch.log(&format!("{} slides", found.len()));
    Ok(found)
}

/// A slide's frame, from the source unless that leads astray.
fn frame_of(
    task: &Task,
    slide: &Found,
    (source, small): (&Footage, Option<&Footage>),
    size: (u32, u32),
    watch: &dyn Watch,
) -> Result<Option<Frame>, TaskError> {
    let right = |frame: &Frame| frame.gray().is_some_and(|gray| slide.looks_like(&gray));
    let mut any = None;
    for (footage, back) in [(source, Millis(0)), (source, BACK)] {
        if let Some(frame) = frame_at(task, footage, (slide.at, back), size, watch)? {
            if right(&frame) {
                return Ok(Some(frame));
            }
            any.get_or_insert(frame);
        }
    }
    if let Some(small) = small
        && let Some(frame) = frame_at(task, small, (slide.at, Millis(0)), size, watch)?
    {
        watch.log("the source has another picture there: it is taken from the small one");
        return Ok(Some(frame));
    }
    Ok(any)
}

/// Stores the strip in the best of these widths and qualities of which all slides that a page loads fit into the budget:
/// one that comes back counts again.
fn within(
    budget: u64,
    task: &Task,
    strip: &Strip,
    places: &[usize],
    steps: &[(u32, Format)],
    watch: &dyn Watch,
) -> Result<Stored, TaskError> {
    let mut stored = None;
    for (width, format) in steps.iter().copied() {
        let size = fitted(strip.size(), (width, width * LARGEST.1 / LARGEST.0));
        let filters = format!("scale={}:{}", size.0, size.1);
        let files = strip.store(task, ("slide", strip.len()), (format, &filters), watch)?;
        let bytes = weight(places.iter().map(|place| &files[*place]))?;
        watch.log(&format!(
            "{bytes} bytes of {budget}, as {format:?} {size:?}"
        ));
        stored = Some(Stored {
            files,
            size,
            format,
        });
        if bytes <= budget {
            break;
        }
    }
    stored.ok_or_else(|| TaskError::Failed("no quality was tried".into()))
}

/// All frames of a strip in one format.
struct Stored {
    files: Vec<PathBuf>,
    size: (u32, u32),
    format: Format,
}

/// A file for each slide. One that comes back has the same bytes under a name of its own, which the store keeps once.
fn named(
    task: &Task,
    found: &[Found],
    places: &[usize],
    stored: Stored,
) -> Result<Vec<Product>, TaskError> {
    let extension = stored.format.extension();
    let mut products: Vec<Product> = Vec::new();
    for ((position, slide), place) in (0..).zip(found).zip(places) {
        let mut path = stored.files[*place].clone();
        if products.iter().any(|product| product.path == path) {
            let again = output(task, &format!("slide-again-{position}.{extension}"));
            fs::copy(&path, &again)?;
            path = again;
        }
        products.push(Product {
            path,
            role: Role::Slide,
            extension,
            mime: stored.format.mime(),
            quality: None,
            size: Some(stored.size),
            duration: None,
            start: Some(if position == 0 {
                Millis(0)
            } else {
                slide.start
            }),
            language: None,
            position,
        });
    }
    Ok(products)
}
