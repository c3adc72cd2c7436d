//! The end of uploads that nobody goes on with. When that is stands in the catalogue by the wall clock, which may
//! jump (a battery was empty, a time server answered late); so what is deleted was unused by the steady clock too.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use super::finish::HandOver;
use super::locks::Locks;
use crate::catalogue::{Catalogue, UploadId};
use crate::clock::{self, UnixMillis};
use crate::media::Store;

/// The steady time for which an upload was found expired before it is deleted. After a start nobody knows whether
/// the clock jumped meanwhile, so whoever is uploading has this time to show it.
const GRACE: Duration = Duration::from_secs(30 * 60);
/// The two clocks may differ by so much between two looks: what a time server corrects little by little.
const DRIFT_MS: i64 = 60_000;
/// Uploads looked at in one sweep, and deleted in one transaction.
const SWEPT_AT_ONCE: u32 = 100_000;
const DELETED_AT_ONCE: usize = 100;

/// What both clocks show.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    /// The time of day, which may jump.
    pub(super) wall: UnixMillis,
    /// What only goes forward.
    pub(super) steady: Instant,
}

impl Moment {
    pub(super) fn now() -> Self {
        Self {
            wall: clock::now(),
            steady: Instant::now(),
        }
    }

    /// By how many milliseconds the wall clock jumped since `before`; 0: it went as it should.
    fn jumped_since(self, before: Self) -> i64 {
        let passed = self.steady.saturating_duration_since(before.steady);
        let passed = i64::try_from(passed.as_millis()).unwrap_or(i64::MAX);
        let shown = self.wall.0.saturating_sub(before.wall.0);
        let jump = shown.saturating_sub(passed);
        if jump.abs() <= DRIFT_MS { 0 } else { jump }
    }
}

/// Finds what has expired, and deletes it.
pub(super) struct Expiry {
    catalogue: Catalogue,
    store: Store,
    locks: Arc<Locks>,
    kept_for: Duration,
    /// The last moment for which the catalogue's dates are right.
    settled: Moment,
    /// What the sweep before found expired, and since when.
    expired: HashMap<UploadId, Instant>,
    ending: Arc<AtomicBool>,
}

impl Expiry {
    pub(super) fn new(
        catalogue: &Catalogue,
        store: &Store,
        locks: &Arc<Locks>,
        kept_for: Duration,
        ending: &Arc<AtomicBool>,
    ) -> Self {
        Self {
            catalogue: catalogue.clone(),
            store: store.clone(),
            locks: Arc::clone(locks),
            kept_for,
            settled: Moment::now(),
            expired: HashMap::new(),
            ending: Arc::clone(ending),
        }
    }

    /// At the start: nothing is kept for longer than from now on, as if the clock had gone back or the setting
    /// become less; and what was deleted is deleted, if the server died in between.
    pub(super) fn begin(&mut self, now: Moment) -> Result<(), HandOver> {
        self.put_off(0, now)?;
        for (name, path) in self.store.incoming_files()? {
            let Ok(id) = name.parse::<UploadId>() else {
                continue;
            };
            let gone = self
                .catalogue
                .read_blocking(move |c| c.upload_is_gone(id))?;
            if gone {
                tracing::info!(path = %path.display(), "what is left of a deleted upload is deleted");
                self.store.drop_incoming(&name)?;
            }
        }
        Ok(())
    }

    /// Deletes what has expired and stayed unused.
    pub(super) fn sweep(&mut self, now: Moment) -> Result<(), HandOver> {
        let jump = now.jumped_since(self.settled);
        if jump != 0 {
            tracing::warn!(
                seconds = jump / 1000,
                "the clock jumped; unfinished uploads are kept for as long as before"
            );
            self.put_off(jump, now)?;
        }
        self.settled = now;
        let found = self
            .catalogue
            .read_blocking(move |c| c.expired_uploads(now.wall, SWEPT_AT_ONCE))?;
        let before = std::mem::take(&mut self.expired);
        let since = |id: &UploadId| before.get(id).copied().unwrap_or(now.steady);
        self.expired = found.into_iter().map(|id| (id, since(&id))).collect();
        let due: Vec<UploadId> = self
            .expired
            .iter()
            .filter(|(_, since)| now.steady.saturating_duration_since(**since) >= GRACE)
            .map(|(id, _)| *id)
            .collect();
        for some in due.chunks(DELETED_AT_ONCE) {
            if self.ending.load(Relaxed) {
                break;
            }
            self.delete(some, now.wall)?;
        }
        Ok(())
    }

