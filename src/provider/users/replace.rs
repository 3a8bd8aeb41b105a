//! PUT.

use serde_json::{Map, Value};

use super::{
    Answer, Call, Preconditions, Provider,
    another::{Locked, is_another, without_extensions},
    held, held_by, parse_id, read_document,
    represent::represent_written,
    save::save,
};
use crate::{
    protocol::{
        document,
        id::UserId,
        immutable,
        projection::Projection,
        remarks::Remarks,
        resource::{self, Body},
    },
    store::{failure::Failure, retry::transaction, session::Session, users::StoredUser},
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
    let mut with_groups = false;
    let outcome = transaction!(provider.database, call.request, tx => {
        replace(tx, call, id, &body, preconditions, &mut with_groups, &mut remarks)
    });
    let user = match outcome {
        Err(failure) if failure.is_unique_violation() => {
            let user_name = document::required(&body.document, "userName")?;
            return Err(held_by(provider, call, user_name).await?.into());
        }
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
    session: &Session,
    call: Call<'_>,
    id: UserId,
    body: Map<String, Value>,
    remarks: &mut Remarks,
) -> Result<(), Failure> {
    let body = resource::read_body(body, &call.types.user, remarks)?;
    document::required(&body.document, "userName")?;
    match replace(session, call, id, &body, &Preconditions::default(), &mut false, remarks).await {
        Err(failure) if failure.is_unique_violation() => Err(held().into()),
        outcome => outcome.map(drop),
    }
}

async fn replace(
    session: &Session,
    call: Call<'_>,
    id: UserId,
    body: &Body,
    preconditions: &Preconditions,
    with_groups: &mut bool,
    remarks: &mut Remarks,
) -> Result<StoredUser, Failure> {
    let locked = Locked::find(session, call, id, *with_groups).await?;
    preconditions.check_user(&locked.user, call)?;
    let before = read_document(&locked.user.resource, &call.types.user)?;
    let mut after = resource::replace(&before, body, &call.types.user);
    if is_another(&before, &after) {
        let after = resource::replace(&without_extensions(&before), body, &call.types.user);
        let stored = locked.leave_groups(session, call, with_groups).await?;
        return save(session, call, stored, &before, &after, remarks).await;
    }
    immutable::restore(&before, &mut after, &call.types.user);
    immutable::hold(&before, &after, &call.types.user)?;
    save(session, call, locked.user, &before, &after, remarks).await
}
