//! `scim_changes`: what changed, appended in the transaction that changed it.

use entity::scim_change;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::json;

use crate::{
    protocol::{
        id::{ConnectionId, GroupId, HostId, UserId},
        members::MemberId,
    },
    store::failure::Failure,
};

/// Members of one entry.
const NAMED_MEMBERS: usize = 1000;
/// Entries that are forgotten in one transaction.
const PRUNED: u64 = 5000;

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
    let row = scim_change::ActiveModel {
        changed_at: Set(now),
        kind: Set(kind.to_owned()),
        connection_id: Set(directory.map(|connection| connection.0)),
        user_id: Set(user.map(|user| user.0)),
        group_id: Set(group.map(|group| group.0)),
        host_id: Set(host.map(|host| host.0)),
        detail: Set(detail.map(|detail| detail.to_string())),
        ..Default::default()
    };
    scim_change::Entity::insert(row).exec_without_returning(connection).await?;
    Ok(())
}

/// Appends which users and groups came into a group and which left it, in as many entries as it takes.
pub async fn append_moves(
    connection: &impl ConnectionTrait,
    directory: ConnectionId,
    group: GroupId,
    added: &[MemberId],
    removed: &[MemberId],
    now: i64,
) -> Result<(), DbErr> {
    let entries = |members: &[MemberId], users: &str, groups: &str| {
        let of = |nested: bool| {
            let ids = members.iter().filter_map(move |member| match member {
                MemberId::User(id) => (!nested).then_some(id.0),
                MemberId::Group(id) => nested.then_some(id.0),
            });
            ids.collect::<Vec<i64>>()
        };
        let entries = [(users, of(false)), (groups, of(true))];
        let details =
            entries.iter().flat_map(|(name, ids)| ids.chunks(NAMED_MEMBERS).map(move |ids| json!({ *name: ids })));
        details.collect::<Vec<_>>()
    };
    let added = entries(added, "added", "addedGroups");
    for detail in added.into_iter().chain(entries(removed, "removed", "removedGroups")) {
        let row = scim_change::ActiveModel {
            changed_at: Set(now),
            kind: Set("group.members".to_owned()),
            connection_id: Set(Some(directory.0)),
            group_id: Set(Some(group.0)),
            detail: Set(Some(detail.to_string())),
            ..Default::default()
        };
        scim_change::Entity::insert(row).exec_without_returning(connection).await?;
    }
    Ok(())
}

/// Appends one entry for each host.
pub async fn append_hosts(connection: &impl ConnectionTrait, hosts: &[HostId], now: i64) -> Result<(), DbErr> {
    let rows = hosts.iter().map(|host| scim_change::ActiveModel {
        changed_at: Set(now),
        kind: Set("host.emails".to_owned()),
        connection_id: Set(None),
        user_id: Set(None),
        group_id: Set(None),
        host_id: Set(Some(host.0)),
        detail: Set(None),
        ..Default::default()
    });
    scim_change::Entity::insert_many(rows).exec_without_returning(connection).await?;
    Ok(())
}

/// Forgets a part of what changed before an instant; whether there may be more.
pub async fn prune(connection: &impl ConnectionTrait, before: i64) -> Result<bool, Failure> {
    let old = scim_change::Entity::find().filter(scim_change::Column::ChangedAt.lt(before));
    let ids = old.select_only().column(scim_change::Column::Id).order_by_asc(scim_change::Column::Id).limit(PRUNED);
    let ids: Vec<i64> = ids.into_tuple().all(connection).await?;
    let full = ids.len() as u64 == PRUNED;
    if let Some(last) = ids.last() {
        let part = scim_change::Entity::delete_many().filter(scim_change::Column::ChangedAt.lt(before));
        part.filter(scim_change::Column::Id.lte(*last)).exec(connection).await?;
    }
    Ok(full)
}
