//! Answers that anybody may have, remembered by what was asked: the second request for a file asks neither
//! the catalogue nor the disk.
//!
//! An answer is true for one generation of the catalogue, and for one second of the disk: then the path is
//! looked at again, on a blocking thread. Drafts, redirections and errors are never remembered.

use std::collections::HashMap;
use std::mem;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::Method;
use http::request::Parts;

use super::answer::{Answer, ForAnybody};
use crate::app::Shared;
use crate::catalogue::Catalogue;
use crate::http::server::Shortcut;
use crate::streaming::{Body, Lane};
use crate::units::Bytes;

/// How long a file is believed to lie where it was found.
const BELIEVED: Duration = Duration::from_secs(1);

/// Longer ones name nothing that is worth remembering, and are never looked up.
const LONGEST_TARGET: usize = 512;

/// The answers of one server.
pub struct Remembered {
    catalogue: Catalogue,
    shelf: Shelf,
}

impl Remembered {
    /// Nothing yet; at most as many answers as the settings allow, and half as much memory as views may have:
    /// an answer may hold one that is kept nowhere else any more.
    pub fn new(app: &Shared) -> Arc<Self> {
        Arc::new(Self {
            catalogue: app.catalogue.clone(),
            shelf: Shelf::new(
                app.settings.remembered_answers,
                Bytes(app.settings.views_bytes / 2),
            ),
        })
    }
}

impl Shortcut for Remembered {
    fn answer(&self, head: &Parts) -> Option<http::Response<Body>> {
        let target = worth_remembering(&head.method, &head.uri)?;
        let generation = self.catalogue.generation();
        match self.shelf.find(target, generation, Instant::now())? {
            Memory::Fresh(answer) => Some(answer.respond(&head.method, &head.headers)),
            Memory::Doubtful(_) => None,
        }
    }
}

/// The layer around routes whose answers may be remembered.
pub async fn remember(
    State(remembered): State<Arc<Remembered>>,
    request: Request,
    next: Next,
) -> Response {
    let Some(target) = worth_remembering(request.method(), request.uri()) else {
        return next.run(request).await;
    };
    let (target, shelf) = (target.to_owned(), &remembered.shelf);
    // Both before the route asks the catalogue and opens the file: what happens in between then makes the
    // answer old, and not the other way round.
    let (generation, now) = (remembered.catalogue.generation(), Instant::now());
    let known = match shelf.find(&target, generation, now) {
        Some(Memory::Doubtful(kept)) => {
            let found = Arc::clone(&kept.answer);
            let looked = tokio::task::spawn_blocking(move || found.witness.holds()).await;
            let holds = matches!(looked, Ok(Ok(true)));
            holds.then(|| {
                kept.seen(shelf.at(now));
                Arc::clone(&kept.answer)
            })
        }
        Some(Memory::Fresh(answer)) => Some(answer),
        None => None,
    };
    if let Some(answer) = known {
        let lane = Lane::of(request.version(), request.extensions());
        let response = answer.respond(request.method(), request.headers());
        return response.map(|body| axum::body::Body::new(body.over(lane)));
    }
    let mut response = next.run(request).await;
    if let Some(ForAnybody(answer)) = response.extensions_mut().remove() {
        shelf.keep(target, generation, now, answer);
    }
    response
}

fn worth_remembering<'u>(method: &Method, uri: &'u http::Uri) -> Option<&'u str> {
    let reads = *method == Method::GET || *method == Method::HEAD;
    let target = uri.path_and_query()?.as_str();
    (reads && target.len() <= LONGEST_TARGET).then_some(target)
}

/// Answers by their targets. Two halves: when the newer is full it becomes the older, whose answers are
/// forgotten unless somebody asks for them again; so what is asked for stays, without a list to keep in order.
pub(super) struct Shelf {
    /// How many answers a half has at most, and how many bytes they keep in use.
    half: usize,
    half_bytes: u64,
    began: Instant,
    halves: RwLock<Halves>,
}

#[derive(Default)]
struct Halves {
    newer: HashMap<Box<str>, Arc<Kept>>,
    /// What the newer half keeps in use.
    newer_bytes: u64,
    older: HashMap<Box<str>, Arc<Kept>>,
}

