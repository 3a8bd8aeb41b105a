//! How the host server reports the addresses of its hosts.

use std::collections::{HashMap, HashSet};

use super::{Hosts, Source, assign::ended};
use crate::{
    error::Error,
    protocol::{
        assignee::ASSIGNED,
        bounds,
        case_fold::{case_fold, case_fold_address},
        id::HostId,
    },
    store::{
        changes::{self, NewChange},
        hosts::{self, Address, assignments},
        operation_error::OperationError,
        request_id::new_request_id,
        retry::Retry,
        session::Session,
    },
};

/// The number of hosts in one transaction of an import.
pub(super) const IMPORTED: usize = 500;

impl Hosts<'_> {
    /// Sets the addresses of a host from one source, in a transaction of its own; an empty list removes the source.
    ///
    /// Addresses are compared without regard to letter case.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an address or source that is empty, longer than 512 characters or holds U+0000, and for more
    /// than 1,000 addresses; [`Error::Database`].
    pub async fn set_emails(&self, host: HostId, source: &Source, emails: &[&str]) -> Result<(), Error> {
        let addresses = addresses(source, emails)?;
        let mut retry = Retry::new(self.database, new_request_id());
        while let Some(session) = retry.begin().await {
            let outcome = set(&session, host, source, &addresses).await;
            retry.end(session, outcome).await;
        }
        Ok(retry.outcome()?)
    }

    /// Sets the names of hosts, shown with the hosts of a user; in transactions of 500.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name that is empty or longer than 512 characters, before anything is written;
    /// [`Error::Database`].
    pub async fn set_names(&self, names: impl IntoIterator<Item = (HostId, String)>) -> Result<(), Error> {
        let names: std::collections::BTreeMap<HostId, String> = names.into_iter().collect();
        let names: Vec<(HostId, String)> = names.into_iter().collect();
        names.iter().try_for_each(|(_, name)| check_name(name))?;
        for chunk in names.chunks(IMPORTED) {
            let mut retry = Retry::new(self.database, new_request_id());
            while let Some(session) = retry.begin().await {
                let outcome = hosts::set_names(&session, chunk).await;
                retry.end(session, outcome).await;
            }
            retry.outcome()?;
        }
        Ok(())
    }

    /// Removes every address of a host, its name and its limit, for a host that is deleted.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn forget(&self, host: HostId) -> Result<(), Error> {
        let mut retry = Retry::new(self.database, new_request_id());
        while let Some(session) = retry.begin().await {
            let outcome = forget(&session, host).await;
            retry.end(session, outcome).await;
        }
        Ok(retry.outcome()?)
    }

    /// Replaces the addresses of many hosts, for a first import: afterwards each of these hosts has exactly the addresses
    /// given here. Hosts are written in transactions of 500.
    ///
    /// # Errors
    /// [`Error::Invalid`] before anything is written, [`Error::Database`].
    pub async fn import(&self, emails: impl IntoIterator<Item = (HostId, Source, String)>) -> Result<(), Error> {
        let mut by_host: HashMap<HostId, HashMap<Source, Vec<String>>> = HashMap::new();
        for (host, source, email) in emails {
            by_host.entry(host).or_default().entry(source).or_default().push(email);
        }
        let mut hosts = Vec::with_capacity(by_host.len());
        for (host, sources) in by_host {
            let mut of_host = Vec::new();
            for (source, emails) in sources {
                let emails: Vec<&str> = emails.iter().map(String::as_str).collect();
                of_host.extend(addresses(&source, &emails)?);
            }
            hosts.push((host, of_host));
        }
        hosts.sort_unstable_by_key(|(host, _)| *host);
        for chunk in hosts.chunks(IMPORTED) {
            let mut retry = Retry::new(self.database, new_request_id());
            while let Some(session) = retry.begin().await {
                let outcome = import(&session, chunk).await;
                retry.end(session, outcome).await;
            }
            retry.outcome()?;
        }
        Ok(())
    }
}

pub(super) fn check_name(name: &str) -> Result<(), Error> {
    if case_fold(name).is_empty() || !bounds::fits_key(name) || !bounds::fits_key(&case_fold(name)) {
        return Err(Error::Invalid(format!("a host's name has 1 to {} characters", bounds::KEY)));
    }
    Ok(())
}

pub(super) async fn set(
    session: &Session,
    host: HostId,
    source: &Source,
    addresses: &[Address],
) -> Result<(), OperationError> {
    if source.as_str() == Source::Idp.as_str() {
        hosts::lock(session, &[host].into()).await?;
        overrule(session, &[host]).await?;
    }
    if hosts::set(session, host, source.as_str(), addresses).await? {
        changes::append(session, None, NewChange::HostAddresses(host), session.now()).await?;
    }
    Ok(())
}

pub(super) async fn forget(session: &Session, host: HostId) -> Result<(), OperationError> {
    hosts::forget_limit(session, host).await?;
    hosts::forget_name(session, host).await?;
    if let Some(stored) = assignments::of_host(session, host).await? {
        assignments::release(session, &stored).await?;
        ended(session, host, &stored, None).await?;
    }
    hosts::leavers::forget(session, &[host]).await?;
    if hosts::forget_host(session, host).await? {
        changes::append(session, None, NewChange::HostAddresses(host), session.now()).await?;
    }
    Ok(())
}

/// Ends the assignments to an address of hosts that are locked: somebody sets another one by hand, or reports all addresses anew.
async fn overrule(session: &Session, of: &[HostId]) -> Result<(), OperationError> {
    for (host, stored) in assignments::of_hosts(session, of).await? {
        if stored.email.is_some() {
            assignments::delete(session, &stored).await?;
            ended(session, host, &stored, None).await?;
        }
    }
    Ok(())
}

async fn import(session: &Session, imported: &[(HostId, Vec<Address>)]) -> Result<(), OperationError> {
    hosts::import(session, imported).await?;
    overrule(session, &imported.iter().map(|(host, _)| *host).collect::<Vec<_>>()).await?;
    let changed = imported.iter().map(|(host, _)| NewChange::HostAddresses(*host));
    Ok(changes::append_hosts(session, changed, session.now()).await?)
}

/// Checks the addresses of one source and removes duplicates.
pub(super) fn addresses(source: &Source, emails: &[&str]) -> Result<Vec<Address>, Error> {
    if source.as_str().is_empty() || !bounds::fits_key(source.as_str()) {
        return Err(Error::Invalid(format!("a source has 1 to {} characters", bounds::KEY)));
    }
    if source.as_str() == ASSIGNED {
        return Err(Error::Invalid(format!("the source {ASSIGNED} is what Hosts::assign writes: choose another name")));
    }
    if emails.len() > bounds::VALUES {
        return Err(Error::Invalid(format!("a source gives at most {} addresses of a host", bounds::VALUES)));
    }
    let mut seen = HashSet::new();
    let mut addresses = Vec::with_capacity(emails.len());
    for email in emails {
        let email_key = case_fold_address(email);
        if email_key.is_empty() || !bounds::fits_key(email) || !bounds::fits_key(&email_key) {
            return Err(Error::Invalid(format!("an address has 1 to {} characters", bounds::KEY)));
        }
        if seen.insert(email_key.clone()) {
            addresses.push(Address {
                source: source.as_str().to_owned(),
                source_rank: source.rank(),
                email: (*email).to_owned(),
                email_key,
            });
        }
    }
    Ok(addresses)
}
