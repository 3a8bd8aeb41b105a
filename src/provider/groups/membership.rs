//! Applies edits of members: only the rows of named members are added or removed.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::RequestContext;
use crate::{
    protocol::{
        bounds,
        connection::ConnectionKind,
        id::GroupId,
        messages::error::ScimError,
        patch::members::{self, Edit, MemberId, MemberOperation},
        resource::{member_urls::MemberUrls, search_document},
        schema::GROUP,
        warnings::Warnings,
    },
    store::{
        changes::{self, Entry},
        groups::{self, Nesting},
        operation_error::OperationError,
        session::Session,
    },
};

/// So many members are added again without reading who is in the group: it takes one statement.
const ADDED_AGAIN: usize = 1000;

/// The members that were added and removed.
#[derive(Debug, Default)]
pub struct MembershipChange {
    added: Vec<MemberId>,
    removed: Vec<MemberId>,
    left_one: bool,
}

impl MembershipChange {
    pub const fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }

    /// Says whether members were removed while a single one stayed or was added.
    pub const fn leaves_one_of_several(&self) -> bool {
        self.left_one && !self.removed.is_empty()
    }

    pub const fn removes(&self) -> bool {
        !self.removed.is_empty()
    }

    /// Builds the entries that record the change.
    pub fn entries(&self, session: &Session, context: &RequestContext, group: GroupId, now: i64) -> Vec<Entry> {
        changes::entries_of_members(session, context.connection(), group, &self.added, &self.removed, now)
    }
}

/// What a request does to the members of a group.
#[derive(Debug)]
pub struct MemberEdits {
    edits: Vec<Edit>,
    /// Every id it adds, even if it removes it again.
    added: HashSet<String>,
    /// Whether it is refused if none of the members it adds is known; a new group is created without them.
    refuses_unknown: bool,
}

impl MemberEdits {
    /// Combines operations; with `additive`, replacing members only adds them.
    pub fn new(operations: &[MemberOperation], additive: bool, refuses_unknown: bool) -> Self {
        let added = members::added(operations);
        Self { edits: members::edits(operations.to_vec(), additive), added, refuses_unknown }
    }

    pub fn adds_nobody(&self) -> bool {
        self.added.is_empty()
    }
}

/// Applies edits to a locked group.
///
/// Unknown members are skipped and named. A request whose members are all unknown may be refused as a whole, unless it only
/// adds and none of them even looks like an id.
///
/// # Errors
/// 400 `invalidValue` naming the unknown members.
pub async fn apply(
    session: &Session,
    context: &RequestContext,
    group: GroupId,
    members: &MemberEdits,
    warnings: &mut Warnings,
) -> Result<MembershipChange, OperationError> {
    let MemberEdits { edits, added, refuses_unknown } = members;
    let mut change = MembershipChange::default();
    if edits.is_empty() && added.is_empty() {
        return Ok(change);
    }
    let (mut coming, mut going): (Vec<MemberId>, Vec<MemberId>) = match edits.as_slice() {
        // Named members are added or removed, whoever else is in the group.
        [edit @ Edit::Delta(delta)] if !delta.clears => {
            let (coming, going): (Vec<_>, Vec<_>) = edit.named().into_iter().partition(|(_, is_member)| *is_member);
            (coming.into_iter().map(|(id, _)| id).collect(), going.into_iter().map(|(id, _)| id).collect())
        }
        [] => (vec![], vec![]),
        edits => {
            let current = groups::members(session, context.whose_groups(), group).await?;
            context.stored.count_memberships(current.len());
            let current = current.into_iter().collect();
            let urls = match edits.iter().any(|edit| matches!(edit, Edit::RemoveWhere(_))) {
                true => context.member_urls(session, &[group]).await?,
                false => context.own_urls(),
            };
            members::changes(edits, &current, |member| search_document_of(member, &urls))
        }
    };
    // A group is not a member of itself.
    coming.retain(|id| *id != MemberId::Group(group));
    going.retain(|id| *id != MemberId::Group(group));
    change.left_one = edits.iter().any(Edit::leaves_one);
    change.removed = groups::remove_members(session, context.whose_groups(), group, &going).await?;
    change.added = groups::insert_members(session, context.whose_groups(), group, &coming).await?;
    check_nesting(session, group, &change.added).await?;
    let one_by_one = edits.iter().all(|edit| matches!(edit, Edit::Delta(_)));
    if one_by_one && change.added.len() == coming.len() && coming.len() == added.len() {
        return Ok(change);
    }
    let unknown = unknown(session, context, group, added).await?;
    if context.settings.refuses_unknown_members && !unknown.is_empty() {
        return Err(refusal(
            context.kind,
            "some members are no other user or group here, and this connection refuses these",
            &unknown,
        )
        .into());
    }
    // A value that cannot be an id of this service provider never was one of its members (scim-sanity adds one like that,
    // 2026-11).
    let harmless = edits.iter().all(Edit::only_adds) && unknown.iter().all(|id| MemberId::parse(id).is_none());
    if *refuses_unknown && !added.is_empty() && !harmless && unknown.len() == added.len() {
        return Err(refusal(context.kind, "none of the members is a user or group here", &unknown).into());
    }
    unknown.iter().for_each(|id| warnings.skip_member(&members::named(id)));
    let skipped: HashSet<MemberId> = unknown.iter().filter_map(|id| MemberId::parse(id)).collect();
    coming.retain(|id| !skipped.contains(id));
    if change.added.len() < coming.len() {
        change.added.extend(insert_those_created_meanwhile(session, context, group, &coming).await?);
    }
    Ok(change)
}

