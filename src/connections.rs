//! Connections and their tokens, for the host server.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    error::Error,
    protocol::{
        id::{ClientId, GroupId, RequestId, SecretId, TokenId, UserId},
        messages::{
            client::{NewClient, NewSecret},
            connection::{ConnectionChange, NewConnection},
            token::NewToken,
        },
    },
    provider::{
        Provider,
        connections::{self, Deletion, IssuedClient, IssuedSecret, IssuedToken},
    },
    store::{
        self,
        clients::Client,
        connections::{self as stored, Connection, ManagedBy},
        operation_error::OperationError,
        tokens::ConnectionToken,
    },
};

/// The part of a [`ScimModule`](crate::ScimModule) that deals with connections: what an administrator does by the routes below
/// `{mount}/connections`.
///
/// A connection is named by the part of its base URL.
#[derive(Debug, Clone, Copy)]
pub struct Connections<'a> {
    provider: &'a Provider,
}

impl<'a> Connections<'a> {
    pub(crate) const fn new(provider: &'a Provider) -> Self {
        Self { provider }
    }

    /// Lists all connections, in the order in which they are shown.
    ///
    /// # Errors
    /// [`Error::Database`] if a statement fails.
    pub async fn list(&self) -> Result<Vec<Connection>, Error> {
        Ok(connections::list(self.provider).await?)
    }

    /// Finds the connection with a name. The connection `native` is made by it, if it is not there yet.
    ///
    /// # Errors
    /// As [`Connections::list`].
    pub async fn get(&self, name: &str) -> Result<Option<Connection>, Error> {
        match connections::get(self.provider, name).await {
            Err(OperationError::Scim(_)) => Ok(None),
            found => Ok(Some(found?)),
        }
    }

    /// Creates a connection.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name that cannot be or that another has; as [`Connections::list`].
    pub async fn create(&self, new: &NewConnection) -> Result<Connection, Error> {
        Ok(connections::create(self.provider, RequestId::NONE, new).await?)
    }

    /// Changes what is `Some`, and nothing else.
    ///
    /// # Errors
    /// [`Error::Invalid`] if there is no such connection or it is being deleted, and for another state of `native`; as
    /// [`Connections::list`].
    pub async fn change(&self, name: &str, change: &ConnectionChange) -> Result<Connection, Error> {
        Ok(connections::change(self.provider, RequestId::NONE, name, change).await?)
    }

    /// Begins to delete a connection with all its users and groups, and says what that takes. Its tokens end at once; the
    /// [`worker`](crate::ScimModule::worker) deletes the rest in small transactions.
    ///
    /// # Errors
    /// [`Error::Invalid`] if there is no such connection, and for `default` and `native`, which stay; as [`Connections::list`].
    pub async fn delete(&self, name: &str) -> Result<Deletion, Error> {
        Ok(connections::delete(self.provider, RequestId::NONE, name, Some(name)).await?)
    }

    /// Returns the connection of each of these users, 1,000 at most; a user that does not exist is left out.
    ///
    /// Nothing is locked by it. If the [`kind`](ManagedBy::kind) is [`ConnectionKind::Idp`](crate::ConnectionKind::Idp), let nobody change
    /// or delete the user in the host server's own screens: an identity provider manages it, also while its connection is paused or
    /// detached. The user may be a member of native groups nevertheless.
    ///
    /// # Errors
    /// [`Error::Invalid`] for more than 1,000; as [`Connections::list`].
    pub async fn of_users(&self, users: &[UserId]) -> Result<BTreeMap<UserId, ManagedBy>, Error> {
        check_number(users.len())?;
        Ok(stored::of_users(&self.provider.database.read().await?, users).await?)
    }

    /// Returns the connection of each of these groups, like [`Connections::of_users`]: an identity provider manages the name and the
    /// members of its groups.
    ///
    /// # Errors
    /// As [`Connections::of_users`].
    pub async fn of_groups(&self, groups: &[GroupId]) -> Result<BTreeMap<GroupId, ManagedBy>, Error> {
        check_number(groups.len())?;
        Ok(stored::of_groups(&self.provider.database.read().await?, groups).await?)
    }

    /// Returns the identifier of each of these groups, 1,000 at most, whichever connection they are of: the name with `_` for dots,
    /// hyphens and blanks.
    ///
    /// # Errors
    /// As [`Connections::of_users`].
    pub async fn identifiers(&self, groups: &[GroupId]) -> Result<BTreeMap<GroupId, String>, Error> {
        check_number(groups.len())?;
        let found = store::groups::identifiers_of(&self.provider.database.read().await?, groups).await?;
        Ok(found.into_iter().collect())
    }

