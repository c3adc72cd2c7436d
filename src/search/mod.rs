//! Folding: one spelling for what different keyboards write; and the known words that a mistyped one is near.

pub mod fold;
pub mod nearest;
