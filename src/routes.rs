//! Every URL on one page.
