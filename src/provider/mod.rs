//! One function for each SCIM operation: it owns the transaction and the order of the steps.

mod bulk;
mod connections;
mod groups;
pub(crate) mod journal;
mod list;
mod lock;
pub(crate) mod page_ends;
mod paging;
pub(crate) mod refold;
pub(crate) mod scans;
mod search;
pub(crate) mod secrets;
mod users;

use std::time::Duration;

use chrono::Utc;
use serde_json::{Map, Value};

use crate::{
    protocol::{
        cursor::Seal,
        document::{self, Document},
        error::ScimError,
        id::{ConnectionId, RequestId},
        projection::Projection,
        remarks::Remarks,
        representation::Representation,
        schema::{ResourceType, ResourceTypes},
        version::Tags,
    },
    store::{condition::Scope, database::Database, failure::Failure, migration},
};
pub use {
    bulk::bulk,
    connections::{ensure_connection, set_additive_replace},
    groups::{create_group, delete_group, get_group, list_groups, patch_group, replace_group},
    list::{Query, asked},
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
    /// What cursors are sealed with.
    pub seal: Seal,
    /// Milliseconds a cursor is good for.
    pub cursor_timeout: i64,
    /// Where the host server serves its hosts; unless it says, beside the mount.
    pub hosts_url: Option<String>,
    /// Whether answers are compressed here.
    pub compresses: bool,
    pub journal: journal::Journal,
    pub page_ends: page_ends::PageEnds,
    pub scans: scans::Scans,
}

/// Who asks, and where the resources are for them.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    pub request: RequestId,
    pub connection: ConnectionId,
    /// The URL of the mount, without a slash at the end.
    pub base: &'a str,
    pub types: &'a ResourceTypes,
    /// Where the host server serves its hosts, without a slash at the end.
    pub hosts_url: &'a str,
}

impl Provider {
    fn scope<'a>(&self, call: Call<'a>, resource_type: &'a ResourceType) -> Scope<'a> {
        let Call { connection, base, hosts_url, .. } = call;
        Scope { dialect: self.database.dialect(), resource_type, connection, base, hosts_url }
    }
}

/// The conditions of a request's headers.
#[derive(Debug, Default)]
pub struct Preconditions {
    pub if_match: Option<Tags>,
    pub if_none_match: Option<Tags>,
}

impl Preconditions {
    /// # Errors
    /// 412 when `If-Match` has no tag that `matches`, or `If-None-Match` has this one.
    fn check(&self, matches: impl Fn(&Tags) -> bool, etag: &str) -> Result<(), ScimError> {
        let unmet = self.if_match.as_ref().is_some_and(|tags| !matches(tags))
            || self.if_none_match.as_ref().is_some_and(|tags| tags.match_whole(etag));
        if unmet {
            return Err(ScimError::new(412, "the resource has changed since: get it again"));
        }
        Ok(())
    }

    /// Whether a resource is to be created only where there is none of its name, not even one that would come back.
    fn only_if_absent(&self) -> bool {
        self.if_none_match == Some(Tags::Any)
    }
}

/// The refusal of a create where there is a resource of the name already.
fn not_absent() -> ScimError {
    ScimError::new(412, "there is a resource of this name already, and If-None-Match asked for none")
}

/// A resource to answer with.
#[derive(Debug)]
pub struct Answer {
    pub representation: Representation,
    pub remarks: Remarks,
}

/// What a PATCH of a group answers.
#[derive(Debug)]
pub enum PatchedGroup {
    Whole(Answer),
    /// Too many members to answer with.
    Large {
        etag: String,
        location: String,
        remarks: Remarks,
    },
}

/// Whether every table is there, asked of the server that is written to, in a transaction that may write.
pub async fn is_migrated(provider: &Provider) -> Result<bool, Failure> {
    let session = provider.database.begin(RequestId::NONE).await?;
    let current = migration::is_current(&session).await;
    session.rollback().await;
    Ok(current?)
}

fn now() -> i64 {
    Utc::now().timestamp_millis()
}

/// The time of a change: later than the one before, whatever the clock of this process. Clients ask for what changed since
/// the latest time they saw, and a process that was a day behind hid its changes from them (2026-11-26).
fn later_than(updated_at: i64) -> i64 {
    now().max(updated_at.saturating_add(1))
}

/// The document that was stored as a text, under the names of the schemas there are now.
fn read_document(text: &str, resource_type: &ResourceType) -> Result<Document, Failure> {
    match serde_json::from_str(text) {
        Ok(Value::Object(mut document)) => {
            document.shift_remove("schemas");
            document::rename(&mut document, resource_type);
            Ok(document)
        }
        _ => Err(Failure::Corrupt("a stored resource is not a JSON object".to_owned())),
    }
}

/// The attributes in which two documents differ.
fn differences(before: &Document, after: &Document) -> Vec<String> {
    let gone = before.keys().filter(|key| !after.contains_key(*key));
    let changed = after.iter().filter(|(key, value)| before.get(*key) != Some(value)).map(|(key, _)| key);
    gone.chain(changed).cloned().collect()
}

fn project(
    mut representation: Representation,
    projection: &Projection,
    resource_type: &ResourceType,
) -> Result<Representation, Failure> {
    if !projection.is_whole() || resource_type.holds_back {
        let whole: Map<String, Value> = serde_json::from_str(&representation.text)
            .map_err(|error| Failure::Corrupt(format!("a spliced resource is not JSON: {error}")))?;
        representation.text = Value::Object(projection.apply(whole, resource_type)).to_string();
    }
    Ok(representation)
}
