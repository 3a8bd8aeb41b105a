//! The tokens of a connection, for administrators of the host server; not part of SCIM.

use std::sync::Arc;

use poem::Result;
use poem_openapi::{
    OpenApi,
    param::{Path, Query},
};
use serde_json::{Value, json};

use super::{
    answer::{Answer, NoContent, without_null},
    caller::Caller,
    openapi::{ConnectionTokens, IssuedToken, NewToken, SchemaOf},
    payload::Scim,
    tag::Tag,
    whole::Whole,
};
use crate::{
    protocol::{
        date,
        id::TokenId,
        messages::{error::ScimError, token},
        warnings::Warnings,
    },
    provider::{Provider, connections},
    store::tokens::ConnectionToken,
};

pub struct TokensApi(pub Arc<Provider>);

/// How long a token lives on after it was rotated, in seconds, unless the request says otherwise: a day, since somebody has
/// to enter the new one.
const GRACE: i64 = 24 * 60 * 60;
/// The longest such time: thirty days.
const LONGEST_GRACE: i64 = 30 * GRACE;

#[OpenApi(tag = "Tag::Connections")]
impl TokensApi {
    /// List the tokens of a connection, the oldest first.
    ///
    /// None of them can be read again: each is known by its note and its last four characters.
    #[oai(path = "/connections/:name/tokens", method = "get", operation_id = "list_tokens")]
    async fn list(&self, _caller: Caller, name: Path<String>) -> Result<Answer<ConnectionTokens, 200>> {
        let found = connections::tokens(&self.0, &name).await?;
        let found: Vec<Value> = found.iter().map(representation).collect();
        Ok(Answer::new(json!({ "tokens": found }).to_string()))
    }

    /// Make a token for a connection; this answer shows it, and nothing else ever does.
    ///
    /// It reads and writes the users and groups of this connection, and sees its `/details`. A hundred may be live at once.
    #[oai(path = "/connections/:name/tokens", method = "post", operation_id = "create_token")]
    async fn create(
        &self,
        caller: Caller,
        name: Path<String>,
        payload: Scim<SchemaOf<NewToken>>,
    ) -> Result<Answer<IssuedToken, 201>> {
        let new = token::NewToken::parse(payload.object().await?)?;
        Ok(issued(&caller, &name, &connections::issue_token(&self.0, caller.request(), &name, &new).await?))
    }

    /// Revoke a token.
    ///
    /// It ends with this answer in the process that gives it, and within two seconds in others.
    #[oai(path = "/connections/:name/tokens/:id", method = "delete", operation_id = "revoke_token")]
    async fn revoke(&self, caller: Caller, name: Path<String>, id: Path<String>) -> Result<Answer<NoContent, 204>> {
        connections::revoke_token(&self.0, caller.request(), &name, token_id(&id)?).await?;
        Ok(Answer::no_content(None, Warnings::default()))
    }

    /// Make a token in the place of another, which ends a day later unless `grace` says otherwise.
    ///
    /// The new one has the note of the old one and lives as long as that was to live.
    #[oai(path = "/connections/:name/tokens/:id/rotate", method = "post", operation_id = "rotate_token")]
    async fn rotate(
        &self,
        caller: Caller,
        name: Path<String>,
        id: Path<String>,
        /// Seconds for which the old token lives on, up to thirty days; 86400 unless given, 0 to end it at once.
        grace: Query<Option<Whole>>,
    ) -> Result<Answer<IssuedToken, 201>> {
        let grace = grace.0.map_or(GRACE, |grace| grace.0);
        if !(0..=LONGEST_GRACE).contains(&grace) {
            return Err(ScimError::invalid_value(format!("grace is 0 to {LONGEST_GRACE} seconds")).into());
        }
        let rotated = connections::rotate_token(&self.0, caller.request(), &name, token_id(&id)?, grace * 1000).await?;
        Ok(issued(&caller, &name, &rotated))
    }
}

fn token_id(id: &str) -> Result<TokenId, ScimError> {
    TokenId::parse(id).ok_or_else(connections::no_such_token)
}

fn representation(of: &ConnectionToken) -> Value {
    without_null(json!({
        "id": of.id.0.to_string(),
        "lastFour": of.last_four,
        "note": of.note,
        "createdAt": date::format(of.created_at),
        "expiresAt": of.expires_at.map(date::format),
        "lastUsedAt": of.last_used_at.map(date::format),
    }))
}

fn issued(caller: &Caller, name: &str, of: &connections::IssuedToken) -> Answer<IssuedToken, 201> {
    let mut token = representation(&of.stored);
    token["token"] = of.token.clone().into();
    let location = format!("{}/connections/{name}/tokens/{}", caller.base_url(), of.stored.id.0);
    Answer::new(token.to_string()).at(&location).not_stored()
}
