//! Writing the search document of a resource.

use super::{columns::Table, dialect::search_document_value, session::Session, sql::Sql};
use crate::protocol::id::ConnectionId;

impl Table {
    /// Builds the statement that inserts a search document.
    pub fn insert_search_document(
        &self,
        session: &Session,
        connection: ConnectionId,
        id: i64,
        search_document: &str,
    ) -> Sql {
        let Self { search_documents, key, .. } = self;
        let mut sql = Sql::new(&format!("INSERT INTO {search_documents} ({key}, connection_id, document) VALUES ("));
        sql.bind(id).push(", ").bind(connection.0).push(", ");
        sql.push(search_document_value(session.backend())).value(search_document).push(")");
        sql
    }

    /// Builds the statement that replaces a search document.
    pub fn update_search_document(&self, session: &Session, id: i64, search_document: &str) -> Sql {
        let Self { search_documents, key, .. } = self;
        let mut sql = Sql::new(&format!("UPDATE {search_documents} SET document = "));
        sql.push(search_document_value(session.backend())).value(search_document);
        sql.push(&format!(" WHERE {key} = ")).bind(id);
        sql
    }
}
