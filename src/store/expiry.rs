//! Tokens and client secrets that end soon.

use sea_orm::QueryResult;

use super::{operation_error::OperationError, session::Session, sql::Sql};
use crate::protocol::id::ConnectionId;

/// How many days ahead the end of a credential is announced.
pub const DAYS_AHEAD: [i64; 3] = [30, 7, 1];
/// A day in milliseconds.
const DAY: i64 = 24 * 3600 * 1000;

/// What a client proves itself by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    Token,
    ClientSecret,
}

/// A credential that ends within 30 days and was not replaced: a token by rotation, a secret by another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndingCredential {
    pub credential: Credential,
    pub id: i64,
    pub connection: ConnectionId,
    pub last_four: String,
    pub expires_at: i64,
    announced_days: Option<i64>,
}

impl Credential {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::ClientSecret => "client_secret",
        }
    }

    const fn table(self) -> &'static str {
        match self {
            Self::Token => "scim_tokens",
            Self::ClientSecret => "scim_client_secrets",
        }
    }
}

impl EndingCredential {
    /// Says whether it ends within so many days.
    pub const fn ends_within(&self, days: i64, now: i64) -> bool {
        self.expires_at - now <= days * DAY
    }

    /// Returns how many days ahead its end is to be announced now, if it was not.
    pub fn to_announce(&self, now: i64) -> Option<i64> {
        let due = DAYS_AHEAD.into_iter().rfind(|days| self.ends_within(*days, now))?;
        self.announced_days.is_none_or(|days| days > due).then_some(due)
    }
}

/// Reads the credentials that end soon, the first to end first: of one connection or of all.
pub async fn ending(session: &Session, of: Option<ConnectionId>) -> Result<Vec<EndingCredential>, OperationError> {
    let mut found = Vec::new();
    for credential in [Credential::Token, Credential::ClientSecret] {
        let mut sql = Sql::new(match credential {
            Credential::Token => {
                "SELECT t.id, t.connection_id, t.last_four, t.expires_at, t.announced_days FROM scim_tokens t WHERE 1 = 1"
            }
            Credential::ClientSecret => {
                "SELECT t.id, c.connection_id, t.last_four, t.expires_at, t.announced_days
                 FROM scim_clients c JOIN scim_client_secrets t ON t.client = c.id WHERE 1 = 1"
            }
        });
        if let Some(of) = of {
            sql.push(" AND connection_id = ").bind(of.0);
        }
        sql.push(" AND t.expires_at > ").bind(session.now());
        sql.push(" AND t.expires_at <= ").bind(session.now() + DAYS_AHEAD[0] * DAY);
        sql.push(" AND (t.announced_days IS NULL OR t.announced_days > 0)");
        for row in session.rows(sql).await? {
            found.push(parse(credential, &row)?);
        }
    }
    found.sort_by_key(|ending| (ending.expires_at, ending.id));
    Ok(found)
}

/// Remembers that the end of a credential is announced; says whether nobody had announced it so many days ahead.
pub async fn note_announced(session: &Session, ending: &EndingCredential, days: i64) -> Result<bool, OperationError> {
    let mut sql = Sql::new(&format!("UPDATE {} SET announced_days = ", ending.credential.table()));
    sql.bind(days).push(" WHERE id = ").bind(ending.id);
    sql.push(" AND (announced_days IS NULL OR announced_days > ").bind(days).push(")");
    Ok(session.run(sql).await?.rows_affected() > 0)
}

fn parse(credential: Credential, row: &QueryResult) -> Result<EndingCredential, OperationError> {
    Ok(EndingCredential {
        credential,
        id: row.try_get("", "id")?,
        connection: ConnectionId(row.try_get("", "connection_id")?),
        last_four: row.try_get("", "last_four")?,
        expires_at: row.try_get("", "expires_at")?,
        announced_days: row.try_get("", "announced_days")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_announced_once_at_each_distance_and_never_late_and_again() {
        let ending = |announced_days| EndingCredential {
            credential: Credential::Token,
            id: 1,
            connection: ConnectionId(1),
            last_four: "0000".to_owned(),
            expires_at: 40 * DAY,
            announced_days,
        };
        for (day, announced, expected) in [
            (9, None, None),
            (10, None, Some(30)),
            (10, Some(30), None),
            (33, Some(30), Some(7)),
            (33, None, Some(7)),
            (39, Some(7), Some(1)),
            (39, Some(1), None),
            (39, Some(0), None),
        ] {
            assert_eq!(ending(announced).to_announce(day * DAY), expected, "day {day}, announced {announced:?}");
        }
    }
}
