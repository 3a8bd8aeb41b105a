//! PATCH: edits of the document and of the members, all or none, at a cost that does not grow with the group.

use sea_orm::{ConnectionTrait, StreamTrait};
use serde_json::{Map, Value};

use super::{
    Answer, Call, PatchedGroup, Preconditions, Provider, differences, held, membership, now, parse_id, project,
    read::represent, read_document,
};
use crate::{
    protocol::{
        document::{self, Document},
        error::ScimError,
        id::GroupId,
        immutable,
        members::{self, MemberOperation, Plan},
        patch,
        projection::Projection,
        record::GroupRecord,
        remarks::Remarks,
        representation::{self, Representation},
        version,
    },
    store::{
        changes::{self, Change},
        database::transaction,
        failure::Failure,
        groups::{self, StoredGroup},
    },
};

/// # Errors
/// 400 for an operation that cannot be applied or when all added members are unknown, 404, 409, 412.
pub async fn patch_group(
    provider: &Provider,
    call: Call<'_>,
    id: &str,
    body: Map<String, Value>,
    preconditions: &Preconditions,
    projection: &Projection,
) -> Result<PatchedGroup, Failure> {
    let id = parse_id(id)?;
    let plan = members::plan(patch::parse(body)?, &call.types.group)?;
    let mut remarks = Remarks::default();
    let outcome = transaction!(provider.database, tx => {
        remarks = Remarks::default();
        apply(tx, call, id, &plan, preconditions, projection, provider.answered_members, &mut remarks)
    });
    let (group, whole) = match outcome {
        Err(failure) if failure.is_unique_violation() => return Err(held().into()),
        outcome => outcome?,
    };
    Ok(match whole {
        Some(whole) => {
            PatchedGroup::Whole(Answer { representation: project(whole, projection, &call.types.group)?, remarks })
        }
        None => PatchedGroup::Large {
            etag: version::of_group(group.version),
            location: format!("{}/Groups/{id}", call.base),
            remarks,
        },
    })
}

#[expect(clippy::too_many_arguments, reason = "the parts of one request, each used once")]
async fn apply(
    connection: &(impl ConnectionTrait + StreamTrait),
    call: Call<'_>,
    id: GroupId,
    plan: &Plan,
    preconditions: &Preconditions,
    projection: &Projection,
    answered_members: u64,
    remarks: &mut Remarks,
) -> Result<(StoredGroup, Option<Representation>), Failure> {
    let stored = groups::lock(connection, call.connection, id).await?.ok_or_else(|| ScimError::not_found("Group"))?;
    preconditions.check_group(stored.version)?;
    let before = read_document(&stored.resource, &call.types.group)?;
    let mut after = before.clone();
    plan.dropped.iter().for_each(|key| remarks.drop_attribute(key));
    for operation in &plan.document {
        patch::apply(&mut after, &call.types.group, operation.clone(), remarks)?;
    }
    immutable::hold(&before, &after, &call.types.group)?;
    let additive = stored.additive_replace;
    let group = save(connection, call, stored, &before, &after, &plan.members, additive, remarks).await?;
    if !projection.wants("members") {
        let whole = representation::of_group(group.row(), None, call.base);
        return Ok((group, Some(whole)));
    }
    if projection.is_whole() && groups::exceeds(connection, call.connection, id, answered_members).await? {
        return Ok((group, None));
    }
    let whole = represent(connection, call, &group).await?;
    Ok((group, Some(whole)))
}

/// Saves the document and applies the operations on members where `stored` was read and locked; answers the row as it is
/// then, a version later when something changed.
#[expect(clippy::too_many_arguments, reason = "the parts of one request, each used once")]
pub async fn save(
    connection: &(impl ConnectionTrait + StreamTrait),
    call: Call<'_>,
    mut stored: StoredGroup,
    before: &Document,
    after: &Document,
    operations: &[MemberOperation],
    additive: bool,
    remarks: &mut Remarks,
) -> Result<StoredGroup, Failure> {
    let now = now();
    let changed = differences(before, after);
    if !changed.is_empty() {
        document::require_extensions(Some(before), after, &call.types.group)?;
        let record = GroupRecord::of(after, &call.types.group)?;
        groups::update(connection, stored.id, &record).await?;
        changes::append(connection, Some(call.connection), Change::GroupChanged(stored.id, &changed), now).await?;
        stored.resource = record.resource;
    }
    let mut moved = false;
    if !operations.is_empty() {
        let added = members::added(operations);
        let edits = members::edits(operations.to_vec(), additive);
        let moves = membership::apply(connection, call, stored.id, &edits, &added, true, remarks).await?;
        moved = !moves.is_empty();
        if moved {
            moves.append_change(connection, call, stored.id, now).await?;
        }
    }
    if moved || !changed.is_empty() {
        groups::touch(connection, &[stored.id.0], now).await?;
        stored.version += 1;
        stored.updated_at = now;
    }
    Ok(stored)
}
