//! Groups that the host server makes itself.

use serde_json::Value;

use super::{Native, bytes, done, found, id_of, parse, search};
use crate::{
    error::Error,
    protocol::{
        id::{GroupId, UserId},
        json,
        patch::{self, Operation, members::MemberOperation},
        resource::projection::Projection,
    },
    provider::{self, Groups, ListQuery, read_aside},
    store::operation_error::OperationError,
};

impl Native {
    /// Creates a group.
    ///
    /// # Errors
    /// As [`Native`] says.
    pub async fn create_group(&self, group: &Value) -> Result<GroupId, Error> {
        let provider = self.provider.clone();
        let read = read_aside(bytes(group), move |bytes| json::group(bytes, &provider.types.group)).await;
        let body = read.map_err(OperationError::from)?;
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
        let group_type = &self.provider.types.group;
        let projection = Projection::parse(None, Some("members"), group_type).map_err(OperationError::from)?;
        let query = ListQuery::read(&search(filter, start_index, count), self.provider.page, group_type);
        let query = query.map_err(OperationError::from)?;
        parse(&provider::list_resources::<Groups>(&self.context(projection).await?, &query).await?)
    }

    /// Replaces a group and its members, like a PUT; says whether there was one.
    ///
    /// # Errors
    /// As [`Native`] says.
    pub async fn replace_group(&self, id: GroupId, group: &Value) -> Result<bool, Error> {
        let provider = self.provider.clone();
        let read = read_aside(bytes(group), move |bytes| json::group(bytes, &provider.types.group)).await;
        let body = read.map_err(OperationError::from)?;
        let context = self.context(Projection::nothing()).await?;
        done(provider::replace_group(&context, &id.to_string(), body).await)
    }

    /// Changes a group by a PatchOp message of RFC 7644 section 3.5.2; says whether there was one.
    ///
    /// # Errors
    /// As [`Native`] says.
    pub async fn patch_group(&self, id: GroupId, operations: &Value) -> Result<bool, Error> {
        let provider = self.provider.clone();
        let read = read_aside(bytes(operations), move |bytes| patch::read(bytes, &provider.types.group)).await;
        self.patch(id, read.map_err(OperationError::from)?).await
    }

    /// Adds users of any connection to a group, and touches nobody else in it; says whether there is such a group.
    ///
    /// # Errors
    /// As [`Native`] says.
    pub async fn add_members(&self, id: GroupId, users: &[UserId]) -> Result<bool, Error> {
        self.patch(id, vec![Operation::Members(MemberOperation::Add(ids(users)))]).await
    }

    /// Removes users from a group, and touches nobody else in it; says whether there is such a group.
    ///
    /// # Errors
    /// As [`Native`] says.
    pub async fn remove_members(&self, id: GroupId, users: &[UserId]) -> Result<bool, Error> {
        self.patch(id, vec![Operation::Members(MemberOperation::Remove(ids(users)))]).await
    }

    /// Deletes a group; its members stay. Says whether there was one.
    ///
    /// # Errors
    /// As [`Native`] says.
    pub async fn delete_group(&self, id: GroupId) -> Result<bool, Error> {
        done(provider::delete_group(&self.context(Projection::nothing()).await?, &id.to_string()).await)
    }

    async fn patch(&self, id: GroupId, operations: Vec<Operation>) -> Result<bool, Error> {
        let context = self.context(Projection::nothing()).await?;
        done(provider::patch_group(&context, &id.to_string(), operations).await)
    }
}

fn ids(users: &[UserId]) -> Vec<String> {
    users.iter().map(UserId::to_string).collect()
}
