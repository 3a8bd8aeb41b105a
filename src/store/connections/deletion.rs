//! The deletion of a connection: what it takes, and one bounded part of it at a time.

use entity::{scim_client, scim_connection, scim_group, scim_request, scim_token, scim_user};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::leaving::{MEMBERSHIPS, leave_native_groups};
use crate::{
    protocol::{
        connection::ConnectionState,
        id::{ConnectionId, GroupId},
    },
    store::{
        changes::{self, GroupChange, NewChange},
        counts::{self, Counted},
        groups::{self, GroupsOf},
        lock_rows::lock_rows,
        operation_error::OperationError,
        session::Session,
        sql::Sql,
        users,
    },
};

/// Users, and groups without members, that are deleted in one transaction.
const RESOURCES: u64 = 200;
/// Small rows that are deleted in one transaction.
const ROWS: u64 = 1000;

/// What the deletion of a connection takes besides its users and groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    pub memberships: i64,
    /// Hosts whose owner it holds.
    pub hosts: i64,
}

/// Counts what the deletion of a connection would take.
pub async fn taken(session: &Session, connection: ConnectionId) -> Result<Taken, OperationError> {
    let mut sql = Sql::new("SELECT (SELECT COUNT(*) FROM scim_user_group x WHERE x.connection_id = ");
    sql.bind(connection.0).push(") + (SELECT COUNT(*) FROM scim_group_group x WHERE x.connection_id = ");
    sql.bind(connection.0).push(") + (SELECT COUNT(*) FROM scim_native_group_user x WHERE x.user_connection_id = ");
    sql.bind(connection.0).push(") AS memberships, (SELECT COUNT(*) FROM host_scim_user v WHERE v.connection_id = ");
    sql.bind(connection.0).push(") AS hosts");
    let row = session.row(sql).await?.ok_or_else(|| OperationError::Corrupt("a count is no row".to_owned()))?;
    Ok(Taken { memberships: row.try_get("", "memberships")?, hosts: row.try_get("", "hosts")? })
}

/// Ends the tokens and the OAuth clients of a connection.
pub async fn delete_credentials(session: &Session, connection: ConnectionId) -> Result<(), OperationError> {
    let of_connection = scim_token::Column::ConnectionId.eq(connection.0);
    scim_token::Entity::delete_many().filter(of_connection).exec(session).await?;
    let of_connection = scim_client::Column::ConnectionId.eq(connection.0);
    scim_client::Entity::delete_many().filter(of_connection).exec(session).await?;
    Ok(())
}

/// Finds a connection that is being deleted.
pub async fn being_deleted(session: &Session) -> Result<Option<ConnectionId>, OperationError> {
    let mut sql = Sql::new("SELECT p.connection_id FROM scim_connection_profiles p WHERE p.state = ");
    sql.bind(ConnectionState::Deleting.as_str()).push(" ORDER BY p.connection_id LIMIT 1");
    let row = session.row(sql).await?;
    Ok(row.map(|row| row.try_get("", "connection_id")).transpose()?.map(ConnectionId))
}

/// Deletes one part of a connection: memberships first, then groups, users, logged requests, and at last its row. Returns
/// false when nothing is left.
pub async fn delete_part(session: &Session, connection: ConnectionId) -> Result<bool, OperationError> {
    let groups = group_ids(session, connection).await?;
    if !groups.is_empty() {
        if !delete_memberships(session, connection, &groups).await? {
            delete_groups(session, connection, &groups).await?;
        }
        return Ok(true);
    }
    if delete_users(session, connection).await?
        || groups::delete_identifiers(session, connection, ROWS).await?
        || delete_requests(session, connection).await?
    {
        return Ok(true);
    }
    let name = super::names(session).await?.remove(&connection).unwrap_or_default();
    scim_connection::Entity::delete_many().filter(scim_connection::Column::Id.eq(connection.0)).exec(session).await?;
    changes::append(session, Some(connection), NewChange::ConnectionDeleted(&name), session.now()).await?;
    Ok(false)
}

