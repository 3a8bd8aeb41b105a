//! Where statements run: write transactions one by one on SQLite, snapshots for reads of several statements.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, IsolationLevel, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{dialect::Dialect, failure::Failure, transient::Transient};

#[derive(Debug, Clone)]
pub struct Database {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    /// SQLite has one writer: those that wait do so here, not on the connections that readers need.
    gate: Option<Arc<Semaphore>>,
    dialect: Dialect,
}

/// A write transaction, with the gate held until it ends.
pub struct Write {
    pub transaction: DatabaseTransaction,
    _permit: Option<OwnedSemaphorePermit>,
}

impl Database {
    pub fn new(writer: DatabaseConnection, reader: DatabaseConnection, dialect: Dialect) -> Self {
        let gate = (dialect == Dialect::Sqlite).then(|| Arc::new(Semaphore::new(1)));
        Self { writer, reader, gate, dialect }
    }

    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// For what a reader that lags behind may not have yet.
    pub const fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// For single statements that read.
    pub const fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    pub async fn begin(&self) -> Result<Write, DbErr> {
        let permit = match &self.gate {
            Some(gate) => gate.clone().acquire_owned().await.ok(),
            None => None,
        };
        Ok(Write { transaction: begin_write(&self.writer).await?, _permit: permit })
    }

    /// A transaction that reads one state of the database whatever is written meanwhile.
    pub async fn snapshot(&self) -> Result<DatabaseTransaction, DbErr> {
        let sqlite = self.dialect == Dialect::Sqlite;
        let options = TransactionOptions {
            isolation_level: (!sqlite).then_some(IsolationLevel::RepeatableRead),
            ..Default::default()
        };
        self.reader.begin_with_options(options).await
    }
}

impl Write {
    /// Commits what succeeded and rolls back what did not.
    pub async fn finish<T>(self, outcome: Result<T, Failure>) -> Result<T, Failure> {
        match outcome {
            Ok(value) => {
                self.transaction.commit().await?;
                Ok(value)
            }
            Err(failure) => {
                // A connection that is gone has rolled back by itself.
                let _ = self.transaction.rollback().await;
                Err(failure)
            }
        }
    }
}

/// IMMEDIATE on SQLite: a deferred transaction that reads and then writes fails with 517 under concurrency, and no
/// timeout helps. READ COMMITTED elsewhere, whatever the server's default: the locking read must see the latest row.
pub async fn begin_write<C: TransactionTrait + sea_orm::ConnectionTrait>(
    connection: &C,
) -> Result<C::Transaction, DbErr> {
    let sqlite = connection.get_database_backend() == DbBackend::Sqlite;
    let options = TransactionOptions {
        isolation_level: (!sqlite).then_some(IsolationLevel::ReadCommitted),
        sqlite_transaction_mode: sqlite.then_some(SqliteTransactionMode::Immediate),
        ..Default::default()
    };
    connection.begin_with_options(options).await
}

/// How often a transaction that had to give way is run again.
const TRIES: u32 = 8;
/// How long it is: a try may have waited for a lock as long as the database lets it, and the client waits too.
const TRYING: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub struct Tries {
    made: u32,
    since: Instant,
}

impl Default for Tries {
    fn default() -> Self {
        Self { made: 0, since: Instant::now() }
    }
}

impl Tries {
    /// The outcome to answer, or `None` to run the transaction again after a pause.
    pub async fn settle<T>(&mut self, outcome: Result<T, Failure>) -> Option<Result<T, Failure>> {
        let Err(failure) = &outcome else { return Some(outcome) };
        self.made += 1;
        if failure.transient() != Some(Transient::Conflict) || self.made >= TRIES || self.since.elapsed() > TRYING {
            return Some(outcome);
        }
        // Those that collided must not do so again: their pauses differ.
        let mut spread = [0];
        let _ = getrandom::fill(&mut spread);
        tokio::time::sleep(Duration::from_millis((1 << self.made.min(6)) + u64::from(spread[0] % 16))).await;
        None
    }
}

/// Runs a future in a write transaction, again when it had to give way: `transaction!(database, tx => work(tx))`.
macro_rules! transaction {
    ($database:expr, $transaction:ident => $work:expr) => {{
        let mut tries = $crate::store::database::Tries::default();
        loop {
            let outcome = match $database.begin().await {
                Ok(write) => {
                    let $transaction = &write.transaction;
                    let outcome = $work.await;
                    write.finish(outcome).await
                }
                Err(error) => Err(error.into()),
            };
            if let Some(outcome) = tries.settle(outcome).await {
                break outcome;
            }
        }
    }};
}
pub(crate) use transaction;
