//! A search over both resource types: users first, then groups, each in the order asked for.

use super::{Call, Provider, groups, users};
use crate::{
    protocol::{
        error::ScimError,
        filter::{Condition, Filter},
        list::{self, Page},
        projection::Projection,
        schema::{GROUP_TYPE, ResourceType, USER_TYPE},
        search::SearchRequest,
        sort::Sort,
    },
    store::{self, condition::Scope, failure::Failure},
};

/// The ListResponse of a page. What a type does not have matches nothing there.
///
/// # Errors
/// 400 `invalidFilter` when neither type has an attribute, or for a malformed filter; `invalidValue` when neither can be
/// sorted so.
pub async fn search(provider: &Provider, call: Call<'_>, request: &SearchRequest) -> Result<String, Failure> {
    let filter = request.filter.as_deref().filter(|filter| !filter.trim().is_empty()).map(Filter::parse).transpose()?;
    let page = Page::new(request.start_index, request.count, provider.page);
    let asked = |resource_type: &'static ResourceType, other: &'static ResourceType| {
        filter.as_ref().map(|filter| Condition::of_either(filter, resource_type, other)).transpose()
    };
    let (of_users, of_groups) = (asked(&USER_TYPE, &GROUP_TYPE)?, asked(&GROUP_TYPE, &USER_TYPE)?);
    let projection = |resource_type| {
        Projection::parse(request.attributes.as_deref(), request.excluded_attributes.as_deref(), resource_type)
    };
    let dialect = provider.database.dialect();
    let scope = |resource_type| Scope { dialect, resource_type, connection: call.connection, base: call.base };
    let of_users = of_users.map(|condition| scope(&USER_TYPE).select(&condition));
    let user_selection = of_users.as_ref();
    let of_groups = of_groups.map(|condition| scope(&GROUP_TYPE).select(&condition));
    let group_selection = of_groups.as_ref();
    let (user_order, group_order) = (sort(request, &USER_TYPE), sort(request, &GROUP_TYPE));
    if let (Err(refusal), Err(_)) = (&user_order, &group_order) {
        return Err(refusal.clone().into());
    }
    let user_order = user_order.ok().flatten().map(|sort| scope(&USER_TYPE).order(&sort));
    let group_order = group_order.ok().flatten().map(|sort| scope(&GROUP_TYPE).order(&sort));
    let snapshot = provider.database.snapshot().await?;
    let count_of_users = store::users::count(&snapshot, dialect, call.connection, user_selection).await?;
    let total = count_of_users + store::groups::count(&snapshot, dialect, call.connection, group_selection).await?;
    let mut resources = Vec::new();
    if page.count > 0 && page.offset() < count_of_users {
        resources =
            users::texts(&snapshot, dialect, call, user_selection, user_order.as_ref(), page, &projection(&USER_TYPE))
                .await?;
    }
    let left = page.count - resources.len() as u64;
    if left > 0 && page.offset() + page.count > count_of_users {
        let part = Page { start_index: page.offset().saturating_sub(count_of_users) + 1, count: left };
        let projection = projection(&GROUP_TYPE);
        resources.extend(
            groups::texts(
                &snapshot,
                scope(&GROUP_TYPE),
                call,
                group_selection,
                group_order.as_ref(),
                part,
                &projection,
            )
            .await?,
        );
    }
    snapshot.commit().await?;
    Ok(list::response(total, page.start_index, &resources))
}

fn sort(request: &SearchRequest, resource_type: &ResourceType) -> Result<Option<Sort>, ScimError> {
    Sort::parse(request.sort_by.as_deref(), request.sort_order.as_deref(), resource_type)
}
