//! One function for each SCIM operation: it owns the transaction and the order of the steps.

mod bulk;
mod connections;
mod context;
mod groups;
mod list;
mod lock;
mod page_ends;
mod paging;
mod scans;
mod search;
mod users;

use std::time::Duration;

use serde_json::{Map, Value};

use crate::{
    protocol::{
        cursor::CursorCipher,
        document::Document,
        error::ScimError,
        id::RequestId,
        projection::Projection,
        representation::Representation,
        schema::{ResourceType, ResourceTypes},
        warnings::Warnings,
    },
    runtime::{clock::now, request_log::RequestLog},
    store::{database::Database, document::read_document, migration, operation_error::OperationError},
};
pub use {
    bulk::bulk,
    connections::{ensure_connection, set_additive_replace},
    context::{Preconditions, RequestContext, Urls},
    groups::{create_group, delete_group, get_group, list_groups, patch_group, replace_group},
    list::{ListQuery, cursor_scope},
    page_ends::PageEnds,
    scans::Scans,
    search::search,
    users::{create_user, delete_user, find_by_user_name, get_user, list_users, patch_user, replace_user},
};

/// What every operation works with.
#[derive(Debug)]
pub struct Provider {
    pub database: Database,
    pub types: ResourceTypes,
    /// Resources on one page at most.
    pub page: u64,
    /// Members up to which a PATCH answers with the whole group.
    pub answered_members: u64,
    /// How long one Bulk request works.
    pub bulk_time: Duration,
    pub cursor_cipher: CursorCipher,
    /// Milliseconds until a cursor expires.
    pub cursor_timeout: i64,
    /// Where the host server serves its hosts; beside the mount unless set.
    pub hosts_url: Option<String>,
    /// Whether answers are compressed here.
    pub compresses: bool,
    pub request_log: RequestLog,
    pub page_ends: PageEnds,
    pub scans: Scans,
}

/// The refusal of a create where a resource of the name exists.
fn not_absent() -> ScimError {
    ScimError::new(412, "there is a resource of this name already, and If-None-Match asked for none")
}

/// A resource to answer with.
#[derive(Debug)]
pub struct ResourceAnswer {
    pub representation: Representation,
    pub warnings: Warnings,
}

/// What a PATCH of a group answers.
#[derive(Debug)]
pub enum PatchedGroup {
    Whole(ResourceAnswer),
    /// It has too many members to answer with.
    Large {
        etag: String,
        location: String,
        warnings: Warnings,
    },
}

/// Says whether every table is there, in a transaction that may write, on the server that is written to.
pub async fn is_migrated(provider: &Provider) -> Result<bool, OperationError> {
    let session = provider.database.begin(RequestId::NONE).await?;
    let current = migration::is_current(&session).await;
    session.rollback().await;
    Ok(current?)
}

/// The time of a change: later than the one before, whatever the clock of this process says. Clients ask for what changed
/// since the latest time they saw, and a process that was a day behind hid its changes from them (2026-11-26).
fn later_than(updated_at: i64) -> i64 {
    now().max(updated_at.saturating_add(1))
}

/// Lists the attributes in which two documents differ.
fn differences(before: &Document, after: &Document) -> Vec<String> {
    let gone = before.keys().filter(|key| !after.contains_key(*key));
    let changed = after.iter().filter(|(key, value)| before.get(*key) != Some(value)).map(|(key, _)| key);
    gone.chain(changed).cloned().collect()
}

/// Leaves of a representation what the projection asks for.
fn project(
    mut representation: Representation,
    projection: &Projection,
    resource_type: &ResourceType,
) -> Result<Representation, OperationError> {
    if !projection.is_whole() || resource_type.has_hidden_by_default {
        let whole: Map<String, Value> = serde_json::from_str(&representation.text)
            .map_err(|error| OperationError::Corrupt(format!("a spliced resource is not JSON: {error}")))?;
        representation.text = Value::Object(projection.apply(whole, resource_type)).to_string();
    }
    Ok(representation)
}
