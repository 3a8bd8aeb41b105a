//! Which database errors pass: what to run again, and what to tell the client to try later.

use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, sqlx};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transient {
    /// The transaction was chosen to give way and may simply be run again.
    Conflict,
    /// The database cannot be reached, cannot be written, or has no connection, memory or disk to give, just now.
    Unavailable,
}

/// `None` for an error that another try would meet again.
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
        // What a driver says of bytes it did not expect: the connection was cut, or what answers is no database any more.
        sqlx::Error::Protocol(_) => Some(Transient::Unavailable),
        sqlx::Error::Database(error) => of_database(&**error),
        _ => None,
    }
}

/// Whether the server says that it did not commit. Anything else it says of a COMMIT leaves the outcome in doubt.
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
        // BUSY, LOCKED, FULL and a constraint that was put off.
        return code.parse::<i32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 13 | 19));
    }
    // 40003 is "statement completion unknown". A constraint that was put off is of class 23.
    (code.starts_with("40") && code != "40003") || code.starts_with("23")
}

fn of_database(error: &dyn sqlx::error::DatabaseError) -> Option<Transient> {
    #[cfg(feature = "mysql")]
    if let Some(error) = error.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
        return of_mysql(error.number());
    }
    let code = error.code().unwrap_or_default();
    #[cfg(feature = "sqlite")]
    if error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
        return code.parse().ok().and_then(of_sqlite);
    }
    of_postgres(&code)
}

#[cfg(feature = "mysql")]
const fn of_mysql(number: u16) -> Option<Transient> {
    match number {
        // Deadlock, lock timeout, changed since it was read; 1047 and 3101 are a Galera cluster's.
        1213 | 1205 | 3572 | 1020 | 1047 | 3101 => Some(Transient::Conflict),
        // Disk full or failing: writing a file, a table, a commit.
        3 | 1021 | 1026 | 1030 | 1114 | 1180 => Some(Transient::Unavailable),
        // Too many connections, shutting down, memory; a connection that was killed or lost.
        1040 | 1041 | 1053 | 1037 | 1038 | 1203 | 1226 | 1927 | 2006 | 2013 => Some(Transient::Unavailable),
        // Read-only: `read_only`, a transaction begun so, a server that starts so.
        1290 | 1792 | 1836 => Some(Transient::Unavailable),
        // Interrupted, or past its time: MariaDB's and MySQL's.
        1317 | 1969 | 3024 => Some(Transient::Unavailable),
        _ => None,
    }
}

/// By the primary result code: the low byte.
#[cfg(feature = "sqlite")]
const fn of_sqlite(code: i32) -> Option<Transient> {
    match code & 0xff {
        // BUSY and LOCKED, 517 (BUSY_SNAPSHOT) among them.
        5 | 6 => Some(Transient::Conflict),
        // NOMEM, READONLY, INTERRUPT, IOERR, FULL, CANTOPEN, PROTOCOL.
        7 | 8 | 9 | 10 | 13 | 14 | 15 => Some(Transient::Unavailable),
        _ => None,
    }
}

fn of_postgres(code: &str) -> Option<Transient> {
    match code {
        // Deadlock, serialisation failure, lock not to be had.
        "40P01" | "40001" | "55P03" => Some(Transient::Conflict),
        // A write on a server that is a standby by now.
        "25006" => Some(Transient::Unavailable),
        // Past its time, ended by an administrator, by a crash or at a shutdown, starting up, its database dropped.
        "57014" | "57P01" | "57P02" | "57P03" | "57P04" | "57P05" | "25P03" | "40003" => Some(Transient::Unavailable),
        // Class 08, the connection; class 53, disk, memory and connections; class 58, the system's errors.
        _ if code.starts_with("08") || code.starts_with("53") || code.starts_with("58") => Some(Transient::Unavailable),
        _ => None,
    }
}
