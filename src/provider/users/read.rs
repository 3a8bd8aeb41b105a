//! GET: one user, or a page of them.

use sea_orm::ConnectionTrait;

use super::{
    Answer, Call, Provider,
    list::{Found, Query, find, first_found},
    parse_id, project,
    save::represent,
};
use crate::{
    protocol::{
        error::ScimError,
        list::{self, Page},
        projection::Projection,
        remarks::Remarks,
        schema::USER_TYPE,
    },
    store::{
        condition::{Scope, Selection},
        dialect::Dialect,
        failure::Failure,
        order::Order,
        users::{self, StoredUser},
    },
};

/// # Errors
/// 404.
pub async fn get_user(
    provider: &Provider,
    call: Call<'_>,
    id: &str,
    projection: &Projection,
) -> Result<Answer, Failure> {
    let found = users::find(provider.database.reader(), call.connection, parse_id(id)?).await?;
    let user = found.ok_or_else(|| ScimError::not_found("User"))?;
    let representation = project(represent(&user, call), projection, &USER_TYPE)?;
    Ok(Answer { representation, remarks: Remarks::default() })
}

/// The ListResponse of a page.
///
/// # Errors
/// 400 `invalidFilter`.
pub async fn list_users(provider: &Provider, call: Call<'_>, query: &Query) -> Result<String, Failure> {
    let dialect = provider.database.dialect();
    let scope = Scope { dialect, resource_type: &USER_TYPE, connection: call.connection, base: call.base };
    let order = query.sort.as_ref().map(|sort| scope.order(sort));
    let order = order.as_ref();
    let found = first_found(query.readings(&USER_TYPE)?, |condition| async move {
        let selection = condition.as_ref().map(|condition| scope.select(condition));
        let selection = selection.as_ref();
        Ok(find!(
            provider,
            condition.as_ref(),
            query.page,
            async |connection| users::page(connection, dialect, call.connection, selection, order, query.page).await,
            async |connection| users::count(connection, dialect, call.connection, selection).await
        ))
    })
    .await?;
    let resources = to_texts(&found.resources, call, &query.projection)?;
    Ok(list::response(found.total, query.page.start_index, &resources))
}

fn to_texts(users: &[StoredUser], call: Call<'_>, projection: &Projection) -> Result<Vec<String>, Failure> {
    users.iter().map(|user| Ok(project(represent(user, call), projection, &USER_TYPE)?.text)).collect()
}

/// A page of users as they are answered, for a search that began elsewhere.
pub async fn texts(
    connection: &impl ConnectionTrait,
    dialect: Dialect,
    call: Call<'_>,
    selection: Option<&Selection>,
    order: Option<&Order>,
    page: Page,
    projection: &Projection,
) -> Result<Vec<String>, Failure> {
    let users = users::page(connection, dialect, call.connection, selection, order, page).await?;
    to_texts(&users, call, projection)
}
