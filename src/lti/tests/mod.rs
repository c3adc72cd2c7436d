//! Launches and registrations against platforms that answer as they should, and as they should not.
