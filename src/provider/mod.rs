//! One function for each SCIM operation: it owns the transaction and the order of the steps.

mod bulk;
mod connections;
mod groups;
pub(crate) mod journal;
mod list;
mod lock;
mod search;
mod users;

use chrono::Utc;
use serde_json::{Map, Value};

use crate::{
    protocol::{
        document::Document, error::ScimError, id::ConnectionId, projection::Projection, remarks::Remarks,
        representation::Representation, schema::ResourceType, version::Tags,
    },
    store::{database::Database, failure::Failure},
};
pub use {
    bulk::bulk,
    connections::{ensure_connection, set_additive_replace},
    groups::{create_group, delete_group, get_group, list_groups, patch_group, replace_group},
    list::Query,
    search::search,
    users::{create_user, delete_user, get_user, list_users, patch_user, replace_user},
};

/// What every operation works with.
#[derive(Debug)]
pub struct Provider {
    pub database: Database,
    /// Resources on one page at most.
    pub page: u64,
    /// Members up to which a PATCH answers with the whole group.
    pub answered_members: u64,
    pub journal: journal::Journal,
}

/// Who asks, and where the resources are for them.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    pub connection: ConnectionId,
    /// The URL of the mount, without a slash at the end.
    pub base: &'a str,
}

/// The conditions of a request's headers.
#[derive(Debug, Default)]
pub struct Preconditions {
    pub if_match: Option<Tags>,
    pub if_none_match: Option<Tags>,
}

impl Preconditions {
    /// # Errors
    /// 412 when the version is not one the client asked for.
    fn check(&self, version: i64, etag: &str) -> Result<(), ScimError> {
        let unmet = self.if_match.as_ref().is_some_and(|tags| !tags.match_version(version))
            || self.if_none_match.as_ref().is_some_and(|tags| tags.match_whole(etag));
        if unmet {
            return Err(ScimError::new(412, "the resource has changed since: get it again"));
        }
        Ok(())
    }
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

fn now() -> i64 {
    Utc::now().timestamp_millis()
}

/// The document that was stored as a text.
fn read_document(text: &str) -> Result<Document, Failure> {
    match serde_json::from_str(text) {
        Ok(Value::Object(mut document)) => {
            document.shift_remove("schemas");
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
    if !projection.is_whole() {
        let whole: Map<String, Value> = serde_json::from_str(&representation.text)
            .map_err(|error| Failure::Corrupt(format!("a spliced resource is not JSON: {error}")))?;
        representation.text = Value::Object(projection.apply(whole, resource_type)).to_string();
    }
    Ok(representation)
}
