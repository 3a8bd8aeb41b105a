//! POSTs that refer to each other: all are created without their references and then completed with them, in one
//! transaction.

use std::collections::HashMap;

use super::{
    super::{RequestContext, groups, users},
    perform::Done,
};
use crate::{
    protocol::{
        case_fold::case_fold,
        id::{GroupId, UserId},
        messages::{bulk::BulkOperation, error::ScimError},
        resource::representation::Representation,
        warnings::Warnings,
    },
    store::{operation_error::OperationError, retry::Retry, session::Session},
};

#[derive(Clone, Copy)]
enum Created {
    User(UserId),
    Group(GroupId),
}

/// Creates all operations of a cycle. If one has to give way to another writer, all are run again.
///
/// `ids` are the ids of what the cycle refers to outside itself.
///
/// # Errors
/// The failure, with the position of its operation; then nothing was created, and nobody who had left was reactivated.
pub async fn create(
    context: &RequestContext,
    posts: &[&BulkOperation],
    ids: &HashMap<String, String>,
) -> Result<Vec<(Done, Warnings)>, (usize, OperationError)> {
    let mut retry = Retry::new(&context.provider.database, context.request);
    let mut at = 0;
    while let Some(session) = retry.begin().await {
        let outcome = create_all(&session, context, posts, ids, &mut at).await;
        retry.end(session, outcome).await;
    }
    retry.outcome().map_err(|error| (at, error))
}

/// Orders the positions of a cycle by the names it creates, users first. A name is locked when it is created, so two cycles
/// of the same names never wait for each other (eight of them were given up on PostgreSQL, seen 2026-11-27).
fn order_of_names(posts: &[&BulkOperation]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..posts.len()).collect();
    order.sort_by_cached_key(|position| {
        let post = posts[*position];
        let is_user = post.resource_path().is_some_and(|path| path.is_user);
        (!is_user, post.data_text(if is_user { "userName" } else { "displayName" }).map(case_fold))
    });
    order
}

async fn create_all(
    session: &Session,
    context: &RequestContext,
    posts: &[&BulkOperation],
    ids: &HashMap<String, String>,
    at: &mut usize,
) -> Result<Vec<(Done, Warnings)>, OperationError> {
    let mut ids = ids.clone();
    let mut created = vec![None; posts.len()];
    let mut users = Vec::new();
    for position in order_of_names(posts) {
        *at = position;
        let post = posts[position];
        let shell = (*post).clone().resolve(&ids).data_without_references();
        let (resource, id) = match post.resource_path().filter(|path| path.id.is_none()) {
            Some(path) if path.is_user => {
                let id = users::create_in(session, context, shell, &users).await?;
                users.push(id);
                (Created::User(id), id.to_string())
            }
            Some(_) => {
                let id = groups::create_in(session, context, shell).await?;
                (Created::Group(id), id.to_string())
            }
            None => return Err(ScimError::invalid_value("a POST has a path without an id").into()),
        };
        ids.extend(post.bulk_id.clone().map(|bulk_id| (bulk_id, id)));
        created[position] = Some(resource);
    }
    let created: Vec<Created> = created.into_iter().flatten().collect();
    let mut warnings = Vec::with_capacity(posts.len());
    for (position, (post, resource)) in posts.iter().zip(&created).enumerate() {
        *at = position;
        let whole = (*post).clone().resolve(&ids).data;
        warnings.push(match *resource {
            Created::User(id) => users::complete(session, context, id, whole).await?,
            Created::Group(id) => groups::complete(session, context, id, whole).await?,
        });
    }
    let mut done = Vec::with_capacity(posts.len());
    for (resource, warnings) in created.into_iter().zip(warnings) {
        let Representation { location, etag, .. } = match resource {
            Created::User(id) => users::headers_in(session, context, id).await?,
            Created::Group(id) => groups::headers_in(session, context, id).await?,
        };
        done.push((Done::created(location, etag), warnings));
    }
    Ok(done)
}
