//! Groups that the host server makes itself.

use serde_json::{Map, Value};

use super::{Native, bytes, done, found, id_of, parse};
use crate::{
    error::Error,
    protocol::{
        bounds,
        id::{GroupId, UserId},
        json,
        patch::{self, Operation, members::MemberOperation},
        resource::projection::Projection,
    },
    provider::{self, Groups, read_aside},
    store::operation_error::OperationError,
};

impl Native {
    /// Creates a group.
    ///
    /// # Errors
    /// As [`Native`] says.
    pub async fn create_group(&self, group: &Value) -> Result<GroupId, Error> {
        let body = self.read_group(group).await?;
        let created = provider::create_group(&self.context(Projection::nothing()).await?, body).await?;
        id_of(&created.representation.location, GroupId::parse)
    }

    /// Reads a group with its members; `None` if there is none here.
    ///
    /// # Errors
    /// As [`Native`] says.
    pub async fn group(&self, id: GroupId) -> Result<Option<Value>, Error> {
        let read = provider::get_group(&self.context(Projection::default()).await?, &id.to_string()).await;
        found(read)?.map(|read| parse(&read.representation.text)).transpose()
    }

    /// Lists groups without their members, like [`Native::find_users`].
    ///
    /// # Errors
    /// As [`Native`] says.
    pub async fn find_groups(&self, filter: &str, start_index: i64, count: i64) -> Result<Value, Error> {
        self.find::<Groups>(filter, start_index, count, Some("members")).await
    }

    /// Replaces a group and its members, like a PUT; says whether there was one.
    ///
    /// # Errors
    /// As [`Native`] says.
    pub async fn replace_group(&self, id: GroupId, group: &Value) -> Result<bool, Error> {
        let body = self.read_group(group).await?;
        let context = self.context(Projection::nothing()).await?;
        done(provider::replace_group(&context, &id.to_string(), body).await)
    }

    /// Changes a group by a PatchOp message of RFC 7644 section 3.5.2; says whether there was one.
    ///
    /// # Errors
    /// As [`Native`] says.
    pub async fn patch_group(&self, id: GroupId, message: &Value) -> Result<bool, Error> {
        let provider = self.provider.clone();
        let read = read_aside(bytes(message), move |bytes| patch::read(bytes, &provider.types.group)).await;
        self.patch(id, read.map_err(OperationError::from)?).await
    }

    /// Adds users of any connection to a group, 100,000 at most, and touches nobody else in it; says whether there is such a
    /// group.
    ///
    /// # Errors
    /// As [`Native`] says.
    pub async fn add_members(&self, id: GroupId, users: &[UserId]) -> Result<bool, Error> {
        self.patch(id, vec![Operation::Members(MemberOperation::Add(ids(users)?))]).await
    }

    /// Removes users from a group, 100,000 at most, and touches nobody else in it; says whether there is such a group.
    ///
    /// # Errors
    /// As [`Native`] says.
    pub async fn remove_members(&self, id: GroupId, users: &[UserId]) -> Result<bool, Error> {
        self.patch(id, vec![Operation::Members(MemberOperation::Remove(ids(users)?))]).await
    }

    /// Deletes a group; its members stay. Says whether there was one.
    ///
    /// # Errors
    /// As [`Native`] says.
    pub async fn delete_group(&self, id: GroupId) -> Result<bool, Error> {
        done(provider::delete_group(&self.context(Projection::nothing()).await?, &id.to_string()).await)
    }

    async fn read_group(&self, group: &Value) -> Result<Map<String, Value>, Error> {
        let provider = self.provider.clone();
        let read = read_aside(bytes(group), move |bytes| json::group(bytes, &provider.types.group)).await;
        Ok(read.map_err(OperationError::from)?)
    }

    async fn patch(&self, id: GroupId, operations: Vec<Operation>) -> Result<bool, Error> {
        let context = self.context(Projection::nothing()).await?;
        done(provider::patch_group(&context, &id.to_string(), operations).await)
    }
}

fn ids(users: &[UserId]) -> Result<Vec<String>, Error> {
    match users.len() {
        0..=bounds::MEMBERS => Ok(users.iter().map(UserId::to_string).collect()),
        _ => Err(Error::Invalid(format!(
            "a call may name {} members at most: name the others in another",
            bounds::MEMBERS
        ))),
    }
}
