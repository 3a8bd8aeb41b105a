//! What a profile template may name of a host's user.

use serde::Serialize;
use serde_json::{Map, Value};

use super::EndUser;
use crate::{error::Error, protocol::schema::urn};

/// The values for the variables of a profile template; empty where there is none.
///
/// Which of them changed is in the feed: [`HostOwner`](crate::ChangeKind::HostOwner) lists the fields of
/// [`ShownUser`](crate::ShownUser).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Variables {
    /// The `userName`.
    pub username: String,
    /// The `userName` up to its `@`.
    pub username_local_part: String,
    /// The full name.
    pub full_name: String,
    /// `name.givenName`.
    pub given_name: String,
    /// `name.familyName`.
    pub family_name: String,
    /// The department.
    pub department: String,
    /// The names of the groups, each once, in the order of the alphabet, with commas between.
    pub groups: String,
}

impl EndUser {
    /// Returns the values for the variables of a profile template.
    #[must_use]
    pub fn variables(&self) -> Variables {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let username = text(&self.idp_username);
        let mut groups = self.idp_groups.clone();
        groups.sort_unstable();
        groups.dedup();
        Variables {
            username_local_part: username.split('@').next().unwrap_or_default().to_owned(),
            username,
            full_name: text(&self.idp_full_name),
            given_name: text(&self.given_name),
            family_name: text(&self.family_name),
            department: text(&self.idp_department),
            groups: groups.join(","),
        }
    }

    /// Returns any attribute of the user as a text: `title`, `name.honorificPrefix`, or one of an extension such as
    /// `urn:acme:params:scim:schemas:hr:2.0:User:costCenter`, in any letter case. It is empty where there is none. What the server adds
    /// to a user, `id`, `groups` and `meta`, is none of them.
    ///
    /// Of several values it is the primary one, else the first; of one that is an object its `value`. Texts in a list have commas
    /// between them.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a user that was read with those of other hosts, by
    /// [`Hosts::end_users`](crate::hosts::Hosts::end_users): ask
    /// [`Hosts::end_users_of`](crate::hosts::Hosts::end_users_of), which reads the whole user.
    pub fn attribute(&self, path: &str) -> Result<String, Error> {
        if self.scim_user_id.is_none() {
            return Ok(String::new());
        }
        let document = self.document.0.as_ref().ok_or_else(|| {
            Error::Invalid("the attributes were not read: ask end_users_of, for one host at a time".to_owned())
        })?;
        Ok(find(document, path).map_or_else(String::new, text))
    }
}

/// Finds the value at a path.
fn find<'a>(document: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    let (object, names) = match container(document, path) {
        Some((object, rest)) => (object, rest),
        None => (document, strip_urn(path, urn::USER).unwrap_or(path)),
    };
    let mut names = names.split('.');
    let mut value = member(object, names.next()?)?;
    for name in names {
        value = member(one(value).as_object()?, name)?;
    }
    Some(value)
}

/// Finds the extension that a path begins with, and the rest of the path.
fn container<'a, 'p>(document: &'a Map<String, Value>, path: &'p str) -> Option<(&'a Map<String, Value>, &'p str)> {
    let extensions = document.iter().filter(|(key, _)| key.contains(':'));
    let found = extensions.filter_map(|(key, value)| Some((key.len(), value.as_object()?, strip_urn(path, key)?)));
    found.max_by_key(|(length, ..)| *length).map(|(_, object, rest)| (object, rest))
}

fn strip_urn<'p>(path: &'p str, urn: &str) -> Option<&'p str> {
    let (start, rest) = path.split_at_checked(urn.len())?;
    start.eq_ignore_ascii_case(urn).then(|| rest.strip_prefix(':'))?
}

fn member<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// Chooses the primary one of several values, else the first.
fn one(value: &Value) -> &Value {
    let Value::Array(values) = value else { return value };
    let primary = values.iter().find(|value| value["primary"] == true);
    primary.or_else(|| values.first()).unwrap_or(&Value::Null)
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(values) if values.iter().all(|value| !value.is_object()) => {
            values.iter().map(text).collect::<Vec<_>>().join(",")
        }
        Value::Array(_) => text(one(value)),
        Value::Object(object) => member(object, "value").map_or_else(String::new, text),
    }
}
