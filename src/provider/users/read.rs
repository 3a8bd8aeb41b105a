//! GET: one user, or a page of them.

use super::{
    Answer, Call, Preconditions, Provider,
    list::{Query, find, first_found, is_lookup, scan},
    paging::Plan,
    parse_id,
    represent::{placed_with_hosts, represent, with_hosts},
};
use crate::{
    protocol::{
        error::ScimError, fold::fold, id::UserId, list, projection::Projection, remarks::Remarks, schema::HOSTS,
    },
    store::{failure::Failure, listing::Listing, users},
};

/// # Errors
/// 404, 412.
pub async fn get_user(
    provider: &Provider,
    call: Call<'_>,
    id: &str,
    preconditions: &Preconditions,
    projection: &Projection,
) -> Result<Answer, Failure> {
    let id = parse_id(id)?;
    let found = if projection.names_extension(&HOSTS) {
        let snapshot = provider.database.snapshot().await?;
        let user = users::find(&snapshot, call.connection, id).await?;
        let found = with_hosts(&snapshot, user.into_iter().collect(), projection).await?;
        snapshot.end_read().await;
        found
    } else {
        let reader = &provider.database.read().await?;
        let user = users::find(reader, call.connection, id).await?;
        with_hosts(reader, user.into_iter().collect(), projection).await?
    };
    let user = found.first().ok_or_else(|| ScimError::not_found("User"))?;
    preconditions.check_user(&user.user, call)?;
    Ok(Answer { representation: represent(user, call, projection)?, remarks: Remarks::default() })
}

/// The user of this name, however it is spelled.
///
/// # Errors
/// 404.
pub async fn find_by_user_name(provider: &Provider, call: Call<'_>, user_name: &str) -> Result<UserId, Failure> {
    let key = fold(user_name);
    let found = users::find_by_user_name(&provider.database.read().await?, call.connection, &key).await?;
    Ok(found.ok_or_else(|| ScimError::not_found("User"))?.id)
}

/// The ListResponse of a page.
///
/// # Errors
/// 400 `invalidFilter`, or for a cursor as [`Plan::of`].
pub async fn list_users(provider: &Provider, call: Call<'_>, query: &Query) -> Result<String, Failure> {
    let resource_type = &call.types.user;
    let scope = provider.scope(call, resource_type);
    let plan = &Plan::of(provider, call, "Users", &query.paging, &query.asked)?;
    let order = query.sort.as_ref().map(|sort| scope.order(sort));
    let order = order.as_ref();
    let alone = !query.projection.names_extension(&HOSTS);
    let found = first_found(query.readings(resource_type)?, plan.reading(), |condition| async move {
        let selection = condition.as_ref().map(|condition| scope.select(condition));
        let listing = &Listing { scope, selection, order: order.cloned() };
        let _scan = scan(provider, call, listing).await?;
        Ok(find!(
            provider,
            plan,
            alone && (plan.knows_total() || is_lookup(listing)),
            async |connection| {
                let page = users::page(connection, listing, &plan.window).await?;
                placed_with_hosts(connection, page, &query.projection).await
            },
            async |connection| listing.count(connection).await
        ))
    })
    .await?;
    let total = found.total;
    let (rows, place) = plan.settle(provider, found)?;
    let texts: Result<Vec<String>, Failure> =
        rows.iter().map(|user| Ok(represent(user, call, &query.projection)?.text)).collect();
    Ok(list::response(total, &place, &texts?))
}
