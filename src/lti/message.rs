//! What platforms and this archive say to each other in a launch, as values.

use serde::{Deserialize, Serialize};

use crate::catalogue::Platform;
use crate::units::{Code, PlatformId};

/// What a platform's login request says (OpenID Connect Core §4; LTI Security Framework §5.1.1.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Login {
    /// What the platform calls itself.
    pub iss: Option<String>,
    /// Of whom it thinks; given back as it is.
    pub login_hint: Option<String>,
    /// Where the launch goes.
    pub target_link_uri: Option<String>,
    /// Of which launch it thinks; given back as it is.
    pub lti_message_hint: Option<String>,
    /// What it calls this archive.
    pub client_id: Option<String>,
    /// From which of its deployments.
    pub lti_deployment_id: Option<String>,
}

/// What a platform has the browser post (LTI Security Framework §5.1.1.3).
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Posted {
    /// The signed launch.
    pub id_token: Option<String>,
    /// What the login sent along.
    pub state: Option<String>,
    /// Why there is no launch.
    pub error: Option<String>,
    /// The same in more words.
    pub error_description: Option<String>,
}

impl std::fmt::Debug for Posted {
    /// Without the token, which names somebody.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Posted({:?}, …)", self.error)
    }
}

/// What a launch is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Launch {
    /// From where.
    pub platform: Platform,
    /// To what.
    pub aim: Aim,
    /// In which language the platform shows itself (BCP 47), as it says it.
    pub locale: Option<String>,
}

/// To what a launch leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Aim {
    /// Somebody watches a lesson.
    Watch(Watching),
    /// A teacher chooses lessons.
    Pick(Picking),
    /// No lesson was chosen yet.
    Nothing,
}

/// A lesson that a launch leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watching {
    /// From where.
    pub platform: PlatformId,
    /// Which lesson.
    pub code: Code,
    /// Where it begins, in seconds.
    pub start: Option<u64>,
    /// The origin of the page that shows it, if the platform said that: `https://school.example`.
    pub framer: Option<String>,
}

/// A choice of lessons that a teacher makes for a platform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picking {
    /// For which.
    #[serde(with = "platform_id")]
    pub platform: PlatformId,
    /// For which of its deployments.
    pub deployment: String,
    /// Where the browser posts the choice, as `JWT`.
    pub return_url: String,
    /// What the platform wants back as it is.
    pub data: Option<String>,
    /// Whether several lessons may be chosen.
    pub multiple: bool,
    /// As what they are told.
    pub kind: ItemKind,
    /// The origin of the page that shows the choice, if the platform said that.
    pub framer: Option<String>,
}

/// As what a chosen lesson is told to a platform (LTI Deep Linking 2.0 §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ItemKind {
    /// `ltiResourceLink`: comes back here by a launch.
    ResourceLink,
    /// `link`: an address.
    Link,
}

/// A chosen lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its code.
    pub code: Code,
    /// Where it begins, in seconds.
    pub start: Option<u64>,
    /// Its title.
    pub title: String,
    /// A line below it.
    pub text: Option<String>,
    /// Its permanent address, absolute.
    pub url: String,
    /// The absolute address of its frame.
    pub embed: String,
    /// Pixels that the frame is wide and high.
    pub frame: (u32, u32),
    /// Its picture.
    pub thumbnail: Option<Thumbnail>,
}

/// A lesson's picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thumbnail {
    /// Absolute.
    pub url: String,
    /// Pixels wide.
    pub width: u32,
    /// Pixels high.
    pub height: u32,
}

impl Watching {
    /// The origins whose pages may show it in a frame, for `frame-ancestors`.
    pub fn framers(&self, platform: &Platform) -> Vec<String> {
        framers(platform, [self.framer.as_deref()])
    }
}

impl Picking {
    /// The origins whose pages may show it in a frame, for `frame-ancestors`.
    pub fn framers(&self, platform: &Platform) -> Vec<String> {
        let back = self.return_origin();
        framers(platform, [self.framer.as_deref(), back.as_deref()])
    }

    /// The origin of [`Picking::return_url`], for `form-action`.
    pub fn return_origin(&self) -> Option<String> {
        super::address::origin_of(&self.return_url)
    }
}

fn framers<const N: usize>(platform: &Platform, more: [Option<&str>; N]) -> Vec<String> {
    let own = [&platform.issuer, &platform.authorization_url];
    let own = own
        .into_iter()
        .filter_map(|url| super::address::origin_of(url));
    let mut all: Vec<String> = own
        .chain(more.into_iter().flatten().map(str::to_owned))
        .collect();
    all.sort();
    all.dedup();
    all
}

mod platform_id {
    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::units::PlatformId;

    pub(super) fn serialize<S: Serializer>(id: &PlatformId, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i64(id.0)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<PlatformId, D::Error> {
        i64::deserialize(from).map(PlatformId)
    }
}
