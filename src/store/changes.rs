//! `scim_changes`: what changed, appended in the transaction that changed it.

pub use entity::scim_change::ActiveModel as Entry;
use entity::scim_change::{Column, Entity};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, IdenStatic, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde_json::{Value, json};

use super::{dialect::Dialect, expiry::EndingCredential, operation_error::OperationError, session::Session, sql::Sql};
use crate::protocol::{
    date,
    id::{ConnectionId, GroupId, HostId, RequestId, UserId},
    patch::members::MemberId,
};

/// The members named in one entry.
const NAMED_MEMBERS: usize = 1000;
/// The number of entries in one INSERT.
const CHUNK: usize = 500;
/// The number of entries deleted in one transaction, always exactly this many: few enough to read at once, and enough that
/// the median of their times does not depend on a single clock.
const PRUNED: usize = 1000;
/// How long a change is kept for the host to read, in milliseconds: 30 days.
const KEPT: i64 = 30 * 24 * 3600 * 1000;

/// The columns of an entry; the database assigns the id.
const COLUMNS: [Column; 8] = [
    Column::ChangedAt,
    Column::RequestId,
    Column::Kind,
    Column::ConnectionId,
    Column::UserId,
    Column::GroupId,
    Column::HostId,
    Column::Detail,
];

/// A change that a host server may have to react to.
#[derive(Debug)]
pub enum Change<'a> {
    UserCreated(UserId),
    /// The attributes that differ, and every address that finds the user now or found the user before the change.
    UserChanged(UserId, &'a [String], &'a [String]),
    /// Every address that found the user.
    UserDeleted(UserId, &'a [String]),
    GroupCreated(GroupId),
    GroupChanged(GroupId, &'a [String]),
    GroupDeleted(GroupId),
    HostEmails(HostId),
    HostLimits(HostId),
    /// A token or client secret ends within so many days.
    CredentialEnds(&'a EndingCredential, i64),
}

pub async fn append(
    session: &Session,
    connection: Option<ConnectionId>,
    change: Change<'_>,
    now: i64,
) -> Result<(), DbErr> {
    insert(session, vec![entry_of(session, connection, change, now)]).await
}

/// Appends several changes of one connection.
pub async fn append_all(
    session: &Session,
    connection: ConnectionId,
    changes: impl Iterator<Item = Change<'_>>,
    now: i64,
) -> Result<(), DbErr> {
    insert(session, changes.map(|change| entry_of(session, Some(connection), change, now)).collect()).await
}

/// Writes rows and appends the entries that record it; on PostgreSQL in one statement, since each round trip over a network
/// costs half a millisecond. No two of `writes` may write the same row.
pub async fn append_with(session: &Session, writes: Vec<Sql>, mut entries: Vec<Entry>) -> Result<(), DbErr> {
    if session.dialect() != Dialect::Postgres || entries.is_empty() {
        for write in writes {
            session.run(write).await?;
        }
        return insert(session, entries).await;
    }
    let others = entries.split_off(CHUNK.min(entries.len()));
    let mut sql = Sql::default();
    for (at, write) in writes.iter().enumerate() {
        sql.push(if at == 0 { "WITH " } else { ", " }).push(&format!("w{at} AS (")).append(write).push(")");
    }
    let columns = COLUMNS.map(|column| column.as_str());
    sql.push(&format!(" INSERT INTO scim_changes ({})", columns.join(", ")));
    for (at, entry) in entries.into_iter().enumerate() {
        sql.push(if at == 0 { " VALUES (" } else { ", (" }).bind_all(values(entry)).push(")");
    }
    sql.push(" RETURNING id");
    if let Some(row) = session.row(sql).await? {
        session.remember_change(row.try_get("", "id")?);
    }
    insert(session, others).await
}

/// Builds the entry of a change.
pub fn entry_of(session: &Session, connection: Option<ConnectionId>, change: Change<'_>, now: i64) -> Entry {
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
        Change::HostLimits(host) => ("host.limits", None, None, Some(host), None),
        Change::CredentialEnds(of, days) => {
            let (credential, end) = (of.credential.as_str(), date::format(of.expires_at));
            let detail = json!({ "credential": credential, "id": of.id.to_string(), "expiresAt": end, "days": days });
            ("credential.ends", None, None, None, Some(detail))
        }
    };
    Entry {
        connection_id: Set(connection.map(|connection| connection.0)),
        user_id: Set(user.map(|user| user.0)),
        group_id: Set(group.map(|group| group.0)),
        host_id: Set(host.map(|host| host.0)),
        detail: Set(detail.map(|detail| detail.to_string())),
        ..entry(session, kind, now)
    }
}

/// Builds the entries that say which users and groups joined and left a group, as many as it takes.
pub fn entries_of_members(
    session: &Session,
    connection: ConnectionId,
    group: GroupId,
    added: &[MemberId],
    removed: &[MemberId],
    now: i64,
) -> Vec<Entry> {
    let details = named(added, "added", "addedGroups").into_iter().chain(named(removed, "removed", "removedGroups"));
    details.map(|detail| of_members(session, connection, group, &detail, now)).collect()
}

/// Appends the entries that say that a user left these groups.
pub async fn append_departure(
    session: &Session,
    connection: ConnectionId,
    user: UserId,
    groups: &[i64],
    now: i64,
) -> Result<(), DbErr> {
    let detail = json!({ "removed": [user.0] });
    let entries = groups.iter().map(|group| of_members(session, connection, GroupId(*group), &detail, now));
    insert(session, entries.collect()).await
}

/// Appends several changes of hosts.
pub async fn append_hosts(session: &Session, changes: impl Iterator<Item = Change<'_>>, now: i64) -> Result<(), DbErr> {
    insert(session, changes.map(|change| entry_of(session, None, change, now)).collect()).await
}

/// Says whether an entry exists and was appended by this request.
pub async fn is_there(session: &Session, id: i64, request: RequestId) -> Result<bool, OperationError> {
    let found = Entity::find_by_id(id).one(session).await?;
    Ok(found.is_some_and(|entry| entry.request_id == request.to_string()))
}

/// Deletes the oldest entries if they are old enough; says whether there may be more of them.
///
/// The times come from the clocks of the processes that wrote the entries, and one of those may be days off: a process that
/// was 40 days ahead once erased everything when it started (2026-11-26). So entries are deleted in the order of their ids,
/// once their median time is too old by this process' clock, by the database's, and by the times of the latest entries.
pub async fn prune(session: &Session, now: i64) -> Result<bool, OperationError> {
    let clock = session.dialect().clock(session).await?;
    let latest = times(session, true).await?;
    let oldest = times(session, false).await?;
    let Some((last, _)) = oldest.last().copied().filter(|_| oldest.len() == PRUNED) else { return Ok(false) };
    let Some(cutoff) = [Some(now), Some(clock), middle(&latest)].into_iter().flatten().min() else { return Ok(false) };
    if middle(&oldest).is_none_or(|time| time >= cutoff - KEPT) {
        return Ok(false);
    }
    Entity::delete_many().filter(Column::Id.lte(last)).exec(session).await?;
    Ok(true)
}

/// Reads the ids and times of the entries at one end of the table.
async fn times(session: &Session, latest: bool) -> Result<Vec<(i64, i64)>, OperationError> {
    let entries = Entity::find().select_only().columns([Column::Id, Column::ChangedAt]);
    let entries = if latest { entries.order_by_desc(Column::Id) } else { entries.order_by_asc(Column::Id) };
    Ok(entries.limit(PRUNED as u64).into_tuple().all(session).await?)
}

fn middle(entries: &[(i64, i64)]) -> Option<i64> {
    let mut times: Vec<i64> = entries.iter().map(|(_, time)| *time).collect();
    times.sort_unstable();
    times.get(times.len() / 2).copied()
}

fn entry(session: &Session, kind: &str, now: i64) -> Entry {
    Entry {
        changed_at: Set(now),
        request_id: Set(session.request().to_string()),
        kind: Set(kind.to_owned()),
        connection_id: Set(None),
        user_id: Set(None),
        group_id: Set(None),
        host_id: Set(None),
        detail: Set(None),
        ..Default::default()
    }
}

fn of_members(session: &Session, connection: ConnectionId, group: GroupId, detail: &Value, now: i64) -> Entry {
    Entry {
        connection_id: Set(Some(connection.0)),
        group_id: Set(Some(group.0)),
        detail: Set(Some(detail.to_string())),
        ..entry(session, "group.members", now)
    }
}

/// Puts members under the names of their lists, in as many lists as it takes.
fn named(members: &[MemberId], users: &str, groups: &str) -> Vec<Value> {
    let of = |nested: bool| {
        let ids = members.iter().filter_map(move |member| match member {
            MemberId::User(id) => (!nested).then_some(id.0),
            MemberId::Group(id) => nested.then_some(id.0),
        });
        ids.collect::<Vec<i64>>()
    };
    let lists = [(users, of(false)), (groups, of(true))];
    let lists = lists.iter().flat_map(|(name, ids)| ids.chunks(NAMED_MEMBERS).map(move |ids| json!({ *name: ids })));
    lists.collect()
}

/// The values of an entry, in the order of [`COLUMNS`].
fn values(entry: Entry) -> Vec<sea_orm::Value> {
    COLUMNS.into_iter().filter_map(|column| entry.get(column).into_value()).collect()
}

async fn insert(session: &Session, entries: Vec<Entry>) -> Result<(), DbErr> {
    for chunk in entries.chunks(CHUNK) {
        // The id of any one entry tells whether all were committed.
        if let Some(id) = Entity::insert_many(chunk.iter().cloned()).exec(session).await?.last_insert_id {
            session.remember_change(id);
        }
    }
    Ok(())
}
