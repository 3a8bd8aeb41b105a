//! What PostgreSQL's planner knows about our tables. A fresh database has no statistics until autovacuum runs, and none at
//! all if that is off: the view of ownership and long lists are then planned badly (a page of 25 hosts took 1.3 s, and 16 ms
//! with statistics, 2026-11-26).

use sea_orm::{ConnectionTrait, DbErr, Statement};

use super::session::Session;

/// The number of rows from which a table is worth analysing.
const ROWS: i64 = 1000;
/// How many times more rows there must be than the statistics say.
const TIMES: i64 = 10;

/// Lists those of our tables that have grown at least tenfold since they were last analysed.
pub async fn unknown(session: &Session) -> Result<Vec<String>, DbErr> {
    let sql = format!(
        "SELECT CAST(s.relname AS TEXT) AS name FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
         WHERE s.relid = to_regclass(CAST(s.relname AS TEXT)) AND s.relname LIKE 'scim\\_%'
         AND s.n_live_tup >= {ROWS} AND s.n_live_tup >= {TIMES} * GREATEST(c.reltuples, 1)"
    );
    let rows = session.query_all_raw(Statement::from_string(session.backend(), sql)).await?;
    rows.iter().map(|row| row.try_get("", "name")).collect()
}

/// Analyses one of our tables, named as in the catalogue.
pub async fn analyze(session: &Session, table: &str) -> Result<(), DbErr> {
    session.execute_unprepared(&format!("ANALYZE \"{table}\"")).await.map(drop)
}
