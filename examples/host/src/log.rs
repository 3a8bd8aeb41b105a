//! Where the log goes: to standard error, as text for people or as JSON for programs.

use std::io::{IsTerminal, stderr};

use clap::ValueEnum;
use tracing_subscriber::EnvFilter;

/// How a line of the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// A line that a person reads; in colour on a terminal only.
    Text,
    /// One JSON object a line.
    Json,
}

/// What is in the log unless `RUST_LOG` says otherwise. sqlx's pool writes an ERROR for each attempt to reach a server that is a
/// standby (505 in a switchover of 12 s, 2026-11-28). It tries again, and what fails for good fleet-scim says once.
const FILTER: &str = "info,sqlx=warn,sqlx_core::pool=off,sea_orm=warn";

/// Starts the log; `RUST_LOG` chooses what is in it.
pub fn init(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(FILTER));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    match format {
        LogFormat::Text => log.with_ansi(stderr().is_terminal()).init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
}
