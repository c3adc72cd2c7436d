//! Who may do what. So far: who may see a lesson.

pub mod access;
