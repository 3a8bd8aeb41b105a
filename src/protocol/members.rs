//! Membership as edits: which ids a request adds to a group and which it removes, never the list of all.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::{
    bounds,
    document::flattened,
    error::{ScimError, ScimType},
    filter::{Condition, evaluate},
    id::{GroupId, UserId},
    patch::{Op, Operation},
    path::{self, Container, Name, Target},
    schema::ResourceType,
};

/// A member's id: a user's, or a nested group's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MemberId {
    User(UserId),
    Group(GroupId),
}

impl MemberId {
    pub fn parse(id: &str) -> Option<Self> {
        UserId::parse(id).map(Self::User).or_else(|| GroupId::parse(id).map(Self::Group))
    }

    /// The id on the wire, the endpoint it is found at, and `type`.
    pub fn parts(self) -> (String, &'static str, &'static str) {
        match self {
            Self::User(id) => (id.to_string(), "Users", "User"),
            Self::Group(id) => (id.to_string(), "Groups", "Group"),
        }
    }
}

/// One operation on `members`.
#[derive(Debug, Clone)]
pub enum MemberOperation {
    Add(Vec<String>),
    Remove(Vec<String>),
    Replace(Vec<String>),
    /// Remove everybody.
    Clear,
    /// Members chosen by more than their id; they have to be looked at.
    RemoveWhere(Condition),
}

/// What several operations in a row come to.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    Delta(Delta),
    RemoveWhere(Condition),
}

impl Edit {
    /// The members that are named by their ids, and whether each is one afterwards.
    pub fn named(&self) -> HashMap<MemberId, bool> {
        let Self::Delta(delta) = self else { return HashMap::new() };
        delta.named.iter().filter_map(|(id, is)| Some((MemberId::parse(id)?, *is))).collect()
    }

    /// Whether everybody who is not named goes, and one is.
    pub fn leaves_one(&self) -> bool {
        matches!(self, Self::Delta(delta) if delta.clears && delta.named.values().filter(|is| **is).count() == 1)
    }

    /// Whether nobody can lose membership by it.
    pub fn only_adds(&self) -> bool {
        matches!(self, Self::Delta(delta) if !delta.clears && delta.named.values().all(|is_member| *is_member))
    }
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Delta {
    /// Who is not named is removed.
    pub clears: bool,
    /// Whether each id that is named is a member afterwards.
    pub named: HashMap<String, bool>,
}

/// The operations of a PATCH on a group, those on its document apart from those on its members.
#[derive(Debug, Default)]
pub struct Plan {
    pub document: Vec<Operation>,
    pub members: Vec<MemberOperation>,
    /// Keys that name a part of the members, which cannot be assigned.
    pub dropped: Vec<String>,
}

/// Reads the operations of a PATCH on a group.
///
/// # Errors
/// 400 as [`super::patch::apply_all`], and `mutability` for a change of what a member is.
pub fn plan(operations: Vec<Operation>, resource_type: &ResourceType) -> Result<Plan, ScimError> {
    let mut plan = Plan::default();
    for mut operation in operations {
        let mut target = operation.path.as_deref().map(|path| path::parse(path, resource_type)).transpose()?;
        if operation.op != Op::Remove && matches!(target, Some(Target::Resource)) {
            (operation.path, target) = (None, None);
        }
        match (target, &mut operation.value) {
            (Some(target), _) => match of_target(target)? {
                Some(filter) => plan.members.extend(of_path(operation.op, filter, operation.value)?),
                None => plan.document.push(operation),
            },
            (None, Some(Value::Object(values))) if operation.op != Op::Remove => {
                for (key, value) in flattened(std::mem::take(values), resource_type) {
                    match names_members(&key, resource_type) {
                        Named::Members => plan.members.extend(of_path(operation.op, None, Some(value))?),
                        Named::PartOfMembers => plan.dropped.push(key),
                        Named::Else => {
                            values.insert(key, value);
                        }
                    }
                }
                plan.document.push(operation);
            }
            _ => plan.document.push(operation),
        }
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

/// The id of a member that comes without one: nobody's, so that it is an unknown member and never none at all.
pub const WITHOUT_ID: &str = "";

/// The ids of the members to be there: objects, texts, or one of them without its brackets. Null is no list; inside one
/// it is a member without id.
///
/// # Errors
/// 400 `invalidValue` for what names no member.
pub fn ids(value: Value) -> Result<Vec<String>, ScimError> {
    let ids = ids_or_none(value)?;
    Ok(ids.into_iter().map(|id| id.unwrap_or_else(|| WITHOUT_ID.to_owned())).collect())
}

/// How an error or a warning names the id of an unknown member: by the id if it is spelled like one, for a client may send
/// names and telephone numbers in its place.
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
        // Nothing is nobody (RFC 7643 section 2.5); inside of a list it is an unknown member.
        Value::String(text) if text.is_empty() => Ok(vec![]),
        Value::Array(members) => members.into_iter().map(id).collect(),
        member => Ok(vec![id(member)?]),
    }
}

/// Joins operations in their order; with `additive`, a replace only adds (a connection's setting, snipe-it#19096).
pub fn edits(operations: Vec<MemberOperation>, additive: bool) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut delta = Delta::default();
    for operation in operations {
        match operation {
            MemberOperation::Add(ids) => delta.named.extend(ids.into_iter().map(|id| (id, true))),
            MemberOperation::Remove(ids) => delta.named.extend(ids.into_iter().map(|id| (id, false))),
            MemberOperation::Replace(ids) => {
                if !additive || ids.is_empty() {
                    delta = Delta { clears: true, named: HashMap::new() };
                }
                delta.named.extend(ids.into_iter().map(|id| (id, true)));
            }
            MemberOperation::Clear => delta = Delta { clears: true, named: HashMap::new() },
            MemberOperation::RemoveWhere(condition) => {
                edits.push(Edit::Delta(std::mem::take(&mut delta)));
                edits.push(Edit::RemoveWhere(condition));
            }
        }
    }
    edits.push(Edit::Delta(delta));
    edits.retain(|edit| *edit != Edit::Delta(Delta::default()));
    edits
}

