//! Checks whether a pool keeps what it acknowledges: that depends on settings of the server or of the database connections,
//! and the host opens those. Isolation is not checked, since each transaction asks for its own.

mod encryption;

use sea_orm::{ConnectionTrait, DbErr, Statement};

use super::{dialect::Dialect, session::Session};

/// What is wrong with a database connection, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit {
    pub found: String,
    pub advice: &'static str,
}

const CONNECT: &str = "open the pools with fleet_scim::connect(url)";
const PRIMARY: &str = "connect to the primary, by an address that follows it";

/// Warns about what only an administrator can change: a network without TLS, a server that acknowledges a write before it
/// stores it.
pub async fn warn(session: &Session) -> Result<(), DbErr> {
    encryption::warn(session).await?;
    match session.dialect() {
        Dialect::Sqlite => {}
        Dialect::Postgres => {
            if setting(session, "fsync").await? == "off" {
                tracing::warn!(
                    "PostgreSQL's fsync is off: a power cut may lose acknowledged writes, or the whole database"
                );
            }
        }
        Dialect::MariaDb | Dialect::MySql => {
            let flush = "SELECT CAST(@@innodb_flush_log_at_trx_commit AS SIGNED) AS setting";
            let flush: i64 = read(session, flush, "setting").await?;
            if flush != 1 {
                tracing::warn!(
                    innodb_flush_log_at_trx_commit = flush,
                    "InnoDB acknowledges before it stores: a power cut may lose acknowledged writes"
                );
            }
        }
    }
    Ok(())
}

/// Finds the first problem that makes a database connection unfit.
pub async fn check(session: &Session) -> Result<Option<Unfit>, DbErr> {
    match session.dialect() {
        Dialect::Sqlite => sqlite(session).await,
        Dialect::Postgres => postgres(session).await,
        Dialect::MariaDb | Dialect::MySql => mysql(session).await,
    }
}

async fn sqlite(session: &Session) -> Result<Option<Unfit>, DbErr> {
    let journal: String = read(session, "PRAGMA journal_mode", "journal_mode").await?;
    if !journal.eq_ignore_ascii_case("wal") {
        return unfit(format!("SQLite's journal_mode is {journal}, not wal"), CONNECT);
    }
    let synchronous: i32 = read(session, "PRAGMA synchronous", "synchronous").await?;
    if synchronous < 2 {
        let found = format!("SQLite's synchronous is {synchronous}: a power cut would lose acknowledged writes");
        return unfit(found, CONNECT);
    }
    let foreign_keys: i32 = read(session, "PRAGMA foreign_keys", "foreign_keys").await?;
    if foreign_keys != 1 {
        return unfit("SQLite's foreign_keys are off: a deleted user would stay in its groups".to_owned(), CONNECT);
    }
    Ok(None)
}

async fn postgres(session: &Session) -> Result<Option<Unfit>, DbErr> {
    let standby: bool = read(session, "SELECT pg_is_in_recovery() AS setting", "setting").await?;
    if standby {
        return unfit("the server is a standby".to_owned(), PRIMARY);
    }
    let commit: String = setting(session, "synchronous_commit").await?;
    if commit == "off" || commit == "local" {
        return unfit(
            format!(
                "PostgreSQL's synchronous_commit is {commit}: a crash or a failover would lose acknowledged writes"
            ),
            "set synchronous_commit = on for the role of this connection",
        );
    }
    let encoding = setting(session, "server_encoding").await?;
    if encoding != "UTF8" {
        return unfit(format!("the database's encoding is {encoding}"), "create the database with ENCODING 'UTF8'");
    }
    Ok(None)
}

async fn mysql(session: &Session) -> Result<Option<Unfit>, DbErr> {
    let read_only: i64 = read(session, "SELECT CAST(@@read_only AS SIGNED) AS setting", "setting").await?;
    if read_only != 0 {
        return unfit("the server is read_only: a replica, or one that is being taken care of".to_owned(), PRIMARY);
    }
    let mode: String = read(session, "SELECT CAST(@@sql_mode AS CHAR) AS setting", "setting").await?;
    if !mode.contains("STRICT_TRANS_TABLES") && !mode.contains("STRICT_ALL_TABLES") {
        return unfit(
            "sql_mode is not strict: values would be cut silently".to_owned(),
            "add STRICT_TRANS_TABLES to sql_mode",
        );
    }
    let charset: String =
        read(session, "SELECT CAST(@@character_set_connection AS CHAR) AS setting", "setting").await?;
    if charset != "utf8mb4" {
        return unfit(format!("the connection's character set is {charset}, not utf8mb4"), CONNECT);
    }
    let logs = "SELECT CAST(CONCAT(@@log_bin, @@binlog_format) AS CHAR) AS setting";
    let log: String = read(session, logs, "setting").await?;
    if log == "1STATEMENT" {
        return unfit(
            "binlog_format is STATEMENT, with which READ COMMITTED cannot write".to_owned(),
            "set binlog_format = ROW or MIXED",
        );
    }
    galera(session).await
}

/// Checks the settings of a Galera node; MySQL has no such variables.
async fn galera(session: &Session) -> Result<Option<Unfit>, DbErr> {
    if variable(session, "wsrep_on").await?.as_deref() != Some("ON") {
        return Ok(None);
    }
    let waits = variable(session, "wsrep_sync_wait").await?;
    let waits: u32 = waits.and_then(|value| value.parse().ok()).unwrap_or_default();
    if waits & 7 != 7 {
        return unfit(
            format!("wsrep_sync_wait is {waits}: what was acknowledged on another node would be overlooked, and lost"),
            "open the pools with fleet_scim::connect(url), or set wsrep_sync_wait = 7 on each node",
        );
    }
    Ok(None)
}

async fn variable(session: &Session, name: &str) -> Result<Option<String>, DbErr> {
    let statement = Statement::from_string(session.backend(), format!("SHOW VARIABLES LIKE '{name}'"));
    session.query_one_raw(statement).await?.map(|row| row.try_get_by_index(1)).transpose()
}

async fn setting(session: &Session, name: &str) -> Result<String, DbErr> {
    read(session, &format!("SELECT current_setting('{name}') AS setting"), "setting").await
}

async fn read<T: sea_orm::TryGetable>(session: &Session, sql: &str, column: &str) -> Result<T, DbErr> {
    let statement = Statement::from_string(session.backend(), sql);
    match session.query_one_raw(statement).await? {
        Some(row) => row.try_get("", column),
        None => Err(DbErr::RecordNotFound(sql.to_owned())),
    }
}

fn unfit(found: String, advice: &'static str) -> Result<Option<Unfit>, DbErr> {
    Ok(Some(Unfit { found, advice }))
}
