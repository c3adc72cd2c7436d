//! Teledars: an archive and a streaming server for recorded video lessons.
//!
//! ARCHITECTURE.md has the map, the rules of who may name whom, and walkthroughs.

pub mod api;
pub mod app;
pub mod auth;
pub mod authorities;
pub mod backup;
pub mod captions;
pub mod catalogue;
pub mod cli;
pub mod clock;
pub mod config;
pub mod delivery;
pub mod desk;
pub mod exchange;
pub mod http;
pub mod lti;
pub mod media;
pub mod mp4;
pub mod pages;
pub mod processing;
pub mod routes;
pub mod search;
pub mod sheet;
pub mod streaming;
pub mod units;
pub mod upload;
pub mod words;
pub mod worker;