/// Refuses groups that would be nested too deep.
///
/// # Errors
/// 400 `invalidValue`.
async fn check_nesting(session: &Session, group: GroupId, added: &[MemberId]) -> Result<(), OperationError> {
    if !added.iter().any(|member| matches!(member, MemberId::Group(_))) {
        return Ok(());
    }
    let nesting = groups::nesting_of(session, group).await?;
    let (levels, reached) = (bounds::NESTED_LEVELS, bounds::NESTED_GROUPS);
    let why = match nesting {
        Nesting { levels: found, .. } if found > levels => {
            format!("{found} levels deep, and at most {levels} are allowed")
        }
        Nesting { edges: found, .. } if found > bounds::NESTED_EDGES => {
            format!("by more than {} memberships of groups in groups, which are allowed", bounds::NESTED_EDGES)
        }
        Nesting { groups: found, .. } if found > reached => {
            format!("with {found} others above or below one group, and at most {reached} are allowed")
        }
        _ => return Ok(()),
    };
    Err(ScimError::invalid_value(format!("the group would be nested {why}: take groups out of others first")).into())
}

/// Adds again those that are known and may be no members yet: most were members before, but somebody who was created after the
/// members were added and before it was asked who is known would be known and no member.
async fn insert_those_created_meanwhile(
    session: &Session,
    context: &RequestContext,
    group: GroupId,
    known: &[MemberId],
) -> Result<Vec<MemberId>, OperationError> {
    if known.len() <= ADDED_AGAIN {
        return groups::insert_members(session, context.whose_groups(), group, known).await;
    }
    let members = groups::members(session, context.whose_groups(), group).await?;
    context.stored.count_memberships(members.len());
    let members: HashSet<MemberId> = members.into_iter().collect();
    let missing: Vec<MemberId> = known.iter().filter(|id| !members.contains(id)).copied().collect();
    groups::insert_members(session, context.whose_groups(), group, &missing).await
}

/// Builds the error for unknown members. Those of a native group are assigned to no application.
fn refusal(kind: ConnectionKind, why: &str, unknown: &[String]) -> ScimError {
    let names = names(unknown);
    ScimError::invalid_value(match kind {
        ConnectionKind::Idp => format!("{why}: {names}; assign the users to the application first"),
        ConnectionKind::Native => format!("these are no users of any connection and no other native groups: {names}"),
    })
}

/// Lists the first of the members for an error.
fn names(members: &[String]) -> String {
    let named: Vec<String> = members.iter().take(20).map(|id| members::named(id)).collect();
    named.join(", ")
}

/// Builds the search document of a member, for conditions.
fn search_document_of(member: MemberId, urls: &MemberUrls) -> Value {
    let members = GROUP.attribute("members");
    members.and_then(|members| search_document::from_attribute(members, &to_json(member, urls))).unwrap_or_default()
}

fn to_json(member: MemberId, urls: &MemberUrls) -> Value {
    let (id, _, kind) = member.parts();
    json!({ "value": id, "$ref": urls.of(member), "type": kind })
}

async fn unknown(
    session: &Session,
    context: &RequestContext,
    group: GroupId,
    added: &HashSet<String>,
) -> Result<Vec<String>, OperationError> {
    let ids: Vec<MemberId> = added.iter().filter_map(|id| MemberId::parse(id)).collect();
    let known = groups::known(session, context.whose_groups(), &ids).await?;
    let is_known =
        |id: &&String| MemberId::parse(id).is_some_and(|id| id != MemberId::Group(group) && known.contains(&id));
    let mut unknown: Vec<String> = added.iter().filter(|id| !is_known(id)).cloned().collect();
    unknown.sort_unstable();
    Ok(unknown)
}
