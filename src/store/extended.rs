//! Resources with extensions, read and rewritten after the registered schemas changed.

use super::{columns::Table, operation_error::OperationError, session::Session, sql::Sql};
use crate::protocol::schema::ResourceType;

/// A resource as it is stored.
#[derive(Debug)]
pub struct Stored {
    pub id: i64,
    pub resource: String,
}

/// Reads and locks a page of resources after an id that may have one of these extensions.
pub async fn page(
    session: &Session,
    resource_type: &ResourceType,
    urns: &[String],
    after: i64,
    limit: u64,
) -> Result<Vec<Stored>, OperationError> {
    let Table { rows, .. } = Table::of(resource_type);
    let mut sql = Sql::new(&format!("SELECT u.id, u.resource FROM {rows} u WHERE u.id > "));
    sql.bind(after);
    for (at, urn) in urns.iter().enumerate() {
        sql.push(if at == 0 { " AND (" } else { " OR " });
        sql.push("LOWER(u.resource) LIKE ").bind(format!("%{}%", urn.to_ascii_lowercase()));
    }
    sql.push(") ORDER BY u.id LIMIT ").bind(limit).push(session.dialect().for_update());
    let rows = session.rows(sql).await?;
    rows.iter().map(|row| Ok(Stored { id: row.try_get("", "id")?, resource: row.try_get("", "resource")? })).collect()
}

/// Writes the document and its search document; its meaning has not changed, so the version stays.
pub async fn write(
    session: &Session,
    resource_type: &ResourceType,
    id: i64,
    resource: &str,
    search_document: &str,
) -> Result<(), OperationError> {
    let table = Table::of(resource_type);
    let mut sql = Sql::new(&format!("UPDATE {} SET resource = ", table.rows));
    sql.bind(resource).push(" WHERE id = ").bind(id);
    session.run(sql).await?;
    session.run(table.update_search_document(session, id, search_document)).await?;
    Ok(())
}
