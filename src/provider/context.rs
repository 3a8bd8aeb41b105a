//! What an operation knows about its request.

use std::sync::Arc;

use super::{Provider, stored_bytes::StoredBytes};
use crate::{
    protocol::{
        filter::Filter,
        id::{ConnectionId, RequestId},
        kept_attributes::KeptAttributes,
        messages::error::ScimError,
        resource::{document::Document, projection::Projection, version::Tags},
        schema::{ResourceType, ResourceTypes},
        settings::Settings,
    },
    store::condition::Scope,
};

/// The context of a request, built once and passed down.
#[derive(Debug, Clone)]
pub struct RequestContext {
    pub provider: Arc<Provider>,
    pub request: RequestId,
    pub connection: ConnectionId,
    /// The settings of the connection, as they were a second ago at most.
    pub settings: Settings,
    /// The attributes of users that the connection keeps; all if it is `None`.
    pub kept: Option<Arc<KeptAttributes>>,
    pub urls: Urls,
    pub preconditions: Preconditions,
    /// The attributes to return.
    pub projection: Projection,
    /// What the request has read of what it changes.
    pub stored: StoredBytes,
}

/// The URLs of the mount and of the hosts as the client sees them; none ends with a slash.
#[derive(Debug, Clone)]
pub struct Urls {
    /// The start of resource locations.
    pub base: String,
    /// The start of host URLs.
    pub hosts: String,
}

/// The preconditions in a request's headers.
#[derive(Debug, Clone, Default)]
pub struct Preconditions {
    pub if_match: Option<Tags>,
    pub if_none_match: Option<Tags>,
}

impl RequestContext {
    /// Returns the connection whose users and groups the request is about.
    pub const fn connection(&self) -> ConnectionId {
        self.connection
    }

    pub fn types(&self) -> &ResourceTypes {
        &self.provider.types
    }

    pub fn base_url(&self) -> &str {
        &self.urls.base
    }

    /// Removes from a user's document what the connection does not keep.
    pub fn narrow(&self, document: &mut Document) {
        if let Some(kept) = &self.kept {
            kept.narrow(document);
        }
    }

    /// Refuses a filter of users by what the connection does not keep.
    ///
    /// # Errors
    /// 400 `invalidFilter`.
    pub fn check_filter(&self, filter: &Filter) -> Result<(), ScimError> {
        self.kept.as_ref().map_or(Ok(()), |kept| kept.check_filter(filter, &self.types().user))
    }

    /// Returns the scope of a condition or an order over resources of a type.
    pub fn scope<'a>(&'a self, resource_type: &'a ResourceType) -> Scope<'a> {
        Scope {
            dialect: self.provider.database.dialect(),
            resource_type,
            connection: self.connection(),
            base_url: &self.urls.base,
            hosts_url: &self.urls.hosts,
        }
    }

    /// Copies the request with other preconditions and another projection, for one operation of a Bulk request.
    pub fn with(&self, preconditions: Preconditions, projection: Projection) -> Self {
        Self { preconditions, projection, ..self.clone() }
    }
}

impl Preconditions {
    /// Reads the values of `If-Match` and `If-None-Match`.
    pub fn parse(if_match: Option<&str>, if_none_match: Option<&str>) -> Self {
        Self { if_match: if_match.map(Tags::parse), if_none_match: if_none_match.map(Tags::parse) }
    }

    /// Checks an entity tag against the preconditions; `matches` says whether the tags of `If-Match` contain it.
    ///
    /// # Errors
    /// 412 if no tag of `If-Match` matches, or if `If-None-Match` contains this one.
    pub(super) fn check(&self, matches: impl Fn(&Tags) -> bool, etag: impl Fn() -> String) -> Result<(), ScimError> {
        let unmet = self.if_match.as_ref().is_some_and(|tags| !matches(tags))
            || self.if_none_match.as_ref().is_some_and(|tags| tags.match_whole(&etag()));
        if unmet {
            return Err(ScimError::new(412, "the resource has changed since: get it again"));
        }
        Ok(())
    }

    /// Says whether a resource may only be created if none has its name, not even one that would be reactivated.
    pub(super) fn only_if_absent(&self) -> bool {
        self.if_none_match == Some(Tags::Any)
    }
}
