//! Who may have how many connections.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

use super::limits::Limits;

/// The connections that are open, by address.
#[derive(Debug, Default)]
pub(super) struct Seats {
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_network: HashMap<IpAddr, usize>,
}

/// The right to one connection, given back when dropped.
#[derive(Debug)]
pub(super) struct Seat {
    seats: Arc<Seats>,
    network: Option<IpAddr>,
}

impl Seats {
    /// A seat for a client at `address`; `None` when there is none for it.
    pub(super) fn take(self: &Arc<Self>, address: IpAddr, limits: &Limits) -> Option<Seat> {
        let address = address.to_canonical();
        let uncounted = limits
            .uncounted
            .iter()
            .any(|range| range.contains(&address));
        let network = (!uncounted).then(|| network_of(address));
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.all >= limits.max_connections {
            return None;
        }
        if let Some(network) = network {
            let here = taken.by_network.entry(network).or_default();
            if *here >= limits.max_connections_per_address {
                return None;
            }
            *here += 1;
        }
        taken.all += 1;
        Some(Seat {
            seats: Arc::clone(self),
            network,
        })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let seats = &self.seats.taken;
        let mut taken = seats.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all = taken.all.saturating_sub(1);
        let Some(network) = self.network else {
            return;
        };
        if let Some(here) = taken.by_network.get_mut(&network) {
            *here = here.saturating_sub(1);
            if *here == 0 {
                // The table holds only who is here, so it cannot be made to grow.
                taken.by_network.remove(&network);
            }
        }
    }
}

/// One household has one IPv4 address but a whole IPv6 /64.
fn network_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_seat_given_back_is_free_again_and_the_table_forgets_who_left() {
        let limits = Limits {
            max_connections: 3,
            max_connections_per_address: 2,
            ..Limits::default()
        };
        let seats = Arc::new(Seats::default());
        let one = seats.take(ip("192.0.2.1"), &limits).unwrap();
        // The same client over a dual-stack socket.
        let two = seats.take(ip("::ffff:192.0.2.1"), &limits).unwrap();
        assert!(seats.take(ip("192.0.2.1"), &limits).is_none());
        let three = seats.take(ip("192.0.2.2"), &limits).unwrap();
        assert!(seats.take(ip("192.0.2.3"), &limits).is_none());
        drop(one);
        let again = seats.take(ip("192.0.2.1"), &limits).unwrap();
        drop((two, three, again));
        assert!(seats.taken.lock().unwrap().by_network.is_empty());
        assert_eq!(seats.taken.lock().unwrap().all, 0);
    }

    #[test]
    fn a_whole_ipv6_network_is_one_client_and_a_proxy_is_none() {
        let limits = Limits {
            max_connections_per_address: 1,
            uncounted: vec![ip("10.0.0.0")..=ip("10.255.255.255")],
            ..Limits::default()
        };
        let seats = Arc::new(Seats::default());
        let _first = seats.take(ip("2001:db8::1"), &limits).unwrap();
        assert!(seats.take(ip("2001:db8::ffff:2"), &limits).is_none());
        let _other = seats.take(ip("2001:db8:0:1::1"), &limits).unwrap();
        let behind = (0..5).map(|_| seats.take(ip("10.1.2.3"), &limits));
        assert_eq!(behind.collect::<Option<Vec<_>>>().unwrap().len(), 5);
    }
}
