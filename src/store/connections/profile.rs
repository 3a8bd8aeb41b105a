//! What an administrator sets of a connection.

use entity::scim_connection_profile::{ActiveModel, Column, Entity};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter,
};

use crate::{
    protocol::{
        connection::{ConnectionKind, ConnectionState, Vendor},
        id::ConnectionId,
    },
    store::{operation_error::OperationError, session::Session, sql::Sql},
};

/// The profile of a new connection.
#[derive(Debug, Clone)]
pub struct NewProfile<'a> {
    pub name: &'a str,
    pub display_name: &'a str,
    pub vendor: Vendor,
    pub kind: ConnectionKind,
    pub order: i64,
}

/// What is changed in a profile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileChange {
    pub display_name: Option<String>,
    pub vendor: Option<Vendor>,
    pub state: Option<ConnectionState>,
    pub order: Option<i64>,
    pub requests_per_second: Option<Option<i64>>,
    pub keeps_emails: Option<bool>,
    pub deletes_deactivated: Option<bool>,
    pub refuses_unknown_members: Option<bool>,
    pub keeps_identifiers: Option<bool>,
}

pub async fn insert_profile(
    session: &Session,
    connection: ConnectionId,
    profile: &NewProfile<'_>,
) -> Result<(), OperationError> {
    let row = ActiveModel {
        connection_id: Set(connection.0),
        name: Set(profile.name.to_owned()),
        display_name: Set(profile.display_name.to_owned()),
        vendor: Set(profile.vendor.as_str().to_owned()),
        kind: Set(profile.kind.as_str().to_owned()),
        state: Set(ConnectionState::Live.as_str().to_owned()),
        display_order: Set(profile.order),
        last_request_at: Set(None),
        last_success_at: Set(None),
        requests_per_second: Set(None),
        keeps_emails: Set(false),
        deletes_deactivated: Set(false),
        refuses_unknown_members: Set(false),
        keeps_identifiers: Set(false),
    };
    Entity::insert(row).exec_without_returning(session).await?;
    Ok(())
}

impl ProfileChange {
    pub async fn write(self, session: &Session, connection: ConnectionId) -> Result<(), OperationError> {
        if self == Self::default() {
            return Ok(());
        }
        let row = ActiveModel {
            display_name: self.display_name.map_or(NotSet, Set),
            vendor: self.vendor.map_or(NotSet, |vendor| Set(vendor.as_str().to_owned())),
            state: self.state.map_or(NotSet, |state| Set(state.as_str().to_owned())),
            display_order: self.order.map_or(NotSet, Set),
            requests_per_second: self.requests_per_second.map_or(NotSet, Set),
            keeps_emails: self.keeps_emails.map_or(NotSet, Set),
            deletes_deactivated: self.deletes_deactivated.map_or(NotSet, Set),
            refuses_unknown_members: self.refuses_unknown_members.map_or(NotSet, Set),
            keeps_identifiers: self.keeps_identifiers.map_or(NotSet, Set),
            ..Default::default()
        };
        Entity::update_many().set(row).filter(Column::ConnectionId.eq(connection.0)).exec(session).await?;
        Ok(())
    }
}

/// Lists the connections that have no profile: a process of the version before made them. Each comes with its name.
pub async fn without_profile(session: &Session) -> Result<Vec<(ConnectionId, String)>, OperationError> {
    let sql = Sql::new(
        "SELECT c.id, c.name FROM scim_connections c WHERE NOT EXISTS
         (SELECT 1 FROM scim_connection_profiles p WHERE p.connection_id = c.id) ORDER BY c.id",
    );
    let rows = session.rows(sql).await?;
    rows.iter().map(|row| Ok((ConnectionId(row.try_get("", "id")?), row.try_get("", "name")?))).collect()
}
