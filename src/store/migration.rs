//! The migrations, under a lock: processes that start together on an empty database would trip over each other.

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, Statement};

use super::database::begin_write;

/// What the lock is known by to PostgreSQL.
const KEY: i64 = 0x7363_696d_2d6d_6967;
/// And to MySQL, whose locks are the server's and not a database's.
const NAME: &str = "CONCAT('fleet-scim ', MD5(DATABASE()))";

/// How many steps there are.
pub fn steps() -> usize {
    Migrator::migrations().len()
}

pub async fn up(database: &DatabaseConnection) -> Result<(), DbErr> {
    let transaction = locked(database).await?;
    let outcome = Migrator::up(&transaction, None).await;
    unlock(transaction, outcome).await
}

pub async fn down(database: &DatabaseConnection) -> Result<(), DbErr> {
    let transaction = locked(database).await?;
    let outcome = Migrator::down(&transaction, None).await;
    unlock(transaction, outcome).await
}

/// SQLite's write transactions wait for each other by themselves. MySQL commits at each statement of a migration, so its
/// lock is the session's.
async fn locked(database: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let transaction = begin_write(database).await?;
    match transaction.get_database_backend() {
        DbBackend::Postgres => {
            transaction.execute_unprepared("SET LOCAL lock_timeout = '60s'").await?;
            transaction.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({KEY})")).await?;
        }
        DbBackend::MySql => {
            let lock = format!("SELECT CAST(COALESCE(GET_LOCK({NAME}, 60), 0) AS SIGNED) AS got");
            let row = transaction.query_one_raw(Statement::from_string(DbBackend::MySql, lock)).await?;
            if row.map_or(Ok(0), |row| row.try_get::<i64>("", "got"))? != 1 {
                return Err(DbErr::Migration("another process has been migrating for a minute".to_owned()));
            }
        }
        _ => {}
    }
    Ok(transaction)
}

async fn unlock(transaction: DatabaseTransaction, outcome: Result<(), DbErr>) -> Result<(), DbErr> {
    let mut outcome = outcome;
    if transaction.get_database_backend() == DbBackend::MySql {
        let release = format!("DO RELEASE_LOCK({NAME})");
        outcome = outcome.and(transaction.execute_unprepared(&release).await.map(drop));
    }
    match outcome {
        Ok(()) => transaction.commit().await,
        Err(error) => {
            // A connection that is gone has rolled back by itself.
            let _ = transaction.rollback().await;
            Err(error)
        }
    }
}
