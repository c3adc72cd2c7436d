//! What handlers share. Starting and stopping is `cli/serve.rs`.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::auth::gate::Gate;
use crate::auth::permission::{Act, Actor, Standing};
use crate::auth::seal::Sealer;
use crate::auth::sign_in::{self, SignIn};
use crate::catalogue::{self, Catalogue, Found, Lesson, Vocabulary};
use crate::config::{self, BaseUrl};
use crate::desk::{self, Desk, JobFeed, StreamLimits};
use crate::lti::Lti;
use crate::media::Store;
use crate::processing::{self, Remote, RemoteError, Tools};
use crate::streaming::Views;
use crate::units::{Bytes, Code};
use crate::upload::{self, Uploader, Uploads};

/// Threads that wait for clients' bytes at once: a part of those that the server has, so that slow lines, or somebody
/// who sends nothing on purpose, leave enough for all others.
const SEATS: usize = 32;

/// What every handler gets, behind an `Arc`.
pub struct App {
    /// The archive's catalogue.
    pub catalogue: Catalogue,
    /// The archive's bytes.
    pub store: Store,
    /// The server's settings.
    pub settings: config::Serve,
    /// The public address, where the settings name one.
    pub base: Option<BaseUrl>,
    /// Networks whose X-Forwarded-* count.
    pub proxies: Vec<ipnet::IpNet>,
    /// Whose pages may show lessons in a frame; `None`: everybody's.
    pub framers: Option<Vec<String>>,
    /// The school's time zone.
    pub zone: jiff::tz::TimeZone,
    /// What computed forms of recordings are made from.
    pub views: Views,
    /// Recordings on their way in.
    pub uploads: Arc<Uploads>,
    /// Who acts.
    pub gate: Gate,
    /// What the archive says under its seal.
    pub sealer: Sealer,
    /// Learning platforms.
    pub lti: Lti,
    /// Where people sign in.
    pub sign_in: SignIn,
    /// Where lessons are made.
    pub desk: Desk,
    /// Jobs that are done elsewhere.
    pub jobs: Remote,
    /// What changes in the queue of jobs.
    pub job_feed: JobFeed,
    seats: Arc<Semaphore>,
    /// And the catalogue's generation for which it is true.
    vocabulary: Mutex<Option<(u64, Arc<Vocabulary>)>>,
}

/// [`App`] as axum's state.
pub type Shared = Arc<App>;

