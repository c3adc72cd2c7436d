//! WebVTT: parse, validate, re-write; cues as values. Pure.
