//! Groups in groups: what is above some and what is below.
//!
//! Edges are read in one recursive statement and walked here. One statement with the groups of each user costs 6 to 10 times as
//! much, MariaDB refuses a correlated one, and a table of all pairs takes seconds to change (2026-11).

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use sea_orm::{DbErr, QueryResult};

use super::names::names;
use crate::{
    protocol::{bounds, id::ConnectionId},
    store::{operation_error::OperationError, session::Session, sql::Sql, users::Memberships},
};

/// Which groups are members of which: the groups above each.
pub struct Edges(HashMap<i64, Vec<i64>>);

impl Edges {
    fn read(rows: &[QueryResult]) -> Result<Self, OperationError> {
        let mut above: HashMap<i64, Vec<i64>> = HashMap::new();
        for row in rows {
            above.entry(row.try_get("", "child_id")?).or_default().push(row.try_get("", "group_id")?);
        }
        Ok(Self(above))
    }

    /// Finds the groups above these, without them. A cycle ends where it began.
    pub fn above(&self, groups: impl Iterator<Item = i64>) -> BTreeSet<i64> {
        let direct: HashSet<i64> = groups.collect();
        let (mut above, mut ahead) = (BTreeSet::new(), direct.iter().copied().collect::<Vec<_>>());
        while let Some(group) = ahead.pop() {
            for parent in self.0.get(&group).into_iter().flatten() {
                if above.len() < bounds::NESTED_GROUPS && !direct.contains(parent) && above.insert(*parent) {
                    ahead.push(*parent);
                }
            }
        }
        above
    }
}

/// Adds to the direct groups of each user those that are reached by nesting, with their names.
pub async fn indirect_groups(
    session: &Session,
    direct: &[(i64, &[(i64, String)])],
    memberships: Memberships,
) -> Result<HashMap<i64, Vec<(i64, String)>>, OperationError> {
    let users: Vec<i64> = direct.iter().map(|(user, _)| *user).collect();
    let edges = edges_above(session, &users, memberships).await?;
    let mut above: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
    for (user, groups) in direct {
        above.insert(*user, edges.above(groups.iter().map(|(group, _)| *group)));
    }
    let mut known: BTreeMap<i64, String> = direct.iter().flat_map(|(_, groups)| groups.iter().cloned()).collect();
    let unknown: BTreeSet<i64> = above.values().flatten().copied().filter(|id| !known.contains_key(id)).collect();
    known.extend(names(session, &unknown.into_iter().collect::<Vec<_>>()).await?);
    let named = |ids: BTreeSet<i64>| ids.into_iter().filter_map(|id| Some((id, known.get(&id)?.clone()))).collect();
    Ok(above.into_iter().map(|(user, ids)| (user, named(ids))).collect())
}

/// Reads the edges above the direct groups of these users.
async fn edges_above(session: &Session, users: &[i64], memberships: Memberships) -> Result<Edges, OperationError> {
    let mut sql = Sql::new("WITH RECURSIVE r (child_id, group_id, connection_id) AS (");
    for table in memberships.tables() {
        sql.push(&format!(
            "SELECT n.child_id, n.group_id, n.connection_id FROM {table} x
             JOIN scim_group_group n ON n.child_id = x.group_id AND n.connection_id = x.connection_id WHERE x.user_id"
        ));
        sql.bind_ids(session.backend(), users).push(" UNION ");
    }
    // UNION, not UNION ALL: it ends cycles.
    sql.push(
        "SELECT n.child_id, n.group_id, n.connection_id FROM r
         JOIN scim_group_group n ON n.child_id = r.group_id AND n.connection_id = r.connection_id)
         SELECT child_id, group_id FROM r",
    );
    Edges::read(&session.rows(sql).await?)
}

/// Lists these groups and all that are nested in them, at any depth.
pub async fn nested_below(session: &Session, groups: &[i64]) -> Result<Vec<i64>, OperationError> {
    let mut sql = Sql::new("WITH RECURSIVE r (group_id) AS (SELECT g.id FROM scim_groups g WHERE g.id");
    sql.bind_ids(session.backend(), groups);
    sql.push(
        " UNION SELECT n.child_id FROM r JOIN scim_group_group n ON n.group_id = r.group_id)
         SELECT group_id FROM r ORDER BY group_id",
    );
    let rows = session.rows(sql).await?;
    let mut below: Vec<i64> = rows.iter().map(|row| row.try_get("", "group_id")).collect::<Result<_, _>>()?;
    below.truncate(bounds::NESTED_GROUPS + groups.len());
    Ok(below)
}

/// Reads the column of [`push_nests`] from the first row of a statement.
pub fn nests(row: Option<&QueryResult>) -> Result<bool, DbErr> {
    let nests: Option<i32> = row.map(|row| row.try_get("", "nests")).transpose()?;
    Ok(nests == Some(1))
}

/// Says whether any group of a connection is a member of another.
pub async fn are_nested(session: &Session, connection: ConnectionId) -> Result<bool, OperationError> {
    let mut sql = Sql::new("SELECT n.group_id FROM scim_group_group n WHERE n.connection_id = ");
    sql.bind(connection.0).push(" LIMIT 1");
    Ok(session.row(sql).await?.is_some())
}

/// Writes whether groups are nested at all, in this connection or in any, as a column `nests`; it is asked once for a statement.
pub fn push_nests(sql: &mut Sql, connection: Option<ConnectionId>) {
    sql.push("CASE WHEN EXISTS (SELECT 1 FROM scim_group_group");
    if let Some(connection) = connection {
        sql.push(" WHERE connection_id = ").bind(connection.0);
    }
    sql.push(") THEN 1 ELSE 0 END AS nests");
}