async fn group_ids(session: &Session, connection: ConnectionId) -> Result<Vec<i64>, OperationError> {
    let of_connection = scim_group::Entity::find().select_only().column(scim_group::Column::Id);
    let of_connection = of_connection.filter(scim_group::Column::ConnectionId.eq(connection.0));
    Ok(of_connection.order_by_asc(scim_group::Column::Id).limit(RESOURCES).into_tuple().all(session).await?)
}

/// Deletes memberships of these groups, those of nested groups last; says whether there were any.
async fn delete_memberships(
    session: &Session,
    connection: ConnectionId,
    groups: &[i64],
) -> Result<bool, OperationError> {
    let of = GroupsOf::provisioned(connection);
    let of_group = groups::some_members(session, of, groups, MEMBERSHIPS).await?;
    let mut entries = Vec::new();
    for (group, members) in &of_group {
        let group = GroupId(*group);
        let gone = groups::remove_members(session, of, group, members).await?;
        entries.extend(changes::entries_of_members(session, connection, group, &[], &gone, session.now()));
    }
    changes::append_with(session, vec![], entries).await?;
    Ok(!of_group.is_empty())
}

async fn delete_groups(session: &Session, connection: ConnectionId, groups: &[i64]) -> Result<(), OperationError> {
    let names = groups::names(session, groups).await?;
    let these = scim_group::Column::Id.is_in(groups.iter().copied());
    let deleted = scim_group::Entity::delete_many().filter(these).exec(session).await?;
    counts::add(session, connection, Counted::Groups, -(deleted.rows_affected as i64)).await?;
    let gone = names.iter().map(|(group, name)| {
        NewChange::Group(GroupChange { id: GroupId(*group), former: Some(name), display_name: None, attributes: &[] })
    });
    Ok(changes::append_all(session, connection, gone, session.now()).await?)
}

/// Deletes some users; says whether there were any.
async fn delete_users(session: &Session, connection: ConnectionId) -> Result<bool, OperationError> {
    let of_connection = scim_user::Entity::find().select_only().column(scim_user::Column::Id);
    let of_connection = of_connection.filter(scim_user::Column::ConnectionId.eq(connection.0));
    let users: Vec<i64> =
        of_connection.order_by_asc(scim_user::Column::Id).limit(RESOURCES).into_tuple().all(session).await?;
    if users.is_empty() {
        return Ok(false);
    }
    if leave_native_groups(session, &users).await? {
        return Ok(true);
    }
    lock_rows(session, "scim_users", &users).await?;
    if !groups::native_groups_of(session, &users).await?.is_empty() {
        // The host server put somebody into a group meanwhile, which must be locked before the users.
        return Err(OperationError::Overtaken);
    }
    let identities = users::identities(session, &users).await?;
    let these = scim_user::Column::Id.is_in(users.iter().copied());
    let deleted = scim_user::Entity::delete_many().filter(these).exec(session).await?;
    counts::add(session, connection, Counted::Users, -(deleted.rows_affected as i64)).await?;
    let gone = identities.iter().map(|identity| NewChange::User(identity.deletion(&[])));
    changes::append_all(session, connection, gone, session.now()).await?;
    Ok(true)
}

/// Deletes some logged requests; says whether there were any.
async fn delete_requests(session: &Session, connection: ConnectionId) -> Result<bool, OperationError> {
    let of_connection = scim_request::Entity::find().select_only().column(scim_request::Column::Id);
    let of_connection = of_connection.filter(scim_request::Column::ConnectionId.eq(connection.0));
    let requests: Vec<i64> =
        of_connection.order_by_asc(scim_request::Column::Id).limit(ROWS).into_tuple().all(session).await?;
    if !requests.is_empty() {
        let these = scim_request::Column::Id.is_in(requests.iter().copied());
        scim_request::Entity::delete_many().filter(these).exec(session).await?;
    }
    Ok(!requests.is_empty())
}
