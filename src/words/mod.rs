//! The interface in Azerbaijani, Russian and English (Fluent), and what depends on language: numbers, dates, plurals.
