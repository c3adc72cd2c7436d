//! A learning platform on this machine: its keys, what it says of itself, how it takes registrations.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, LazyLock, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::super::own_key::new_key;
use super::public;
use crate::catalogue::{NewPlatform, PrivateKey};

/// Making a key takes a while.
static KEYS: LazyLock<[PrivateKey; 3]> = LazyLock::new(|| [(); 3].map(|()| new_key().unwrap()));

/// One of a few keys.
pub(super) fn key(number: usize) -> PrivateKey {
    KEYS[number].clone()
}

/// How the platform answers.
#[derive(Clone, Debug)]
pub(super) enum Answers {
    Json(u16, Value),
    Endless,
    Elsewhere(&'static str),
    Never,
}

pub(super) struct School {
    pub(super) origin: String,
    shared: Arc<Shared>,
}

struct Shared {
    keys: Mutex<Answers>,
    configuration: Mutex<Answers>,
    registration: Mutex<Answers>,
    keys_asked: AtomicUsize,
    registered: Mutex<Vec<(HeaderMap, Value)>>,
}

impl School {
    /// One that answers as it should, with the first of the keys.
    pub(super) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
            .await
            .unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            keys: Mutex::new(Answers::Json(200, json!({"keys": [public(&key(0))]}))),
            configuration: Mutex::new(Answers::Json(200, configuration(&origin))),
            registration: Mutex::new(Answers::Json(201, json!({"client_id": "new-client"}))),
            keys_asked: AtomicUsize::new(0),
            registered: Mutex::default(),
        });
        let router = Router::new()
            .route("/jwks", get(keys))
            .route("/configuration", get(say))
            .route("/register", post(register))
            .with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { origin, shared }
    }

    pub(super) fn key(&self) -> PrivateKey {
        key(0)
    }

    pub(super) fn as_platform(&self, name: &str, deployments: &[&str]) -> NewPlatform {
        NewPlatform {
            name: name.to_owned(),
            issuer: self.origin.clone(),
            client_id: "the client".to_owned(),
            authorization_url: format!("{}/auth?a=1", self.origin),
            jwks_url: format!("{}/jwks", self.origin),
            deployments: deployments.iter().map(|d| (*d).to_owned()).collect(),
        }
    }

    /// Publishes these keys from now on.
    pub(super) fn publish(&self, keys: &[Value]) {
        *self.shared.keys.lock().unwrap() = Answers::Json(200, json!({ "keys": keys }));
    }

    pub(super) fn answer_for_keys(&self, answers: Answers) {
        *self.shared.keys.lock().unwrap() = answers;
    }

    pub(super) fn answer_for_configuration(&self, answers: Answers) {
        *self.shared.configuration.lock().unwrap() = answers;
    }

    pub(super) fn answer_for_registration(&self, answers: Answers) {
        *self.shared.registration.lock().unwrap() = answers;
    }

    /// How often it was asked for its keys.
    pub(super) fn keys_asked(&self) -> usize {
        self.shared.keys_asked.load(Relaxed)
    }

    /// Who registered, and with which head.
    pub(super) fn registered(&self) -> Vec<(HeaderMap, Value)> {
        self.shared.registered.lock().unwrap().clone()
    }

    pub(super) fn configuration_url(&self) -> String {
        format!("{}/configuration", self.origin)
    }

    pub(super) fn configuration(&self) -> Value {
        configuration(&self.origin)
    }
}

fn configuration(origin: &str) -> Value {
    json!({
        "issuer": origin,
        "authorization_endpoint": format!("{origin}/auth"),
        "jwks_uri": format!("{origin}/jwks"),
        "registration_endpoint": format!("{origin}/register"),
        "id_token_signing_alg_values_supported": ["RS256"],
        "https://purl.imsglobal.org/spec/lti-platform-configuration": {"product_family_code": "moodle"},
    })
}

async fn keys(State(shared): State<Arc<Shared>>) -> Response {
    shared.keys_asked.fetch_add(1, Relaxed);
    let answers = shared.keys.lock().unwrap().clone();
    answers.answer().await
}

async fn say(State(shared): State<Arc<Shared>>) -> Response {
    let answers = shared.configuration.lock().unwrap().clone();
    answers.answer().await
}

async fn register(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    axum::Json(client): axum::Json<Value>,
) -> Response {
    shared.registered.lock().unwrap().push((headers, client));
    let answers = shared.registration.lock().unwrap().clone();
    answers.answer().await
}

impl Answers {
    async fn answer(self) -> Response {
        match self {
            Self::Json(status, json) => {
                let status = StatusCode::from_u16(status).unwrap();
                (status, axum::Json(json)).into_response()
            }
            Self::Elsewhere(there) => {
                (StatusCode::FOUND, [(header::LOCATION, there)]).into_response()
            }
            Self::Endless => {
                let pieces = futures_util::stream::repeat_with(|| {
                    Ok::<_, std::io::Error>(bytes::Bytes::from_static(&[b' '; 4096]))
                });
                Body::from_stream(pieces).into_response()
            }
            Self::Never => std::future::pending().await,
        }
    }
}
