//! PATCH: edits of the document and of the members, all or none, at a cost that does not grow with the group.

use serde_json::Value;

use super::{
    Answer, Call, PatchedGroup, Preconditions, Provider, held_by, parse_id, project,
    read::represent,
    read_document,
    save::{Change, save},
};
use crate::{
    protocol::{
        document::Document,
        error::ScimError,
        id::GroupId,
        immutable,
        members::{self, Plan},
        patch::{self, Operation},
        projection::Projection,
        remarks::Remarks,
        representation::{self, Representation},
        version,
    },
    store::{
        failure::Failure,
        groups::{self, StoredGroup},
        retry::transaction,
        session::Session,
    },
};

/// Seen of Entra ID jobs that send one member at a time as a replace (snipe-it#19096, 2026-10).
const ONE_LEFT: &str = "a replace left one member and removed the others: if the identity provider sends one member at a time that way, the host server can turn on additive replace for this connection";

/// # Errors
/// 400 for an operation that cannot be applied or when all added members are unknown, 404, 409, 412.
pub async fn patch_group(
    provider: &Provider,
    call: Call<'_>,
    id: &str,
    operations: Vec<Operation>,
    preconditions: &Preconditions,
    projection: &Projection,
) -> Result<PatchedGroup, Failure> {
    let id = parse_id(id)?;
    let plan = members::plan(operations, &call.types.group)?;
    let mut remarks = Remarks::default();
    let mut display_name = None;
    let outcome = transaction!(provider.database, call.request, tx => {
        remarks = Remarks::default();
        let answered = provider.answered_members;
        apply(tx, call, id, &plan, preconditions, projection, answered, &mut display_name, &mut remarks)
    });
    let Patched { group, before, whole } = match outcome {
        Err(failure) if failure.is_unique_violation() => {
            return Err(held_by(provider, call, &display_name.unwrap_or_default()).await?.into());
        }
        outcome => outcome?,
    };
    Ok(match whole {
        Some(whole) => {
            let after = read_document(&group.resource, &call.types.group)?;
            let projection = &projection.of_write(Some(&before), &after, &call.types.group);
            PatchedGroup::Whole(Answer { representation: project(whole, projection, &call.types.group)?, remarks })
        }
        None => PatchedGroup::Large {
            etag: version::of_group(group.version),
            location: format!("{}/Groups/{id}", call.base),
            remarks,
        },
    })
}

struct Patched {
    group: StoredGroup,
    before: Document,
    /// What to answer, unless the group has too many members.
    whole: Option<Representation>,
}

#[expect(clippy::too_many_arguments, reason = "the parts of one request, each used once")]
async fn apply(
    session: &Session,
    call: Call<'_>,
    id: GroupId,
    plan: &Plan,
    preconditions: &Preconditions,
    projection: &Projection,
    answered_members: u64,
    display_name: &mut Option<String>,
    remarks: &mut Remarks,
) -> Result<Patched, Failure> {
    let stored = groups::lock(session, call.connection, id).await?.ok_or_else(|| ScimError::not_found("Group"))?;
    preconditions.check_group(stored.version)?;
    let before = read_document(&stored.resource, &call.types.group)?;
    plan.dropped.iter().for_each(|key| remarks.drop_attribute(key));
    let after = patch::apply_all(&before, &call.types.group, &plan.document, remarks)?;
    immutable::hold(&before, &after, &call.types.group)?;
    *display_name = after.get("displayName").and_then(Value::as_str).map(str::to_owned);
    let change = Change {
        before: &before,
        after: &after,
        members: &plan.members,
        additive: stored.additive_replace,
        refuses_unknown: true,
    };
    let (group, moves) = save(session, call, stored, &change, remarks).await?;
    if moves.leave_one_of_several() {
        remarks.advise(ONE_LEFT);
    }
    if !projection.wants("members") {
        let whole = representation::of_group(group.row(), None, call.base);
        return Ok(Patched { group, before, whole: Some(whole) });
    }
    if projection.is_whole() && groups::exceeds(session, call.connection, id, answered_members).await? {
        return Ok(Patched { group, before, whole: None });
    }
    let whole = represent(session, call, &group).await?;
    Ok(Patched { group, before, whole: Some(whole) })
}
