//! A search over both resource types, in one order.

use std::collections::HashMap;

use super::{
    RequestContext, groups,
    list::{Found, check_cost, cursor_scope, scan},
    paging::PageRequest,
    users,
};
use crate::{
    protocol::{
        filter::Condition,
        messages::{error::ScimError, list},
        query::{cursor::Position, search::SearchRequest},
        schema::ResourceType,
    },
    store::{
        self, both,
        listing::{Listing, Placed},
        operation_error::OperationError,
        order::Order,
        page_budget::{self, PageBudget},
        session::Session,
    },
};

/// Searches both types and returns the ListResponse of a page. An attribute that a type lacks never matches there, and gives
/// no value to sort by.
///
/// # Errors
/// 400 `invalidFilter` if neither type has an attribute, or for a malformed filter; `invalidValue` if neither can be sorted
/// that way; for a cursor as in [`PageRequest::new`].
pub async fn search(context: &RequestContext, request: &SearchRequest) -> Result<String, OperationError> {
    let page_request = PageRequest::new(context, "", &request.paging(context.provider.page)?, &cursor_scope(request))?;
    let listings = listings(context, request).await?;
    let _scan = match scan(context, &listings[0]).await? {
        None => scan(context, &listings[1]).await?,
        scan => scan,
    };
    let snapshot = context.provider.database.snapshot().await?;
    let positions =
        if page_request.reads() { both::positions(&snapshot, &listings, &page_request.window).await? } else { vec![] };
    let total = match page_request.total(positions.len()) {
        Some(total) => total,
        None => listings[0].count(&snapshot).await? + listings[1].count(&snapshot).await?,
    };
    let mut texts = texts(&snapshot, context, request, &positions).await?;
    snapshot.end_read().await;
    let row = |position: Position| match texts.remove(&(position.kind, position.id))? {
        Some(row) => Some(Placed { row, position, left_out: false }),
        None => Some(Placed { row: String::new(), position, left_out: true }),
    };
    let rows = positions.into_iter().filter_map(row).collect();
    let (texts, position) = page_request.next_cursors(context, Found { total, rows, interpretation: 0 })?;
    Ok(list::response(total, &position, &texts))
}

async fn listings<'a>(
    context: &'a RequestContext,
    request: &SearchRequest,
) -> Result<[Listing<'a>; 2], OperationError> {
    let (user, group) = (&context.types().user, &context.types().group);
    let filter = request.filter()?;
    filter.iter().try_for_each(|filter| context.check_filter(filter))?;
    context.check_sort(request.sort_by.as_deref())?;
    let condition = |resource_type: &'a ResourceType, other: &ResourceType| {
        let condition =
            filter.as_ref().map(|filter| Condition::from_filter_of_either(filter, resource_type, other)).transpose()?;
        condition.iter().try_for_each(|condition| check_cost(condition, resource_type))?;
        Ok::<_, ScimError>(condition)
    };
    let conditions = (condition(user, group)?, condition(group, user)?);
    let reads_groups = conditions.0.as_ref().is_some_and(|condition| condition.reads("groups"));
    let user_scope = context.scope_of(user, reads_groups).await?;
    let selections = (
        conditions.0.map(|condition| user_scope.select(&condition)),
        conditions.1.map(|condition| context.scope(group).select(&condition)),
    );
    let order = |resource_type: &'a ResourceType| {
        let sort = request.sort(resource_type)?;
        Ok::<_, ScimError>(sort.map(|sort| context.scope(resource_type).order(&sort)))
    };
    let orders = match (order(user), order(group)) {
        (Ok(users), Ok(groups)) => (users, groups),
        (Ok(users), Err(_)) => (users, None),
        (Err(_), Ok(groups)) => (None, groups),
        (Err(refusal), Err(_)) => return Err(refusal.into()),
    };
    let without = |order: &Order| Some(Order::without_value(context.provider.database.dialect(), order));
    let (of_users, of_groups) = match orders {
        (Some(users), None) => (Some(users.clone()), without(&users)),
        (None, Some(groups)) => (without(&groups), Some(groups)),
        orders => orders,
    };
    Ok([
        Listing { scope: context.scope(user), selection: selections.0, order: of_users },
        Listing { scope: context.scope(group), selection: selections.1, order: of_groups },
    ])
}

/// Reads the resources at these positions, by type and id; `None` for those left for the next page.
async fn texts(
    session: &Session,
    context: &RequestContext,
    request: &SearchRequest,
    positions: &[Position],
) -> Result<HashMap<(u8, i64), Option<String>>, OperationError> {
    let of_kind = |kind| positions.iter().filter(move |position| position.kind == kind).map(|position| position.id);
    let (user_ids, group_ids): (Vec<i64>, Vec<i64>) = (of_kind(0).collect(), of_kind(1).collect());
    let mut texts = HashMap::with_capacity(positions.len());
    if !user_ids.is_empty() {
        let sizes = store::users::sizes(session, &user_ids).await?;
        let user_ids = fitting(0, user_ids, &sizes, &mut texts);
        let projection = request.projection(&context.types().user)?;
        let found = store::users::of_ids(session, &user_ids).await?;
        for user in users::with_hosts(session, found, &projection).await? {
            texts.insert((0, user.user.id.0), Some(users::represent(&user, context, &projection)?.text));
        }
        // Their groups did not fit.
        user_ids.iter().for_each(|id| _ = texts.entry((0, *id)).or_insert(None));
    }
    if !group_ids.is_empty() {
        let sizes = page_budget::sizes(session, "scim_groups", &group_ids).await?;
        let sizes = sizes.into_iter().map(|(id, bytes)| (id, (bytes, 0))).collect();
        let group_ids = fitting(1, group_ids, &sizes, &mut texts);
        let projection = request.projection(&context.types().group)?;
        let mut found = store::groups::of_ids(session, &group_ids).await?;
        // In page order, since the last of them may be left for the next page.
        let places: HashMap<i64, usize> = group_ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
        found.sort_unstable_by_key(|group| places.get(&group.id.0).copied());
        for group in groups::with_members(session, context, found, &projection).await? {
            let text = if group.left_out { None } else { Some(groups::text(&group, context, &projection)?) };
            texts.insert((1, group.id()), text);
        }
    }
    Ok(texts)
}

/// Finds the resources that fit on a page, in their order; the others are marked as left out.
fn fitting(
    kind: u8,
    ids: Vec<i64>,
    sizes: &HashMap<i64, (usize, usize)>,
    texts: &mut HashMap<(u8, i64), Option<String>>,
) -> Vec<i64> {
    let mut budget = PageBudget::default();
    let mut fits = |id: &i64| {
        let (bytes, groups) = sizes.get(id).copied().unwrap_or_default();
        let fits = budget.take(bytes, groups);
        if !fits {
            texts.insert((kind, *id), None);
        }
        fits
    };
    ids.into_iter().filter(|id| fits(id)).collect()
}
