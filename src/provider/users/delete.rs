//! DELETE.

use super::{Call, Preconditions, Provider, lock, now, parse_id};
use crate::{
    protocol::{error::ScimError, id::UserId},
    store::{
        changes::{self, Change},
        failure::Failure,
        groups,
        retry::transaction,
        session::Session,
        users,
    },
};

/// # Errors
/// 404, also the second time; 412.
pub async fn delete_user(
    provider: &Provider,
    call: Call<'_>,
    id: &str,
    preconditions: &Preconditions,
) -> Result<(), Failure> {
    let id = parse_id(id)?;
    transaction!(provider.database, call.request, tx => delete(tx, call, id, preconditions))
}

async fn delete(
    session: &Session,
    call: Call<'_>,
    id: UserId,
    preconditions: &Preconditions,
) -> Result<(), Failure> {
    let locked = lock::user_and_groups(session, call.connection, id).await?;
    let (stored, groups) = locked.ok_or_else(|| ScimError::not_found("User"))?;
    preconditions.check_user(&stored, call)?;
    let now = now();
    let keys = users::keys_of(session, id).await?;
    users::delete(session, call.connection, id).await?;
    if !groups.is_empty() {
        groups::touch(session, &groups, now).await?;
    }
    changes::append(session, Some(call.connection), Change::UserDeleted(id, &keys), now).await?;
    Ok(())
}
