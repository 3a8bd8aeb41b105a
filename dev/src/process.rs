//! The processor time and the memory that this process has used, as reported by Linux.

use std::{fs, time::Duration};

#[derive(Debug, Clone, Copy, Default)]
pub struct Cost {
    /// Processor time of all threads.
    pub processor: Duration,
    /// Bytes in memory now.
    pub resident: u64,
    /// The most bytes in memory since the previous call of [`cost`].
    pub peak: u64,
}

/// Ticks per second in `/proc/self/stat`.
const TICKS: f64 = 100.0;

pub fn cost() -> Cost {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks: f64 = [11, 12].iter().filter_map(|at| fields.get(*at)?.parse::<f64>().ok()).sum();
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or_default()
    };
    let cost = Cost {
        processor: Duration::from_secs_f64(ticks / TICKS),
        resident: kilobytes("VmRSS:") * 1024,
        peak: kilobytes("VmHWM:") * 1024,
    };
    // This resets the peak.
    let _ = fs::write("/proc/self/clear_refs", "5");
    cost
}
