//! What handlers share; start and graceful stop.
