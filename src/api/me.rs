//! `/Me`: the user that the caller is (RFC 7644 section 3.11).

use std::sync::Arc;

use poem::Result;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};

use super::{
    answer::{Answer, NoContent},
    caller::Caller,
    openapi::{PatchOp, SchemaOf, User, UserBody},
    payload::Scim,
    tag::Tag,
    users::UsersApi,
};
use crate::{
    protocol::messages::error::ScimError,
    provider::{self, Provider},
};

pub struct MeApi(pub Arc<Provider>);

#[OpenApi(ignore_case = true, tag = "Tag::Users")]
impl MeApi {
    /// Get the caller's own user.
    ///
    /// Which user that is, the token says. A token that stands for no user is answered with 501.
    #[oai(path = "/Me", method = "get", operation_id = "get_me")]
    async fn get(
        &self,
        caller: Caller,
        attributes: Query<Option<String>>,
        #[oai(name = "excludedAttributes")] excluded: Query<Option<String>>,
        #[oai(name = "If-Match")] if_match: Header<Option<String>>,
        #[oai(name = "If-None-Match")] if_none_match: Header<Option<String>>,
    ) -> Result<Answer<User, 200>> {
        let id = self.id(&caller).await?;
        self.users().get(caller, id, attributes, excluded, if_match, if_none_match).await
    }

    /// Replace the caller's own user (PUT).
    ///
    /// Which user that is, the token says. A token that stands for no user is answered with 501.
    #[oai(path = "/Me", method = "put", operation_id = "replace_me")]
    async fn replace(
        &self,
        caller: Caller,
        attributes: Query<Option<String>>,
        #[oai(name = "excludedAttributes")] excluded: Query<Option<String>>,
        #[oai(name = "If-Match")] if_match: Header<Option<String>>,
        #[oai(name = "If-None-Match")] if_none_match: Header<Option<String>>,
        payload: Scim<SchemaOf<UserBody>>,
    ) -> Result<Answer<User, 200>> {
        let id = self.id(&caller).await?;
        self.users().replace(caller, id, attributes, excluded, if_match, if_none_match, payload).await
    }

    /// Change the caller's own user by operations, all or none (PATCH).
    ///
    /// Which user that is, the token says. A token that stands for no user is answered with 501.
    #[oai(path = "/Me", method = "patch", operation_id = "patch_me")]
    async fn patch(
        &self,
        caller: Caller,
        attributes: Query<Option<String>>,
        #[oai(name = "excludedAttributes")] excluded: Query<Option<String>>,
        #[oai(name = "If-Match")] if_match: Header<Option<String>>,
        #[oai(name = "If-None-Match")] if_none_match: Header<Option<String>>,
        payload: Scim<SchemaOf<PatchOp>>,
    ) -> Result<Answer<User, 200>> {
        let id = self.id(&caller).await?;
        self.users().patch(caller, id, attributes, excluded, if_match, if_none_match, payload).await
    }

    /// Delete the caller's own user.
    ///
    /// Which user that is, the token says. A token that stands for no user is answered with 501.
    #[oai(path = "/Me", method = "delete", operation_id = "delete_me")]
    async fn delete(
        &self,
        caller: Caller,
        #[oai(name = "If-Match")] if_match: Header<Option<String>>,
        #[oai(name = "If-None-Match")] if_none_match: Header<Option<String>>,
    ) -> Result<Answer<NoContent, 204>> {
        let id = self.id(&caller).await?;
        self.users().delete(caller, id, if_match, if_none_match).await
    }
}

impl MeApi {
    fn users(&self) -> UsersApi {
        UsersApi(self.0.clone())
    }

    /// Finds the id of the caller's own user.
    ///
    /// # Errors
    /// 501 for a token that belongs to no user, 404 if its user does not exist here.
    async fn id(&self, caller: &Caller) -> Result<Path<String>> {
        let Some(user_name) = caller.user_name() else {
            return Err(ScimError::no_user().into());
        };
        let id = provider::find_by_user_name(&self.0, caller.connection(), user_name).await?;
        Ok(Path(id.to_string()))
    }
}