/// Who comes into a group by edits, and who goes: each member is looked at once, however many edits there are, since a group
/// may have a hundred thousand (5,000 conditions over 2,000 members took 34 s, 2026-11-27).
pub fn changes(
    edits: &[Edit],
    current: &HashSet<MemberId>,
    search_document: impl Fn(MemberId) -> Value,
) -> (Vec<MemberId>, Vec<MemberId>) {
    let named: Vec<HashMap<MemberId, bool>> = edits.iter().map(Edit::named).collect();
    let mut looked_at: HashSet<MemberId> = named.iter().flat_map(HashMap::keys).copied().collect();
    looked_at.extend(current);
    let (mut coming, mut going) = (Vec::new(), Vec::new());
    for member in looked_at {
        let was = current.contains(&member);
        let mut is = was;
        let mut of_member = None;
        for (edit, named) in edits.iter().zip(&named) {
            match edit {
                Edit::Delta(delta) => is = named.get(&member).copied().unwrap_or(is && !delta.clears),
                Edit::RemoveWhere(condition) if is => {
                    is = !evaluate(condition, of_member.get_or_insert_with(|| search_document(member)));
                }
                Edit::RemoveWhere(_) => {}
            }
        }
        match (was, is) {
            (false, true) => coming.push(member),
            (true, false) => going.push(member),
            _ => {}
        }
    }
    (coming, going)
}

/// Every id a request adds, whatever becomes of it later in the request.
pub fn added(operations: &[MemberOperation]) -> HashSet<String> {
    let added = operations.iter().flat_map(|operation| match operation {
        MemberOperation::Add(ids) | MemberOperation::Replace(ids) => ids.as_slice(),
        _ => &[],
    });
    added.cloned().collect()
}

/// What a key of a body or of a pathless value names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    Members,
    PartOfMembers,
    Else,
}

pub fn names_members(key: &str, resource_type: &ResourceType) -> Named {
    // Most keys and paths are told apart at a glance.
    if !key.as_bytes().windows(MEMBERS.len()).any(|part| part.eq_ignore_ascii_case(MEMBERS.as_bytes())) {
        return Named::Else;
    }
    match path::parse(key, resource_type).and_then(of_target) {
        Ok(Some(None)) => Named::Members,
        Ok(Some(Some(_))) => Named::PartOfMembers,
        Err(error) if error.scim_type == Some(ScimType::Mutability) => Named::PartOfMembers,
        _ => Named::Else,
    }
}

const MEMBERS: &str = "members";

/// `Some` when a path names the members, with the filter that chooses among them.
fn of_target(target: Target) -> Result<Option<Option<Condition>>, ScimError> {
    let Target::Attribute(target) = target else { return Ok(None) };
    match (&target.container, &target.name) {
        (Container::Core, Name::Known(attribute)) if attribute.name == MEMBERS => {}
        _ => return Ok(None),
    }
    if target.sub_attribute.is_some() {
        return Err(ScimError::mutability("what a member is cannot be changed: remove the member and add another"));
    }
    Ok(Some(target.filter.map(|filter| filter.condition)))
}

/// The ids of a condition that names members by nothing else.
fn named_by(condition: &Condition) -> Option<Vec<String>> {
    match condition {
        Condition::Any(conditions) => {
            let ids = conditions.iter().map(named_by).collect::<Option<Vec<_>>>()?;
            Some(ids.into_iter().flatten().collect())
        }
        condition => condition.value_eq().map(|id| vec![id.to_owned()]),
    }
}

fn is_unassigned(value: Option<&Value>) -> bool {
    value.is_none_or(|value| value.is_null() || value.as_object().is_some_and(serde_json::Map::is_empty))
}

fn of_path(op: Op, filter: Option<Condition>, value: Option<Value>) -> Result<Option<MemberOperation>, ScimError> {
    Ok(Some(match (op, filter, value) {
        (Op::Remove, Some(condition), _) => match named_by(&condition) {
            Some(ids) => MemberOperation::Remove(ids),
            None => MemberOperation::RemoveWhere(condition),
        },
        // The member that the path names, where there is nothing more to say of it (Fleet's own tests, 2026-09).
        (Op::Add, Some(condition), value) if is_unassigned(value.as_ref()) && named_by(&condition).is_some() => {
            MemberOperation::Add(named_by(&condition).unwrap_or_default())
        }
        (_, Some(_), _) => {
            return Err(ScimError::mutability("members are added by their ids in value, with the path members"));
        }
        // The Keycloak plugin empties a group with `value: null`; a list removes those alone.
        (Op::Remove, None, None | Some(Value::Null)) => MemberOperation::Clear,
        (Op::Remove, None, Some(Value::String(text))) if text.is_empty() => MemberOperation::Clear,
        (Op::Remove, None, Some(value)) => MemberOperation::Remove(ids_or_none(value)?.into_iter().flatten().collect()),
        (Op::Add, None, None) => return Err(ScimError::invalid_value("add needs a value")),
        (Op::Add, None, Some(value)) => MemberOperation::Add(ids(value)?),
        (Op::Replace, None, value) => MemberOperation::Replace(ids(value.unwrap_or_default())?),
    }))
}
