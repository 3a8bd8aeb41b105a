//! What an operation knows of its request.

use std::sync::Arc;

use super::Provider;
use crate::{
    auth::Principal,
    protocol::{
        error::ScimError,
        id::{ConnectionId, RequestId},
        projection::Projection,
        schema::{ResourceType, ResourceTypes},
        version::Tags,
    },
    store::condition::Scope,
};

/// Built once for each request, and handed down.
#[derive(Debug, Clone)]
pub struct RequestContext {
    pub provider: Arc<Provider>,
    pub request: RequestId,
    pub principal: Principal,
    pub urls: Urls,
    pub preconditions: Preconditions,
    /// The attributes that are answered.
    pub projection: Projection,
}

/// Where the mount and the hosts are for the client; no URL ends with a slash.
#[derive(Debug, Clone)]
pub struct Urls {
    /// The locations of resources begin with it.
    pub base: String,
    /// The URLs of hosts begin with it.
    pub hosts: String,
}

/// The conditions of a request's headers.
#[derive(Debug, Clone, Default)]
pub struct Preconditions {
    pub if_match: Option<Tags>,
    pub if_none_match: Option<Tags>,
}

impl RequestContext {
    /// The connection whose users and groups the request is about.
    pub const fn connection(&self) -> ConnectionId {
        self.principal.connection
    }

    pub fn types(&self) -> &ResourceTypes {
        &self.provider.types
    }

    pub fn base_url(&self) -> &str {
        &self.urls.base
    }

    /// What a condition or an order over resources of a type is about.
    pub fn scope<'a>(&'a self, resource_type: &'a ResourceType) -> Scope<'a> {
        Scope {
            dialect: self.provider.database.dialect(),
            resource_type,
            connection: self.connection(),
            base_url: &self.urls.base,
            hosts_url: &self.urls.hosts,
        }
    }

    /// The same request with conditions and a projection of its own, for one operation of a Bulk request.
    pub fn with(&self, preconditions: Preconditions, projection: Projection) -> Self {
        Self { preconditions, projection, ..self.clone() }
    }
}

impl Preconditions {
    /// Reads the values of `If-Match` and `If-None-Match`.
    pub fn parse(if_match: Option<&str>, if_none_match: Option<&str>) -> Self {
        Self { if_match: if_match.map(Tags::parse), if_none_match: if_none_match.map(Tags::parse) }
    }

    /// Checks an entity tag against the conditions; `matches` says whether the tags of `If-Match` have it.
    ///
    /// # Errors
    /// 412 if `If-Match` has no tag that matches, or `If-None-Match` has this one.
    pub(super) fn check(&self, matches: impl Fn(&Tags) -> bool, etag: impl Fn() -> String) -> Result<(), ScimError> {
        let unmet = self.if_match.as_ref().is_some_and(|tags| !matches(tags))
            || self.if_none_match.as_ref().is_some_and(|tags| tags.match_whole(&etag()));
        if unmet {
            return Err(ScimError::new(412, "the resource has changed since: get it again"));
        }
        Ok(())
    }

    /// Says whether a resource is to be created only if none has its name, not even one that would come back.
    pub(super) fn only_if_absent(&self) -> bool {
        self.if_none_match == Some(Tags::Any)
    }
}
