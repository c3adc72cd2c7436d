//! Who may do what: passwords, secrets, who acts by them, and the decisions.
//!
//! Every surface asks here before anything else: `access` for what is seen, `permission` for what is done.

pub mod access;
pub mod gate;
pub mod grant;
pub mod pace;
pub mod password;
pub mod permission;
pub mod seal;
pub mod secret;
pub mod sign_in;
pub mod throttle;
