//! The row, the document and the twin of a group.

use entity::scim_group;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
};

use crate::{
    protocol::{
        id::{ConnectionId, GroupId},
        record::GroupRecord,
    },
    store::{
        counts::{self, Counted},
        dialect::{Dialect, folded},
        failure::Failure,
        session::Session,
        sql::Sql,
    },
};

/// Groups of one statement: a user may be a member of very many, and SQLite binds 32,766 values at most.
const CHUNK: usize = 1000;

pub async fn insert(
    connection: &Session,
    directory: ConnectionId,
    record: &GroupRecord,
    now: i64,
) -> Result<GroupId, Failure> {
    let mut row = columns(record);
    row.connection_id = Set(directory.0);
    row.version = Set(1);
    row.created_at = Set(now);
    row.updated_at = Set(now);
    if connection.dialect() == Dialect::Postgres {
        refuse_held(connection, directory, GroupId(0), record).await?;
    }
    let id = GroupId(scim_group::Entity::insert(row).exec(connection).await?.last_insert_id);
    let backend = connection.get_database_backend();
    let mut search = Sql::new("INSERT INTO scim_group_search (group_id, connection_id, folded) VALUES (");
    search.bind(id.0).push(", ").bind(directory.0).push(", ").push(folded(backend)).value(&record.folded).push(")");
    connection.execute_raw(search.into_statement(backend)).await?;
    counts::add(connection, directory, Counted::Groups, 1).await?;
    Ok(id)
}

/// Refuses a name that another group has.
///
/// # Errors
/// [`Failure::Held`].
pub async fn refuse_held(
    session: &Session,
    directory: ConnectionId,
    group: GroupId,
    record: &GroupRecord,
) -> Result<(), Failure> {
    let mut sql = Sql::new("SELECT 1 AS one FROM scim_groups o WHERE o.display_name_key = ");
    sql.bind(&record.display_name_key).push(" AND o.connection_id = ").bind(directory.0);
    sql.push(" AND o.id <> ").bind(group.0);
    match session.query_one_raw(sql.into_statement(session.backend())).await? {
        Some(_) => Err(Failure::Held),
        None => Ok(()),
    }
}

/// The statements that write a changed document with its version.
pub fn update(session: &Session, id: GroupId, record: &GroupRecord, version: i64, now: i64) -> Vec<Sql> {
    let mut row = Sql::new("UPDATE scim_groups SET display_name = ");
    row.bind(&record.display_name).push(", display_name_key = ").bind(&record.display_name_key);
    row.push(", external_id = ").bind(record.external_id.clone()).push(", resource = ").bind(&record.resource);
    row.push(", version = ").bind(version).push(", updated_at = ").bind(now).push(" WHERE id = ").bind(id.0);
    let mut search = Sql::new("UPDATE scim_group_search SET folded = ");
    search.push(folded(session.backend())).value(&record.folded).push(" WHERE group_id = ").bind(id.0);
    vec![row, search]
}

/// Locks several groups in the order of their ids, so that no two transactions wait for each other.
pub async fn lock_all(connection: &Session, ids: &[i64]) -> Result<(), Failure> {
    for chunk in ids.chunks(CHUNK) {
        let mut sql = Sql::new("SELECT g.id FROM scim_groups g WHERE g.id");
        sql.bind_ids(connection.backend(), chunk).push(" ORDER BY g.id");
        if connection.dialect() != Dialect::Sqlite {
            sql.push(" FOR UPDATE");
        }
        connection.query_all_raw(sql.into_statement(connection.backend())).await?;
    }
    Ok(())
}

/// Raises the version of groups whose representation changed.
pub async fn touch(session: &Session, ids: &[i64], now: i64) -> Result<(), Failure> {
    for chunk in ids.chunks(CHUNK) {
        session.execute_raw(raised(session, chunk, now).into_statement(session.backend())).await?;
    }
    Ok(())
}

/// The statement of [`touch`]. The times of a group never go back, whatever the clock of this process.
pub fn raised(session: &Session, ids: &[i64], now: i64) -> Sql {
    let mut sql = Sql::new("UPDATE scim_groups SET version = version + 1, updated_at = CASE WHEN updated_at >= ");
    sql.bind(now).push(" THEN updated_at + 1 ELSE ").bind(now).push(" END WHERE id").bind_ids(session.backend(), ids);
    sql
}

pub async fn delete(connection: &Session, directory: ConnectionId, id: GroupId) -> Result<(), Failure> {
    let deleted = scim_group::Entity::delete_many().filter(scim_group::Column::Id.eq(id.0)).exec(connection).await?;
    counts::add(connection, directory, Counted::Groups, -(deleted.rows_affected as i64)).await
}

fn columns(record: &GroupRecord) -> scim_group::ActiveModel {
    scim_group::ActiveModel {
        id: NotSet,
        connection_id: NotSet,
        display_name: Set(record.display_name.clone()),
        display_name_key: Set(record.display_name_key.clone()),
        external_id: Set(record.external_id.clone()),
        resource: Set(record.resource.clone()),
        version: NotSet,
        created_at: NotSet,
        updated_at: NotSet,
    }
}
