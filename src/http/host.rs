//! Whom a request is for: the Host rules of RFC 9112 §3.2 and RFC 9113 §8.3.1, which hyper does not check.
//!
//! A request without one clear authority is refused, because absolute URLs are made from it, and because two
//! readers of a doubled Host may disagree (request smuggling, poisoned caches).

use std::fmt;
use std::net::{Ipv6Addr, SocketAddr};
use std::str::FromStr;

use http::header::HOST;
use http::request::Parts;
use http::uri::Scheme;
use http::{HeaderValue, Method, Uri, Version};

/// A host and perhaps a port, as in `Host` or in a base URL: lower case, no user information.
///
/// Narrower than RFC 3986's `reg-name`: letters, digits, `-`, `.`, `_`, `~` only, since names in
/// DNS need no more and a comma is more probably two hosts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Authority {
    host: String,
    port: Option<u16>,
}

/// Why a request is not served under the authority that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// HTTP/1.1 without Host, or HTTP/2 with neither `:authority` nor Host.
    #[error("the request names no host")]
    Missing,
    /// More than one Host line, or in HTTP/2 a Host that is not the `:authority`.
    #[error("the request names more than one host")]
    Doubled,
    /// Not a host with an optional port.
    #[error("the request's host is malformed")]
    Malformed,
    /// A request-target in no form that this server serves.
    #[error("the request's target is malformed")]
    Target,
    /// A well-formed authority that is not ours.
    #[error("this host is not served here")]
    Foreign,
}

/// Which authorities are served.
#[derive(Clone, Debug, Default)]
pub enum HostPolicy {
    /// Any one well-formed authority.
    #[default]
    Any,
    /// These, and the address that the connection came in on.
    Only {
        /// The base URL's authority and its other names.
        hosts: Vec<Authority>,
    },
}

/// The authority that a request was accepted under, among its extensions: what absolute URLs are made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestHost(pub String);

impl FromStr for Authority {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let (host, port) = match text.strip_prefix('[') {
            Some(rest) => {
                let (inside, after) = rest.split_once(']').ok_or(Refusal::Malformed)?;
                let address: Ipv6Addr = inside.parse().map_err(|_| Refusal::Malformed)?;
                let port = match after {
                    "" => None,
                    _ => Some(after.strip_prefix(':').ok_or(Refusal::Malformed)?),
                };
                (format!("[{address}]"), port)
            }
            None => {
                let (name, port) = match text.split_once(':') {
                    Some((name, port)) => (name, Some(port)),
                    None => (text, None),
                };
                let fits = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
                if name.is_empty() || name.len() > 255 || !name.bytes().all(fits) {
                    return Err(Refusal::Malformed);
                }
                (name.to_ascii_lowercase(), port)
            }
        };
        // "example.org:" is allowed (RFC 3986 §3.2.3) and means no port.
        let port = match port {
            None | Some("") => None,
            Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => {
                Some(digits.parse().map_err(|_| Refusal::Malformed)?)
            }
            Some(_) => return Err(Refusal::Malformed),
        };
        Ok(Self { host, port })
    }
}

impl fmt::Display for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            Some(port) => write!(f, "{}:{port}", self.host),
            None => f.write_str(&self.host),
        }
    }
}

impl From<SocketAddr> for Authority {
    fn from(address: SocketAddr) -> Self {
        let host = match address.ip().to_canonical() {
            std::net::IpAddr::V4(v4) => v4.to_string(),
            std::net::IpAddr::V6(v6) => format!("[{v6}]"),
        };
        Self {
            host,
            port: Some(address.port()),
        }
    }
}

impl Authority {
    /// Equal but for a default port that one of the two does not write.
    pub fn is(&self, other: &Self) -> bool {
        let told = |port: Option<u16>| port.filter(|&p| p != 80 && p != 443);
        self.host == other.host && told(self.port) == told(other.port)
    }
}

impl HostPolicy {
    fn admits(&self, authority: &Authority, listening_on: &Authority) -> bool {
        match self {
            Self::Any => true,
            Self::Only { hosts } => {
                authority.is(listening_on) || hosts.iter().any(|host| host.is(authority))
            }
        }
    }
}

