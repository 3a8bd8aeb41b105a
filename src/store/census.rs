//! How many users, groups and hosts there are, for a dashboard. The hosts take as long as all of them together, so this is for the
//! worker and not for a request.

use sea_orm::FromQueryResult;

use super::{
    dialect::Dialect,
    expiry::{self, DAYS_AHEAD},
    hosts::{self, assigned::IS_SHARED},
    operation_error::OperationError,
    session::Session,
    sql::Sql,
};

/// The users and groups of a connection.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct ConnectionCount {
    #[sea_orm(from_alias = "connection_id")]
    pub id: i64,
    /// The one of its base URL.
    pub name: String,
    pub users: i64,
    #[sea_orm(from_alias = "number_of_groups")]
    pub groups: i64,
    /// How many of its credentials end within each of [`DAYS_AHEAD`].
    #[sea_orm(skip)]
    pub ending: [i64; DAYS_AHEAD.len()],
}

/// How much there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Census {
    pub connections: Vec<ConnectionCount>,
    /// Hosts with an address, by what is said of them.
    pub owned: i64,
    pub unowned: i64,
    pub ambiguous: i64,
    pub shared: i64,
}

/// Counts everything.
pub async fn count(session: &Session) -> Result<Census, OperationError> {
    let mut connections = of_connections(session).await?;
    for ending in expiry::ending(session, None).await? {
        let Some(of) = connections.iter_mut().find(|of| of.id == ending.connection.0) else { continue };
        for (count, days) in of.ending.iter_mut().zip(DAYS_AHEAD) {
            *count += i64::from(ending.ends_within(days, session.now()));
        }
    }
    let with_address = number(session, "SELECT COUNT(DISTINCT host_id) AS number FROM scim_host_emails").await?;
    let owned = number(session, "SELECT COUNT(*) AS number FROM host_scim_user").await?;
    let ambiguous = number(session, &format!("SELECT COUNT(*) AS number FROM ({}) a", hosts::ambiguous())).await?;
    let shared = format!("SELECT COUNT(*) AS number FROM scim_host_emails s WHERE {IS_SHARED}");
    let shared = number(session, &shared).await?;
    Ok(Census { connections, owned, ambiguous, shared, unowned: with_address - owned - ambiguous - shared })
}

async fn of_connections(session: &Session) -> Result<Vec<ConnectionCount>, OperationError> {
    let sum = |of: i16| {
        let cast = match session.dialect() {
            Dialect::MariaDb | Dialect::MySql => "SIGNED",
            _ => "BIGINT",
        };
        format!("CAST(COALESCE(SUM(CASE WHEN n.resource_type = {of} THEN n.resources END), 0) AS {cast})")
    };
    let (users, groups) = (sum(super::counts::Counted::Users as i16), sum(super::counts::Counted::Groups as i16));
    let sql = Sql::new(&format!(
        "SELECT c.id AS connection_id, COALESCE(p.name, c.name) AS name, {users} AS users, {groups} AS number_of_groups
         FROM scim_connections c LEFT JOIN scim_connection_profiles p ON p.connection_id = c.id
         LEFT JOIN scim_counts n ON n.connection_id = c.id GROUP BY c.id, p.name, c.name ORDER BY c.id"
    ));
    let rows = session.rows(sql).await?;
    Ok(rows.iter().map(|row| ConnectionCount::from_query_result(row, "")).collect::<Result<_, _>>()?)
}

async fn number(session: &Session, sql: &str) -> Result<i64, OperationError> {
    let row = session.row(Sql::new(sql)).await?;
    Ok(row.map_or(Ok(0), |row| row.try_get("", "number"))?)
}
