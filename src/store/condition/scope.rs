//! What a condition applies to.

use crate::{
    protocol::{connection::ConnectionKind, id::ConnectionId, schema::ResourceType},
    store::{columns::Table, dialect::Dialect, sql::Sql, users::Memberships},
};

/// What a condition applies to: the rows `u` of one connection or of all, with their search documents `s`.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    pub dialect: Dialect,
    pub resource_type: &'a ResourceType,
    /// The connection whose rows are meant; `None` for those of all connections.
    pub connection: Option<ConnectionId>,
    /// Who fills the connection: the groups of a native one may have members of others.
    pub kind: ConnectionKind,
    /// Which of a user's groups count.
    pub memberships: Memberships,
    /// Whether groups of the connection are members of others, so that a user is in groups above its own.
    pub nests: bool,
    /// The mount, below which each connection has a base URL.
    pub mount: &'a str,
    /// The start of the resources' URLs.
    pub base_url: &'a str,
    /// The start of the hosts' URLs.
    pub hosts_url: &'a str,
}

impl Scope<'_> {
    pub(super) fn is_user(&self) -> bool {
        self.resource_type.is_user()
    }

    pub fn table(&self) -> &'static Table {
        Table::of(self.resource_type)
    }

    /// Returns the join of the search documents `s`, of which each row's is read so often.
    pub fn join_search_document(&self, reads: usize) -> String {
        let Table { search_documents, key, .. } = self.table();
        match reads {
            0 => String::new(),
            1 => format!(" JOIN {search_documents} s ON s.{key} = u.id"),
            _ => self.dialect.join_search_document(search_documents, key),
        }
    }

    /// Writes that a column names the connection. The connections are listed where all are meant: most indexes begin with them.
    pub fn of_connection(&self, sql: &mut Sql, column: &str) {
        sql.push(column);
        match (self.connection, self.dialect) {
            (Some(connection), _) => sql.push(" = ").bind(connection.0),
            (None, Dialect::Postgres) => sql.push(" = ANY(ARRAY(SELECT c.id FROM scim_connections c))"),
            (None, _) => sql.push(" IN (SELECT c.id FROM scim_connections c)"),
        };
    }
}
