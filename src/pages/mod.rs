//! Surface: server-rendered HTML.
