//! Groups in groups: what is above some and what is below.
//!
//! Memberships and edges are read in one recursive statement, so on one state of the database, and walked here. One statement with the
//! groups of each user costs 6 to 10 times as much, MariaDB refuses a correlated one, and a table of all pairs takes seconds to change (2026-11).

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
};

use sea_orm::{DbErr, QueryResult};

use crate::{
    protocol::{
        bounds,
        id::{ConnectionId, GroupId},
    },
    store::{
        dialect::Dialect,
        edges::{join_edges, join_groups},
        operation_error::OperationError,
        session::Session,
        sql::Sql,
        users::Memberships,
    },
};

/// Up to so many users PostgreSQL looks up each edge; for more it reads all of them at each level.
const FEW: usize = 20;

/// The groups that a user is in.
#[derive(Default)]
pub struct EffectiveGroups {
    /// The id and displayName of each group that the user is a direct member of, by id.
    pub direct: Vec<(i64, String)>,
    /// Those of the groups above these.
    pub indirect: Vec<(i64, String)>,
}

/// The groups above some users and groups, with their names.
#[derive(Default)]
struct Edges {
    /// The groups above each; a user stands here by the negative of its id.
    above: HashMap<i64, Vec<i64>>,
    names: HashMap<i64, String>,
}

impl Edges {
    fn add(&mut self, child: i64, group: i64, name: &str) {
        self.above.entry(child).or_default().push(group);
        self.names.entry(group).or_insert_with(|| name.to_owned());
    }

    /// Reads the texts `child group name`; `None` if the list was cut.
    fn parse(list: &str) -> Option<Self> {
        let mut edges = Self::default();
        for text in serde_json::from_str::<Vec<Cow<'_, str>>>(list).ok()? {
            let mut parts = text.splitn(3, ' ');
            let (child, group) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
            edges.add(child, group, parts.next()?);
        }
        Some(edges)
    }

    fn direct(&self, user: i64) -> BTreeSet<i64> {
        self.above.get(&-user).into_iter().flatten().copied().collect()
    }

    /// Finds the groups above these, without them, by id. A cycle ends where it began.
    fn above(&self, direct: &BTreeSet<i64>) -> BTreeSet<i64> {
        // In a fixed order, since a walk that is cut must end alike each time.
        let mut ahead: Vec<i64> = direct.iter().copied().collect();
        let mut above = BTreeSet::new();
        while let Some(group) = ahead.pop() {
            for parent in self.above.get(&group).into_iter().flatten() {
                if above.len() < bounds::NESTED_GROUPS && !direct.contains(parent) && above.insert(*parent) {
                    ahead.push(*parent);
                }
            }
        }
        above
    }

    fn named(&self, groups: BTreeSet<i64>) -> Vec<(i64, String)> {
        groups.into_iter().filter_map(|id| Some((id, self.names.get(&id)?.clone()))).collect()
    }
}

/// Finds the groups of each of these users, by id of the user.
///
/// Users whose groups do not fit into `budget` together with those before them are left out, the first one excepted.
pub async fn effective_groups(
    session: &Session,
    users: &[i64],
    memberships: Memberships,
    mut budget: usize,
) -> Result<BTreeMap<i64, EffectiveGroups>, OperationError> {
    let edges = edges_above(session, users, memberships).await?;
    let mut found = BTreeMap::new();
    for (at, user) in users.iter().enumerate() {
        let direct = edges.direct(*user);
        let indirect = edges.above(&direct);
        let taken = direct.len() + indirect.len();
        if at > 0 && taken > budget {
            break;
        }
        budget = budget.saturating_sub(taken);
        found.insert(*user, EffectiveGroups { direct: edges.named(direct), indirect: edges.named(indirect) });
    }
    Ok(found)
}

/// Reads the memberships of these users and the edges above them, as one text, or from their rows if that was cut.
async fn edges_above(session: &Session, users: &[i64], memberships: Memberships) -> Result<Edges, OperationError> {
    let dialect = session.dialect();
    let list = match dialect {
        Dialect::Sqlite => "json_group_array(r.child_id || ' ' || r.group_id || ' ' || g.display_name)",
        Dialect::Postgres => "json_agg(r.child_id || ' ' || r.group_id || ' ' || g.display_name)::text",
        // Cut at 1 MiB, with a warning only.
        Dialect::MariaDb | Dialect::MySql => "JSON_ARRAYAGG(CONCAT(r.child_id, ' ', r.group_id, ' ', g.display_name))",
    };
    let sql = above(session, users, memberships, &format!("{list} AS edges"));
    let edges: Option<String> = session.row(sql).await?.map(|row| row.try_get("", "edges")).transpose()?.flatten();
    if let Some(edges) = edges.as_deref().map_or_else(|| Some(Edges::default()), Edges::parse) {
        return Ok(edges);
    }
    let mut edges = Edges::default();
    for row in session.rows(above(session, users, memberships, "r.child_id, r.group_id, g.display_name")).await? {
        let name: String = row.try_get("", "display_name")?;
        edges.add(row.try_get("", "child_id")?, row.try_get("", "group_id")?, &name);
    }
    Ok(edges)
}

/// Writes the recursion, and what is selected of the edges `r` and the groups `g` above.
fn above(session: &Session, users: &[i64], memberships: Memberships, select: &str) -> Sql {
    let dialect = session.dialect();
    let by_index = dialect != Dialect::Postgres || users.len() <= FEW;
    let edges = |from: &str| match by_index {
        true => join_edges(dialect, from, "child_id"),
        false => format!("JOIN scim_group_group n ON n.child_id = {from}"),
    };
    let mut sql = Sql::new("WITH RECURSIVE r (child_id, group_id) AS (");
    for table in memberships.tables() {
        sql.push(&format!("SELECT -x.user_id, x.group_id FROM {table} x WHERE x.user_id"));
        sql.bind_ids(session.backend(), users).push(" UNION ");
    }
    let named = match by_index {
        true => join_groups(dialect, "r.group_id"),
        false => "JOIN scim_groups g ON g.id = r.group_id".to_owned(),
    };
    // UNION, not UNION ALL: it ends cycles.
    sql.push(&format!("SELECT n.child_id, n.group_id FROM r {}) SELECT {select} FROM r {named}", edges("r.group_id")));
    sql
}

/// Lists these groups, whether they are there or not, and all that are nested in them, at any depth.
pub async fn nested_below(session: &Session, groups: &[i64]) -> Result<HashSet<i64>, OperationError> {
    let mut found: HashSet<i64> = groups.iter().copied().collect();
    for row in session.rows(below(session, groups)).await? {
        found.insert(row.try_get("", "id")?);
    }
    Ok(found)
}

/// Writes a statement that lists these groups, if they are there, and all that are nested in them.
pub fn below(session: &Session, groups: &[i64]) -> Sql {
    let mut sql = Sql::new("WITH RECURSIVE r (id) AS (SELECT g.id FROM scim_groups g WHERE g.id");
    sql.bind_ids(session.backend(), groups);
    let join = join_edges(session.dialect(), "r.id", "group_id");
    sql.push(&format!(" UNION SELECT n.child_id FROM r {join}) SELECT r.id FROM r"));
    sql
}

/// Says whether a group has groups as its members.
pub async fn has_nested(session: &Session, group: GroupId) -> Result<bool, OperationError> {
    let mut sql = Sql::new("SELECT n.child_id FROM scim_group_group n WHERE n.group_id = ");
    sql.bind(group.0).push(" LIMIT 1");
    Ok(session.row(sql).await?.is_some())
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
