//! The owners of hosts, read from the view; and everybody found by a host's addresses, to explain the result.

use sea_orm::{DbErr, FromQueryResult, QueryResult};

use crate::{
    protocol::id::{HostId, UserId},
    store::{
        groups,
        operation_error::OperationError,
        session::Session,
        sql::Sql,
        users::{self, Memberships},
    },
};

/// A host's owner, as shown to the host server.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Owner {
    #[sea_orm(from_alias = "host_id")]
    pub host: HostId,
    #[sea_orm(from_alias = "scim_user_id")]
    pub user: UserId,
    pub source: String,
    pub source_rank: i16,
    pub email: String,
    pub match_rank: i16,
    pub external_id: Option<String>,
    pub user_name: String,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub formatted_name: Option<String>,
    pub display_name: Option<String>,
    pub department: Option<String>,
    pub active: bool,
    pub updated_at: i64,
    /// Since when this is shown, if it was told.
    pub since: Option<i64>,
    /// The document, if it was asked for.
    pub resource: Option<String>,
    /// The id and displayName of each group that the user is in, nested ones too, by id.
    #[sea_orm(skip)]
    pub groups: Vec<(i64, String)>,
}

/// A user found by an address of a host, whether they own it or not.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Candidate {
    #[sea_orm(from_alias = "host_id")]
    pub host: HostId,
    #[sea_orm(from_alias = "scim_user_id")]
    pub user: UserId,
    #[sea_orm(from_alias = "connection_id")]
    pub connection: i64,
    pub source_rank: i16,
    pub source: String,
    pub match_rank: i16,
    /// Why it may not match, if it may not.
    #[sea_orm(skip)]
    pub barred: Option<Barred>,
}

/// Why a user who has an address of a host may not own it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Barred {
    /// The host is limited to other connections.
    Limit,
    /// The address is outside the domains of the user's connection.
    Domain,
}

/// How much of owners is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// What is shown of a host's user.
    Shown,
    /// The document too: only of one host at a time, since it may have a megabyte.
    Whole,
}

/// How many candidates of one host are read; they are only needed if there is no owner, to say why.
pub const CANDIDATES: i64 = 100;

/// Reads the owner of each of these hosts that has one.
pub async fn owners(session: &Session, hosts: &[HostId], depth: Depth) -> Result<Vec<Owner>, OperationError> {
    let resource = if depth == Depth::Whole { "u.resource" } else { "NULL" };
    let group_list = Memberships::All.list(session.backend());
    let mut sql = Sql::new(&format!(
        "SELECT v.host_id, v.scim_user_id, v.source, v.source_rank, v.email, v.match_rank, u.external_id, u.user_name, u.given_name,
         u.family_name, u.formatted_name, u.display_name, u.department, u.active, u.updated_at,
         CASE WHEN t.user_id = u.id THEN t.since END AS since, {resource} AS resource, {group_list}, "
    ));
    groups::push_nests(&mut sql, None);
    sql.push(
        " FROM host_scim_user v JOIN scim_users u ON u.id = v.scim_user_id
         LEFT JOIN scim_host_told t ON t.host_id = v.host_id WHERE v.host_id IN (",
    );
    sql.bind_all(hosts.iter().map(|host| host.0)).push(")");
    let rows = session.rows(sql).await?;
    let mut owners = Vec::with_capacity(rows.len());
    let nests = groups::nests(rows.first())?;
    for row in rows {
        let mut owner = Owner::from_query_result(&row, "")?;
        let list: Option<String> = row.try_get("", "group_list")?;
        owner.groups = users::groups_of_list(session, owner.user.0, Memberships::All, list.as_deref()).await?;
        owners.push(owner);
    }
    if nests {
        add_indirect_groups(session, &mut owners).await?;
    }
    Ok(owners)
}

async fn add_indirect_groups(session: &Session, owners: &mut [Owner]) -> Result<(), OperationError> {
    let mut users: Vec<i64> = owners.iter().map(|owner| owner.user.0).collect();
    users.sort_unstable();
    users.dedup();
    let found = groups::effective_groups(session, &users, Memberships::All, usize::MAX).await?;
    for owner in owners {
        if let Some(groups) = found.get(&owner.user.0) {
            owner.groups = groups.direct.iter().chain(&groups.indirect).cloned().collect();
            owner.groups.sort_unstable_by_key(|(id, _)| *id);
        }
    }
    Ok(())
}

/// Reads the best candidates of each host, best first and those who may not match last; a host gets as many as if it were
/// asked about alone.
pub async fn candidates(session: &Session, hosts: &[HostId]) -> Result<Vec<Candidate>, OperationError> {
    let mut sql = Sql::new(
        "SELECT r.host_id, r.scim_user_id, r.connection_id, r.source_rank, r.source, r.match_rank, r.barred FROM (
         SELECT c.host_id, c.scim_user_id, c.connection_id, c.source_rank, c.source, c.match_rank, c.barred,
         ROW_NUMBER() OVER (PARTITION BY c.host_id
         ORDER BY c.barred, c.source_rank, c.match_rank, c.connection_id, c.scim_user_id) AS place FROM (
         SELECT h.host_id, k.scim_user_id, k.connection_id, h.source_rank, MIN(h.source) AS source, k.match_rank,
         MIN(CASE WHEN h.limited AND l.host_id IS NULL THEN 1 WHEN k.finds_hosts THEN 0 ELSE 2 END) AS barred
         FROM scim_host_emails h JOIN scim_user_keys k ON k.email_key = h.email_key
         LEFT JOIN scim_host_connections l ON l.host_id = h.host_id AND l.connection_id = k.connection_id
         WHERE h.host_id IN (",
    );
    sql.bind_all(hosts.iter().map(|host| host.0));
    // One row for all sources of the same rank, otherwise one user would use up the places of others.
    sql.push(
        ") GROUP BY h.host_id, k.scim_user_id, k.connection_id, h.source_rank, k.match_rank) c) r WHERE r.place <= ",
    );
    sql.bind(CANDIDATES);
    sql.push(" ORDER BY r.host_id, r.place");
    let rows = session.rows(sql).await?;
    rows.iter().map(candidate).collect()
}

fn candidate(row: &QueryResult) -> Result<Candidate, OperationError> {
    Ok(Candidate { barred: barred(row)?, ..Candidate::from_query_result(row, "")? })
}

/// Reads the column `barred`.
pub(super) fn barred(row: &QueryResult) -> Result<Option<Barred>, DbErr> {
    let barred: i32 = row.try_get("", "barred")?;
    Ok(match barred {
        0 => None,
        1 => Some(Barred::Limit),
        _ => Some(Barred::Domain),
    })
}
