//! Reading what a request says of the members.

use serde_json::Value;

use super::MemberOperation;
use crate::protocol::{
    bounds,
    filter::Condition,
    messages::error::{ScimError, ScimType},
    patch::{Op, Operation},
    resource::{
        coerce,
        document::{self, flattened},
    },
    schema::{
        ResourceType,
        path::{self, MEMBERS, Target},
    },
};

/// The operations of a PATCH on a group, with those on its document separated from those on its members.
#[derive(Debug, Default)]
pub struct GroupPatch {
    pub document: Vec<Operation>,
    pub members: Vec<MemberOperation>,
    /// Keys that name part of the members, which cannot be assigned.
    pub dropped: Vec<String>,
}

/// Separates the operations of a PATCH on a group.
///
/// # Errors
/// 400 `invalidValue` for a value that cannot be members, `tooMany` for too many comparisons that select members.
pub fn plan(operations: Vec<Operation>, resource_type: &ResourceType) -> Result<GroupPatch, ScimError> {
    let mut plan = GroupPatch::default();
    for change in operations {
        let mut change = match change {
            Operation::Members(change) => {
                plan.members.push(change);
                continue;
            }
            Operation::Document(change) => change,
        };
        if change.op != Op::Remove && matches!(change.target, Some(Target::Resource)) {
            let values = document::inner(change.value.take().unwrap_or_default(), resource_type)?;
            (change.target, change.value) = (None, Some(Value::Object(values)));
        }
        let is_pathless = change.op != Op::Remove && change.target.is_none();
        if let (true, Some(Value::Object(values))) = (is_pathless, &mut change.value) {
            for (key, value) in flattened(std::mem::take(values), resource_type)? {
                match names_members(&key, resource_type) {
                    Named::Members => plan.members.push(operation(change.op, None, Some(value))?),
                    Named::PartOfMembers => plan.dropped.push(key),
                    Named::Else => {
                        values.insert(key, value);
                    }
                }
            }
        }
        plan.document.push(Operation::Document(change));
    }
    let comparisons = plan.members.iter().map(|operation| match operation {
        MemberOperation::RemoveWhere(condition) => condition.comparisons(),
        _ => 0,
    });
    if comparisons.sum::<usize>() > bounds::MEMBER_COMPARISONS {
        return Err(ScimError::too_many(format!(
            "the operations choose among the members by more than {} comparisons: remove them by value, the member's id",
            bounds::MEMBER_COMPARISONS
        )));
    }
    Ok(plan)
}

/// The id given to a member sent without one. It belongs to nobody, so it counts as an unknown member rather than as none.
const WITHOUT_ID: &str = "";

/// Reads member ids from a list of objects or texts, or from a single one without an array. Null means no members; inside a
/// list it is a member without an id.
///
/// # Errors
/// 400 `invalidValue` for a value that cannot be a member.
pub fn ids(value: Value) -> Result<Vec<String>, ScimError> {
    let ids = ids_or_none(value)?;
    Ok(ids.into_iter().map(|id| id.unwrap_or_else(|| WITHOUT_ID.to_owned())).collect())
}

/// Names the id of an unknown member in an error or a warning: by the id if it is spelled like one, because a client may
/// send names and telephone numbers in its place.
pub fn named(id: &str) -> String {
    let spelled = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    match id {
        WITHOUT_ID => "(one without a value)".to_owned(),
        id if id.len() <= 64 && id.chars().all(spelled) && id.contains(|c: char| c.is_ascii_digit()) => id.to_owned(),
        _ => "(one whose value is no id)".to_owned(),
    }
}

