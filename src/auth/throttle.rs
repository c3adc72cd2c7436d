//! How often somebody may try: bounded in number, in time and in memory. The clock is the caller's.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Keys that are counted; when there are more, those that have waited longest are forgotten.
const COUNTED: usize = 10_000;

/// So many attempts in so long a time, for each key.
pub struct Throttle<K> {
    most: u32,
    window: Duration,
    counted: Mutex<HashMap<K, Window>>,
}

struct Window {
    began: Instant,
    attempts: u32,
}

impl<K: Hash + Eq + Clone> Throttle<K> {
    /// `most` attempts in each `window`.
    pub fn new(most: u32, window: Duration) -> Self {
        Self {
            most,
            window,
            counted: Mutex::default(),
        }
    }

    /// Counts an attempt at `now`.
    ///
    /// # Errors
    /// How long to wait, when there were too many.
    pub fn attempt(&self, key: &K, now: Instant) -> Result<(), Duration> {
        let mut counted = self.lock();
        if counted.len() >= COUNTED && !counted.contains_key(key) {
            self.make_room(&mut counted, now);
        }
        let window = counted.entry(key.clone()).or_insert(Window {
            began: now,
            attempts: 0,
        });
        let age = now.saturating_duration_since(window.began);
        if age >= self.window {
            *window = Window {
                began: now,
                attempts: 0,
            };
        } else if window.attempts >= self.most {
            return Err(self.window - age);
        }
        window.attempts += 1;
        Ok(())
    }

    /// Takes back one attempt that turned out right.
    pub fn forgive(&self, key: &K) {
        if let Some(window) = self.lock().get_mut(key) {
            window.attempts = window.attempts.saturating_sub(1);
        }
    }

    /// Forgets all attempts of `key`.
    pub fn clear(&self, key: &K) {
        self.lock().remove(key);
    }

    fn make_room(&self, counted: &mut HashMap<K, Window>, now: Instant) {
        let fresh = |w: &Window| now.saturating_duration_since(w.began) < self.window;
        counted.retain(|_, window| fresh(window));
        if counted.len() < COUNTED {
            return;
        }
        let mut ages: Vec<Instant> = counted.values().map(|w| w.began).collect();
        let (_, &mut middle, _) = ages.select_nth_unstable(COUNTED / 2);
        counted.retain(|_, window| window.began > middle);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<K, Window>> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn after_the_last_attempt_one_waits_until_the_window_is_over() {
        let throttle = Throttle::new(3, 15 * MINUTE);
        let start = Instant::now();
        for _ in 0..3 {
            assert_eq!(throttle.attempt(&"leyla", start), Ok(()));
        }
        assert_eq!(throttle.attempt(&"leyla", start), Err(15 * MINUTE));
        assert_eq!(throttle.attempt(&"leyla", start + 14 * MINUTE), Err(MINUTE));
        assert_eq!(throttle.attempt(&"murad", start), Ok(()));
        assert_eq!(throttle.attempt(&"leyla", start + 15 * MINUTE), Ok(()));
    }

    #[test]
    fn who_was_right_is_not_counted() {
        let throttle = Throttle::new(2, MINUTE);
        let start = Instant::now();
        for _ in 0..10 {
            assert_eq!(throttle.attempt(&1, start), Ok(()));
            throttle.forgive(&1);
        }
        for _ in 0..2 {
            assert_eq!(throttle.attempt(&1, start), Ok(()));
        }
        assert!(throttle.attempt(&1, start).is_err());
        throttle.clear(&1);
        assert_eq!(throttle.attempt(&1, start), Ok(()));
    }

    #[test]
    fn any_number_of_keys_takes_a_bounded_memory() {
        let throttle = Throttle::new(1, MINUTE);
        let start = Instant::now();
        for n in 0..3 * COUNTED as u64 {
            let now = start + Duration::from_micros(n);
            assert_eq!(throttle.attempt(&n, now), Ok(()));
            assert!(throttle.lock().len() <= COUNTED);
        }
        // The last one is among those that are still known.
        let last = 3 * COUNTED as u64 - 1;
        assert!(throttle.attempt(&last, start + MINUTE / 2).is_err());
    }
}
