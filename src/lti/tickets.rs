//! What a launch led to, sealed into the address of the next page: no cookie, and nothing to keep. The seal is the archive's
//! own, so that a page that is open is reloaded also after the server was started anew.

use serde::{Deserialize, Serialize};

use super::Refusal;
use super::message::{Picking, Watching};
use crate::auth::seal::Sealer;
use crate::clock::UnixMillis;
use crate::units::PlatformId;

/// Characters of a ticket: an address has 8 KiB, and besides it fifty chosen lessons or a long search.
pub(super) const LONGEST: usize = 6000;
/// How long a lesson may be watched after a launch: a day at school.
const WATCH_HOURS: u64 = 12;
/// How long a teacher may take to choose.
pub(super) const PICK_HOURS: u64 = 2;

/// What is sealed, and when.
#[derive(Serialize, Deserialize)]
struct Ticket<T> {
    #[serde(rename = "a")]
    at: i64,
    #[serde(rename = "w")]
    what: T,
}

/// [`Watching`] in few characters.
#[derive(Serialize, Deserialize)]
struct Watched {
    #[serde(rename = "p")]
    platform: i64,
    #[serde(rename = "c")]
    code: String,
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    start: Option<u64>,
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    framer: Option<String>,
}

pub(super) fn for_watching(sealer: &Sealer, watching: &Watching, now: UnixMillis) -> String {
    let what = Watched {
        platform: watching.platform.0,
        code: watching.code.to_string(),
        start: watching.start,
        framer: watching.framer.clone(),
    };
    seal(sealer, "lti watch", what, now)
}

/// # Errors
/// [`Refusal::TicketUnknown`], [`Refusal::TicketOver`].
pub(super) fn watching(
    sealer: &Sealer,
    ticket: &str,
    now: UnixMillis,
) -> Result<Watching, Refusal> {
    let watched: Watched = open(sealer, "lti watch", ticket, WATCH_HOURS, now)?;
    Ok(Watching {
        platform: PlatformId(watched.platform),
        code: watched.code.parse().map_err(|_| Refusal::TicketUnknown)?,
        start: watched.start,
        framer: watched.framer,
    })
}

pub(super) fn for_picking(sealer: &Sealer, picking: &Picking, now: UnixMillis) -> String {
    seal(sealer, "lti pick", picking, now)
}

/// # Errors
/// [`Refusal::TicketUnknown`], [`Refusal::TicketOver`].
pub(super) fn picking(sealer: &Sealer, ticket: &str, now: UnixMillis) -> Result<Picking, Refusal> {
    open(sealer, "lti pick", ticket, PICK_HOURS, now)
}

fn seal(sealer: &Sealer, purpose: &str, what: impl Serialize, now: UnixMillis) -> String {
    let ticket = Ticket { at: now.0, what };
    sealer.seal(purpose, &serde_json::to_vec(&ticket).unwrap_or_default())
}

fn open<T: for<'de> Deserialize<'de>>(
    sealer: &Sealer,
    purpose: &str,
    ticket: &str,
    most: u64,
    now: UnixMillis,
) -> Result<T, Refusal> {
    let said = sealer.open(purpose, ticket).ok_or(Refusal::TicketUnknown)?;
    let ticket: Ticket<T> = serde_json::from_slice(&said).map_err(|_| Refusal::TicketUnknown)?;
    if UnixMillis(ticket.at).after_seconds(most * 3600) < now {
        return Err(Refusal::TicketOver {
            hours: now.0.saturating_sub(ticket.at) / 3_600_000,
            most,
        });
    }
    Ok(ticket.what)
}
