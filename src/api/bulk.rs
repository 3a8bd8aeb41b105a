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
};
use crate::{
    protocol::bulk,
    provider::{self, Provider},
};

pub struct BulkApi(pub Arc<Provider>);

#[OpenApi]
impl BulkApi {
    /// Run several operations in one request (RFC 7644 section 3.7).
    #[oai(path = "/Bulk", method = "post", operation_id = "bulk")]
    async fn bulk(&self, caller: Caller, payload: Scim<Document<BulkRequest>>) -> Result<Answer<BulkResponse, 200>> {
        let request = bulk::parse(payload.body)?;
        Ok(Answer::new(provider::bulk(&self.0, caller.call(&self.0), &request, explain).await))
    }
}
