//! What was stored under an extension before its schema was registered, or changed, is brought into line with it: names
//! in the schema's spelling, and a twin that is folded by its attributes. Otherwise filters would not find it.

use serde_json::json;
use sha2::{Digest, Sha256};

use super::{now, read_document};
use crate::{
    protocol::{
        id::RequestId,
        record,
        schema::{ResourceType, ResourceTypes},
    },
    store::{database::Database, extended, failure::Failure, properties, retry::transaction, session::Session},
};

const EXTENSIONS: &str = "extensions";
/// Resources of one transaction.
const FOLDED: u64 = 200;

/// Refolds, once for each change of the host's extensions; two processes that begin at once do the same twice.
pub async fn refold(database: &Database, types: &ResourceTypes) -> Result<(), Failure> {
    let mut urns = Vec::new();
    let mut hash = Sha256::new();
    for (of, schema) in types.of_host() {
        urns.push(schema.urn.to_owned());
        hash.update(format!("{}{schema:?}", of.name));
    }
    let fingerprint: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let known = properties::find(&database.read().await?, EXTENSIONS).await?;
    let known: serde_json::Value = known.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    if known["fingerprint"] == fingerprint || known.is_null() && urns.is_empty() {
        return Ok(());
    }
    let content = json!({ "urns": &urns, "fingerprint": fingerprint }).to_string();
    // One that is registered no more is folded as any other again.
    urns.extend(known["urns"].as_array().into_iter().flatten().filter_map(|urn| urn.as_str().map(str::to_owned)));
    for resource_type in types.all() {
        let mut after = 0;
        while let Some(last) =
            transaction!(database, RequestId::NONE, tx => refold_page(tx, resource_type, &urns, after))?
        {
            after = last;
        }
    }
    transaction!(database, RequestId::NONE, tx => properties::put(tx, EXTENSIONS, &content, now()))
}

async fn refold_page(
    session: &Session,
    resource_type: &ResourceType,
    urns: &[String],
    after: i64,
) -> Result<Option<i64>, Failure> {
    let page = extended::page(session, resource_type, urns, after, FOLDED).await?;
    for stored in &page {
        let document = read_document(&stored.resource, resource_type)?;
        let (resource, folded) = record::texts(&document, resource_type);
        extended::write(session, resource_type, stored.id, &resource, &folded).await?;
    }
    Ok(page.last().map(|stored| stored.id))
}
