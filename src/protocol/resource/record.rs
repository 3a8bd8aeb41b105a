//! What is stored for a document: its text, its search document, and the columns that SQL searches and joins by.

use std::collections::HashSet;

use serde_json::Value;

use crate::protocol::{
    bounds,
    case_fold::{case_fold, case_fold_address},
    json,
    messages::error::ScimError,
    resource::{
        document::{self, Document},
        search_document,
    },
    schema::{ResourceType, urn},
    warnings::Warnings,
};

/// Where a user's address comes from, best first; the second table of ownership.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MatchRank {
    UserName,
    Email,
    InactiveUserName,
    InactiveEmail,
    FormerUserName,
}

impl MatchRank {
    pub const fn stored(self) -> i16 {
        match self {
            Self::UserName => 0,
            Self::Email => 1,
            Self::InactiveUserName => 2,
            Self::InactiveEmail => 3,
            Self::FormerUserName => 4,
        }
    }

    pub const fn from_stored(rank: i16) -> Self {
        match rank {
            0 => Self::UserName,
            1 => Self::Email,
            2 => Self::InactiveUserName,
            3 => Self::InactiveEmail,
            _ => Self::FormerUserName,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct UserRecord {
    pub user_name: String,
    pub user_name_key: String,
    pub external_id: Option<String>,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub formatted_name: Option<String>,
    pub display_name: Option<String>,
    pub active: bool,
    pub department: Option<String>,
    pub employee_number: Option<String>,
    /// The beginnings of `name.familyName`, `displayName` and `department`, for searching and sorting.
    pub family_name_prefix: String,
    pub display_name_prefix: String,
    pub department_prefix: String,
    pub emails: Vec<EmailRecord>,
    pub resource: String,
    pub search_document: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct EmailRecord {
    pub email: String,
    pub email_key: String,
    pub kind: Option<String>,
    pub primary: bool,
}

impl UserRecord {
    /// Builds the record of a user from its document.
    ///
    /// # Errors
    /// 400 `invalidValue` if `userName` is missing or a key is too long, `tooMany` if the resource would be too large.
    pub fn from_document(
        document: &Document,
        resource_type: &ResourceType,
        warnings: &mut Warnings,
    ) -> Result<Self, ScimError> {
        let user_name = document::required(document, "userName")?.to_owned();
        let text = |object: Option<&Value>, name: &str| object?.get(name)?.as_str().map(str::to_owned);
        let name = document.get("name");
        let enterprise = document.get(urn::ENTERPRISE_USER);
        let mut emails = Vec::new();
        for email in document.get("emails").and_then(Value::as_array).into_iter().flatten() {
            let Some(address) = email.get("value").and_then(Value::as_str) else { continue };
            emails.push(EmailRecord {
                email: address.to_owned(),
                email_key: key("emails.value", address, case_fold_address)?,
                kind: text(Some(email), "type"),
                primary: email.get("primary") == Some(&Value::Bool(true)),
            });
        }
        let (resource, search_document) = texts(document, resource_type);
        check_size(document, &resource)?;
        let (family_name, department) = (text(name, "familyName"), text(enterprise, "department"));
        let display_name = document.get("displayName").and_then(Value::as_str).map(str::to_owned);
        let record = Self {
            family_name_prefix: prefix(family_name.as_deref()),
            display_name_prefix: prefix(display_name.as_deref()),
            department_prefix: prefix(department.as_deref()),
            user_name_key: key("userName", &user_name, case_fold)?,
            user_name,
            external_id: external_id(document)?,
            given_name: text(name, "givenName"),
            family_name,
            formatted_name: text(name, "formatted"),
            display_name,
            active: document.get("active") != Some(&Value::Bool(false)),
            department,
            employee_number: text(enterprise, "employeeNumber"),
            emails,
            resource,
            search_document,
        };
        if record.given_name.is_none() && record.family_name.is_none() {
            warnings.advise(NAME_ADVICE);
        }
        Ok(record)
    }

    /// Returns the `externalId` of an active user if it is an Okta id (20 characters, `00u…`) or a GUID, which belong to one
    /// person for ever. Entra ID's default, the mail nickname, is reused for new people.
    pub fn lasting_id(&self) -> Option<&str> {
        let is_okta =
            |id: &str| id.len() == 20 && id.starts_with("00u") && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let is_guid = |id: &str| {
            let parts: Vec<usize> = id.split('-').map(str::len).collect();
            parts == [8, 4, 4, 4, 12] && id.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
        };
        self.external_id.as_deref().filter(|id| self.active && (is_okta(id) || is_guid(id)))
    }

    /// Lists every address the user is found by, each with its best rank.
    pub fn keys(&self) -> Vec<(String, MatchRank)> {
        let (by_name, by_email) = if self.active {
            (MatchRank::UserName, MatchRank::Email)
        } else {
            (MatchRank::InactiveUserName, MatchRank::InactiveEmail)
        };
        // The userName is used unchanged: `smtp:` belongs to addresses, and a userName starting with it does not claim
        // somebody else's address.
        let name = (&self.user_name_key, by_name);
        let emails = self.emails.iter().map(|email| (&email.email_key, by_email));
        let mut seen = HashSet::new();
        let first = std::iter::once(name).chain(emails).filter(|(key, _)| seen.insert(*key));
        first.map(|(key, rank)| (key.clone(), rank)).collect()
    }
}

/// The content of a prefix column if a resource has no value: it sorts behind every text, and no text ends with a blank.
pub const MISSING: &str = "\u{10ffff} ";
/// Characters of a prefix. It is found and sorted by an index, which takes no longer keys.
pub const PREFIX: usize = 512;

/// Returns the beginning of a text as the search document has it, or [`MISSING`].
fn prefix(text: Option<&str>) -> String {
    text.map_or_else(
        || MISSING.to_owned(),
        |text| search_document::exact(&case_fold(text)).chars().take(PREFIX).collect(),
    )
}

/// The advice shown if a user has no full name.
pub const NAME_ADVICE: &str = "neither name.givenName nor name.familyName is there: map both in your identity provider, so that hosts show a full name";

#[derive(Debug, Clone, PartialEq)]
pub struct GroupRecord {
    pub display_name: String,
    pub display_name_key: String,
    pub external_id: Option<String>,
    pub resource: String,
    pub search_document: String,
}

impl GroupRecord {
    /// Builds the record of a group from its document.
    ///
    /// # Errors
    /// 400 `invalidValue` if `displayName` is missing or a key is too long, `tooMany` if the resource would be too large.
    pub fn from_document(document: &Document, resource_type: &ResourceType) -> Result<Self, ScimError> {
        let display_name = document::required(document, "displayName")?.to_owned();
        let (resource, search_document) = texts(document, resource_type);
        check_size(document, &resource)?;
        Ok(Self {
            display_name_key: key("displayName", &display_name, case_fold)?,
            display_name,
            external_id: external_id(document)?,
            resource,
            search_document,
        })
    }
}

fn external_id(document: &Document) -> Result<Option<String>, ScimError> {
    let Some(id) = document.get("externalId").and_then(Value::as_str) else { return Ok(None) };
    key("externalId", id, str::to_owned).map(Some)
}

/// Returns the stored text of a document, and its search document.
pub fn texts(document: &Document, resource_type: &ResourceType) -> (String, String) {
    let whole = document::with_schemas(document, resource_type);
    let search_document = Value::Object(search_document::from_resource(&whole, resource_type)).to_string();
    (Value::Object(whole).to_string(), search_document)
}

fn check_size(document: &Document, resource: &str) -> Result<(), ScimError> {
    let values = document.values().map(json::count).sum::<usize>();
    if values > bounds::JSON_VALUES {
        return Err(ScimError::too_many(format!("the resource would have more than {} values", bounds::JSON_VALUES)));
    }
    if resource.len() > bounds::RESOURCE {
        return Err(ScimError::too_many(format!("the resource would be larger than {} bytes", bounds::RESOURCE)));
    }
    Ok(())
}

/// Computes the value of a key column and checks its length, since folding can make a text longer.
fn key(path: &str, text: &str, fold: impl Fn(&str) -> String) -> Result<String, ScimError> {
    let key = search_document::exact(&fold(text));
    if text.chars().count() > bounds::KEY || key.chars().count() > bounds::KEY {
        return Err(ScimError::invalid_value(format!("{path} is longer than {} characters", bounds::KEY)));
    }
    Ok(key)
}
