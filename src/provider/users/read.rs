//! GET: one user, or a page of them.

use super::{
    Provider, RequestContext, ResourceAnswer,
    listed::Listed,
    parse_id,
    represent::{WithHosts, represent, with_hosts},
};
use crate::{
    protocol::{
        case_fold::case_fold,
        id::{ConnectionId, UserId},
        messages::error::ScimError,
        resource::projection::Projection,
        schema::{HOSTS_EXTENSION, ResourceType, ResourceTypes},
        warnings::Warnings,
    },
    store::{
        listing::{Listing, Placed, Window},
        operation_error::OperationError,
        session::Session,
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
    context.preconditions.check_user(&user.user)?;
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

/// The list of users.
#[derive(Debug)]
pub struct Users;

impl Listed for Users {
    type Row = WithHosts;
    const ENDPOINT: &'static str = "Users";

    fn resource_type(types: &ResourceTypes) -> &ResourceType {
        &types.user
    }

    fn is_one_statement(projection: &Projection) -> bool {
        !projection.names_extension(&HOSTS_EXTENSION)
    }

    async fn read_page(
        session: &Session,
        context: &RequestContext,
        listing: &Listing<'_>,
        window: &Window,
    ) -> Result<Vec<Placed<WithHosts>>, OperationError> {
        let (users, spots) = Placed::split(users::page(session, listing, window).await?);
        Ok(Placed::join(with_hosts(session, users, &context.projection).await?, spots))
    }

    fn text(user: &WithHosts, context: &RequestContext) -> Result<String, OperationError> {
        Ok(represent(user, context, &context.projection)?.text)
    }
}
