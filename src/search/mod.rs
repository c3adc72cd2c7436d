//! Folding: one spelling for what different keyboards write.

pub mod fold;
