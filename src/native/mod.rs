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
    provider::{self, ListQuery, Listed, Preconditions, Provider, RequestContext, Urls, stored_bytes::StoredBytes},
    store::{connections::NativeConnection, operation_error::OperationError, request_id::new_request_id},
};

/// The users and groups that the host server makes itself, in the connection of kind `native`.
///
/// Each function is a SCIM operation: it takes and returns resources of RFC 7643 as JSON, checks them as the routes do, and is one
/// transaction. No identity provider reaches them; an administrator does, at `{mount}/connections/native/v2`. One that has
/// the name of a provisioned user or group lives beside it. `location` and `$ref` begin with [`public_url`] and [`mount_path`].
///
/// A group may have users of any connection as its members: an identity provider does not see that, and what a host shows counts
/// it. A member that is neither a user nor a native group is refused, and nothing changes.
///
/// [`public_url`]: crate::Builder::public_url
/// [`mount_path`]: crate::Builder::mount_path
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
/// The errors of each function: [`Error::Invalid`] with what a route would answer with 400 or 409, [`Error::Busy`] where it would answer
/// with 503, [`Error::Database`], [`Error::Corrupt`]. What a route would name in `/details`, such as an attribute that was ignored,
/// is not told.
#[derive(Debug, Clone)]
pub struct Native {
    provider: Arc<Provider>,
    connection: ConnectionId,
    urls: Urls,
}

impl Native {
    pub(crate) fn new(provider: Arc<Provider>, connection: &NativeConnection, public_url: Option<&str>) -> Self {
        let server = public_url.unwrap_or_default().trim_end_matches('/');
        let path = provider.mount_path.as_deref().unwrap_or_default();
        let urls = Urls::of_mount(server, path, provider.hosts_url.as_deref()).of_connection(&connection.name);
        Self { provider, connection: connection.id, urls }
    }

    /// Returns the connection that these users and groups belong to.
    #[must_use]
    pub const fn connection(&self) -> ConnectionId {
        self.connection
    }

    /// Lists resources that match a filter, or all if it is empty.
    async fn find<L: Listed>(
        &self,
        filter: &str,
        start_index: i64,
        count: i64,
        excluded: Option<&str>,
    ) -> Result<Value, Error> {
        let resource_type = L::resource_type(&self.provider.types);
        let filter = Some(filter.to_owned()).filter(|filter| !filter.is_empty());
        let request = SearchRequest {
            filter,
            start_index: Some(start_index),
            count: Some(count),
            excluded_attributes: excluded.map(str::to_owned),
            ..SearchRequest::default()
        };
        let projection = request.projection(resource_type).map_err(OperationError::from)?;
        let query = ListQuery::read(&request, self.provider.page, resource_type).map_err(OperationError::from)?;
        parse(&provider::list_resources::<L>(&self.context(projection).await?, &query).await?)
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

fn bytes(message: &Value) -> Bytes {
    message.to_string().into()
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
