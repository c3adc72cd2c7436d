//! Learning platforms (Moodle, Canvas) whose people come to lessons from there, by LTI 1.3: this archive is a tool to them.
//!
//! A **launch** is somebody who comes; the browser is sent to the platform with a state ([`Lti::begin`]) and comes back with
//! a signed token ([`Lti::launch`]). **Deep linking** is a teacher who chooses a lesson; what they chose is signed by this
//! archive's own key ([`Lti::response`]). No cookie, no script and no account is needed: what a launch led to is sealed into
//! the address of the next page, and gives nobody more than the lessons that anybody may see.
//!
//! Sources: LTI 1.3 Core, IMS Security Framework 1.0, LTI Deep Linking 2.0, LTI Dynamic Registration 1.0, OpenID Connect Core.

mod address;
mod aim;
mod ask;
mod beginning;
mod message;
mod nonces;
mod own_key;
mod platform_keys;
mod refusal;
mod registration;
mod response;
#[cfg(test)]
mod tests;
mod tickets;
mod token;

use std::sync::Arc;

pub use address::{is_own_machine, origin_of, safe as check_address};
pub use message::{Aim, Item, ItemKind, Launch, Login, Picking, Posted, Thumbnail, Watching};
pub use own_key::{forgotten as keys_forgotten, new_key};
pub use refusal::{Claim, Refusal};

use crate::auth::seal::Sealer;
use crate::auth::secret;
use crate::catalogue::{Catalogue, NewPlatform, Platform, SecretHash};
use crate::clock;
use crate::units::PlatformId;
use ask::Asker;
use beginning::{Asked, Begun};
use nonces::Nonces;
use platform_keys::PlatformKeys;
use refusal::shown;

/// Lessons that one answer to a platform may name.
pub const MOST_ITEMS: usize = 50;
/// Days that an invite counts.
pub const INVITE_DAYS: u32 = 7;

/// This archive as a tool of learning platforms.
#[derive(Clone)]
pub struct Lti(Arc<Inner>);

