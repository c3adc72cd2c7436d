//! What changes in the queue of jobs, told to all who watch it: the catalogue is asked once a second for all of them
//! together, and not at all while nobody watches.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::broadcast;
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;

use crate::catalogue::{Catalogue, Error, Job, JobNews};
use crate::clock::{self, UnixMillis};
use crate::units::{JobId, LessonId, PersonId};

/// How often the catalogue is asked.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Changes that are told at a time. Where more changed, listeners are told to look at the list anew.
const MOST: u32 = 200;
/// Looks that a listener may be behind.
const BEHIND: usize = 16;

/// How many may listen at once.
#[derive(Clone, Copy, Debug)]
pub struct StreamLimits {
    /// Of one person's.
    pub per_person: usize,
    /// Of all.
    pub all: usize,
}

/// What one look at the queue found. There is one every second, be it empty: then listeners see whether they still may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    /// When it was; what changed from then on is in the next one.
    pub at: UnixMillis,
    /// Jobs that changed, in the order in which they did.
    pub news: Vec<JobNews>,
    /// Jobs of the lessons that are listened to, where they or their turns changed.
    pub of_lessons: Vec<Job>,
    /// More changed than is told here.
    pub missed: bool,
}

impl Tick {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.news.is_empty() && self.of_lessons.is_empty() && !self.missed
    }
}

/// There are as many listeners as there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{most} streams of events are open already ({set_by}); close a page that shows them, or try again later"
)]
pub struct CrowdedError {
    /// How many there may be.
    pub most: usize,
    /// The setting that says so.
    pub set_by: &'static str,
}

/// The changes of an archive's queue. Cheap to clone.
#[derive(Clone)]
pub struct JobFeed(Arc<Inner>);

struct Inner {
    catalogue: Catalogue,
    limits: StreamLimits,
    end: CancellationToken,
    listeners: Mutex<Listeners>,
}

#[derive(Default)]
struct Listeners {
    of: HashMap<PersonId, usize>,
    all: usize,
    lessons: HashMap<LessonId, usize>,
    /// While there is a task that looks.
    ticks: Option<broadcast::Sender<Arc<Tick>>>,
}

/// Somebody who listens; they no longer do when this is dropped.
pub struct Listener {
    feed: JobFeed,
    person: PersonId,
    lesson: Option<LessonId>,
    ticks: broadcast::Receiver<Arc<Tick>>,
}

impl JobFeed {
    /// Of `catalogue`; nobody listens yet.
    pub fn new(catalogue: Catalogue, limits: StreamLimits) -> Self {
        Self(Arc::new(Inner {
            catalogue,
            limits,
            end: CancellationToken::new(),
            listeners: Mutex::default(),
        }))
    }

    /// Ends all listening: the server stops.
    pub fn stop(&self) {
        self.0.end.cancel();
    }

    fn listeners(&self) -> MutexGuard<'_, Listeners> {
        let listeners = self.0.listeners.lock();
        listeners.unwrap_or_else(PoisonError::into_inner)
    }

    /// Listens for `person`, to one lesson's jobs or to all. Belongs on a runtime.
    ///
    /// # Errors
    /// [`CrowdedError`].
    pub fn listen(
        &self,
        person: PersonId,
        lesson: Option<LessonId>,
    ) -> Result<Listener, CrowdedError> {
        let limits = self.0.limits;
        let mut listeners = self.listeners();
        if listeners.all >= limits.all {
            return Err(CrowdedError {
                most: limits.all,
                set_by: "event_streams",
            });
        }
        if listeners
            .of
            .get(&person)
            .is_some_and(|n| *n >= limits.per_person)
        {
            return Err(CrowdedError {
                most: limits.per_person,
                set_by: "event_streams_per_person",
            });
        }
        *listeners.of.entry(person).or_default() += 1;
        listeners.all += 1;
        if let Some(lesson) = lesson {
            *listeners.lessons.entry(lesson).or_default() += 1;
        }
        let ticks = match &listeners.ticks {
            Some(ticks) => ticks.subscribe(),
            None => {
                let (sender, receiver) = broadcast::channel(BEHIND);
                listeners.ticks = Some(sender);
                tokio::spawn(self.clone().look());
                receiver
            }
        };
        drop(listeners);
        Ok(Listener {
            feed: self.clone(),
            person,
            lesson,
            ticks,
        })
    }

    /// Looks every second, as long as anybody listens.
    async fn look(self) {
        let mut seen = Seen {
            since: clock::now(),
            told: HashMap::new(),
            lessons: HashMap::new(),
        };
        let mut ticks = interval_at(Instant::now() + LOOK_EVERY, LOOK_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = self.0.end.cancelled() => break,
                _ = ticks.tick() => {}
            }
            let watched = {
                let mut listeners = self.listeners();
                if listeners.all == 0 {
                    // Whoever comes next finds nobody who looks, and begins anew.
                    listeners.ticks = None;
                    return;
                }
                listeners.lessons.keys().copied().collect::<Vec<_>>()
            };
            let tick = match seen.look(&self.0.catalogue, watched).await {
                Ok(tick) => tick,
                Err(error) => {
                    tracing::warn!(%error, "who watches the queue is told later");
                    continue;
                }
            };
            if let Some(ticks) = &self.listeners().ticks {
                // Nobody may be there to hear it any more.
                let _ = ticks.send(Arc::new(tick));
            }
        }
        self.listeners().ticks = None;
    }
}