pub(super) struct Kept {
    answer: Arc<Answer>,
    generation: u64,
    /// Milliseconds from the shelf's beginning to the last look at the disk.
    looked: AtomicU64,
}

impl Kept {
    /// The looks of two requests may end in any order.
    pub(super) fn seen(&self, at: u64) {
        self.looked.fetch_max(at, Relaxed);
    }
}

pub(super) enum Memory {
    /// It may be given at once.
    Fresh(Arc<Answer>),
    /// First the disk must be looked at.
    Doubtful(Arc<Kept>),
}

impl Shelf {
    pub(super) fn new(most: usize, most_bytes: Bytes) -> Self {
        Self {
            half: most.div_ceil(2),
            half_bytes: most_bytes.0 / 2,
            began: Instant::now(),
            halves: RwLock::default(),
        }
    }

    pub(super) fn at(&self, now: Instant) -> u64 {
        let millis = now.saturating_duration_since(self.began).as_millis();
        u64::try_from(millis).unwrap_or(u64::MAX)
    }

    /// `generation` is the catalogue's as it was before `now`.
    pub(super) fn find(&self, target: &str, generation: u64, now: Instant) -> Option<Memory> {
        let halves = self.read();
        let newer = halves.newer.get(target);
        let older = newer.is_none();
        let kept = Arc::clone(newer.or_else(|| halves.older.get(target))?);
        drop(halves);
        if kept.generation != generation {
            self.forget(target, generation);
            return None;
        }
        if older {
            self.insert(target.into(), Arc::clone(&kept));
        }
        let age = self.at(now).saturating_sub(kept.looked.load(Relaxed));
        if u128::from(age) < BELIEVED.as_millis() {
            Some(Memory::Fresh(Arc::clone(&kept.answer)))
        } else {
            Some(Memory::Doubtful(kept))
        }
    }

    pub(super) fn keep(
        &self,
        target: String,
        generation: u64,
        looked: Instant,
        answer: Arc<Answer>,
    ) {
        let looked = AtomicU64::new(self.at(looked));
        let kept = Kept {
            answer,
            generation,
            looked,
        };
        self.insert(target.into(), Arc::new(kept));
    }

    fn insert(&self, target: Box<str>, kept: Arc<Kept>) {
        let bytes = kept.answer.resident_bytes();
        if self.half == 0 || bytes > self.half_bytes {
            return;
        }
        let mut halves = self.write();
        let known = halves.newer.get(&target);
        if known.is_some_and(|known| known.generation > kept.generation) {
            return;
        }
        let mut out = HashMap::new();
        let before = halves.newer.remove(&target);
        if let Some(before) = &before {
            halves.newer_bytes -= before.answer.resident_bytes();
        }
        let full = halves.newer_bytes + bytes > self.half_bytes;
        if full || halves.newer.len() >= self.half {
            let full = mem::take(&mut halves.newer);
            halves.newer_bytes = 0;
            out = mem::replace(&mut halves.older, full);
        }
        let taken = halves.older.remove(&target);
        halves.newer_bytes += bytes;
        halves.newer.insert(target, kept);
        // Closing files takes time, which nobody else need wait for.
        drop(halves);
        drop((out, taken, before));
    }

    /// What is of another generation is old, or newer than who asks knows: it is asked for anew.
    fn forget(&self, target: &str, generation: u64) {
        let mut halves = self.write();
        let mut out = None;
        let old = |half: &HashMap<Box<str>, Arc<Kept>>| {
            half.get(target).is_some_and(|k| k.generation < generation)
        };
        if old(&halves.older) {
            out = halves.older.remove(target);
        }
        if old(&halves.newer)
            && let Some(kept) = halves.newer.remove(target)
        {
            halves.newer_bytes -= kept.answer.resident_bytes();
            out = Some(kept);
        }
        drop(halves);
        drop(out);
    }

    fn read(&self) -> RwLockReadGuard<'_, Halves> {
        self.halves.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Halves> {
        self.halves.write().unwrap_or_else(PoisonError::into_inner)
    }
}
