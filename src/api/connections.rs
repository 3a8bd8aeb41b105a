//! `/connections`: the identity providers, for administrators of the host server; not part of SCIM.

use std::sync::Arc;

use poem::Result;
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};
use serde_json::{Value, json};

use super::{
    answer::{Answer, without_null},
    caller::Caller,
    openapi::{Connection, ConnectionChange, Connections, Deletion, NewConnection, SchemaOf},
    payload::Scim,
    tag::Tag,
};
use crate::{
    protocol::{date, messages::connection},
    provider::{Provider, connections},
    store,
};

pub struct ConnectionsApi(pub Arc<Provider>);

#[OpenApi(tag = "Tag::Connections")]
impl ConnectionsApi {
    /// List the connections, each of which is an identity provider's users and groups.
    ///
    /// All of SCIM stands below the base URL of each connection, `connections/{name}/v2`. Below the mount itself a token has
    /// its own connection.
    #[oai(path = "/connections", method = "get", operation_id = "list_connections")]
    async fn list(&self, _caller: Caller) -> Result<Answer<Connections, 200>> {
        let found = connections::list(&self.0).await?;
        let found: Vec<Value> = found.iter().map(representation).collect();
        Ok(Answer::new(json!({ "connections": found }).to_string()))
    }

    /// Create a connection.
    ///
    /// Then make a token for it, and give both the base URL and the token to the identity provider.
    #[oai(path = "/connections", method = "post", operation_id = "create_connection")]
    async fn create(&self, caller: Caller, payload: Scim<SchemaOf<NewConnection>>) -> Result<Answer<Connection, 201>> {
        let new = connection::NewConnection::parse(payload.object().await?)?;
        let created = connections::create(&self.0, caller.request(), &new).await?;
        let location = format!("{}/connections/{}", caller.base_url(), created.name);
        Ok(Answer::new(representation(&created).to_string()).at(&location))
    }

    /// Get a connection.
    ///
    /// With what it holds, its settings, and when its last request ended.
    #[oai(path = "/connections/:name", method = "get", operation_id = "get_connection")]
    async fn get(&self, _caller: Caller, name: Path<String>) -> Result<Answer<Connection, 200>> {
        Ok(Answer::new(representation(&connections::get(&self.0, &name).await?).to_string()))
    }

    /// Change a connection: what the body names, and nothing else (JSON Merge Patch, RFC 7396).
    ///
    /// `state` pauses and resumes it. The clients of one that is `paused` get 503: Okta does not repeat what failed meanwhile,
    /// and Entra ID quarantines a job of which 40 % fails. The clients of one that is `detached` get 403, and nothing in it
    /// changes any more.
    #[oai(path = "/connections/:name", method = "patch", operation_id = "patch_connection")]
    async fn patch(
        &self,
        caller: Caller,
        name: Path<String>,
        payload: Scim<SchemaOf<ConnectionChange>>,
    ) -> Result<Answer<Connection, 200>> {
        let change = connection::ConnectionChange::parse(payload.object().await?)?;
        Ok(Answer::new(
            representation(&connections::change(&self.0, caller.request(), &name, &change).await?).to_string(),
        ))
    }

    /// Delete a connection with all its users and groups.
    ///
    /// Without `confirm` it is 409 and says what that would take. With it, its tokens end at once, and its data is deleted in
    /// the background: it is `deleting` until then. The connections `default` and `native` stay.
    #[oai(path = "/connections/:name", method = "delete", operation_id = "delete_connection")]
    async fn delete(
        &self,
        caller: Caller,
        name: Path<String>,
        /// The name of the connection again.
        confirm: Query<Option<String>>,
    ) -> Result<Answer<Deletion, 202>> {
        let begun = connections::delete(&self.0, caller.request(), &name, confirm.0.as_deref()).await?;
        Ok(Answer::new(deletion(begun).to_string()))
    }
}

/// What the deletion of a connection takes.
fn deletion(of: connections::Deletion) -> Value {
    json!({ "users": of.users, "groups": of.groups, "memberships": of.memberships, "hosts": of.hosts })
}

fn representation(of: &store::connections::Connection) -> Value {
    without_null(json!({
        "name": of.name,
        "displayName": of.display_name,
        "vendor": of.vendor.as_str(),
        "kind": of.kind.as_str(),
        "state": of.state.as_str(),
        "order": of.order,
        "users": of.users,
        "groups": of.groups,
        "lastRequest": of.last_request_at.map(date::format),
        "lastSuccess": of.last_success_at.map(date::format),
        "createdAt": date::format(of.created_at),
        "settings": settings(of),
    }))
}

fn settings(of: &store::connections::Connection) -> Value {
    let attributes = (!of.attributes.is_empty()).then_some(&of.attributes);
    let domains = (!of.domains.is_empty()).then_some(&of.domains);
    without_null(json!({
        "additiveReplace": of.additive_replace,
        "keepsMembers": of.keeps_members,
        "attributes": attributes,
        "domains": domains,
        "keepsEmails": of.settings.keeps_emails,
        "deletesDeactivated": of.settings.deletes_deactivated,
        "refusesUnknownMembers": of.settings.refuses_unknown_members,
        "keepsIdentifiers": of.settings.keeps_identifiers,
        "requestsPerSecond": of.requests_per_second,
    }))
}
