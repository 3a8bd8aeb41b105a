//! The end of a statement of SQLite that takes too long: it runs in this process, and nobody else would stop it.

use std::sync::{
    Arc, LazyLock,
    atomic::{AtomicU64, Ordering},
};

use tokio::time::Instant;

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Steps of SQLite's machine between two looks at the clock: a hundred microseconds or so.
#[cfg(feature = "sqlite")]
const STEPS: i32 = 10_000;

/// When the statement that runs on a connection is given up.
#[derive(Debug, Clone)]
pub struct Interrupt(Arc<AtomicU64>);

impl Interrupt {
    pub fn never() -> Self {
        LazyLock::force(&START);
        Self(Arc::new(AtomicU64::new(u64::MAX)))
    }

    /// The statement that begins now is given up at an instant.
    pub fn at(&self, deadline: Instant) {
        let milliseconds = deadline.duration_since(*START).as_millis();
        self.0.store(u64::try_from(milliseconds).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// The statement has ended: whoever uses the connection next is not given up.
    pub fn clear(&self) {
        self.0.store(u64::MAX, Ordering::Relaxed);
    }

    #[cfg(feature = "sqlite")]
    fn goes_on(&self) -> bool {
        let deadline = self.0.load(Ordering::Relaxed);
        deadline == u64::MAX || START.elapsed().as_millis() < u128::from(deadline)
    }

    /// Has SQLite ask on a connection.
    ///
    /// # Errors
    /// When the connection is gone.
    #[cfg(feature = "sqlite")]
    pub async fn watch(&self, connection: &mut sea_orm::sqlx::SqliteConnection) -> Result<(), sea_orm::sqlx::Error> {
        let interrupt = self.clone();
        connection.lock_handle().await?.set_progress_handler(STEPS, move || interrupt.goes_on());
        Ok(())
    }
}
