//! `scim_group_identifiers`: an identifier is given once, and never to another group.

use std::collections::HashMap;

use entity::scim_group_identifier::{Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    protocol::{
        group_identifier::Stem,
        id::{ConnectionId, GroupId},
        messages::error::ScimError,
    },
    store::{dialect::Dialect, operation_error::OperationError, session::Session, sql::Sql},
};

/// So many numbers are tried, for groups may be called like the identifiers of others; then as many from the group's id on, which
/// nobody could know before.
const TRIES: i64 = 10;

/// Gives a new group an identifier: that of its name, or the first number behind it that nobody had.
///
/// # Errors
/// 409 if others took every one of them on purpose.
pub async fn assign_identifier(
    session: &Session,
    connection: ConnectionId,
    group: GroupId,
    display_name: &str,
) -> Result<(), OperationError> {
    let stem = Stem::of_name(display_name);
    if insert(session, connection, group, &stem, 1).await? {
        return Ok(());
    }
    let next = last_number(session, connection, &stem).await?.max(1) + 1;
    for number in (next..next + TRIES).chain(group.0..group.0 + TRIES) {
        if insert(session, connection, group, &stem, number).await? {
            return Ok(());
        }
    }
    Err(ScimError::uniqueness("no identifier is left for this displayName, since other groups have or had all that were tried: choose another displayName").into())
}

/// Gives a locked group that was renamed the identifier of its name, and builds the statements that complete it. It may have
/// one again that it had before.
///
/// # Errors
/// As [`assign_identifier`].
pub async fn follow_name(
    session: &Session,
    connection: ConnectionId,
    group: GroupId,
    display_name: &str,
) -> Result<Vec<Sql>, OperationError> {
    let stem = Stem::of_name(display_name);
    let mut sql = Sql::new("SELECT i.identifier_key, i.stem_key, i.is_current FROM scim_group_identifiers i");
    sql.push(" WHERE i.group_id = ").bind(group.0).push(" AND (i.is_current OR i.stem_key = ").bind(&stem.key);
    sql.push(" OR i.identifier_key = ").bind(&stem.key).push(") ORDER BY i.number");
    let (mut current, mut former) = (None, None);
    for row in session.rows(sql).await? {
        let (key, stem_key): (String, String) = (row.try_get("", "identifier_key")?, row.try_get("", "stem_key")?);
        match row.try_get("", "is_current")? {
            true => current = Some((key, stem_key)),
            // The whole identifier rather than one with a number.
            false if key == stem.key => former = Some(key),
            false => former = former.or(Some(key)),
        }
    }
    if current.as_ref().is_some_and(|(key, stem_key)| *stem_key == stem.key || *key == stem.key) {
        return Ok(vec![]);
    }
    let mut writes: Vec<Sql> = current.iter().map(|(key, _)| set_current(connection, key, false)).collect();
    match former {
        Some(key) => writes.push(set_current(connection, &key, true)),
        None => assign_identifier(session, connection, group, display_name).await?,
    }
    Ok(writes)
}

/// Reads the identifiers of groups.
pub async fn identifiers_of(session: &Session, groups: &[GroupId]) -> Result<HashMap<GroupId, String>, OperationError> {
    if groups.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<i64> = groups.iter().map(|group| group.0).collect();
    let mut sql =
        Sql::new("SELECT i.group_id, i.identifier FROM scim_group_identifiers i WHERE i.is_current AND i.group_id");
    sql.bind_ids(session.backend(), &ids);
    let rows = session.rows(sql).await?;
    rows.iter().map(|row| Ok((GroupId(row.try_get("", "group_id")?), row.try_get("", "identifier")?))).collect()
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

async fn last_number(session: &Session, connection: ConnectionId, stem: &Stem) -> Result<i64, OperationError> {
    let mut sql = Sql::new("SELECT i.number FROM scim_group_identifiers i WHERE i.connection_id = ");
    sql.bind(connection.0).push(" AND i.stem_key = ").bind(&stem.key).push(" ORDER BY i.number DESC LIMIT 1");
    let row = session.row(sql).await?;
    Ok(row.map(|row| row.try_get("", "number")).transpose()?.unwrap_or_default())
}

fn set_current(connection: ConnectionId, key: &str, is_current: bool) -> Sql {
    let mut sql = Sql::new("UPDATE scim_group_identifiers SET is_current = ");
    sql.bind(is_current).push(" WHERE connection_id = ").bind(connection.0).push(" AND identifier_key = ").bind(key);
    sql
}

/// Inserts an identifier unless somebody has or had it; says whether it did.
async fn insert(
    session: &Session,
    connection: ConnectionId,
    group: GroupId,
    stem: &Stem,
    number: i64,
) -> Result<bool, OperationError> {
    let (identifier, key) = stem.numbered(number);
    let columns = "connection_id, identifier_key, identifier, stem_key, number, group_id, is_current";
    let mut sql = Sql::new(&format!("INSERT INTO scim_group_identifiers ({columns}) SELECT "));
    sql.bind(connection.0).push(", ").bind(&key).push(", ").bind(&identifier).push(", ").bind(&stem.key);
    sql.push(", ").bind(number).push(", ").bind(group.0).push(", TRUE");
    match session.dialect() {
        // SQLite takes ON for that of a join where no WHERE stands before it.
        Dialect::Sqlite | Dialect::Postgres => _ = sql.push(" WHERE TRUE ON CONFLICT DO NOTHING"),
        // MySQL has no DO NOTHING, and IGNORE would hide other errors too.
        Dialect::MariaDb | Dialect::MySql => {
            sql.push(" FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM scim_group_identifiers x WHERE x.connection_id = ");
            sql.bind(connection.0).push(" AND x.identifier_key = ").bind(&key).push(")");
        }
    }
    match session.run(sql).await.map_err(OperationError::from) {
        // Somebody else took it at this moment.
        Err(failure) if failure.is_unique_violation() => Err(OperationError::Overtaken),
        outcome => Ok(outcome?.rows_affected() == 1),
    }
}
