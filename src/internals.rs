//! For the tests of this repository alone.

use serde_json::Value;

use crate::protocol::{
    error::ScimError,
    evaluate::evaluate,
    filter::{Condition, Filter},
    patch,
    remarks::Remarks,
    schema::ResourceTypes,
    sort::Sort,
    twin,
};

/// Whether the in-memory reader finds that a whole resource meets a filter.
pub fn matches(filter: &str, resource: &Value) -> Result<bool, ScimError> {
    let is_user = resource["meta"]["resourceType"] == "User";
    let types = ResourceTypes::default();
    let resource_type = if is_user { &types.user } else { &types.group };
    let condition = Condition::of_resource(&Filter::parse(filter)?, resource_type)?;
    let Value::Object(resource) = resource else { return Ok(false) };
    Ok(evaluate(&condition, &Value::Object(twin::of_resource(resource, resource_type))))
}

/// The text a resource is sorted by; `None` when it has none.
pub fn sort_key(sort_by: &str, resource: &Value) -> Result<Option<String>, ScimError> {
    let is_user = resource["meta"]["resourceType"] == "User";
    let types = ResourceTypes::default();
    let resource_type = if is_user { &types.user } else { &types.group };
    let Some(sort) = Sort::parse(Some(sort_by), None, resource_type)? else { return Ok(None) };
    let Value::Object(resource) = resource else { return Ok(None) };
    let twin = Value::Object(twin::of_resource(resource, resource_type));
    let found = sort.keys.iter().try_fold(&twin, |value, key| value.get(key));
    Ok(found.and_then(Value::as_str).map(str::to_owned))
}

/// What a user's document becomes by the operations of a PATCH, one after the other.
pub fn patch_user(document: &Value, operations: &Value) -> Result<Value, ScimError> {
    let Value::Object(mut document) = document.clone() else { return Ok(Value::Null) };
    let types = ResourceTypes::default();
    let message = [("Operations".to_owned(), operations.clone())].into_iter().collect();
    for operation in patch::parse(message)? {
        patch::apply(&mut document, &types.user, operation, &mut Remarks::default())?;
    }
    Ok(Value::Object(document))
}
