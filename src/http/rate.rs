//! How many requests of the API one address, or one person, may send: RFC 6585 §4 (429), told in the fields of
//! draft-ietf-httpapi-ratelimit-headers-10.
//!
//! A bucket that fills steadily (GCRA): one number for each address or person, which is the moment at which all that was
//! asked for would be paid for. So it is bounded, and a request costs one look into a table.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use ::http::header::RETRY_AFTER;
use ::http::{HeaderName, HeaderValue, StatusCode};
use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use quick_cache::sync::Cache;

use super::client::ClientAddress;
use super::identity;
use super::problem::Problem;
use crate::app::Shared;
use crate::units::PersonId;

/// Addresses and persons that are counted; of more, some are forgotten, and have a full bucket again.
const COUNTED: usize = 50_000;
/// How long an empty bucket takes to be full.
const WINDOW: Duration = Duration::from_secs(60);
/// So many times as much has this machine itself: a proxy on it that nobody has said to trust is everybody.
const HERE: u32 = 100;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LEFT: HeaderName = HeaderName::from_static("ratelimit");

/// Whose requests are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Sender {
    /// Whoever comes from there: perhaps a whole school.
    Address(IpAddr),
    /// Whoever shows a session or a token that counts, wherever they are.
    Person(PersonId),
}

impl Sender {
    /// A household or a machine has a whole /64 of IPv6 (RFC 6177 §2).
    fn from(address: IpAddr) -> Self {
        Self::Address(match address.to_canonical() {
            IpAddr::V6(v6) if !v6.is_loopback() => {
                let mut parts = v6.segments();
                parts[4..].fill(0);
                IpAddr::from(parts)
            }
            other => other,
        })
    }

    /// How many of the `usual` it has.
    fn most(self, usual: u32) -> u32 {
        match self {
            Self::Address(address) if address.is_loopback() => usual.saturating_mul(HERE),
            Self::Address(_) | Self::Person(_) => usual,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Address(_) => "address",
            Self::Person(_) => "person",
        }
    }
}

/// What everybody has left.
pub struct Allowances {
    app: Shared,
    /// In a minute, and at once.
    most: u32,
    began: Instant,
    /// Nanoseconds from `began` until everything is paid for.
    paid: Cache<Sender, Arc<AtomicU64>>,
}

/// What a request met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Taken {
    admitted: bool,
    left: u64,
    /// Until there is one more; zero: the bucket is full.
    next: Duration,
}

impl Allowances {
    /// As many as the settings say; `None`: there is no limit.
    pub fn new(app: &Shared) -> Option<Arc<Self>> {
        let most = app.settings.api_requests_per_minute;
        (most > 0).then(|| {
            Arc::new(Self {
                app: app.clone(),
                most,
                began: Instant::now(),
                paid: Cache::new(COUNTED),
            })
        })
    }

    fn take(&self, sender: Sender, now: Instant) -> Taken {
        let fresh = || Ok::<_, std::convert::Infallible>(Arc::default());
        let Ok(paid) = self.paid.get_or_insert_with(&sender, fresh);
        let nanos = |d: Duration| u64::try_from(d.as_nanos()).unwrap_or(u64::MAX);
        let now = nanos(now.saturating_duration_since(self.began));
        taken(&paid, now, sender.most(self.most), nanos(WINDOW))
    }
}

/// Takes one of `most` in `window` nanoseconds, at `now`.
fn taken(paid: &AtomicU64, now: u64, most: u32, window: u64) -> Taken {
    let each = window / u64::from(most);
    let after = |paid: u64| paid.max(now) + each;
    let fits = |paid: u64| (after(paid) <= now + window).then(|| after(paid));
    let before = paid.fetch_update(Relaxed, Relaxed, fits);
    let (admitted, owed) = match before {
        Ok(before) => (true, after(before) - now),
        Err(before) => (false, before.saturating_sub(now)),
    };
    let left = (window - owed.min(window)) / each;
    // Full again after `owed`; one more is there as soon as the next whole one fits.
    let next = owed.saturating_sub(window - (left + 1).saturating_mul(each).min(window));
    Taken {
        admitted,
        left,
        next: Duration::from_nanos(next),
    }
}

