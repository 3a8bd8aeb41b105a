//! Users whose connection is deleted leave the native groups that they are members of.

use std::collections::BTreeMap;

use crate::{
    protocol::{
        connection::ConnectionKind,
        id::{ConnectionId, GroupId, UserId},
        patch::members::MemberId,
    },
    store::{
        changes,
        groups::{self, GroupsOf},
        operation_error::OperationError,
        session::Session,
        sql::Sql,
    },
};

/// Memberships that are deleted in one transaction.
pub(super) const MEMBERSHIPS: u64 = 5000;

/// Takes users out of some native groups; says whether there were any.
pub(super) async fn leave_native_groups(session: &Session, users: &[i64]) -> Result<bool, OperationError> {
    let mut sql =
        Sql::new("SELECT x.connection_id, x.group_id, x.user_id FROM scim_native_group_user x WHERE x.user_id");
    sql.bind_ids(session.backend(), users).push(" ORDER BY x.group_id, x.user_id LIMIT ").bind(MEMBERSHIPS);
    let mut of_group: BTreeMap<i64, (i64, Vec<MemberId>)> = BTreeMap::new();
    for row in session.rows(sql).await? {
        let (connection, group): (i64, i64) = (row.try_get("", "connection_id")?, row.try_get("", "group_id")?);
        let member = MemberId::User(UserId(row.try_get("", "user_id")?));
        of_group.entry(group).or_insert_with(|| (connection, vec![])).1.push(member);
    }
    let groups: Vec<i64> = of_group.keys().copied().collect();
    if groups.is_empty() {
        return Ok(false);
    }
    groups::lock_all(session, &groups).await?;
    groups::touch(session, &groups, session.now()).await?;
    let mut entries = Vec::new();
    for (group, (connection, members)) in of_group {
        let (connection, group) = (ConnectionId(connection), GroupId(group));
        let of = GroupsOf { connection, kind: ConnectionKind::Native };
        groups::remove_members(session, of, group, &members).await?;
        entries.extend(changes::entries_of_members(session, connection, group, &[], &members, session.now()));
    }
    changes::append_with(session, vec![], entries).await?;
    Ok(true)
}
