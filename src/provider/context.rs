//! What an operation knows about its request.

use std::{collections::HashMap, sync::Arc};

use super::{Provider, stored_bytes::StoredBytes};
use crate::{
    protocol::{
        connection::ConnectionKind,
        filter::Filter,
        id::{ConnectionId, GroupId, RequestId},
        kept_attributes::KeptAttributes,
        messages::error::ScimError,
        resource::{document::Document, member_urls::MemberUrls, projection::Projection, version::Tags},
        schema::{ResourceType, ResourceTypes},
        settings::Settings,
    },
    store::{
        condition::Scope,
        connections,
        groups::{self, GroupsOf},
        operation_error::OperationError,
        session::Session,
        users::Memberships,
    },
};

/// The context of a request, built once and passed down.
#[derive(Debug, Clone)]
pub struct RequestContext {
    pub provider: Arc<Provider>,
    pub request: RequestId,
    pub connection: ConnectionId,
    /// Who fills the connection: the groups of a native one may have members of others.
    pub kind: ConnectionKind,
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
    /// The mount itself.
    pub mount: String,
    /// The start of resource locations.
    pub base: String,
    /// The start of host URLs.
    pub hosts: String,
}

impl Urls {
    /// Builds the URLs below the mount at a path of a server; the hosts are at a URL, at a path, or next to the mount.
    pub fn of_mount(server: &str, path: &str, hosts: Option<&str>) -> Self {
        let path = path.trim_end_matches('/');
        let hosts = match hosts {
            Some(path) if path.starts_with('/') => format!("{server}{path}"),
            Some(url) => url.to_owned(),
            None => format!("{server}{}/hosts", path.rsplit_once('/').map_or("", |(above, _)| above)),
        };
        let mount = format!("{server}{path}");
        Self { base: mount.clone(), mount, hosts }
    }

    /// Moves the resources below the base URL of a connection.
    pub fn of_connection(self, name: &str) -> Self {
        Self { base: format!("{}/connections/{name}/v2", self.mount), ..self }
    }
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

    /// Says whose groups the request is about, which decides in which tables their members stand.
    pub const fn whose_groups(&self) -> GroupsOf {
        GroupsOf { connection: self.connection, kind: self.kind }
    }

    /// Returns the URLs of the members of groups. Only native ones have members of other connections.
    pub async fn member_urls(&self, session: &Session, groups: &[GroupId]) -> Result<MemberUrls, OperationError> {
        if self.kind == ConnectionKind::Idp || groups.is_empty() {
            return Ok(self.own_urls());
        }
        let provisioned = groups::provisioned_members(session, groups).await?;
        if provisioned.is_empty() {
            return Ok(self.own_urls());
        }
        let names = connections::names(session).await?;
        let url = |(id, name): (ConnectionId, String)| (id, Arc::from(self.urls.clone().of_connection(&name).base));
        let urls: HashMap<ConnectionId, Arc<str>> = names.into_iter().map(url).collect();
        let elsewhere = |(user, connection)| Some((user, urls.get(&connection)?.clone()));
        Ok(self.own_urls().with(provisioned.into_iter().filter_map(elsewhere).collect()))
    }

    /// Returns the URLs of members of the connection itself.
    pub fn own_urls(&self) -> MemberUrls {
        MemberUrls::below(&self.urls.base)
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

    /// Refuses a sort of users by what the connection does not keep.
    ///
    /// # Errors
    /// 400 `invalidValue`.
    pub fn check_sort(&self, sort_by: Option<&str>) -> Result<(), ScimError> {
        match (&self.kept, sort_by) {
            (Some(kept), Some(sort_by)) => kept.check_sort(sort_by, &self.types().user),
            _ => Ok(()),
        }
    }

    /// Returns the scope of a condition or an order over resources of a type.
    pub fn scope<'a>(&'a self, resource_type: &'a ResourceType) -> Scope<'a> {
        Scope {
            dialect: self.provider.database.dialect(),
            resource_type,
            connection: Some(self.connection()),
            kind: self.kind,
            memberships: Memberships::Own,
            nests: false,
            mount: &self.urls.mount,
            base_url: &self.urls.base,
            hosts_url: &self.urls.hosts,
        }
    }

    /// Returns the scope of a list that is filtered: it matters to the groups of users whether groups are nested.
    ///
    /// # Errors
    /// If the database cannot be reached.
    pub async fn scope_of<'a>(
        &'a self,
        resource_type: &'a ResourceType,
        reads_groups: bool,
    ) -> Result<Scope<'a>, OperationError> {
        let nests = reads_groups
            && resource_type.is_user()
            && groups::are_nested(&self.provider.database.read().await?, self.connection()).await?;
        Ok(Scope { nests, ..self.scope(resource_type) })
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
