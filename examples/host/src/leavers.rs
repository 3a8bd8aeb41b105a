//! Acts on those who left: a line in the log for each of their hosts, where a real server would lock it.

use fleet_scim::{Change, ChangeKind, HostId, UserId, entity::scim_user, sea_orm::EntityTrait};

use crate::{
    HostError,
    reader::Reader,
    store::{Store, host},
};

pub const READER: &str = "leavers";

/// Reads the changes for ever.
pub async fn watch(reader: Reader, store: Store) {
    reader.read(|change| act(&store, change)).await;
}

async fn act(store: &Store, change: Change) -> Result<(), HostError> {
    match change.kind {
        // This comes first, and also of those who have no host.
        ChangeKind::UserDeactivated | ChangeKind::UserDeleted => {
            let user = change.user.map(|user| user.id.to_string());
            tracing::info!(user, request = change.request_id, "a user left");
        }
        ChangeKind::HostOwner if has_left(store, &change).await? => {
            let Some(id) = change.host else { return Ok(()) };
            let host = host::Entity::find_by_id(id.0).one(&store.reader).await?;
            let name = host.map_or_else(|| unnamed(id), |host| host.hostname);
            tracing::info!(host = id.0, request = change.request_id, "would lock {name}");
        }
        _ => {}
    }
    Ok(())
}

/// Says whether the owner of a host was active before and has left. A host that only has another address, or may not have this
/// owner any more, is not locked.
async fn has_left(store: &Store, change: &Change) -> Result<bool, HostError> {
    let Some(before) = change.before.as_ref().filter(|user| user.idp_active) else { return Ok(false) };
    if let Some(after) = &change.after {
        return Ok(!after.idp_active);
    }
    let Some(user) = UserId::parse(&before.scim_user_id) else { return Ok(false) };
    let now = scim_user::Entity::find_by_id(user.0).one(&store.reader).await?;
    Ok(now.is_none_or(|user| !user.active))
}

fn unnamed(id: HostId) -> String {
    format!("host {id}")
}
