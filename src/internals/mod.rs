//! For the tests of this repository alone.

pub mod probes;

use serde_json::{Map, Value};

use crate::{
    ScimModule,
    error::Error,
    hosts::changes,
    protocol::{
        filter::{Condition, Filter, evaluate},
        id::{HostId, UserId},
        json,
        messages::error::ScimError,
        patch::{
            self,
            members::{self, MemberId},
        },
        query::sort::Sort,
        resource::{
            self,
            record::{GroupRecord, UserRecord},
            search_document,
        },
        schema::{ResourceType, ResourceTypes, path},
        warnings::Warnings,
    },
    provider::connections,
};

/// Whether the in-memory reader finds that a whole resource meets a filter.
pub fn matches(filter: &str, resource: &Value) -> Result<bool, ScimError> {
    let is_user = resource["meta"]["resourceType"] == "User";
    let types = ResourceTypes::default();
    let resource_type = if is_user { &types.user } else { &types.group };
    let condition = Condition::from_filter(&Filter::parse(filter)?, resource_type)?;
    let Value::Object(resource) = resource else { return Ok(false) };
    Ok(evaluate(&condition, &Value::Object(search_document::from_resource(resource, resource_type))))
}

/// Whether the in-memory reader finds that the owner of a host meets a filter: a user with `source`, `matchedBy` and `status`, and with
/// `externalId` and `identifier` of each group.
///
/// # Errors
/// As the criteria.
pub fn owner_matches(filter: &str, owner: &Value) -> Result<bool, ScimError> {
    let owner_type = ResourceType::owner(&ResourceTypes::default().user);
    let condition = Condition::from_filter(&Filter::parse(filter)?, &owner_type)?;
    let Value::Object(owner) = owner else { return Ok(false) };
    Ok(evaluate(&condition, &Value::Object(search_document::from_resource(owner, &owner_type))))
}

/// The hosts that criteria find, and their number, if so many people are few.
///
/// # Errors
/// As the criteria.
pub async fn matching(scim: &ScimModule, filter: &str, few: usize) -> Result<(Vec<HostId>, u64), Error> {
    Ok((scim.hosts().find_matching(filter, None, 1000, few).await?, scim.hosts().find_count(filter, few).await?))
}

/// The text a resource is sorted by; `None` when it has none.
pub fn sort_key(sort_by: &str, resource: &Value) -> Result<Option<String>, ScimError> {
    let is_user = resource["meta"]["resourceType"] == "User";
    let types = ResourceTypes::default();
    let resource_type = if is_user { &types.user } else { &types.group };
    let Some(sort) = Sort::parse(Some(sort_by), None, resource_type)? else { return Ok(None) };
    let Value::Object(resource) = resource else { return Ok(None) };
    let search_document = Value::Object(search_document::from_resource(resource, resource_type));
    let found = sort.keys.iter().try_fold(&search_document, |value, key| value.get(key));
    Ok(found.and_then(Value::as_str).map(str::to_owned))
}

/// What a user's document becomes by the operations of a PATCH, one after the other.
pub fn patch_user(document: &Value, operations: &Value) -> Result<Value, ScimError> {
    let Value::Object(document) = document else { return Ok(Value::Null) };
    let types = ResourceTypes::default();
    let message = [("Operations".to_owned(), operations.clone())].into_iter().collect();
    let operations = patch::parse(message, &types.user)?;
    Ok(Value::Object(patch::apply_all(document, &types.user, &operations, &mut Warnings::default())?))
}

/// A user's document as the body of a POST would leave it.
pub fn post_user(document: &Value) -> Result<Value, ScimError> {
    let Value::Object(body) = document.clone() else { return Ok(Value::Null) };
    let types = ResourceTypes::default();
    Ok(Value::Object(resource::read_body(body, &types.user, &mut Warnings::default())?.document))
}

/// A user's document after a PUT.
///
/// # Errors
/// As a PUT.
pub fn put_user(stored: &Value, body: &Value) -> Result<Value, ScimError> {
    let (Value::Object(stored), Value::Object(body)) = (stored, body.clone()) else { return Ok(Value::Null) };
    let types = ResourceTypes::default();
    let body = resource::read_body(body, &types.user, &mut Warnings::default())?;
    Ok(Value::Object(resource::replace(stored, &body, &types.user)?))
}

/// All that is done with the text of a user's body, but for the database.
///
/// # Errors
/// As a POST.
pub fn post_user_text(text: &[u8]) -> Result<Value, ScimError> {
    let types = ResourceTypes::default();
    let mut warnings = Warnings::default();
    let document = resource::read_body(json::object(text)?, &types.user, &mut warnings)?.document;
    UserRecord::from_document(&document, &types.user, &mut warnings)?;
    Ok(Value::Object(document))
}

/// All that is done with the text of a user's PATCH, but for the database.
///
/// # Errors
/// As a PATCH.
pub fn patch_user_text(document: &Value, text: &[u8]) -> Result<Value, ScimError> {
    let Value::Object(document) = document else { return Ok(Value::Null) };
    let types = ResourceTypes::default();
    let mut warnings = Warnings::default();
    let after = patch::apply_all(document, &types.user, &patch::read(text, &types.user)?, &mut warnings)?;
    UserRecord::from_document(&after, &types.user, &mut warnings)?;
    Ok(Value::Object(after))
}

