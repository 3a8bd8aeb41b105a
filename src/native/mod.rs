//! The users and groups that the host server makes itself.

mod groups;
mod users;

use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;

use crate::{
    error::Error,
    protocol::{
        connection::ConnectionKind, id::ConnectionId, query::search::SearchRequest, resource::projection::Projection,
        settings::Settings,
    },
    provider::{Preconditions, Provider, RequestContext, Urls, stored_bytes::StoredBytes},
    store::{operation_error::OperationError, request_id::new_request_id},
};

/// The users and groups that the host server makes itself, in the connection of kind `native`.
///
/// Each function is a SCIM operation: it takes and returns resources of RFC 7643 as JSON, checks what the routes check, and is one
/// transaction. No identity provider reaches them; an administrator does, at `{mount}/connections/native/v2`. One that has
/// the name of a provisioned user or group lives beside it.
///
/// A group may have users of any connection as its members: an identity provider does not see that, and what a host shows counts
/// it. A member that is no user or native group is refused.
///
/// ```no_run
/// # async fn f(scim: fleet_scim::ScimModule, provisioned: fleet_scim::UserId) -> Result<(), fleet_scim::Error> {
/// let native = scim.native().await?;
/// native.create_user(&serde_json::json!({ "userName": "kiosk@example.com" })).await?;
/// let group = native.create_group(&serde_json::json!({ "displayName": "Loaner laptops" })).await?;
/// native.add_members(group, &[provisioned]).await?;
/// # Ok(()) }
/// ```
///
/// The errors of each function: [`Error::Invalid`] for what a route would answer with 400 or 409, [`Error::Database`].
#[derive(Debug, Clone)]
pub struct Native {
    provider: Arc<Provider>,
    connection: ConnectionId,
    urls: Urls,
}

impl Native {
    pub(crate) fn new(provider: Arc<Provider>, connection: ConnectionId, public_url: Option<&str>) -> Self {
        let server = public_url.unwrap_or_default().trim_end_matches('/');
        let mount = format!("{server}{}", provider.mount_path.as_deref().unwrap_or_default());
        let urls = Urls::of_mount(mount, provider.hosts_url.as_deref(), server).of_connection("native");
        Self { provider, connection, urls }
    }

    /// Returns the connection that these users and groups belong to.
    #[must_use]
    pub const fn connection(&self) -> ConnectionId {
        self.connection
    }

    async fn context(&self, projection: Projection) -> Result<RequestContext, OperationError> {
        let service = self.provider.admission.service(&self.provider.database, self.connection).await?;
        Ok(RequestContext {
            provider: self.provider.clone(),
            request: new_request_id(),
            connection: self.connection,
            kind: ConnectionKind::Native,
            settings: Settings { refuses_unknown_members: true, ..service.settings },
            kept: service.kept,
            urls: self.urls.clone(),
            preconditions: Preconditions::default(),
            projection,
            stored: StoredBytes::default(),
        })
    }
}

fn bytes(resource: &Value) -> Bytes {
    resource.to_string().into()
}

fn search(filter: &str, start_index: i64, count: i64) -> SearchRequest {
    let filter = Some(filter.to_owned()).filter(|filter| !filter.is_empty());
    SearchRequest { filter, start_index: Some(start_index), count: Some(count), ..SearchRequest::default() }
}

/// Parses what an operation wrote.
fn parse(text: &str) -> Result<Value, Error> {
    serde_json::from_str(text).map_err(|_| Error::Corrupt("a resource is not JSON".to_owned()))
}

/// Turns the answer that there is no such resource into `None`.
fn found<T>(outcome: Result<T, OperationError>) -> Result<Option<T>, Error> {
    match outcome {
        Err(OperationError::Scim(refusal)) if refusal.status == 404 => Ok(None),
        outcome => Ok(Some(outcome?)),
    }
}

/// Says whether there was such a resource.
fn done<T>(outcome: Result<T, OperationError>) -> Result<bool, Error> {
    Ok(found(outcome)?.is_some())
}

/// Returns the id at the end of a new resource's URL.
fn id_of<T>(location: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, Error> {
    let id = location.rsplit('/').next().and_then(parse);
    id.ok_or_else(|| Error::Corrupt("a new resource has no id".to_owned()))
}
