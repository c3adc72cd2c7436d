//! What can be wrong when somebody comes from a learning platform. Each says the claim or parameter, its value and what was
//! expected, for whoever runs the platform; never a token.

use crate::catalogue;

/// Characters of somebody else's text that are told.
const SHOWN: usize = 200;

/// Why somebody is not let in from a learning platform, or a platform not registered.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// A parameter of the request is not there.
    #[error("the parameter {0} is missing")]
    Missing(&'static str),
    /// A parameter or claim is longer than is taken.
    #[error("{what} has {length} characters; at most {most} are taken")]
    TooLong {
        /// Which.
        what: &'static str,
        /// How long it is.
        length: usize,
        /// How long it may be.
        most: usize,
    },
    /// Nobody registered this platform.
    #[error(
        "no platform with iss = {issuer:?}{client} is registered; {remedy}",
        client = .client_id.as_ref().map_or(String::new(), |id| format!(" and client_id = {id:?}")),
        remedy = match .near {
            true => "there is one with this iss, or one that differs in a slash at its end: compare with teledars platform list",
            false => "add it with teledars platform invite, or platform add",
        }
    )]
    UnknownPlatform {
        /// What it calls itself.
        issuer: String,
        /// What it calls us, if it said.
        client_id: Option<String>,
        /// Whether there is one that may be meant. Which it is, is not told: many schools share an issuer.
        near: bool,
    },
    /// Several are called so, and it does not say which it is.
    #[error(
        "{count} platforms with iss = {issuer:?} are registered, and the parameter client_id is missing"
    )]
    SeveralPlatforms {
        /// What they call themselves.
        issuer: String,
        /// How many.
        count: usize,
    },
    /// It wants to send people to another archive.
    #[error("target_link_uri = {target:?} is not an address of this archive, {own}")]
    Elsewhere {
        /// Where to.
        target: String,
        /// Where we are.
        own: String,
    },
    /// The platform itself let nobody in (OpenID Connect Core §3.1.2.6).
    #[error("the platform says error = {error:?}, error_description = {description:?}")]
    ByPlatform {
        /// In one word.
        error: String,
        /// In more.
        description: String,
    },
    /// The state is none that this process made.
    #[error(
        "state was not made by this server since it was started, or was changed; begin again from the platform"
    )]
    StateUnknown,
    /// The state is too old.
    #[error("state was made {minutes} minutes ago; it counts for {most}")]
    StateOver {
        /// How long ago.
        minutes: i64,
        /// For how long it counts.
        most: u64,
    },
    /// The same launch a second time.
    #[error(
        "this launch was used already (its nonce was seen before); begin again from the platform"
    )]
    Replayed,
    /// There is no room to remember more launches.
    #[error(
        "{0} launches are remembered, and there is no room for more; try again in a few minutes"
    )]
    Busy(usize),
    /// Somebody else is registering.
    #[error("another platform is being registered at this moment; try again in half a minute")]
    Registering,
    /// The token cannot be read.
    #[error("id_token is no signed JSON Web Token: {0}")]
    Malformed(String),
    /// The token is signed in a way that is not taken.
    #[error("id_token is signed with alg = {found:?}; expected {expected}")]
    Algorithm {
        /// What its head says.
        found: String,
        /// What would be taken.
        expected: &'static str,
    },
    /// The platform publishes no such key.
    #[error("id_token is signed with the key kid = {kid}, which {url} does not have")]
    NoKey {
        /// Which key.
        kid: String,
        /// Where it was looked for.
        url: String,
    },
    /// The signature is not one of the key's.
    #[error("the signature of id_token does not fit the key kid = {kid} of {url}")]
    Signature {
        /// Which key.
        kid: String,
        /// Where it was found.
        url: String,
    },
    /// The platform's keys could not be read.
    #[error("the platform's keys cannot be read: {0}")]
    Keys(String),
    /// A claim is not what it should be.
    #[error("{claim} = {value}; expected {expected}", claim = .claim.name())]
    Claim {
        /// Which.
        claim: Claim,
        /// What it says, as JSON; `nothing`: it is not there.
        value: String,
        /// What it should say.
        expected: String,
    },
    /// The token's time is over.
    #[error("exp = {exp} was {seconds} seconds ago")]
    Over {
        /// Until when it counted, in seconds since 1970.
        exp: i64,
        /// How long ago that was.
        seconds: i64,
    },
    /// The token was made too long ago.
    #[error("iat = {iat} was {seconds} seconds ago; at most {most} are taken")]
    Old {
        /// When it was made, in seconds since 1970.
        iat: i64,
        /// How long ago that was.
        seconds: i64,
        /// How long ago it may be.
        most: i64,
    },
    /// The token is from the future: a clock is wrong.
    #[error(
        "{claim} = {at} is {seconds} seconds ahead of this server's clock; at most {most} are taken: set both clocks right"
    )]
    Future {
        /// `iat` or `nbf`.
        claim: &'static str,
        /// What it says, in seconds since 1970.
        at: i64,
        /// How far ahead that is.
        seconds: i64,
        /// How far ahead it may be.
        most: i64,
    },
    /// What the platform means is no lesson's code.
    #[error("{given:?} is no code of a lesson: {why}")]
    NoCode {
        /// What was given.
        given: String,
        /// What is wrong with it.
        why: crate::units::CodeError,
    },
    /// Who chooses lessons must be a teacher.
    #[error("none of the roles {0} may choose lessons")]
    NotATeacher(String),
    /// The platform takes nothing that we have.
    #[error("accept_types = {0}; lessons are of the types ltiResourceLink and link")]
    AcceptsNothing(String),
    /// More lessons than one answer takes.
    #[error("{chosen} lessons were chosen; at most {most} are taken at once")]
    TooMany {
        /// How many.
        chosen: usize,
        /// How many may be.
        most: usize,
    },
    /// The address is none that this archive made.
    #[error("the ticket in the address was not made by this archive, or was changed")]
    TicketUnknown,
    /// The address is too old.
    #[error("the ticket in the address was made {hours} hours ago; it counts for {most}")]
    TicketOver {
        /// How long ago.
        hours: i64,
        /// For how long it counts.
        most: u64,
    },
    /// The platform was removed since.
    #[error("the platform that this was made for is not registered any more")]
    PlatformGone,
    /// The invite was used, is over, or never was one.
    #[error(
        "the invite was used, is over, or never was one; make another with teledars platform invite"
    )]
    InviteUnknown,
    /// An address that is none, or that this server does not ask.
    #[error("{what} = {url:?}: {why}")]
    Address {
        /// Of what.
        what: &'static str,
        /// The address.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// Another server did not answer as it should.
    #[error("{url}: {why}")]
    Unreachable {
        /// Which address was asked.
        url: String,
        /// What happened.
        why: String,
    },
    /// What a platform says of itself lacks something or contradicts itself.
    #[error("{url}: {why}")]
    Configuration {
        /// Where it says it.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// The platform did not take the registration.
    #[error("{url} answered {status}: {said}")]
    NotRegistered {
        /// Which address was asked.
        url: String,
        /// The status.
        status: u16,
        /// In its own words.
        said: String,
    },
    /// The archive's own keys.
    #[error("this archive's key cannot be used: {0}")]
    OwnKey(String),
    /// The catalogue.
    #[error(transparent)]
    Catalogue(#[from] catalogue::Error),
}

/// A claim of a platform's token that is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Who says it.
    Issuer,
    /// To whom it is said.
    Audience,
    /// To whom, where it is said to several (OpenID Connect Core §2).
    AuthorizedParty,
    /// Until when.
    Expiry,
    /// Since when.
    IssuedAt,
    /// Not before when.
    NotBefore,
    /// For which beginning.
    Nonce,
    /// LTI's version.
    Version,
    /// What it is about.
    MessageType,
    /// From which deployment.
    Deployment,
    /// Where to.
    Target,
    /// What a choice of lessons is to be.
    DeepLinking,
}

impl Claim {
    /// As it is called in a token; LTI's own without `https://purl.imsglobal.org/spec/…/claim/`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Issuer => "iss",
            Self::Audience => "aud",
            Self::AuthorizedParty => "azp",
            Self::Expiry => "exp",
            Self::IssuedAt => "iat",
            Self::NotBefore => "nbf",
            Self::Nonce => "nonce",
            Self::Version => "version",
            Self::MessageType => "message_type",
            Self::Deployment => "deployment_id",
            Self::Target => "target_link_uri",
            Self::DeepLinking => "deep_linking_settings",
        }
    }
}

