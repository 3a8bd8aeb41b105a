//! `/Groups`.

use std::sync::Arc;

use poem::{Request, Result};
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};

use super::{
    answer::{Answer, GroupOrNoContent, NoContent},
    caller::Caller,
    openapi::{Group, GroupBody, Groups, PatchOp, SchemaOf, SearchRequest},
    parameters::{filter_with_plus, projection},
    payload::Scim,
    tag::Tag,
    whole::Whole,
};
use crate::{
    protocol::{
        query::search,
        resource::{projection::Projection, version::Tags},
        warnings::Warnings,
    },
    provider::{self, ListQuery, PatchedGroup, Preconditions, Provider},
};

pub struct GroupsApi(pub Arc<Provider>);

impl GroupsApi {
    /// Lists what a search asks for.
    async fn list_found(&self, caller: Caller, request: &search::SearchRequest) -> Result<String> {
        let group_type = &self.0.types.group;
        let query = ListQuery::read(request, self.0.page, group_type)?;
        let context = caller.context(&self.0, Preconditions::default(), request.projection(group_type)?);
        Ok(provider::list_resources::<provider::Groups>(&context, &query).await?)
    }
}

#[OpenApi(ignore_case = true, tag = "Tag::Groups")]
impl GroupsApi {
    /// Create a group.
    ///
    /// The body may hold the members. Unknown members are skipped and named in `/details`.
    #[oai(path = "/Groups", method = "post", operation_id = "create_group")]
    async fn create(
        &self,
        caller: Caller,
        attributes: Query<Option<String>>,
        #[oai(name = "excludedAttributes")] excluded: Query<Option<String>>,
        #[oai(name = "If-None-Match")] if_none_match: Header<Option<String>>,
        payload: Scim<SchemaOf<GroupBody>>,
    ) -> Result<Answer<Group, 201>> {
        let preconditions = Preconditions::parse(None, if_none_match.0.as_deref());
        let context = caller.context(&self.0, preconditions, projection(&attributes, &excluded, &self.0.types.group)?);
        let body = payload.group(&self.0).await?;
        let answer = provider::create_group(&context, body).await?;
        Ok(Answer::resource(answer))
    }