/// Finds the one authority that `request` is for, and leaves the request in origin-form with that
/// authority as its Host, so that nobody after this reads another.
///
/// `local` is the address on which the connection came in: the authority of an HTTP/1.0 request
/// that names none.
pub fn settle(
    request: &mut Parts,
    local: SocketAddr,
    policy: &HostPolicy,
) -> Result<RequestHost, Refusal> {
    let listening_on = Authority::from(local);
    let mut lines = request.headers.get_all(HOST).iter();
    let in_header = match (lines.next(), lines.next()) {
        (None, _) => None,
        (Some(_), Some(_)) => return Err(Refusal::Doubled),
        (Some(line), None) => Some(parse(line)?),
    };
    let in_target = match request.uri.authority() {
        None => None,
        Some(authority) => Some(authority.as_str().parse::<Authority>()?),
    };
    let authority = match (in_target, in_header, request.version) {
        // RFC 9113 §8.3.1: a Host beside :authority may only repeat it.
        (Some(target), Some(header), Version::HTTP_2) if target != header => {
            return Err(Refusal::Doubled);
        }
        // RFC 9112 §3.2: also an absolute-form request must carry a Host, whose value then does
        // not count (§3.2.2).
        (Some(_), None, Version::HTTP_11) | (None, None, Version::HTTP_11 | Version::HTTP_2) => {
            return Err(Refusal::Missing);
        }
        (Some(target), _, _) => target,
        (None, Some(header), _) => header,
        (None, None, _) => listening_on.clone(),
    };
    to_origin_form(request)?;
    if !policy.admits(&authority, &listening_on) {
        return Err(Refusal::Foreign);
    }
    let name = authority.to_string();
    let value = HeaderValue::from_str(&name).map_err(|_| Refusal::Malformed)?;
    request.headers.insert(HOST, value);
    Ok(RequestHost(name))
}

fn parse(line: &HeaderValue) -> Result<Authority, Refusal> {
    line.to_str().map_err(|_| Refusal::Malformed)?.parse()
}