fn ids_or_none(value: Value) -> Result<Vec<Option<String>>, ScimError> {
    let wrong = || ScimError::invalid_value("members must be a list of objects with a value, the member's id");
    let id = |value: Value| match value {
        Value::Null => Ok(None),
        Value::String(id) => Ok(Some(id)),
        Value::Number(id) => Ok(Some(id.to_string())),
        Value::Object(member) => match member.into_iter().find(|(key, _)| key.eq_ignore_ascii_case("value")) {
            None | Some((_, Value::Null)) => Ok(None),
            Some((_, Value::String(id))) => Ok(Some(id)),
            Some((_, Value::Number(id))) => Ok(Some(id.to_string())),
            Some(_) => Err(wrong()),
        },
        _ => Err(wrong()),
    };
    match value {
        Value::Null => Ok(vec![]),
        // An empty text means nobody (RFC 7643 section 2.5); inside a list it is an unknown member.
        Value::String(text) if text.is_empty() => Ok(vec![]),
        Value::Array(members) => members.into_iter().map(id).collect(),
        member => Ok(vec![id(member)?]),
    }
}

/// What a key in a body or in a pathless value refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    Members,
    PartOfMembers,
    Else,
}

/// Says whether a key or path names the members of a group or part of them.
pub fn names_members(key: &str, resource_type: &ResourceType) -> Named {
    // A quick check that settles most keys and paths.
    if !key.as_bytes().windows(MEMBERS.len()).any(|part| part.eq_ignore_ascii_case(MEMBERS.as_bytes())) {
        return Named::Else;
    }
    match path::parse(key, resource_type) {
        Ok(Target::Members(None)) => Named::Members,
        Ok(Target::Members(Some(_))) => Named::PartOfMembers,
        Err(error) if error.scim_type == Some(ScimType::Mutability) => Named::PartOfMembers,
        _ => Named::Else,
    }
}

/// Returns the ids if a condition selects members by id only.
fn named_by(condition: &Condition) -> Option<Vec<String>> {
    match condition {
        Condition::Any(conditions) => {
            let ids = conditions.iter().map(named_by).collect::<Option<Vec<_>>>()?;
            Some(ids.into_iter().flatten().collect())
        }
        condition => condition.value_eq().map(|id| vec![id.to_owned()]),
    }
}

fn says_nothing(value: Option<&Value>) -> bool {
    value.is_none_or(|value| match value {
        Value::Object(object) => object.is_empty(),
        Value::Array(values) => values.is_empty(),
        value => coerce::is_unassigned(value),
    })
}

/// Reads an operation on the members, or on those that a filter chooses.
///
/// # Errors
/// 400 `invalidValue` for a value that cannot be members, `mutability` for a change to a member itself.
pub fn operation(op: Op, filter: Option<Condition>, value: Option<Value>) -> Result<MemberOperation, ScimError> {
    Ok(match (op, filter, value) {
        (Op::Remove, Some(condition), _) => match named_by(&condition) {
            Some(ids) => MemberOperation::Remove(ids),
            None => MemberOperation::RemoveWhere(condition),
        },
        // The member named in the path, if the operation says nothing more about it (Fleet's own tests, 2026-09).
        (Op::Add, Some(condition), value) if says_nothing(value.as_ref()) && named_by(&condition).is_some() => {
            MemberOperation::Add(named_by(&condition).unwrap_or_default())
        }
        (_, Some(_), _) => {
            return Err(ScimError::mutability("members are added by their ids in value, with the path members"));
        }
        // The Keycloak plugin empties a group with `value: null`; a list removes only its members.
        (Op::Remove, None, None | Some(Value::Null)) => MemberOperation::Clear,
        (Op::Remove, None, Some(Value::String(text))) if text.is_empty() => MemberOperation::Clear,
        (Op::Remove, None, Some(value)) => MemberOperation::Remove(ids_or_none(value)?.into_iter().flatten().collect()),
        (Op::Add, None, None) => return Err(ScimError::invalid_value("add needs a value")),
        (Op::Add, None, Some(value)) => MemberOperation::Add(ids(value)?),
        (Op::Replace, None, value) => MemberOperation::Replace(ids(value.unwrap_or_default())?),
    })
}
