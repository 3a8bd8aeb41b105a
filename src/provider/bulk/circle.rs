//! POSTs that refer to each other: all are created without their references and completed with them, in one transaction.

use std::collections::HashMap;

use super::{
    super::{Call, Provider, groups, users},
    perform::Done,
};
use crate::{
    protocol::{
        bulk::BulkOperation,
        error::ScimError,
        id::{GroupId, UserId},
        remarks::Remarks,
        representation::Representation,
    },
    store::{failure::Failure, retry::transaction, session::Session},
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Created {
    User(UserId),
    Group(GroupId),
}

/// Creates all of them. Rows are locked in the order of the request here, for which of them there are shows only then: two
/// circles may wait for each other, and the one that gives way is run again.
///
/// `ids` are those of what they refer to outside of the circle.
///
/// # Errors
/// What failed, with the position of its operation; nothing is there then, and nobody who had left has come back.
pub async fn create(
    provider: &Provider,
    call: Call<'_>,
    posts: &[&BulkOperation],
    ids: &HashMap<String, String>,
) -> Result<Vec<(Done, Remarks)>, (usize, Failure)> {
    let mut at = 0;
    let outcome = transaction!(provider.database, call.request, tx => create_all(tx, call, posts, ids, &mut at));
    outcome.map_err(|failure| (at, failure))
}

async fn create_all(
    session: &Session,
    call: Call<'_>,
    posts: &[&BulkOperation],
    ids: &HashMap<String, String>,
    at: &mut usize,
) -> Result<Vec<(Done, Remarks)>, Failure> {
    let mut ids = ids.clone();
    let mut created = Vec::with_capacity(posts.len());
    for (position, post) in posts.iter().enumerate() {
        *at = position;
        let shell = (*post).clone().resolve(&ids).data_without_references();
        let (resource, id) = match post.place().filter(|place| place.id.is_none()) {
            Some(place) if place.is_user => {
                let id = users::create_in(session, call, shell).await?;
                if created.contains(&Created::User(id)) {
                    // The first of them left again by its own body, and the second would be the same person.
                    return Err(users::held().into());
                }
                (Created::User(id), id.to_string())
            }
            Some(_) => {
                let id = groups::create_in(session, call, shell).await?;
                (Created::Group(id), id.to_string())
            }
            None => return Err(ScimError::invalid_value("a POST has a path without an id").into()),
        };
        ids.extend(post.bulk_id.clone().map(|bulk_id| (bulk_id, id)));
        created.push(resource);
    }
    let mut remarks = vec![Remarks::default(); posts.len()];
    for (position, post) in posts.iter().enumerate() {
        *at = position;
        let whole = (*post).clone().resolve(&ids).data;
        match created[position] {
            Created::User(id) => users::complete(session, call, id, whole, &mut remarks[position]).await?,
            Created::Group(id) => groups::complete(session, call, id, whole, &mut remarks[position]).await?,
        }
    }
    let mut done = Vec::with_capacity(posts.len());
    for (resource, remarks) in created.into_iter().zip(remarks) {
        let Representation { location, etag, .. } = match resource {
            Created::User(id) => users::represent_in(session, call, id).await?,
            Created::Group(id) => groups::represent_in(session, call, id).await?,
        };
        done.push((Done::created(location, etag), remarks));
    }
    Ok(done)
}
