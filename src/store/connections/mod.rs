//! Connections: one for each identity provider.

mod activity;
mod attributes;
mod deletion;
mod domains;
mod leaving;
mod locking;
mod managed;
mod profile;
mod read;
mod service;

use entity::scim_connection::{ActiveModel, Column, Entity};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use crate::{
    protocol::{case_fold::case_fold, id::ConnectionId},
    store::{operation_error::OperationError, session::Session},
};
pub use {
    activity::note_activity,
    attributes::{Narrowing, lock_narrowing, next_users, note_narrowed, set_attributes, to_narrow},
    deletion::{Taken, being_deleted, delete_credentials, delete_part, taken},
    domains::{adapt_keys, finds_hosts, pattern, set_domains, with_old_keys},
    locking::{LockedConnection, lock, lock_state},
    managed::{ManagedBy, of_groups, of_users},
    profile::{NewProfile, ProfileChange, insert_profile, without_profile},
    read::{Connection, NativeConnection, all, by_name, id_of, names, native},
    service::{Service, service_of},
};

/// Finds a connection by the name that the host gave it.
pub async fn find(session: &Session, name: &str) -> Result<Option<ConnectionId>, OperationError> {
    let found = Entity::find().filter(Column::NameKey.eq(case_fold(name))).one(session).await?;
    Ok(found.map(|row| ConnectionId(row.id)))
}

pub async fn insert(session: &Session, name: &str, now: i64) -> Result<ConnectionId, OperationError> {
    let row = ActiveModel {
        name: Set(name.to_owned()),
        name_key: Set(case_fold(name)),
        additive_replace: Set(false),
        keeps_members: Set(false),
        created_at: Set(now),
        ..Default::default()
    };
    Ok(ConnectionId(Entity::insert(row).exec(session).await?.last_insert_id))
}

/// A setting of a connection, for what identity providers contradict each other about.
#[derive(Debug, Clone, Copy)]
pub enum Setting {
    /// Whether a PATCH that replaces the members of a group only adds them.
    AdditiveReplace(bool),
    /// Whether a PUT of a group without `members` keeps the members.
    KeepsMembers(bool),
}

impl Setting {
    /// Returns its name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AdditiveReplace(_) => "additiveReplace",
            Self::KeepsMembers(_) => "keepsMembers",
        }
    }
}

/// Changes a setting; says whether the connection exists.
pub async fn set(session: &Session, connection: ConnectionId, setting: Setting) -> Result<bool, OperationError> {
    let row = match setting {
        Setting::AdditiveReplace(on) => ActiveModel { additive_replace: Set(on), ..Default::default() },
        Setting::KeepsMembers(on) => ActiveModel { keeps_members: Set(on), ..Default::default() },
    };
    let updated = Entity::update_many().set(row).filter(Column::Id.eq(connection.0)).exec(session).await?;
    Ok(updated.rows_affected > 0)
}