/// The layer around the API. Who shows a token that does not count is an address like any other.
pub async fn limit(
    State(allowances): State<Arc<Allowances>>,
    request: Request,
    next: Next,
) -> Response {
    let (mut head, content) = request.into_parts();
    let app = &allowances.app;
    let Ok(ClientAddress(address)) = ClientAddress::from_request_parts(&mut head, app).await;
    let person = match identity::presented(&head) {
        // The gate remembers: this costs no SQL.
        Some(presented) => app.gate.admit(presented).await.ok().flatten(),
        None => None,
    };
    let sender = person.map_or(Sender::from(address), |actor| Sender::Person(actor.person));
    let taken = allowances.take(sender, Instant::now());
    let seconds = taken.next.as_secs() + u64::from(taken.next.subsec_nanos() > 0);
    let (name, most) = (sender.name(), sender.most(allowances.most));
    let mut response = match taken.admitted {
        true => next.run(Request::from_parts(head, content)).await,
        false => {
            let whose = match sender {
                Sender::Address(_) => "an address",
                Sender::Person(_) => "a person",
            };
            Problem::new(StatusCode::TOO_MANY_REQUESTS)
                .kind("/problems/too-many-requests")
                .detail(format!(
                    "{most} requests a minute is the limit for {whose}; try again in {seconds} s"
                ))
                .header(RETRY_AFTER, seconds.into())
                .into_response()
        }
    };
    let policy = format!("\"{name}\";q={most};w={}", WINDOW.as_secs());
    let left = match seconds {
        0 => format!("\"{name}\";r={}", taken.left),
        seconds => format!("\"{name}\";r={};t={seconds}", taken.left),
    };
    for (field, value) in [(POLICY, policy), (LEFT, left)] {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(field, value);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: u64 = 1_000_000_000;

    #[test]
    fn as_many_as_the_limit_at_once_and_then_one_after_the_other() {
        let paid = AtomicU64::new(0);
        let take = |now| taken(&paid, now, 60, 60 * SECOND);
        let start = 7 * SECOND;
        for left in (0..60).rev() {
            let got = take(start);
            assert_eq!((got.admitted, got.left), (true, left));
            assert_eq!(got.next, Duration::from_secs(1));
        }
        let refused = take(start);
        assert_eq!(
            refused,
            Taken {
                admitted: false,
                left: 0,
                next: Duration::from_secs(1)
            }
        );
        // Who asks too early waits no longer for it.
        assert!(!take(start + SECOND / 2).admitted);
        assert_eq!(take(start + SECOND / 2).next, Duration::from_millis(500));
        assert!(take(start + SECOND).admitted);
        assert!(!take(start + SECOND).admitted);
        assert_eq!(take(start + 61 * SECOND).left, 59);
    }

    proptest! {
        #[test]
        fn in_no_window_more_than_twice_the_limit_get_in_and_whoever_keeps_to_it_always_does(
            most in 1_u32..500, gaps in prop::collection::vec(0_u64..3 * SECOND, 1..300),
        ) {
            let window = 10 * SECOND;
            let (paid, steady) = (AtomicU64::new(0), AtomicU64::new(0));
            let each = window / u64::from(most);
            let (mut now, mut let_in) = (0, Vec::new());
            for gap in gaps {
                now += gap;
                let got = taken(&paid, now, most, window);
                prop_assert!(got.left <= u64::from(most));
                prop_assert!(got.next <= Duration::from_nanos(window));
                if got.admitted {
                    let_in.push(now);
                }
                let lately = let_in.iter().filter(|at| **at + window > now).count();
                prop_assert!(lately <= 2 * most as usize);
            }
            for n in 0..1000 {
                prop_assert!(taken(&steady, n * (each + 1), most, window).admitted);
            }
        }
    }

    #[test]
    fn neighbours_in_ipv6_are_one_sender_and_an_address_written_in_two_ways_too() {
        let sender = |text: &str| Sender::from(text.parse().unwrap());
        assert_eq!(sender("2001:db8::1"), sender("2001:db8::2:1"));
        assert_ne!(sender("2001:db8::1"), sender("2001:db8:0:1::1"));
        assert_eq!(sender("::ffff:192.0.2.1"), sender("192.0.2.1"));
        // This machine itself stands for everybody behind its proxy.
        for (address, most) in [
            ("127.0.0.1", 300),
            ("::1", 300),
            ("::ffff:127.0.0.1", 300),
            ("::2", 3),
            ("192.0.2.1", 3),
        ] {
            assert_eq!(sender(address).most(3), most, "{address}");
        }
    }
}
