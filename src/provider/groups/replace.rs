//! PUT: the members are replaced by those of the body, none when it names none.

use serde_json::{Map, Value};

use super::{
    Answer, Call, Preconditions, Provider, held, held_by, parse_id, project,
    read::represent,
    read_document,
    save::{Change, save},
};
use crate::{
    protocol::{
        document::{self, Document},
        error::ScimError,
        id::GroupId,
        immutable,
        members::MemberOperation,
        projection::Projection,
        remarks::Remarks,
        representation,
        resource::{self, Body},
    },
    store::{
        failure::Failure,
        groups::{self, StoredGroup},
        retry::transaction,
        session::Session,
    },
};

/// # Errors
/// 400 for a body that does not fit or whose members are all unknown, 404, 409 when another group has the name, 412.
pub async fn replace_group(
    provider: &Provider,
    call: Call<'_>,
    id: &str,
    body: Map<String, Value>,
    preconditions: &Preconditions,
    projection: &Projection,
) -> Result<Answer, Failure> {
    let id = parse_id(id)?;
    let mut remarks = Remarks::default();
    let mut body = resource::read_body(body, &call.types.group, &mut remarks)?;
    document::required(&body.document, "displayName")?;
    let members = [MemberOperation::Replace(body.members.take().unwrap_or_default())];
    let read = remarks.clone();
    let outcome = transaction!(provider.database, call.request, tx => {
        remarks = read.clone();
        async {
            let stored = replace(tx, call, id, &body, &members, preconditions, &mut remarks).await?;
            match projection.wants("members") {
                true => represent(tx, call, &stored).await,
                false => Ok(representation::of_group(stored.row(), None, call.base)),
            }
        }
    });
    let projection = &projection.of_write(None, &body.document, &call.types.group);
    let whole = match outcome {
        Err(failure) if failure.is_unique_violation() => {
            let display_name = document::required(&body.document, "displayName")?;
            return Err(held_by(provider, call, display_name).await?.into());
        }
        outcome => outcome?,
    };
    Ok(Answer { representation: project(whole, projection, &call.types.group)?, remarks })
}

/// Gives a group that was created in this transaction the rest of its body; unknown members are skipped as by a POST.
///
/// # Errors
/// 400 for a body that does not fit, 409 when another group has the name.
pub async fn complete(
    session: &Session,
    call: Call<'_>,
    id: GroupId,
    body: Map<String, Value>,
    remarks: &mut Remarks,
) -> Result<(), Failure> {
    let mut body = resource::read_body(body, &call.types.group, remarks)?;
    document::required(&body.document, "displayName")?;
    let members = [MemberOperation::Replace(body.members.take().unwrap_or_default())];
    let stored = groups::lock(session, call.connection, id).await?.ok_or_else(|| ScimError::not_found("Group"))?;
    let (before, after) = documents(&stored, call, &body)?;
    let change = Change { before: &before, after: &after, members: &members, additive: false, refuses_unknown: false };
    match save(session, call, stored, &change, remarks).await {
        Err(failure) if failure.is_unique_violation() => Err(held().into()),
        outcome => outcome.map(drop),
    }
}

async fn replace(
    session: &Session,
    call: Call<'_>,
    id: GroupId,
    body: &Body,
    members: &[MemberOperation],
    preconditions: &Preconditions,
    remarks: &mut Remarks,
) -> Result<StoredGroup, Failure> {
    let stored = groups::lock(session, call.connection, id).await?.ok_or_else(|| ScimError::not_found("Group"))?;
    preconditions.check_group(stored.version)?;
    let (before, after) = documents(&stored, call, body)?;
    let change = Change { before: &before, after: &after, members, additive: false, refuses_unknown: true };
    let (stored, _) = save(session, call, stored, &change, remarks).await?;
    Ok(stored)
}

/// The document that is stored, and what a body makes of it.
fn documents(stored: &StoredGroup, call: Call<'_>, body: &Body) -> Result<(Document, Document), Failure> {
    let before = read_document(&stored.resource, &call.types.group)?;
    let mut after = resource::replace(&before, body, &call.types.group);
    immutable::restore(&before, &mut after, &call.types.group);
    immutable::hold(&before, &after, &call.types.group)?;
    Ok((before, after))
}
