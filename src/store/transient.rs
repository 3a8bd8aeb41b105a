//! Which database errors are worth another try.

use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, sqlx};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transient {
    /// The transaction was chosen to give way and may simply be run again.
    Conflict,
    /// The database cannot be reached, or has no connection to give, just now.
    Unavailable,
}

/// `None` for an error that another try would meet again.
pub fn transient(error: &DbErr) -> Option<Transient> {
    let error = match error {
        DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error))
        | DbErr::Conn(RuntimeErr::SqlxError(error)) => error,
        DbErr::ConnectionAcquire(ConnAcquireErr::Timeout | ConnAcquireErr::ConnectionClosed) => {
            return Some(Transient::Unavailable);
        }
        DbErr::Conn(_) => return Some(Transient::Unavailable),
        _ => return None,
    };
    match &**error {
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed | sqlx::Error::Io(_) => {
            Some(Transient::Unavailable)
        }
        sqlx::Error::Database(error) => of_database(&**error),
        _ => None,
    }
}

fn of_database(error: &dyn sqlx::error::DatabaseError) -> Option<Transient> {
    // Deadlock, lock timeout, snapshot conflict, lost connection; 1047 and 3101 are a Galera cluster's.
    #[cfg(feature = "mysql")]
    if let Some(error) = error.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
        return match error.number() {
            1213 | 1205 | 3572 | 1020 | 1047 | 3101 => Some(Transient::Conflict),
            1040 | 1053 | 1927 | 2006 | 2013 => Some(Transient::Unavailable),
            _ => None,
        };
    }
    let code = error.code().unwrap_or_default();
    // SQLITE_BUSY and SQLITE_LOCKED, whatever their extension.
    #[cfg(feature = "sqlite")]
    if error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
        return code.parse::<i32>().ok().filter(|code| matches!(code & 0xff, 5 | 6)).map(|_| Transient::Conflict);
    }
    match &*code {
        "40P01" | "40001" | "55P03" => Some(Transient::Conflict),
        "53300" | "57P01" | "57P02" | "57P03" => Some(Transient::Unavailable),
        _ => None,
    }
}
