//! `/Users`.

use std::sync::Arc;

use poem::{Request, Result};
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};

use super::{
    answer::{Answer, NoContent},
    caller::Caller,
    openapi::{PatchOp, SchemaOf, SearchRequest, User, UserBody, Users},
    parameters::{filter_with_plus, projection},
    payload::Scim,
    tag::Tag,
    whole::Whole,
};
use crate::{
    protocol::{
        query::search,
        resource::{projection::Projection, version::Tags},
        schema::HOSTS_EXTENSION,
        warnings::Warnings,
    },
    provider::{self, ListQuery, Preconditions, Provider},
};

pub struct UsersApi(pub Arc<Provider>);

impl UsersApi {
    /// Lists what a search asks for.
    async fn list_found(&self, caller: Caller, request: &search::SearchRequest) -> Result<String> {
        let user_type = &self.0.types.user;
        let query = ListQuery::read(request, self.0.page, user_type)?;
        let context = caller.context(&self.0, Preconditions::default(), request.projection(user_type)?);
        Ok(provider::list_resources::<provider::Users>(&context, &query).await?)
    }
}

#[OpenApi(ignore_case = true, tag = "Tag::Users")]
impl UsersApi {
    /// Create a user.
    ///
    /// The answer is the user as stored, with its id. A `userName` that another active user has is refused with 409. A
    /// user who was deactivated and is sent again comes back under the same id.
    #[oai(path = "/Users", method = "post", operation_id = "create_user")]
    async fn create(
        &self,
        caller: Caller,
        attributes: Query<Option<String>>,
        #[oai(name = "excludedAttributes")] excluded: Query<Option<String>>,
        #[oai(name = "If-None-Match")] if_none_match: Header<Option<String>>,
        payload: Scim<SchemaOf<UserBody>>,
    ) -> Result<Answer<User, 201>> {
        let preconditions = Preconditions::parse(None, if_none_match.0.as_deref());
        let context = caller.context(&self.0, preconditions, projection(&attributes, &excluded, &self.0.types.user)?);
        let body = payload.object().await?;
        let answer = provider::create_user(&context, body).await?;
        Ok(Answer::resource(answer))
    }

    /// List users, by a filter or all, page by page.
    ///
    /// Without `startIndex` and `cursor` it is the first page. `totalResults` counts every user that matches the filter.
    #[expect(clippy::too_many_arguments, reason = "one for each parameter")]
    #[oai(path = "/Users", method = "get", operation_id = "list_users")]
    async fn list(
        &self,
        caller: Caller,
        request: &Request,
        /// A filter of RFC 7644 section 3.4.2.2, such as `userName eq "ava@example.com"`.
        filter: Query<Option<String>>,
        /// An attribute to sort by.
        #[oai(name = "sortBy")]
        sort_by: Query<Option<String>>,
        /// `ascending`, unless `descending` is asked for.
        #[oai(name = "sortOrder")]
        sort_order: Query<Option<String>>,
        /// The place of the first resource, from 1.
        #[oai(name = "startIndex")]
        start_index: Query<Option<Whole>>,
        /// Resources on the page at most.
        count: Query<Option<Whole>>,
        /// A `nextCursor` or `previousCursor`, empty for the first page (RFC 9865); excludes `startIndex`.
        cursor: Query<Option<String>>,
        attributes: Query<Option<String>>,
        #[oai(name = "excludedAttributes")] excluded: Query<Option<String>>,
    ) -> Result<Answer<Users, 200>> {
        let search = search::SearchRequest {
            attributes: attributes.0,
            excluded_attributes: excluded.0,
            filter: filter.0,
            filter_with_plus: filter_with_plus(request),
            sort_by: sort_by.0,
            sort_order: sort_order.0,
            start_index: start_index.0.map(|number| number.0),
            count: count.0.map(|number| number.0),
            cursor: cursor.0,
        };
        Ok(Answer::new(self.list_found(caller, &search).await?))
    }

    /// List users by a search in the body (RFC 7644 section 3.4.3).
    ///
    /// Lists what GET lists, for a filter that is too long or too private for a URL.
    #[oai(path = "/Users/.search", method = "post", operation_id = "search_users")]
    async fn search(&self, caller: Caller, payload: Scim<SchemaOf<SearchRequest>>) -> Result<Answer<Users, 200>> {
        let request = search::SearchRequest::parse(payload.object().await?)?;
        Ok(Answer::new(self.list_found(caller, &request).await?))
    }

