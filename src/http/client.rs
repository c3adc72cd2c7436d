//! The address that a request comes from, for limits: behind a trusted proxy, the one that it forwards for.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};

use ::http::HeaderMap;
use ::http::request::Parts;
use axum::extract::FromRequestParts;

use super::server::PeerAddress;
use crate::app::Shared;

/// Whoever is at the other end, as far as our own proxies can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl FromRequestParts<Shared> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<PeerAddress>();
        // Without a connection (a test of the router alone) all are one.
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |p| p.0.ip());
        let trusted = |ip: IpAddr| app.proxies.iter().any(|n| n.contains(&ip.to_canonical()));
        Ok(Self(client(peer, &parts.headers, trusted)))
    }
}

/// The last address of X-Forwarded-For that is not a proxy of ours: what stands before it, anybody may have
/// written.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: impl Fn(IpAddr) -> bool) -> IpAddr {
    if !trusted(peer) {
        return peer;
    }
    let lines: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|v| v.to_str().ok())
        .collect();
    let mut nearest = peer;
    for text in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        let Ok(address) = text.trim().parse() else {
            return nearest;
        };
        nearest = address;
        if !trusted(address) {
            return address;
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use ::http::HeaderValue;

    use super::*;

    #[test]
    fn only_what_a_proxy_of_ours_wrote_counts() {
        let trusted = |ip: IpAddr| ip.to_string().starts_with("10.");
        for (peer, lines, expected) in [
            ("192.0.2.1", vec!["203.0.113.9"], "192.0.2.1"),
            ("10.0.0.1", vec![], "10.0.0.1"),
            ("10.0.0.1", vec!["203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", vec!["6.6.6.6, 203.0.113.9"], "203.0.113.9"),
            (
                "10.0.0.1",
                vec!["6.6.6.6, 203.0.113.9, 10.0.0.2"],
                "203.0.113.9",
            ),
            ("10.0.0.1", vec!["6.6.6.6", "203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", vec!["6.6.6.6, unknown"], "10.0.0.1"),
        ] {
            let mut headers = HeaderMap::new();
            for line in &lines {
                headers.append("x-forwarded-for", HeaderValue::from_static(line));
            }
            let found = client(peer.parse().unwrap(), &headers, trusted);
            assert_eq!(found.to_string(), expected, "{peer} {lines:?}");
        }
    }
}
