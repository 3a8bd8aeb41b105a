//! `/.search`: both resource types at once.

use std::sync::Arc;

use poem::Result;
use poem_openapi::OpenApi;

use super::{
    answer::Answer,
    caller::Caller,
    openapi::{Resources, SchemaOf, SearchRequest},
    payload::Scim,
    tag::Tag,
};
use crate::{
    protocol::{query::search, resource::projection::Projection},
    provider::{self, Preconditions, Provider},
};

pub struct SearchApi(pub Arc<Provider>);

#[OpenApi(tag = "Tag::Several")]
impl SearchApi {
    /// List users and groups by a search in the body (RFC 7644 section 3.4.3).
    ///
    /// One list of both; `schemas` and `meta.resourceType` tell them apart.
    #[oai(path = "/.search", method = "post", operation_id = "search")]
    async fn search(&self, caller: Caller, payload: Scim<SchemaOf<SearchRequest>>) -> Result<Answer<Resources, 200>> {
        let search = search::SearchRequest::parse(payload.object().await?)?;
        let context = caller.context(&self.0, Preconditions::default(), Projection::default());
        Ok(Answer::new(provider::search(&context, &search).await?))
    }
}
