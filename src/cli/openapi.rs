//! `teledars openapi`: the API's description.

use super::{Outcome, print};

pub(super) fn run() -> anyhow::Result<Outcome> {
    print(&serde_json::to_string_pretty(crate::api::description())?)?;
    Ok(Outcome::Done)
}
