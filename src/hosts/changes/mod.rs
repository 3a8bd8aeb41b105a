//! The feed of changes, for the host server.

mod causes;
mod change;
mod kind;
mod number;
mod shown;
mod tell;

use std::time::Duration;

use crate::{
    error::Error,
    store::{
        changes::{self, Numbered},
        database::Database,
    },
};
pub(super) use causes::{Causes, Event};
#[cfg(feature = "internals")]
pub use number::catch_up;
pub use {
    change::{Change, ChangedAssignment, ChangedCredential, ChangedGroup, ChangedUser},
    kind::ChangeKind,
    number::work,
    shown::ShownUser,
};

/// The largest number of changes in one call.
const AT_ONCE: u64 = 1000;
/// The number of changes that are read together.
const PART: u64 = 100;
/// Bytes of changes up to which more are read.
const BYTES: usize = 8 * 1024 * 1024;
/// How long to wait after a signal: a reader that lags must not be asked without a pause.
const APART: Duration = Duration::from_millis(5);
/// How often it is asked whether changes have their numbers.
const PAUSE: Duration = Duration::from_millis(50);
/// How often it is asked what other processes have numbered.
const POLL: Duration = Duration::from_secs(1);

/// The part of a [`ScimModule`](crate::ScimModule) that tells the host server what changed: each change once, in one order that is
/// the same for every reader.
///
/// A host keeps the number of the last change it has dealt with, in its own database, and asks for those after it. It is told at
/// least once: what it did not record before it crashed comes again. Changes get their numbers from the
/// [`worker`](crate::ScimModule::worker), of any process, a moment after they were committed.
///
/// ```no_run
/// # async fn act(_: &fleet_scim::Change) {}
/// # async fn f(scim: fleet_scim::ScimModule, mut last: i64) -> Result<(), fleet_scim::Error> {
/// let changes = scim.changes();
/// loop {
///     changes.changed(last).await?;
///     for change in changes.after(last, 100).await? {
///         act(&change).await;
///         last = change.number; // and keep it
///     }
/// }
/// # }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Changes<'a> {
    database: &'a Database,
}

impl<'a> Changes<'a> {
    pub(crate) const fn new(database: &'a Database) -> Self {
        Self { database }
    }

    /// Reads the changes after a number, at most `limit` (1 to 1,000) of them, in their order; fewer if they are large. An empty
    /// list is the end. The first change has the number 1.
    ///
    /// # Errors
    /// [`Error::ChangesForgotten`] if changes after this number are kept no longer, or if the number was never given, such as after a
    /// backup was restored: read every host anew and go on after the number that [`last`](Changes::last) returned before that.
    /// [`Error::Invalid`] for another limit, [`Error::Database`].
    pub async fn after(&self, number: i64, limit: u64) -> Result<Vec<Change>, Error> {
        if !(1..=AT_ONCE).contains(&limit) {
            return Err(Error::Invalid(format!("limit is {limit} and must be 1 to {AT_ONCE}")));
        }
        let session = self.database.read().await?;
        let last = changes::last(&session).await?;
        let (mut read, mut bytes) = (Vec::new(), 0);
        while (read.len() as u64) < limit && bytes < BYTES {
            let before = read.last().map_or(number, |change: &Change| change.number);
            let entries = changes::after(&session, before, PART.min(limit - read.len() as u64)).await?;
            let is_first = read.is_empty();
            if !follow(before, &entries) || (is_first && entries.is_empty() && number != last) {
                let oldest = changes::oldest(&session).await?.unwrap_or(last + 1);
                return Err(Error::ChangesForgotten { oldest });
            }
            if entries.is_empty() {
                break;
            }
            bytes += entries.iter().filter_map(|entry| entry.detail.as_ref()).map(String::len).sum::<usize>();
            for entry in &entries {
                read.push(Change::from_entry(entry)?);
            }
        }
        Ok(read)
    }

    /// Returns the number of the last change, 0 if there is none yet.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn last(&self) -> Result<i64, Error> {
        Ok(changes::last(&self.database.read().await?).await?)
    }

    /// Waits until everything that was committed before has its number, and returns the last one: where a reader begins who is to be
    /// told what happens from now on. It takes a moment, after an upgrade a minute; a [`worker`](crate::ScimModule::worker) must run.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn now(&self) -> Result<i64, Error> {
        let Some(newest) = changes::newest_unnumbered(&self.database.read_latest().await?).await? else {
            return self.last().await;
        };
        while changes::oldest_unnumbered(&self.database.read_latest().await?).await?.is_some_and(|id| id <= newest) {
            tokio::time::sleep(PAUSE).await;
        }
        self.last().await
    }

    /// Waits until there is a change after a number: it returns at once if there is one, right after this process has numbered it,
    /// and within a second after another process has. It returns at once for a number that was never given, of which
    /// [`after`](Changes::after) says so.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn changed(&self, number: i64) -> Result<(), Error> {
        // A number that was never given is not waited for: `after` says so.
        while self.last().await? == number {
            tokio::select! {
                () = self.database.signals().wait(number) => tokio::time::sleep(APART).await,
                () = tokio::time::sleep(POLL) => {}
            }
        }
        Ok(())
    }
}

/// Says whether entries follow a number without a gap. Numbers are given without gaps, so one that is missing was forgotten.
fn follow(number: i64, entries: &[Numbered]) -> bool {
    (number + 1..).zip(entries).all(|(expected, entry)| entry.number == Some(expected))
}
