//! When a lesson comes to another slide.
//!
//! A slide is a picture that stands still, outside of what moves all the time (a small picture of whoever speaks). Writing
//! that is added leaves it the same slide, which is shown when it is full: what was there is still there. Where nothing
//! stands still (a camera), the stillest and sharpest frame of each while is taken.

use crate::processing::gray::{BLOCKS, Blocks, Difference, Gray};
use crate::units::Millis;

/// Pairs of frames without a change, after which a picture stands still: a second.
const SETTLED: u32 = 2;
/// Blocks in which something moves in a picture that stands still: the point of a pen.
const FEW: usize = 6;
/// Part of the picture that changes at a cut.
const CUT: f64 = 0.7;
/// What a block's movement counts, up to which sum, and from which on the block is ignored: what moved for a while is
/// ignored for as long after that, and what changed once is not.
const MOVE: u8 = 3;
const MOST_MOVES: u8 = 60;
const LIVELY: u8 = 7;
/// What that sum loses with each frame in which nothing moves anywhere.
const CALM: u8 = 5;
/// Part of the picture that moves all the time where it is a camera's and no slide.
const CAMERA: f64 = 0.15;
/// Part of the picture that has to stand still for it to be a slide at all.
const COMPARED: f64 = 0.4;
/// Part of a slide in which nothing else is to be seen.
const SAME: f64 = 0.004;
/// Part of a slide's outlines that go when another slide comes: between it and the last, it and its beginning.
const LOST: f64 = 0.15;
const LOST_SINCE: f64 = 0.25;
/// Part that changes of a slide that has next to nothing on it.
const CHANGED: f64 = 0.05;
const NEXT_TO_NOTHING: usize = 40;
/// A slide that grows is shown as it is then, every so often.
const LONGEST_GROWTH: Millis = Millis(120_000);
/// Part of a slide that has grown since.
const GROWN: f64 = 0.02;
/// A camera's picture is shown anew every so often,
const CAMERA_WINDOW: Millis = Millis(45_000);
/// and between slides if it is seen so long.
const CAMERA_LEAST: Millis = Millis(15_000);
/// A way from one slide to the next that is part of the next.
const TRANSITION: Millis = Millis(4000);

/// A slide of the lesson.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// When the lesson comes to it.
    pub start: Millis,
    /// When it is seen best.
    pub at: Millis,
    /// Which earlier one it is.
    pub again: Option<usize>,
    picture: Gray,
    edges: Vec<bool>,
    lively: Blocks,
    camera: bool,
}

impl Found {
    /// Whether a frame shows it.
    pub(super) fn looks_like(&self, frame: &Gray) -> bool {
        let difference = frame.difference(&self.picture, &self.edges, &self.lively);
        match self.camera {
            // Between two frames of a camera in somebody's hand all outlines have moved on.
            true => difference.changed < 0.3,
            false => difference.changed < GROWN / 2.0 || difference.lost < LOST / 2.0,
        }
    }

    /// Whether it is the same as an earlier one.
    fn is(&self, earlier: &Self) -> bool {
        let ignored = if self.camera || earlier.camera {
            [false; BLOCKS]
        } else {
            either(&self.lively, &earlier.lively)
        };
        let there = self
            .picture
            .difference(&earlier.picture, &earlier.edges, &ignored);
        there.compared >= COMPARED && there.changed < SAME * 1.5
    }
}

fn either(a: &Blocks, b: &Blocks) -> Blocks {
    std::array::from_fn(|n| a[n] || b[n])
}

/// The slide that the lesson is at.
struct Open {
    slide: Found,
    /// As it was when it came.
    first: Gray,
    first_edges: Vec<bool>,
}

/// How a frame is to the slide that the lesson is at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Relation {
    Same,
    Grown,
    Other,
}

impl Open {
    fn new(start: Millis, at: Millis, picture: Gray, lively: Blocks) -> Self {
        let edges = picture.edges();
        Self {
            first: picture.clone(),
            first_edges: edges.clone(),
            slide: Found {
                start,
                at,
                again: None,
                picture,
                edges,
                lively,
                camera: false,
            },
        }
    }

    fn relation(&self, frame: &Gray, lively: &Blocks) -> Relation {
        let ignored = either(lively, &self.slide.lively);
        let now = frame.difference(&self.slide.picture, &self.slide.edges, &ignored);
        if now.compared < COMPARED || self.slide.picture.outlined(&ignored) > 1.0 - COMPARED {
            return Relation::Other;
        }
        if now.changed < SAME {
            return Relation::Same;
        }
        let outlines = self.slide.edges.iter().filter(|edge| **edge).count();
        let since = frame.difference(&self.first, &self.first_edges, &ignored);
        let gone = now.lost > LOST || since.lost > LOST_SINCE;
        match gone || (outlines < NEXT_TO_NOTHING && now.changed > CHANGED) {
            true => Relation::Other,
            false => Relation::Grown,
        }
    }

