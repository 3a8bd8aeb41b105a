//! The OAuth clients of a connection, for administrators of the host server; not part of SCIM.

use std::sync::Arc;

use poem::Result;
use poem_openapi::{OpenApi, param::Path};
use serde_json::{Value, json};

use super::{
    answer::{Answer, NoContent, without_null},
    caller::Caller,
    openapi::{IssuedClient, IssuedSecret, NewClient, NewSecret, OAuthClients, SchemaOf},
    payload::Scim,
    tag::Tag,
    token_endpoint,
};
use crate::{
    protocol::{
        date,
        id::{ClientId, SecretId},
        messages::{client, error::ScimError},
        warnings::Warnings,
    },
    provider::{Provider, connections},
    store::clients::{Client, ClientSecret},
};

pub struct ClientsApi(pub Arc<Provider>);

#[OpenApi(tag = "Tag::Connections")]
impl ClientsApi {
    /// List the OAuth clients of a connection, the oldest first.
    ///
    /// A client exchanges its secret for access tokens, for identity providers that want no token that lives for years.
    #[oai(path = "/connections/:name/clients", method = "get", operation_id = "list_clients")]
    async fn list(&self, caller: Caller, name: Path<String>) -> Result<Answer<OAuthClients, 200>> {
        let found = connections::clients(&self.0, &name).await?;
        let found: Vec<Value> = found.iter().map(|client| representation(client, caller.base_url())).collect();
        Ok(Answer::new(json!({ "clients": found }).to_string()))
    }

    /// Make an OAuth client with a secret; this answer shows the secret, and nothing else ever does.
    ///
    /// Enter `tokenUrl`, `clientId` and `clientSecret` in the identity provider. The secret lives two years unless the body says
    /// otherwise. A client with `federation` has none: assertions of its identity provider prove it (RFC 7523).
    #[oai(path = "/connections/:name/clients", method = "post", operation_id = "create_client")]
    async fn create(
        &self,
        caller: Caller,
        name: Path<String>,
        payload: Scim<SchemaOf<NewClient>>,
    ) -> Result<Answer<IssuedClient, 201>> {
        let new = client::NewClient::parse(payload.object().await?)?;
        let made = connections::create_client(&self.0, caller.request(), &name, &new).await?;
        let mut answer = representation(&made.client, caller.base_url());
        if let Some(secret) = made.client_secret {
            answer["clientSecret"] = secret.into();
        }
        let location = format!("{}/connections/{}/clients/{}", caller.base_url(), *name, made.client.id.0);
        Ok(Answer::new(answer.to_string()).at(&location).not_stored())
    }

    /// Delete an OAuth client: its secrets and access tokens end.
    ///
    /// They end with this answer in the process that gives it, and within two seconds in others.
    #[oai(path = "/connections/:name/clients/:id", method = "delete", operation_id = "delete_client")]
    async fn delete(&self, caller: Caller, name: Path<String>, id: Path<String>) -> Result<Answer<NoContent, 204>> {
        connections::delete_client(&self.0, caller.request(), &name, client_id(&id)?).await?;
        Ok(Answer::no_content(None, Warnings::default()))
    }

    /// Make another secret of a client, so that the one in use can be replaced.
    ///
    /// Two are live at most. Enter the new one in the identity provider, then delete the old one.
    #[oai(path = "/connections/:name/clients/:id/secrets", method = "post", operation_id = "create_secret")]
    async fn add_secret(
        &self,
        caller: Caller,
        name: Path<String>,
        id: Path<String>,
        payload: Scim<SchemaOf<NewSecret>>,
    ) -> Result<Answer<IssuedSecret, 201>> {
        let new = client::NewSecret::parse(payload.object().await?)?;
        let made = connections::add_secret(&self.0, caller.request(), &name, client_id(&id)?, &new).await?;
        let mut answer = secret(&made.stored);
        answer["clientSecret"] = made.client_secret.into();
        let location = format!("{}/connections/{}/secrets/{}", caller.base_url(), *name, made.stored.id.0);
        Ok(Answer::new(answer.to_string()).at(&location).not_stored())
    }

    /// Delete a secret, with the access tokens that were given for it.
    ///
    /// They end as with the deletion of the client.
    #[oai(path = "/connections/:name/secrets/:id", method = "delete", operation_id = "delete_secret")]
    async fn delete_secret(
        &self,
        caller: Caller,
        name: Path<String>,
        id: Path<String>,
    ) -> Result<Answer<NoContent, 204>> {
        let id = SecretId::parse(&id).ok_or_else(connections::no_such_secret)?;
        connections::delete_secret(&self.0, caller.request(), &name, id).await?;
        Ok(Answer::no_content(None, Warnings::default()))
    }
}

fn client_id(id: &str) -> Result<ClientId, ScimError> {
    ClientId::parse(id).ok_or_else(connections::no_such_client)
}

fn representation(of: &Client, base_url: &str) -> Value {
    let federation = of.federation.as_ref();
    let federation =
        federation.map(|of| json!({ "issuer": of.issuer, "subject": of.subject, "audience": of.audience }));
    without_null(json!({
        "id": of.id.0.to_string(),
        "clientId": of.client_id,
        "tokenUrl": format!("{base_url}{}", token_endpoint::PATH),
        "note": of.note,
        "createdAt": date::format(of.created_at),
        "federation": federation,
        "secrets": of.secrets.iter().map(secret).collect::<Vec<_>>(),
    }))
}

fn secret(of: &ClientSecret) -> Value {
    without_null(json!({
        "id": of.id.0.to_string(),
        "lastFour": of.last_four,
        "createdAt": date::format(of.created_at),
        "expiresAt": date::format(of.expires_at),
        "lastUsedAt": of.last_used_at.map(date::format),
    }))
}
