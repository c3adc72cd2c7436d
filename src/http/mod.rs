//! What every surface shares of HTTP: the connection server and its limits, errors, cache policies.

pub mod access_log;
pub mod host;
pub mod manners;
pub mod problem;
pub mod server;
