//! Stops a statement of SQLite that takes too long: it runs in this process, and nothing else would stop it.

use std::sync::{
    Arc, LazyLock,
    atomic::{AtomicU64, Ordering},
};

use tokio::time::Instant;

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The steps of SQLite's virtual machine between two checks of the clock: about a hundred microseconds.
#[cfg(feature = "sqlite")]
const STEPS: i32 = 10_000;

/// When the statement running on a database connection is stopped.
#[derive(Debug, Clone)]
pub struct Interrupt(Arc<AtomicU64>);

impl Interrupt {
    /// Creates an interrupt that stops nothing.
    pub fn never() -> Self {
        LazyLock::force(&START);
        Self(Arc::new(AtomicU64::new(u64::MAX)))
    }

    /// Sets when the statement that begins now is stopped.
    pub fn at(&self, deadline: Instant) {
        let milliseconds = deadline.duration_since(*START).as_millis();
        self.0.store(u64::try_from(milliseconds).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Notes that the statement has ended, so that the next user of the database connection is not interrupted.
    pub fn clear(&self) {
        self.0.store(u64::MAX, Ordering::Relaxed);
    }

    #[cfg(feature = "sqlite")]
    fn goes_on(&self) -> bool {
        let deadline = self.0.load(Ordering::Relaxed);
        deadline == u64::MAX || START.elapsed().as_millis() < u128::from(deadline)
    }

    /// Makes SQLite check the interrupt on a database connection.
    ///
    /// # Errors
    /// If the database connection is gone.
    #[cfg(feature = "sqlite")]
    pub async fn watch(&self, connection: &mut sea_orm::sqlx::SqliteConnection) -> Result<(), sea_orm::sqlx::Error> {
        let interrupt = self.clone();
        connection.lock_handle().await?.set_progress_handler(STEPS, move || interrupt.goes_on());
        Ok(())
    }
}
