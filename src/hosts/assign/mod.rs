//! Hosts that are assigned by hand: to an address, to a user, or to nobody; before they enrol too.

mod assignment;
mod write;

use write::{assign, assign_by_key, take_back, take_back_key};
pub(super) use write::{claim, ended};

pub use self::assignment::{Assigned, Assignment};
use super::{AT_ONCE, HostEndUsers, Hosts, Source, addresses::addresses, check_number};
use crate::{
    error::Error,
    protocol::{
        assignee::Assignee,
        bounds,
        case_fold::{case_fold, case_fold_address},
        id::{HostId, UserId},
    },
    store::{
        hosts::{assigned, assignments},
        request_id::new_request_id,
        retry::Retry,
    },
};

/// The length of what is kept of who assigned a host.
const BY: usize = 255;

impl Hosts<'_> {
    /// Assigns a host, in the place of an assignment before. `by` says who does it.
    ///
    /// An assignment to a user or to nobody beats every address; one to an address is the host's address of the source `idp`. The answer
    /// says whom it matched. A user who is deleted leaves the host without an owner.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an address that cannot be, a user who is not there, and a `by` that is empty or longer than 255
    /// characters; [`Error::Database`].
    pub async fn assign(&self, host: HostId, assignee: &Assignee, by: &str) -> Result<HostEndUsers, Error> {
        check(assignee, by)?;
        let mut retry = Retry::new(self.database, new_request_id());
        while let Some(session) = retry.begin().await {
            let outcome = assign(&session, host, assignee, by).await;
            retry.end(session, outcome).await;
        }
        retry.outcome()?;
        self.end_users_of(host).await
    }

    /// Assigns a host before it enrols, by something it will be known by, such as its serial number. Letter case does not count.
    /// [`Hosts::claim`] assigns it then; one that has been claimed by this key is assigned at once.
    ///
    /// # Errors
    /// As [`Hosts::assign`], and [`Error::Invalid`] for a key that is empty or longer than 512 characters.
    pub async fn assign_by_key(&self, key: &str, assignee: &Assignee, by: &str) -> Result<Assigned, Error> {
        check(assignee, by)?;
        let host_key = host_key(key)?;
        let mut retry = Retry::new(self.database, new_request_id());
        while let Some(session) = retry.begin().await {
            let outcome = assign_by_key(&session, (&host_key, key), assignee, by).await;
            retry.end(session, outcome).await;
        }
        match retry.outcome()? {
            Some(host) => Ok(Assigned::Host(Box::new(self.end_users_of(host).await?))),
            None => Ok(Assigned::Awaited(self.asked(assignee).await?)),
        }
    }

    /// Assigns a host that enrols as was said of one of its keys; the first key of which something was said decides. `None` if nothing
    /// was. What was said of the host itself since then stays. [`claim_host_in`](crate::hosts::claim_host_in) does it in the transaction in
    /// which the host server enrols it.
    ///
    /// # Errors
    /// [`Error::Invalid`] for more than 1,000 keys; [`Error::Database`].
    pub async fn claim(&self, host: HostId, keys: &[&str]) -> Result<Option<HostEndUsers>, Error> {
        check_keys(keys)?;
        let mut retry = Retry::new(self.database, new_request_id());
        while let Some(session) = retry.begin().await {
            let outcome = claim(&session, host, keys).await;
            retry.end(session, outcome).await;
        }
        match retry.outcome()? {
            true => Ok(Some(self.end_users_of(host).await?)),
            false => Ok(None),
        }
    }

    /// Takes an assignment back: the addresses decide again. Says whether there was one; `by` says who does it.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a `by` as in [`Hosts::assign`]; [`Error::Database`].
    pub async fn take_back(&self, host: HostId, by: &str) -> Result<bool, Error> {
        check_by(by)?;
        let mut retry = Retry::new(self.database, new_request_id());
        while let Some(session) = retry.begin().await {
            let outcome = take_back(&session, host, by).await;
            retry.end(session, outcome).await;
        }
        Ok(retry.outcome()?)
    }

    /// Takes back what was said of a host before it enrolled, and the assignment if it has. Says whether there was one.
    ///
    /// # Errors
    /// As [`Hosts::assign_by_key`].
    pub async fn take_back_key(&self, key: &str, by: &str) -> Result<bool, Error> {
        check_by(by)?;
        let host_key = host_key(key)?;
        let mut retry = Retry::new(self.database, new_request_id());
        while let Some(session) = retry.begin().await {
            let outcome = take_back_key(&session, &host_key, by).await;
            retry.end(session, outcome).await;
        }
        Ok(retry.outcome()?)
    }

    /// Lists assignments, those of hosts that have not enrolled too, in the order in which they were made: at most `limit`, after the id
    /// of the last one of the page before.
    ///
    /// # Errors
    /// [`Error::Invalid`] for more than 1,000 at once; [`Error::Database`].
    pub async fn assignments(&self, after: Option<i64>, limit: u64) -> Result<Vec<Assignment>, Error> {
        check_number(limit, "assignments")?;
        let session = self.database.read().await?;
        let page = assignments::page(&session, after.unwrap_or_default(), limit).await?;
        Ok(page.into_iter().map(Assignment::from).collect())
    }

    /// Finds the users who would be asked for an assignee.
    async fn asked(&self, assignee: &Assignee) -> Result<Vec<UserId>, Error> {
        match assignee {
            Assignee::Shared => Ok(vec![]),
            Assignee::User(user) => Ok(vec![*user]),
            Assignee::Address(email) => {
                Ok(assigned::users_at(&self.database.read().await?, &case_fold_address(email)).await?)
            }
        }
    }
}

pub(super) fn check_keys(keys: &[&str]) -> Result<(), Error> {
    if keys.len() > AT_ONCE {
        return Err(Error::Invalid(format!("a host has at most {AT_ONCE} keys")));
    }
    Ok(())
}

fn check_by(by: &str) -> Result<(), Error> {
    if by.trim().is_empty() || by.chars().count() > BY || by.contains('\0') {
        return Err(Error::Invalid(format!("who assigns a host is named by 1 to {BY} characters")));
    }
    Ok(())
}

fn check(assignee: &Assignee, by: &str) -> Result<(), Error> {
    check_by(by)?;
    match assignee {
        Assignee::Address(email) => addresses(&Source::Idp, &[email]).map(drop),
        Assignee::User(_) | Assignee::Shared => Ok(()),
    }
}

fn host_key(key: &str) -> Result<String, Error> {
    let host_key = case_fold(key);
    if host_key.is_empty() || !bounds::fits_key(key) || !bounds::fits_key(&host_key) {
        return Err(Error::Invalid(format!("the key of a host has 1 to {} characters", bounds::KEY)));
    }
    Ok(host_key)
}
