//! Which database errors are transient: which ones lead to another attempt, and for which the client is told to come back
//! later.

use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, sqlx};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transient {
    /// The transaction was chosen to give way and can simply be run again.
    Conflict,
    /// The database is currently unreachable or read-only, or has no database connection, memory or disk space left.
    Unavailable,
}

/// Classifies an error; `None` if another attempt would fail the same way.
pub fn transient(error: &DbErr) -> Option<Transient> {
    let error = match error {
        DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error))
        | DbErr::Conn(RuntimeErr::SqlxError(error)) => error,
        DbErr::ConnectionAcquire(ConnAcquireErr::Timeout | ConnAcquireErr::ConnectionClosed) | DbErr::Conn(_) => {
            return Some(Transient::Unavailable);
        }
        _ => return None,
    };
    match &**error {
        sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed
        | sqlx::Error::Io(_)
        | sqlx::Error::Tls(_) => Some(Transient::Unavailable),
        // The driver met bytes it did not expect: the database connection was cut, or what answers is no longer a database.
        sqlx::Error::Protocol(_) => Some(Transient::Unavailable),
        sqlx::Error::Database(error) => from_database(&**error),
        _ => None,
    }
}

/// Says whether the server states that it did not commit. Any other answer to a COMMIT leaves the outcome in doubt.
pub fn refuses_commit(error: &DbErr) -> bool {
    let DbErr::Exec(RuntimeErr::SqlxError(error)) = error else { return false };
    let sqlx::Error::Database(error) = &**error else { return false };
    #[cfg(feature = "mysql")]
    if let Some(error) = error.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
        return matches!(error.number(), 1213 | 1205 | 1020);
    }
    let code = error.code().unwrap_or_default();
    #[cfg(feature = "sqlite")]
    if error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
        // BUSY, LOCKED, FULL and a deferred constraint.
        return code.parse::<i32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 13 | 19));
    }
    // 40003 is "statement completion unknown". A deferred constraint is of class 23.
    (code.starts_with("40") && code != "40003") || code.starts_with("23")
}

fn from_database(error: &dyn sqlx::error::DatabaseError) -> Option<Transient> {
    #[cfg(feature = "mysql")]
    if let Some(error) = error.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
        return from_mysql(error.number());
    }
    let code = error.code().unwrap_or_default();
    #[cfg(feature = "sqlite")]
    if error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
        return code.parse().ok().and_then(from_sqlite);
    }
    from_postgres(&code)
}

#[cfg(feature = "mysql")]
const fn from_mysql(number: u16) -> Option<Transient> {
    match number {
        // Deadlock, lock timeout, row changed since it was read; 1047 and 3101 come from a Galera cluster.
        1213 | 1205 | 3572 | 1020 | 1047 | 3101 => Some(Transient::Conflict),
        // Disk full or failing while writing a file, a table or a commit.
        3 | 1021 | 1026 | 1030 | 1114 | 1180 => Some(Transient::Unavailable),
        // Too many database connections, shutting down, out of memory; a database connection that was killed or lost.
        1040 | 1041 | 1053 | 1037 | 1038 | 1203 | 1226 | 1927 | 2006 | 2013 => Some(Transient::Unavailable),
        // Read-only: by `read_only`, by how the transaction began, or by how the server was started.
        1290 | 1792 | 1836 => Some(Transient::Unavailable),
        // Interrupted or timed out, on MariaDB and MySQL.
        1317 | 1969 | 3024 => Some(Transient::Unavailable),
        _ => None,
    }
}

/// Classifies by the primary result code, the low byte.
#[cfg(feature = "sqlite")]
const fn from_sqlite(code: i32) -> Option<Transient> {
    match code & 0xff {
        // BUSY and LOCKED, including 517 (BUSY_SNAPSHOT).
        5 | 6 => Some(Transient::Conflict),
        // NOMEM, READONLY, INTERRUPT, IOERR, FULL, CANTOPEN, PROTOCOL.
        7 | 8 | 9 | 10 | 13 | 14 | 15 => Some(Transient::Unavailable),
        _ => None,
    }
}

fn from_postgres(code: &str) -> Option<Transient> {
    match code {
        // Deadlock, serialisation failure, lock not available.
        "40P01" | "40001" | "55P03" => Some(Transient::Conflict),
        // A write on a server that has become a standby.
        "25006" => Some(Transient::Unavailable),
        // Timed out, ended by an administrator, by a crash or at a shutdown, starting up, or its database was dropped.
        "57014" | "57P01" | "57P02" | "57P03" | "57P04" | "57P05" | "25P03" | "40003" => Some(Transient::Unavailable),
        // Class 08 is the connection; class 53 disk, memory and connections; class 58 system errors.
        _ if code.starts_with("08") || code.starts_with("53") || code.starts_with("58") => Some(Transient::Unavailable),
        _ => None,
    }
}
