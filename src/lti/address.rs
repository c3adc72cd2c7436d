//! Addresses that platforms name: which are taken, and whose they are.

use http::Uri;

use super::Refusal;
use super::refusal::shown;
use crate::catalogue::LONGEST_ADDRESS;

/// Hosts that are this machine, where no line is that somebody could listen to.
const OWN_HOSTS: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// `scheme://host[:port]` of an absolute http or https address, in lower case and without the scheme's own port; `None`: it
/// is none.
pub fn origin_of(url: &str) -> Option<String> {
    let uri: Uri = url.parse().ok()?;
    let authority = uri.authority().filter(|a| !a.as_str().contains('@'))?;
    let (scheme, own_port) = match uri.scheme_str()? {
        "https" => ("https", 443),
        "http" => ("http", 80),
        _ => return None,
    };
    let host = authority.host().to_ascii_lowercase();
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._[]:".contains(&b);
    if host.is_empty() || !host.bytes().all(plain) {
        return None;
    }
    match authority.port_u16() {
        Some(port) if port != own_port => Some(format!("{scheme}://{host}:{port}")),
        // `host:` and `host:99999` are no ports.
        None if authority.as_str().len() != authority.host().len() => None,
        _ => Some(format!("{scheme}://{host}")),
    }
}

/// The host of an address that has an origin, as [`origin_of`] gives it.
pub(super) fn host_of(url: &str) -> Option<String> {
    let origin = origin_of(url)?;
    let (_, authority) = origin.split_once("://")?;
    let port = authority
        .rfind(':')
        .filter(|at| !authority[*at..].contains(']'));
    Some(authority[..port.unwrap_or(authority.len())].to_owned())
}

/// Whether an address is on this machine.
pub fn is_own_machine(url: &str) -> bool {
    host_of(url).is_some_and(|host| OWN_HOSTS.contains(&host.as_str()))
}

/// Whether people and this server may be sent to `url`: by https, or by http on this machine.
///
/// # Errors
/// [`Refusal::Address`], which calls it `what`.
pub fn safe(what: &'static str, url: &str) -> Result<(), Refusal> {
    let wrong = |why: &str| {
        Err(Refusal::Address {
            what,
            url: shown(url),
            why: why.to_owned(),
        })
    };
    if url.len() > LONGEST_ADDRESS {
        return wrong("it is too long; at most 2000 characters are taken");
    }
    let Some(origin) = origin_of(url) else {
        return wrong(
            "it is no address; write https://, a host in Latin letters (xn--… for others), and a path",
        );
    };
    if origin.contains('[') && !is_own_machine(url) {
        return wrong(
            "it has a number of IP version 6, which no policy of a browser's can name; give its host's name",
        );
    }
    if origin.starts_with("http:") && !is_own_machine(url) {
        return wrong(
            "it must begin with https://, since others could change what is said over http",
        );
    }
    Ok(())
}
