//! What the built program does, seen from outside: one binary, a module per concern.
//!
//! `support` is named after what it gives: a process, an archive, a server, a client.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed, and says where"
)]

mod backup;
mod bad_input;
mod cli;
mod corpus;
mod delivery;
mod desk_api;
mod excerpts;
mod fragments;
mod healing;
mod hostile_media;
mod https;
mod import_killed;
mod job_events;
mod jobs_command;
mod jobs_killed;
mod lesson_command;
mod people;
mod platform_command;
mod renditions;
mod round_trip;
mod serve;
mod shared_cache;
mod support;
mod tidy;
mod uploads;
mod vanishing;
mod worker;
