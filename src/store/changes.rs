//! `scim_changes`: what changed, appended in the transaction that changed it.

use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use serde_json::json;

use crate::protocol::id::{ConnectionId, GroupId, HostId, UserId};

/// Members of one entry.
const NAMED_MEMBERS: usize = 1000;

/// Something a host server may have to react to.
#[derive(Debug)]
pub enum Change<'a> {
    UserCreated(UserId),
    /// The attributes that differ, and every address the user is found by now or was before the change.
    UserChanged(UserId, &'a [String], &'a [String]),
    /// Every address the user was found by.
    UserDeleted(UserId, &'a [String]),
    GroupCreated(GroupId),
    GroupChanged(GroupId, &'a [String]),
    GroupDeleted(GroupId),
    HostEmails(HostId),
}

pub async fn append(
    connection: &impl ConnectionTrait,
    directory: Option<ConnectionId>,
    change: Change<'_>,
    now: i64,
) -> Result<(), DbErr> {
    let (kind, user, group, host, detail) = match change {
        Change::UserCreated(user) => ("user.created", Some(user), None, None, None),
        Change::UserChanged(user, attributes, keys) => {
            ("user.changed", Some(user), None, None, Some(json!({ "attributes": attributes, "keys": keys })))
        }
        Change::UserDeleted(user, keys) => ("user.deleted", Some(user), None, None, Some(json!({ "keys": keys }))),
        Change::GroupCreated(group) => ("group.created", None, Some(group), None, None),
        Change::GroupChanged(group, attributes) => {
            ("group.changed", None, Some(group), None, Some(json!({ "attributes": attributes })))
        }
        Change::GroupDeleted(group) => ("group.deleted", None, Some(group), None, None),
        Change::HostEmails(host) => ("host.emails", None, None, Some(host), None),
    };
    let row = entity::scim_change::ActiveModel {
        changed_at: Set(now),
        kind: Set(kind.to_owned()),
        connection_id: Set(directory.map(|connection| connection.0)),
        user_id: Set(user.map(|user| user.0)),
        group_id: Set(group.map(|group| group.0)),
        host_id: Set(host.map(|host| host.0)),
        detail: Set(detail.map(|detail| detail.to_string())),
        ..Default::default()
    };
    entity::scim_change::Entity::insert(row).exec_without_returning(connection).await?;
    Ok(())
}

/// Appends who came into a group and who left it, in as many entries as it takes.
pub async fn append_moves(
    connection: &impl ConnectionTrait,
    directory: ConnectionId,
    group: GroupId,
    added: &[i64],
    removed: &[i64],
    now: i64,
) -> Result<(), DbErr> {
    let added = added.chunks(NAMED_MEMBERS).map(|ids| json!({ "added": ids }));
    let removed = removed.chunks(NAMED_MEMBERS).map(|ids| json!({ "removed": ids }));
    for detail in added.chain(removed) {
        let row = entity::scim_change::ActiveModel {
            changed_at: Set(now),
            kind: Set("group.members".to_owned()),
            connection_id: Set(Some(directory.0)),
            group_id: Set(Some(group.0)),
            detail: Set(Some(detail.to_string())),
            ..Default::default()
        };
        entity::scim_change::Entity::insert(row).exec_without_returning(connection).await?;
    }
    Ok(())
}

/// Appends one entry for each host.
pub async fn append_hosts(connection: &impl ConnectionTrait, hosts: &[HostId], now: i64) -> Result<(), DbErr> {
    let rows = hosts.iter().map(|host| entity::scim_change::ActiveModel {
        changed_at: Set(now),
        kind: Set("host.emails".to_owned()),
        connection_id: Set(None),
        user_id: Set(None),
        group_id: Set(None),
        host_id: Set(Some(host.0)),
        detail: Set(None),
        ..Default::default()
    });
    entity::scim_change::Entity::insert_many(rows).exec_without_returning(connection).await?;
    Ok(())
}

/// Forgets what changed before an instant.
pub async fn prune(connection: &impl ConnectionTrait, before: i64) -> Result<(), DbErr> {
    entity::scim_change::Entity::delete_many()
        .filter(entity::scim_change::Column::ChangedAt.lt(before))
        .exec(connection)
        .await?;
    Ok(())
}
