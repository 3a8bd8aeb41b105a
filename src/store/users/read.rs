//! Reads one user, or a page of them, with their groups, in one statement.

use std::collections::{HashMap, HashSet};

use sea_orm::{DbBackend, FromQueryResult, QueryResult};

use super::{
    group_aggregate::Memberships,
    group_list::{count_groups, groups_of_list},
};
use crate::{
    protocol::{
        bounds,
        id::{ConnectionId, UserId},
        resource::{group_of_user::GroupOfUser, record::UserRecord, representation::Row},
    },
    store::{
        groups,
        listing::{Listing, Placed, Window},
        operation_error::OperationError,
        page_budget::{PageBudget, bytes_of, fill, fit_unread, push_small_resource},
        session::Session,
        sql::Sql,
    },
};

#[derive(Debug, Clone, FromQueryResult)]
pub struct StoredUser {
    pub id: UserId,
    pub version: i64,
    pub created_at: i64,
    pub updated_at: i64,
    pub resource: String,
    /// The id and displayName of each group that the user is a direct member of, by id.
    #[sea_orm(skip)]
    pub groups: Vec<(i64, String)>,
    /// Those of the groups above these.
    #[sea_orm(skip)]
    pub indirect_groups: Vec<(i64, String)>,
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

    pub fn groups(&self) -> Vec<GroupOfUser<'_>> {
        let direct = self.groups.iter().map(|group| (group, true));
        let all = direct.chain(self.indirect_groups.iter().map(|group| (group, false)));
        all.map(|((id, display), is_direct)| GroupOfUser { id: *id, display, is_direct }).collect()
    }

    /// Takes the user out of all groups.
    pub fn clear_groups(&mut self) {
        self.groups.clear();
        self.indirect_groups.clear();
    }
}

fn select(backend: DbBackend, connection: Option<ConnectionId>) -> Sql {
    let mut sql = Sql::new("SELECT u.id, u.version, u.created_at, u.updated_at, u.resource, ");
    sql.push(&Memberships::Own.list(backend)).push(", ");
    groups::push_nests(&mut sql, connection);
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
    let mut sql = select(session.backend(), Some(connection));
    sql.push(" FROM scim_users u WHERE u.connection_id = ").bind(connection.0).push(" AND u.id = ").bind(id.0);
    one(session, sql).await
}

/// Reads and locks the latest state of the row; nobody else can change it until the transaction ends.
pub async fn lock(
    session: &Session,
    connection: ConnectionId,
    id: UserId,
) -> Result<Option<StoredUser>, OperationError> {
    let backend = session.backend();
    let mut sql = select(backend, Some(connection));
    sql.push(" FROM scim_users u WHERE u.connection_id = ").bind(connection.0).push(" AND u.id = ").bind(id.0);
    sql.push(for_update(backend));
    one(session, sql).await
}

/// The user who has a `userName`.
#[derive(Debug, Clone, Copy)]
pub struct NameHolder {
    pub id: UserId,
    pub is_active: bool,
}

/// Finds the user who has a `userName`.
pub async fn find_by_user_name(
    session: &Session,
    connection: ConnectionId,
    user_name_key: &str,
) -> Result<Option<NameHolder>, OperationError> {
    let mut sql = Sql::new("SELECT u.id, u.active FROM scim_users u WHERE u.connection_id = ");
    sql.bind(connection.0).push(" AND u.user_name_key = ").bind(user_name_key);
    let Some(row) = session.row(sql).await? else { return Ok(None) };
    Ok(Some(NameHolder { id: UserId(row.try_get("", "id")?), is_active: row.try_get("", "active")? }))
}

/// Finds the only inactive user with the `externalId` of a new active one, if that kind of id is never given to somebody
/// else: Okta's user under a new login (rancher#55220).
pub async fn find_former(
    session: &Session,
    connection: ConnectionId,
    record: &UserRecord,
) -> Result<Option<UserId>, OperationError> {
    let Some(external_id) = record.lasting_id() else { return Ok(None) };
    let mut sql = Sql::new("SELECT f.id FROM scim_users f WHERE ");
    former(&mut sql, connection, external_id);
    let row = session.row(sql).await?;
    Ok(row.map(|row| row.try_get("", "id")).transpose()?.map(UserId))
}

/// Appends the condition that matches such a user.
pub fn former(sql: &mut Sql, connection: ConnectionId, external_id: &str) {
    sql.push("f.external_id = ").bind(external_id).push(" AND f.connection_id = ").bind(connection.0);
    sql.push(
        " AND NOT f.active AND NOT EXISTS (SELECT 1 FROM scim_users o WHERE o.external_id = f.external_id
         AND o.connection_id = f.connection_id AND o.id <> f.id)",
    );
}

