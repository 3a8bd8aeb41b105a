//! The host side of the API, in the shapes of the system this grew from.

use std::sync::Arc;

use fleet_scim::{
    HostId,
    hosts::Source,
    poem::{self, error::InternalServerError, http::StatusCode},
};
use poem_openapi::{
    ApiResponse, Object, OpenApi, OpenApiService,
    param::{Path, Query},
    payload::Json,
    types::Any,
};
use serde_json::{Value, json};

use crate::{HostError, assignments::AssignmentsApi, changes::ChangesApi, hosts::HostServer, reports::ReportsApi};

/// Hosts that a page of a filter may skip.
const SKIPPED: u64 = 10_000;

pub struct HostApi(Arc<HostServer>);

pub struct IdentityProviderApi(Arc<HostServer>);

/// An address of a host and where it is from.
#[derive(Object)]
struct Email {
    email: String,
    /// `idp` (set by hand), `mdm_idp_accounts`, `google_chrome_profiles`, `custom` or another name.
    source: String,
}

/// A host to enrol.
#[derive(Object)]
struct NewHost {
    hostname: String,
    #[oai(default)]
    emails: Vec<Email>,
    /// What the host may have been assigned by before it enrolled.
    serial: Option<String>,
}

#[derive(ApiResponse)]
enum Created {
    /// The host.
    #[oai(status = 201)]
    Host(Json<Any<Value>>),
}

/// What an administrator enters in the identity provider.
#[derive(Object)]
struct ScimToken {
    /// Shown this once.
    token: String,
    scim_url: String,
}

pub type Apis = (HostApi, AssignmentsApi, ReportsApi, IdentityProviderApi, ChangesApi);

pub fn service(server: Arc<HostServer>) -> OpenApiService<Apis, ()> {
    OpenApiService::new(
        (
            HostApi(server.clone()),
            AssignmentsApi(server.clone()),
            ReportsApi(server.clone()),
            IdentityProviderApi(server.clone()),
            ChangesApi(server),
        ),
        "Host server with fleet-scim",
        env!("CARGO_PKG_VERSION"),
    )
}

#[OpenApi(prefix_path = "/api/v1/fleet")]
impl HostApi {
    /// List hosts with their end users.
    #[oai(path = "/hosts", method = "get", operation_id = "list_hosts")]
    async fn list(
        &self,
        /// From 0.
        #[oai(default)]
        page: Query<u64>,
        #[oai(default = "per_page")] per_page: Query<u64>,
        /// Part of a hostname or address.
        #[oai(default)]
        query: Query<String>,
        /// A SCIM filter over the owner of each host, in place of `query`.
        filter: Query<Option<String>>,
        /// The last host of the page before, for a filter: pages further on than 10,000 hosts need it.
        after: Query<Option<i64>>,
    ) -> poem::Result<Json<Any<Value>>> {
        let (page, page_size) = (page.0.min(1 << 40), per_page.0.clamp(1, 500));
        let found = match &filter.0 {
            None => self.0.hosts(page, page_size, &query.0).await,
            Some(_) if page.saturating_mul(page_size) > SKIPPED => {
                return Err(refused(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "ask after the last host of the page before: after=",
                ));
            }
            Some(filter) => self.0.hosts_matching(filter, after.0.map(HostId), page * page_size, page_size).await,
        };
        let (hosts, count) = found.map_err(failed)?;
        Ok(Json(Any(json!({ "hosts": hosts, "count": count }))))
    }

    /// Enrol a host.
    #[oai(path = "/hosts", method = "post", operation_id = "enrol_host")]
    async fn enrol(&self, host: Json<NewHost>) -> poem::Result<Created> {
        let hostname = host.hostname.trim();
        if hostname.is_empty() || hostname.chars().count() > 255 || hostname.contains('\0') {
            return Err(refused(StatusCode::UNPROCESSABLE_ENTITY, "hostname has 1 to 255 characters"));
        }
        let mut by_source: Vec<(Source, Vec<String>)> = Vec::new();
        for Email { email, source } in &host.emails {
            let source = parse(source);
            match by_source.iter_mut().find(|(known, _)| *known == source) {
                Some((_, emails)) => emails.push(email.clone()),
                None => by_source.push((source, vec![email.clone()])),
            }
        }
        let id = self.0.enrol(hostname, host.serial.as_deref(), &by_source).await.map_err(failed)?;
        Ok(Created::Host(Json(Any(json!({ "host": self.host(id).await? })))))
    }

    /// Get a host with its end users.
    #[oai(path = "/hosts/:id", method = "get", operation_id = "get_host")]
    async fn get(&self, id: Path<i64>) -> poem::Result<Json<Any<Value>>> {
        Ok(Json(Any(json!({ "host": self.host(HostId(id.0)).await? }))))
    }