impl Refusal {
    /// Which words a page says to whoever came: a key of `lti.ftl`.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Missing(_) | Self::TooLong { .. } => "lti-refused-request",
            Self::UnknownPlatform { .. } => "lti-refused-unknown-platform",
            Self::SeveralPlatforms { .. } => "lti-refused-several-platforms",
            Self::Elsewhere { .. } => "lti-refused-elsewhere",
            Self::ByPlatform { .. } => "lti-refused-by-platform",
            Self::StateUnknown => "lti-refused-state-unknown",
            Self::StateOver { .. } => "lti-refused-state-over",
            Self::Replayed => "lti-refused-replayed",
            Self::Busy(_) | Self::Registering => "lti-refused-busy",
            Self::Malformed(_) => "lti-refused-malformed",
            Self::Algorithm { .. } => "lti-refused-algorithm",
            Self::NoKey { .. } => "lti-refused-no-key",
            Self::Signature { .. } => "lti-refused-signature",
            Self::Keys(_) => "lti-refused-keys",
            Self::Claim { claim, .. } => match claim {
                Claim::Issuer => "lti-refused-issuer",
                Claim::Audience | Claim::AuthorizedParty => "lti-refused-audience",
                Claim::Expiry | Claim::IssuedAt | Claim::NotBefore => "lti-refused-time",
                Claim::Nonce => "lti-refused-nonce",
                Claim::Version => "lti-refused-version",
                Claim::MessageType => "lti-refused-message-type",
                Claim::Deployment => "lti-refused-deployment",
                Claim::Target => "lti-refused-target",
                Claim::DeepLinking => "lti-refused-deep-linking",
            },
            Self::Over { .. } | Self::Old { .. } => "lti-refused-over",
            Self::Future { .. } => "lti-refused-future",
            Self::NoCode { .. } => "lti-refused-code",
            Self::NotATeacher(_) => "lti-refused-not-a-teacher",
            Self::AcceptsNothing(_) => "lti-refused-accepts-nothing",
            Self::TooMany { .. } => "lti-refused-too-many",
            Self::TicketUnknown => "lti-refused-ticket-unknown",
            Self::TicketOver { .. } => "lti-refused-ticket-over",
            Self::PlatformGone => "lti-refused-platform-gone",
            Self::InviteUnknown => "lti-refused-invite",
            Self::Address { .. } => "lti-refused-address",
            Self::Unreachable { .. } => "lti-refused-unreachable",
            Self::Configuration { .. } => "lti-refused-configuration",
            Self::NotRegistered { .. } => "lti-refused-not-registered",
            Self::OwnKey(_) | Self::Catalogue(_) => "lti-refused-own",
        }
    }
}

/// Somebody else's text in one of our sentences: bounded.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
