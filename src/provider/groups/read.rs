//! GET: one group, or a page of them; the members only if they are asked for.

use super::{
    RequestContext, ResourceAnswer,
    list::{Found, ListQuery, scan},
    paging::PageRequest,
    parse_id, project,
};
use crate::{
    protocol::{
        id::GroupId,
        messages::{error::ScimError, list},
        patch::members::MemberId,
        resource::{
            projection::Projection,
            representation::{self, Representation},
        },
        warnings::Warnings,
    },
    store::{
        groups::{self, StoredGroup},
        listing::{Listing, Placed},
        operation_error::OperationError,
        session::Session,
    },
};

/// Reads one group.
///
/// # Errors
/// 404, 412.
pub async fn get_group(context: &RequestContext, id: &str) -> Result<ResourceAnswer, OperationError> {
    let id = parse_id(id)?;
    let whole = if context.projection.wants("members") {
        let snapshot = context.provider.database.snapshot().await?;
        let group = find_one(&snapshot, context, id).await?;
        context.preconditions.check_group(group.version)?;
        let whole = represent(&snapshot, context, &group).await?;
        snapshot.end_read().await;
        whole
    } else {
        let group = find_one(&context.provider.database.read().await?, context, id).await?;
        context.preconditions.check_group(group.version)?;
        representation::of_group(group.row(), None, context.base_url())
    };
    let representation = project(whole, &context.projection, &context.types().group)?;
    Ok(ResourceAnswer { representation, warnings: Warnings::default() })
}

async fn find_one(session: &Session, context: &RequestContext, id: GroupId) -> Result<StoredGroup, OperationError> {
    let found = groups::find(session, context.connection(), id).await?;
    Ok(found.ok_or_else(|| ScimError::not_found("Group"))?)
}

/// Reads a group with all its members.
pub async fn represent(
    session: &Session,
    context: &RequestContext,
    group: &StoredGroup,
) -> Result<Representation, OperationError> {
    let members = groups::members(session, context.connection(), group.id).await?;
    Ok(representation::of_group(group.row(), Some(&members), context.base_url()))
}

/// Reads a group as it is in a transaction, without its members.
pub async fn represent_in(
    session: &Session,
    context: &RequestContext,
    id: GroupId,
) -> Result<Representation, OperationError> {
    Ok(representation::of_group(find_one(session, context, id).await?.row(), None, context.base_url()))
}

/// A group and, if asked for, its members.
#[derive(Debug)]
pub struct WithMembers {
    group: StoredGroup,
    members: Option<Vec<MemberId>>,
    /// Whether the groups before it already have as many members as a page may hold.
    pub left_out: bool,
}

impl WithMembers {
    pub const fn id(&self) -> i64 {
        self.group.id.0
    }
}

/// Reads the members of groups, or nothing if they are not asked for. Only the first groups get theirs if all together have
/// more than a page may hold.
pub async fn with_members(
    session: &Session,
    context: &RequestContext,
    groups: Vec<StoredGroup>,
    projection: &Projection,
) -> Result<Vec<WithMembers>, OperationError> {
    let whole = |group| WithMembers { group, members: None, left_out: false };
    if !projection.wants("members") {
        return Ok(groups.into_iter().map(whole).collect());
    }
    let ids: Vec<GroupId> = groups.iter().map(|group| group.id).collect();
    let (fitting, mut members) = match groups::members_of_page(session, context.connection(), &ids).await? {
        Some(members) => (ids.len(), members),
        None => {
            let fitting = groups::fitting(session, context.connection(), &ids).await?;
            (fitting, groups::members_of(session, context.connection(), &ids[..fitting]).await?)
        }
    };
    let with = |(at, group): (usize, StoredGroup)| WithMembers {
        members: Some(members.remove(&group.id).unwrap_or_default()),
        group,
        left_out: at >= fitting,
    };
    Ok(groups.into_iter().enumerate().map(with).collect())
}

/// Writes the part of a group that was asked for as text.
pub fn text(of: &WithMembers, context: &RequestContext, projection: &Projection) -> Result<String, OperationError> {
    let whole = representation::of_group(of.group.row(), of.members.as_deref(), context.base_url());
    Ok(project(whole, projection, &context.types().group)?.text)
}

/// Lists groups and returns the ListResponse of a page.
///
/// # Errors
/// 400 `invalidFilter`, or for a cursor as in [`PageRequest::new`].
pub async fn list_groups(context: &RequestContext, query: &ListQuery) -> Result<String, OperationError> {
    let group_type = &context.types().group;
    let request = PageRequest::new(context, "Groups", &query.paging, &query.cursor_scope)?;
    let scope = context.scope(group_type);
    let order = query.sort.as_ref().map(|sort| scope.order(sort));
    let mut found = Found::NOTHING;
    for (interpretation, condition) in request.interpretations(query.interpretations(group_type)?) {
        let selection = condition.as_ref().map(|condition| scope.select(condition));
        let listing = Listing { scope, selection, order: order.clone() };
        let _scan = scan(context, &listing).await?;
        let (total, rows) = find_page(context, &request, &listing).await?;
        found = Found { total, rows, interpretation };
        if total > 0 {
            break;
        }
    }
    let total = found.total;
    let (rows, position) = request.next_cursors(context, found)?;
    let texts: Result<Vec<String>, OperationError> =
        rows.iter().map(|group| text(group, context, &context.projection)).collect();
    Ok(list::response(total, &position, &texts?))
}

/// Reads a page, and counts if the page itself does not tell the total.
async fn find_page(
    context: &RequestContext,
    request: &PageRequest,
    listing: &Listing<'_>,
) -> Result<(u64, Vec<Placed<WithMembers>>), OperationError> {
    // A single statement always sees one state of the database; members are read by another statement.
    let single = !context.projection.wants("members") && (request.knows_total() || listing.finds_few());
    if single && request.reads() {
        let rows = read_page(&context.provider.database.read().await?, context, listing, request).await?;
        if let Some(total) = request.total(rows.len()) {
            return Ok((total, rows));
        }
    }
    let snapshot = context.provider.database.snapshot().await?;
    let rows = if request.reads() { read_page(&snapshot, context, listing, request).await? } else { vec![] };
    let total = match request.total(rows.len()) {
        Some(total) => total,
        None => listing.count(&snapshot).await?,
    };
    snapshot.end_read().await;
    Ok((total, rows))
}

async fn read_page(
    session: &Session,
    context: &RequestContext,
    listing: &Listing<'_>,
    request: &PageRequest,
) -> Result<Vec<Placed<WithMembers>>, OperationError> {
    let page = groups::page(session, listing, &request.window).await?;
    let (groups, mut spots) = Placed::split(page);
    let with = with_members(session, context, groups, &context.projection).await?;
    for ((_, left_out), group) in spots.iter_mut().zip(&with) {
        *left_out |= group.left_out;
    }
    Ok(Placed::join(with, spots))
}
