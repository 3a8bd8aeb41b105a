//! Acts on those who left: a line in the log for each of their hosts, where a real server would lock it.

use fleet_scim::{Change, ChangeKind, HostId, ScimModule};

use crate::{HostError, reader, store::Store};

pub const READER: &str = "leavers";

/// Reads the changes for ever.
pub async fn watch(scim: ScimModule, store: Store) {
    reader::read(&scim, &store, READER, |change| act(&store, change)).await;
}

async fn act(store: &Store, change: Change) -> Result<(), HostError> {
    match change.kind {
        // This comes first, and also of those who have no host.
        ChangeKind::UserDeactivated | ChangeKind::UserDeleted => {
            let user = change.user.map(|user| user.id.to_string());
            tracing::info!(user, request = change.request_id, "a user left");
        }
        ChangeKind::HostOwner if has_left(&change) => {
            let Some(host) = change.host else { return Ok(()) };
            let name = name(store, host).await?;
            tracing::info!(host = host.0, request = change.request_id, "would lock {name}");
        }
        _ => {}
    }
    Ok(())
}

/// Says whether the owner of a host was active before and is inactive now, or gone with nobody in their place.
fn has_left(change: &Change) -> bool {
    let was_active = change.before.as_ref().is_some_and(|user| user.idp_active);
    was_active && change.after.as_ref().is_none_or(|user| !user.idp_active)
}

async fn name(store: &Store, host: HostId) -> Result<String, HostError> {
    use fleet_scim::sea_orm::EntityTrait;
    let found = crate::store::host::Entity::find_by_id(host.0).one(&store.reader).await?;
    Ok(found.map_or_else(|| format!("host {host}"), |host| host.hostname))
}
