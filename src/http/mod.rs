//! What every surface shares of HTTP: the connection server and its limits, errors, cache policies.

pub mod cache;
pub mod origin;
