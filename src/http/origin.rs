//! The archive's own address as the reader sees it: what absolute URLs begin with.

use std::convert::Infallible;
use std::fmt;
use std::net::IpAddr;

use ::http::request::Parts;
use axum::extract::FromRequestParts;

use super::host::{Authority, RequestHost};
use super::server::{PeerAddress, Secure};
use crate::app::Shared;

/// Scheme and authority, such as `https://lessons.example`, without a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(pub String);

impl Origin {
    /// The absolute form of `path`, which starts with a slash.
    pub fn url(&self, path: impl fmt::Display) -> String {
        format!("{}{path}", self.0)
    }

    /// `http` or `https`.
    pub fn scheme(&self) -> &str {
        self.0.split("://").next().unwrap_or_default()
    }

    /// Whether readers come by https, perhaps to a proxy.
    pub fn is_https(&self) -> bool {
        self.scheme() == "https"
    }
}

impl FromRequestParts<Shared> for Origin {
    type Rejection = Infallible;

    /// The setting `base_url`, else what a trusted proxy says, else the request's own Host.
    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Infallible> {
        if let Some(base) = &app.base {
            return Ok(Self(format!("{}://{}", base.scheme, base.authority)));
        }
        let trusted = parts
            .extensions
            .get::<PeerAddress>()
            .is_some_and(|p| trusts(app, p.0.ip()));
        let forwarded = |name: &str| {
            let value = parts.headers.get(name).filter(|_| trusted)?;
            let first = value.to_str().ok()?.split(',').next()?.trim();
            (!first.is_empty()).then(|| first.to_owned())
        };
        let secure = parts.extensions.get::<Secure>().is_some()
            || forwarded("x-forwarded-proto").is_some_and(|s| s == "https");
        let scheme = if secure { "https" } else { "http" };
        let own = || parts.extensions.get::<RequestHost>().map(|h| h.0.clone());
        let host = forwarded("x-forwarded-host").filter(|h| h.parse::<Authority>().is_ok());
        let host = host
            .or_else(own)
            .unwrap_or_else(|| app.settings.listen.to_string());
        Ok(Self(format!("{scheme}://{host}")))
    }
}

fn trusts(app: &Shared, peer: IpAddr) -> bool {
    app.proxies
        .iter()
        .any(|network| network.contains(&peer.to_canonical()))
}
