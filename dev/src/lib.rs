//! What the tests and the benchmarks share. It is no part of the library.
#![expect(clippy::unwrap_used, reason = "a test or a benchmark that cannot go on has failed")]

pub mod anybody;
pub mod databases;
pub mod people;
pub mod process;
mod servers;
pub mod timing;
