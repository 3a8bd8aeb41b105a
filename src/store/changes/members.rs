//! Who joined a group, and who left it: at most 1,000 in one entry.

use sea_orm::{ActiveValue::Set, DbErr};
use serde_json::{Value, json};

use super::{
    append::insert,
    change::{Entry, entry},
};
use crate::{
    protocol::{
        id::{ConnectionId, GroupId, UserId},
        patch::members::MemberId,
    },
    store::session::Session,
};

/// The members named in one entry.
const NAMED_MEMBERS: usize = 1000;

/// Builds the entries that say which users and groups joined and left a group, as many as it takes.
pub fn entries_of_members(
    session: &Session,
    connection: ConnectionId,
    group: GroupId,
    added: &[MemberId],
    removed: &[MemberId],
    now: i64,
) -> Vec<Entry> {
    let of = |kind: &'static str, members: &[MemberId]| {
        let entries = named(members).into_iter();
        entries.map(|detail| of_members(session, connection, group, kind, &detail, now)).collect::<Vec<_>>()
    };
    let mut entries = of("membership.removed", removed);
    entries.extend(of("membership.added", added));
    entries
}

/// Appends the entries that say that a user left these groups.
pub async fn append_departure(
    session: &Session,
    connection: ConnectionId,
    user: UserId,
    groups: &[i64],
    now: i64,
) -> Result<(), DbErr> {
    let detail = json!({ "users": [user.0] });
    let entries = groups
        .iter()
        .map(|group| of_members(session, connection, GroupId(*group), "membership.removed", &detail, now))
        .collect();
    insert(session, entries).await
}

fn of_members(
    session: &Session,
    connection: ConnectionId,
    group: GroupId,
    kind: &str,
    detail: &Value,
    now: i64,
) -> Entry {
    Entry {
        connection_id: Set(Some(connection.0)),
        group_id: Set(Some(group.0)),
        detail: Set(Some(detail.to_string())),
        ..entry(session, kind, now)
    }
}

/// Puts members under the names of their lists, in as many lists as it takes.
fn named(members: &[MemberId]) -> Vec<Value> {
    let of = |nested: bool| {
        let ids = members.iter().filter_map(move |member| match member {
            MemberId::User(id) => (!nested).then_some(id.0),
            MemberId::Group(id) => nested.then_some(id.0),
        });
        ids.collect::<Vec<i64>>()
    };
    let lists = [("users", of(false)), ("groups", of(true))];
    let lists = lists.iter().flat_map(|(name, ids)| ids.chunks(NAMED_MEMBERS).map(move |ids| json!({ *name: ids })));
    lists.collect()
}
