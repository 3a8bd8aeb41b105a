//! GET: one group, or a page of them; the members only where they are asked for.

use sea_orm::ConnectionTrait;

use super::{
    Answer, Call, Provider,
    list::{Found, Query, find, first_found},
    parse_id, project,
};
use crate::{
    protocol::{
        error::ScimError,
        id::GroupId,
        list::{self, Page},
        projection::Projection,
        remarks::Remarks,
        representation::{self, Representation},
        schema::GROUP_TYPE,
    },
    store::{
        condition::{Scope, Selection},
        failure::Failure,
        groups::{self, StoredGroup},
        order::Order,
    },
};

/// # Errors
/// 404.
pub async fn get_group(
    provider: &Provider,
    call: Call<'_>,
    id: &str,
    projection: &Projection,
) -> Result<Answer, Failure> {
    let id = parse_id(id)?;
    let remarks = Remarks::default();
    if !projection.wants("members") {
        let group = find_one(provider.database.reader(), call, id).await?;
        let whole = representation::of_group(group.row(), None, call.base);
        return Ok(Answer { representation: project(whole, projection, &GROUP_TYPE)?, remarks });
    }
    let snapshot = provider.database.snapshot().await?;
    let group = find_one(&snapshot, call, id).await?;
    let whole = represent(&snapshot, call, &group).await?;
    snapshot.commit().await?;
    Ok(Answer { representation: project(whole, projection, &GROUP_TYPE)?, remarks })
}

async fn find_one(connection: &impl ConnectionTrait, call: Call<'_>, id: GroupId) -> Result<StoredGroup, Failure> {
    let found = groups::find(connection, call.connection, id).await?;
    Ok(found.ok_or_else(|| ScimError::not_found("Group"))?)
}

/// A group with all its members.
pub async fn represent(
    connection: &impl ConnectionTrait,
    call: Call<'_>,
    group: &StoredGroup,
) -> Result<Representation, Failure> {
    let members = groups::members(connection, call.connection, group.id).await?;
    Ok(representation::of_group(group.row(), Some(&members), call.base))
}

/// The ListResponse of a page.
///
/// # Errors
/// 400 `invalidFilter`.
pub async fn list_groups(provider: &Provider, call: Call<'_>, query: &Query) -> Result<String, Failure> {
    let dialect = provider.database.dialect();
    let scope = Scope { dialect, resource_type: &GROUP_TYPE, connection: call.connection, base: call.base };
    let with_members = query.projection.wants("members");
    let order = query.sort.as_ref().map(|sort| scope.order(sort));
    let order = order.as_ref();
    let found = first_found(query.readings(&GROUP_TYPE)?, |condition| async move {
        let selection = condition.as_ref().map(|condition| scope.select(condition));
        let selection = selection.as_ref();
        // A lookup with members reads two tables, so it needs the snapshot too.
        let lookup = condition.as_ref().filter(|_| !with_members);
        Ok(find!(
            provider,
            lookup,
            query.page,
            async |connection| read_page(connection, call, scope, selection, order, query.page, with_members).await,
            async |connection| groups::count(connection, dialect, call.connection, selection).await
        ))
    })
    .await?;
    let resources = to_texts(found.resources, &query.projection)?;
    Ok(list::response(found.total, query.page.start_index, &resources))
}

fn to_texts(groups: Vec<Representation>, projection: &Projection) -> Result<Vec<String>, Failure> {
    groups.into_iter().map(|whole| Ok(project(whole, projection, &GROUP_TYPE)?.text)).collect()
}

/// A page of groups as they are answered, for a search that began elsewhere.
pub async fn texts(
    connection: &impl ConnectionTrait,
    scope: Scope<'_>,
    call: Call<'_>,
    selection: Option<&Selection>,
    order: Option<&Order>,
    page: Page,
    projection: &Projection,
) -> Result<Vec<String>, Failure> {
    let groups = read_page(connection, call, scope, selection, order, page, projection.wants("members")).await?;
    to_texts(groups, projection)
}

async fn read_page(
    connection: &impl ConnectionTrait,
    call: Call<'_>,
    scope: Scope<'_>,
    selection: Option<&Selection>,
    order: Option<&Order>,
    page: Page,
    with_members: bool,
) -> Result<Vec<Representation>, Failure> {
    let page = groups::page(connection, scope.dialect, call.connection, selection, order, page).await?;
    if !with_members {
        return Ok(page.iter().map(|group| representation::of_group(group.row(), None, call.base)).collect());
    }
    let ids: Vec<GroupId> = page.iter().map(|group| group.id).collect();
    let members = groups::members_of(connection, call.connection, &ids).await?;
    let members_of = |group: &StoredGroup| members.get(&group.id).map_or(&[][..], Vec::as_slice);
    Ok(page.iter().map(|group| representation::of_group(group.row(), Some(members_of(group)), call.base)).collect())
}
