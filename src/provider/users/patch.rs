//! PATCH: all operations or none.

use serde_json::Value;

use super::{
    Answer, Call, Preconditions, Provider,
    another::{Locked, is_another, without_extensions},
    held_by, parse_id, read_document,
    represent::represent_written,
    save::save,
};
use crate::{
    protocol::{
        document::Document,
        id::UserId,
        immutable,
        patch::{self, Operation},
        projection::Projection,
        remarks::Remarks,
    },
    store::{failure::Failure, retry::transaction, session::Session, users::StoredUser},
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
    let (mut with_groups, mut user_name) = (false, None);
    let outcome = transaction!(provider.database, call.request, tx => {
        remarks = Remarks::default();
        apply(tx, call, id, &operations, preconditions, &mut with_groups, &mut user_name, &mut remarks)
    });
    let (user, before) = match outcome {
        Err(failure) if failure.is_unique_violation() => {
            return Err(held_by(provider, call, &user_name.unwrap_or_default()).await?.into());
        }
        outcome => outcome?,
    };
    let projection = match call.types.user.holds_back {
        true => projection.of_write(Some(&before), &read_document(&user.resource, &call.types.user)?, &call.types.user),
        false => projection.clone(),
    };
    let representation = represent_written(provider, call, user, &projection).await?;
    Ok(Answer { representation, remarks })
}

#[expect(clippy::too_many_arguments, reason = "what another try has to know is among them")]
async fn apply(
    session: &Session,
    call: Call<'_>,
    id: UserId,
    operations: &[Operation],
    preconditions: &Preconditions,
    with_groups: &mut bool,
    user_name: &mut Option<String>,
    remarks: &mut Remarks,
) -> Result<(StoredUser, Document), Failure> {
    let locked = Locked::find(session, call, id, *with_groups).await?;
    preconditions.check_user(&locked.user, call)?;
    let before = read_document(&locked.user.resource, &call.types.user)?;
    let mut after = patch::apply_all(&before, &call.types.user, operations, remarks)?;
    let stored = if is_another(&before, &after) {
        *remarks = Remarks::default();
        after = patch::apply_all(&without_extensions(&before), &call.types.user, operations, remarks)?;
        locked.leave_groups(session, call, with_groups).await?
    } else {
        immutable::hold(&before, &after, &call.types.user)?;
        locked.user
    };
    *user_name = after.get("userName").and_then(Value::as_str).map(str::to_owned);
    let user = save(session, call, stored, &before, &after, remarks).await?;
    Ok((user, before))
}