/// Rewrites absolute-form (RFC 9112 §3.2.2) to origin-form; asterisk-form is for OPTIONS alone.
fn to_origin_form(request: &mut Parts) -> Result<(), Refusal> {
    match request.uri.scheme() {
        None => {}
        Some(scheme) if *scheme == Scheme::HTTP || *scheme == Scheme::HTTPS => {}
        Some(_) => return Err(Refusal::Target),
    }
    let target = request.uri.path_and_query().cloned();
    let target = target.ok_or(Refusal::Target)?;
    let path = target.path();
    let of_server = path == "*" && request.method == Method::OPTIONS;
    if !of_server && !path.starts_with('/') {
        return Err(Refusal::Target);
    }
    if request.uri.authority().is_some() {
        request.uri = Uri::from(target);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    const LOCAL: &str = "192.0.2.7:8080";

    fn settled(
        version: Version,
        target: &str,
        hosts: &[&str],
        policy: &HostPolicy,
    ) -> Result<(String, String), Refusal> {
        let mut request = Request::builder().version(version).uri(target);
        for host in hosts {
            request = request.header(HOST, *host);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        let RequestHost(host) = settle(&mut parts, LOCAL.parse().unwrap(), policy)?;
        assert_eq!(parts.headers.get_all(HOST).iter().count(), 1);
        assert_eq!(parts.headers[HOST], host.as_str());
        assert_eq!(parts.uri.authority(), None);
        Ok((host, parts.uri.to_string()))
    }

    fn any(version: Version, target: &str, hosts: &[&str]) -> Result<String, Refusal> {
        settled(version, target, hosts, &HostPolicy::Any).map(|(host, _)| host)
    }

    #[test]
    fn one_well_formed_host_is_accepted_in_lower_case() {
        for (sent, known_as) in [
            ("Ders.Example.AZ", "ders.example.az"),
            ("example.org:8080", "example.org:8080"),
            ("example.org:", "example.org"),
            ("127.0.0.1:80", "127.0.0.1:80"),
            ("[2001:DB8::1]", "[2001:db8::1]"),
            ("[::1]:8080", "[::1]:8080"),
            ("school_7.local", "school_7.local"),
        ] {
            assert_eq!(
                any(Version::HTTP_11, "/", &[sent]).as_deref(),
                Ok(known_as),
                "{sent}"
            );
        }
    }

    #[test]
    fn a_host_that_could_be_read_in_two_ways_is_refused() {
        for bad in [
            "",
            " ",
            "a b",
            "a, b",
            "a,b",
            "user@a",
            "a/b",
            "a?b",
            "a#b",
            "a:b",
            "a:80:80",
            "a:65536",
            "a:-1",
            "a:+8",
            "[::1",
            "[::1]x",
            "[fe80::1%25eth0]",
            "[v1.x]",
            "::1",
            ":80",
            "a\\b",
            "a%20b",
        ] {
            assert_eq!(
                any(Version::HTTP_11, "/", &[bad]),
                Err(Refusal::Malformed),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn no_host_and_two_hosts_are_refused_even_when_they_agree() {
        assert_eq!(any(Version::HTTP_11, "/", &[]), Err(Refusal::Missing));
        assert_eq!(any(Version::HTTP_2, "/", &[]), Err(Refusal::Missing));
        for version in [Version::HTTP_10, Version::HTTP_11, Version::HTTP_2] {
            assert_eq!(any(version, "/", &["a", "a"]), Err(Refusal::Doubled));
        }
        assert_eq!(
            any(Version::HTTP_11, "http://a/", &[]),
            Err(Refusal::Missing)
        );
    }

    #[test]
    fn an_old_client_without_host_is_served_under_the_listen_address() {
        assert_eq!(any(Version::HTTP_10, "/", &[]).as_deref(), Ok(LOCAL));
        assert_eq!(any(Version::HTTP_10, "/", &["a"]).as_deref(), Ok("a"));
    }

    #[test]
    fn an_absolute_target_names_the_host_whatever_the_header_says() {
        let both = settled(
            Version::HTTP_11,
            "http://One.example/x?y=1",
            &["two.example"],
            &HostPolicy::Any,
        );
        assert_eq!(both, Ok(("one.example".into(), "/x?y=1".into())));
        let bare = settled(
            Version::HTTP_11,
            "http://a.example",
            &["a.example"],
            &HostPolicy::Any,
        );
        assert_eq!(bare, Ok(("a.example".into(), "/".into())));
        for (target, refusal) in [
            ("http://user@a/", Refusal::Malformed),
            ("ftp://a/", Refusal::Target),
            ("*", Refusal::Target),
        ] {
            assert_eq!(any(Version::HTTP_11, target, &["a"]), Err(refusal));
        }
    }

    #[test]
    fn in_http_2_a_host_header_may_only_repeat_the_authority() {
        assert_eq!(
            any(Version::HTTP_2, "http://a/", &["b"]),
            Err(Refusal::Doubled)
        );
        assert_eq!(
            any(Version::HTTP_2, "http://a/", &["A"]).as_deref(),
            Ok("a")
        );
        assert_eq!(any(Version::HTTP_2, "http://a/", &[]).as_deref(), Ok("a"));
    }

    #[test]
    fn with_a_base_url_only_that_host_and_the_listen_address_are_served() {
        let only = HostPolicy::Only {
            hosts: vec!["ders.example".parse().unwrap()],
        };
        for ours in ["ders.example", "Ders.Example:443", "ders.example:80", LOCAL] {
            assert!(
                settled(Version::HTTP_11, "/", &[ours], &only).is_ok(),
                "{ours}"
            );
        }
        for foreign in [
            "evil.example",
            "ders.example:8080",
            "192.0.2.7",
            "x.ders.example",
        ] {
            assert_eq!(
                settled(Version::HTTP_11, "/", &[foreign], &only),
                Err(Refusal::Foreign),
                "{foreign}"
            );
        }
    }
}
