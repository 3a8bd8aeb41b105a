//! POST: a new user, or a former one who is back (Okta reactivates so, fleet#38321).

use serde_json::{Map, Value};

use super::{
    Answer, Call, Preconditions, Provider, held, lock, not_absent, now, read_document, represent::represent_written,
    save::save,
};
use crate::{
    protocol::{
        document::{self, Document},
        error::ScimError,
        id::UserId,
        immutable,
        projection::Projection,
        record::UserRecord,
        remarks::Remarks,
        resource::{self, Body},
    },
    store::{
        changes,
        failure::Failure,
        groups,
        retry::transaction,
        session::Session,
        users::{self, StoredUser},
    },
};

/// How often a holder of the name may come and go between our looking and our writing.
const TRIES: usize = 5;

/// # Errors
/// 400 for a body that does not fit, 409 when an active user has the name, 412 when any has it and none was asked for.
pub async fn create_user(
    provider: &Provider,
    call: Call<'_>,
    body: Map<String, Value>,
    preconditions: &Preconditions,
    projection: &Projection,
) -> Result<Answer, Failure> {
    let mut remarks = Remarks::default();
    let (body, record) = read(body, call, &mut remarks)?;
    for _ in 0..TRIES {
        let user = match transaction!(provider.database, call.request, tx => insert(tx, call, &record)) {
            Err(failure) if failure.is_unique_violation() && preconditions.only_if_absent() => {
                return Err(not_absent().into());
            }
            Err(failure) if failure.is_unique_violation() => {
                transaction!(provider.database, call.request, tx => rehire(tx, call, &body, &record, &mut remarks))?
            }
            outcome => Some(outcome?),
        };
        if let Some(user) = user {
            let projection = projection.of_write(None, &body.document, &call.types.user);
            let representation = represent_written(provider, call, user, &projection).await?;
            return Ok(Answer { representation, remarks });
        }
    }
    Err(held().into())
}

/// Creates a user in a transaction with others. It looks for the name first, since a refused row would end the transaction
/// on PostgreSQL before its holder could come back; the index still decides, and then all is run again.
///
/// # Errors
/// 400 for a body that does not fit, 409 when an active user has the name.
pub async fn create_in(connection: &Session, call: Call<'_>, body: Map<String, Value>) -> Result<UserId, Failure> {
    let mut remarks = Remarks::default();
    let (body, record) = read(body, call, &mut remarks)?;
    let holder = users::find_by_user_name(connection, call.connection, &record.user_name_key).await?;
    let user = match holder {
        Some(_) => rehire(connection, call, &body, &record, &mut remarks).await?,
        None => match insert(connection, call, &record).await {
            Err(failure) if failure.is_unique_violation() => None,
            outcome => Some(outcome?),
        },
    };
    user.map(|user| user.id).ok_or(Failure::Overtaken)
}

fn read(body: Map<String, Value>, call: Call<'_>, remarks: &mut Remarks) -> Result<(Body, UserRecord), ScimError> {
    let mut body = resource::read_body(body, &call.types.user, remarks)?;
    body.document.entry("active").or_insert(Value::Bool(true));
    document::require_extensions(None, &body.document, &call.types.user)?;
    let record = UserRecord::of(&body.document, &call.types.user, remarks)?;
    Ok((body, record))
}

async fn insert(connection: &Session, call: Call<'_>, record: &UserRecord) -> Result<StoredUser, Failure> {
    let now = now();
    let id = users::insert(connection, call.connection, record, now).await?;
    let resource = record.resource.clone();
    Ok(StoredUser { id, version: 1, created_at: now, updated_at: now, resource, groups: vec![] })
}

/// Gives an inactive holder of the name its place back, with its id and its hosts; `None` when nobody holds it any more.
async fn rehire(
    connection: &Session,
    call: Call<'_>,
    body: &Body,
    record: &UserRecord,
    remarks: &mut Remarks,
) -> Result<Option<StoredUser>, Failure> {
    let found = users::find_by_user_name(connection, call.connection, &record.user_name_key).await?;
    let Some(found) = found else { return Ok(None) };
    let locked = lock::user_and_groups(connection, call.connection, found.id).await?;
    let Some((mut holder, groups)) = locked else { return Ok(None) };
    let before = read_document(&holder.resource, &call.types.user)?;
    if UserRecord::of(&before, &call.types.user, &mut Remarks::default())?.user_name_key != record.user_name_key {
        return Ok(None);
    }
    if !record.active || is_active(&before) {
        return Err(held().into());
    }
    let external_id = |document: &Document| document.get("externalId").cloned();
    let (old, new) = (external_id(&before), external_id(&body.document));
    let another = old.is_some() && new.is_some() && old != new;
    if another && !groups.is_empty() {
        // Another person under the same name does not come back into the groups of the first.
        leave_groups(connection, call, &holder, &groups).await?;
        holder.groups.clear();
    }
    let mut kept = before.clone();
    if another {
        // Nor does what was known of the first.
        kept.retain(|key, _| !key.contains(':'));
    }
    let mut after = resource::replace(&kept, body, &call.types.user);
    if !another {
        immutable::restore(&before, &mut after, &call.types.user);
        immutable::hold(&before, &after, &call.types.user)?;
    }
    save(connection, call, holder, &before, &after, remarks).await.map(Some)
}

fn is_active(document: &Document) -> bool {
    document.get("active") != Some(&Value::Bool(false))
}

async fn leave_groups(connection: &Session, call: Call<'_>, user: &StoredUser, groups: &[i64]) -> Result<(), Failure> {
    let now = now();
    users::leave_groups(connection, call.connection, user.id).await?;
    groups::touch(connection, groups, now).await?;
    changes::append_departure(connection, call.connection, user.id, groups, now).await?;
    Ok(())
}
