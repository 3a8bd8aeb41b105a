//! What an administrator sends about a connection, as JSON.

use serde_json::{Map, Value};

use crate::protocol::{
    bounds,
    connection::{ConnectionState, Vendor},
    domain::{DOMAINS, parse_domain},
    messages::error::ScimError,
};

/// A connection that is to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewConnection {
    /// 1 to 63 of `a` to `z`, `0` to `9` and `-`, a part of the base URL; made of `display_name` if it is `None`.
    pub name: Option<String>,
    /// How people call it.
    pub display_name: String,
    /// The product; [`Vendor::Other`] if it is `None`.
    pub vendor: Option<Vendor>,
    /// Where it stands among the others when they are shown; 0 if it is `None`.
    pub order: Option<i64>,
    /// Settings that are not as they are unless set.
    pub settings: SettingsChange,
}

/// What is to be changed of a connection; `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConnectionChange {
    /// How people call it.
    pub display_name: Option<String>,
    /// The product.
    pub vendor: Option<Vendor>,
    /// Whether it serves its clients; not [`ConnectionState::Deleting`].
    pub state: Option<ConnectionState>,
    /// Where it stands among the others when they are shown.
    pub order: Option<i64>,
    /// Its settings.
    pub settings: SettingsChange,
}

impl ConnectionChange {
    /// Lists what is named, as it is called in JSON.
    pub(crate) fn attributes(&self) -> Vec<&'static str> {
        let settings = &self.settings;
        let named = [
            ("displayName", self.display_name.is_some()),
            ("vendor", self.vendor.is_some()),
            ("state", self.state.is_some()),
            ("order", self.order.is_some()),
            ("additiveReplace", settings.additive_replace.is_some()),
            ("keepsMembers", settings.keeps_members.is_some()),
            ("domains", settings.domains.is_some()),
            ("requestsPerSecond", settings.requests_per_second.is_some()),
            ("attributes", settings.attributes.is_some()),
            ("keepsEmails", settings.keeps_emails.is_some()),
            ("deletesDeactivated", settings.deletes_deactivated.is_some()),
            ("refusesUnknownMembers", settings.refuses_unknown_members.is_some()),
            ("keepsIdentifiers", settings.keeps_identifiers.is_some()),
        ];
        named.into_iter().filter_map(|(name, is_named)| is_named.then_some(name)).collect()
    }
}

/// Settings that are to be changed; `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SettingsChange {
    /// Whether a PATCH that replaces the members of a group only adds them, for a client that sends one member at a time that
    /// way (seen with Entra ID jobs, snipe-it#19096).
    pub additive_replace: Option<bool>,
    /// Whether a PUT of a group without `members` keeps the members, for a client that renames groups that way
    /// (keycloak-scim#134). Otherwise it removes them, as RFC 7644 section 3.5.1 has it.
    pub keeps_members: Option<bool>,
    /// The domains of the addresses by which its users find hosts, such as `corp.com`, at most 50; any if it is empty. An address of
    /// another domain is kept and shown and finds no host, and neither does a `userName` without a domain.
    pub domains: Option<Vec<String>>,
    /// How many requests each process serves in a second, 25 to 10,000; any number if it is `Some(None)`. Entra ID sends 25 (2026-11).
    pub requests_per_second: Option<Option<i64>>,
    /// The attributes of users that are kept, at most 100, such as `emails`, `department` or the URN of an extension; all if it is
    /// empty. `userName`, `externalId`, `active`, `name` and `displayName` always are.
    pub attributes: Option<Vec<String>>,
    /// Whether a user's emails stay as they were first provisioned, until this is turned off.
    pub keeps_emails: Option<bool>,
    /// Whether a user who is deactivated is deleted. The answer shows the user inactive; a POST makes another one.
    pub deletes_deactivated: Option<bool>,
    /// Whether a request that adds an unknown member to a group is refused. Otherwise the member is skipped, and `/details` names it.
    pub refuses_unknown_members: Option<bool>,
    /// Whether a group keeps its identifier when it is renamed. Otherwise the identifier follows the name.
    pub keeps_identifiers: Option<bool>,
}

