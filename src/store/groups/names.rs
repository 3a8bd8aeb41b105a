//! What groups are called.

use std::collections::BTreeMap;

use crate::store::{operation_error::OperationError, session::Session, sql::Sql};

/// The number of ids in one statement.
const CHUNK: usize = 1000;

/// Reads the displayName of each of these groups.
pub async fn names(session: &Session, groups: &[i64]) -> Result<BTreeMap<i64, String>, OperationError> {
    let mut names = BTreeMap::new();
    for chunk in groups.chunks(CHUNK) {
        let mut sql = Sql::new("SELECT g.id, g.display_name FROM scim_groups g WHERE g.id");
        sql.bind_ids(session.backend(), chunk);
        for row in session.rows(sql).await? {
            names.insert(row.try_get("", "id")?, row.try_get("", "display_name")?);
        }
    }
    Ok(names)
}