struct Inner {
    catalogue: Catalogue,
    lasting: Sealer,
    passing: Sealer,
    asker: Arc<Asker>,
    keys: PlatformKeys,
    nonces: Nonces,
    /// One registration at a time, so that no invite is used twice.
    registering: Arc<tokio::sync::Mutex<()>>,
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
    /// Whether its settings say that it is for this machine alone, so that platforms on it may be asked. What a request says
    /// of its host does not count.
    pub local: bool,
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
        let asker = Arc::new(Asker::default());
        Self(Arc::new(Inner {
            catalogue,
            lasting,
            passing,
            keys: PlatformKeys::new(Arc::clone(&asker)),
            asker,
            nonces: Nonces::new(nonces::MOST),
            registering: Arc::default(),
        }))
    }

    /// Answers a platform's login request: where the browser goes. It comes back to `own_origin`/lti/launch.
    ///
    /// # Errors
    /// Nobody registered the platform, or it wants to send people elsewhere.
    pub async fn begin(&self, login: &Login, own_origin: &str) -> Result<String, Refusal> {
        let asked = Asked::read(login, own_origin)?;
        let platform = self.asking(&asked).await?;
        let begun = Begun::new(platform.id, clock::now());
        let begun = begun.map_err(|e| Refusal::OwnKey(format!("no randomness: {e}")))?;
        let state = begun.seal(&self.0.passing);
        Ok(asked.address(&platform, own_origin, &state, &begun.nonce))
    }

    /// The platform that asks for a login.
    async fn asking(&self, asked: &Asked<'_>) -> Result<Platform, Refusal> {
        let issuer = asked.issuer.to_owned();
        let found = self.0.catalogue.read(move |c| {
            let found = c.platforms_of(&issuer)?;
            // A slash at the end, or another client id, is what is copied wrongly most often.
            let same =
                |p: &Platform| p.issuer.trim_end_matches('/') == issuer.trim_end_matches('/');
            let near = c.platforms()?.into_iter().find(same);
            Ok((found, near))
        });
        let (mut found, near) = found.await?;
        if let Some(id) = asked.client_id {
            found.retain(|platform| platform.client_id == id);
        }
        if found.len() > 1 {
            return Err(Refusal::SeveralPlatforms {
                issuer: shown(asked.issuer),
                count: found.len(),
            });
        }
        if let Some(found) = found.pop() {
            return Ok(found);
        }
        Err(Refusal::UnknownPlatform {
            issuer: shown(asked.issuer),
            client_id: asked.client_id.map(shown),
            near: near.is_some(),
        })
    }

    /// Where somebody who comes from a platform goes.
    ///
    /// # Errors
    /// One for each thing that can be wrong with a launch.
    pub async fn launch(&self, posted: &Posted, own_origin: &str) -> Result<Launch, Refusal> {
        if let Some(error) = &posted.error {
            return Err(Refusal::ByPlatform {
                error: shown(error),
                description: shown(posted.error_description.as_deref().unwrap_or_default()),
            });
        }
        let state = posted.state.as_deref().ok_or(Refusal::Missing("state"))?;
        let token = posted
            .id_token
            .as_deref()
            .ok_or(Refusal::Missing("id_token"))?;
        let begun = Begun::open(&self.0.passing, state, clock::now())?;
        let platform = self.platform(begun.platform()).await?;
        let head = token::head(token)?;
        let key = self.0.keys.key(&platform, &head).await?;
        let claims = token::opened(token, &head, &key, &platform.jwks_url)?;
        let now = clock::now();
        let (message, deployment) = token::checked(&claims, &platform, &begun.nonce, now)?;
        // Only what is right is remembered, so that nobody else can fill the memory.
        self.0.nonces.take(&begun.nonce, begun.until(), now)?;
        let aim = aim::aim(&claims, message, &platform, deployment, own_origin)?;
        if let Aim::Pick(picking) = &aim {
            let length = self.pick_ticket(picking).len();
            if length > tickets::LONGEST {
                return Err(Refusal::TooLong {
                    what: "what deep_linking_settings has the next address say (data, deep_link_return_url)",
                    length,
                    most: tickets::LONGEST,
                });
            }
        }
        Ok(Launch {
            aim,
            locale: aim::locale(&claims),
            platform,
        })
    }

    async fn platform(&self, id: PlatformId) -> Result<Platform, Refusal> {
        let found = self.0.catalogue.read(move |c| c.platform(id)).await?;
        found.ok_or(Refusal::PlatformGone)
    }

    /// `watching`, to be put into an address; it counts for twelve hours.
    pub fn watch_ticket(&self, watching: &Watching) -> String {
        tickets::for_watching(&self.0.lasting, watching, clock::now())
    }

    /// What a ticket of [`Lti::watch_ticket`] says.
    ///
    /// # Errors
    /// It is none, it is over, or the platform was removed.
    pub async fn watching(&self, ticket: &str) -> Result<(Platform, Watching), Refusal> {
        let watching = tickets::watching(&self.0.lasting, ticket, clock::now())?;
        Ok((self.platform(watching.platform).await?, watching))
    }

    /// `picking`, to be put into an address; it counts for two hours.
    pub fn pick_ticket(&self, picking: &Picking) -> String {
        tickets::for_picking(&self.0.lasting, picking, clock::now())
    }

    /// What a ticket of [`Lti::pick_ticket`] says.
    ///
    /// # Errors
    /// It is none, it is over, or the platform was removed.
    pub async fn picking(&self, ticket: &str) -> Result<(Platform, Picking), Refusal> {
        let picking = tickets::picking(&self.0.lasting, ticket, clock::now())?;
        Ok((self.platform(picking.platform).await?, picking))
    }

    /// What a teacher chose, signed for the platform: the value of the field `JWT` that the browser posts to
    /// [`Picking::return_url`]. Nothing chosen: they went back. It counts for two hours.
    ///
    /// # Errors
    /// [`Refusal::TooMany`]; the archive's own key cannot be used.
    pub async fn response(
        &self,
        platform: &Platform,
        picking: &Picking,
        items: &[Item],
    ) -> Result<String, Refusal> {
        let most = if picking.multiple { MOST_ITEMS } else { 1 };
        if items.len() > most {
            return Err(Refusal::TooMany {
                chosen: items.len(),
                most,
            });
        }
        let nonce =
            secret::Secret::new().map_err(|e| Refusal::OwnKey(format!("no randomness: {e}")))?;
        let claims = response::claims(platform, picking, items, nonce.told(), clock::now());
        own_key::sign(
            &own_key::signing(&self.0.catalogue, clock::now()).await?,
            &claims,
        )
    }

    /// The public keys of this archive, as a JSON Web Key Set (RFC 7517 §5).
    ///
    /// # Errors
    /// The archive's own key cannot be used.
    pub async fn published_keys(&self) -> Result<serde_json::Value, Refusal> {
        own_key::published(&self.0.catalogue).await
    }

    /// What a platform that wants to be registered says of itself at `configuration_url`, asked with its
    /// `registration_token`; changes nothing.
    ///
    /// # Errors
    /// The invite does not count, or the platform does not say what it must.
    pub async fn look_up(
        &self,
        invite: &str,
        configuration_url: &str,
        token: Option<&str>,
        ours: &Ours,
    ) -> Result<Offer, Refusal> {
        self.invited(invite).await?;
        registration::look_up(&self.0.asker, configuration_url, token, ours).await
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
        self.invited(invite).await?;
        let Ok(one) = Arc::clone(&self.0.registering).try_lock_owned() else {
            return Err(Refusal::Registering);
        };
        let own = self.clone();
        let (invite, url) = (invite.to_owned(), configuration_url.to_owned());
        let (token, ours) = (token.map(str::to_owned), ours.clone());
        // By itself: a browser that goes away meanwhile must not leave the platform registered and us not knowing it.
        let work = async move {
            let _one = one;
            own.register_wholly(&invite, &url, token.as_deref(), &ours)
                .await
        };
        let done = tokio::spawn(work).await;
        done.unwrap_or_else(|_| Err(Refusal::OwnKey("the server is stopping".to_owned())))
    }

    async fn register_wholly(
        &self,
        invite: &str,
        configuration_url: &str,
        token: Option<&str>,
        ours: &Ours,
    ) -> Result<Platform, Refusal> {
        let key = self.invited(invite).await?;
        let offer = registration::look_up(&self.0.asker, configuration_url, token, ours).await?;
        // Made before the platform asks for it.
        self.published_keys().await?;
        let client = registration::client(ours);
        let answer = self
            .0
            .asker
            .post(&offer.registration_url, token, &client)
            .await?;
        let new = registration::registered(&offer, &answer)?;
        let id = self.keep(new, key).await?;
        tracing::info!(issuer = offer.issuer, "a learning platform was registered");
        self.platform(id).await
    }

    /// Keeps a platform and uses its invite up, both or neither.
    async fn keep(&self, mut new: NewPlatform, key: SecretHash) -> Result<PlatformId, Refusal> {
        let kept = self.0.catalogue.write(move |c| {
            if !c.take_platform_invite(&key, clock::now())? {
                return Ok(None);
            }
            // One host may be registered several times, say for two schools.
            let name = new.name.clone();
            let mut number = 1;
            while c.snapshot().platform_named(&new.name)?.is_some() {
                number += 1;
                new.name = format!("{} {number}", name.chars().take(90).collect::<String>());
            }
            c.add_platform(&new).map(Some)
        });
        kept.await?.ok_or(Refusal::InviteUnknown)
    }

    /// The key of an invite that counts.
    async fn invited(&self, invite: &str) -> Result<SecretHash, Refusal> {
        let key = secret::hash_of(invite).ok_or(Refusal::InviteUnknown)?;
        let counts = self
            .0
            .catalogue
            .read(move |c| c.platform_invite(&key, clock::now()));
        match counts.await? {
            true => Ok(key),
            false => Err(Refusal::InviteUnknown),
        }
    }
}