/// The fewest and the most requests in a second that a connection can be limited to. Entra ID sends 25 (2026-11).
const REQUESTS_PER_SECOND: (i64, i64) = (25, 10_000);

const SETTINGS: &str = "additiveReplace, keepsMembers, keepsEmails, deletesDeactivated, refusesUnknownMembers, keepsIdentifiers, attributes, domains and requestsPerSecond";

impl NewConnection {
    /// Reads the body of a POST.
    ///
    /// # Errors
    /// 400 that names the member that does not fit.
    pub fn parse(body: Map<String, Value>) -> Result<Self, ScimError> {
        let mut new = Self::default();
        for (key, value) in body {
            match key.as_str() {
                "name" => new.name = Some(text("name", value)?),
                "displayName" => new.display_name = display_name(value)?,
                "vendor" => new.vendor = Some(vendor(value)?),
                "order" => new.order = Some(order(value)?),
                "settings" => new.settings = settings(value)?,
                _ => return Err(unknown("name, displayName, vendor, order and settings")),
            }
        }
        if new.display_name.is_empty() {
            new.display_name = new.name.clone().ok_or_else(|| {
                ScimError::invalid_value("name or displayName is missing: name the connection, such as okta")
            })?;
        }
        Ok(new)
    }
}

impl ConnectionChange {
    /// Reads a JSON Merge Patch (RFC 7396): what is named is changed, and null means what it is unless set.
    ///
    /// # Errors
    /// 400 that names the member that does not fit.
    pub fn parse(body: Map<String, Value>) -> Result<Self, ScimError> {
        let mut change = Self::default();
        for (key, value) in body {
            match key.as_str() {
                "displayName" => change.display_name = Some(display_name(value)?),
                "vendor" if value.is_null() => change.vendor = Some(Vendor::Other),
                "vendor" => change.vendor = Some(vendor(value)?),
                "state" => change.state = Some(state(&value)?),
                "order" if value.is_null() => change.order = Some(0),
                "order" => change.order = Some(order(value)?),
                "settings" => change.settings = settings(value)?,
                "name" => {
                    return Err(ScimError::invalid_value(
                        "name cannot change, since it is a part of the base URL: change displayName",
                    ));
                }
                _ => return Err(unknown("displayName, vendor, state, order and settings")),
            }
        }
        Ok(change)
    }
}

pub(super) fn text(name: &str, value: Value) -> Result<String, ScimError> {
    match value {
        Value::String(text) if bounds::fits_key(&text) && !text.chars().any(char::is_control) => Ok(text),
        _ => Err(ScimError::invalid_value(format!("{name} is a text of at most {} characters", bounds::KEY))),
    }
}

fn display_name(value: Value) -> Result<String, ScimError> {
    match text("displayName", value)?.trim() {
        "" => Err(ScimError::invalid_value("displayName is empty")),
        name => Ok(name.to_owned()),
    }
}

fn vendor(value: Value) -> Result<Vendor, ScimError> {
    let found = value.as_str().and_then(Vendor::parse);
    found.ok_or_else(|| one_of("vendor", &Vendor::ALL.map(Vendor::as_str)))
}

fn state(value: &Value) -> Result<ConnectionState, ScimError> {
    let found = value.as_str().and_then(ConnectionState::parse);
    // A connection is deleted by DELETE, which says what that takes.
    let settable = found.filter(|state| *state != ConnectionState::Deleting);
    settable.ok_or_else(|| one_of("state", &["live", "paused", "detached"]))
}

fn order(value: Value) -> Result<i64, ScimError> {
    let number = value.as_i64().filter(|number| number.unsigned_abs() <= 1_000_000);
    number.ok_or_else(|| ScimError::invalid_value("order is a whole number from -1000000 to 1000000"))
}

