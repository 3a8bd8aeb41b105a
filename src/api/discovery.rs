//! `/ServiceProviderConfig`, `/ResourceTypes` and `/Schemas`.

use std::sync::Arc;

use poem::Result;
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};
use serde_json::Value;

use super::{answer::Answer, caller::Caller, openapi, tag::Tag};
use crate::{
    protocol::messages::{discovery, error::ScimError, list},
    provider::{Provider, connections},
};

pub struct DiscoveryApi(pub Arc<Provider>);

#[OpenApi(tag = "Tag::Discovery")]
impl DiscoveryApi {
    /// Get what this service provider supports.
    ///
    /// PATCH, Bulk, filters, sorting, cursors, versions, and the bounds of each. `authenticationSchemes` has a second scheme for a
    /// connection that has OAuth clients.
    #[oai(path = "/ServiceProviderConfig", method = "get", operation_id = "get_service_provider_config")]
    async fn service_provider_config(&self, caller: Caller) -> Result<Answer<openapi::ServiceProviderConfig, 200>> {
        let has_clients = connections::has_clients(&self.0, caller.connection()).await?;
        let cursor_timeout = (self.0.cursor_timeout / 1000).max(1);
        let config = discovery::service_provider_config(self.0.page, cursor_timeout, has_clients, caller.base_url());
        Ok(Answer::new(config.to_string()))
    }

    /// List the resource types.
    ///
    /// User and Group, each with its endpoint and the URNs of its schemas.
    #[oai(path = "/ResourceTypes", method = "get", operation_id = "list_resource_types")]
    async fn resource_types(
        &self,
        caller: Caller,
        filter: Query<Option<String>>,
    ) -> Result<Answer<openapi::ResourceTypes, 200>> {
        refuse_filter(&filter)?;
        let base_url = caller.base_url();
        Ok(Answer::new(all(self
            .0
            .types
            .all()
            .into_iter()
            .map(|resource_type| discovery::resource_type(resource_type, caller.kept(), base_url)))))
    }

    /// Get a resource type by its name.
    ///
    /// The name is `User` or `Group`.
    #[oai(path = "/ResourceTypes/:id", method = "get", operation_id = "get_resource_type")]
    async fn resource_type(&self, caller: Caller, id: Path<String>) -> Result<Answer<openapi::ResourceType, 200>> {
        let found = self.0.types.all().into_iter().find(|resource_type| resource_type.name == *id);
        let found = found.ok_or_else(|| ScimError::not_found("ResourceType"))?;
        Ok(Answer::new(discovery::resource_type(found, caller.kept(), caller.base_url()).to_string()))
    }

    /// List the schemas.
    ///
    /// Every attribute of users and groups, with those of the extensions that the host server registered, as far as the connection
    /// keeps them.
    #[oai(path = "/Schemas", method = "get", operation_id = "list_schemas")]
    async fn schemas(&self, caller: Caller, filter: Query<Option<String>>) -> Result<Answer<openapi::Schemas, 200>> {
        refuse_filter(&filter)?;
        let base_url = caller.base_url();
        Ok(Answer::new(all(discovery::schemas(&self.0.types)
            .map(|schema| discovery::schema(schema, &self.0.types, caller.kept(), base_url)))))
    }

    /// Get a schema by its URN.
    ///
    /// The URN is that of a schema, such as `urn:ietf:params:scim:schemas:core:2.0:User`.
    #[oai(path = "/Schemas/:urn", method = "get", operation_id = "get_schema")]
    async fn schema(&self, caller: Caller, urn: Path<String>) -> Result<Answer<openapi::Schema, 200>> {
        let found = discovery::schemas(&self.0.types).find(|schema| schema.urn.eq_ignore_ascii_case(&urn));
        let found = found.ok_or_else(|| ScimError::not_found("Schema"))?;
        Ok(Answer::new(discovery::schema(found, &self.0.types, caller.kept(), caller.base_url()).to_string()))
    }
}

/// Refuses a filter on discovery resources.
///
/// # Errors
/// 403, so that nobody mistakes the whole list for the result of a filter (RFC 7644 section 4).
fn refuse_filter(filter: &Option<String>) -> Result<(), ScimError> {
    match filter {
        Some(_) => Err(ScimError::new(403, "this list cannot be filtered: ask for all of it, or for one by its id")),
        None => Ok(()),
    }
}

fn all(resources: impl Iterator<Item = Value>) -> String {
    let resources: Vec<String> = resources.map(|resource| resource.to_string()).collect();
    list::response(resources.len() as u64, &list::PagePosition::Index(1), &resources)
}
