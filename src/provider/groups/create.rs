//! POST.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{
    Answer, Call, Preconditions, Provider, held, held_by, membership, not_absent, now, project, read::represent,
};
use crate::{
    protocol::{
        document,
        error::ScimError,
        id::GroupId,
        members::{self, MemberOperation},
        projection::Projection,
        record::GroupRecord,
        remarks::Remarks,
        representation::{self, Representation},
        resource::{self, Body},
    },
    store::{
        changes::{self, Change},
        failure::Failure,
        groups::{self, StoredGroup},
        retry::transaction,
        session::Session,
    },
};

/// # Errors
/// 400 for a body that does not fit, 409 when another group has the name, 412 when one has it and none was asked for.
pub async fn create_group(
    provider: &Provider,
    call: Call<'_>,
    body: Map<String, Value>,
    preconditions: &Preconditions,
    projection: &Projection,
) -> Result<Answer, Failure> {
    let mut remarks = Remarks::default();
    let (body, record) = read(body, call, &mut remarks)?;
    let projection = &projection.of_write(None, &body.document, &call.types.group);
    let members = [MemberOperation::Add(body.members.unwrap_or_default())];
    let read = remarks.clone();
    let outcome = transaction!(provider.database, call.request, tx => {
        remarks = read.clone();
        insert_and_represent(tx, call, &record, &members, projection, &mut remarks)
    });
    let whole = match outcome {
        Err(failure) if failure.is_unique_violation() && preconditions.only_if_absent() => {
            return Err(not_absent().into());
        }
        Err(failure) if failure.is_unique_violation() => {
            return Err(held_by(provider, call, &record.display_name).await?.into());
        }
        outcome => outcome?,
    };
    Ok(Answer { representation: project(whole, projection, &call.types.group)?, remarks })
}

/// Creates a group in a transaction with others.
///
/// # Errors
/// 400 for a body that does not fit, 409 when another group has the name.
pub async fn create_in(session: &Session, call: Call<'_>, body: Map<String, Value>) -> Result<GroupId, Failure> {
    let mut remarks = Remarks::default();
    let (body, record) = read(body, call, &mut remarks)?;
    let members = [MemberOperation::Add(body.members.unwrap_or_default())];
    match insert(session, call, &record, &members, &mut remarks).await {
        Err(failure) if failure.is_unique_violation() => Err(held().into()),
        outcome => Ok(outcome?.id),
    }
}

fn read(body: Map<String, Value>, call: Call<'_>, remarks: &mut Remarks) -> Result<(Body, GroupRecord), ScimError> {
    let body = resource::read_body(body, &call.types.group, remarks)?;
    document::require_extensions(None, &body.document, &call.types.group)?;
    let record = GroupRecord::of(&body.document, &call.types.group)?;
    Ok((body, record))
}

async fn insert_and_represent(
    session: &Session,
    call: Call<'_>,
    record: &GroupRecord,
    members: &[MemberOperation],
    projection: &Projection,
    remarks: &mut Remarks,
) -> Result<Representation, Failure> {
    let group = insert(session, call, record, members, remarks).await?;
    if members::added(members).is_empty() || !projection.wants("members") {
        return Ok(representation::of_group(group.row(), Some(&[]), call.base));
    }
    represent(session, call, &group).await
}

async fn insert(
    session: &Session,
    call: Call<'_>,
    record: &GroupRecord,
    members: &[MemberOperation],
    remarks: &mut Remarks,
) -> Result<StoredGroup, Failure> {
    let now = now();
    let id = groups::insert(session, call.connection, record, now).await?;
    let mut entries = vec![changes::entry_of(session, Some(call.connection), Change::GroupCreated(id), now)];
    let added: HashSet<String> = members::added(members);
    if !added.is_empty() {
        let edits = members::edits(members.to_vec(), false);
        let moves = membership::apply(session, call, id, &edits, &added, false, remarks).await?;
        entries.extend(moves.entries(session, call, id, now));
    }
    changes::append_with(session, vec![], entries).await?;
    Ok(StoredGroup {
        id,
        version: 1,
        created_at: now,
        updated_at: now,
        resource: record.resource.clone(),
        additive_replace: false,
    })
}
