//! Every setting: its name, unit, default and limits.
