//! What benchmarks make of the times they took.

use std::time::Duration;

/// Returns the median in milliseconds.
pub fn median(times: &mut [Duration]) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1000.0
}
