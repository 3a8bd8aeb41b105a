//! Group rows; members are read separately, and only if they are asked for.

use sea_orm::{DbBackend, FromQueryResult};

use crate::{
    protocol::{
        id::{ConnectionId, GroupId},
        resource::representation::Row,
    },
    store::{
        listing::{Listing, Placed, Window},
        operation_error::OperationError,
        page_budget::{PageBudget, fill, fit_unread, push_small_resource},
        session::Session,
        sql::Sql,
    },
};

#[derive(Debug, Clone, FromQueryResult)]
pub struct StoredGroup {
    pub id: GroupId,
    pub version: i64,
    pub created_at: i64,
    pub updated_at: i64,
    pub resource: String,
    /// Whether replacing members only adds them on this connection.
    pub additive_replace: bool,
    /// Whether a PUT without `members` keeps them on this connection.
    pub keeps_members: bool,
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

const COLUMNS: &str =
    "SELECT u.id, u.version, u.created_at, u.updated_at, u.resource, c.additive_replace, c.keeps_members";

pub async fn find(
    session: &Session,
    connection: ConnectionId,
    id: GroupId,
) -> Result<Option<StoredGroup>, OperationError> {
    one(session, connection, id, "").await
}

/// Finds the group that has a `displayName`.
pub async fn find_by_display_name(
    session: &Session,
    connection: ConnectionId,
    display_name_key: &str,
) -> Result<Option<GroupId>, OperationError> {
    let mut sql = Sql::new("SELECT u.id FROM scim_groups u WHERE u.connection_id = ");
    sql.bind(connection.0).push(" AND u.display_name_key = ").bind(display_name_key);
    let row = session.row(sql).await?;
    Ok(row.map(|row| row.try_get("", "id")).transpose()?.map(GroupId))
}

/// Reads and locks the latest state of the row; the membership cannot change either until the transaction ends.
pub async fn lock(
    session: &Session,
    connection: ConnectionId,
    id: GroupId,
) -> Result<Option<StoredGroup>, OperationError> {
    let lock = match session.backend() {
        DbBackend::Sqlite => "",
        DbBackend::Postgres => " FOR UPDATE OF u",
        _ => return lock_alone(session, connection, id).await,
    };
    one(session, connection, id, lock).await
}

/// Locks the group's row alone: MariaDB has no `FOR UPDATE OF`, and the row of the connection, which everybody reads, must
/// not be locked.
async fn lock_alone(
    session: &Session,
    connection: ConnectionId,
    id: GroupId,
) -> Result<Option<StoredGroup>, OperationError> {
    let mut sql = Sql::new(
        "SELECT u.id, u.version, u.created_at, u.updated_at, u.resource,
         (SELECT c.additive_replace FROM scim_connections c WHERE c.id = u.connection_id) AS additive_replace,
         (SELECT c.keeps_members FROM scim_connections c WHERE c.id = u.connection_id) AS keeps_members
         FROM scim_groups u WHERE u.connection_id = ",
    );
    sql.bind(connection.0).push(" AND u.id = ").bind(id.0).push(" FOR UPDATE");
    let row = session.row(sql).await?;
    Ok(row.map(|row| StoredGroup::from_query_result(&row, "")).transpose()?)
}

async fn one(
    session: &Session,
    connection: ConnectionId,
    id: GroupId,
    lock: &str,
) -> Result<Option<StoredGroup>, OperationError> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" FROM scim_groups u JOIN scim_connections c ON c.id = u.connection_id WHERE u.connection_id = ");
    sql.bind(connection.0).push(" AND u.id = ").bind(id.0).push(lock);
    let row = session.row(sql).await?;
    Ok(row.map(|row| StoredGroup::from_query_result(&row, "")).transpose()?)
}

/// Reads the groups of a window, without their members.
pub async fn page(
    session: &Session,
    listing: &Listing<'_>,
    window: &Window,
) -> Result<Vec<Placed<StoredGroup>>, OperationError> {
    let mut sql = Sql::new("SELECT u.id, u.version, u.created_at, u.updated_at, ");
    push_small_resource(&mut sql, window);
    sql.push(", c.additive_replace, c.keeps_members");
    if listing.order.is_some() {
        sql.push(", p.sort_key");
    }
    sql.push(" FROM (").append(&listing.ids(window));
    let join = listing.join();
    sql.push(&format!(") p {join} scim_groups u ON u.id = p.pid {join} scim_connections c ON c.id = u.connection_id"));
    listing.order_joined(&mut sql, window);
    let mut budget = PageBudget::default();
    let (mut page, mut taken) = (Vec::new(), Vec::new());
    for row in session.rows(sql).await? {
        let group = StoredGroup::from_query_result(&row, "")?;
        let bytes = group.resource.len();
        let position = listing.position(&row, group.id.0)?;
        page.push(Placed { row: group, position, left_out: !budget.take(bytes, 0) });
        taken.push((bytes, 0));
    }
    let fitting = fit_unread(session, "scim_groups", &mut page, &taken).await?;
    if !fitting.is_empty() {
        let read = of_ids(session, &fitting).await?;
        fill(&mut page, &fitting, read.into_iter().map(|group| (group.id.0, group)));
    }
    Ok(page)
}

/// Reads groups by their ids, in any order.
pub async fn of_ids(session: &Session, ids: &[i64]) -> Result<Vec<StoredGroup>, OperationError> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(" FROM scim_groups u JOIN scim_connections c ON c.id = u.connection_id WHERE u.id");
    sql.bind_ids(session.backend(), ids);
    let rows = session.rows(sql).await?;
    rows.iter().map(|row| Ok(StoredGroup::from_query_result(row, "")?)).collect()
}
