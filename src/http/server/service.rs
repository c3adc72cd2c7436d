//! From a connection's request to the router and back: what holds for every request, whatever its route.

use std::convert::Infallible;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::response::IntoResponse;
use http::header::{CONNECTION, CONTENT_LENGTH, HOST};
use http::request::Parts;
use http::{Extensions, HeaderValue, Method, Request, Response, StatusCode, Version};
use http_body::Body as _;
use hyper::body::Incoming;
use tower::Service;

use super::body::{MaxBody, Reply, ReplyBody, RequestBody, words_of};
use super::limits::Limits;
use super::pulse::Pulse;
use super::ticket::Ticket;
use crate::http::access_log::AccessLog;
use crate::http::host::{self, HostPolicy, Refusal};
use crate::http::manners;
use crate::http::problem::Problem;
use crate::streaming::{self, Lane};

/// The address at the other end of the socket, among a request's extensions. Behind a reverse
/// proxy it is the proxy's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerAddress(pub SocketAddr);

/// Answers what it can without waiting, ahead of the app. All that holds for every request holds for its
/// answers as well: hosts, limits, manners, log.
pub trait Shortcut: Send + Sync + 'static {
    /// The answer to a GET or HEAD without a body, in origin-form and for a host that is served; `None`
    /// leaves it to the app. It must not block, and must equal what the app would answer.
    fn answer(&self, head: &Parts) -> Option<Response<streaming::Body>>;
}

/// Leaves everything to the app.
pub(super) struct NoShortcut;

impl Shortcut for NoShortcut {
    fn answer(&self, _: &Parts) -> Option<Response<streaming::Body>> {
        None
    }
}

/// What the requests of all connections share.
pub(super) struct House {
    pub(super) app: Router,
    pub(super) limits: Limits,
    pub(super) hosts: HostPolicy,
    pub(super) log: AccessLog,
    pub(super) log_addresses: bool,
    pub(super) shortcut: Arc<dyn Shortcut>,
}

/// What the requests of one connection share.
pub(super) struct Visit {
    pub(super) house: Arc<House>,
    pub(super) pulse: Arc<Pulse>,
    pub(super) peer: SocketAddr,
    pub(super) local: SocketAddr,
    /// What the transport wants each request of this connection to know.
    pub(super) extensions: Extensions,
    /// The Host line that was admitted first. A client names the same one each time.
    pub(super) admitted: OnceLock<HeaderValue>,
}

/// The service of one connection.
#[derive(Clone)]
pub(super) struct Doorway(pub(super) Arc<Visit>);

/// An answer that is there, or one that is being made.
pub(super) enum Answering {
    Ready(Option<Response<ReplyBody>>),
    Later(Pin<Box<dyn Future<Output = Response<ReplyBody>> + Send>>),
}

impl Future for Answering {
    type Output = Result<Response<ReplyBody>, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            // A future that has ended is not polled again.
            Self::Ready(response) => response
                .take()
                .map_or(Poll::Pending, |r| Poll::Ready(Ok(r))),
            Self::Later(made) => made.as_mut().poll(cx).map(Ok),
        }
    }
}

impl hyper::service::Service<Request<Incoming>> for Doorway {
    type Response = Response<ReplyBody>;
    type Error = Infallible;
    type Future = Answering;

    fn call(&self, request: Request<Incoming>) -> Answering {
        let visit = &self.0;
        let (mut head, body) = request.into_parts();
        // Made here and not in the future: the head's time ends now.
        let ticket = Ticket::new(Arc::clone(visit), &head);
        let known = visit.admits_again(&head);
        let mut admitted = Ok(());
        if !known {
            admitted = visit.admit(&mut head);
        }
        if admitted.is_ok()
            && body.is_end_stream()
            && matches!(head.method, Method::GET | Method::HEAD)
            && let Some(response) = visit.shortcut(&head, &ticket)
        {
            return Answering::Ready(Some(finish(response, &head.method, ticket)));
        }
        if known {
            admitted = visit.admit(&mut head);
        }
        let visit = Arc::clone(visit);
        Answering::Later(Box::pin(async move {
            visit.answer(head, body, admitted, ticket).await
        }))
    }
}

impl Visit {
    /// Whether this request passes [`Visit::admit`], unchanged but for the spelling of its Host, because an
    /// earlier one did that names the same host in the same way. Short targets only, which are in no limit's way.
    fn admits_again(&self, head: &Parts) -> bool {
        let Some(before) = self.admitted.get() else {
            return false;
        };
        let mut lines = head.headers.get_all(HOST).iter();
        lines.next() == Some(before)
            && lines.next().is_none()
            && head.uri.authority().is_none()
            && head.uri.scheme().is_none()
            && head.uri.path_and_query().is_some_and(|target| {
                target.as_str().starts_with('/')
                    && target.as_str().len() <= self.house.limits.max_target_bytes
            })
    }

    fn shortcut(&self, head: &Parts, ticket: &Ticket) -> Option<Response<Reply>> {
        let shortcut = &self.house.shortcut;
        match catch_unwind(AssertUnwindSafe(|| shortcut.answer(head))) {
            Ok(response) => {
                let lane = || Lane::of(head.version, &self.extensions);
                response.map(|r| r.map(|body| Reply::Stored(body.over(lane()))))
            }
            Err(panic) => {
                let said = words_of(panic.as_ref());
                tracing::error!(path = ticket.path(), said, "panic in the shortcut");
                None
            }
        }
    }

    async fn answer(
        &self,
        mut head: Parts,
        body: Incoming,
        admitted: Result<(), Problem>,
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
        let mut response = match admitted {
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
        finish(response.map(Reply::Made), &method, ticket)
    }

    /// The checks that come before every route; they leave the head in origin-form.
    fn admit(&self, head: &mut Parts) -> Result<(), Problem> {
        let version = head.version;
        if head.method == Method::CONNECT {
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
        let as_sent = head.headers.get(HOST).cloned();
        let in_target = head.uri.authority().is_some();
        match host::settle(head, self.local, &self.house.hosts) {
            Ok(host) => {
                if let Some(line) = as_sent.filter(|_| !in_target) {
                    // Of several that differ, the first is remembered: they are rare. A copy, since a slice
                    // would keep the buffer that it was read into for as long as the connection.
                    if let Ok(line) = HeaderValue::from_bytes(line.as_bytes()) {
                        let _ = self.admitted.set(line);
                    }
                }
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
    async fn call_app(&self, request: Request<Body>, ticket: &Ticket) -> Response<Body> {
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

/// What holds for every answer, whoever made it.
fn finish(
    mut response: Response<Reply>,
    method: &Method,
    ticket: Arc<Ticket>,
) -> Response<ReplyBody> {
    manners::add(response.headers_mut());
    if *method == Method::HEAD {
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

/// HEAD has the headers of GET and no content (RFC 9110 §9.3.2). The router sees to that for its own
/// answers, hyper only in HTTP/1.1; this is for what is made before it.
fn without_body(mut response: Response<Reply>) -> Response<Reply> {
    if let Some(length) = response.body().size_hint().exact()
        && !response.body().is_end_stream()
    {
        response
            .headers_mut()
            .entry(CONTENT_LENGTH)
            .or_insert(HeaderValue::from(length));
    }
    response.map(|_| Reply::Stored(streaming::Body::empty()))
}
