//! PATCH: all operations or none.

use super::{
    Answer, Call, Preconditions, Provider, held, parse_id, read_document, represent::represent_written, save::save,
};
use crate::{
    protocol::{
        document::Document,
        error::ScimError,
        id::UserId,
        immutable,
        patch::{self, Operation},
        projection::Projection,
        remarks::Remarks,
    },
    store::{
        failure::Failure,
        retry::transaction,
        session::Session,
        users::{self, StoredUser},
    },
};

/// # Errors
/// 400 for an operation that cannot be applied, 404, 409 when another user has the name, 412.
pub async fn patch_user(
    provider: &Provider,
    call: Call<'_>,
    id: &str,
    operations: Vec<Operation>,
    preconditions: &Preconditions,
    projection: &Projection,
) -> Result<Answer, Failure> {
    let id = parse_id(id)?;
    let mut remarks = Remarks::default();
    let outcome = transaction!(provider.database, call.request, tx => {
        remarks = Remarks::default();
        apply(tx, call, id, &operations, preconditions, &mut remarks)
    });
    let (user, before) = match outcome {
        Err(failure) if failure.is_unique_violation() => return Err(held().into()),
        outcome => outcome?,
    };
    let projection = match call.types.user.holds_back {
        true => projection.of_write(Some(&before), &read_document(&user.resource, &call.types.user)?, &call.types.user),
        false => projection.clone(),
    };
    let representation = represent_written(provider, call, user, &projection).await?;
    Ok(Answer { representation, remarks })
}

async fn apply(
    connection: &Session,
    call: Call<'_>,
    id: UserId,
    operations: &[Operation],
    preconditions: &Preconditions,
    remarks: &mut Remarks,
) -> Result<(StoredUser, Document), Failure> {
    let stored = users::lock(connection, call.connection, id).await?.ok_or_else(|| ScimError::not_found("User"))?;
    preconditions.check_user(&stored, call)?;
    let before = read_document(&stored.resource, &call.types.user)?;
    let after = patch::apply_all(&before, &call.types.user, operations, remarks)?;
    immutable::hold(&before, &after, &call.types.user)?;
    let user = save(connection, call, stored, &before, &after, remarks).await?;
    Ok((user, before))
}
