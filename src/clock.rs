//! The only place that reads the time of day. Timers elsewhere use the monotonic clock.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

/// A moment as the catalogue stores it: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnixMillis(pub i64);

impl UnixMillis {
    /// The same moment for formatting; `None` outside the years that RFC 3339 can write.
    pub fn timestamp(self) -> Option<Timestamp> {
        Timestamp::from_millisecond(self.0).ok()
    }

    /// So many days of 24 hours later.
    pub fn after_days(self, days: u32) -> Self {
        self.after_seconds(u64::from(days) * 86_400)
    }

    /// So many seconds later.
    pub fn after_seconds(self, seconds: u64) -> Self {
        let millis = i64::try_from(seconds.saturating_mul(1000)).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(millis))
    }

    /// The same moment as the system writes it; times before 1970 become 1970.
    pub fn system_time(self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(self.0.max(0).unsigned_abs())
    }
}

/// When a request came, where somebody else than the clock says so: in tests, for whom it is any day.
#[derive(Clone, Copy, Debug)]
pub struct Moment(pub UnixMillis);

/// The present moment.
#[allow(clippy::disallowed_methods, reason = "this is the clock")]
pub fn now() -> UnixMillis {
    UnixMillis(Timestamp::now().as_millisecond())
}
