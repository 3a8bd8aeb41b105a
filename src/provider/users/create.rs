//! POST: a new user, or a former one who is back (Okta reactivates so, fleet#38321).

use serde_json::{Map, Value};

use super::{
    Answer, Call, Preconditions, Provider,
    another::{is_active, is_another, leave_groups, without_extensions},
    held_as, held_by, lock, not_absent, now, read_document,
    represent::represent_written,
    save::save,
};
use crate::{
    protocol::{
        document,
        error::ScimError,
        id::UserId,
        immutable,
        projection::Projection,
        record::UserRecord,
        remarks::Remarks,
        resource::{self, Body},
    },
    store::{
        failure::Failure,
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
                let outcome =
                    transaction!(provider.database, call.request, tx => rehire(tx, call, &body, &record, &mut remarks));
                match outcome {
                    Err(failure) if failure.is_unique_violation() => None,
                    outcome => outcome?,
                }
            }
            outcome => Some(outcome?),
        };
        if let Some(user) = user {
            let projection = projection.of_write(None, &body.document, &call.types.user);
            let representation = represent_written(provider, call, user, &projection).await?;
            return Ok(Answer { representation, remarks });
        }
    }
    Err(held_by(provider, call, &record.user_name).await?.into())
}

/// Creates a user in a transaction with others. It looks for the name first, since a refused row would end the transaction
/// on PostgreSQL before its holder could come back; the index still decides, and then all is run again.
///
/// # Errors
/// 400 for a body that does not fit, 409 when an active user has the name.
pub async fn create_in(session: &Session, call: Call<'_>, body: Map<String, Value>) -> Result<UserId, Failure> {
    let mut remarks = Remarks::default();
    let (body, record) = read(body, call, &mut remarks)?;
    let mut holder =
        users::find_by_user_name(session, call.connection, &record.user_name_key).await?.map(|user| user.id);
    if holder.is_none() {
        holder = users::find_former(session, call.connection, &record).await?;
    }
    let user = match holder {
        Some(_) => rehire(session, call, &body, &record, &mut remarks).await?,
        None => match insert(session, call, &record).await {
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

async fn insert(session: &Session, call: Call<'_>, record: &UserRecord) -> Result<StoredUser, Failure> {
    let now = now();
    let id = users::insert(session, call.connection, record, now).await?;
    let resource = record.resource.clone();
    Ok(StoredUser { id, version: 1, created_at: now, updated_at: now, resource, groups: vec![] })
}

/// Gives an inactive holder of the name, or of the `externalId` where it is one of Okta or Entra ID, its place back, with
/// its id and its hosts; `None` when nobody holds it any more.
async fn rehire(
    session: &Session,
    call: Call<'_>,
    body: &Body,
    record: &UserRecord,
    remarks: &mut Remarks,
) -> Result<Option<StoredUser>, Failure> {
    let by_name = users::find_by_user_name(session, call.connection, &record.user_name_key).await?;
    let found = match &by_name {
        Some(found) => Some(found.id),
        None => users::find_former(session, call.connection, record).await?,
    };
    let Some(found) = found else { return Ok(None) };
    let locked = lock::user_and_groups(session, call.connection, found).await?;
    let Some((mut holder, groups)) = locked else { return Ok(None) };
    let before = read_document(&holder.resource, &call.types.user)?;
    let was = UserRecord::of(&before, &call.types.user, &mut Remarks::default())?;
    let is_still = match by_name {
        Some(_) => was.user_name_key == record.user_name_key,
        None => was.external_id == record.external_id && !was.active,
    };
    if !is_still {
        return Ok(None);
    }
    if !record.active || is_active(&before) {
        return Err(held_as(holder.id, is_active(&before)).into());
    }
    let another = is_another(&before, &body.document);
    if another && !groups.is_empty() {
        // Another person under the same name does not come back into the groups of the first.
        leave_groups(session, call, &holder, &groups).await?;
        holder.groups.clear();
    }
    // Nor does what was known of the first.
    let kept = if another { without_extensions(&before) } else { before.clone() };
    let mut after = resource::replace(&kept, body, &call.types.user);
    if !another {
        immutable::restore(&before, &mut after, &call.types.user);
        immutable::hold(&before, &after, &call.types.user)?;
    }
    save(session, call, holder, &before, &after, remarks).await.map(Some)
}