/// All that is done with the text of a PATCH of a group of so many members, but for the database; how many come and go.
///
/// # Errors
/// As a PATCH.
pub fn patch_group_text(count: i64, text: &[u8]) -> Result<usize, ScimError> {
    let types = ResourceTypes::default();
    let mut warnings = Warnings::default();
    let plan = members::plan(patch::read(text, &types.group)?, &types.group)?;
    let document = Map::from_iter([("displayName".to_owned(), "g".into())]);
    let after = patch::apply_all(&document, &types.group, &plan.document, &mut warnings)?;
    GroupRecord::from_document(&after, &types.group)?;
    let current = (1..=count).map(|id| MemberId::User(UserId(id))).collect();
    let edits = members::edits(plan.members, false);
    let search_document = |member: MemberId| serde_json::json!({ "value": member.parts().0, "type": "user" });
    let (coming, going) = members::changes(&edits, &current, search_document);
    Ok(coming.len() + going.len())
}

/// How a filter was understood, whether its attributes are known or not, with `and` in `and` and `or` in `or` made one: two that are shaped alike mean the same.
pub fn filter_shape(filter: &str) -> Result<String, ScimError> {
    let filter = Filter::parse(filter)?;
    names(&filter, &ResourceTypes::default().user)?;
    Ok(format!("{:?}", flat(filter)))
}

/// # Errors
/// 400 `invalidFilter` for a name outside the grammar.
fn names(filter: &Filter, resource_type: &ResourceType) -> Result<(), ScimError> {
    let check = |name: &str| path::resolve(name, resource_type).map(drop).map_err(ScimError::invalid_filter);
    match filter {
        Filter::And(filters) | Filter::Or(filters) => {
            filters.iter().try_for_each(|filter| names(filter, resource_type))
        }
        Filter::Not(inner) => names(inner, resource_type),
        Filter::Present(name) | Filter::Compare(name, ..) => check(name),
        Filter::Values(name, inner) => check(name).and_then(|()| names(inner, resource_type)),
    }
}

fn flat(filter: Filter) -> Filter {
    match filter {
        Filter::And(filters) => {
            let parts = filters.into_iter().map(flat).flat_map(|filter| match filter {
                Filter::And(inner) => inner,
                filter => vec![filter],
            });
            Filter::And(parts.collect())
        }
        Filter::Or(filters) => {
            let parts = filters.into_iter().map(flat).flat_map(|filter| match filter {
                Filter::Or(inner) => inner,
                filter => vec![filter],
            });
            Filter::Or(parts.collect())
        }
        Filter::Not(inner) => Filter::Not(Box::new(flat(*inner))),
        Filter::Values(name, inner) => Filter::Values(name, Box::new(flat(*inner))),
        filter => filter,
    }
}

/// The bounds, each by the row that the documents have for it.
pub const fn bounds() -> [(&'static str, u64); 19] {
    use crate::protocol::bounds;
    [
        ("body of POST, PUT, PATCH on `/Groups`", bounds::GROUP_BODY as u64 / 1024 / 1024),
        ("body anywhere else", bounds::BODY as u64 / 1024 / 1024),
        ("names in one object", bounds::NAMES as u64),
        ("JSON values of one body", bounds::JSON_VALUES as u64),
        ("members that one request names", bounds::MEMBERS as u64),
        ("extensions of one resource", bounds::EXTENSIONS as u64),
        ("operations of one PATCH", bounds::OPERATIONS as u64),
        ("comparisons by which a PATCH chooses", bounds::MEMBER_COMPARISONS as u64),
        ("values of multi-valued attributes that the operations", bounds::VISITS as u64),
        ("operations of one Bulk request", bounds::BULK_OPERATIONS as u64),
        ("users and groups that the operations of one Bulk request", bounds::BULK_STORED as u64 / 1024 / 1024),
        ("values of a multi-valued attribute", bounds::VALUES as u64),
        ("a string", bounds::STRING as u64),
        ("`userName`, `externalId`", bounds::KEY as u64),
        ("objects inside an unregistered extension", bounds::EXTENSION_DEPTH as u64),
        ("a filter |", bounds::FILTER_LENGTH as u64),
        ("[what a filter costs]", bounds::FILTER_COST as u64),
        ("groups of the users on a page", bounds::PAGE_GROUPS as u64),
        ("members of the groups on a page", bounds::PAGE_MEMBERS as u64),
    ]
}

/// Adapts the keys of users to the domains of their connections, as the worker does.
///
/// # Errors
/// If the database cannot be reached.
pub async fn adapt_keys(module: &ScimModule) -> Result<(), Error> {
    while connections::continue_adaptation(module.provider()).await? {}
    Ok(())
}

/// Numbers what was committed and tells the hosts, as the worker does.
///
/// # Errors
/// If the database cannot be reached.
pub async fn catch_up(module: &ScimModule) -> Result<(), Error> {
    Ok(changes::catch_up(&module.provider().database).await?)
}

/// Deletes a part of a connection that is being deleted, as the worker does; says whether there may be more.
///
/// # Errors
/// If the database cannot be reached.
pub async fn continue_deletion(module: &ScimModule) -> Result<bool, Error> {
    Ok(connections::continue_deletion(module.provider()).await?)
}
