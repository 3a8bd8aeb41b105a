//! One user, or a page of them, with their groups, in one statement.

use std::{borrow::Cow, collections::HashMap};

use sea_orm::{ConnectionTrait, DbBackend, QueryResult};

use crate::{
    protocol::{
        id::{ConnectionId, UserId},
        record::UserRecord,
        representation::Row,
    },
    store::{
        listing::{Listing, PageBudget, Placed, Window},
        operation_error::OperationError,
        session::Session,
        sql::Sql,
    },
};

#[derive(Debug, Clone)]
pub struct StoredUser {
    pub id: UserId,
    pub version: i64,
    pub created_at: i64,
    pub updated_at: i64,
    pub resource: String,
    /// Id and displayName of each group, by id.
    pub groups: Vec<(i64, String)>,
}

impl StoredUser {
    pub fn row(&self) -> Row<'_> {
        Row {
            id: self.id.0,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
            resource: &self.resource,
        }
    }

    pub fn groups(&self) -> Vec<(i64, &str)> {
        self.groups.iter().map(|(id, display)| (*id, display.as_str())).collect()
    }
}

/// The groups of the user `u` as texts `id displayName`. The name is a subquery of its own: with a join PostgreSQL reads
/// every group for each user.
pub const fn group_list(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Sqlite => {
            "(SELECT json_group_array(x.group_id || ' ' || (SELECT g.display_name FROM scim_groups g WHERE g.id = x.group_id))
              FROM scim_user_group x WHERE x.connection_id = u.connection_id AND x.user_id = u.id) AS group_list"
        }
        DbBackend::Postgres => {
            "(SELECT json_agg(x.group_id || ' ' || (SELECT g.display_name FROM scim_groups g WHERE g.id = x.group_id))
              FROM scim_user_group x WHERE x.connection_id = u.connection_id AND x.user_id = u.id)::text AS group_list"
        }
        _ => {
            "(SELECT JSON_ARRAYAGG(CONCAT(x.group_id, ' ', (SELECT g.display_name FROM scim_groups g WHERE g.id = x.group_id)))
              FROM scim_user_group x WHERE x.connection_id = u.connection_id AND x.user_id = u.id) AS group_list"
        }
    }
}

fn select(backend: DbBackend) -> Sql {
    let mut sql = Sql::new("SELECT u.id, u.version, u.created_at, u.updated_at, u.resource, ");
    sql.push(group_list(backend));
    sql
}

const fn for_update(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Sqlite => "",
        DbBackend::Postgres => " FOR UPDATE OF u",
        _ => " FOR UPDATE",
    }
}

pub async fn find(
    session: &Session,
    connection: ConnectionId,
    id: UserId,
) -> Result<Option<StoredUser>, OperationError> {
    let mut sql = select(session.get_database_backend());
    sql.push(" FROM scim_users u WHERE u.connection_id = ").bind(connection.0).push(" AND u.id = ").bind(id.0);
    one(session, sql).await
}

/// The latest state of the row, which nobody else changes until the transaction ends.
pub async fn lock(
    session: &Session,
    connection: ConnectionId,
    id: UserId,
) -> Result<Option<StoredUser>, OperationError> {
    let backend = session.get_database_backend();
    let mut sql = select(backend);
    sql.push(" FROM scim_users u WHERE u.connection_id = ").bind(connection.0).push(" AND u.id = ").bind(id.0);
    sql.push(for_update(backend));
    one(session, sql).await
}

/// Whoever holds a `userName`.
pub async fn find_by_user_name(
    session: &Session,
    connection: ConnectionId,
    user_name_key: &str,
) -> Result<Option<StoredUser>, OperationError> {
    let mut sql = select(session.get_database_backend());
    sql.push(" FROM scim_users u WHERE u.connection_id = ").bind(connection.0);
    sql.push(" AND u.user_name_key = ").bind(user_name_key);
    one(session, sql).await
}

/// The inactive user who alone has the `externalId` of a new active one, where that is an id that is never given to
/// somebody else: Okta's user under a new login (rancher#55220).
pub async fn find_former(
    session: &Session,
    connection: ConnectionId,
    record: &UserRecord,
) -> Result<Option<UserId>, OperationError> {
    let Some(external_id) = record.lasting_id() else { return Ok(None) };
    let mut sql = Sql::new("SELECT f.id FROM scim_users f WHERE ");
    former(&mut sql, connection, external_id);
    let row = session.query_one_raw(sql.into_statement(session.backend())).await?;
    Ok(row.map(|row| row.try_get("", "id")).transpose()?.map(UserId))
}

/// Appends the condition of being such a user.
pub fn former(sql: &mut Sql, connection: ConnectionId, external_id: &str) {
    sql.push("f.external_id = ").bind(external_id).push(" AND f.connection_id = ").bind(connection.0);
    sql.push(
        " AND NOT f.active AND NOT EXISTS (SELECT 1 FROM scim_users o WHERE o.external_id = f.external_id
         AND o.connection_id = f.connection_id AND o.id <> f.id)",
    );
}

