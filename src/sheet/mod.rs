//! The CSV sheet: parse, compare with the catalogue, apply, export.
