//! How fast one name may be tried from all the world together, without anybody being locked out of it: there is
//! no last attempt, each only waits longer than the one before. The clock is the caller's.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Nobody waits longer between two attempts, and one attempt is forgotten in each such time: in the long run this
/// is how often a name can be tried.
const SLOWEST: Duration = Duration::from_secs(300);
/// Keys that are kept; when there are more, those are forgotten of which there is least to remember.
const KEPT: usize = 10_000;

/// Some attempts at once, then a growing wait before each: 1, 2, 4 … 300 seconds. In a time `t` at most `free` + 10 +
/// `t` / 300 s attempts, whoever makes them.
pub struct Pace<K> {
    free: u32,
    kept: Mutex<HashMap<K, Tries>>,
}

struct Tries {
    /// Those that are not forgotten yet.
    count: u32,
    /// When the last was allowed.
    last: Instant,
    /// Until when was forgotten what there was to forget.
    forgot: Instant,
}

impl<K: Hash + Eq + Clone> Pace<K> {
    /// With so many attempts before anybody waits.
    pub fn new(free: u32) -> Self {
        Self {
            free,
            kept: Mutex::default(),
        }
    }

    /// Counts an attempt at `now`.
    ///
    /// # Errors
    /// How long to wait before it is allowed. It was not counted.
    pub fn attempt(&self, key: &K, now: Instant) -> Result<(), Duration> {
        let mut kept = lock(&self.kept);
        // Whoever tries many names once to make this one forgotten would have to try them as often.
        make_room(&mut kept, key, |tries| tries.forgot + SLOWEST * tries.count);
        let tries = kept.entry(key.clone()).or_insert(Tries {
            count: 0,
            last: now,
            forgot: now,
        });
        let steps = now.saturating_duration_since(tries.forgot).as_secs() / SLOWEST.as_secs();
        let steps = u32::try_from(steps).unwrap_or(u32::MAX);
        tries.count = tries.count.saturating_sub(steps);
        tries.forgot = match tries.count {
            0 => now,
            _ => tries.forgot + SLOWEST * steps,
        };
        let ready = tries.last + self.wait(tries.count);
        if now < ready {
            return Err(ready - now);
        }
        tries.count += 1;
        tries.last = now;
        Ok(())
    }

    /// Takes back one attempt that turned out right.
    pub fn forgive(&self, key: &K) {
        if let Some(tries) = lock(&self.kept).get_mut(key) {
            tries.count = tries.count.saturating_sub(1);
        }
    }

    /// Before the attempt that follows `count` others.
    fn wait(&self, count: u32) -> Duration {
        match count.checked_sub(self.free) {
            None => Duration::ZERO,
            Some(more) => SLOWEST.min(Duration::from_secs(1 << more.min(16))),
        }
    }
}

/// Where somebody got in before: who tries there is most likely the same.
pub struct Familiar<K> {
    lasts: Duration,
    kept: Mutex<HashMap<K, Instant>>,
}

impl<K: Hash + Eq + Clone> Familiar<K> {
    /// For so long.
    pub fn new(lasts: Duration) -> Self {
        Self {
            lasts,
            kept: Mutex::default(),
        }
    }

    /// Notes that somebody got in.
    pub fn note(&self, key: K, now: Instant) {
        let mut kept = lock(&self.kept);
        make_room(&mut kept, &key, |at| *at);
        kept.insert(key, now);
    }

    /// Whether somebody did lately.
    pub fn knows(&self, key: &K, now: Instant) -> bool {
        let kept = lock(&self.kept);
        let at = kept.get(key);
        at.is_some_and(|at| now.saturating_duration_since(*at) < self.lasts)
    }
}

/// When one more would be too many, forgets the half that comes to an end first.
fn make_room<K: Hash + Eq, V>(kept: &mut HashMap<K, V>, key: &K, ends: impl Fn(&V) -> Instant) {
    if kept.len() < KEPT || kept.contains_key(key) {
        return;
    }
    let mut moments: Vec<Instant> = kept.values().map(&ends).collect();
    let (_, &mut middle, _) = moments.select_nth_unstable(KEPT / 2);
    kept.retain(|_, value| ends(value) > middle);
}

fn lock<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const DAY: Duration = Duration::from_secs(86_400);

    #[test]
    fn after_the_free_ones_each_attempt_waits_longer_and_none_longer_than_five_minutes() {
        let pace = Pace::new(3);
        let mut now = Instant::now();
        for _ in 0..3 {
            assert_eq!(pace.attempt(&"leyla", now), Ok(()));
        }
        let mut waits = Vec::new();
        for _ in 0..10 {
            let wait = pace.attempt(&"leyla", now).unwrap_err();
            assert_eq!(pace.attempt(&"murad", now), Ok(()));
            now += wait;
            assert_eq!(pace.attempt(&"leyla", now), Ok(()));
            waits.push(wait.as_secs());
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 256]);
        // Who is left in peace is as before: one attempt is forgotten each five minutes.
        now += SLOWEST * 20;
        for _ in 0..3 {
            assert_eq!(pace.attempt(&"leyla", now), Ok(()));
        }
        assert_eq!(pace.attempt(&"leyla", now), Err(SECOND));
    }

    #[test]
    fn whoever_tries_how_often_ever_a_name_is_tried_so_often_in_a_day() {
        let start = Instant::now();
        // Without a pause, and in bursts with pauses in which something is forgotten.
        for (every, pause) in [(SECOND, SECOND), (SECOND, SLOWEST * 50), (SLOWEST, SLOWEST)] {
            let pace = Pace::new(50);
            let (mut now, mut tried, mut in_a_row) = (start, 0, 0);
            while now < start + DAY {
                if pace.attempt(&"leyla", now).is_ok() {
                    tried += 1;
                    in_a_row += 1;
                }
                now += if in_a_row % 60 == 59 { pause } else { every };
            }
            assert!(tried <= 50 + 10 + 288, "{tried} with {pause:?}");
        }
    }

    #[test]
    fn who_was_right_is_not_counted_and_is_known_for_a_while() {
        let (pace, familiar) = (Pace::new(2), Familiar::new(DAY));
        let now = Instant::now();
        for _ in 0..10 {
            assert_eq!(pace.attempt(&1, now), Ok(()));
            pace.forgive(&1);
        }
        familiar.note(1, now);
        assert!(familiar.knows(&1, now + DAY - SECOND) && !familiar.knows(&2, now));
        assert!(!familiar.knows(&1, now + DAY));
    }

    #[test]
    fn any_number_of_keys_takes_a_bounded_memory_and_makes_none_forgotten_that_is_tried_much() {
        let (pace, familiar) = (Pace::new(3), Familiar::new(DAY));
        let start = Instant::now();
        for _ in 0..3 {
            assert_eq!(pace.attempt(&u64::MAX, start), Ok(()));
        }
        for n in 0..3 * KEPT as u64 {
            let now = start + Duration::from_micros(n);
            let _ = pace.attempt(&n, now);
            familiar.note(n, now);
            assert!(lock(&pace.kept).len() <= KEPT && lock(&familiar.kept).len() <= KEPT);
        }
        assert!(familiar.knows(&(3 * KEPT as u64 - 1), start));
        assert!(pace.attempt(&u64::MAX, start).is_err());
    }
}
