//! The representation of a user, with its hosts if they are asked for.

use super::{RequestContext, project};
use crate::{
    protocol::{
        id::UserId,
        messages::error::ScimError,
        resource::{
            document::Document,
            projection::Projection,
            representation::{self, HostOfUser, Representation},
        },
        schema::HOSTS_EXTENSION,
    },
    store::{
        hosts,
        operation_error::OperationError,
        session::Session,
        users::{self, StoredUser},
    },
};

/// A user and, if asked for, its hosts.
#[derive(Debug)]
pub struct WithHosts {
    pub user: StoredUser,
    pub hosts: Option<Vec<HostOfUser>>,
}

/// Reads the hosts of users in one statement, or in none if they are not asked for.
pub async fn with_hosts(
    session: &Session,
    users: Vec<StoredUser>,
    projection: &Projection,
) -> Result<Vec<WithHosts>, OperationError> {
    if !projection.names_extension(&HOSTS_EXTENSION) {
        return Ok(users.into_iter().map(|user| WithHosts { user, hosts: None }).collect());
    }
    let ids: Vec<_> = users.iter().map(|user| user.id).collect();
    let mut of_users = hosts::of_users(session, &ids).await?;
    let with = |user: StoredUser| WithHosts { hosts: Some(of_users.remove(&user.id).unwrap_or_default()), user };
    Ok(users.into_iter().map(with).collect())
}

/// Represents the part of a user that was asked for.
pub fn represent(
    of: &WithHosts,
    context: &RequestContext,
    projection: &Projection,
) -> Result<Representation, OperationError> {
    represent_document(of, None, context, projection)
}

/// Represents a user like [`represent`], given the document it was made from if that is at hand.
fn represent_document(
    of: &WithHosts,
    document: Option<Document>,
    context: &RequestContext,
    projection: &Projection,
) -> Result<Representation, OperationError> {
    let user_type = &context.types().user;
    if projection.is_nothing() {
        return Ok(headers(&of.user, context));
    }
    let whole = representation::of_user(of.user.row(), &of.user.groups(), context.base_url());
    let whole = whole.with_hosts(of.hosts.as_deref().unwrap_or_default(), &context.urls.hosts);
    project(whole, document, projection, user_type)
}

/// Represents a user that was just written, as the client asked for it.
pub async fn represent_written(
    context: &RequestContext,
    user: StoredUser,
    document: Document,
    projection: &Projection,
) -> Result<Representation, OperationError> {
    let hosts = match projection.names_extension(&HOSTS_EXTENSION) {
        // The write succeeded and is answered as such, even if the database has become unreachable since.
        true => hosts_of(context, user.id).await.ok(),
        false => None,
    };
    represent_document(&WithHosts { user, hosts }, Some(document), context, projection)
}

async fn hosts_of(context: &RequestContext, user: UserId) -> Result<Vec<HostOfUser>, OperationError> {
    let session = context.provider.database.read_latest().await?;
    Ok(hosts::of_users(&session, &[user]).await?.remove(&user).unwrap_or_default())
}

/// Says where a user is and in which version, as it is in a transaction.
pub async fn headers_in(
    session: &Session,
    context: &RequestContext,
    id: UserId,
) -> Result<Representation, OperationError> {
    let user = users::find(session, context.connection(), id).await?.ok_or_else(|| ScimError::not_found("User"))?;
    Ok(headers(&user, context))
}

fn headers(user: &StoredUser, context: &RequestContext) -> Representation {
    representation::headers_of_user(user.row(), &user.groups(), context.base_url())
}
