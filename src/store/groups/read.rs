//! Group rows; who is a member is read apart, and only when it is asked for.

use sea_orm::{ConnectionTrait, DbBackend, QueryResult};

use crate::{
    protocol::{
        id::{ConnectionId, GroupId},
        list::Page,
        representation::Row,
    },
    store::{
        condition::Selection,
        dialect::Dialect,
        failure::Failure,
        order::{Order, order_by, order_page, select_key},
        sql::Sql,
    },
};

#[derive(Debug, Clone)]
pub struct StoredGroup {
    pub id: GroupId,
    pub version: i64,
    pub created_at: i64,
    pub updated_at: i64,
    pub resource: String,
    /// Whether the connection lets a replace of members only add.
    pub additive_replace: bool,
}

impl StoredGroup {
    pub fn row(&self) -> Row<'_> {
        Row {
            id: self.id.0,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
            resource: &self.resource,
        }
    }
}

const COLUMNS: &str = "SELECT u.id, u.version, u.created_at, u.updated_at, u.resource, c.additive_replace";

pub async fn find(
    connection: &impl ConnectionTrait,
    directory: ConnectionId,
    id: GroupId,
) -> Result<Option<StoredGroup>, Failure> {
    one(connection, directory, id, "").await
}

/// The latest state of the row; membership does not change either until the transaction ends.
pub async fn lock(
    connection: &impl ConnectionTrait,
    directory: ConnectionId,
    id: GroupId,
) -> Result<Option<StoredGroup>, Failure> {
    let lock = match connection.get_database_backend() {
        DbBackend::Sqlite => "",
        DbBackend::Postgres => " FOR UPDATE OF u",
        _ => return lock_alone(connection, directory, id).await,
    };
    one(connection, directory, id, lock).await
}

/// MariaDB has no `FOR UPDATE OF`, and the row of the connection, which everybody reads, must not be locked.
async fn lock_alone(
    connection: &impl ConnectionTrait,
    directory: ConnectionId,
    id: GroupId,
) -> Result<Option<StoredGroup>, Failure> {
    let mut sql = Sql::new(
        "SELECT u.id, u.version, u.created_at, u.updated_at, u.resource,
         (SELECT c.additive_replace FROM scim_connections c WHERE c.id = u.connection_id) AS additive_replace
         FROM scim_groups u WHERE u.connection_id = ",
    );
    sql.bind(directory.0).push(" AND u.id = ").bind(id.0).push(" FOR UPDATE");
    let row = connection.query_one_raw(sql.into_statement(connection.get_database_backend())).await?;
    row.map(|row| read(&row)).transpose()
}

async fn one(
    connection: &impl ConnectionTrait,
    directory: ConnectionId,
    id: GroupId,
    lock: &str,
) -> Result<Option<StoredGroup>, Failure> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" FROM scim_groups u JOIN scim_connections c ON c.id = u.connection_id WHERE u.connection_id = ");
    sql.bind(directory.0).push(" AND u.id = ").bind(id.0).push(lock);
    let row = connection.query_one_raw(sql.into_statement(connection.get_database_backend())).await?;
    row.map(|row| read(&row)).transpose()
}

pub async fn page(
    connection: &impl ConnectionTrait,
    dialect: Dialect,
    directory: ConnectionId,
    selection: Option<&Selection>,
    order: Option<&Order>,
    page: Page,
) -> Result<Vec<StoredGroup>, Failure> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" FROM (SELECT u.id AS pid");
    select_key(&mut sql, order);
    from(&mut sql, directory, selection, order);
    order_by(&mut sql, order);
    sql.push(" LIMIT ").bind(page.count).push(" OFFSET ").bind(page.offset());
    sql.push(") p JOIN scim_groups u ON u.id = p.pid JOIN scim_connections c ON c.id = u.connection_id");
    order_page(&mut sql, order);
    let rows = connection.query_all_raw(sql.into_statement(dialect.backend())).await?;
    rows.iter().map(read).collect()
}

pub async fn count(
    connection: &impl ConnectionTrait,
    dialect: Dialect,
    directory: ConnectionId,
    selection: Option<&Selection>,
) -> Result<u64, Failure> {
    let mut sql = Sql::new("SELECT COUNT(*) AS total");
    from(&mut sql, directory, selection, None);
    let row = connection.query_one_raw(sql.into_statement(dialect.backend())).await?;
    let total: i64 = row.map_or(Ok(0), |row| row.try_get("", "total"))?;
    Ok(total.unsigned_abs())
}

fn from(sql: &mut Sql, directory: ConnectionId, selection: Option<&Selection>, order: Option<&Order>) {
    sql.push(" FROM scim_groups u");
    if selection.is_some_and(|selection| selection.reads_twin) || order.is_some_and(|order| order.reads_twin) {
        sql.push(" JOIN scim_group_search s ON s.group_id = u.id");
    }
    sql.push(" WHERE u.connection_id = ").bind(directory.0);
    if let Some(selection) = selection {
        sql.push(" AND (").append(&selection.sql).push(")");
    }
}

fn read(row: &QueryResult) -> Result<StoredGroup, Failure> {
    Ok(StoredGroup {
        id: GroupId(row.try_get("", "id")?),
        version: row.try_get("", "version")?,
        created_at: row.try_get("", "created_at")?,
        updated_at: row.try_get("", "updated_at")?,
        resource: row.try_get("", "resource")?,
        additive_replace: row.try_get("", "additive_replace")?,
    })
}
