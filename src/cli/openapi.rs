//! `teledars openapi`: the API's description.

use super::{Outcome, print};

pub(super) fn run() -> anyhow::Result<Outcome> {
    print(&crate::api::description()?)?;
    Ok(Outcome::Done)
}
