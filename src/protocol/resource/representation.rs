//! Turns a stored document into a complete resource: `id`, `meta`, `groups` or `members` are spliced into its unparsed text.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use crate::protocol::{
    date,
    id::HostId,
    patch::members::MemberId,
    resource::{
        document::{self, Document},
        group_of_user::GroupOfUser,
        member_urls::MemberUrls,
        version,
    },
    schema::{ResourceType, urn},
};

/// The columns of the row, including the document.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    pub id: i64,
    pub version: i64,
    pub created_at: i64,
    pub updated_at: i64,
    /// The text of the document, an object with `schemas`.
    pub resource: &'a str,
}

/// A resource as it is sent to a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Representation {
    /// The JSON text: that of the document, and `id`, `meta`, `groups` or `members` behind it.
    pub text: String,
    /// Where the text of the document ends, without its last brace.
    document_end: usize,
    /// The URL of the resource.
    pub location: String,
    /// The entity tag.
    pub etag: String,
    /// An extension that is not part of the document: its URN, and its value.
    pub extension: Option<(&'static str, Value)>,
}

/// Says where a user is, and in which version, without its text.
pub fn headers_of_user(row: Row<'_>, groups: &[GroupOfUser<'_>], base_url: &str) -> Representation {
    let location = format!("{base_url}/Users/{}", row.id);
    Representation {
        text: String::new(),
        document_end: 0,
        location,
        etag: version::of_user(row.version, groups),
        extension: None,
    }
}

/// Says where a group is, and in which version, without its text.
pub fn headers_of_group(row: Row<'_>, base_url: &str) -> Representation {
    let location = format!("{base_url}/Groups/group-{}", row.id);
    Representation {
        text: String::new(),
        document_end: 0,
        location,
        etag: version::of_group(row.version),
        extension: None,
    }
}

/// Builds a user with its groups.
pub fn of_user(row: Row<'_>, groups: &[GroupOfUser<'_>], base_url: &str) -> Representation {
    let headers = headers_of_user(row, groups, base_url);
    let mut text = open(row, groups.len() * 120);
    let _ = write!(text, ",\"id\":\"{}\",\"groups\":[", row.id);
    for (at, GroupOfUser { id, display, is_direct }) in groups.iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        let _ = write!(text, "{comma}{{\"value\":\"group-{id}\",\"$ref\":");
        quote(&mut text, &format!("{base_url}/Groups/group-{id}"));
        text.push_str(",\"display\":");
        quote(&mut text, display);
        text.push_str(if *is_direct { ",\"type\":\"direct\"}" } else { ",\"type\":\"indirect\"}" });
    }
    text.push(']');
    close(text, "User", row, headers)
}

/// A host that a user is found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostOfUser {
    pub id: HostId,
    pub name: Option<String>,
    pub source: String,
}

/// Builds the extension with a user's hosts.
fn hosts_extension(hosts: &[HostOfUser], url: &str) -> Value {
    let hosts = hosts.iter().map(|host| {
        let mut value = Map::new();
        value.insert("value".to_owned(), host.id.to_string().into());
        value.extend(host.name.as_ref().map(|name| ("display".to_owned(), name.as_str().into())));
        value.insert("$ref".to_owned(), format!("{url}/{}", host.id).into());
        value.insert("source".to_owned(), host.source.as_str().into());
        Value::Object(value)
    });
    json!({ "hosts": hosts.collect::<Vec<_>>() })
}

/// Builds a group, without `members` if they were not asked for.
pub fn of_group(row: Row<'_>, members: Option<(&[MemberId], &MemberUrls)>, base_url: &str) -> Representation {
    let headers = headers_of_group(row, base_url);
    let mut text = open(row, members.map_or(0, |(members, _)| members.len() * 110));
    let _ = write!(text, ",\"id\":\"group-{}\"", row.id);
    if let Some((members, urls)) = members {
        text.push_str(",\"members\":[");
        for (at, member) in members.iter().enumerate() {
            if at > 0 {
                text.push(',');
            }
            write_member(&mut text, *member, urls);
        }
        text.push(']');
    }
    close(text, "Group", row, headers)
}

fn write_member(text: &mut String, member: MemberId, urls: &MemberUrls) {
    let (id, _, kind) = member.parts();
    let _ = write!(text, "{{\"value\":\"{id}\",\"$ref\":");
    quote(text, &urls.of(member));
    let _ = write!(text, ",\"type\":\"{kind}\"}}");
}

fn open(row: Row<'_>, more: usize) -> String {
    let mut text = String::with_capacity(row.resource.len() + 320 + more);
    text.push_str(without_brace(row.resource));
    text
}

fn close(mut text: String, resource_type: &str, row: Row<'_>, headers: Representation) -> Representation {
    let (created, modified) = (date::format(row.created_at), date::format(row.updated_at));
    let _ = write!(
        text,
        ",\"meta\":{{\"resourceType\":\"{resource_type}\",\"created\":\"{created}\",\"lastModified\":\"{modified}\",\"location\":"
    );
    quote(&mut text, &headers.location);
    text.push_str(",\"version\":");
    quote(&mut text, &headers.etag);
    text.push_str("}}");
    Representation { text, document_end: without_brace(row.resource).len(), ..headers }
}

fn without_brace(resource: &str) -> &str {
    resource.strip_suffix('}').unwrap_or(resource)
}

impl Representation {
    /// Adds the extension with a user's hosts, if there are any.
    pub fn with_hosts(self, hosts: &[HostOfUser], url: &str) -> Self {
        let extension = (!hosts.is_empty()).then(|| (urn::HOSTS, hosts_extension(hosts, url)));
        Self { extension, ..self }
    }

    /// Adds the extension with a group's identifier, if it has one.
    pub fn with_identifier(self, identifier: Option<&str>) -> Self {
        let extension = identifier.map(|identifier| (urn::IDENTIFIER, json!({ "identifier": identifier })));
        Self { extension, ..self }
    }

    /// Parses the whole text.
    ///
    /// # Errors
    /// If the document is not the text of an object.
    pub fn parse(&self) -> Result<Map<String, Value>, serde_json::Error> {
        serde_json::from_str(&self.text)
    }

    /// Returns the resource as [`Representation::parse`] does, given the document it was made from: only what stands behind
    /// the document is parsed.
    ///
    /// # Errors
    /// As [`Representation::parse`].
    pub fn with_document(
        &self,
        document: Document,
        resource_type: &ResourceType,
    ) -> Result<Map<String, Value>, serde_json::Error> {
        let behind = self.text.get(self.document_end..).unwrap_or_default().trim_start_matches(',');
        let behind: Map<String, Value> = serde_json::from_str(&format!("{{{behind}"))?;
        let mut whole = Map::with_capacity(document.len() + behind.len() + 1);
        whole.insert("schemas".to_owned(), document::schemas(&document, resource_type));
        whole.extend(document.into_iter().filter(|(key, _)| key != "schemas"));
        whole.extend(behind);
        Ok(whole)
    }
}

fn quote(text: &mut String, value: &str) {
    text.push_str(&serde_json::Value::from(value).to_string());
}
