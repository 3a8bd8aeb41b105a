//! Users that the host server makes itself.

use serde_json::Value;

use super::{Native, bytes, done, found, id_of, parse};
use crate::{
    error::Error,
    protocol::{id::UserId, json, patch, resource::projection::Projection},
    provider::{self, Users, read_aside},
    store::operation_error::OperationError,
};

impl Native {
    /// Creates a user, or reactivates an inactive one: who has the name, or an `externalId` that is never given to somebody else
    /// (Okta's ids and GUIDs).
    ///
    /// # Errors
    /// As [`Native`] says.
    pub async fn create_user(&self, user: &Value) -> Result<UserId, Error> {
        let body = read_aside(bytes(user), json::object).await.map_err(OperationError::from)?;
        let created = provider::create_user(&self.context(Projection::nothing()).await?, body).await?;
        id_of(&created.representation.location, UserId::parse)
    }

    /// Reads a user; `None` if there is none here.
    ///
    /// # Errors
    /// As [`Native`] says.
    pub async fn user(&self, id: UserId) -> Result<Option<Value>, Error> {
        let read = provider::get_user(&self.context(Projection::default()).await?, &id.to_string()).await;
        found(read)?.map(|read| parse(&read.representation.text)).transpose()
    }

    /// Lists the users that match a filter of RFC 7644 section 3.4.2.2, or all if it is empty, from `start_index` on, which begins
    /// with 1: a ListResponse with `totalResults`, `startIndex`, `itemsPerPage` and `Resources`. A `count` above
    /// [`max_page`](crate::Builder::max_page) is cut to that.
    ///
    /// # Errors
    /// As [`Native`] says.
    pub async fn find_users(&self, filter: &str, start_index: i64, count: i64) -> Result<Value, Error> {
        self.find::<Users>(filter, start_index, count, None).await
    }

    /// Replaces a user, like a PUT; says whether there was one.
    ///
    /// # Errors
    /// As [`Native`] says.
    pub async fn replace_user(&self, id: UserId, user: &Value) -> Result<bool, Error> {
        let body = read_aside(bytes(user), json::object).await.map_err(OperationError::from)?;
        let context = self.context(Projection::nothing()).await?;
        done(provider::replace_user(&context, &id.to_string(), body).await)
    }

    /// Changes a user by a PatchOp message of RFC 7644 section 3.5.2; says whether there was one.
    ///
    /// # Errors
    /// As [`Native`] says.
    pub async fn patch_user(&self, id: UserId, message: &Value) -> Result<bool, Error> {
        let provider = self.provider.clone();
        let read = read_aside(bytes(message), move |bytes| patch::read(bytes, &provider.types.user)).await;
        let operations = read.map_err(OperationError::from)?;
        let context = self.context(Projection::nothing()).await?;
        done(provider::patch_user(&context, &id.to_string(), operations).await)
    }

    /// Deletes a user; says whether there was one.
    ///
    /// # Errors
    /// As [`Native`] says.
    pub async fn delete_user(&self, id: UserId) -> Result<bool, Error> {
        done(provider::delete_user(&self.context(Projection::nothing()).await?, &id.to_string()).await)
    }
}
