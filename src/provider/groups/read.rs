//! GET: one group, or a page of them; the members only where they are asked for.

use super::{
    Answer, Call, Preconditions, Provider,
    list::{Query, find, first_found, is_lookup, scan},
    paging::Plan,
    parse_id, project,
};
use crate::{
    protocol::{
        error::ScimError,
        id::GroupId,
        list,
        members::MemberId,
        projection::Projection,
        remarks::Remarks,
        representation::{self, Representation},
    },
    store::{
        failure::Failure,
        groups::{self, StoredGroup},
        listing::{Listing, Placed},
        session::Session,
    },
};

/// # Errors
/// 404, 412.
pub async fn get_group(
    provider: &Provider,
    call: Call<'_>,
    id: &str,
    preconditions: &Preconditions,
    projection: &Projection,
) -> Result<Answer, Failure> {
    let id = parse_id(id)?;
    let remarks = Remarks::default();
    if !projection.wants("members") {
        let group = find_one(&provider.database.read().await?, call, id).await?;
        preconditions.check_group(group.version)?;
        let whole = representation::of_group(group.row(), None, call.base);
        return Ok(Answer { representation: project(whole, projection, &call.types.group)?, remarks });
    }
    let snapshot = provider.database.snapshot().await?;
    let group = find_one(&snapshot, call, id).await?;
    preconditions.check_group(group.version)?;
    let whole = represent(&snapshot, call, &group).await?;
    snapshot.end_read().await;
    Ok(Answer { representation: project(whole, projection, &call.types.group)?, remarks })
}

async fn find_one(session: &Session, call: Call<'_>, id: GroupId) -> Result<StoredGroup, Failure> {
    let found = groups::find(session, call.connection, id).await?;
    Ok(found.ok_or_else(|| ScimError::not_found("Group"))?)
}

/// A group with all its members.
pub async fn represent(session: &Session, call: Call<'_>, group: &StoredGroup) -> Result<Representation, Failure> {
    let members = groups::members(session, call.connection, group.id).await?;
    Ok(representation::of_group(group.row(), Some(&members), call.base))
}

/// A group as it is in a transaction, without its members.
pub async fn represent_in(session: &Session, call: Call<'_>, id: GroupId) -> Result<Representation, Failure> {
    Ok(representation::of_group(find_one(session, call, id).await?.row(), None, call.base))
}

/// A group and, where they are asked for, its members.
#[derive(Debug)]
pub struct WithMembers {
    group: StoredGroup,
    members: Option<Vec<MemberId>>,
    /// The groups before it have as many members as a page may hold.
    pub left_out: bool,
}

impl WithMembers {
    pub const fn id(&self) -> i64 {
        self.group.id.0
    }
}

/// Reads the members of groups, or nothing where they are not asked for. Those of the first groups alone, if all together are
/// more than a page may hold.
pub async fn with_members(
    session: &Session,
    call: Call<'_>,
    groups: Vec<StoredGroup>,
    projection: &Projection,
) -> Result<Vec<WithMembers>, Failure> {
    let whole = |group| WithMembers { group, members: None, left_out: false };
    if !projection.wants("members") {
        return Ok(groups.into_iter().map(whole).collect());
    }
    let ids: Vec<GroupId> = groups.iter().map(|group| group.id).collect();
    let (fitting, mut members) = match groups::members_of_page(session, call.connection, &ids).await? {
        Some(members) => (ids.len(), members),
        None => {
            let fitting = groups::fitting(session, call.connection, &ids).await?;
            (fitting, groups::members_of(session, call.connection, &ids[..fitting]).await?)
        }
    };
    let with = |(at, group): (usize, StoredGroup)| WithMembers {
        members: Some(members.remove(&group.id).unwrap_or_default()),
        group,
        left_out: at >= fitting,
    };
    Ok(groups.into_iter().enumerate().map(with).collect())
}

/// The part of a group that was asked for, as a text.
pub fn text(of: &WithMembers, call: Call<'_>, projection: &Projection) -> Result<String, Failure> {
    let whole = representation::of_group(of.group.row(), of.members.as_deref(), call.base);
    Ok(project(whole, projection, &call.types.group)?.text)
}

/// The ListResponse of a page.
///
/// # Errors
/// 400 `invalidFilter`, or for a cursor as [`Plan::of`].
pub async fn list_groups(provider: &Provider, call: Call<'_>, query: &Query) -> Result<String, Failure> {
    let resource_type = &call.types.group;
    let scope = provider.scope(call, resource_type);
    let plan = &Plan::of(provider, call, "Groups", &query.paging, &query.asked)?;
    let order = query.sort.as_ref().map(|sort| scope.order(sort));
    let order = order.as_ref();
    // A page with members reads two tables, so it needs the snapshot.
    let alone = !query.projection.wants("members");
    let found = first_found(query.readings(resource_type)?, plan.reading(), |condition| async move {
        let selection = condition.as_ref().map(|condition| scope.select(condition));
        let listing = &Listing { scope, selection, order: order.cloned() };
        let _scan = scan(provider, call, listing).await?;
        Ok(find!(
            provider,
            plan,
            alone && (plan.knows_total() || is_lookup(listing)),
            async |connection| read_page(connection, call, listing, plan, &query.projection).await,
            async |connection| listing.count(connection).await
        ))
    })
    .await?;
    let total = found.total;
    let (rows, place) = plan.settle(provider, found)?;
    let texts: Result<Vec<String>, Failure> = rows.iter().map(|group| text(group, call, &query.projection)).collect();
    Ok(list::response(total, &place, &texts?))
}

async fn read_page(
    session: &Session,
    call: Call<'_>,
    listing: &Listing<'_>,
    plan: &Plan,
    projection: &Projection,
) -> Result<Vec<Placed<WithMembers>>, Failure> {
    let page = groups::page(session, listing, &plan.window).await?;
    let (groups, mut spots) = Placed::split(page);
    let with = with_members(session, call, groups, projection).await?;
    for ((_, left_out), group) in spots.iter_mut().zip(&with) {
        *left_out |= group.left_out;
    }
    Ok(Placed::join(with, spots))
}
