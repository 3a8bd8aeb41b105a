//! What the host server tells inside of its own transactions.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};

use super::{
    Source,
    addresses::{addresses, check_name, forget, set},
    assign::{check_keys, claim},
    limits::{check, limit, unlimit},
};
use crate::{
    error::Error,
    protocol::id::{ConnectionId, HostId},
    store::{dialect::Dialect, hosts, operation_error::OperationError, session::Session},
};

/// Sets addresses like [`Hosts::set_emails`](super::Hosts::set_emails), inside a transaction of the host server, in a savepoint. Begin
/// the transaction IMMEDIATE on SQLite, and READ COMMITTED elsewhere.
///
/// # Errors
/// As [`Hosts::set_emails`](super::Hosts::set_emails).
pub async fn set_emails_in(
    transaction: &DatabaseTransaction,
    host: HostId,
    source: &Source,
    emails: &[&str],
) -> Result<(), Error> {
    let addresses = addresses(source, emails)?;
    let session = within(transaction).await?;
    let outcome = set(&session, host, source, &addresses).await;
    end(session, outcome).await
}

/// Sets a name like [`Hosts::set_names`](super::Hosts::set_names), for one host, inside a transaction of the host server.
///
/// # Errors
/// As [`Hosts::set_names`](super::Hosts::set_names).
pub async fn set_name_in(transaction: &DatabaseTransaction, host: HostId, name: &str) -> Result<(), Error> {
    check_name(name)?;
    let session = within(transaction).await?;
    let outcome = hosts::set_names(&session, &[(host, name.to_owned())]).await;
    end(session, outcome).await
}

/// Removes a host like [`Hosts::forget`](super::Hosts::forget), inside a transaction of the host server.
///
/// # Errors
/// [`Error::Database`].
pub async fn forget_host_in(transaction: &DatabaseTransaction, host: HostId) -> Result<(), Error> {
    let session = within(transaction).await?;
    let outcome = forget(&session, host).await;
    end(session, outcome).await
}

/// Limits a host like [`Hosts::limit_to`](super::Hosts::limit_to), inside a transaction of the host server.
///
/// # Errors
/// As [`Hosts::limit_to`](super::Hosts::limit_to).
pub async fn limit_host_in(
    transaction: &DatabaseTransaction,
    host: HostId,
    connections: &[ConnectionId],
) -> Result<(), Error> {
    let connections = connections.iter().copied().collect();
    check(&connections)?;
    let session = within(transaction).await?;
    let outcome = limit(&session, &BTreeMap::from([(host, connections)])).await;
    end(session, outcome).await
}

/// Ends the limit of a host like [`Hosts::unlimit`](super::Hosts::unlimit), inside a transaction of the host server.
///
/// # Errors
/// [`Error::Database`].
pub async fn unlimit_host_in(transaction: &DatabaseTransaction, host: HostId) -> Result<(), Error> {
    let session = within(transaction).await?;
    let outcome = unlimit(&session, host).await;
    end(session, outcome).await
}

/// Assigns a host that enrols like [`Hosts::claim`](super::Hosts::claim), inside a transaction of the host server.
///
/// It says whether something was said of one of its keys. Call it before anything else of the host is written.
///
/// # Errors
/// As [`Hosts::claim`](super::Hosts::claim).
pub async fn claim_host_in(transaction: &DatabaseTransaction, host: HostId, keys: &[&str]) -> Result<bool, Error> {
    check_keys(keys)?;
    let session = within(transaction).await?;
    let outcome = claim(&session, host, keys).await;
    end(session, outcome).await
}

async fn within(transaction: &DatabaseTransaction) -> Result<Session, Error> {
    Ok(Session::within(transaction, Dialect::from_backend(transaction.get_database_backend())).await?)
}

async fn end<T>(session: Session, outcome: Result<T, OperationError>) -> Result<T, Error> {
    match outcome {
        Ok(done) => {
            session.commit().await.map_err(DbErr::from)?;
            Ok(done)
        }
        Err(failure) => {
            session.rollback().await;
            Err(failure.into())
        }
    }
}
