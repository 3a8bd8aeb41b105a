//! How the document groups its operations; named so that a host's own stay apart.

use poem_openapi::Tags;

#[derive(Tags)]
pub enum Tag {
    /// People, as an identity provider knows them (RFC 7644 section 3).
    #[oai(rename = "SCIM users")]
    Users,
    /// Groups of people and of other groups.
    #[oai(rename = "SCIM groups")]
    Groups,
    /// Several resources or operations in one request.
    #[oai(rename = "SCIM search and bulk")]
    Several,
    /// What is served (RFC 7644 section 4).
    #[oai(rename = "SCIM discovery")]
    Discovery,
    /// Identity providers and their tokens, for administrators; no part of SCIM.
    #[oai(rename = "SCIM connections")]
    Connections,
    /// How provisioning goes; no part of SCIM.
    #[oai(rename = "SCIM state")]
    State,
}
