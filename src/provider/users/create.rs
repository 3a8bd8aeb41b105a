//! POST: creates a user, or reactivates a former one (Okta reactivates this way, fleet#38321).

use serde_json::{Map, Value};

use super::{
    RequestContext, ResourceAnswer,
    another::{is_active, is_another, leave_groups, without_extensions},
    keep_emails::keep_emails,
    lock, name_taken_by, name_taken_twice, not_absent, read_document,
    represent::represent_written,
    save::{Saved, save},
};
use crate::{
    protocol::{
        id::UserId,
        messages::error::ScimError,
        resource::{self, Body, document, immutable, record::UserRecord},
        warnings::Warnings,
    },
    store::{
        operation_error::OperationError,
        retry::Retry,
        session::Session,
        users::{self, StoredUser},
    },
};

/// How often the user who has the name may appear and disappear between our lookup and our write.
const ATTEMPTS: usize = 5;

/// Creates a user, or reactivates an inactive one who has the name or the lasting `externalId`.
///
/// # Errors
/// 400 for an invalid body, 409 if an active user has the name, 412 if any user has it and the client asked that there be
/// none.
pub async fn create_user(context: &RequestContext, body: Map<String, Value>) -> Result<ResourceAnswer, OperationError> {
    let mut warnings = Warnings::default();
    let (body, record) = read(body, context, &mut warnings)?;
    let mut written = None;
    for _ in 0..ATTEMPTS {
        written = match insert_alone(context, &record).await {
            Err(OperationError::NameTaken(_)) if context.preconditions.only_if_absent() => {
                return Err(not_absent().into());
            }
            Err(OperationError::NameTaken(_)) => match reactivate_alone(context, &body, &record).await {
                Err(OperationError::NameTaken(_)) => None,
                outcome => outcome?.map(|saved| {
                    warnings.extend(saved.warnings);
                    (saved.user, Some(saved.document))
                }),
            },
            outcome => Some((outcome?, None)),
        };
        if written.is_some() {
            break;
        }
    }
    let written = written.ok_or_else(|| OperationError::name_taken(&record.user_name));
    let (user, document) = context.name_of_user(written).await?;
    let projection = context.projection.for_write(None, &body.document, &context.types().user);
    let representation = represent_written(context, user, document.unwrap_or(body.document), &projection).await?;
    Ok(ResourceAnswer { representation, warnings })
}

async fn insert_alone(context: &RequestContext, record: &UserRecord) -> Result<StoredUser, OperationError> {
    let mut retry = Retry::new(&context.provider.database, context.request);
    while let Some(session) = retry.begin().await {
        let outcome = insert(&session, context, record).await;
        retry.end(session, outcome).await;
    }
    retry.outcome()
}

async fn reactivate_alone(
    context: &RequestContext,
    body: &Body,
    record: &UserRecord,
) -> Result<Option<Saved>, OperationError> {
    let mut retry = Retry::new(&context.provider.database, context.request);
    while let Some(session) = retry.begin().await {
        let outcome = reactivate(&session, context, body, record).await;
        retry.end(session, outcome).await;
    }
    retry.outcome()
}

/// Creates a user in a transaction together with others, of which `created` are there already. It looks up the name first,
/// since on PostgreSQL a refused row would end the transaction before the user who has the name could be reactivated. The
/// index still decides; if it refuses, everything is run again.
///
/// # Errors
/// 400 for an invalid body, 409 if an active user has the name.
pub async fn create_in(
    session: &Session,
    context: &RequestContext,
    body: Map<String, Value>,
    created: &[UserId],
) -> Result<UserId, OperationError> {
    let (body, record) = read(body, context, &mut Warnings::default())?;
    let connection = context.connection();
    let mut holder = users::find_by_user_name(session, connection, &record.user_name_key).await?.map(|user| user.id);
    if holder.is_none() {
        holder = users::find_former(session, connection, &record).await?;
    }
    let user = match holder {
        // Whether it is active or not: it is gone again when this is refused, and its id will be somebody else's.
        Some(holder) if created.contains(&holder) => return Err(name_taken_twice().into()),
        Some(_) => reactivate(session, context, &body, &record).await.map(|found| found.map(|saved| saved.user)),
        None => insert(session, context, &record).await.map(Some),
    };
    match user {
        // Somebody else was faster, and the transaction runs again.
        Err(OperationError::NameTaken(_)) | Ok(None) => Err(OperationError::Overtaken),
        Ok(Some(user)) => Ok(user.id),
        Err(error) => Err(error),
    }
}

fn read(
    body: Map<String, Value>,
    context: &RequestContext,
    warnings: &mut Warnings,
) -> Result<(Body, UserRecord), ScimError> {
    let mut body = resource::read_body(body, &context.types().user, warnings)?;
    context.narrow(&mut body.document);
    body.document.entry("active").or_insert(Value::Bool(true));
    document::require_extensions(None, &body.document, &context.types().user)?;
    let record = UserRecord::from_document(&body.document, &context.types().user, warnings)?;
    Ok((body, record))
}

async fn insert(
    session: &Session,
    context: &RequestContext,
    record: &UserRecord,
) -> Result<StoredUser, OperationError> {
    let now = session.now();
    let id = users::insert(session, context.connection(), record, now).await?;
    let resource = record.resource.clone();
    Ok(StoredUser {
        id,
        version: 1,
        created_at: now,
        updated_at: now,
        resource,
        groups: vec![],
        indirect_groups: vec![],
    })
}

/// Reactivates an inactive user who has the name, or the `externalId` if it comes from Okta or Entra ID, with its id and its
/// hosts; `None` if nobody has it any more.
async fn reactivate(
    session: &Session,
    context: &RequestContext,
    body: &Body,
    record: &UserRecord,
) -> Result<Option<Saved>, OperationError> {
    let (connection, user_type) = (context.connection(), &context.types().user);
    let by_name = users::find_by_user_name(session, connection, &record.user_name_key).await?;
    let found = match &by_name {
        Some(found) => Some(found.id),
        None => users::find_former(session, connection, record).await?,
    };
    let Some(found) = found else { return Ok(None) };
    let locked = lock::user_and_groups(session, connection, found).await?;
    let Some((mut holder, groups)) = locked else { return Ok(None) };
    context.count_stored(&holder);
    let before = read_document(&holder.resource, user_type)?;
    let was = UserRecord::from_document(&before, user_type, &mut Warnings::default())?;
    let is_still = match by_name {
        Some(_) => was.user_name_key == record.user_name_key,
        None => was.external_id == record.external_id && !was.active,
    };
    if !is_still {
        return Ok(None);
    }
    if !record.active || is_active(&before) {
        return Err(name_taken_by(holder.id, is_active(&before)).into());
    }
    let another = is_another(&before, &body.document);
    if another && !groups.is_empty() {
        // Another person under the same name does not return to the groups of the first.
        leave_groups(session, context, &holder, &groups).await?;
        holder.clear_groups();
    }
    // Nor is what was known about the first person kept.
    let kept = if another { without_extensions(&before) } else { before.clone() };
    let mut after = resource::replace(&kept, body, user_type)?;
    context.narrow(&mut after);
    let mut warnings = Warnings::default();
    if !another {
        keep_emails(context, &before, &mut after, &mut warnings);
        immutable::carry_over(&before, &mut after, user_type);
        immutable::check(&before, &after, user_type)?;
    }
    let user = save(session, context, holder, &before, &after, &mut warnings).await?;
    Ok(Some(Saved { user, document: after, warnings }))
}
