//! What PostgreSQL's planner knows of our tables. A fresh database has no statistics, until autovacuum comes by, and where that
//! is off it never has: then the view of ownership and long lists are planned badly (a page of 25 hosts took 1.3 s, and 16 ms
//! with statistics, 2026-11-26).

use sea_orm::{ConnectionTrait, DbErr, Statement};

use super::session::Session;

/// Rows a table has at least before it is worth looking at.
const ROWS: i64 = 1000;
/// How many times more rows there are than the statistics say.
const TIMES: i64 = 10;

/// Those of our tables that nobody analysed since they were a tenth of what they are.
pub async fn unknown(session: &Session) -> Result<Vec<String>, DbErr> {
    let sql = format!(
        "SELECT CAST(s.relname AS TEXT) AS name FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
         WHERE s.relid = to_regclass(CAST(s.relname AS TEXT)) AND s.relname LIKE 'scim\\_%'
         AND s.n_live_tup >= {ROWS} AND s.n_live_tup >= {TIMES} * GREATEST(c.reltuples, 1)"
    );
    let rows = session.query_all_raw(Statement::from_string(session.backend(), sql)).await?;
    rows.iter().map(|row| row.try_get("", "name")).collect()
}

/// Analyses a table, by a name of ours as the catalogue has it.
pub async fn analyze(session: &Session, table: &str) -> Result<(), DbErr> {
    session.execute_unprepared(&format!("ANALYZE \"{table}\"")).await.map(drop)
}
