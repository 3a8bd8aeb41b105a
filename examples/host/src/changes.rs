//! What an administrator may read of the changes.

use std::sync::Arc;

use fleet_scim::{
    Error,
    poem::{self, http::StatusCode},
    sea_orm::{EntityTrait, QueryOrder, QuerySelect},
};
use poem_openapi::{OpenApi, param::Query, payload::Json, types::Any};
use serde_json::{Value, json};

use crate::{
    api::failed,
    hosts::HostServer,
    store::dead_letter::{Column, Entity},
};

pub struct ChangesApi(pub Arc<HostServer>);

#[OpenApi(prefix_path = "/api/v1/fleet")]
impl ChangesApi {
    /// List what changed, in its order.
    ///
    /// Ask again with `next`. 410 means that changes after this number are kept no longer: read all hosts anew.
    #[oai(path = "/scim/changes", method = "get", operation_id = "list_changes")]
    async fn list(
        &self,
        /// The number of the last change that was dealt with.
        #[oai(default)]
        after: Query<i64>,
        /// 1 to 1,000.
        #[oai(default = "limit")]
        limit: Query<u64>,
    ) -> poem::Result<Json<Any<Value>>> {
        let changes = match self.0.scim.changes().after(after.0, limit.0).await {
            Err(error @ Error::ChangesForgotten { .. }) => {
                return Err(poem::Error::from_string(error.to_string(), StatusCode::GONE));
            }
            read => read.map_err(|error| failed(error.into()))?,
        };
        let next = changes.last().map_or(after.0, |change| change.number);
        let changes: Vec<Value> = changes.iter().map(fleet_scim::Change::to_json).collect();
        Ok(Json(Any(json!({ "changes": changes, "next": next }))))
    }

    /// List the latest changes that the webhook's receiver did not take.
    #[oai(path = "/webhook/dead_letters", method = "get", operation_id = "list_dead_letters")]
    async fn dead_letters(&self) -> poem::Result<Json<Any<Value>>> {
        let letters = Entity::find().order_by_desc(Column::Number).limit(1000).all(&self.0.store.reader).await;
        let letters = letters.map_err(|error| failed(error.into()))?.into_iter().map(|letter| {
            json!({
                "number": letter.number, "kind": letter.kind, "reason": letter.reason, "given_up_at": letter.given_up_at,
            })
        });
        Ok(Json(Any(json!({ "dead_letters": letters.collect::<Vec<_>>() }))))
    }
}

fn limit() -> u64 {
    100
}
