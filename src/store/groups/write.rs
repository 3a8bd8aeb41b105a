//! The row, the document and the twin of a group.

use entity::scim_group;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

use crate::{
    protocol::{
        id::{ConnectionId, GroupId},
        record::GroupRecord,
    },
    store::{dialect::folded, failure::Failure, sql::Sql},
};

pub async fn insert(
    connection: &impl ConnectionTrait,
    directory: ConnectionId,
    record: &GroupRecord,
    now: i64,
) -> Result<GroupId, Failure> {
    let mut row = columns(record);
    row.connection_id = Set(directory.0);
    row.version = Set(1);
    row.created_at = Set(now);
    row.updated_at = Set(now);
    let id = GroupId(scim_group::Entity::insert(row).exec(connection).await?.last_insert_id);
    let backend = connection.get_database_backend();
    let mut search = Sql::new("INSERT INTO scim_group_search (group_id, connection_id, folded) VALUES (");
    search.bind(id.0).push(", ").bind(directory.0).push(", ").push(folded(backend)).value(&record.folded).push(")");
    connection.execute_raw(search.into_statement(backend)).await?;
    Ok(id)
}

/// Writes the document; the version is raised by [`touch`].
pub async fn update(connection: &impl ConnectionTrait, id: GroupId, record: &GroupRecord) -> Result<(), Failure> {
    let row = columns(record);
    scim_group::Entity::update_many().set(row).filter(scim_group::Column::Id.eq(id.0)).exec(connection).await?;
    let backend = connection.get_database_backend();
    let mut search = Sql::new("UPDATE scim_group_search SET folded = ");
    search.push(folded(backend)).value(&record.folded).push(" WHERE group_id = ").bind(id.0);
    connection.execute_raw(search.into_statement(backend)).await?;
    Ok(())
}

/// Locks several groups in the order of their ids, so that no two transactions wait for each other.
pub async fn lock_all(connection: &impl ConnectionTrait, ids: &[i64]) -> Result<(), Failure> {
    scim_group::Entity::find()
        .select_only()
        .column(scim_group::Column::Id)
        .filter(scim_group::Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(scim_group::Column::Id)
        .lock_exclusive()
        .into_tuple::<i64>()
        .all(connection)
        .await?;
    Ok(())
}

/// Raises the version of groups whose representation changed.
pub async fn touch(connection: &impl ConnectionTrait, ids: &[i64], now: i64) -> Result<(), Failure> {
    scim_group::Entity::update_many()
        .col_expr(scim_group::Column::Version, Expr::col(scim_group::Column::Version).add(1))
        .col_expr(scim_group::Column::UpdatedAt, Expr::val(now))
        .filter(scim_group::Column::Id.is_in(ids.iter().copied()))
        .exec(connection)
        .await?;
    Ok(())
}

pub async fn delete(connection: &impl ConnectionTrait, id: GroupId) -> Result<(), Failure> {
    scim_group::Entity::delete_many().filter(scim_group::Column::Id.eq(id.0)).exec(connection).await?;
    Ok(())
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
