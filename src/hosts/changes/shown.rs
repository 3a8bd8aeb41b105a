//! What is shown of a host's owner.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::store::hosts::Owner;

/// What is shown of the owner of a host, under the names that [`EndUser`](crate::hosts::EndUser) has them by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ShownUser {
    /// The user's SCIM id.
    pub scim_user_id: String,
    /// The `externalId`.
    #[serde(default)]
    pub idp_id: Option<String>,
    /// The `userName`.
    #[serde(default)]
    pub idp_username: Option<String>,
    /// The full name.
    #[serde(default)]
    pub idp_full_name: Option<String>,
    /// `name.givenName`.
    #[serde(default)]
    pub given_name: Option<String>,
    /// `name.familyName`.
    #[serde(default)]
    pub family_name: Option<String>,
    /// The displayName of each group.
    #[serde(default)]
    pub idp_groups: Vec<String>,
    /// The department.
    #[serde(default)]
    pub idp_department: Option<String>,
    /// Whether the user still works there.
    #[serde(default)]
    pub idp_active: bool,
}

impl ShownUser {
    pub(in crate::hosts) fn of(owner: &Owner) -> Self {
        Self {
            scim_user_id: owner.user.to_string(),
            idp_id: owner.external_id.clone(),
            idp_username: Some(owner.user_name.clone()),
            idp_full_name: full_name(owner),
            given_name: owner.given_name.clone(),
            family_name: owner.family_name.clone(),
            idp_groups: owner.groups.iter().map(|(_, display)| display.clone()).collect(),
            idp_department: owner.department.clone(),
            idp_active: owner.active,
        }
    }

    /// Reads what was stored; `None` for nothing, and for what cannot be read.
    pub(super) fn from_json(value: &Value) -> Option<Self> {
        if value.is_null() { None } else { Self::deserialize(value).ok() }
    }

    /// Returns the fields; none if there is nobody.
    pub(super) fn fields(user: Option<&Self>) -> Map<String, Value> {
        match user.map(serde_json::to_value) {
            Some(Ok(Value::Object(fields))) => fields,
            _ => Map::new(),
        }
    }
}

fn full_name(owner: &Owner) -> Option<String> {
    let parts: Vec<&str> = [&owner.given_name, &owner.family_name].into_iter().flatten().map(String::as_str).collect();
    if parts.is_empty() {
        owner.formatted_name.clone().or_else(|| owner.display_name.clone())
    } else {
        Some(parts.join(" "))
    }
}