/// What keeps the server from starting.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A setting.
    #[error(transparent)]
    Config(#[from] config::Error),
    /// The catalogue.
    #[error(transparent)]
    Catalogue(#[from] catalogue::Error),
    /// The folder of the archive's bytes.
    #[error("{path}: {source}", path = .path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl App {
    /// Opens the archive that the settings name and looks it over quickly. The settings have been checked.
    pub fn open(general: &config::General, settings: config::Serve) -> Result<Shared, Error> {
        let catalogue = Catalogue::open(&general.data, settings.catalogue_readers)?;
        catalogue.read_blocking(|c| c.quick_check())?;
        let store = Store::open(&general.data, Bytes(general.reserve_bytes)).map_err(|source| {
            Error::Folder {
                path: general.data.clone(),
                source,
            }
        })?;
        let uploads = Uploads::open(&catalogue, &store, upload_limits(&settings));
        let randomness = |source| Error::Folder {
            path: "the system's randomness".into(),
            source,
        };
        let sealer = Sealer::passing().map_err(randomness)?.kept_in(&catalogue)?;
        let passing = Sealer::passing().map_err(randomness)?;
        Ok(Arc::new(Self {
            lti: Lti::new(catalogue.clone(), sealer.clone(), passing),
            uploads: uploads.map_err(|source| Error::Folder {
                path: "a thread for uploads".into(),
                source,
            })?,
            gate: Gate::new(catalogue.clone()),
            sealer,
            sign_in: SignIn::new(
                catalogue.clone(),
                sign_in::Limits {
                    per_name_and_address: settings.sign_in_attempts,
                    per_name: settings.sign_in_attempts_per_name,
                    per_address: settings.sign_in_attempts_per_address,
                    window: Duration::from_secs(settings.sign_in_window_seconds),
                    session_seconds: settings.session_hours * 3600,
                },
            ),
            desk: Desk::new(
                catalogue.clone(),
                store.clone(),
                general.zone()?,
                desk::Rules {
                    teachers_publish: settings.teachers_publish.into(),
                    teacher_quota: Bytes(settings.teacher_quota_bytes),
                    speech: !settings.speech_program.as_os_str().is_empty(),
                },
            ),
            jobs: Remote::new(&catalogue, &store, job_settings(&settings)),
            job_feed: JobFeed::new(
                catalogue.clone(),
                StreamLimits {
                    per_person: settings.event_streams_per_person,
                    all: settings.event_streams,
                },
            ),
            catalogue,
            store,
            base: settings.base()?,
            proxies: settings.proxies()?,
            framers: settings.framers()?,
            zone: general.zone()?,
            views: Views::new(Bytes(settings.views_bytes)),
            settings,
            seats: Arc::new(Semaphore::new(SEATS)),
            vocabulary: Mutex::new(None),
        }))
    }

    /// Works at the desk, on a thread that may wait. `None`: the program is stopping, or the work panicked.
    pub async fn at_desk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Desk) -> T + Send + 'static,
    ) -> Option<T> {
        let desk = self.desk.clone();
        tokio::task::spawn_blocking(move || work(&desk)).await.ok()
    }

    /// Asks about jobs that are done elsewhere, on a thread that may wait.
    ///
    /// # Errors
    /// Those of `work`, and [`RemoteError::Stopping`].
    pub async fn at_jobs<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Remote) -> Result<T, RemoteError> + Send + 'static,
    ) -> Result<T, RemoteError> {
        let jobs = self.jobs.clone();
        let asked = tokio::task::spawn_blocking(move || work(&jobs)).await;
        asked.unwrap_or(Err(RemoteError::Stopping))
    }

    /// A seat for a thread that waits for a client, as long as the client likes; `None`: all are taken. Whoever reads
    /// a request's content or writes an answer on a thread takes one first.
    pub fn seat(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.seats).try_acquire_owned().ok()
    }

    /// The vocabulary; asked for once in each generation of the catalogue.
    pub async fn vocabulary(&self) -> Result<Arc<Vocabulary>, catalogue::Error> {
        // Before it is asked: what is committed meanwhile makes the answer old.
        let generation = self.catalogue.generation();
        let place = || {
            self.vocabulary
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        let remembered = place().clone();
        if let Some((of, vocabulary)) = remembered
            && of == generation
        {
            return Ok(vocabulary);
        }
        let vocabulary = Arc::new(self.catalogue.read(|c| c.vocabulary()).await?);
        *place() = Some((generation, Arc::clone(&vocabulary)));
        Ok(vocabulary)
    }

    /// Somebody as the uploads see them: with the quota that counts for them, and who set it.
    pub fn uploader(&self, actor: &Actor) -> Uploader {
        let quota = self.desk.rules().quota(actor);
        Uploader {
            person: actor.person,
            quota: quota.map(|(bytes, set_by)| (bytes.0, set_by.to_owned())),
        }
    }

    /// The lesson of `code` if somebody may change it. Whether there is one that they may not change is not told.
    pub async fn lesson_to_edit(
        &self,
        actor: &Actor,
        code: Code,
    ) -> Result<Option<Lesson>, catalogue::Error> {
        let found = self.catalogue.read(move |c| {
            let found = match c.find(code)? {
                Found::Moved(own) => c.find(own)?,
                found => found,
            };
            let Found::Lesson(lesson) = found else {
                return Ok(None);
            };
            let owners = c.owners(lesson.id)?;
            Ok(Some((*lesson, owners)))
        });
        let publish = self.settings.teachers_publish.into();
        let edited = found.await?.filter(|(lesson, owners)| {
            let standing = Standing::of(&lesson.description, owners.contains(&actor.person));
            actor.may(Act::Edit, standing, publish)
        });
        Ok(edited.map(|(lesson, _)| lesson))
    }
}

fn upload_limits(settings: &config::Serve) -> upload::Limits {
    upload::Limits {
        most_bytes: settings.upload_max_bytes,
        open_per_person: settings.open_uploads_per_person,
        open: settings.open_uploads,
        kept_for: Duration::from_secs(settings.upload_expires_hours * 3600),
    }
}

fn job_settings(settings: &config::Serve) -> processing::Settings {
    let speech = settings.speech_program.clone();
    processing::Settings {
        at_once: settings.jobs,
        attempts: settings.job_attempts,
        lease_seconds: settings.job_lease_seconds,
        leases_per_person: settings.job_leases_per_person,
        tools: Tools {
            wall: Duration::from_secs(settings.job_seconds),
            memory: Bytes(settings.job_memory_bytes),
            nice: settings.job_nice,
            speech: Some(speech).filter(|p| !p.as_os_str().is_empty()),
            ..Tools::default()
        },
    }
}

/// An archive in a temporary folder, which is there as long as the folder's keeper: for tests.
#[cfg(test)]
pub(crate) fn in_temporary_folder(settings: config::ServeGiven) -> (Shared, tempfile::TempDir) {
    let data = tempfile::tempdir().unwrap();
    let given = config::GeneralGiven {
        data: Some(data.path().to_owned()),
        ..Default::default()
    };
    let general = given.or(config::GeneralGiven::default()).unwrap();
    let settings = settings.or(config::ServeGiven::default()).unwrap();
    // Opening blocks, as it may at the start of the program; a test's thread belongs to its runtime.
    let opening = std::thread::spawn(move || App::open(&general, settings).unwrap());
    (opening.join().unwrap(), data)
}