/// The users of a window, each with its groups.
pub async fn page(
    session: &Session,
    listing: &Listing<'_>,
    window: &Window,
) -> Result<Vec<Placed<StoredUser>>, OperationError> {
    let backend = session.get_database_backend();
    let mut sql = select(backend);
    if listing.order.is_some() {
        sql.push(", p.sort_key");
    }
    sql.push(" FROM (").append(&listing.ids(window)).push(") p ").push(listing.join());
    sql.push(" scim_users u ON u.id = p.pid");
    listing.order_joined(&mut sql, window);
    let mut budget = PageBudget::default();
    let mut place = |row: &QueryResult| {
        let (mut user, list) = parse(row)?;
        let left_out = budget.leaves_out(&mut user.resource, list.as_deref().map_or(0, count_groups));
        let position = listing.position(row, user.id.0)?;
        Ok((Placed { row: user, position, left_out }, list.filter(|_| !left_out)))
    };
    let mut found: Vec<Result<_, OperationError>> = Vec::new();
    let take = |row| {
        found.push(place(&row));
        Ok(())
    };
    session.each_row(sql.into_statement(backend), take).await?;
    let mut page = Vec::with_capacity(found.len());
    for placed in found {
        let (mut placed, list) = placed?;
        placed.row.groups = groups_of_list(session, placed.row.id.0, list.as_deref()).await?;
        page.push(placed);
    }
    Ok(page)
}

/// How many bytes each of these users has, and how many groups it is in.
pub async fn sizes(session: &Session, ids: &[i64]) -> Result<HashMap<i64, (usize, usize)>, OperationError> {
    let mut sql = Sql::new(
        "SELECT u.id, LENGTH(u.resource) AS bytes,
         (SELECT COUNT(*) FROM scim_user_group x WHERE x.connection_id = u.connection_id AND x.user_id = u.id) AS joined
         FROM scim_users u WHERE u.id",
    );
    sql.bind_ids(session.backend(), ids);
    let rows = session.query_all_raw(sql.into_statement(session.backend())).await?;
    let size = |row: &QueryResult| {
        let bytes = match session.backend() {
            DbBackend::Postgres => i64::from(row.try_get::<i32>("", "bytes")?),
            _ => row.try_get::<i64>("", "bytes")?,
        };
        let of = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
        Ok((row.try_get("", "id")?, (of(bytes), of(row.try_get("", "joined")?))))
    };
    rows.iter().map(size).collect()
}

/// Users by their ids, in any order.
pub async fn of_ids(session: &Session, ids: &[i64]) -> Result<Vec<StoredUser>, OperationError> {
    let backend = session.get_database_backend();
    let mut sql = select(backend);
    sql.push(" FROM scim_users u WHERE u.id").bind_ids(backend, ids);
    let mut users = Vec::with_capacity(ids.len());
    for row in session.query_all_raw(sql.into_statement(backend)).await? {
        users.push(read(session, row).await?);
    }
    Ok(users)
}

async fn one(session: &Session, sql: Sql) -> Result<Option<StoredUser>, OperationError> {
    match session.query_one_raw(sql.into_statement(session.get_database_backend())).await? {
        Some(row) => read(session, row).await.map(Some),
        None => Ok(None),
    }
}

async fn read(session: &Session, row: QueryResult) -> Result<StoredUser, OperationError> {
    let (mut user, list) = parse(&row)?;
    user.groups = groups_of_list(session, user.id.0, list.as_deref()).await?;
    Ok(user)
}

/// A user without its groups, and the aggregate of these.
fn parse(row: &QueryResult) -> Result<(StoredUser, Option<String>), OperationError> {
    let user = StoredUser {
        id: UserId(row.try_get("", "id")?),
        version: row.try_get("", "version")?,
        created_at: row.try_get("", "created_at")?,
        updated_at: row.try_get("", "updated_at")?,
        resource: row.try_get("", "resource")?,
        groups: vec![],
    };
    Ok((user, row.try_get("", "group_list")?))
}

/// The groups from their aggregate, or where it was cut, from their rows.
pub async fn groups_of_list(
    session: &Session,
    user: i64,
    list: Option<&str>,
) -> Result<Vec<(i64, String)>, OperationError> {
    match list.map_or(Some(vec![]), parse_groups) {
        Some(groups) => Ok(groups),
        // MariaDB cuts the aggregate of a member of very many groups at 1 MiB and only warns.
        None => groups_by_row(session, user).await,
    }
}

/// How many groups an aggregate has at most, without reading it; more than any page holds where it was cut.
fn count_groups(list: &str) -> usize {
    if list.ends_with(']') { list.matches("\"").count() / 2 } else { usize::MAX }
}

/// Reads an aggregate of texts `id displayName`; `None` when it was cut.
fn parse_groups(list: &str) -> Option<Vec<(i64, String)>> {
    let texts: Vec<Cow<'_, str>> = serde_json::from_str(list).ok()?;
    let mut groups = Vec::with_capacity(texts.len());
    for text in texts {
        let (id, display) = text.split_once(' ')?;
        groups.push((id.parse().ok()?, display.to_owned()));
    }
    groups.sort_unstable_by_key(|(id, _)| *id);
    Some(groups)
}

async fn groups_by_row(session: &Session, user: i64) -> Result<Vec<(i64, String)>, OperationError> {
    let mut sql = Sql::new(
        "SELECT g.id, g.display_name FROM scim_users u
         JOIN scim_user_group x ON x.connection_id = u.connection_id AND x.user_id = u.id
         JOIN scim_groups g ON g.id = x.group_id WHERE u.id = ",
    );
    sql.bind(user).push(" ORDER BY g.id");
    let rows = session.query_all_raw(sql.into_statement(session.get_database_backend())).await?;
    rows.iter().map(|row| Ok((row.try_get("", "id")?, row.try_get("", "display_name")?))).collect()
}
