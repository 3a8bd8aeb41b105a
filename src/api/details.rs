//! `/details`: the outcome of the last request, for the administrator; not part of SCIM.

use std::sync::Arc;

use poem::Result;
use poem_openapi::OpenApi;
use serde_json::{Value, json};

use super::{answer::Answer, caller::Caller, openapi::Details, tag::Tag};
use crate::{
    protocol::{date, id::ConnectionId},
    provider::Provider,
    runtime::request_log,
    store::{
        expiry::{self, EndingCredential},
        operation_error::OperationError,
    },
};

pub struct DetailsApi(pub Arc<Provider>);

#[OpenApi(tag = "Tag::State")]
impl DetailsApi {
    /// Get how the last request of the identity provider ended.
    ///
    /// The time, the outcome and what was skipped, without any person's data. A host server shows it to administrators.
    /// `ending_credentials` lists the tokens and client secrets that end within 30 days and were not replaced: a
    /// token by rotation, a secret by another one.
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
        let ending = self.ending(caller.connection()).await?;
        let mut details = json!({ "last_request": last });
        if !ending.is_empty() {
            details["ending_credentials"] = ending.iter().map(representation).collect();
        }
        Ok(Answer::new(details.to_string()))
    }
}

impl DetailsApi {
    /// Reads the credentials of a connection that end soon. Without the database the last request is shown alone.
    async fn ending(&self, connection: ConnectionId) -> Result<Vec<EndingCredential>, OperationError> {
        let read = async { expiry::ending(&self.0.database.read().await?, Some(connection)).await };
        match read.await {
            Err(failure) if failure.transient().is_some() => Ok(vec![]),
            outcome => outcome,
        }
    }
}

fn representation(of: &EndingCredential) -> Value {
    json!({
        "credential": of.credential.as_str(),
        "id": of.id.to_string(),
        "last_four": of.last_four,
        "expires_at": date::format(of.expires_at),
    })
}