/// What has been told.
struct Seen {
    since: UnixMillis,
    /// What changed in the very millisecond from which the next look goes on.
    told: HashMap<JobId, Job>,
    lessons: HashMap<JobId, Job>,
}

impl Seen {
    async fn look(&mut self, catalogue: &Catalogue, watched: Vec<LessonId>) -> Result<Tick, Error> {
        let at = clock::now();
        // A clock that was put back must not silence everything until it is where it was.
        let since = self.since.min(at);
        let (mut news, lessons) = catalogue
            .read(move |c| {
                let news = c.jobs_changed(since, MOST + 1)?;
                let lessons = match watched.is_empty() {
                    true => Vec::new(),
                    false => c.jobs_of_lessons(&watched)?,
                };
                Ok((news, lessons))
            })
            .await?;
        let missed = news.len() > MOST as usize;
        news.truncate(MOST as usize);
        news.reverse();
        // Changes are made one after the other, so what is older than the latest of them is all here.
        let latest = news.last().map_or(since, |n| n.job.updated);
        let told = std::mem::take(&mut self.told);
        news.retain(|n| told.get(&n.job.id) != Some(&n.job));
        self.told = match latest == self.since {
            true => told,
            false => HashMap::new(),
        };
        let now = news.iter().filter(|n| n.job.updated == latest);
        self.told.extend(now.map(|n| (n.job.id, n.job.clone())));
        self.since = latest;
        let present: HashSet<JobId> = lessons.iter().map(|job| job.id).collect();
        self.lessons.retain(|id, _| present.contains(id));
        let of_lessons: Vec<Job> = lessons
            .into_iter()
            .filter(|job| self.lessons.insert(job.id, job.clone()).as_ref() != Some(job))
            .collect();
        Ok(Tick {
            at,
            news,
            of_lessons,
            missed,
        })
    }
}

impl Listener {
    /// What the next look found. `None`: the server stops.
    pub async fn next(&mut self) -> Option<Arc<Tick>> {
        let end = self.feed.0.end.clone();
        tokio::select! {
            () = end.cancelled() => None,
            tick = self.ticks.recv() => match tick {
                Ok(tick) => Some(tick),
                // Slower than the queue changes: it is told to look for itself.
                Err(broadcast::error::RecvError::Lagged(_)) => Some(Arc::new(Tick {
                    at: clock::now(),
                    news: Vec::new(),
                    of_lessons: Vec::new(),
                    missed: true,
                })),
                Err(broadcast::error::RecvError::Closed) => None,
            },
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut listeners = self.feed.listeners();
        listeners.all = listeners.all.saturating_sub(1);
        one_less(&mut listeners.of, self.person);
        if let Some(lesson) = self.lesson {
            one_less(&mut listeners.lessons, lesson);
        }
    }
}

fn one_less<K: std::hash::Hash + Eq>(counts: &mut HashMap<K, usize>, key: K) {
    if let Some(count) = counts.get_mut(&key) {
        *count = count.saturating_sub(1);
        if *count == 0 {
            counts.remove(&key);
        }
    }
}
