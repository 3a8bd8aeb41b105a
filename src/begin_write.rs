//! A transaction of the host's own, begun as ours are.

use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, IsolationLevel, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};

/// Begins a transaction that writes: IMMEDIATE on SQLite, READ COMMITTED elsewhere. That is what
/// [`set_emails_in`](crate::hosts::set_emails_in) and the like want to be called in.
///
/// SQLite's own default would let two transactions read and then refuse one of them when it writes.
///
/// ```no_run
/// # use fleet_scim::{HostId, begin_write, hosts::{Source, set_emails_in}};
/// # async fn f(pools: fleet_scim::Pools) -> Result<(), Box<dyn std::error::Error>> {
/// let transaction = begin_write(&pools.writer).await?;
/// // … the host's own rows, and in the same transaction:
/// set_emails_in(&transaction, HostId(42), &Source::MdmIdpAccounts, &["ava@example.com"]).await?;
/// transaction.commit().await?;
/// # Ok(()) }
/// ```
///
/// # Errors
/// If no database connection is available in time, or the database refuses.
pub async fn begin_write(writer: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let is_sqlite = writer.get_database_backend() == DbBackend::Sqlite;
    let options = TransactionOptions {
        isolation_level: (!is_sqlite).then_some(IsolationLevel::ReadCommitted),
        sqlite_transaction_mode: is_sqlite.then_some(SqliteTransactionMode::Immediate),
        ..Default::default()
    };
    writer.begin_with_options(options).await
}