    fn grown_since(&self, frame: &Gray, lively: &Blocks) -> Difference {
        let ignored = either(lively, &self.slide.lively);
        frame.difference(&self.first, &self.first_edges, &ignored)
    }
}

/// A frame that may stand for a while in which nothing stands still.
struct Candidate {
    at: Millis,
    picture: Gray,
    worth: f64,
}

/// Sees a lesson frame by frame, one every half second.
pub(super) struct Finder {
    most: usize,
    last: Option<(Millis, Gray)>,
    moves: [u8; BLOCKS],
    /// Part of the picture that moved between the last two frames.
    moving: f64,
    still: u32,
    /// Since when the picture stands still, if it does.
    still_since: Millis,
    /// Since when nothing moves anywhere, if it is so.
    rests_since: Option<Millis>,
    open: Option<Open>,
    /// Since when the picture is no slide that is known.
    astray: Option<Millis>,
    best: Option<Candidate>,
    /// The best while the picture stands still, which may be the next slide's beginning.
    resting: Option<Candidate>,
    /// The best of all, for a recording in which nothing else is found.
    any: Option<Candidate>,
    found: Vec<Found>,
}

impl Finder {
    /// Of a lesson that may have so many slides.
    pub(super) fn new(most: usize) -> Self {
        Self {
            most: most.max(1),
            last: None,
            moves: [0; BLOCKS],
            moving: 0.0,
            still: 0,
            still_since: Millis(0),
            rests_since: None,
            open: None,
            astray: None,
            best: None,
            resting: None,
            any: None,
            found: Vec::new(),
        }
    }

    /// The next frame.
    pub(super) fn see(&mut self, at: Millis, gray: Gray) {
        let moving = self.move_on(&gray);
        let lively = self.moves.map(|sum| sum >= LIVELY);
        if let Some((then, last)) = self.last.take() {
            self.judge(then, &last, self.moving.max(moving));
            self.last = Some((then, last));
        }
        self.moving = moving;
        if gray.is_blank() {
            self.still = 0;
            if self.open.is_some() {
                self.astray.get_or_insert(at);
            }
        } else {
            self.follow(at, &gray, &lively);
        }
        self.last = Some((at, gray));
        if self.found.len() > 2 * self.most {
            self.thin_out(self.most, at);
        }
    }

    /// Notes what moves. Part of the picture that does.
    fn move_on(&mut self, gray: &Gray) -> f64 {
        let Some((then, last)) = &self.last else {
            return 0.0;
        };
        let moved = gray.moved_since(last);
        let count = |blocks: &Blocks| blocks.iter().filter(|block| **block).count();
        let moving = count(&moved) as f64 / BLOCKS as f64;
        if moving > CUT && self.moving <= CUT / 2.0 {
            // Whatever moved before has nothing to do with what is to be seen now.
            self.moves = [0; BLOCKS];
        } else {
            // Where all is still at last, a camera gave way to a slide.
            let calms = if count(&moved) <= FEW / 2 { CALM } else { 1 };
            for (sum, moved) in self.moves.iter_mut().zip(moved) {
                *sum = match moved {
                    true => (*sum + MOVE).min(MOST_MOVES),
                    false => sum.saturating_sub(calms),
                };
            }
        }
        let lively = self.moves.map(|sum| sum >= LIVELY);
        let strange = (0..BLOCKS).filter(|n| moved[*n] && !lively[*n]).count();
        match count(&moved) <= FEW {
            false => self.rests_since = None,
            true => _ = self.rests_since.get_or_insert(*then),
        }
        let calm = strange <= FEW
            && (count(&lively) as f64) < (1.0 - COMPARED) * BLOCKS as f64
            && gray.outlined(&lively) < 1.0 - COMPARED;
        if !calm {
            self.still = 0;
        } else {
            if self.still == 0 {
                self.still_since = self.rests_since.unwrap_or(*then);
            }
            self.still += 1;
        }
        moving
    }

    /// Keeps the best frame; that something moved before or after it makes it worse.
    fn judge(&mut self, at: Millis, gray: &Gray, moving: f64) {
        let blank = gray.is_blank();
        let worth = gray.detail() as f64 / (1.0 + 4.0 * moving) * if blank { 0.001 } else { 1.0 };
        let keep = |place: &mut Option<Candidate>| {
            if place.as_ref().is_none_or(|best| best.worth < worth) {
                *place = Some(Candidate {
                    at,
                    picture: gray.clone(),
                    worth,
                });
            }
        };
        keep(&mut self.any);
        if self.rests_since.is_none() {
            self.take_resting();
        }
        if !blank {
            keep(match self.rests_since {
                None => &mut self.best,
                Some(_) => &mut self.resting,
            });
        }
    }

    /// What stood still for a moment was no slide.
    fn take_resting(&mut self) {
        if let Some(resting) = self.resting.take()
            && self
                .best
                .as_ref()
                .is_none_or(|best| best.worth < resting.worth)
        {
            self.best = Some(resting);
        }
    }

    /// Begins to look for the best frame anew.
    fn forget(&mut self) {
        self.best = None;
        self.resting = None;
    }

