//! Applying edits of members: only rows that are named come or go.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::Call;
use crate::{
    protocol::{
        error::ScimError,
        id::GroupId,
        members::{self, Edit, MemberId},
        remarks::Remarks,
        schema::GROUP,
        twin,
    },
    store::{
        changes::{self, Entry},
        failure::Failure,
        groups,
        session::Session,
    },
};

/// Who came and who went.
#[derive(Debug, Default)]
pub struct Moves {
    added: Vec<MemberId>,
    removed: Vec<MemberId>,
    inserted: u64,
    deleted: u64,
    left_one: bool,
}

impl Moves {
    pub const fn is_empty(&self) -> bool {
        self.inserted + self.deleted == 0
    }

    /// Whether others went where one stayed or came.
    pub const fn leave_one_of_several(&self) -> bool {
        self.left_one && self.deleted > 0
    }

    pub fn entries(&self, session: &Session, call: Call<'_>, group: GroupId, now: i64) -> Vec<Entry> {
        changes::entries_of_moves(session, call.connection, group, &self.added, &self.removed, now)
    }
}

/// Applies edits to a group that is locked.
///
/// Unknown members are skipped and named; with `refuse_unknown`, a request all of whose members are unknown is refused
/// as a whole, unless it only adds and none of them is even spelled like an id.
///
/// # Errors
/// 400 `invalidValue` naming the unknown members.
pub async fn apply(
    session: &Session,
    call: Call<'_>,
    group: GroupId,
    edits: &[Edit],
    added: &HashSet<String>,
    refuse_unknown: bool,
    remarks: &mut Remarks,
) -> Result<Moves, Failure> {
    let mut moves = Moves::default();
    let (mut coming, mut going): (Vec<MemberId>, Vec<MemberId>) = match edits {
        // Who is named comes or goes, whoever else is there.
        [edit @ Edit::Delta(delta)] if !delta.clears => {
            let (coming, going): (Vec<_>, Vec<_>) = edit.named().into_iter().partition(|(_, is_member)| *is_member);
            (coming.into_iter().map(|(id, _)| id).collect(), going.into_iter().map(|(id, _)| id).collect())
        }
        [] => (vec![], vec![]),
        edits => {
            let current = groups::members(session, call.connection, group).await?.into_iter().collect();
            members::moves(edits, &current, |member| twin_of(member, call.base))
        }
    };
    // A group is no member of itself.
    coming.retain(|id| *id != MemberId::Group(group));
    going.retain(|id| *id != MemberId::Group(group));
    moves.left_one = edits.iter().any(Edit::leaves_one);
    moves.deleted = groups::remove_members(session, call.connection, group, &going).await?;
    moves.inserted = groups::insert_members(session, call.connection, group, &coming).await?;
    (moves.added, moves.removed) = (coming, going);
    let one_by_one = edits.iter().all(|edit| matches!(edit, Edit::Delta(_)));
    if one_by_one && moves.inserted == moves.added.len() as u64 && moves.added.len() == added.len() {
        return Ok(moves);
    }
    let unknown = unknown(session, call, group, added).await?;
    // What is no id of this service provider at all was never one of its members (scim-sanity adds such a one, 2026-11).
    let harmless = edits.iter().all(Edit::only_adds) && unknown.iter().all(|id| MemberId::parse(id).is_none());
    if refuse_unknown && !added.is_empty() && !harmless && unknown.len() == added.len() {
        let named: Vec<String> = unknown.iter().take(20).map(|id| members::named(id)).collect();
        return Err(ScimError::invalid_value(format!(
            "none of the members is a user or group here: {}; assign the users to the application first",
            named.join(", ")
        ))
        .into());
    }
    unknown.iter().for_each(|id| remarks.skip_member(&members::named(id)));
    let skipped: HashSet<MemberId> = unknown.iter().filter_map(|id| MemberId::parse(id)).collect();
    moves.added.retain(|id| !skipped.contains(id));
    Ok(moves)
}

/// What a condition says of a member.
fn twin_of(member: MemberId, base: &str) -> Value {
    let members = GROUP.attribute("members");
    members.and_then(|members| twin::of_attribute(members, &to_json(member, base))).unwrap_or_default()
}

fn to_json(member: MemberId, base: &str) -> Value {
    let (id, endpoint, kind) = member.parts();
    json!({ "value": id, "$ref": format!("{base}/{endpoint}/{id}"), "type": kind })
}

async fn unknown(
    session: &Session,
    call: Call<'_>,
    group: GroupId,
    added: &HashSet<String>,
) -> Result<Vec<String>, Failure> {
    let ids: Vec<MemberId> = added.iter().filter_map(|id| MemberId::parse(id)).collect();
    let known = groups::known(session, call.connection, &ids).await?;
    let is_known =
        |id: &&String| MemberId::parse(id).is_some_and(|id| id != MemberId::Group(group) && known.contains(&id));
    let mut unknown: Vec<String> = added.iter().filter(|id| !is_known(id)).cloned().collect();
    unknown.sort_unstable();
    Ok(unknown)
}
