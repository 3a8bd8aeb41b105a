//! Groups that have no identifier, because a version before this one made them; and identifiers whose connection goes.

use entity::scim_group_identifier::{Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::identifiers::{assign_identifier, identifiers_of};
use crate::{
    protocol::id::{ConnectionId, GroupId},
    store::{operation_error::OperationError, session::Session, sql::Sql},
};

/// Lists some groups without an identifier, the oldest first.
pub async fn unidentified(session: &Session, groups: u64) -> Result<Vec<i64>, OperationError> {
    let mut sql = Sql::new(
        "SELECT g.id FROM scim_groups g WHERE NOT EXISTS
         (SELECT 1 FROM scim_group_identifiers i WHERE i.group_id = g.id AND i.is_current) ORDER BY g.id LIMIT ",
    );
    sql.bind(groups);
    let rows = session.rows(sql).await?;
    rows.iter().map(|row| Ok(row.try_get("", "id")?)).collect()
}

/// Locks groups, and gives those an identifier that have none.
pub async fn identify(session: &Session, groups: &[i64]) -> Result<(), OperationError> {
    let mut sql = Sql::new("SELECT g.id, g.connection_id, g.display_name FROM scim_groups g WHERE g.id");
    sql.bind_ids(session.backend(), groups).push(" ORDER BY g.id").push(session.dialect().for_update());
    for row in session.rows(sql).await? {
        let (id, connection) = (GroupId(row.try_get("", "id")?), ConnectionId(row.try_get("", "connection_id")?));
        let display_name: String = row.try_get("", "display_name")?;
        if identifiers_of(session, &[id]).await?.is_empty() {
            assign_identifier(session, connection, id, &display_name).await?;
        }
    }
    Ok(())
}

/// Deletes some identifiers of a connection; says whether there were any.
pub async fn delete_identifiers(
    session: &Session,
    connection: ConnectionId,
    rows: u64,
) -> Result<bool, OperationError> {
    let of_connection = || Column::ConnectionId.eq(connection.0);
    let some = Entity::find().select_only().column(Column::IdentifierKey).filter(of_connection());
    let keys: Vec<String> = some.order_by_asc(Column::IdentifierKey).limit(rows).into_tuple().all(session).await?;
    if !keys.is_empty() {
        let these = Column::IdentifierKey.is_in(&keys);
        Entity::delete_many().filter(of_connection()).filter(these).exec(session).await?;
    }
    Ok(!keys.is_empty())
}
