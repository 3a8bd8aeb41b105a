//! `scim_host_assignments`: to whom hosts were assigned by hand, by whom and when.

use std::collections::BTreeMap;

pub use entity::scim_host_assignment::Model as StoredAssignment;
use entity::scim_host_assignment::{ActiveModel, Column, Entity};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, SqlErr, UpdateResult,
    sea_query::Expr,
};

use crate::{
    protocol::{
        assignee::Assignee,
        id::{HostId, UserId},
    },
    store::{dialect::Dialect, operation_error::OperationError, session::Session, sql::Sql},
};

/// An assignment to be stored.
#[derive(Debug)]
pub struct NewAssignment<'a> {
    pub host: Option<HostId>,
    /// What the host is or will be known by: folded, and as it was given.
    pub key: Option<(&'a str, &'a str)>,
    pub assignee: &'a Assignee,
    pub by: &'a str,
}

/// Stores an assignment, in the place of the one that is known of the host or the key. What the host is known by stays.
pub async fn store(
    session: &Session,
    known: Option<&StoredAssignment>,
    new: &NewAssignment<'_>,
) -> Result<(), OperationError> {
    let (user_id, email) = match new.assignee {
        Assignee::Address(email) => (None, Some(email.clone())),
        Assignee::User(user) => (Some(user.0), None),
        Assignee::Shared => (None, None),
    };
    let row = ActiveModel {
        host_id: Set(new.host.map(|host| host.0)),
        user_id: Set(user_id),
        email: Set(email),
        assigned_by: Set(new.by.to_owned()),
        assigned_at: Set(session.now()),
        request_id: Set(session.request().to_string()),
        ..Default::default()
    };
    if let Some(known) = known {
        return changed(Entity::update_many().set(row).filter(Column::Id.eq(known.id)).exec(session).await?);
    }
    let row = ActiveModel {
        host_key: Set(new.key.map(|(key, _)| key.to_owned())),
        host_key_text: Set(new.key.map(|(_, text)| text.to_owned())),
        ..row
    };
    match Entity::insert(row).exec_without_returning(session).await {
        // Somebody else says the same of this key in this moment: whoever comes later decides.
        Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
            Err(OperationError::Overtaken)
        }
        outcome => outcome.map(drop).map_err(OperationError::from),
    }
}

/// Somebody else has written the row since it was read, if it is not there.
fn changed(written: UpdateResult) -> Result<(), OperationError> {
    if written.rows_affected == 0 { Err(OperationError::Overtaken) } else { Ok(()) }
}

/// Finds the assignment of a host.
pub async fn of_host(session: &Session, host: HostId) -> Result<Option<StoredAssignment>, OperationError> {
    Ok(Entity::find().filter(Column::HostId.eq(host.0)).one(session).await?)
}

/// Finds the assignments of these hosts.
pub async fn of_hosts(
    session: &Session,
    hosts: &[HostId],
) -> Result<BTreeMap<HostId, StoredAssignment>, OperationError> {
    let found = Entity::find().filter(Column::HostId.is_in(hosts.iter().map(|host| host.0))).all(session).await?;
    Ok(found.into_iter().filter_map(|stored| Some((HostId(stored.host_id?), stored))).collect())
}

/// Finds the assignments of these keys.
pub async fn with_keys(session: &Session, keys: &[String]) -> Result<Vec<StoredAssignment>, OperationError> {
    Ok(Entity::find().filter(Column::HostKey.is_in(keys)).all(session).await?)
}

/// Finds the assignments of these keys, and locks them.
pub async fn lock_keys(session: &Session, keys: &[String]) -> Result<Vec<StoredAssignment>, OperationError> {
    let found = Entity::find().filter(Column::HostKey.is_in(keys)).order_by_asc(Column::Id);
    let found = if session.dialect() == Dialect::Sqlite { found } else { found.lock_exclusive() };
    Ok(found.all(session).await?)
}

/// Lists assignments by id, after an id.
pub async fn page(session: &Session, after: i64, limit: u64) -> Result<Vec<StoredAssignment>, OperationError> {
    let page = Entity::find().filter(Column::Id.gt(after)).order_by_asc(Column::Id).limit(limit);
    Ok(page.all(session).await?)
}

/// Says that a host with the key of an assignment has enrolled.
pub async fn set_host(session: &Session, id: i64, host: HostId) -> Result<(), OperationError> {
    let row = Entity::update_many().col_expr(Column::HostId, Expr::value(host.0)).filter(Column::Id.eq(id));
    row.exec(session).await?;
    Ok(())
}

/// Deletes an assignment as it was read.
pub async fn delete(session: &Session, stored: &StoredAssignment) -> Result<(), OperationError> {
    let of_host = match stored.host_id {
        Some(host) => Column::HostId.eq(host),
        None => Column::HostId.is_null(),
    };
    let deleted = Entity::delete_many().filter(Column::Id.eq(stored.id)).filter(of_host).exec(session).await?;
    if deleted.rows_affected == 0 { Err(OperationError::Overtaken) } else { Ok(()) }
}

/// Ends an assignment of a host. One that was made by a key waits for a host that enrols by it anew.
pub async fn release(session: &Session, stored: &StoredAssignment) -> Result<(), OperationError> {
    if stored.host_key.is_none() {
        return delete(session, stored).await;
    }
    let mut sql = Sql::new("UPDATE scim_host_assignments SET host_id = NULL WHERE id = ");
    sql.bind(stored.id);
    session.run(sql).await?;
    Ok(())
}

/// Reads whom an assignment names.
pub fn assignee(of: &StoredAssignment) -> Assignee {
    match (of.user_id, &of.email) {
        (Some(user), _) => Assignee::User(UserId(user)),
        (None, Some(email)) => Assignee::Address(email.clone()),
        (None, None) => Assignee::Shared,
    }
}