/// Reads the users of a window, each with its groups.
pub async fn page(
    session: &Session,
    listing: &Listing<'_>,
    window: &Window,
) -> Result<Vec<Placed<StoredUser>>, OperationError> {
    let mut sql = Sql::new("SELECT u.id, u.version, u.created_at, u.updated_at, ");
    push_small_resource(&mut sql, window);
    sql.push(", ").push(&Memberships::Own.list(session.backend())).push(", ");
    groups::push_nests(&mut sql, listing.scope.connection);
    if listing.order.is_some() {
        sql.push(", p.sort_key");
    }
    sql.push(" FROM (").append(&listing.ids(window)).push(") p ").push(listing.join());
    sql.push(" scim_users u ON u.id = p.pid");
    listing.order_joined(&mut sql, window);
    let mut budget = PageBudget::default();
    let mut place = |row: &QueryResult| {
        let (user, list) = parse(row)?;
        let taken = (user.resource.len(), list.as_deref().map_or(0, count_groups));
        let left_out = !budget.take(taken.0, taken.1);
        let position = listing.position(row, user.id.0)?;
        Ok((Placed { row: user, position, left_out }, taken, list.filter(|_| !left_out)))
    };
    let mut found: Vec<Result<_, OperationError>> = Vec::new();
    let mut nests = false;
    let take = |row| {
        nests = groups::nests(Some(&row))?;
        found.push(place(&row));
        Ok(())
    };
    session.each_row(sql, take).await?;
    let (mut page, mut taken) = (Vec::with_capacity(found.len()), Vec::with_capacity(found.len()));
    for placed in found {
        let (mut placed, of_row, list) = placed?;
        placed.row.groups = groups_of_list(session, placed.row.id.0, Memberships::Own, list.as_deref()).await?;
        page.push(placed);
        taken.push(of_row);
    }
    let fitting = fit_unread(session, "scim_users", &mut page, &taken).await?;
    if !fitting.is_empty() {
        let (read, _) = with_direct_groups(session, &fitting).await?;
        fill(&mut page, &fitting, read.into_iter().map(|user| (user.id.0, user)));
    }
    if nests {
        let fitting = page.iter_mut().filter(|user| !user.left_out).map(|user| &mut user.row);
        let known = add_indirect_groups(session, fitting).await?;
        page.iter_mut().for_each(|user| user.left_out |= !known.contains(&user.row.id.0));
    }
    Ok(page)
}

/// Reads how many bytes each of these users has, and how many groups it is in.
pub async fn sizes(session: &Session, ids: &[i64]) -> Result<HashMap<i64, (usize, usize)>, OperationError> {
    let mut sql = Sql::new(
        "SELECT u.id, OCTET_LENGTH(u.resource) AS bytes,
         (SELECT COUNT(*) FROM scim_user_group x WHERE x.connection_id = u.connection_id AND x.user_id = u.id) AS joined
         FROM scim_users u WHERE u.id",
    );
    sql.bind_ids(session.backend(), ids);
    let rows = session.rows(sql).await?;
    let size = |row: &QueryResult| {
        let joined = usize::try_from(row.try_get::<i64>("", "joined")?).unwrap_or(usize::MAX);
        Ok((row.try_get("", "id")?, (bytes_of(session.backend(), row)?, joined)))
    };
    rows.iter().map(size).collect()
}

/// Reads users by their ids, in the order of these; without those whose groups do not fit on one page with those before.
pub async fn of_ids(session: &Session, ids: &[i64]) -> Result<Vec<StoredUser>, OperationError> {
    let (mut users, nests) = with_direct_groups(session, ids).await?;
    let places: HashMap<i64, usize> = ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    users.sort_unstable_by_key(|user| places.get(&user.id.0).copied());
    if nests {
        let known = add_indirect_groups(session, users.iter_mut()).await?;
        users.retain(|user| known.contains(&user.id.0));
    }
    Ok(users)
}

/// Reads users by their ids, in any order, and says whether groups are nested.
async fn with_direct_groups(session: &Session, ids: &[i64]) -> Result<(Vec<StoredUser>, bool), OperationError> {
    let backend = session.backend();
    let mut sql = select(backend, None);
    sql.push(" FROM scim_users u WHERE u.id").bind_ids(backend, ids);
    let mut users = Vec::with_capacity(ids.len());
    let rows = session.rows(sql).await?;
    let nests = groups::nests(rows.first())?;
    for row in rows {
        users.push(read(session, row).await?);
    }
    Ok((users, nests))
}

/// Reads the groups of as many users as a page holds again, now with those above, and returns these users.
async fn add_indirect_groups(
    session: &Session,
    users: impl Iterator<Item = &mut StoredUser>,
) -> Result<HashSet<i64>, OperationError> {
    let users: Vec<&mut StoredUser> = users.collect();
    let ids: Vec<i64> = users.iter().map(|user| user.id.0).collect();
    let mut found = groups::effective_groups(session, &ids, Memberships::Own, bounds::PAGE_GROUPS).await?;
    let known = found.keys().copied().collect();
    for user in users {
        let groups = found.remove(&user.id.0).unwrap_or_default();
        (user.groups, user.indirect_groups) = (groups.direct, groups.indirect);
    }
    Ok(known)
}

async fn one(session: &Session, sql: Sql) -> Result<Option<StoredUser>, OperationError> {
    let Some(row) = session.row(sql).await? else { return Ok(None) };
    let nests = groups::nests(Some(&row))?;
    let mut user = read(session, row).await?;
    if nests {
        add_indirect_groups(session, std::iter::once(&mut user)).await?;
    }
    Ok(Some(user))
}

async fn read(session: &Session, row: QueryResult) -> Result<StoredUser, OperationError> {
    let (mut user, list) = parse(&row)?;
    user.groups = groups_of_list(session, user.id.0, Memberships::Own, list.as_deref()).await?;
    Ok(user)
}

/// Reads a user without its groups, and the aggregate of those.
fn parse(row: &QueryResult) -> Result<(StoredUser, Option<String>), OperationError> {
    Ok((StoredUser::from_query_result(row, "")?, row.try_get("", "group_list")?))
}
