//! PUT.

use serde_json::{Map, Value};

use super::{
    Answer, Call, Preconditions, Provider, held, parse_id, read_document, represent::represent_written, save::save,
};
use crate::{
    protocol::{
        document,
        error::ScimError,
        id::UserId,
        immutable,
        projection::Projection,
        remarks::Remarks,
        resource::{self, Body},
    },
    store::{
        failure::Failure,
        retry::transaction,
        session::Session,
        users::{self, StoredUser},
    },
};

/// # Errors
/// 400 for a body that does not fit, 404, 409 when another user has the name, 412.
pub async fn replace_user(
    provider: &Provider,
    call: Call<'_>,
    id: &str,
    body: Map<String, Value>,
    preconditions: &Preconditions,
    projection: &Projection,
) -> Result<Answer, Failure> {
    let id = parse_id(id)?;
    let mut remarks = Remarks::default();
    let body = resource::read_body(body, &call.types.user, &mut remarks)?;
    document::required(&body.document, "userName")?;
    let outcome =
        transaction!(provider.database, call.request, tx => replace(tx, call, id, &body, preconditions, &mut remarks));
    let user = match outcome {
        Err(failure) if failure.is_unique_violation() => return Err(held().into()),
        outcome => outcome?,
    };
    let projection = projection.of_write(None, &body.document, &call.types.user);
    let representation = represent_written(provider, call, user, &projection).await?;
    Ok(Answer { representation, remarks })
}

/// Gives a user who was created in this transaction the rest of the body.
///
/// # Errors
/// 400 for a body that does not fit, 409 when another user has the name.
pub async fn complete(
    connection: &Session,
    call: Call<'_>,
    id: UserId,
    body: Map<String, Value>,
    remarks: &mut Remarks,
) -> Result<(), Failure> {
    let body = resource::read_body(body, &call.types.user, remarks)?;
    document::required(&body.document, "userName")?;
    match replace(connection, call, id, &body, &Preconditions::default(), remarks).await {
        Err(failure) if failure.is_unique_violation() => Err(held().into()),
        outcome => outcome.map(drop),
    }
}

async fn replace(
    connection: &Session,
    call: Call<'_>,
    id: UserId,
    body: &Body,
    preconditions: &Preconditions,
    remarks: &mut Remarks,
) -> Result<StoredUser, Failure> {
    let stored = users::lock(connection, call.connection, id).await?.ok_or_else(|| ScimError::not_found("User"))?;
    preconditions.check_user(&stored, call)?;
    let before = read_document(&stored.resource, &call.types.user)?;
    let mut after = resource::replace(&before, body, &call.types.user);
    immutable::restore(&before, &mut after, &call.types.user);
    immutable::hold(&before, &after, &call.types.user)?;
    save(connection, call, stored, &before, &after, remarks).await
}
