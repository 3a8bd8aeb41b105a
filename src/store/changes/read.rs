//! Reads numbered entries.

pub use entity::scim_change::Model as Numbered;
use entity::scim_change::{Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Value, json};

use crate::{
    protocol::id::RequestId,
    store::{operation_error::OperationError, session::Session, sql::Sql},
};

/// Reads entries after a number, in their order.
pub async fn after(session: &Session, number: i64, limit: u64) -> Result<Vec<Numbered>, OperationError> {
    let later = Entity::find().filter(Column::Number.gt(number)).order_by_asc(Column::Number);
    Ok(later.limit(limit).all(session).await?.into_iter().map(as_of_today).collect())
}

/// Reads entries after a number like [`after`], for their hosts to be told. What was told before tells nothing, and is long.
pub async fn to_tell(session: &Session, number: i64, limit: u64) -> Result<Vec<Numbered>, OperationError> {
    let mut sql = Sql::new(
        "SELECT c.id, c.changed_at, c.request_id, c.kind, c.connection_id, c.user_id, c.group_id, c.host_id, c.number,
         CASE WHEN c.kind = 'host.owner' THEN NULL ELSE c.detail END AS detail FROM scim_changes c WHERE c.number > ",
    );
    sql.bind(number).push(" ORDER BY c.number LIMIT ").bind(limit);
    let rows = session.rows(sql).await?;
    rows.iter().map(|row| Ok(as_of_today(Numbered::from_query_result(row, "")?))).collect()
}

/// Puts an entry that a process of the version before wrote into the words of this version.
fn as_of_today(mut entry: Numbered) -> Numbered {
    match entry.kind.as_str() {
        "host.emails" => "host.addresses".clone_into(&mut entry.kind),
        "group.members" => {
            let detail: Value =
                entry.detail.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
            // One list was in each.
            let is_added = !detail["added"].is_null() || !detail["addedGroups"].is_null();
            let [kind, users, groups] = match is_added {
                true => ["membership.added", "added", "addedGroups"],
                false => ["membership.removed", "removed", "removedGroups"],
            };
            kind.clone_into(&mut entry.kind);
            entry.detail = Some(json!({ "users": detail[users], "groups": detail[groups] }).to_string());
        }
        _ => {}
    }
    entry
}

/// Returns the number of the oldest entry that is kept.
pub async fn oldest(session: &Session) -> Result<Option<i64>, OperationError> {
    Ok(after(session, 0, 1).await?.first().and_then(|entry| entry.number))
}

/// Says whether an entry exists and was appended by this request.
pub async fn is_there(session: &Session, id: i64, request: RequestId) -> Result<bool, OperationError> {
    let found = Entity::find_by_id(id).one(session).await?;
    Ok(found.is_some_and(|entry| entry.request_id == request.to_string()))
}
