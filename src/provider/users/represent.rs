//! A user as it is answered, with its hosts where they are asked for.

use super::{Call, Provider, project};
use crate::{
    protocol::{
        error::ScimError,
        id::UserId,
        projection::Projection,
        representation::{self, HostOfUser, Representation},
        schema::HOSTS,
    },
    store::{
        failure::Failure,
        hosts,
        listing::Placed,
        session::Session,
        users::{self, StoredUser},
    },
};

/// A user and, where they were asked for, its hosts.
#[derive(Debug)]
pub struct WithHosts {
    pub user: StoredUser,
    pub hosts: Option<Vec<HostOfUser>>,
}

/// Reads the hosts of users in one statement, or in none where they are not asked for.
pub async fn with_hosts(
    session: &Session,
    users: Vec<StoredUser>,
    projection: &Projection,
) -> Result<Vec<WithHosts>, Failure> {
    if !projection.names_extension(&HOSTS) {
        return Ok(users.into_iter().map(|user| WithHosts { user, hosts: None }).collect());
    }
    let ids: Vec<_> = users.iter().map(|user| user.id).collect();
    let mut of_users = hosts::of_users(session, &ids).await?;
    let with = |user: StoredUser| WithHosts { hosts: Some(of_users.remove(&user.id).unwrap_or_default()), user };
    Ok(users.into_iter().map(with).collect())
}

/// As [`with_hosts`], for users that know their place.
pub async fn placed_with_hosts(
    session: &Session,
    page: Vec<Placed<StoredUser>>,
    projection: &Projection,
) -> Result<Vec<Placed<WithHosts>>, Failure> {
    let (users, positions) = Placed::split(page);
    Ok(Placed::join(with_hosts(session, users, projection).await?, positions))
}

/// The part of a user that was asked for.
pub fn represent(of: &WithHosts, call: Call<'_>, projection: &Projection) -> Result<Representation, Failure> {
    let mut whole = whole(&of.user, call);
    if let Some(hosts) = &of.hosts {
        whole.text = representation::with_hosts(&whole.text, hosts, call.hosts_url);
    }
    project(whole, projection, &call.types.user)
}

/// A user that was just written, as the client asked for it.
pub async fn represent_written(
    provider: &Provider,
    call: Call<'_>,
    user: StoredUser,
    projection: &Projection,
) -> Result<Representation, Failure> {
    let hosts = match projection.names_extension(&HOSTS) {
        // What was written is answered as written, even if the database went away since.
        true => hosts_of(provider, user.id).await.ok(),
        false => None,
    };
    represent(&WithHosts { user, hosts }, call, projection)
}

async fn hosts_of(provider: &Provider, user: UserId) -> Result<Vec<HostOfUser>, Failure> {
    let session = provider.database.read_latest().await?;
    Ok(hosts::of_users(&session, &[user]).await?.remove(&user).unwrap_or_default())
}

/// A user as it is in a transaction.
pub async fn represent_in(session: &Session, call: Call<'_>, id: UserId) -> Result<Representation, Failure> {
    let user = users::find(session, call.connection, id).await?.ok_or_else(|| ScimError::not_found("User"))?;
    Ok(whole(&user, call))
}

/// The whole user, without its hosts.
pub fn whole(user: &StoredUser, call: Call<'_>) -> Representation {
    representation::of_user(user.row(), &user.groups(), call.base)
}
