//! How the host server limits hosts to connections.

use std::collections::{BTreeMap, BTreeSet};

use super::{Hosts, addresses::IMPORTED};
use crate::{
    error::Error,
    protocol::{
        bounds,
        id::{ConnectionId, HostId},
        messages::error::ScimError,
    },
    store::{
        changes::{self, NewChange},
        hosts::{self, Limits},
        operation_error::OperationError,
        request_id::new_request_id,
        retry::Retry,
        session::Session,
    },
};

/// The connections that one host can be limited to.
const LIMITED_TO: usize = 100;

impl Hosts<'_> {
    /// Limits a host to connections: only their users can own it. An empty list shows nobody.
    ///
    /// It replaces the list the host was limited to before. The host stays limited when one of its connections is deleted. The
    /// order of addresses and of connections is as for every host; a user of another connection is as if they did not exist.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a connection that is not there, and for more than 100 connections; [`Error::Database`].
    pub async fn limit_to(&self, host: HostId, connections: &[ConnectionId]) -> Result<(), Error> {
        self.limit_hosts([(host, connections.to_vec())]).await
    }

    /// Limits many hosts like [`Hosts::limit_to`], in transactions of 500; the last list counts if a host is named twice.
    ///
    /// # Errors
    /// As [`Hosts::limit_to`]; hosts of the transactions before are limited then.
    pub async fn limit_hosts(
        &self,
        limits: impl IntoIterator<Item = (HostId, Vec<ConnectionId>)>,
    ) -> Result<(), Error> {
        let limits: Limits =
            limits.into_iter().map(|(host, connections)| (host, connections.into_iter().collect())).collect();
        limits.values().try_for_each(check)?;
        let limits: Vec<_> = limits.into_iter().collect();
        for chunk in limits.chunks(IMPORTED) {
            let chunk: Limits = chunk.iter().cloned().collect();
            let mut retry = Retry::new(self.database, new_request_id());
            while let Some(session) = retry.begin().await {
                let outcome = limit(&session, &chunk).await;
                retry.end(session, outcome).await;
            }
            retry.outcome()?;
        }
        Ok(())
    }

    /// Ends the limit of a host: users of any connection can own it again.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn unlimit(&self, host: HostId) -> Result<(), Error> {
        let mut retry = Retry::new(self.database, new_request_id());
        while let Some(session) = retry.begin().await {
            let outcome = unlimit(&session, host).await;
            retry.end(session, outcome).await;
        }
        Ok(retry.outcome()?)
    }

    /// Reads the connections of each of these hosts that is limited; at most 1,000 hosts.
    ///
    /// # Errors
    /// [`Error::Invalid`] for more hosts; [`Error::Database`].
    pub async fn limits(&self, hosts: &[HostId]) -> Result<BTreeMap<HostId, BTreeSet<ConnectionId>>, Error> {
        if hosts.len() > bounds::VALUES {
            return Err(Error::Invalid(format!("at most {} hosts can be asked about at once", bounds::VALUES)));
        }
        Ok(hosts::limits(&self.database.read().await?, hosts).await?)
    }
}

pub(super) fn check(connections: &BTreeSet<ConnectionId>) -> Result<(), Error> {
    if connections.len() > LIMITED_TO {
        return Err(Error::Invalid(format!("a host can be limited to at most {LIMITED_TO} connections")));
    }
    Ok(())
}

pub(super) async fn limit(session: &Session, limits: &Limits) -> Result<(), OperationError> {
    if let Some(missing) = hosts::missing(session, &limits.values().flatten().copied().collect()).await? {
        return Err(ScimError::invalid_value(format!("there is no connection with the id {}", missing.0)).into());
    }
    let limited = hosts::lock(session, &limits.keys().copied().collect()).await?;
    let before = hosts::connections_of(session, &limited).await?;
    let changed: Limits =
        limits.iter().filter(|(host, list)| before.get(*host) != Some(*list)).map(|(h, l)| (*h, l.clone())).collect();
    if changed.is_empty() {
        return Ok(());
    }
    hosts::limit(session, &changed).await?;
    Ok(changes::append_hosts(session, changed.into_keys().map(NewChange::HostLimits), session.now()).await?)
}

pub(super) async fn unlimit(session: &Session, host: HostId) -> Result<(), OperationError> {
    if hosts::lock(session, &BTreeSet::from([host])).await?.is_empty() {
        return Ok(());
    }
    hosts::unlimit(session, &[host]).await?;
    Ok(changes::append(session, None, NewChange::HostLimits(host), session.now()).await?)
}
