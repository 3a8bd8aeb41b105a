//! The groups of users, aggregated in SQL: a page of users stays one statement.

use std::borrow::Cow;

use super::group_aggregate::Memberships;
use crate::store::{operation_error::OperationError, session::Session, sql::Sql};

/// Reads the groups from their aggregate, or from their rows if it was cut.
pub async fn groups_of_list(
    session: &Session,
    user: i64,
    memberships: Memberships,
    list: Option<&str>,
) -> Result<Vec<(i64, String)>, OperationError> {
    match list.map_or(Some(vec![]), parse_groups) {
        Some(groups) => Ok(groups),
        // MariaDB cuts the aggregate of a user in very many groups at 1 MiB and only warns.
        None => groups_by_row(session, user, memberships).await,
    }
}

/// Returns an upper bound of the groups in an aggregate without parsing it; more than any page holds if it was cut.
pub fn count_groups(list: &str) -> usize {
    if list.ends_with(']') { list.matches("\"").count() / 2 } else { usize::MAX }
}

/// Parses the arrays of texts `id displayName`; `None` if one was cut.
fn parse_groups(lists: &str) -> Option<Vec<(i64, String)>> {
    let mut groups = Vec::new();
    if lists.is_empty() {
        return Some(groups);
    }
    for list in serde_json::Deserializer::from_str(lists).into_iter::<Vec<Cow<'_, str>>>() {
        for text in list.ok()? {
            let (id, display) = text.split_once(' ')?;
            groups.push((id.parse().ok()?, display.to_owned()));
        }
    }
    groups.sort_unstable_by_key(|(id, _)| *id);
    Some(groups)
}

async fn groups_by_row(
    session: &Session,
    user: i64,
    memberships: Memberships,
) -> Result<Vec<(i64, String)>, OperationError> {
    let mut sql = Sql::new("SELECT g.id, g.display_name FROM scim_groups g WHERE g.id IN (");
    for (at, rows) in memberships.rows().iter().enumerate() {
        sql.push(if at == 0 { "" } else { " UNION ALL " });
        sql.push(&format!("SELECT x.group_id FROM scim_users u, {rows} AND u.id = ")).bind(user);
    }
    sql.push(") ORDER BY g.id");
    let rows = session.rows(sql).await?;
    rows.iter().map(|row| Ok((row.try_get("", "id")?, row.try_get("", "display_name")?))).collect()
}
