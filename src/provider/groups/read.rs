//! GET: one group, or a page of them; the members only if they are asked for.

use std::{collections::HashMap, sync::Arc};

use super::{RequestContext, ResourceAnswer, listed::Listed, parse_id, project, represent::represent};
use crate::{
    protocol::{
        id::GroupId,
        messages::error::ScimError,
        patch::members::MemberId,
        resource::{
            member_urls::MemberUrls,
            projection::Projection,
            representation::{self, Representation},
        },
        schema::{IDENTIFIER_EXTENSION, ResourceType, ResourceTypes},
        warnings::Warnings,
    },
    store::{
        groups::{self, StoredGroup},
        listing::{Listing, Placed, Window},
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
    let whole = if Groups::is_one_statement(&context.projection) {
        read_one(&context.provider.database.read().await?, context, id).await?
    } else {
        let snapshot = context.provider.database.snapshot().await?;
        let whole = read_one(&snapshot, context, id).await?;
        snapshot.end_read().await;
        whole
    };
    let representation = project(whole, None, &context.projection, &context.types().group)?;
    Ok(ResourceAnswer { representation, warnings: Warnings::default() })
}

async fn read_one(session: &Session, context: &RequestContext, id: GroupId) -> Result<Representation, OperationError> {
    let group = find_one(session, context, id).await?;
    context.preconditions.check_group(group.version)?;
    represent(session, context, &group).await
}

async fn find_one(session: &Session, context: &RequestContext, id: GroupId) -> Result<StoredGroup, OperationError> {
    let found = groups::find(session, context.connection(), id).await?;
    Ok(found.ok_or_else(|| ScimError::not_found("Group"))?)
}

/// Says where a group is and in which version, as it is in a transaction.
pub async fn headers_in(
    session: &Session,
    context: &RequestContext,
    id: GroupId,
) -> Result<Representation, OperationError> {
    Ok(representation::headers_of_group(find_one(session, context, id).await?.row(), context.base_url()))
}

/// A group and, if asked for, its members.
#[derive(Debug)]
pub struct WithMembers {
    group: StoredGroup,
    members: Option<Vec<MemberId>>,
    urls: Arc<MemberUrls>,
    identifier: Option<String>,
    /// Whether the groups before it already have as many members as a page may hold.
    pub left_out: bool,
}

impl WithMembers {
    pub const fn id(&self) -> i64 {
        self.group.id.0
    }
}

/// Reads the members and identifiers of groups, or nothing if they are not asked for. Only the first groups get their members
/// if all together have more than a page may hold.
pub async fn with_members(
    session: &Session,
    context: &RequestContext,
    groups: Vec<StoredGroup>,
    projection: &Projection,
) -> Result<Vec<WithMembers>, OperationError> {
    let ids: Vec<GroupId> = groups.iter().map(|group| group.id).collect();
    let mut identifiers = match projection.names_extension(&IDENTIFIER_EXTENSION) {
        true => groups::identifiers_of(session, &ids).await?,
        false => HashMap::new(),
    };
    if !projection.wants("members") {
        let whole = |group: StoredGroup| WithMembers {
            identifier: identifiers.remove(&group.id),
            group,
            members: None,
            urls: Arc::default(),
            left_out: false,
        };
        return Ok(groups.into_iter().map(whole).collect());
    }
    let (fitting, mut members) = match groups::members_of_page(session, context.whose_groups(), &ids).await? {
        Some(members) => (ids.len(), members),
        None => {
            let fitting = groups::fitting(session, context.whose_groups(), &ids).await?;
            (fitting, groups::members_of(session, context.whose_groups(), &ids[..fitting]).await?)
        }
    };
    let urls = Arc::new(context.member_urls(session, &ids[..fitting]).await?);
    let with = |(at, group): (usize, StoredGroup)| WithMembers {
        urls: urls.clone(),
        identifier: identifiers.remove(&group.id),
        members: Some(members.remove(&group.id).unwrap_or_default()),
        group,
        left_out: at >= fitting,
    };
    Ok(groups.into_iter().enumerate().map(with).collect())
}

/// Writes the part of a group that was asked for as text.
pub fn text(of: &WithMembers, context: &RequestContext, projection: &Projection) -> Result<String, OperationError> {
    let members = of.members.as_deref().map(|members| (members, &*of.urls));
    let whole = representation::of_group(of.group.row(), members, context.base_url());
    let whole = whole.with_identifier(of.identifier.as_deref());
    Ok(project(whole, None, projection, &context.types().group)?.text)
}

/// The list of groups.
#[derive(Debug)]
pub struct Groups;

impl Listed for Groups {
    type Row = WithMembers;
    const ENDPOINT: &'static str = "Groups";

    fn resource_type(types: &ResourceTypes) -> &ResourceType {
        &types.group
    }

    fn is_one_statement(projection: &Projection) -> bool {
        !projection.wants("members") && !projection.names_extension(&IDENTIFIER_EXTENSION)
    }

    async fn read_page(
        session: &Session,
        context: &RequestContext,
        listing: &Listing<'_>,
        window: &Window,
    ) -> Result<Vec<Placed<WithMembers>>, OperationError> {
        let (groups, mut spots) = Placed::split(groups::page(session, listing, window).await?);
        let with = with_members(session, context, groups, &context.projection).await?;
        for ((_, left_out), group) in spots.iter_mut().zip(&with) {
            *left_out |= group.left_out;
        }
        Ok(Placed::join(with, spots))
    }

    fn text(group: &WithMembers, context: &RequestContext) -> Result<String, OperationError> {
        text(group, context, &context.projection)
    }
}