    fn follow(&mut self, at: Millis, gray: &Gray, lively: &Blocks) {
        let settled = self.still >= SETTLED;
        let relation = match &self.open {
            None => Relation::Other,
            Some(open) => open.relation(gray, lively),
        };
        if relation != Relation::Other {
            self.astray = None;
            self.stay(at, gray, lively, (settled, relation));
            return;
        }
        if self.astray.is_none() {
            self.astray = Some(if self.found.is_empty() && self.open.is_none() {
                Millis(0)
            } else {
                at
            });
            self.forget();
        }
        let left = self.astray.unwrap_or(at);
        if settled {
            self.close();
            let since = self.still_since.max(left);
            let way = Millis(since.0 - left.0);
            let mut start = if way <= TRANSITION { left } else { since };
            if way >= CAMERA_LEAST && self.show_best(left) {
                start = since;
            }
            self.begin(start, at, gray, lively);
        } else if at.0 - left.0 >= CAMERA_WINDOW.0 {
            self.close();
            self.take_resting();
            self.show_best(left);
            self.astray = Some(at);
            self.forget();
        }
    }

    /// The lesson is at the same slide.
    fn stay(
        &mut self,
        at: Millis,
        gray: &Gray,
        lively: &Blocks,
        (settled, relation): (bool, Relation),
    ) {
        let Some(open) = self.open.as_mut() else {
            return;
        };
        let camera = lively.iter().filter(|block| **block).count() as f64 / BLOCKS as f64 >= CAMERA;
        let long = at.0 - open.slide.start.0;
        if camera && long >= CAMERA_WINDOW.0 {
            let start = open.slide.start;
            self.open = None;
            self.take_resting();
            self.show_best(start);
            self.begin(at, at, gray, lively);
            return;
        }
        if !settled {
            return;
        }
        let grown = open.grown_since(gray, lively).changed >= GROWN;
        if relation == Relation::Grown && grown && long >= LONGEST_GROWTH.0 {
            self.close();
            self.begin(at, at, gray, lively);
            return;
        }
        // The moment before is as still, and surely before whatever comes.
        open.slide.at = self.last.as_ref().map_or(at, |(then, _)| *then);
        if relation == Relation::Grown {
            open.slide.at = at;
            open.slide.edges = gray.edges();
            open.slide.picture = gray.clone();
        }
        open.slide.lively = *lively;
    }

    fn begin(&mut self, start: Millis, at: Millis, gray: &Gray, lively: &Blocks) {
        self.open = Some(Open::new(start, at, gray.clone(), *lively));
        self.astray = None;
        self.forget();
    }

    /// The slide that the lesson was at is over.
    fn close(&mut self) {
        if let Some(open) = self.open.take() {
            self.push(open.slide);
        }
    }

    /// A frame stands for what was between. Whether there is one.
    fn show_best(&mut self, start: Millis) -> bool {
        let Some(best) = self.best.take() else {
            return false;
        };
        let mut open = Open::new(start, best.at, best.picture, [false; BLOCKS]);
        open.slide.camera = true;
        self.push(open.slide);
        true
    }

    fn push(&mut self, mut slide: Found) {
        if self.found.last().is_some_and(|last| slide.is(last)) {
            return; // the lesson only looked away
        }
        slide.again = self.found.iter().position(|earlier| slide.is(earlier));
        self.found.push(slide);
    }

    /// Leaves so many: those that are shown longest.
    fn thin_out(&mut self, most: usize, end: Millis) {
        while self.found.len() > most {
            let long = |n: usize| {
                let next = self.found.get(n + 1).map_or(end, |next| next.start);
                next.0.saturating_sub(self.found[n].start.0)
            };
            let Some(shortest) = (0..self.found.len()).min_by_key(|n| long(*n)) else {
                return;
            };
            self.found.remove(shortest);
            // Who was the same as that one is now the first itself.
            let mut heir = None;
            for n in 0..self.found.len() {
                let slide = &mut self.found[n];
                match slide.again {
                    Some(earlier) if earlier == shortest => {
                        slide.again = heir;
                        heir = heir.or(Some(n));
                    }
                    Some(earlier) if earlier > shortest => slide.again = Some(earlier - 1),
                    _ => {}
                }
            }
        }
    }

    /// All slides, in the order of time; at least one if there was any frame.
    pub(super) fn end(mut self, end: Millis) -> Vec<Found> {
        if let Some((at, last)) = self.last.take() {
            self.judge(at, &last, self.moving);
        }
        self.close();
        self.take_resting();
        if let Some(left) = self.astray
            && end.0.saturating_sub(left.0) >= CAMERA_LEAST.0
        {
            self.show_best(left);
        }
        if self.found.is_empty() {
            self.best = self.best.take().or(self.any.take());
            self.show_best(Millis(0));
        }
        self.thin_out(self.most, end);
        if let Some(first) = self.found.first_mut() {
            first.start = Millis(0);
        }
        self.found
    }
}
