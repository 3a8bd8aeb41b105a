//! `/Bulk`.

use std::sync::Arc;

use poem::Result;
use poem_openapi::OpenApi;

use super::{
    answer::Answer,
    bearer::Caller,
    document::{BulkRequest, BulkResponse, Document},
    failure::explain,
    payload::Scim,
    tag::Tag,
};
use crate::{
    protocol::{bulk, error::ScimError},
    provider::{self, Provider},
};

pub struct BulkApi(pub Arc<Provider>);

#[OpenApi(tag = "Tag::Several")]
impl BulkApi {
    /// Run several operations in one request (RFC 7644 section 3.7).
    ///
    /// Each operation is stored or refused by itself and has an answer of its own. With `failOnErrors` the rest is left alone
    /// after so many failures.
    #[oai(path = "/Bulk", method = "post", operation_id = "bulk")]
    async fn bulk(&self, caller: Caller, payload: Scim<Document<BulkRequest>>) -> Result<Answer<BulkResponse, 200>> {
        let request = bulk::parse(payload.object().await?)?;
        let all = request.operations.len();
        let answered = provider::bulk(&self.0, caller.call(&self.0), request, explain).await;
        let remarks = answered.remarks;
        let answer = Answer::new(answered.text);
        Ok(match answered.first_refusal {
            None => answer.remarking(remarks),
            Some(first) => {
                let refused = answered.refused;
                let remarks = remarks.to_text();
                let more = if remarks.is_empty() { String::new() } else { format!("; {remarks}") };
                let detail = format!("{refused} of {all} operations failed, first because: {}{more}", first.detail);
                answer.ending_as(ScimError::new(first.status, detail))
            }
        })
    }
}
