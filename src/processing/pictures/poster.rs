//! The poster: one frame that shows what the lesson is about.

use crate::catalogue::Role;
use crate::processing::facts::VideoFacts;
use crate::processing::frames::{
    Footage, Format, Frame, Strip, each_gray, fitted, frame_at, weight,
};
use crate::processing::gray::Gray;
use crate::processing::task::{Product, Task, TaskError, Watch};
use crate::units::Millis;

/// Pixels that it has at most.
const LARGEST: (u32, u32) = (1280, 960);
/// Bytes that it has at most, if the worst quality allows: half of what a slow line loads in four seconds.
const HEAVIEST: u64 = 80_000;
/// Quantisers that are tried, the best first.
const QUANTISERS: [u8; 5] = [4, 6, 9, 13, 18];
/// No further into a recording is it looked for.
const LONGEST_LOOK: Millis = Millis(15 * 60_000);
/// How many frames are looked at.
const LOOKS: u64 = 150;
/// Frames are never looked at closer together than keyframes stand.
const CLOSEST: Millis = Millis(2000);
/// How many candidates are tried in full.
const CANDIDATES: usize = 4;

/// A frame that may become the poster.
struct Candidate {
    at: Millis,
    /// The more, the better.
    worth: f64,
}

/// Chooses a frame, the same way each time, and stores it.
pub(super) fn make(
    task: &Task,
    (video, duration): (&VideoFacts, Millis),
    (source, small): (&Footage, &Footage),
    watch: &dyn Watch,
) -> Result<Option<Product>, TaskError> {
    let long = look_for(duration);
    let every = Millis((long.0 / LOOKS).div_ceil(CLOSEST.0).max(1) * CLOSEST.0);
    // A recording of a few seconds has more than one frame too.
    let every = Millis(every.0.min((long.0 / 8).max(40)));
    let mut judge = Judge::new(duration);
    // Closer than keyframes stand, every frame is needed.
    let sparse = every >= CLOSEST;
    each_gray(
        task,
        small,
        (every, long),
        sparse,
        watch,
        &mut |at, gray| {
            judge.see(at, gray);
            watch.progress((at.0 * 500 / long.0.max(1)).min(500) as u32);
        },
    )?;
    let size = fitted((video.width, video.height), LARGEST);
    let mut chosen = None;
    for candidate in judge.best() {
        for footage in [source, small] {
            let at = (candidate.at, Millis(0));
            let Some(frame) = frame_at(task, footage, at, size, watch)? else {
                continue;
            };
            // A damaged index leads astray, and a worse frame is better than none.
            let good = frame.gray().is_some_and(|gray| !gray.is_blank());
            if good || chosen.is_none() {
                chosen = Some(frame);
            }
            if good {
                return store(task, chosen.as_ref(), watch);
            }
        }
    }
    store(task, chosen.as_ref(), watch)
}

fn store(
    task: &Task,
    frame: Option<&Frame>,
    watch: &dyn Watch,
) -> Result<Option<Product>, TaskError> {
    let Some(frame) = frame else {
        watch.log("no poster: no frame could be decoded");
        return Ok(None);
    };
    let mut strip = Strip::new(task, frame.size)?;
    strip.add(frame)?;
    let filters = format!("scale={}:{}", frame.size.0, frame.size.1);
    let mut made = None;
    for quantiser in QUANTISERS {
        let format = Format::Jpeg(quantiser);
        let files = strip.store(task, ("poster", 1), (format, &filters), watch)?;
        let fits = weight(&files)? <= HEAVIEST;
        made = files.into_iter().next();
        if fits {
            break;
        }
    }
    Ok(made.map(|path| Product {
        path,
        role: Role::Poster,
        extension: "jpg",
        mime: "image/jpeg",
        quality: None,
        size: Some(frame.size),
        duration: None,
        start: None,
        language: None,
        position: 0,
    }))
}

/// How much of a recording is looked through: its first half, and not more than a quarter of an hour; all of a short one.
fn look_for(duration: Millis) -> Millis {
    match duration.0 {
        0..60_000 => Millis(duration.0.max(1)),
        _ => Millis((duration.0 / 2).clamp(60_000, LONGEST_LOOK.0)),
    }
}

/// What comes before the lesson: a channel's clock, its name, a fade.
fn before_the_lesson(duration: Millis) -> Millis {
    match duration.0 {
        0..30_000 => Millis(0),
        30_000..300_000 => Millis(duration.0 / 15),
        _ => Millis(20_000),
    }
}

/// Judges frames, each by itself and by its neighbours.
struct Judge {
    begins: Millis,
    long: Millis,
    last: Option<(Millis, Gray)>,
    /// Of the frame before the last one: whether much of the picture changed after it.
    restless: bool,
    seen: Vec<Candidate>,
}

impl Judge {
    fn new(duration: Millis) -> Self {
        Self {
            begins: before_the_lesson(duration),
            long: look_for(duration),
            last: None,
            restless: true,
            seen: Vec::new(),
        }
    }

    fn see(&mut self, at: Millis, gray: Gray) {
        let moved = self.last.as_ref().map(|(_, last)| {
            let moved = gray.moved_since(last);
            moved.iter().filter(|moved| **moved).count() as f64 / moved.len() as f64
        });
        // In the midst of a fade or a countdown both neighbours differ.
        let restless = moved.is_some_and(|part| part > 0.5);
        if let Some((at, last)) = self.last.take() {
            self.weigh(at, &last, self.restless, moved.unwrap_or(1.0));
        }
        self.restless = restless;
        self.last = Some((at, gray));
    }

    fn weigh(&mut self, at: Millis, gray: &Gray, before: bool, moves: f64) {
        let mut worth = gray.detail() as f64;
        if gray.is_blank() {
            worth *= 0.001;
        }
        if before && moves > 0.5 {
            worth *= 0.5;
        }
        if at < self.begins {
            worth *= 0.2;
        }
        // Of frames that show as much the earlier one is the better beginning.
        worth *= 1.0 - 0.3 * at.0 as f64 / self.long.0.max(1) as f64;
        self.seen.push(Candidate { at, worth });
    }

    /// The best ones, the best first.
    fn best(mut self) -> Vec<Candidate> {
        if let Some((at, last)) = self.last.take() {
            self.weigh(at, &last, self.restless, 0.0);
        }
        self.seen.sort_by(|a, b| b.worth.total_cmp(&a.worth));
        self.seen.truncate(CANDIDATES);
        self.seen
    }
}
