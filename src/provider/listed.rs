//! A page of the resources of one type.

use std::future::Future;

use super::{
    RequestContext,
    list::{Found, ListQuery, scan},
    paging::PageRequest,
};
use crate::{
    protocol::{
        messages::list,
        resource::projection::Projection,
        schema::{ResourceType, ResourceTypes},
    },
    store::{
        listing::{Listing, Placed, Window},
        operation_error::OperationError,
        session::Session,
    },
};

/// A resource type that is listed.
pub trait Listed {
    /// A resource with everything its representation is made of.
    type Row: Send;
    /// The endpoint that cursors are bound to.
    const ENDPOINT: &'static str;

    fn resource_type(types: &ResourceTypes) -> &ResourceType;

    /// Says whether one statement reads a page: it always sees one state of the database.
    fn is_one_statement(projection: &Projection) -> bool;

    fn read_page(
        session: &Session,
        context: &RequestContext,
        listing: &Listing<'_>,
        window: &Window,
    ) -> impl Future<Output = Result<Vec<Placed<Self::Row>>, OperationError>> + Send;

    /// Writes the part of a resource that was asked for.
    fn text(row: &Self::Row, context: &RequestContext) -> Result<String, OperationError>;
}

/// Lists resources and returns the ListResponse of a page.
///
/// # Errors
/// 400 `invalidFilter`, or for a cursor as in [`PageRequest::new`].
pub async fn list_resources<L: Listed>(context: &RequestContext, query: &ListQuery) -> Result<String, OperationError> {
    let resource_type = L::resource_type(context.types());
    let request = PageRequest::new(context, L::ENDPOINT, &query.paging, &query.cursor_scope)?;
    let mut found = Found::NOTHING;
    if resource_type.is_user() {
        query.filter.iter().try_for_each(|filter| context.check_filter(filter))?;
        context.check_sort(query.sort_by())?;
    }
    let interpretations = query.interpretations(resource_type)?;
    let reads_groups = interpretations.iter().flatten().any(|condition| condition.reads("groups"));
    let scope = context.scope_of(resource_type, reads_groups).await?;
    let order = query.sort.as_ref().map(|sort| scope.order(sort));
    for (interpretation, condition) in request.interpretations(interpretations) {
        let selection = condition.as_ref().map(|condition| scope.select(condition));
        let listing = Listing { scope, selection, order: order.clone() };
        let _scan = scan(context, &listing).await?;
        let (total, rows) = find_page::<L>(context, &request, &listing).await?;
        found = Found { total, rows, interpretation };
        if total > 0 {
            break;
        }
    }
    let total = found.total;
    let (rows, position) = request.next_cursors(context, found)?;
    let texts: Result<Vec<String>, OperationError> = rows.iter().map(|row| L::text(row, context)).collect();
    Ok(list::response(total, &position, &texts?))
}

/// Reads a page, and counts if the page itself does not tell the total.
async fn find_page<L: Listed>(
    context: &RequestContext,
    request: &PageRequest,
    listing: &Listing<'_>,
) -> Result<(u64, Vec<Placed<L::Row>>), OperationError> {
    let database = &context.provider.database;
    let single = L::is_one_statement(&context.projection) && (request.knows_total() || listing.finds_few());
    if single && request.reads() {
        let rows = L::read_page(&database.read().await?, context, listing, &request.window).await?;
        if let Some(total) = request.total(rows.len()) {
            return Ok((total, rows));
        }
    }
    let snapshot = database.snapshot().await?;
    let rows = if request.reads() { L::read_page(&snapshot, context, listing, &request.window).await? } else { vec![] };
    let total = match request.total(rows.len()) {
        Some(total) => total,
        None => listing.count(&snapshot).await?,
    };
    snapshot.end_read().await;
    Ok((total, rows))
}