    /// List groups, by a filter or all, page by page.
    ///
    /// Without `startIndex` and `cursor` it is the first page. A group without its members is much cheaper to read:
    /// `excludedAttributes=members`.
    #[expect(clippy::too_many_arguments, reason = "one for each parameter")]
    #[oai(path = "/Groups", method = "get", operation_id = "list_groups")]
    async fn list(
        &self,
        caller: Caller,
        request: &Request,
        /// A filter of RFC 7644 section 3.4.2.2, such as `displayName eq "Engineering"`.
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
    ) -> Result<Answer<Groups, 200>> {
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

    /// List groups by a search in the body (RFC 7644 section 3.4.3).
    ///
    /// Lists what GET lists, for a filter that is too long or too private for a URL.
    #[oai(path = "/Groups/.search", method = "post", operation_id = "search_groups")]
    async fn search(&self, caller: Caller, payload: Scim<SchemaOf<SearchRequest>>) -> Result<Answer<Groups, 200>> {
        let request = search::SearchRequest::parse(payload.object().await?)?;
        Ok(Answer::new(self.list_found(caller, &request).await?))
    }

    /// Get a group.
    ///
    /// A group without its members is much cheaper to read: `excludedAttributes=members`.
    #[oai(path = "/Groups/:id", method = "get", operation_id = "get_group")]
    async fn get(
        &self,
        caller: Caller,
        id: Path<String>,
        attributes: Query<Option<String>>,
        #[oai(name = "excludedAttributes")] excluded: Query<Option<String>>,
        #[oai(name = "If-Match")] if_match: Header<Option<String>>,
        #[oai(name = "If-None-Match")] if_none_match: Header<Option<String>>,
    ) -> Result<Answer<Group, 200>> {
        let preconditions = Preconditions::parse(if_match.0.as_deref(), None);
        let context = caller.context(&self.0, preconditions, projection(&attributes, &excluded, &self.0.types.group)?);
        let answer = provider::get_group(&context, &id).await?;
        let known = if_none_match.0.is_some_and(|tags| Tags::parse(&tags).match_whole(&answer.representation.etag));
        Ok(if known { Answer::not_modified(&answer) } else { Answer::resource(answer) })
    }

    /// Replace a group (PUT).
    ///
    /// The members are those of the body afterwards; ids that are no user or group here are skipped. Without `members` the
    /// group has none, unless its connection is set to keep them.
    #[expect(clippy::too_many_arguments, reason = "one for each parameter")]
    #[oai(path = "/Groups/:id", method = "put", operation_id = "replace_group")]
    async fn replace(
        &self,
        caller: Caller,
        id: Path<String>,
        attributes: Query<Option<String>>,
        #[oai(name = "excludedAttributes")] excluded: Query<Option<String>>,
        #[oai(name = "If-Match")] if_match: Header<Option<String>>,
        #[oai(name = "If-None-Match")] if_none_match: Header<Option<String>>,
        payload: Scim<SchemaOf<GroupBody>>,
    ) -> Result<Answer<Group, 200>> {
        let preconditions = Preconditions::parse(if_match.0.as_deref(), if_none_match.0.as_deref());
        let context = caller.context(&self.0, preconditions, projection(&attributes, &excluded, &self.0.types.group)?);
        let body = payload.group(&self.0).await?;
        let answer = provider::replace_group(&context, &id, body).await?;
        Ok(Answer::resource(answer))
    }

    /// Change a group by operations, all or none (PATCH).
    ///
    /// The operations are performed in their order. If one fails, nothing changes. To add or remove a member touches no other
    /// member.
    #[expect(clippy::too_many_arguments, reason = "one for each parameter")]
    #[oai(path = "/Groups/:id", method = "patch", operation_id = "patch_group")]
    async fn patch(
        &self,
        caller: Caller,
        id: Path<String>,
        attributes: Query<Option<String>>,
        #[oai(name = "excludedAttributes")] excluded: Query<Option<String>>,
        #[oai(name = "If-Match")] if_match: Header<Option<String>>,
        #[oai(name = "If-None-Match")] if_none_match: Header<Option<String>>,
        payload: Scim<SchemaOf<PatchOp>>,
    ) -> Result<Answer<GroupOrNoContent, 200>> {
        let preconditions = Preconditions::parse(if_match.0.as_deref(), if_none_match.0.as_deref());
        let context = caller.context(&self.0, preconditions, projection(&attributes, &excluded, &self.0.types.group)?);
        let operations = payload.operations(&self.0, |types| &types.group).await?;
        let outcome = provider::patch_group(&context, &id, operations).await?;
        Ok(match outcome {
            PatchedGroup::Whole(answer) => Answer::resource(answer),
            PatchedGroup::Large { etag, location, warnings } => Answer::no_content(Some((&etag, &location)), warnings),
        })
    }

    /// Delete a group.
    ///
    /// The members stay. To delete a group of more than 50,000 members takes seconds.
    #[oai(path = "/Groups/:id", method = "delete", operation_id = "delete_group")]
    async fn delete(
        &self,
        caller: Caller,
        id: Path<String>,
        #[oai(name = "If-Match")] if_match: Header<Option<String>>,
        #[oai(name = "If-None-Match")] if_none_match: Header<Option<String>>,
    ) -> Result<Answer<NoContent, 204>> {
        let preconditions = Preconditions::parse(if_match.0.as_deref(), if_none_match.0.as_deref());
        let context = caller.context(&self.0, preconditions, Projection::default());
        provider::delete_group(&context, &id).await?;
        Ok(Answer::no_content(None, Warnings::default()))
    }
}
