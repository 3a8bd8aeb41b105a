//! The row, the document and the search document of a group.

use entity::scim_group;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, TryInsertResult,
    sea_query::OnConflict,
};

use crate::{
    protocol::{
        id::{ConnectionId, GroupId},
        resource::record::GroupRecord,
    },
    store::{
        columns::GROUPS,
        counts::{self, Counted},
        dialect::Dialect,
        lock_rows::lock_rows,
        name_taken::refuse_taken_name,
        operation_error::OperationError,
        session::Session,
        sql::Sql,
    },
};

/// The number of groups in one statement: a user may be a member of very many, and SQLite binds 32,766 values at most.
const CHUNK: usize = 1000;
/// The table and column of group names.
const NAME: (&str, &str) = ("scim_groups", "display_name_key");

/// Inserts a group, and builds the statements that complete it.
///
/// # Errors
/// [`OperationError::NameTaken`] if another group has the name.
pub async fn insert(
    session: &Session,
    connection: ConnectionId,
    record: &GroupRecord,
    now: i64,
) -> Result<(GroupId, Vec<Sql>), OperationError> {
    let mut row = columns(record);
    row.connection_id = Set(connection.0);
    row.version = Set(1);
    row.created_at = Set(now);
    row.updated_at = Set(now);
    let insert = scim_group::Entity::insert(row);
    let inserted = if session.dialect() == Dialect::Postgres {
        // Avoids the refusal by the index, which PostgreSQL would log together with the name.
        let any = OnConflict::new().do_nothing().to_owned();
        match insert.on_conflict(any).try_insert().exec(session).await? {
            TryInsertResult::Inserted(inserted) => inserted,
            _ => return Err(OperationError::name_taken(&record.display_name)),
        }
    } else {
        let inserted = insert.exec(session).await;
        inserted.map_err(|error| OperationError::from(error).or_name_taken(&record.display_name))?
    };
    let id = GroupId(inserted.last_insert_id);
    let search_document = GROUPS.insert_search_document(session, connection, id.0, &record.search_document);
    Ok((id, vec![search_document, counts::addition(session, connection, Counted::Groups, 1)]))
}

/// Builds the statements that write a changed document with its version.
///
/// # Errors
/// [`OperationError::NameTaken`] if another group is known to have the name.
pub async fn update(
    session: &Session,
    connection: ConnectionId,
    id: GroupId,
    record: &GroupRecord,
    renamed: bool,
    version: i64,
    now: i64,
) -> Result<Vec<Sql>, OperationError> {
    if renamed {
        refuse_taken_name(session, NAME, connection, &record.display_name_key, id.0).await?;
    }
    let mut row = Sql::new("UPDATE scim_groups SET display_name = ");
    row.bind(&record.display_name).push(", display_name_key = ").bind(&record.display_name_key);
    row.push(", external_id = ").bind(record.external_id.clone()).push(", resource = ").bind(&record.resource);
    row.push(", version = ").bind(version).push(", updated_at = ").bind(now).push(" WHERE id = ").bind(id.0);
    Ok(vec![row, GROUPS.update_search_document(session, id.0, &record.search_document)])
}

/// Locks several groups in the order of their ids, so that no two transactions wait for each other.
pub async fn lock_all(session: &Session, ids: &[i64]) -> Result<(), OperationError> {
    for chunk in ids.chunks(CHUNK) {
        lock_rows(session, "scim_groups", chunk).await?;
    }
    Ok(())
}

/// Increments the version of groups whose representation changed.
pub async fn touch(session: &Session, ids: &[i64], now: i64) -> Result<(), OperationError> {
    for chunk in ids.chunks(CHUNK) {
        session.run(raised(session, chunk, now)).await?;
    }
    Ok(())
}

/// Builds the statement of [`touch`]. The times of a group never go back, whatever this process' clock says.
pub fn raised(session: &Session, ids: &[i64], now: i64) -> Sql {
    let mut sql = Sql::new("UPDATE scim_groups SET version = version + 1, updated_at = CASE WHEN updated_at >= ");
    sql.bind(now).push(" THEN updated_at + 1 ELSE ").bind(now).push(" END WHERE id").bind_ids(session.backend(), ids);
    sql
}

pub async fn delete(session: &Session, connection: ConnectionId, id: GroupId) -> Result<(), OperationError> {
    let deleted = scim_group::Entity::delete_many().filter(scim_group::Column::Id.eq(id.0)).exec(session).await?;
    counts::add(session, connection, Counted::Groups, -(deleted.rows_affected as i64)).await
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
