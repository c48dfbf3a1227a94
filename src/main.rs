//! The `followup` program.

fn main() {}
