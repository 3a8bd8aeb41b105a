//! One function for each SCIM operation; it owns the transaction and the order of the steps.

mod access;
mod answer;
mod aside;
mod assertion;
mod bulk;
pub mod connections;
mod context;
mod groups;
mod list;
mod listed;
mod lock;
mod page_ends;
mod paging;
mod scans;
mod search;
pub mod stored_bytes;
mod users;

use std::time::Duration;

use tokio::sync::Notify;

#[cfg(feature = "client-assertion")]
use crate::keys::SigningKeys;
use crate::{
    protocol::{
        id::RequestId, messages::error::ScimError, query::cursor::CursorCipher, resource::document::Document,
        schema::ResourceTypes,
    },
    runtime::{admission::Admission, request_log::RequestLog},
    store::{database::Database, document::read_document, migration, operation_error::OperationError},
};
use answer::project;
pub use {
    access::{LIFE as ACCESS_TOKEN_LIFE, issue_access_token},
    answer::{PatchedGroup, ResourceAnswer},
    aside::read_aside,
    bulk::bulk,
    context::{Preconditions, RequestContext, Urls},
    groups::{Groups, continue_identifying, create_group, delete_group, get_group, patch_group, replace_group},
    list::ListQuery,
    listed::{Listed, list_resources},
    page_ends::PageEnds,
    scans::Scans,
    search::search,
    users::{Users, create_user, delete_user, find_by_user_name, get_user, patch_user, replace_user},
};

/// What every operation works with.
#[derive(Debug)]
pub struct Provider {
    pub database: Database,
    pub types: ResourceTypes,
    /// The largest number of resources on one page.
    pub page: u64,
    /// The number of members up to which a PATCH answers with the whole group.
    pub answered_members: u64,
    /// How long one Bulk request may run.
    pub bulk_time: Duration,
    pub cursor_cipher: CursorCipher,
    /// How long a cursor is valid, in milliseconds.
    pub cursor_timeout: i64,
    /// How long changes are kept, in milliseconds.
    pub changes_kept: i64,
    /// The URL of the host server's hosts; next to the mount unless set.
    pub hosts_url: Option<String>,
    /// Where the endpoint is nested, for requests that do not say it.
    pub mount_path: Option<String>,
    /// Whether this library compresses answers.
    pub compresses: bool,
    pub admission: Admission,
    /// Wakes the worker when a connection is to be deleted, or its users are to be adapted to its domains.
    pub connection_work: Notify,
    pub request_log: RequestLog,
    pub page_ends: PageEnds,
    pub scans: Scans,
    #[cfg(feature = "client-assertion")]
    pub signing_keys: Option<SigningKeys>,
}

/// Builds the error for a create if a resource with the name exists.
pub fn not_absent() -> ScimError {
    ScimError::new(
        412,
        "there is one already, by this name or by an externalId that lasts, and If-None-Match asked for none",
    )
}

/// Says whether all tables exist, in a write transaction, so on the server that takes writes.
pub async fn is_migrated(provider: &Provider) -> Result<bool, OperationError> {
    let session = provider.database.begin(RequestId::NONE).await?;
    let current = migration::is_current(&session).await;
    session.rollback().await;
    Ok(current?)
}

/// Lists the attributes in which two documents differ.
fn differences(before: &Document, after: &Document) -> Vec<String> {
    let gone = before.keys().filter(|key| !after.contains_key(*key));
    let changed = after.iter().filter(|(key, value)| before.get(*key) != Some(value)).map(|(key, _)| key);
    gone.chain(changed).cloned().collect()
}
