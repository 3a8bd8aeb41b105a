//! What was checked, and what was found.

use std::{
    fmt,
    time::{Duration, Instant},
};

/// What is wrong, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found}; {advice}")]
#[non_exhaustive]
pub struct Failed {
    /// What was found.
    pub found: String,
    /// What to do about it.
    pub advice: String,
}

impl Failed {
    pub(super) fn new(found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { found: found.into(), advice: advice.into() }
    }
}

/// One check.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Check {
    /// What holds if it succeeds.
    pub name: &'static str,
    /// How long it took.
    pub took: Duration,
    /// What was found.
    pub outcome: Result<(), Failed>,
}

/// The checks of a mount, in their order. It prints as a line for each.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Report {
    /// The checks that were made. If nothing at all reaches the mount, only the first was.
    pub checks: Vec<Check>,
}

impl Report {
    /// Returns the checks that failed, as an error for a test.
    ///
    /// # Errors
    /// If any failed.
    pub fn into_result(self) -> Result<(), Self> {
        if self.is_success() { Ok(()) } else { Err(self) }
    }

    /// Says whether every check succeeded.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.checks.iter().all(|check| check.outcome.is_ok())
    }

    pub(super) async fn add(&mut self, name: &'static str, check: impl Future<Output = Result<(), Failed>>) -> bool {
        let began = Instant::now();
        let outcome = check.await;
        let succeeds = outcome.is_ok();
        self.checks.push(Check { name, took: began.elapsed(), outcome });
        succeeds
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for check in &self.checks {
            match &check.outcome {
                Ok(()) => writeln!(f, "ok      {}", check.name)?,
                Err(failed) => {
                    writeln!(f, "FAILED  {}\n        {}\n        {}", check.name, failed.found, failed.advice)?
                }
            }
        }
        Ok(())
    }
}

/// A test that returns it as an error prints it so.
impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the mount does not pass every check:\n{self}")
    }
}

impl std::error::Error for Report {}
