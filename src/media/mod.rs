//! Where bytes live: keys, durable writes, and the media type that is decided once and stored.
