//! Signing in: a name and a password become a session. So does a one-time link with a new password.

#[cfg(test)]
mod tests;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::{Duration, Instant};

use super::pace::{Familiar, Pace};
use super::password::{self, Passwords};
use super::secret::Secret;
use super::throttle::Throttle;
use crate::catalogue::{self, Catalogue, LinkFor, SecretHash};
use crate::clock;
use crate::search::fold::fold;
use crate::units::PersonId;

/// How long a link to choose a password is good for, in seconds.
pub const LINK_SECONDS: u64 = 24 * 3600;
/// How long an address is known as one that somebody signs in from.
const FAMILIAR: Duration = Duration::from_secs(30 * 86_400);

/// Limits of signing in.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Attempts with one name from one address in the window.
    pub per_name_and_address: u32,
    /// Attempts with one name from wherever nobody signed in with it lately, before each waits longer than the
    /// one before.
    pub per_name: u32,
    /// Failed attempts from one address in the window.
    pub per_address: u32,
    /// How long attempts are counted.
    pub window: Duration,
    /// How long a session lasts, in seconds.
    pub session_seconds: u64,
}

/// Why somebody is not signed in.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// There is no such name, or the password is another, or they are shut out: nobody is told which.
    #[error("the name or the password is wrong")]
    Wrong,
    /// Too many attempts; come back after this.
    #[error("too many attempts; try again in {} seconds", .0.as_secs() + 1)]
    Often(Duration),
    /// The link was used, or it expired, or it never was one.
    #[error("the link is used or expired; ask for another one")]
    Link,
    /// The password cannot be one, or could not be looked at.
    #[error(transparent)]
    Password(#[from] password::Error),
    /// The catalogue refused.
    #[error(transparent)]
    Catalogue(#[from] catalogue::Error),
    /// There was no randomness.
    #[error("the operating system has no randomness: {0}")]
    Random(#[from] std::io::Error),
}

/// Where people sign in.
pub struct SignIn {
    catalogue: Catalogue,
    passwords: Passwords,
    /// A name, folded, from one address: a few.
    pairs: Throttle<(String, IpAddr)>,
    /// From where a name has signed in. Others cannot keep its person out there.
    familiar: Familiar<(String, IpAddr)>,
    /// A name from everywhere else together: the limit of those who have many addresses.
    names: Pace<String>,
    addresses: Throttle<IpAddr>,
    limits: Limits,
}

impl SignIn {
    /// To what `catalogue` keeps.
    pub fn new(catalogue: Catalogue, limits: Limits) -> Self {
        Self {
            catalogue,
            passwords: Passwords::default(),
            pairs: Throttle::new(limits.per_name_and_address, limits.window),
            familiar: Familiar::new(FAMILIAR),
            names: Pace::new(limits.per_name),
            addresses: Throttle::new(limits.per_address, limits.window),
            limits,
        }
    }

    /// How long a session lasts.
    pub fn session_seconds(&self) -> u64 {
        self.limits.session_seconds
    }

    /// Begins a session for who knows the password of `name`, asked from `address` at `now`.
    ///
    /// # Errors
    /// [`Refusal::Wrong`] after the same time whether or not there is such a person; [`Refusal::Often`].
    pub async fn by_password(
        &self,
        name: &str,
        password: String,
        address: IpAddr,
        now: Instant,
    ) -> Result<Secret, Refusal> {
        // Nobody's: not worth a thought, nor a place in what is counted.
        if password.len() > password::LONGEST {
            return Err(password::Error::Long(password.len()).into());
        }
        let name = name.trim();
        if name.chars().nth(catalogue::LONGEST_NAME).is_some() {
            return Err(Refusal::Wrong);
        }
        let turn = self.admit(name, address, now)?;
        let (person, hash) = self.known(name.to_owned()).await?.unzip();
        let hash = hash.flatten();
        let right = self.passwords.is(password, hash.clone()).await?;
        let (true, Some(person)) = (right, person) else {
            return Err(Refusal::Wrong);
        };
        let secret = self.begin(person, hash).await?;
        self.addresses.forgive(&turn.pair.1);
        self.pairs.clear(&turn.pair);
        if turn.paced {
            self.names.forgive(&turn.pair.0);
        }
        self.familiar.note(turn.pair, now);
        Ok(secret)
    }

    /// Counts an attempt with `name` from `address`, if it may be made.
    fn admit(&self, name: &str, address: IpAddr, now: Instant) -> Result<Turn, Refusal> {
        let pair = (fold(name), network(address));
        let often = Refusal::Often;
        self.addresses.attempt(&pair.1, now).map_err(often)?;
        self.pairs.attempt(&pair, now).map_err(often)?;
        let paced = !self.familiar.knows(&pair, now);
        if paced && let Err(wait) = self.names.attempt(&pair.0, now) {
            // Somebody else's doing, and no password was tried.
            self.addresses.forgive(&pair.1);
            self.pairs.forgive(&pair);
            return Err(often(wait));
        }
        Ok(Turn { pair, paced })
    }

    /// Who is called so and may sign in, with the hash of their password.
    async fn known(
        &self,
        name: String,
    ) -> Result<Option<(PersonId, Option<String>)>, catalogue::Error> {
        self.catalogue
            .read(move |c| {
                let person = c.person_named(&name)?.filter(|p| p.disabled.is_none());
                person
                    .map(|p| Ok((p.id, c.password_hash(p.id)?)))
                    .transpose()
            })
            .await
    }

    /// Begins a session, if the password is still the one that was looked at.
    async fn begin(&self, person: PersonId, hash: Option<String>) -> Result<Secret, Refusal> {
        let secret = Secret::new()?;
        let (kept, seconds) = (secret.hash(), self.limits.session_seconds);
        let begun = self.catalogue.write(move |c| {
            let now = c.snapshot();
            let enabled = now.person(person)?.is_some_and(|p| p.disabled.is_none());
            if !enabled || now.password_hash(person)? != hash {
                return Ok(false);
            }
            c.add_session(&kept, person, clock::now().after_seconds(seconds))?;
            Ok(true)
        });
        match begun.await? {
            true => Ok(secret),
            false => Err(Refusal::Wrong),
        }
    }

    /// Changes one's own password, which ends one's sessions; begins another one.
    ///
    /// # Errors
    /// [`Refusal::Wrong`] when `old` is not the present one; [`Refusal::Often`]; [`Refusal::Password`].
    pub async fn change_password(
        &self,
        person: PersonId,
        old: String,
        new: String,
        now: Instant,
    ) -> Result<Secret, Refusal> {
        // Whoever found an open browser may not guess for ever.
        let key = (format!("\0{person}"), IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        self.pairs.attempt(&key, now).map_err(Refusal::Often)?;
        let known = self
            .catalogue
            .read(move |c| c.password_hash(person))
            .await?;
        if !self.passwords.is(old, known.clone()).await? {
            return Err(Refusal::Wrong);
        }
        self.pairs.clear(&key);
        let hash = self.passwords.hash(new).await?;
        let kept = hash.clone();
        let changed = self.catalogue.write(move |c| {
            if c.snapshot().password_hash(person)? != known {
                return Ok(false);
            }
            c.set_password(Some(person), person, &kept)?;
            Ok(true)
        });
        match changed.await? {
            true => self.begin(person, Some(hash)).await,
            false => Err(Refusal::Wrong),
        }
    }

    /// The hash of a new password.
    ///
    /// # Errors
    /// The password's.
    pub async fn hash(&self, password: String) -> Result<String, password::Error> {
        self.passwords.hash(password).await
    }

    /// Makes a link: its key. Earlier ones for the same are over.
    ///
    /// # Errors
    /// The catalogue's.
    pub async fn link(&self, link: LinkFor) -> Result<Secret, Refusal> {
        let key = Secret::new()?;
        let (kept, until) = (key.hash(), clock::now().after_seconds(LINK_SECONDS));
        self.catalogue
            .write(move |c| c.add_link(&kept, &link, until))
            .await?;
        Ok(key)
    }

    /// Uses a link up: a new administrator called `name`, or another password of whom it is for. Either is
    /// signed in. What is refused leaves the link as it was.
    ///
    /// # Errors
    /// [`Refusal::Link`], [`Refusal::Password`], a name that cannot be one.
    pub async fn by_link(
        &self,
        key: SecretHash,
        name: String,
        password: String,
    ) -> Result<Secret, Refusal> {
        let now = clock::now();
        let there = self.catalogue.read(move |c| c.link(&key, now)).await?;
        // Before the work: who has no link cannot make us do any.
        if there.is_none() {
            return Err(Refusal::Link);
        }
        let hash = self.passwords.hash(password).await?;
        let kept = hash.clone();
        let used = self
            .catalogue
            .write(move |c| match c.take_link(&key, now)? {
                None => Ok(None),
                Some(LinkFor::Welcome) => c.add_first_administrator(&name, &kept).map(Some),
                Some(LinkFor::Person(person)) => {
                    c.set_password(Some(person), person, &kept)?;
                    Ok(Some(person))
                }
            });
        let person = used.await?.ok_or(Refusal::Link)?;
        self.begin(person, Some(hash)).await
    }
}

/// An attempt that may be made.
struct Turn {
    pair: (String, IpAddr),
    /// Whether it was counted among those from everywhere.
    paced: bool,
}

/// What is counted as one address: a household or school has a whole IPv6 network of 64 bits.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let kept = v6.to_bits() & (u128::MAX << 64);
            IpAddr::V6(Ipv6Addr::from_bits(kept))
        }
        v4 => v4,
    }
}
