//! The `teledars` command.

fn main() {}
