//! Inserts rows in bulk, as the library writes them.

use fleet_scim::sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use serde_json::{Value, json};

/// The value of a prefix column if the attribute is missing.
const MISSING: &str = "\u{10ffff} ";

/// Writes a search document as an SQL value.
pub fn search_document_value(backend: DbBackend, search_document: &Value) -> String {
    match backend {
        DbBackend::Sqlite => format!("jsonb('{search_document}')"),
        _ => format!("'{search_document}'"),
    }
}

/// Inserts users, the search documents and keys by which they are found, and their number.
pub async fn fill(database: &DatabaseConnection, people: usize) {
    let backend = database.get_database_backend();
    let ids: Vec<usize> = (1..=people).collect();
    for chunk in ids.chunks(500) {
        let rows = |row: &dyn Fn(&usize) -> String| chunk.iter().map(row).collect::<Vec<_>>().join(",");
        let users = rows(&|id| {
            let resource = json!({
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
                "userName": format!("u{id}@x.y"),
                "name": { "givenName": "Given", "familyName": format!("Family {}", id / 10) }, "active": true,
                "emails": [{ "value": format!("u{id}@x.y"), "type": "work", "primary": true }],
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": format!("Sales {}", id % 20) },
            });
            let at = 1_700_000_000_000 + id;
            format!(
                "(1,'u{id}@x.y','u{id}@x.y','Given','Family {0}','Sales {1}','family {0}','{MISSING}','sales {1}',TRUE,'{resource}',1,{at},{at})",
                id / 10,
                id % 20
            )
        });
        let search = rows(&|id| {
            let search_document = json!({
                "username": format!("u{id}@x.y"),
                "name": { "givenname": "given", "familyname": format!("family {}", id / 10) },
                "emails": [{ "value": format!("u{id}@x.y"), "type": "work" }],
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:user": { "department": format!("sales {}", id % 20) },
            });
            format!("({id},1,{})", search_document_value(backend, &search_document))
        });
        let keys = rows(&|id| format!("({id},'u{id}@x.y',1,0)"));
        for sql in [
            format!(
                "INSERT INTO scim_users (connection_id, user_name, user_name_key, given_name, family_name, department, family_name_prefix,
                 display_name_prefix, department_prefix, active, resource, version, created_at, updated_at) VALUES {users}"
            ),
            format!("INSERT INTO scim_user_search (user_id, connection_id, document) VALUES {search}"),
            format!("INSERT INTO scim_user_keys (scim_user_id, email_key, connection_id, match_rank) VALUES {keys}"),
        ] {
            database.execute_unprepared(&sql).await.unwrap();
        }
    }
    let count =
        format!("INSERT INTO scim_counts (connection_id, resource_type, shard, resources) VALUES (1, 0, 0, {people})");
    database.execute_unprepared(&count).await.unwrap();
}

pub async fn analyze(database: &DatabaseConnection) {
    if database.get_database_backend() != DbBackend::MySql {
        database.execute_unprepared("ANALYZE").await.unwrap();
    }
}

/// Has the database know how much there is in these tables; MySQL and MariaDB too, which do that by themselves a little later.
pub async fn analyze_tables(database: &DatabaseConnection, tables: &[&str]) {
    match database.get_database_backend() {
        DbBackend::MySql => {
            let sql = format!("ANALYZE TABLE {}", tables.join(", "));
            drop(database.query_all_raw(Statement::from_string(DbBackend::MySql, sql)).await.unwrap());
        }
        _ => analyze(database).await,
    }
}