    /// Explain who owns a host, or why nobody does.
    #[oai(path = "/hosts/:id/owner", method = "get", operation_id = "explain_owner")]
    async fn owner(&self, id: Path<i64>) -> poem::Result<Json<Any<Value>>> {
        let id = self.existing(id.0).await?;
        let explained = self.0.scim.hosts().explain(id).await.map_err(|error| failed(error.into()))?;
        Ok(Json(Any(explained.to_json())))
    }

    /// Delete a host.
    #[oai(path = "/hosts/:id", method = "delete", operation_id = "delete_host")]
    async fn delete(&self, id: Path<i64>) -> poem::Result<Json<Any<Value>>> {
        if !self.0.delete(HostId(id.0)).await.map_err(failed)? {
            return Err(not_found());
        }
        Ok(Json(Any(json!({}))))
    }

    /// Get the addresses of a host.
    #[oai(path = "/hosts/:id/device_mapping", method = "get", operation_id = "get_device_mapping")]
    async fn device_mapping(&self, id: Path<i64>) -> poem::Result<Json<Any<Value>>> {
        self.mapping(HostId(id.0)).await
    }

    /// Set the address of a host for one source.
    #[oai(path = "/hosts/:id/device_mapping", method = "put", operation_id = "set_device_mapping")]
    async fn set_device_mapping(&self, id: Path<i64>, email: Json<Email>) -> poem::Result<Json<Any<Value>>> {
        let id = self.existing(id.0).await?;
        self.0.set_email(id, &parse(&email.source), &email.email).await.map_err(failed)?;
        self.mapping(id).await
    }

    /// Forget the addresses a host has from one source.
    #[oai(path = "/hosts/:id/device_mapping/:source", method = "delete", operation_id = "delete_device_mapping")]
    async fn delete_device_mapping(&self, id: Path<i64>, source: Path<String>) -> poem::Result<Json<Any<Value>>> {
        let id = self.existing(id.0).await?;
        self.0.forget_source(id, &parse(&source)).await.map_err(failed)?;
        self.mapping(id).await
    }
}

#[OpenApi(prefix_path = "/api/v1/fleet")]
impl IdentityProviderApi {
    /// Make a token for an identity provider, and its connection if there is none.
    ///
    /// Enter both in the identity provider. The token before lives on for a day.
    #[oai(path = "/identity_providers/:name/scim_token", method = "post", operation_id = "make_scim_token")]
    async fn scim_token(&self, request: &poem::Request, name: Path<String>) -> poem::Result<Json<ScimToken>> {
        let host = request.header("host").unwrap_or("localhost");
        let origin = self.0.public_url.clone().unwrap_or_else(|| format!("{}://{host}", request.scheme()));
        let access = self.0.scim_token(&name, &origin).await.map_err(|error| failed(error.into()))?;
        Ok(Json(ScimToken { token: access.token, scim_url: access.scim_url }))
    }
}

impl HostApi {
    async fn existing(&self, id: i64) -> poem::Result<HostId> {
        match self.0.find(HostId(id)).await.map_err(InternalServerError)? {
            Some(_) => Ok(HostId(id)),
            None => Err(not_found()),
        }
    }

    async fn host(&self, id: HostId) -> poem::Result<Value> {
        self.0.host(id).await.map_err(failed)?.ok_or_else(not_found)
    }

    async fn mapping(&self, id: HostId) -> poem::Result<Json<Any<Value>>> {
        let id = self.existing(id.0).await?;
        let known = self.0.scim.hosts().end_users_of(id).await.map_err(|error| failed(error.into()))?;
        Ok(Json(Any(json!({
            "host_id": id.0,
            "device_mapping": known.addresses,
            "end_users": known.end_users,
            "ownership": known.ownership,
        }))))
    }
}

fn per_page() -> u64 {
    100
}

fn parse(source: &str) -> Source {
    match source.parse() {
        Ok(source) => source,
        Err(never) => match never {},
    }
}

pub fn not_found() -> poem::Error {
    refused(StatusCode::NOT_FOUND, "host not found")
}

pub fn refused(status: StatusCode, message: &'static str) -> poem::Error {
    poem::Error::from_string(message, status)
}

pub fn failed(failure: HostError) -> poem::Error {
    match failure.downcast_ref::<fleet_scim::Error>() {
        Some(fleet_scim::Error::Invalid(reason)) => {
            poem::Error::from_string(reason.clone(), StatusCode::UNPROCESSABLE_ENTITY)
        }
        Some(fleet_scim::Error::Filter(refusal)) => refusal.clone().into(),
        _ => poem::Error::from_string(failure.to_string(), StatusCode::INTERNAL_SERVER_ERROR),
    }
}
