//! One writer for each upload, and a later one takes over: a client whose line broke comes back long before
//! this server learns that the old connection is dead.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;
use tokio::time::{Instant, interval, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::catalogue::UploadId;

/// How long a writer that was asked to leave may take: it has at most some megabytes to sync.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often whoever writes meanwhile is asked to leave.
const ASK_EVERY: Duration = Duration::from_millis(100);

/// The uploads that somebody works on.
#[derive(Default)]
pub(super) struct Locks(Mutex<HashMap<UploadId, Arc<Lane>>>);

#[derive(Default)]
struct Lane {
    turn: Arc<tokio::sync::Mutex<()>>,
    holder: Mutex<CancellationToken>,
}

/// An interest in an upload; the table holds only uploads that somebody is interested in.
struct Claim {
    locks: Arc<Locks>,
    id: UploadId,
    lane: Arc<Lane>,
}

/// The right to work on an upload, until it is dropped.
pub(super) struct Turn {
    /// Cancelled when somebody else wants it.
    pub(super) leave: CancellationToken,
    // In this order: the turn is given back before the interest ends.
    _turn: OwnedMutexGuard<()>,
    _claim: Claim,
}

impl Locks {
    /// The turn, after whoever has it has left; `None`: they do not leave.
    pub(super) async fn take(self: &Arc<Self>, id: UploadId) -> Option<Turn> {
        self.take_within(id, PATIENCE).await
    }

    async fn take_within(self: &Arc<Self>, id: UploadId, patience: Duration) -> Option<Turn> {
        let claim = self.claim(id);
        let turn = Arc::clone(&claim.lane.turn).lock_owned();
        tokio::pin!(turn);
        let deadline = Instant::now() + patience;
        let mut ask = interval(ASK_EVERY);
        let got = timeout_at(deadline, async {
            loop {
                tokio::select! {
                    biased;
                    got = &mut turn => return got,
                    _ = ask.tick() => claim.holder().cancel(),
                }
            }
        });
        let got = got.await.ok()?;
        Some(claim.begin(got))
    }

    /// The turn if nobody has it.
    pub(super) fn take_if_free(self: &Arc<Self>, id: UploadId) -> Option<Turn> {
        let claim = self.claim(id);
        let turn = Arc::clone(&claim.lane.turn).try_lock_owned().ok()?;
        Some(claim.begin(turn))
    }

    fn claim(self: &Arc<Self>, id: UploadId) -> Claim {
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let lane = Arc::clone(lanes.entry(id).or_default());
        Claim {
            locks: Arc::clone(self),
            id,
            lane,
        }
    }
}

impl Claim {
    fn holder(&self) -> CancellationToken {
        let holder = self.lane.holder.lock();
        holder.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn begin(self, turn: OwnedMutexGuard<()>) -> Turn {
        let leave = CancellationToken::new();
        let mut holder = self
            .lane
            .holder
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *holder = leave.clone();
        drop(holder);
        Turn {
            leave,
            _turn: turn,
            _claim: self,
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let lanes = self.locks.0.lock();
        let mut lanes = lanes.unwrap_or_else(PoisonError::into_inner);
        // The table's and this one: nobody else is interested.
        if Arc::strong_count(&self.lane) <= 2 {
            lanes.remove(&self.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_later_request_takes_over_and_the_table_forgets_both() {
        let locks = Arc::new(Locks::default());
        let id = UploadId::random();
        let old = locks.take(id).await.unwrap();
        assert!(locks.take_if_free(id).is_none());
        let writer = tokio::spawn(async move {
            old.leave.cancelled().await;
            drop(old);
        });
        let new = locks.take(id).await.unwrap();
        writer.await.unwrap();
        assert!(!new.leave.is_cancelled());
        drop(new);
        assert!(locks.0.lock().unwrap().is_empty());
        assert!(locks.take_if_free(id).is_some());
    }

    #[tokio::test]
    async fn who_never_leaves_is_not_waited_for_for_ever() {
        let locks = Arc::new(Locks::default());
        let id = UploadId::random();
        let _old = locks.take(id).await.unwrap();
        let patience = Duration::from_millis(50);
        assert!(locks.take_within(id, patience).await.is_none());
    }
}
