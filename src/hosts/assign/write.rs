//! What an assignment writes, in one transaction.

use std::collections::BTreeSet;

use crate::{
    hosts::Source,
    protocol::{
        assignee::Assignee,
        bounds,
        case_fold::{case_fold, case_fold_address},
        id::HostId,
        messages::error::ScimError,
    },
    store::{
        changes::{self, NewChange},
        hosts::{
            self, Address, assigned,
            assignments::{self, NewAssignment, StoredAssignment},
        },
        operation_error::OperationError,
        session::Session,
    },
};

/// The first key of these of which something was said decides. What was said of the host itself since then stays.
pub(in crate::hosts) async fn claim(session: &Session, host: HostId, keys: &[&str]) -> Result<bool, OperationError> {
    let keys: Vec<String> =
        keys.iter().map(|key| case_fold(key)).filter(|key| !key.is_empty() && bounds::fits_key(key)).collect();
    if keys.is_empty() {
        return Ok(false);
    }
    let mut found = locked(session, &keys, Some(host)).await?;
    found.sort_by_key(|stored| keys.iter().position(|key| Some(key) == stored.host_key.as_ref()));
    let Some(stored) = found.into_iter().next() else { return Ok(false) };
    let other = assignments::of_host(session, host).await?;
    if stored.host_id == Some(host.0) || other.as_ref().is_some_and(|other| other.assigned_at > stored.assigned_at) {
        return Ok(true);
    }
    // The same computer, enrolled anew as another host.
    if let Some(former) = stored.host_id.map(HostId) {
        clear(session, former).await?;
        ended(session, former, &stored, None).await?;
        record(session, NewChange::HostAddresses(former)).await?;
    }
    let assignee = assignments::assignee(&stored);
    // A user who was deleted meanwhile leaves the host without an owner.
    apply(session, host, &assignee).await?;
    if let Some(other) = other {
        assignments::delete(session, &other).await?;
        ended(session, host, &other, None).await?;
    }
    assignments::set_host(session, stored.id, host).await?;
    let (key, by) = (stored.host_key_text.as_deref(), stored.assigned_by.as_str());
    record(session, NewChange::HostAssigned { host: Some(host), key, assignee: &assignee, by }).await?;
    record(session, NewChange::HostAddresses(host)).await?;
    Ok(true)
}

pub(super) async fn assign(
    session: &Session,
    host: HostId,
    assignee: &Assignee,
    by: &str,
) -> Result<(), OperationError> {
    hosts::lock(session, &[host].into()).await?;
    let known = assignments::of_host(session, host).await?;
    write(session, host, known.as_ref(), None, assignee, by).await
}

/// Returns the host that has the key already, if one has.
pub(super) async fn assign_by_key(
    session: &Session,
    key: (&str, &str),
    assignee: &Assignee,
    by: &str,
) -> Result<Option<HostId>, OperationError> {
    let known = locked(session, &[key.0.to_owned()], None).await?.into_iter().next();
    if let Some(host) = known.as_ref().and_then(|stored| stored.host_id).map(HostId) {
        write(session, host, known.as_ref(), Some(key), assignee, by).await?;
        return Ok(Some(host));
    }
    if let Assignee::User(user) = assignee
        && !assigned::is_user(session, *user).await?
    {
        return Err(no_such_user(assignee).into());
    }
    let new = NewAssignment { host: None, key: Some(key), assignee, by };
    assignments::store(session, known.as_ref(), &new).await?;
    record(session, NewChange::HostAssigned { host: None, key: Some(key.1), assignee, by }).await?;
    Ok(None)
}

pub(super) async fn take_back(session: &Session, host: HostId, by: &str) -> Result<bool, OperationError> {
    // A lock makes a host known, which one without an assignment may not be.
    if assignments::of_host(session, host).await?.is_none() {
        return Ok(false);
    }
    hosts::lock(session, &[host].into()).await?;
    let Some(stored) = assignments::of_host(session, host).await? else { return Ok(false) };
    clear(session, host).await?;
    assignments::delete(session, &stored).await?;
    ended(session, host, &stored, Some(by)).await?;
    record(session, NewChange::HostAddresses(host)).await?;
    Ok(true)
}