    fn delete(&mut self, ids: &[UploadId], now: UnixMillis) -> Result<(), HandOver> {
        // What somebody works on stays.
        let free = ids.iter().copied();
        let turns: Vec<_> = free
            .filter_map(|id| Some((id, self.locks.take_if_free(id)?)))
            .collect();
        let free: Vec<UploadId> = turns.iter().map(|(id, _)| *id).collect();
        let gone = self.catalogue.progress_blocking(move |c| {
            let mut gone = Vec::new();
            for id in free {
                // It may have been used since the question.
                let upload = c.snapshot().upload(id)?.filter(|u| u.expires < now);
                let Some(person) = upload.map(|u| u.person) else {
                    continue;
                };
                let wanted = match person {
                    Some(person) => c.snapshot().whole_is_waiting_for(person, id)?,
                    None => false,
                };
                if !wanted && c.upload_gone(id)? {
                    gone.push(id);
                }
            }
            Ok(gone)
        })?;
        for id in gone {
            tracing::info!(%id, "an upload expired");
            self.expired.remove(&id);
            self.store.drop_incoming(&id.to_string())?;
        }
        drop(turns);
        Ok(())
    }

    /// After a jump of the clock by `jump` milliseconds: what was to end in an hour ends in an hour.
    fn put_off(&self, jump: i64, now: Moment) -> Result<(), HandOver> {
        let kept = i64::try_from(self.kept_for.as_millis()).unwrap_or(i64::MAX);
        // What was noted between the jump and this look has the new time already, and is not put off once more.
        let latest = UnixMillis(now.wall.0.saturating_add(kept));
        self.catalogue
            .progress_blocking(move |c| c.put_off_uploads(jump, latest))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{NewUpload, PersonRole, UploadKind, UploadState};
    use crate::units::Bytes;

    const HOUR: i64 = 3_600_000;
    const KEPT: Duration = Duration::from_secs(24 * 3600);

    /// An archive with one person, and its expiry.
    struct Room {
        _data: tempfile::TempDir,
        expiry: Expiry,
        person: crate::units::PersonId,
        now: Moment,
    }

    impl Room {
        fn new() -> Self {
            let data = tempfile::tempdir().unwrap();
            let catalogue = Catalogue::open(data.path(), 1).unwrap();
            let person = catalogue
                .write_blocking(|c| c.add_person(None, "Leyla", PersonRole::Teacher, None))
                .unwrap();
            let store = Store::open(data.path(), Bytes(0)).unwrap();
            let locks = Arc::new(Locks::default());
            let ending = Arc::new(AtomicBool::new(false));
            let expiry = Expiry::new(&catalogue, &store, &locks, KEPT, &ending);
            Self {
                _data: data,
                now: expiry.settled,
                expiry,
                person,
            }
        }

        /// An upload that is used now.
        fn upload(&self) -> UploadId {
            let new = NewUpload {
                id: UploadId::random(),
                person: self.person,
                lesson: None,
                kind: UploadKind::Whole,
                parts: Vec::new(),
                length: Some(Bytes(10)),
                offset: Bytes(0),
                metadata: String::new(),
                state: UploadState::Uploading,
                expires: UnixMillis(self.now.wall.0 + KEPT.as_millis() as i64),
            };
            let id = new.id;
            self.expiry.store.begin_incoming(&id.to_string()).unwrap();
            let added = self
                .expiry
                .catalogue
                .progress_blocking(move |c| c.add_upload(&new));
            added.unwrap();
            id
        }

        /// Lets time pass with a sweep every ten minutes, as in the running server.
        fn pass(&mut self, hours: u64) {
            for _ in 0..hours * 6 {
                self.now.wall.0 += HOUR / 6;
                self.now.steady += Duration::from_secs(600);
                self.expiry.sweep(self.now).unwrap();
            }
        }

        fn is_there(&self, id: UploadId) -> bool {
            let row = self.expiry.catalogue.read_blocking(move |c| c.upload(id));
            let there = row.unwrap().unwrap().state == UploadState::Uploading;
            assert_eq!(self.expiry.store.incoming(&id.to_string()).exists(), there);
            there
        }
    }

    #[test]
    fn what_nobody_goes_on_with_is_deleted_when_its_time_is_over() {
        let mut room = Room::new();
        let id = room.upload();
        room.pass(23);
        let later = room.upload();
        room.pass(1);
        assert!(room.is_there(id));
        room.pass(2);
        assert!(!room.is_there(id));
        assert!(room.is_there(later));
    }

    #[test]
    fn a_clock_that_jumps_forward_deletes_nothing_that_was_used_lately() {
        let mut room = Room::new();
        let id = room.upload();
        room.pass(4);
        room.now.wall.0 += 20 * 365 * 24 * HOUR;
        // Between the jump and the next sweep.
        let after = room.upload();
        room.pass(19);
        assert!(room.is_there(id));
        room.pass(3);
        assert!(!room.is_there(id), "nor is it kept for ever");
        assert!(room.is_there(after));
        room.pass(4);
        assert!(!room.is_there(after));
    }

    #[test]
    fn a_clock_that_jumps_back_keeps_nothing_for_ever() {
        let mut room = Room::new();
        let id = room.upload();
        room.pass(4);
        room.now.wall.0 -= 20 * 365 * 24 * HOUR;
        room.pass(19);
        assert!(room.is_there(id));
        room.pass(3);
        assert!(!room.is_there(id));
    }

    #[test]
    fn after_a_start_with_another_date_there_is_time_to_go_on() {
        let mut room = Room::new();
        let (used, unused) = (room.upload(), room.upload());
        // The server was off, and the clock is wrong or right now; nobody can tell.
        room.now.wall.0 += 365 * 24 * HOUR;
        room.expiry.settled = room.now;
        room.expiry.begin(room.now).unwrap();
        room.expiry.sweep(room.now).unwrap();
        assert!(room.is_there(used) && room.is_there(unused));
        let expires = UnixMillis(room.now.wall.0 + 24 * HOUR);
        let reached = room
            .expiry
            .catalogue
            .progress_blocking(move |c| c.upload_reached(used, Bytes(5), Some(Bytes(10)), expires));
        reached.unwrap();
        room.pass(1);
        assert!(room.is_there(used));
        assert!(!room.is_there(unused));
    }

    #[test]
    fn after_a_start_with_an_earlier_date_nothing_is_kept_for_longer_than_it_should() {
        let mut room = Room::new();
        let id = room.upload();
        room.now.wall.0 -= 365 * 24 * HOUR;
        room.expiry.settled = room.now;
        room.expiry.begin(room.now).unwrap();
        room.pass(23);
        assert!(room.is_there(id));
        room.pass(2);
        assert!(!room.is_there(id));
    }

    #[test]
    fn what_is_left_of_a_deleted_upload_goes_at_the_next_start_and_nothing_else() {
        let mut room = Room::new();
        let (kept, gone) = (room.upload(), room.upload());
        let written = room
            .expiry
            .catalogue
            .progress_blocking(move |c| c.upload_gone(gone));
        assert!(written.unwrap());
        let stranger = room.expiry.store.incoming("notes.txt");
        std::fs::write(&stranger, "of the operator").unwrap();
        room.expiry.begin(room.now).unwrap();
        assert!(room.is_there(kept));
        assert!(!room.is_there(gone));
        assert!(stranger.exists());
    }
}