    /// Lists the OAuth clients of a connection, the oldest first.
    ///
    /// # Errors
    /// [`Error::Invalid`] if there is no such connection; as [`Connections::list`].
    pub async fn clients(&self, name: &str) -> Result<Vec<Client>, Error> {
        Ok(connections::clients(self.provider, name).await?)
    }

    /// Makes an OAuth client with a secret, which cannot be read again. A connection has twenty at most.
    ///
    /// # Errors
    /// [`Error::Invalid`] if there is no such connection or it is being deleted, if it has twenty clients, or if the secret would not
    /// live one to three years; for `native`, and for [`federation`](NewClient::federation) where no assertion can be checked; as
    /// [`Connections::list`].
    pub async fn create_client(&self, name: &str, new: &NewClient) -> Result<IssuedClient, Error> {
        Ok(connections::create_client(self.provider, RequestId::NONE, name, new).await?)
    }

    /// Makes another secret of a client, so that the one in use can be replaced. Two are live at most.
    ///
    /// # Errors
    /// As [`Connections::create_client`], and [`Error::Invalid`] if there is no such client or it has two live secrets.
    pub async fn add_secret(&self, name: &str, client: ClientId, new: &NewSecret) -> Result<IssuedSecret, Error> {
        Ok(connections::add_secret(self.provider, RequestId::NONE, name, client, new).await?)
    }

    /// Deletes a client: its secrets and access tokens end at once in this process, within two seconds in others.
    ///
    /// # Errors
    /// [`Error::Invalid`] if there is no such connection or client; as [`Connections::list`].
    pub async fn delete_client(&self, name: &str, client: ClientId) -> Result<(), Error> {
        Ok(connections::delete_client(self.provider, RequestId::NONE, name, client).await?)
    }

    /// Deletes a secret: the access tokens that were given for it end like those of [`Connections::delete_client`].
    ///
    /// # Errors
    /// [`Error::Invalid`] if there is no such connection or secret; as [`Connections::list`].
    pub async fn delete_secret(&self, name: &str, secret: SecretId) -> Result<(), Error> {
        Ok(connections::delete_secret(self.provider, RequestId::NONE, name, secret).await?)
    }

    /// Lists the tokens of a connection, the oldest first.
    ///
    /// # Errors
    /// [`Error::Invalid`] if there is no such connection; as [`Connections::list`].
    pub async fn tokens(&self, name: &str) -> Result<Vec<ConnectionToken>, Error> {
        Ok(connections::tokens(self.provider, name).await?)
    }

    /// Makes a token; it cannot be read again. A connection has a hundred at most.
    ///
    /// # Errors
    /// [`Error::Invalid`] if there is no such connection or it is being deleted, if it has a hundred tokens, or if the token's
    /// end is over; for `native`; as [`Connections::list`].
    pub async fn issue_token(&self, name: &str, new: &NewToken) -> Result<IssuedToken, Error> {
        Ok(connections::issue_token(self.provider, RequestId::NONE, name, new).await?)
    }

    /// Makes a token in the place of another, which lives on for `grace` or until its own end.
    ///
    /// # Errors
    /// As [`Connections::issue_token`], and [`Error::Invalid`] if there is no such token.
    pub async fn rotate_token(&self, name: &str, token: TokenId, grace: Duration) -> Result<IssuedToken, Error> {
        let grace = i64::try_from(grace.as_millis()).unwrap_or(i64::MAX);
        Ok(connections::rotate_token(self.provider, RequestId::NONE, name, token, grace).await?)
    }

    /// Revokes a token: at once in this process, within two seconds in others.
    ///
    /// # Errors
    /// [`Error::Invalid`] if there is no such connection or token; as [`Connections::list`].
    pub async fn revoke_token(&self, name: &str, token: TokenId) -> Result<(), Error> {
        Ok(connections::revoke_token(self.provider, RequestId::NONE, name, token).await?)
    }
}

/// Users or groups in one call.
const AT_ONCE: usize = 1000;

fn check_number(asked: usize) -> Result<(), Error> {
    match asked {
        0..=AT_ONCE => Ok(()),
        _ => Err(Error::Invalid(format!("at most {AT_ONCE} can be asked for at once"))),
    }
}
