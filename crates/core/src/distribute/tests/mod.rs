//! The solver against programs that are too simple to be wrong, on seeded random questions.

mod brute;
mod cases;
mod equality;
mod impossible;
mod properties;
mod splits;
