//! How deep groups are nested, and how many are reached from one: both are bounded when a group becomes a member.

use std::collections::{HashMap, HashSet};

use crate::{
    protocol::{bounds, id::GroupId},
    store::{
        dialect::Dialect,
        edges::join_edges,
        operation_error::OperationError,
        session::Session,
        sql::{Sql, array_of},
    },
};

/// How the groups above a group and below it are nested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nesting {
    /// The steps to the furthest group above and those to the furthest below, each by its shortest way. Of a cycle one way counts.
    pub levels: usize,
    /// The most groups that are reached in one direction: from the top of what is above, or from the lowest of what is below.
    pub groups: usize,
    /// The most memberships of groups in groups that are looked at for that.
    pub edges: usize,
}

/// The edges that are reached from some groups in one direction.
struct Reached(HashMap<i64, Vec<i64>>);

impl Reached {
    /// Counts the steps to each group.
    fn steps(&self, from: i64) -> HashMap<i64, usize> {
        let (mut reached, mut level, mut steps) = (HashMap::new(), vec![from], 0);
        while !level.is_empty() {
            steps += 1;
            let further: HashSet<i64> =
                level.iter().flat_map(|id| self.0.get(id).into_iter().flatten()).copied().collect();
            level = further.into_iter().filter(|id| *id != from && !reached.contains_key(id)).collect();
            reached.extend(level.iter().map(|id| (*id, steps)));
        }
        reached
    }

    fn edges(&self) -> usize {
        self.0.values().map(Vec::len).sum()
    }

    /// Lists those of these groups from which nothing is reached; the first of them if all are in a cycle.
    fn ends<'a>(&'a self, groups: impl Iterator<Item = &'a i64> + Clone) -> Vec<i64> {
        let ends: Vec<i64> = groups.clone().filter(|id| !self.0.contains_key(id)).copied().collect();
        if ends.is_empty() { groups.min().copied().into_iter().collect() } else { ends }
    }
}

/// Reads how a group is nested.
pub async fn nesting_of(session: &Session, group: GroupId) -> Result<Nesting, OperationError> {
    let below = reach(session, &[group.0], "group_id", "child_id").await?;
    let above = reach(session, &[group.0], "child_id", "group_id").await?;
    let (down, mut up) = (below.steps(group.0), above.steps(group.0));
    // What the top reaches, and what reaches the lowest: through other groups than this one too.
    let (tops, lowest) = (above.ends(up.keys()), below.ends(down.keys()));
    let from_tops = most(session, &tops, &below, group, "group_id", "child_id").await?;
    let from_lowest = most(session, &lowest, &above, group, "child_id", "group_id").await?;
    up.retain(|id, _| !down.contains_key(id));
    let furthest = |reached: &HashMap<i64, usize>| reached.values().copied().max().unwrap_or_default();
    Ok(Nesting {
        levels: furthest(&up) + furthest(&down),
        groups: from_tops.0.max(from_lowest.0),
        edges: from_tops.1.max(from_lowest.1),
    })
}

/// Finds the most groups that one of `from` reaches, and how many edges they all reach; those of the group itself are known.
async fn most(
    session: &Session,
    from: &[i64],
    known: &Reached,
    group: GroupId,
    by: &str,
    to: &str,
) -> Result<(usize, usize), OperationError> {
    if from.is_empty() {
        return Ok((known.steps(group.0).len(), known.edges()));
    }
    let reached = reach(session, from, by, to).await?;
    let edges = reached.edges();
    // Past the bound it is refused anyway, and counting would take long.
    if edges > bounds::NESTED_EDGES {
        return Ok((0, edges));
    }
    Ok((from.iter().map(|id| reached.steps(*id).len()).max().unwrap_or_default(), edges))
}

/// Reads the edges that are reached from some groups, up to one more than are allowed.
async fn reach(session: &Session, from: &[i64], by: &str, to: &str) -> Result<Reached, OperationError> {
    let mut sql = Sql::new(&format!("WITH RECURSIVE r (a, b) AS (SELECT n.{by}, n.{to} FROM "));
    match session.dialect() {
        // Comparing an array of 10,000 with each edge took 7 s.
        dialect @ Dialect::Postgres => {
            sql.push("unnest(CAST(").bind(array_of(from)).push(" AS BIGINT[])) AS s(id) ");
            sql.push(&join_edges(dialect, "s.id", by));
        }
        _ => {
            sql.push(&format!("scim_group_group n WHERE n.{by} IN (")).bind_all(from.iter().copied()).push(")");
        }
    }
    let join = join_edges(session.dialect(), "r.b", by);
    sql.push(&format!(" UNION SELECT n.{by}, n.{to} FROM r {join}) SELECT a, b FROM r LIMIT "));
    sql.bind(bounds::NESTED_EDGES as u64 + 1);
    let mut next: HashMap<i64, Vec<i64>> = HashMap::new();
    let take = |row: sea_orm::QueryResult| {
        next.entry(row.try_get("", "a")?).or_default().push(row.try_get("", "b")?);
        Ok(())
    };
    session.each_row(sql, take).await?;
    Ok(Reached(next))
}
