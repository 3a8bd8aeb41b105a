//! How deep groups are nested, and how many are reached from one: both are bounded when a group becomes a member.

use std::collections::{HashMap, HashSet};

use crate::{
    protocol::id::GroupId,
    store::{edges::join_edges, operation_error::OperationError, session::Session, sql::Sql},
};

/// The groups above a group and below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nesting {
    /// The steps to the furthest group above and those to the furthest below, each by its shortest way. Of a cycle one way counts.
    pub levels: usize,
    /// How many groups are above or below.
    pub groups: usize,
}

/// Reads how a group is nested.
pub async fn nesting_of(session: &Session, group: GroupId) -> Result<Nesting, OperationError> {
    let below = reach(session, group, "group_id", "child_id").await?;
    let mut above = reach(session, group, "child_id", "group_id").await?;
    above.retain(|id, _| !below.contains_key(id));
    let furthest = |reached: &HashMap<i64, usize>| reached.values().copied().max().unwrap_or_default();
    Ok(Nesting { levels: furthest(&above) + furthest(&below), groups: above.len() + below.len() })
}

/// Counts the steps to each group in one direction.
async fn reach(session: &Session, group: GroupId, from: &str, to: &str) -> Result<HashMap<i64, usize>, OperationError> {
    let mut sql = Sql::new(&format!(
        "WITH RECURSIVE r (a, b) AS (SELECT n.{from}, n.{to} FROM scim_group_group n WHERE n.{from} = "
    ));
    sql.bind(group.0);
    let join = join_edges(session.dialect(), "r.b", from);
    sql.push(&format!(" UNION SELECT n.{from}, n.{to} FROM r {join}) SELECT a, b FROM r"));
    let mut next: HashMap<i64, Vec<i64>> = HashMap::new();
    for row in session.rows(sql).await? {
        next.entry(row.try_get("", "a")?).or_default().push(row.try_get("", "b")?);
    }
    let (mut reached, mut level, mut steps) = (HashMap::new(), vec![group.0], 0);
    while !level.is_empty() {
        steps += 1;
        let further: HashSet<i64> = level.iter().flat_map(|id| next.get(id).into_iter().flatten()).copied().collect();
        level = further.into_iter().filter(|id| *id != group.0 && !reached.contains_key(id)).collect();
        reached.extend(level.iter().map(|id| (*id, steps)));
    }
    Ok(reached)
}
