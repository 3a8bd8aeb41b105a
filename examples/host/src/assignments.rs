//! Hosts that are assigned by hand: to a user, an address or nobody, before they enrol too.

use std::sync::Arc;

use fleet_scim::{
    HostId, UserId,
    hosts::{Assigned, Assignee, Assignment},
    poem::{self, http::StatusCode},
};
use poem_openapi::{
    Object, OpenApi,
    param::{Path, Query},
    payload::Json,
    types::Any,
};
use serde_json::{Value, json};

use crate::{
    api::{failed, not_found, refused},
    hosts::HostServer,
};

pub struct AssignmentsApi(pub Arc<HostServer>);

/// Whom a host is assigned to: one of the three.
#[derive(Object)]
struct To {
    /// The SCIM id of a user.
    user: Option<String>,
    email: Option<String>,
    /// Nobody: a kiosk, or a computer of a lab.
    #[oai(default)]
    shared: bool,
    /// Who assigns it.
    #[oai(default = "administrator")]
    by: String,
}

#[OpenApi(prefix_path = "/api/v1/fleet")]
impl AssignmentsApi {
    /// List the assignments, those of hosts that have not enrolled too.
    #[oai(path = "/assignments", method = "get", operation_id = "list_assignments")]
    async fn list(&self, after: Query<Option<i64>>) -> poem::Result<Json<Any<Value>>> {
        let listed = self.0.scim.hosts().assignments(after.0, 100).await.map_err(|error| failed(error.into()))?;
        let next = listed.last().map(|last| last.id);
        let listed: Vec<Value> = listed.iter().map(Assignment::to_json).collect();
        Ok(Json(Any(json!({ "assignments": listed, "next": next }))))
    }

    /// Assign a host; the answer says whom it matched.
    #[oai(path = "/hosts/:id/assignment", method = "put", operation_id = "assign_host")]
    async fn assign(&self, id: Path<i64>, to: Json<To>) -> poem::Result<Json<Any<Value>>> {
        let id = self.existing(id.0).await?;
        let assigned = self.0.scim.hosts().assign(id, &assignee(&to)?, &to.by).await;
        let assigned = assigned.map_err(|error| failed(error.into()))?;
        Ok(Json(Any(json!({ "host_id": id, "end_users": assigned.end_users, "ownership": assigned.ownership }))))
    }

    /// Take an assignment back: the addresses decide again.
    #[oai(path = "/hosts/:id/assignment", method = "delete", operation_id = "take_back_host")]
    async fn take_back(&self, id: Path<i64>) -> poem::Result<Json<Any<Value>>> {
        let id = self.existing(id.0).await?;
        match self.0.scim.hosts().take_back(id, &administrator()).await.map_err(|error| failed(error.into()))? {
            true => Ok(Json(Any(json!({})))),
            false => Err(not_found()),
        }
    }

    /// Assign a host that has not enrolled yet, by its serial number.
    #[oai(path = "/assignments/:serial", method = "put", operation_id = "assign_serial")]
    async fn assign_serial(&self, serial: Path<String>, to: Json<To>) -> poem::Result<Json<Any<Value>>> {
        let assigned = self.0.scim.hosts().assign_by_key(&serial, &assignee(&to)?, &to.by).await;
        Ok(Json(Any(match assigned.map_err(|error| failed(error.into()))? {
            Assigned::Host(host) => {
                json!({ "host_id": host.host, "end_users": host.end_users, "ownership": host.ownership })
            }
            Assigned::Awaited(users) => {
                json!({ "host_id": null, "matches": users.iter().map(UserId::to_string).collect::<Vec<_>>() })
            }
            _ => json!({}),
        })))
    }

    /// Take back what was said of a serial number.
    #[oai(path = "/assignments/:serial", method = "delete", operation_id = "take_back_serial")]
    async fn take_back_serial(&self, serial: Path<String>) -> poem::Result<Json<Any<Value>>> {
        match self
            .0
            .scim
            .hosts()
            .take_back_key(&serial, &administrator())
            .await
            .map_err(|error| failed(error.into()))?
        {
            true => Ok(Json(Any(json!({})))),
            false => Err(not_found()),
        }
    }
}

impl AssignmentsApi {
    async fn existing(&self, id: i64) -> poem::Result<HostId> {
        match self.0.find(HostId(id)).await.map_err(|error| failed(error.into()))? {
            Some(_) => Ok(HostId(id)),
            None => Err(not_found()),
        }
    }
}

fn assignee(to: &To) -> poem::Result<Assignee> {
    let bad = || refused(StatusCode::UNPROCESSABLE_ENTITY, "name one of user, email and shared");
    match (&to.user, &to.email, to.shared) {
        (Some(user), None, false) => UserId::parse(user).map(Assignee::User).ok_or_else(bad),
        (None, Some(email), false) => Ok(Assignee::Address(email.clone())),
        (None, None, true) => Ok(Assignee::Shared),
        _ => Err(bad()),
    }
}

fn administrator() -> String {
    "administrator".to_owned()
}
