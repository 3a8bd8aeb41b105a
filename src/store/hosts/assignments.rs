//! `scim_host_assignments`: to whom hosts were assigned by hand, by whom and when.

pub use entity::scim_host_assignment::Model as StoredAssignment;
use entity::scim_host_assignment::{ActiveModel, Column, Entity};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, SqlErr,
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

/// Stores an assignment in the place of those of the same host or key.
pub async fn store(session: &Session, new: &NewAssignment<'_>) -> Result<(), OperationError> {
    let mut same = Condition::any();
    if let Some(host) = new.host {
        same = same.add(Column::HostId.eq(host.0));
    }
    if let Some((key, _)) = new.key {
        same = same.add(Column::HostKey.eq(key));
    }
    Entity::delete_many().filter(same).exec(session).await?;
    let (user_id, email) = match new.assignee {
        Assignee::Address(email) => (None, Some(email.clone())),
        Assignee::User(user) => (Some(user.0), None),
        Assignee::Shared => (None, None),
    };
    let row = ActiveModel {
        host_id: Set(new.host.map(|host| host.0)),
        host_key: Set(new.key.map(|(key, _)| key.to_owned())),
        host_key_text: Set(new.key.map(|(_, text)| text.to_owned())),
        user_id: Set(user_id),
        email: Set(email),
        assigned_by: Set(new.by.to_owned()),
        assigned_at: Set(session.now()),
        request_id: Set(session.request().to_string()),
        ..Default::default()
    };
    match Entity::insert(row).exec_without_returning(session).await {
        // Somebody else says the same of this key in this moment: whoever comes later decides.
        Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
            Err(OperationError::Overtaken)
        }
        outcome => outcome.map(drop).map_err(OperationError::from),
    }
}

/// Finds the assignment of a host.
pub async fn of_host(session: &Session, host: HostId) -> Result<Option<StoredAssignment>, OperationError> {
    Ok(Entity::find().filter(Column::HostId.eq(host.0)).one(session).await?)
}

/// Finds the assignments of these keys, and locks them.
pub async fn of_keys(session: &Session, keys: &[String]) -> Result<Vec<StoredAssignment>, OperationError> {
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

pub async fn delete(session: &Session, id: i64) -> Result<(), OperationError> {
    Entity::delete_by_id(id).exec(session).await?;
    Ok(())
}

/// Forgets that a host was assigned to an address: somebody set another one, or reported all addresses anew.
pub async fn forget_address(session: &Session, hosts: &[HostId]) -> Result<(), OperationError> {
    let of_hosts = Column::HostId.is_in(hosts.iter().map(|host| host.0));
    Entity::delete_many().filter(of_hosts).filter(Column::Email.is_not_null()).exec(session).await?;
    Ok(())
}

/// Forgets a host that is deleted. One that was assigned by a key is assigned again when it enrols anew.
pub async fn forget(session: &Session, host: HostId) -> Result<(), OperationError> {
    let of_host = Column::HostId.eq(host.0);
    Entity::delete_many().filter(of_host).filter(Column::HostKey.is_null()).exec(session).await?;
    let mut sql = Sql::new("UPDATE scim_host_assignments SET host_id = NULL WHERE host_id = ");
    sql.bind(host.0);
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
