//! From a connection's request to the router and back: what holds for every request, whatever its route.

use std::convert::Infallible;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CONNECTION, CONTENT_LENGTH};
use http::request::Parts;
use http::{Extensions, HeaderValue, Method, Request, StatusCode, Version};
use http_body::Body as _;
use hyper::body::Incoming;
use tower::Service;

use super::body::{MaxBody, ReplyBody, RequestBody, words_of};
use super::limits::Limits;
use super::pulse::Pulse;
use super::ticket::Ticket;
use crate::http::host::{self, HostPolicy, Refusal};
use crate::http::manners;
use crate::http::problem::Problem;

/// The address at the other end of the socket, among a request's extensions. Behind a reverse
/// proxy it is the proxy's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerAddress(pub SocketAddr);

/// What the requests of all connections share.
pub(super) struct House {
    pub(super) app: Router,
    pub(super) limits: Limits,
    pub(super) hosts: HostPolicy,
    pub(super) log_addresses: bool,
}

/// The service of one connection.
#[derive(Clone)]
pub(super) struct Doorway {
    pub(super) house: Arc<House>,
    pub(super) pulse: Arc<Pulse>,
    pub(super) peer: SocketAddr,
    pub(super) local: SocketAddr,
    /// What the transport wants each request of this connection to know.
    pub(super) extensions: Extensions,
}

impl hyper::service::Service<Request<Incoming>> for Doorway {
    type Response = Response<ReplyBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let doorway = self.clone();
        let (head, body) = request.into_parts();
        // Made here and not in the future: the head's time ends now.
        let peer = self.house.log_addresses.then(|| self.peer.ip());
        let refill = self.house.limits.h2_abandoned_refill;
        let ticket = Ticket::new(Arc::clone(&self.pulse), refill, &head, peer);
        Box::pin(async move { Ok(doorway.answer(head, body, ticket).await) })
    }
}

impl Doorway {
    async fn answer(
        self,
        mut head: Parts,
        body: Incoming,
        ticket: Arc<Ticket>,
    ) -> Response<ReplyBody> {
        let limits = &self.house.limits;
        let method = head.method.clone();
        let version = head.version;
        let max = MaxBody::new(limits.max_body_bytes);
        let body = if body.is_end_stream() {
            Body::empty()
        } else {
            let (stall, pulse) = (limits.body_stall, Arc::clone(&self.pulse));
            Body::new(RequestBody::new(body, max.clone(), stall, pulse))
        };
        let mut response = match self.admit(&mut head) {
            Err(problem) => {
                drop(body);
                problem.into_response()
            }
            Ok(()) if head.uri.path() == "*" => StatusCode::NO_CONTENT.into_response(),
            Ok(()) => {
                head.extensions.extend(self.extensions.clone());
                head.extensions.insert(PeerAddress(self.peer));
                head.extensions.insert(max.clone());
                self.call_app(Request::from_parts(head, body), &ticket)
                    .await
            }
        };
        // Extractors answer as they see fit when the body fails; the reason was ours.
        if !response.status().is_success() {
            if max.was_exceeded() {
                response = closing(Problem::new(StatusCode::PAYLOAD_TOO_LARGE), version)
                    .detail("The request's body is longer than is accepted here.")
                    .into_response();
            } else if max.was_stalled() {
                response = closing(Problem::new(StatusCode::REQUEST_TIMEOUT), version)
                    .detail("The rest of the request's body did not come in time.")
                    .into_response();
            }
        }
        manners::add(response.headers_mut());
        if method == Method::HEAD {
            response = without_body(response);
        }
        ticket.answered(response.status());
        if matches!(
            response.status(),
            StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED
        ) {
            // hyper does not read these bodies.
            ticket.finished();
        }
        response.map(|body| ReplyBody::new(body, ticket))
    }

    /// The checks that come before every route; they leave the head in origin-form.
    fn admit(&self, head: &mut Parts) -> Result<(), Problem> {
        let version = head.version;
        if matches!(head.method, Method::CONNECT | Method::TRACE) {
            // What follows a refused CONNECT may be meant for the tunnel.
            return Err(closing(Problem::new(StatusCode::NOT_IMPLEMENTED), version));
        }
        let target = head
            .uri
            .path_and_query()
            .map_or("", |target| target.as_str());
        if target.len() > self.house.limits.max_target_bytes {
            return Err(Problem::new(StatusCode::URI_TOO_LONG));
        }
        match host::settle(head, self.local, &self.house.hosts) {
            Ok(host) => {
                head.extensions.insert(host);
                Ok(())
            }
            Err(Refusal::Foreign) => {
                Err(Problem::new(StatusCode::MISDIRECTED_REQUEST)
                    .detail(Refusal::Foreign.to_string()))
            }
            // Two readers may not agree where the next request begins either.
            Err(refusal) => {
                Err(closing(Problem::new(StatusCode::BAD_REQUEST), version)
                    .detail(refusal.to_string()))
            }
        }
    }

    /// A panic costs the request in which it happens, and nobody else's.
    async fn call_app(&self, request: Request<Body>, ticket: &Ticket) -> Response {
        let mut app = self.house.app.clone();
        let mut answer = pin!(async move { app.call(request).await });
        let answer = poll_fn(|cx| {
            let polled = catch_unwind(AssertUnwindSafe(|| answer.as_mut().poll(cx)));
            match polled {
                Ok(Poll::Pending) => Poll::Pending,
                Ok(Poll::Ready(Ok(response))) => Poll::Ready(Ok(response)),
                Err(panic) => Poll::Ready(Err(panic)),
            }
        });
        match answer.await {
            Ok(response) => response,
            Err(panic) => {
                let said = words_of(panic.as_ref());
                tracing::error!(path = ticket.path(), said, "panic in a handler");
                Problem::new(StatusCode::INTERNAL_SERVER_ERROR).into_response()
            }
        }
    }
}

/// HTTP/2 has no `Connection` header; a stream's error ends only the stream.
fn closing(problem: Problem, version: Version) -> Problem {
    if version == Version::HTTP_2 {
        return problem;
    }
    problem.header(CONNECTION, HeaderValue::from_static("close"))
}

/// HEAD has the headers of GET and no content (RFC 9110 §9.3.2). The router sees to that for its own
/// answers, hyper only in HTTP/1.1; this is for the problems made here.
fn without_body(mut response: Response) -> Response {
    if let Some(length) = response.body().size_hint().exact()
        && !response.body().is_end_stream()
    {
        response
            .headers_mut()
            .entry(CONTENT_LENGTH)
            .or_insert(HeaderValue::from(length));
    }
    response.map(|_| Body::empty())
}
