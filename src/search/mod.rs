//! What search knows of words: one spelling for what different keyboards write, what is looked for, what a mistyped word
//! may have meant, where in a text it stands. The index itself is SQL: src/catalogue/index.rs, src/catalogue/find.rs.

pub mod fold;
pub mod keyboards;
pub mod lexicon;
pub mod marks;
pub mod moments;
pub mod nearest;
pub mod query;
