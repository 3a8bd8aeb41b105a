//! `/details`: the outcome of the last request, for the administrator; not part of SCIM.

use std::sync::Arc;

use poem::Result;
use poem_openapi::OpenApi;
use serde_json::json;

use super::{answer::Answer, caller::Caller, openapi::Details, tag::Tag};
use crate::{protocol::date, provider::Provider, runtime::request_log};

pub struct DetailsApi(pub Arc<Provider>);

#[OpenApi(tag = "Tag::State")]
impl DetailsApi {
    /// Get how the last request of the identity provider ended.
    ///
    /// The time, the outcome and what was skipped, without any person's data. A host server shows it to administrators.
    #[oai(path = "/details", method = "get", operation_id = "get_details")]
    async fn details(&self, caller: Caller) -> Result<Answer<Details, 200>> {
        let last = request_log::last_request(&self.0.request_log, &self.0.database, caller.connection()).await?;
        let last = last.map(|last| {
            json!({
                "requested_at": date::format(last.requested_at),
                "status": if last.status < 400 { "success" } else { "error" },
                "details": last.details,
            })
        });
        Ok(Answer::new(json!({ "last_request": last }).to_string()))
    }
}
