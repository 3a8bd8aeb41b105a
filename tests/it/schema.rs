//! A new database has the schema that is written down, on each kind of database.
//!
//! `UPDATE_SCHEMA=1 cargo test schema` writes it down again.

use std::path::{Path, PathBuf};

use fleet_scim::sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use crate::databases::{Backend, connect};

const OURS: &str = "LIKE 'scim\\_%'";

/// Returns queries whose rows, line by line, are the schema.
fn questions(backend: DbBackend) -> Vec<String> {
    match backend {
        DbBackend::Sqlite => vec![
            "SELECT sql AS line FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'sqlite_sequence' ORDER BY type, name".to_owned(),
        ],
        DbBackend::Postgres => vec![
            format!(
                "SELECT concat_ws(' ', 'column', table_name, column_name, data_type, character_maximum_length, collation_name,
                 CASE WHEN is_identity = 'YES' THEN 'identity' END, CASE WHEN is_nullable = 'NO' THEN 'not null' END) AS line
                 FROM information_schema.columns WHERE table_name {OURS} OR table_name = 'host_scim_user'
                 ORDER BY table_name, ordinal_position"
            ),
            format!("SELECT indexdef AS line FROM pg_indexes WHERE tablename {OURS} ORDER BY indexname"),
            format!(
                "SELECT concat_ws(' ', CAST(CAST(conrelid AS regclass) AS TEXT), conname, pg_get_constraintdef(oid)) AS line
                 FROM pg_constraint WHERE CAST(CAST(conrelid AS regclass) AS TEXT) {OURS} ORDER BY conrelid::regclass::text, conname"
            ),
            "SELECT pg_get_viewdef('host_scim_user'::regclass) AS line".to_owned(),
        ],
        _ => vec![
            format!(
                "SELECT CAST(CONCAT_WS(' ', 'column', table_name, column_name, column_type, collation_name, extra,
                 IF(is_nullable = 'NO', 'not null', NULL)) AS CHAR) AS line
                 FROM information_schema.columns WHERE table_schema = DATABASE()
                 AND (table_name {OURS} OR table_name = 'host_scim_user') ORDER BY table_name, ordinal_position"
            ),
            format!(
                "SELECT CAST(CONCAT_WS(' ', 'index', table_name, index_name, IF(non_unique = 0, 'unique', NULL),
                 GROUP_CONCAT(column_name ORDER BY seq_in_index)) AS CHAR) AS line
                 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name {OURS}
                 GROUP BY table_name, index_name, non_unique ORDER BY table_name, index_name"
            ),
            format!(
                "SELECT CAST(CONCAT_WS(' ', 'foreign key', table_name, constraint_name, referenced_table_name, delete_rule) AS CHAR)
                 AS line FROM information_schema.referential_constraints WHERE constraint_schema = DATABASE()
                 AND table_name {OURS} ORDER BY table_name, constraint_name"
            ),
        ],
    }
}

pub async fn description(database: &DatabaseConnection) -> String {
    let backend = database.get_database_backend();
    let mut lines = Vec::new();
    for question in questions(backend) {
        for row in database.query_all_raw(Statement::from_string(backend, question)).await.unwrap() {
            let line: String = row.try_get("", "line").unwrap();
            lines.push(line.split_whitespace().collect::<Vec<_>>().join(" ") + "\n");
        }
    }
    lines.concat()
}

fn file(backend: Backend) -> PathBuf {
    let name = match backend {
        Backend::Sqlite => "sqlite.txt",
        Backend::Postgres => "postgres.txt",
        Backend::MySql => "mariadb.txt",
    };
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/schema").join(name)
}

/// Returns the schema that is written down for a database.
pub fn written(backend: Backend) -> String {
    std::fs::read_to_string(file(backend)).unwrap()
}

async fn is_as_written(backend: Backend) {
    let Some(place) = backend.place().await else { return };
    let database = connect(&place.url, 1).await;
    let made = description(&database).await;
    let file = file(backend);
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, &made).unwrap();
    }
    assert!(made == written(backend), "{} differs: see what changed with UPDATE_SCHEMA=1\n{made}", file.display());
    database.close().await.unwrap();
    place.remove().await;
}

#[tokio::test]
async fn it_is_as_written_on_sqlite() {
    is_as_written(Backend::Sqlite).await;
}

fleet_scim_dev::on_postgres! {
    #[tokio::test]
    async fn it_is_as_written_on_postgres() {
        is_as_written(Backend::Postgres).await;
    }
}

fleet_scim_dev::on_mysql! {
    #[tokio::test]
    async fn it_is_as_written_on_mariadb() {
        is_as_written(Backend::MySql).await;
    }
}
