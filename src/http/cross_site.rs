//! Whether a request comes from our own pages: what keeps another site from acting with a reader's cookie.
//!
//! Browsers say where a request comes from: `Sec-Fetch-Site` (Fetch Metadata §2.1; not over plain http, except
//! from this machine), else `Origin` (RFC 6454 §7; with every unsafe method), else `Referer`.

use ::http::header::{ORIGIN, REFERER};
use ::http::request::Parts;
use ::http::{HeaderMap, StatusCode, Uri};

use super::host::RequestHost;
use super::origin::Origin;
use super::problem::Problem;

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// One of our own pages, or the reader's own hand.
    Own,
    /// Another site's page.
    Foreign,
    /// Nothing says so: no browser of today, or a program.
    Unknown,
}

/// Who sends the request of `parts`, which reached us under `origin`.
pub fn sender(parts: &Parts, origin: &Origin) -> Sender {
    let own_host = parts.extensions.get::<RequestHost>();
    let listening = own_host.map(|host| format!("{}://{}", origin.scheme(), host.0));
    let is_own = |text: &str| text == origin.0 || Some(text) == listening.as_deref();
    judge(&parts.headers, is_own)
}

fn judge(headers: &HeaderMap, is_own: impl Fn(&str) -> bool) -> Sender {
    let told = |own: bool| if own { Sender::Own } else { Sender::Foreign };
    // Twice, or no text: whoever sends that is none of ours.
    let one = |name: ::http::HeaderName| {
        let mut lines = headers.get_all(name).iter();
        let first = lines.next()?;
        let text = first.to_str().ok().filter(|_| lines.next().is_none());
        Some(text.unwrap_or("null").to_owned())
    };
    if let Some(site) = one(::http::HeaderName::from_static("sec-fetch-site")) {
        // `none`: typed, or from a bookmark. `same-site` is another host of the same domain.
        return told(["same-origin", "none"].contains(&site.as_str()));
    }
    if let Some(origin) = one(ORIGIN) {
        return told(is_own(&origin.to_ascii_lowercase()));
    }
    match one(REFERER) {
        Some(referer) => told(origin_of(&referer).is_some_and(|origin| is_own(&origin))),
        None => Sender::Unknown,
    }
}

fn origin_of(url: &str) -> Option<String> {
    let url: Uri = url.parse().ok()?;
    let origin = format!("{}://{}", url.scheme_str()?, url.authority()?);
    Some(origin.to_ascii_lowercase())
}

/// What another site gets for trying.
pub fn refused() -> Problem {
    Problem::new(StatusCode::FORBIDDEN).detail(
        "this request does not come from a page of this archive; open the page here and send it again",
    )
}

#[cfg(test)]
mod tests {
    use ::http::{HeaderName, HeaderValue};

    use super::*;

    fn judged(lines: &[(&'static str, &'static str)]) -> Sender {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            let name = HeaderName::from_static(name);
            headers.append(name, HeaderValue::from_static(value));
        }
        judge(&headers, |origin| origin == "https://ders.example")
    }

    #[test]
    fn a_browsers_own_word_counts_first_then_the_origin_then_the_referer() {
        use Sender::{Foreign, Own, Unknown};
        let (site, origin, referer) = ("sec-fetch-site", "origin", "referer");
        let (ours, theirs) = ("https://ders.example", "https://evil.example");
        for (lines, expected) in [
            (vec![], Unknown),
            (vec![(site, "same-origin")], Own),
            (vec![(site, "none")], Own),
            (vec![(site, "same-site")], Foreign),
            (vec![(site, "cross-site")], Foreign),
            (vec![(site, "")], Foreign),
            (vec![(site, "cross-site"), (origin, ours)], Foreign),
            (vec![(site, "same-origin"), (site, "same-origin")], Foreign),
            (vec![(origin, ours)], Own),
            (vec![(origin, "https://DERS.example")], Own),
            (vec![(origin, "http://ders.example")], Foreign),
            (vec![(origin, "https://ders.example:8443")], Foreign),
            (vec![(origin, "https://ders.example.evil.example")], Foreign),
            (vec![(origin, "null")], Foreign),
            (vec![(origin, theirs)], Foreign),
            (vec![(origin, ours), (origin, ours)], Foreign),
            (
                vec![(origin, theirs), (referer, "https://ders.example/")],
                Foreign,
            ),
            (vec![(referer, "https://ders.example/az/teach/")], Own),
            (
                vec![(referer, "https://evil.example/?https://ders.example")],
                Foreign,
            ),
            (
                vec![(referer, "https://ders.example@evil.example/")],
                Foreign,
            ),
            (vec![(referer, "about:blank")], Foreign),
        ] {
            assert_eq!(judged(&lines), expected, "{lines:?}");
        }
    }
}
