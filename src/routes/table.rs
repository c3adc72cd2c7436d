//! What a list of routes is made of: each with its methods, and whom it is for.

use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodRouter, get, post};
use http::Method;

use crate::app::Shared;

/// Whom a route is for. It says what handlers do and does not do it: a test asks every route as everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// Everybody gets the same, whether or not they are signed in.
    Anybody,
    /// Who may see the lesson: anybody, unless it is a draft.
    Viewers,
    /// Whoever comes by a link to the lesson that has not ended, whoever they are besides.
    Holders,
    /// Who is signed in or acts by a token.
    SignedIn,
    /// Those of them who may see the lesson as its people do; what others may do with it they are told.
    Authors,
    /// Administrators.
    Administrators,
    /// Machines that do jobs, and administrators.
    Workers,
    /// Learning platforms, by the browser of whoever comes from them: asked by pages of other sites, and answered without
    /// a look at who is signed in.
    Platforms,
}

/// A route and one of its methods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// GET means HEAD as well.
    pub method: Method,
    /// As axum writes it: `{code}` is any segment.
    pub path: String,
    /// Whom it is for.
    pub whom: For,
}

/// Routes, and a list of them.
pub(super) struct Table {
    pub(super) router: Router<Shared>,
    pub(super) listed: Vec<Listed>,
}

impl Table {
    pub(super) fn new() -> Self {
        Self {
            router: Router::new(),
            listed: Vec::new(),
        }
    }

    pub(super) fn get<H: Handler<T, Shared>, T: 'static>(
        self,
        whom: For,
        path: &str,
        handler: H,
    ) -> Self {
        self.list(whom, Method::GET, path, get(handler))
    }

    pub(super) fn post<H: Handler<T, Shared>, T: 'static>(
        self,
        whom: For,
        path: &str,
        handler: H,
    ) -> Self {
        self.list(whom, Method::POST, path, post(handler))
    }

    pub(super) fn list(
        mut self,
        whom: For,
        method: Method,
        path: &str,
        route: MethodRouter<Shared>,
    ) -> Self {
        self.router = self.router.route(path, route);
        self.also(whom, method, path)
    }

    /// Another method of a route that is there.
    pub(super) fn also(mut self, whom: For, method: Method, path: &str) -> Self {
        self.listed.push(Listed {
            method,
            path: path.to_owned(),
            whom,
        });
        self
    }
}
