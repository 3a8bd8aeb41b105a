//! Whether a connection keeps what it acknowledges: these settings belong to connections, which the host makes. Isolation
//! does not: each transaction asks for its own.

use sea_orm::{ConnectionTrait, DbErr, Statement};

use super::dialect::Dialect;

/// What is wrong with a connection, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit {
    pub found: String,
    pub advice: &'static str,
}

const CONNECT: &str = "open the connection with fleet_scim::connect_options(url)";

/// The first thing that makes a connection unfit.
pub async fn check(connection: &impl ConnectionTrait, dialect: Dialect) -> Result<Option<Unfit>, DbErr> {
    match dialect {
        Dialect::Sqlite => sqlite(connection).await,
        Dialect::Postgres => postgres(connection).await,
        Dialect::MariaDb | Dialect::MySql => mysql(connection).await,
    }
}

/// Whether every step of the migration was taken; an error when the database does not answer at all.
pub async fn is_migrated(connection: &impl ConnectionTrait, steps: usize) -> Result<bool, DbErr> {
    read::<i32>(connection, "SELECT 1 AS answers", "answers").await?;
    let taken = read::<i64>(connection, "SELECT COUNT(*) AS taken FROM scim_migrations", "taken").await;
    // Without the ledger there is no table either.
    Ok(taken.is_ok_and(|taken| usize::try_from(taken).is_ok_and(|taken| taken >= steps)))
}

async fn sqlite(connection: &impl ConnectionTrait) -> Result<Option<Unfit>, DbErr> {
    let journal: String = read(connection, "PRAGMA journal_mode", "journal_mode").await?;
    if !journal.eq_ignore_ascii_case("wal") {
        return unfit(format!("SQLite's journal_mode is {journal}, not wal"), CONNECT);
    }
    let synchronous: i32 = read(connection, "PRAGMA synchronous", "synchronous").await?;
    if synchronous < 2 {
        return unfit(
            format!("SQLite's synchronous is {synchronous}: a power cut would lose acknowledged writes"),
            CONNECT,
        );
    }
    let foreign_keys: i32 = read(connection, "PRAGMA foreign_keys", "foreign_keys").await?;
    if foreign_keys != 1 {
        return unfit("SQLite's foreign_keys are off: a deleted user would stay in its groups".to_owned(), CONNECT);
    }
    Ok(None)
}

async fn postgres(connection: &impl ConnectionTrait) -> Result<Option<Unfit>, DbErr> {
    let commit: String = read(connection, "SELECT current_setting('synchronous_commit') AS setting", "setting").await?;
    if commit == "off" {
        return unfit(
            "PostgreSQL's synchronous_commit is off: a crash would lose acknowledged writes".to_owned(),
            "set synchronous_commit = on for the role of this connection",
        );
    }
    let encoding: String = read(connection, "SELECT current_setting('server_encoding') AS setting", "setting").await?;
    if encoding != "UTF8" {
        return unfit(format!("the database's encoding is {encoding}"), "create the database with ENCODING 'UTF8'");
    }
    Ok(None)
}

async fn mysql(connection: &impl ConnectionTrait) -> Result<Option<Unfit>, DbErr> {
    let mode: String = read(connection, "SELECT CAST(@@sql_mode AS CHAR) AS setting", "setting").await?;
    if !mode.contains("STRICT_TRANS_TABLES") && !mode.contains("STRICT_ALL_TABLES") {
        return unfit(
            "sql_mode is not strict: values would be cut silently".to_owned(),
            "add STRICT_TRANS_TABLES to sql_mode",
        );
    }
    let charset: String =
        read(connection, "SELECT CAST(@@character_set_connection AS CHAR) AS setting", "setting").await?;
    if charset != "utf8mb4" {
        return unfit(format!("the connection's character set is {charset}, not utf8mb4"), CONNECT);
    }
    let logs = "SELECT CAST(CONCAT(@@log_bin, @@binlog_format) AS CHAR) AS setting";
    let log: String = read(connection, logs, "setting").await?;
    if log == "1STATEMENT" {
        return unfit(
            "binlog_format is STATEMENT, with which READ COMMITTED cannot write".to_owned(),
            "set binlog_format = ROW or MIXED",
        );
    }
    Ok(None)
}

async fn read<T: sea_orm::TryGetable>(connection: &impl ConnectionTrait, sql: &str, column: &str) -> Result<T, DbErr> {
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    match connection.query_one_raw(statement).await? {
        Some(row) => row.try_get("", column),
        None => Err(DbErr::RecordNotFound(sql.to_owned())),
    }
}

fn unfit(found: String, advice: &'static str) -> Result<Option<Unfit>, DbErr> {
    Ok(Some(Unfit { found, advice }))
}
