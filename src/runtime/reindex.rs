//! Updates stored resources if the registered extensions changed: attribute names get the schema's spelling, and search
//! documents follow its attributes. Otherwise filters would miss what was stored earlier.

use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{
    protocol::{
        hex::hex,
        id::RequestId,
        resource::record,
        schema::{ResourceType, ResourceTypes},
    },
    store::{
        database::Database, document::read_document, extended, operation_error::OperationError, properties,
        retry::Retry, session::Session,
    },
};

const EXTENSIONS: &str = "extensions";
/// The number of resources in one transaction.
const PAGE: u64 = 200;

/// Reindexes once after each change of the host's extensions. Two processes that start at the same time both do the work.
///
/// # Errors
/// A private error if a statement fails.
pub async fn reindex(database: &Database, types: &ResourceTypes) -> Result<(), OperationError> {
    let mut urns = Vec::new();
    let mut hash = Sha256::new();
    for (resource_type, schema) in types.of_host() {
        urns.push(schema.urn.to_owned());
        hash.update(format!("{}{schema:?}", resource_type.name));
    }
    let fingerprint: String = hex(&hash.finalize());
    let known = properties::find(&database.read().await?, EXTENSIONS).await?;
    let known: serde_json::Value = known.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    if known["fingerprint"] == fingerprint || known.is_null() && urns.is_empty() {
        return Ok(());
    }
    let content = json!({ "urns": &urns, "fingerprint": fingerprint }).to_string();
    // An extension that is no longer registered is kept like any unregistered one.
    urns.extend(known["urns"].as_array().into_iter().flatten().filter_map(|urn| urn.as_str().map(str::to_owned)));
    for resource_type in types.all() {
        let mut after = 0;
        while let Some(last) = reindex_after(database, resource_type, &urns, after).await? {
            after = last;
        }
    }
    let mut retry = Retry::new(database, RequestId::NONE);
    while let Some(session) = retry.begin().await {
        let outcome = properties::put(&session, EXTENSIONS, &content, session.now()).await;
        retry.end(session, outcome).await;
    }
    retry.outcome()
}

/// Reindexes a page of resources after an id; returns the last id.
async fn reindex_after(
    database: &Database,
    resource_type: &ResourceType,
    urns: &[String],
    after: i64,
) -> Result<Option<i64>, OperationError> {
    let mut retry = Retry::new(database, RequestId::NONE);
    while let Some(session) = retry.begin().await {
        let outcome = reindex_page(&session, resource_type, urns, after).await;
        retry.end(session, outcome).await;
    }
    retry.outcome()
}

async fn reindex_page(
    session: &Session,
    resource_type: &ResourceType,
    urns: &[String],
    after: i64,
) -> Result<Option<i64>, OperationError> {
    let page = extended::page(session, resource_type, urns, after, PAGE).await?;
    for stored in &page {
        let document = read_document(&stored.resource, resource_type)?;
        let (resource, search_document) = record::texts(&document, resource_type);
        extended::write(session, resource_type, stored.id, &resource, &search_document).await?;
    }
    Ok(page.last().map(|stored| stored.id))
}
