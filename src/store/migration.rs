//! Runs the migrations under a lock: processes that start together on an empty database would get in each other's way.

use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement};

use super::{
    dialect::Dialect,
    session::{Purpose, Session},
    transient::{Transient, transient},
};
use crate::protocol::id::RequestId;

/// The key of the lock on PostgreSQL.
const KEY: i64 = 0x7363_696d_2d6d_6967;
/// The name of the lock on MySQL, whose locks belong to the server and not to a database.
const NAME: &str = "CONCAT('fleet-scim ', MD5(DATABASE()))";
/// The pause before another node of a cluster is asked again whether it is done.
const ASK_AGAIN: Duration = Duration::from_millis(500);
/// How long a node keeps trying if its steps collide with another node's.
const GIVING_WAY: Duration = Duration::from_secs(120);

/// Applies the migrations, waiting for any other process that is doing so.
pub async fn up(database: &DatabaseConnection) -> Result<(), DbErr> {
    let dialect = Dialect::detect(database).await?;
    let since = Instant::now();
    // A new session each time: if another node took over, the previous session has ended.
    loop {
        let session = locked(database, dialect).await?;
        let cluster = dialect.is_cluster(&session).await?;
        let outcome = migration::up(&session, cluster).await;
        let gave_way = |error: &DbErr| cluster && transient(error) == Some(Transient::Conflict);
        let done = match &outcome {
            Ok(done) => *done,
            Err(error) => !(gave_way(error) && since.elapsed() < GIVING_WAY),
        };
        // The lock belongs to the database connection and ends with it if this fails.
        let unlocked = unlock(session, outcome.map(drop)).await;
        if done {
            return unlocked;
        }
        tokio::time::sleep(ASK_AGAIN).await;
    }
}

pub async fn down(database: &DatabaseConnection) -> Result<(), DbErr> {
    let session = locked(database, Dialect::detect(database).await?).await?;
    let outcome = migration::down(&session).await;
    unlock(session, outcome).await
}

/// Says whether every step was applied.
pub async fn is_current(session: &Session) -> Result<bool, DbErr> {
    migration::is_current(session).await
}

/// Opens a session that holds the lock. SQLite's write transactions wait for each other anyway. MySQL commits each statement
/// of a migration, so the lock there belongs to the session, and a node of a Galera cluster does not see another node's
/// lock.
async fn locked(database: &DatabaseConnection, dialect: Dialect) -> Result<Session, DbErr> {
    match dialect {
        Dialect::Sqlite => Session::begin(database, dialect, Purpose::Migrate, RequestId::NONE, None, None).await,
        Dialect::Postgres => {
            let session = Session::begin(database, dialect, Purpose::Migrate, RequestId::NONE, None, None).await?;
            session.execute_unprepared("SET LOCAL lock_timeout = '60s'").await?;
            session.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({KEY})")).await?;
            Ok(session)
        }
        Dialect::MariaDb | Dialect::MySql => {
            let session = Session::open(database, dialect, None).await?.unhurried().closed_afterwards();
            let lock = format!("SELECT CAST(COALESCE(GET_LOCK({NAME}, 60), 0) AS SIGNED) AS got");
            let row = session.query_one_raw(Statement::from_string(dialect.backend(), lock)).await?;
            if row.map_or(Ok(0), |row| row.try_get::<i64>("", "got"))? != 1 {
                return Err(DbErr::Migration("another process has been migrating for a minute".to_owned()));
            }
            Ok(session)
        }
    }
}

async fn unlock(session: Session, outcome: Result<(), DbErr>) -> Result<(), DbErr> {
    if matches!(session.dialect(), Dialect::MariaDb | Dialect::MySql) {
        let released = session.execute_unprepared(&format!("DO RELEASE_LOCK({NAME})")).await;
        return outcome.and(released.map(drop));
    }
    match outcome {
        Ok(()) => Ok(session.commit().await?),
        Err(error) => {
            session.rollback().await;
            Err(error)
        }
    }
}
