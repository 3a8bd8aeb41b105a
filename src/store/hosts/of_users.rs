//! The hosts of users, with their names, read from the view.

use std::collections::HashMap;

use crate::{
    protocol::{id::UserId, resource::representation::HostOfUser},
    store::{operation_error::OperationError, session::Session, sql::Sql},
};

/// Reads the hosts of several users in one statement, each user's by id.
pub async fn of_users(session: &Session, users: &[UserId]) -> Result<HashMap<UserId, Vec<HostOfUser>>, OperationError> {
    let mut hosts: HashMap<UserId, Vec<HostOfUser>> = HashMap::new();
    if users.is_empty() {
        return Ok(hosts);
    }
    let mut sql = Sql::new(
        "SELECT v.scim_user_id, v.host_id, v.source, n.name FROM host_scim_user v
         LEFT JOIN scim_host_names n ON n.host_id = v.host_id WHERE v.scim_user_id IN (",
    );
    sql.bind_all(users.iter().map(|user| user.0)).push(") ORDER BY v.host_id");
    for row in session.rows(sql).await? {
        let host = HostOfUser {
            id: row.try_get("", "host_id")?,
            name: row.try_get("", "name")?,
            source: row.try_get("", "source")?,
        };
        hosts.entry(row.try_get("", "scim_user_id")?).or_default().push(host);
    }
    Ok(hosts)
}