    /// Get a user.
    ///
    /// With `If-None-Match` and the version that the client has, the answer is 304 while nothing changed.
    #[oai(path = "/Users/:id", method = "get", operation_id = "get_user")]
    pub(super) async fn get(
        &self,
        caller: Caller,
        id: Path<String>,
        attributes: Query<Option<String>>,
        #[oai(name = "excludedAttributes")] excluded: Query<Option<String>>,
        #[oai(name = "If-Match")] if_match: Header<Option<String>>,
        #[oai(name = "If-None-Match")] if_none_match: Header<Option<String>>,
    ) -> Result<Answer<User, 200>> {
        let preconditions = Preconditions::parse(if_match.0.as_deref(), None);
        let context = caller.context(&self.0, preconditions, projection(&attributes, &excluded, &self.0.types.user)?);
        let answer = provider::get_user(&context, &id).await?;
        // The entity tag does not cover the hosts.
        let tagged = !context.projection.names_extension(&HOSTS_EXTENSION);
        let known =
            tagged && if_none_match.0.is_some_and(|tags| Tags::parse(&tags).match_whole(&answer.representation.etag));
        Ok(if known { Answer::not_modified(&answer) } else { Answer::resource(answer) })
    }

    /// Replace a user (PUT).
    ///
    /// Attributes that the body leaves out are cleared, except `externalId`, `active` and extensions that the body does not
    /// name. The user stays in every group, unless the body brings another person under the name of one who left: `active`
    /// with another `externalId`.
    #[expect(clippy::too_many_arguments, reason = "one for each parameter")]
    #[oai(path = "/Users/:id", method = "put", operation_id = "replace_user")]
    pub(super) async fn replace(
        &self,
        caller: Caller,
        id: Path<String>,
        attributes: Query<Option<String>>,
        #[oai(name = "excludedAttributes")] excluded: Query<Option<String>>,
        #[oai(name = "If-Match")] if_match: Header<Option<String>>,
        #[oai(name = "If-None-Match")] if_none_match: Header<Option<String>>,
        payload: Scim<SchemaOf<UserBody>>,
    ) -> Result<Answer<User, 200>> {
        let preconditions = Preconditions::parse(if_match.0.as_deref(), if_none_match.0.as_deref());
        let context = caller.context(&self.0, preconditions, projection(&attributes, &excluded, &self.0.types.user)?);
        let body = payload.object().await?;
        let answer = provider::replace_user(&context, &id, body).await?;
        Ok(Answer::resource(answer))
    }

    /// Change a user by operations, all or none (PATCH).
    ///
    /// The operations are performed in their order. If one fails, nothing changes.
    #[expect(clippy::too_many_arguments, reason = "one for each parameter")]
    #[oai(path = "/Users/:id", method = "patch", operation_id = "patch_user")]
    pub(super) async fn patch(
        &self,
        caller: Caller,
        id: Path<String>,
        attributes: Query<Option<String>>,
        #[oai(name = "excludedAttributes")] excluded: Query<Option<String>>,
        #[oai(name = "If-Match")] if_match: Header<Option<String>>,
        #[oai(name = "If-None-Match")] if_none_match: Header<Option<String>>,
        payload: Scim<SchemaOf<PatchOp>>,
    ) -> Result<Answer<User, 200>> {
        let preconditions = Preconditions::parse(if_match.0.as_deref(), if_none_match.0.as_deref());
        let context = caller.context(&self.0, preconditions, projection(&attributes, &excluded, &self.0.types.user)?);
        let operations = payload.operations(&self.0, |types| &types.user).await?;
        let outcome = provider::patch_user(&context, &id, operations).await?;
        Ok(Answer::resource(outcome))
    }

    /// Delete a user.
    ///
    /// The user leaves every group, and owns no host any more.
    #[oai(path = "/Users/:id", method = "delete", operation_id = "delete_user")]
    pub(super) async fn delete(
        &self,
        caller: Caller,
        id: Path<String>,
        #[oai(name = "If-Match")] if_match: Header<Option<String>>,
        #[oai(name = "If-None-Match")] if_none_match: Header<Option<String>>,
    ) -> Result<Answer<NoContent, 204>> {
        let preconditions = Preconditions::parse(if_match.0.as_deref(), if_none_match.0.as_deref());
        let context = caller.context(&self.0, preconditions, Projection::default());
        provider::delete_user(&context, &id).await?;
        Ok(Answer::no_content(None, Warnings::default()))
    }
}
