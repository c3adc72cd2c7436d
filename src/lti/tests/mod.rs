//! Launches and registrations against platforms that answer as they should, and as they should not.

mod choices;
mod hostile;
mod keys;
mod launches;
mod registrations;
mod school;
mod signatures;

use jsonwebtoken::jwk::Jwk;
use serde_json::{Value, json};

use super::*;
use crate::catalogue::PrivateKey;
use crate::units::Code;
use school::School;

/// This archive, as platforms know it.
const OWN: &str = "https://lessons.example";

/// An archive with one platform, which serves its keys.
struct Site {
    lti: Lti,
    catalogue: Catalogue,
    platform: Platform,
    school: School,
    data: tempfile::TempDir,
    lasting: Sealer,
    passing: Sealer,
}

/// A code that is one.
fn code() -> Code {
    Code::from_number(12_345_678)
}

/// A claim by its short name.
fn long(name: &str) -> String {
    format!("https://purl.imsglobal.org/spec/lti/claim/{name}")
}

const DEEP_LINKING: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings";

impl Site {
    async fn new() -> Self {
        Self::with_deployments(&[]).await
    }

    async fn with_deployments(deployments: &[&str]) -> Self {
        let school = School::start().await;
        let data = tempfile::tempdir().unwrap();
        let catalogue = Catalogue::open(data.path(), 1).unwrap();
        let new = school.as_platform("school", deployments);
        let id = catalogue
            .write(move |c| c.add_platform(&new))
            .await
            .unwrap();
        let platform = catalogue.read(move |c| c.platform(id)).await.unwrap();
        let sealer = || Sealer::passing().unwrap();
        let (lasting, passing) = (sealer(), sealer());
        Self {
            lti: Lti::new(catalogue.clone(), lasting.clone(), passing.clone()),
            platform: platform.unwrap(),
            catalogue,
            school,
            data,
            lasting,
            passing,
        }
    }

    fn login(&self) -> Login {
        Login {
            iss: Some(self.platform.issuer.clone()),
            login_hint: Some("someone & 1".into()),
            target_link_uri: Some(format!("{OWN}/l/{}", code())),
            lti_message_hint: Some("hint=1".into()),
            client_id: Some(self.platform.client_id.clone()),
            lti_deployment_id: Some("1".into()),
        }
    }

    /// The state and the nonce of a new beginning.
    async fn begin(&self) -> (String, String) {
        let there = self.lti.begin(&self.login(), OWN).await.unwrap();
        (parameter(&there, "state"), parameter(&there, "nonce"))
    }

    /// What the platform says when somebody opens a lesson there.
    fn claims(&self, nonce: &str) -> Value {
        let now = clock::now().0 / 1000;
        let mut claims = json!({
            "iss": self.platform.issuer,
            "aud": self.platform.client_id,
            "sub": "somebody",
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
        });
        claims[long("version")] = "1.3.0".into();
        claims[long("message_type")] = "LtiResourceLinkRequest".into();
        claims[long("deployment_id")] = "1".into();
        claims[long("target_link_uri")] = format!("{OWN}/l/{}", code()).into();
        claims[long("resource_link")] = json!({"id": "7"});
        claims[long("roles")] =
            json!(["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"]);
        claims
    }

    /// The same when a teacher chooses lessons.
    fn choosing(claims: &mut Value) {
        claims[long("message_type")] = "LtiDeepLinkingRequest".into();
        claims[long("roles")] =
            json!(["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"]);
        claims[DEEP_LINKING] = json!({
            "deep_link_return_url": "https://school.example/back?id=1",
            "accept_types": ["link", "ltiResourceLink"],
            "accept_presentation_document_targets": ["iframe", "window"],
            "data": "given back",
        });
    }

    async fn launch(&self, state: &str, token: &str) -> Result<Launch, Refusal> {
        let posted = Posted {
            id_token: Some(token.to_owned()),
            state: Some(state.to_owned()),
            ..Posted::default()
        };
        self.lti.launch(&posted, OWN).await
    }

    /// A launch whose claims are right but for `change`.
    async fn launch_with(&self, change: impl FnOnce(&mut Value)) -> Result<Launch, Refusal> {
        let (state, nonce) = self.begin().await;
        let mut claims = self.claims(&nonce);
        change(&mut claims);
        let token = own_key::sign(&self.school.key(), &claims).unwrap();
        self.launch(&state, &token).await
    }
}

/// A parameter of an address, decoded.
#[track_caller]
fn parameter(address: &str, name: &str) -> String {
    let (_, query) = address.split_once('?').unwrap();
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let found = pairs.find(|(n, _)| *n == name);
    let (_, value) = found.unwrap_or_else(|| panic!("no {name} in {address}"));
    let value = percent_encoding::percent_decode_str(value);
    value.decode_utf8().unwrap().into_owned()
}

/// The public half of a key, as sets have it.
fn public(key: &PrivateKey) -> Value {
    own_key::public(key).unwrap()
}

/// What a token says, if `set` has the key that signed it.
#[track_caller]
fn read_by(set: &Value, token: &str) -> Value {
    let head = token::head(token).unwrap();
    let keys = set["keys"].as_array().unwrap();
    let key = keys
        .iter()
        .find(|k| k["kid"] == head.kid.as_deref().unwrap());
    let key: Jwk = serde_json::from_value(key.expect("the key").clone()).unwrap();
    token::opened(token, &head, &key, "the set").unwrap().into()
}
