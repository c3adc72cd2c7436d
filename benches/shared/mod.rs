//! What the benchmarks share with each other, and with the tests.

pub mod machine;
pub mod programme;

#[path = "../../tests/support/mod.rs"]
pub mod support;

pub use support::samples;