fn settings(value: Value) -> Result<SettingsChange, ScimError> {
    let Value::Object(settings) = value else { return Err(ScimError::invalid_value("settings is an object")) };
    let mut change = SettingsChange::default();
    for (key, value) in settings {
        match key.as_str() {
            "additiveReplace" => change.additive_replace = Some(switch(&key, &value)?),
            "keepsMembers" => change.keeps_members = Some(switch(&key, &value)?),
            "domains" => change.domains = Some(domains(value)?),
            "requestsPerSecond" => change.requests_per_second = Some(rate(&value)?),
            "attributes" => change.attributes = Some(names(value)?),
            "keepsEmails" => change.keeps_emails = Some(switch(&key, &value)?),
            "deletesDeactivated" => change.deletes_deactivated = Some(switch(&key, &value)?),
            "keepsIdentifiers" => change.keeps_identifiers = Some(switch(&key, &value)?),
            "refusesUnknownMembers" => change.refuses_unknown_members = Some(switch(&key, &value)?),
            _ => return Err(unknown(SETTINGS)),
        }
    }
    Ok(change)
}

fn rate(value: &Value) -> Result<Option<i64>, ScimError> {
    if value.is_null() {
        return Ok(None);
    }
    check_rate(value.as_i64().unwrap_or_default()).map(Some)
}

/// Checks how many requests are to be served in a second.
///
/// # Errors
/// 400 for fewer than Entra ID sends.
pub fn check_rate(rate: i64) -> Result<i64, ScimError> {
    let (least, most) = REQUESTS_PER_SECOND;
    if !(least..=most).contains(&rate) {
        let detail = format!("requestsPerSecond is {least} to {most}, or null for no limit: Entra ID sends {least}");
        return Err(ScimError::invalid_value(detail));
    }
    Ok(rate)
}

fn switch(name: &str, value: &Value) -> Result<bool, ScimError> {
    match value {
        Value::Null => Ok(false),
        Value::Bool(on) => Ok(*on),
        _ => Err(ScimError::invalid_value(format!("{name} is true or false"))),
    }
}

fn names(value: Value) -> Result<Vec<String>, ScimError> {
    let refused = || ScimError::invalid_value("attributes is a list of names such as emails, or null for all");
    match value {
        Value::Null => Ok(vec![]),
        Value::Array(texts) if !texts.is_empty() => {
            texts.into_iter().map(|name| text("attributes", name).map_err(|_| refused())).collect()
        }
        _ => Err(refused()),
    }
}

fn domains(value: Value) -> Result<Vec<String>, ScimError> {
    match value {
        Value::Null => Ok(vec![]),
        Value::Array(texts) if !texts.is_empty() => {
            let texts: Option<Vec<&str>> = texts.iter().map(Value::as_str).collect();
            parse_domains(&texts.ok_or_else(not_a_domain)?)
        }
        _ => Err(ScimError::invalid_value("domains is a list of domains such as corp.com, or null for any")),
    }
}

/// Reads domains in the form in which they are stored.
///
/// # Errors
/// 400 for more than 50, and for one that is no domain.
pub fn parse_domains(texts: &[impl AsRef<str>]) -> Result<Vec<String>, ScimError> {
    if texts.len() > DOMAINS {
        return Err(ScimError::invalid_value(format!("a connection has at most {DOMAINS} domains")));
    }
    let mut domains = Vec::with_capacity(texts.len());
    for text in texts {
        let domain = parse_domain(text.as_ref()).ok_or_else(not_a_domain)?;
        if !domains.contains(&domain) {
            domains.push(domain);
        }
    }
    Ok(domains)
}

fn not_a_domain() -> ScimError {
    ScimError::invalid_value(
        "domains has what follows the @ of addresses, such as corp.com, and each subdomain by itself",
    )
}

fn one_of(name: &str, values: &[&str]) -> ScimError {
    ScimError::invalid_value(format!("{name} is one of {}", values.join(", ")))
}

pub(super) fn unknown(known: &str) -> ScimError {
    ScimError::invalid_value(format!("the body has a member that is not known here: there are {known}"))
}
