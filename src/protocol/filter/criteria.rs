//! Criteria: a condition on the owners of hosts, and what it says of hosts without one.

use serde_json::json;

use super::{Condition, Field, Filter, evaluate};
use crate::protocol::{
    host_status::HostStatus,
    messages::error::ScimError,
    schema::{ResourceType, urn},
};

/// What a filter over the owners of hosts asks.
#[derive(Debug, Clone)]
pub struct Criteria {
    /// What the owner must meet, whichever host it is.
    pub of_user: Option<Condition>,
    /// What the owner and the host must meet together.
    pub of_host: Option<Condition>,
    /// Which hosts without an owner meet it.
    pub without_owner: Vec<HostStatus>,
}

impl Criteria {
    /// Reads a filter.
    ///
    /// # Errors
    /// 400 `invalidFilter` for an unknown attribute or one that cannot be asked of hosts, and for a comparison its type does not allow.
    pub fn parse(filter: &str, owner_type: &ResourceType) -> Result<(Self, Condition), ScimError> {
        let condition = Condition::from_filter(&Filter::parse(filter)?, owner_type)?;
        check_names(&condition)?;
        let without_owner =
            HostStatus::WITHOUT_OWNER.into_iter().filter(|status| is_met(&condition, *status)).collect();
        let parts = match condition.clone() {
            Condition::All(conditions) => conditions,
            condition => vec![condition],
        };
        let (of_host, of_user): (Vec<_>, Vec<_>) = parts.into_iter().partition(|part| names(part, &OF_HOST));
        let all = |parts: Vec<Condition>| (!parts.is_empty()).then_some(Condition::All(parts));
        Ok((Self { of_user: all(of_user), of_host: all(of_host), without_owner }, condition))
    }
}

/// The attributes that no user has.
const OF_HOST: [&str; 3] = ["source", "matchedby", "status"];

/// Says whether a host without an owner meets a condition. It has no attribute but its status.
fn is_met(condition: &Condition, status: HostStatus) -> bool {
    without_owner(condition, &json!({ "status": status.as_str() }), false)
}

/// `named` says whether the status was named beside the condition. A negation finds hosts without an owner only then: a label of
/// "not contractors" must not catch laptops of which nothing is known.
fn without_owner(condition: &Condition, document: &serde_json::Value, named: bool) -> bool {
    match condition {
        Condition::All(conditions) => {
            let named = named || names(condition, &["status"]);
            conditions.iter().all(|condition| without_owner(condition, document, named))
        }
        Condition::Any(conditions) => conditions.iter().any(|condition| without_owner(condition, document, named)),
        Condition::Not(inner) => {
            let named = named || names(inner, &["status"]);
            named && !without_owner(inner, document, named)
        }
        condition => evaluate(condition, document),
    }
}

/// Says whether a condition names one of these attributes.
fn names(condition: &Condition, attributes: &[&str]) -> bool {
    let is_one = |field: &Field| matches!(field.keys.as_slice(), [key] if attributes.contains(&key.as_str()));
    match condition {
        Condition::All(conditions) | Condition::Any(conditions) => {
            conditions.iter().any(|condition| names(condition, attributes))
        }
        Condition::Not(condition) => names(condition, attributes),
        Condition::Present(field) | Condition::Compare(field, ..) => is_one(field),
        Condition::Never | Condition::AnyValue(..) => false,
    }
}

/// Refuses what has no meaning where hosts are asked for: URLs, which depend on the request, and the hosts of the owner.
fn check_names(condition: &Condition) -> Result<(), ScimError> {
    match condition {
        Condition::All(conditions) | Condition::Any(conditions) => conditions.iter().try_for_each(check_names),
        Condition::Not(condition) => check_names(condition),
        Condition::Never => Ok(()),
        Condition::Present(field) | Condition::Compare(field, ..) | Condition::AnyValue(field, _) => {
            let first = field.keys.first().map(String::as_str);
            if field.keys == ["meta", "location"] {
                return Err(ScimError::invalid_filter(
                    "meta.location cannot be asked of the owners of hosts: ask by id",
                ));
            }
            if first.is_some_and(|key| key.eq_ignore_ascii_case(urn::HOSTS)) {
                return Err(ScimError::invalid_filter("the hosts of the owners of hosts cannot be asked for"));
            }
            Ok(())
        }
    }
}
