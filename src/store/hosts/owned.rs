//! The hosts that a user owns, and those that the members of a group own.

use crate::{
    protocol::id::{GroupId, HostId, UserId},
    store::{edges::once, groups, operation_error::OperationError, session::Session, sql::Sql},
};

/// Lists the hosts a user owns, by id, after a host id.
pub async fn hosts_of_user(
    session: &Session,
    user: UserId,
    after: HostId,
    limit: u64,
) -> Result<Vec<HostId>, OperationError> {
    let mut sql = Sql::new("SELECT v.host_id FROM host_scim_user v WHERE v.scim_user_id = ");
    sql.bind(user.0).push(" AND v.host_id > ").bind(after.0).push(" ORDER BY v.host_id LIMIT ").bind(limit);
    host_ids(session, sql).await
}

/// Lists the hosts that members of a group own, those of groups nested in it too, by id, after a host id.
pub async fn hosts_of_group(
    session: &Session,
    group: GroupId,
    after: HostId,
    limit: u64,
) -> Result<Vec<HostId>, OperationError> {
    let sql = match groups::has_nested(session, group).await? {
        false => of_one(group, after, limit),
        true => of_several(session, group, after, limit),
    };
    host_ids(session, sql).await
}

fn of_one(group: GroupId, after: HostId, limit: u64) -> Sql {
    let mut sql = Sql::new(
        "SELECT v.host_id FROM scim_groups g
         JOIN scim_user_group x ON x.connection_id = g.connection_id AND x.group_id = g.id
         JOIN host_scim_user v ON v.scim_user_id = x.user_id WHERE g.id = ",
    );
    sql.bind(group.0).push(" AND v.host_id > ").bind(after.0);
    // A user is in one of the two tables: no host comes twice.
    sql.push(
        " UNION ALL SELECT v.host_id FROM scim_native_group_user x
         JOIN host_scim_user v ON v.scim_user_id = x.user_id WHERE x.group_id = ",
    );
    sql.bind(group.0).push(" AND v.host_id > ").bind(after.0).push(" ORDER BY host_id LIMIT ").bind(limit);
    sql
}

/// A user may be in several of the groups below.
fn of_several(session: &Session, group: GroupId, after: HostId, limit: u64) -> Sql {
    let (open, close) = once(session.dialect());
    let mut sql = Sql::default();
    for (at, table) in ["scim_user_group", "scim_native_group_user"].into_iter().enumerate() {
        sql.push(if at == 0 { "" } else { " UNION " });
        sql.push(&format!("SELECT v.host_id FROM (SELECT DISTINCT x.user_id FROM {table} x WHERE x.group_id IN ("));
        sql.push(open).append(&groups::below(session, &[group.0])).push(close);
        sql.push(")) m JOIN host_scim_user v ON v.scim_user_id = m.user_id WHERE v.host_id > ").bind(after.0);
    }
    sql.push(" ORDER BY host_id LIMIT ").bind(limit);
    sql
}

async fn host_ids(session: &Session, sql: Sql) -> Result<Vec<HostId>, OperationError> {
    let rows = session.rows(sql).await?;
    rows.iter().map(|row| Ok(row.try_get("", "host_id")?)).collect()
}
