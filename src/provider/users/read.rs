//! GET: one user, or a page of them.

use super::{
    Provider, RequestContext, ResourceAnswer,
    list::{Found, ListQuery, scan},
    paging::PageRequest,
    parse_id,
    represent::{WithHosts, placed_with_hosts, represent, with_hosts},
};
use crate::{
    protocol::{
        case_fold::case_fold,
        id::{ConnectionId, UserId},
        messages::{error::ScimError, list},
        schema::HOSTS_EXTENSION,
        warnings::Warnings,
    },
    store::{
        listing::{Listing, Placed},
        operation_error::OperationError,
        users,
    },
};

/// Reads one user.
///
/// # Errors
/// 404, 412.
pub async fn get_user(context: &RequestContext, id: &str) -> Result<ResourceAnswer, OperationError> {
    let id = parse_id(id)?;
    let found = if context.projection.names_extension(&HOSTS_EXTENSION) {
        let snapshot = context.provider.database.snapshot().await?;
        let user = users::find(&snapshot, context.connection(), id).await?;
        let found = with_hosts(&snapshot, user.into_iter().collect(), &context.projection).await?;
        snapshot.end_read().await;
        found
    } else {
        let reader = &context.provider.database.read().await?;
        let user = users::find(reader, context.connection(), id).await?;
        with_hosts(reader, user.into_iter().collect(), &context.projection).await?
    };
    let user = found.first().ok_or_else(|| ScimError::not_found("User"))?;
    context.preconditions.check_user(&user.user, context)?;
    Ok(ResourceAnswer { representation: represent(user, context, &context.projection)?, warnings: Warnings::default() })
}

/// Finds the user with a name, however it is spelled.
///
/// # Errors
/// 404.
pub async fn find_by_user_name(
    provider: &Provider,
    connection: ConnectionId,
    user_name: &str,
) -> Result<UserId, OperationError> {
    let found = users::find_by_user_name(&provider.database.read().await?, connection, &case_fold(user_name)).await?;
    Ok(found.ok_or_else(|| ScimError::not_found("User"))?.id)
}

/// Lists users and returns the ListResponse of a page.
///
/// # Errors
/// 400 `invalidFilter`, or for a cursor as in [`PageRequest::new`].
pub async fn list_users(context: &RequestContext, query: &ListQuery) -> Result<String, OperationError> {
    let user_type = &context.types().user;
    let request = PageRequest::new(context, "Users", &query.paging, &query.cursor_scope)?;
    let scope = context.scope(user_type);
    let order = query.sort.as_ref().map(|sort| scope.order(sort));
    let mut found = Found::NOTHING;
    for (interpretation, condition) in request.interpretations(query.interpretations(user_type)?) {
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
        rows.iter().map(|user| Ok(represent(user, context, &context.projection)?.text)).collect();
    Ok(list::response(total, &position, &texts?))
}

/// Reads a page, and counts if the page itself does not tell the total.
async fn find_page(
    context: &RequestContext,
    request: &PageRequest,
    listing: &Listing<'_>,
) -> Result<(u64, Vec<Placed<WithHosts>>), OperationError> {
    let projection = &context.projection;
    // A single statement always sees one state of the database.
    let single = !projection.names_extension(&HOSTS_EXTENSION) && (request.knows_total() || listing.finds_few());
    if single && request.reads() {
        let reader = &context.provider.database.read().await?;
        let rows = placed_with_hosts(reader, users::page(reader, listing, &request.window).await?, projection).await?;
        if let Some(total) = request.total(rows.len()) {
            return Ok((total, rows));
        }
    }
    let snapshot = context.provider.database.snapshot().await?;
    let mut rows = vec![];
    if request.reads() {
        let page = users::page(&snapshot, listing, &request.window).await?;
        rows = placed_with_hosts(&snapshot, page, projection).await?;
    }
    let total = match request.total(rows.len()) {
        Some(total) => total,
        None => listing.count(&snapshot).await?,
    };
    snapshot.end_read().await;
    Ok((total, rows))
}
