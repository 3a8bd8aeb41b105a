//! `/Bulk`.

use std::sync::Arc;

use poem::Result;
use poem_openapi::OpenApi;

use super::{
    answer::Answer,
    caller::Caller,
    openapi::{BulkRequest, BulkResponse, SchemaOf},
    payload::Scim,
    tag::Tag,
};
use crate::{
    protocol::{
        messages::{bulk, error::ScimError},
        resource::projection::Projection,
    },
    provider::{self, Preconditions, Provider},
};

pub struct BulkApi(pub Arc<Provider>);

#[OpenApi(tag = "Tag::Several")]
impl BulkApi {
    /// Run several operations in one request (RFC 7644 section 3.7).
    ///
    /// Each operation is stored or refused by itself and has an answer of its own. With `failOnErrors` the rest is left alone
    /// after so many failures.
    #[oai(path = "/Bulk", method = "post", operation_id = "bulk")]
    async fn bulk(&self, caller: Caller, payload: Scim<SchemaOf<BulkRequest>>) -> Result<Answer<BulkResponse, 200>> {
        let request = bulk::parse(payload.object().await?)?;
        let all = request.operations.len();
        let context = caller.context(&self.0, Preconditions::default(), Projection::default());
        let answered = provider::bulk(&context, request).await;
        let warnings = answered.warnings;
        let answer = Answer::new(answered.text);
        Ok(match answered.first_refusal {
            None => answer.with_warnings(warnings),
            Some(first) => {
                let refused = answered.refused;
                let warnings = warnings.to_text();
                let more = if warnings.is_empty() { String::new() } else { format!("; {warnings}") };
                let detail = format!("{refused} of {all} operations failed, first because: {}{more}", first.detail);
                answer.ending_as(ScimError::new(first.status, detail))
            }
        })
    }
}
