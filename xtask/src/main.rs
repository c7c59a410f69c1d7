//! Posada's chores.
fn main() {}
