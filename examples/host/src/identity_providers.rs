//! A token for an identity provider, made the way Fleet makes one.

use std::time::Duration;

use fleet_scim::{Error, NewConnection, NewToken};

use crate::{app::MOUNTS, hosts::HostServer};

/// How long the token before lives on: somebody has to enter the new one.
const GRACE: Duration = Duration::from_secs(24 * 60 * 60);

/// What an administrator enters in the identity provider.
#[derive(Debug, PartialEq, Eq)]
pub struct ScimAccess {
    pub token: String,
    pub scim_url: String,
}

impl HostServer {
    /// Makes a token for an identity provider, and its connection if there is none. The newest token before lives on for a
    /// day.
    pub async fn scim_token(&self, name: &str, origin: &str) -> Result<ScimAccess, Error> {
        let connections = self.scim.connections();
        if connections.get(name).await?.is_none() {
            let new = NewConnection {
                name: Some(name.to_owned()),
                display_name: name.to_owned(),
                ..NewConnection::default()
            };
            let created = connections.create(&new).await;
            // Somebody else may have made it at the same moment.
            if created.is_err() && connections.get(name).await?.is_none() {
                created?;
            }
        }
        let issued = match connections.tokens(name).await?.pop() {
            Some(newest) => connections.rotate_token(name, newest.id, GRACE).await?,
            None => connections.issue_token(name, &NewToken::default()).await?,
        };
        let scim_url = format!("{}{}/connections/{name}/v2", origin.trim_end_matches('/'), MOUNTS[0]);
        Ok(ScimAccess { token: issued.token, scim_url })
    }
}
