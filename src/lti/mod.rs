//! Learning platforms (Moodle, Canvas) whose people come to lessons from there, by LTI 1.3: this archive is a tool to them.
//!
//! A **launch** is somebody who comes; the browser is sent to the platform with a state ([`Lti::begin`]) and comes back with
//! a signed token ([`Lti::launch`]). **Deep linking** is a teacher who chooses a lesson; what they chose is signed by this
//! archive's own key ([`Lti::response`]). No cookie, no script and no account is needed: what a launch led to is sealed into
//! the address of the next page, and gives nobody more than the lessons that anybody may see.
//!
//! Sources: LTI 1.3 Core, IMS Security Framework 1.0, LTI Deep Linking 2.0, LTI Dynamic Registration 1.0, OpenID Connect Core.

pub(crate) mod address;
mod message;
mod refusal;

pub use address::origin_of;
pub use message::{Aim, Item, ItemKind, Launch, Login, Picking, Posted, Thumbnail, Watching};
pub use refusal::{Claim, Refusal};

use crate::auth::seal::Sealer;
use crate::catalogue::{Catalogue, Platform};

/// Lessons that one answer to a platform may name.
pub const MOST_ITEMS: usize = 50;

/// This archive as a tool of learning platforms.
#[derive(Clone)]
pub struct Lti {
    catalogue: Catalogue,
    lasting: Sealer,
    passing: Sealer,
}

/// This archive as platforms are told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ours {
    /// Its address: `https://lessons.example`.
    pub origin: String,
    /// What it is called, in the language that is chosen where a platform has no other.
    pub name: String,
    /// The same in each language (BCP 47) that it has.
    pub names: Vec<(String, String)>,
    /// In a sentence.
    pub description: String,
    /// The absolute address of its picture.
    pub logo: String,
}

/// What a platform that wants to be registered says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What it calls itself.
    pub issuer: String,
    /// What it would be called here: its host.
    pub name: String,
    /// Which product it is, in its own word: `moodle`, `canvas`.
    pub product: Option<String>,
    /// Where browsers will be sent to sign in.
    pub authorization_url: String,
    /// Where its public keys are.
    pub jwks_url: String,
    /// Where this archive would register itself.
    pub registration_url: String,
}

impl Lti {
    /// Of the archive of `catalogue`. What is sealed by `lasting` counts in ten years, by `passing` until the next start.
    pub fn new(catalogue: Catalogue, lasting: Sealer, passing: Sealer) -> Self {
        Self {
            catalogue,
            lasting,
            passing,
        }
    }

    /// Answers a platform's login request: where the browser goes. It comes back to `own_origin`/lti/launch.
    ///
    /// # Errors
    /// Nobody registered the platform, or it wants to send people elsewhere.
    pub async fn begin(&self, login: &Login, own_origin: &str) -> Result<String, Refusal> {
        let _ = (login, own_origin, &self.passing);
        Err(Refusal::StateUnknown)
    }

    /// Where somebody who comes from a platform goes.
    ///
    /// # Errors
    /// One for each thing that can be wrong with a launch.
    pub async fn launch(&self, posted: &Posted, own_origin: &str) -> Result<Launch, Refusal> {
        let _ = (posted, own_origin, &self.catalogue);
        Err(Refusal::StateUnknown)
    }

    /// `watching`, to be put into an address; it counts for twelve hours.
    pub fn watch_ticket(&self, watching: &Watching) -> String {
        let _ = watching;
        self.lasting.seal("lti watch", b"")
    }

    /// What a ticket of [`Lti::watch_ticket`] says.
    ///
    /// # Errors
    /// It is none, it is over, or the platform was removed.
    pub async fn watching(&self, ticket: &str) -> Result<(Platform, Watching), Refusal> {
        let _ = ticket;
        Err(Refusal::TicketUnknown)
    }

    /// `picking`, to be put into an address; it counts for two hours.
    pub fn pick_ticket(&self, picking: &Picking) -> String {
        let _ = picking;
        self.lasting.seal("lti pick", b"")
    }

    /// What a ticket of [`Lti::pick_ticket`] says.
    ///
    /// # Errors
    /// It is none, it is over, or the platform was removed.
    pub async fn picking(&self, ticket: &str) -> Result<(Platform, Picking), Refusal> {
        let _ = ticket;
        Err(Refusal::TicketUnknown)
    }

    /// What a teacher chose, signed for the platform: the value of the field `JWT` that the browser posts to
    /// [`Picking::return_url`]. Nothing chosen: they went back. It counts for an hour.
    ///
    /// # Errors
    /// [`Refusal::TooMany`]; the archive's own key cannot be used.
    pub async fn response(
        &self,
        platform: &Platform,
        picking: &Picking,
        items: &[Item],
    ) -> Result<String, Refusal> {
        let _ = (platform, picking, items);
        Err(Refusal::TicketUnknown)
    }

    /// The public keys of this archive, as a JSON Web Key Set (RFC 7517 §5).
    ///
    /// # Errors
    /// The archive's own key cannot be used.
    pub async fn published_keys(&self) -> Result<serde_json::Value, Refusal> {
        Ok(serde_json::json!({"keys": []}))
    }

    /// What a platform that wants to be registered says of itself at `configuration_url`; changes nothing.
    ///
    /// # Errors
    /// The invite does not count, or the platform does not say what it must.
    pub async fn look_up(
        &self,
        invite: &str,
        configuration_url: &str,
        ours: &Ours,
    ) -> Result<Offer, Refusal> {
        let _ = (invite, configuration_url, ours);
        Err(Refusal::InviteUnknown)
    }

    /// Registers this archive at the platform with its `registration_token`, and the platform here; uses the invite up.
    ///
    /// # Errors
    /// As [`Lti::look_up`], and when the platform does not take the registration. The invite counts then as before.
    pub async fn register(
        &self,
        invite: &str,
        configuration_url: &str,
        token: Option<&str>,
        ours: &Ours,
    ) -> Result<Platform, Refusal> {
        let _ = (invite, configuration_url, token, ours);
        Err(Refusal::InviteUnknown)
    }
}