pub(super) async fn take_back_key(session: &Session, key: &str, by: &str) -> Result<bool, OperationError> {
    let found = locked(session, &[key.to_owned()], None).await?;
    let Some(stored) = found.into_iter().next() else { return Ok(false) };
    if let Some(host) = stored.host_id {
        return take_back(session, HostId(host), by).await;
    }
    assignments::delete(session, &stored).await?;
    let key = stored.host_key_text.as_deref();
    record(session, NewChange::HostUnassigned { host: None, key, by: Some(by) }).await?;
    Ok(true)
}

/// Finds the assignments of these keys and locks them, their hosts first, as everybody does who writes to both; with them a host that
/// claims one.
async fn locked(
    session: &Session,
    keys: &[String],
    claims: Option<HostId>,
) -> Result<Vec<StoredAssignment>, OperationError> {
    let before = assignments::with_keys(session, keys).await?;
    let mut of: BTreeSet<HostId> = before.iter().filter_map(|stored| stored.host_id.map(HostId)).collect();
    of.extend(claims.filter(|_| !before.is_empty()));
    if !of.is_empty() {
        hosts::lock(session, &of).await?;
    }
    let found = assignments::lock_keys(session, keys).await?;
    if found.iter().any(|stored| stored.host_id.is_some_and(|host| !of.contains(&HostId(host)))) {
        return Err(OperationError::Overtaken);
    }
    Ok(found)
}

/// Writes an assignment of a host whose row is locked, in the place of the one there was.
async fn write(
    session: &Session,
    host: HostId,
    known: Option<&StoredAssignment>,
    key: Option<(&str, &str)>,
    assignee: &Assignee,
    by: &str,
) -> Result<(), OperationError> {
    if !apply(session, host, assignee).await? {
        return Err(no_such_user(assignee).into());
    }
    assignments::store(session, known, &NewAssignment { host: Some(host), key, assignee, by }).await?;
    let key = key.map(|(_, text)| text).or_else(|| known?.host_key_text.as_deref());
    record(session, NewChange::HostAssigned { host: Some(host), key, assignee, by }).await?;
    record(session, NewChange::HostAddresses(host)).await
}

/// Writes the rows by which an assignment decides; says whether the user is there.
async fn apply(session: &Session, host: HostId, assignee: &Assignee) -> Result<bool, OperationError> {
    clear(session, host).await?;
    match assignee {
        Assignee::Address(email) => {
            hosts::set(session, host, Source::Idp.as_str(), &[address(email)]).await.map(|_| true)
        }
        Assignee::User(user) => assigned::write(session, host, Some(*user)).await,
        Assignee::Shared => assigned::write(session, host, None).await,
    }
}

/// Removes the rows by which an assignment decides; those of an address only if it is the one that was assigned.
async fn clear(session: &Session, host: HostId) -> Result<(), OperationError> {
    assigned::clear(session, host).await?;
    if let Some(stored) = assignments::of_host(session, host).await?
        && stored.email.is_some()
    {
        hosts::set(session, host, Source::Idp.as_str(), &[]).await?;
    }
    Ok(())
}

/// Records that a host is no longer assigned as it was.
pub(in crate::hosts) async fn ended(
    session: &Session,
    host: HostId,
    stored: &StoredAssignment,
    by: Option<&str>,
) -> Result<(), OperationError> {
    let key = stored.host_key_text.as_deref();
    record(session, NewChange::HostUnassigned { host: Some(host), key, by }).await
}

async fn record(session: &Session, change: NewChange<'_>) -> Result<(), OperationError> {
    Ok(changes::append(session, None, change, session.now()).await?)
}

fn no_such_user(assignee: &Assignee) -> ScimError {
    let user = if let Assignee::User(user) = assignee { user.to_string() } else { String::new() };
    ScimError::invalid_value(format!("there is no user {user}"))
}

fn address(email: &str) -> Address {
    Address {
        source: Source::Idp.as_str().to_owned(),
        source_rank: Source::Idp.rank(),
        email: email.to_owned(),
        email_key: case_fold_address(email),
    }
}
