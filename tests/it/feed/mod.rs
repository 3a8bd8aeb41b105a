//! The feed of changes: each once, in one order, and of each host what is shown.

mod history;
mod order;
mod told;

use fleet_scim::{Change, ChangeKind, internals::catch_up};

use crate::world::World;

/// Numbers what was committed, tells the hosts, and reads the changes after a number.
async fn drained(world: &World, after: i64) -> Vec<Change> {
    catch_up(&world.scim).await.unwrap();
    let (mut read, mut last) = (Vec::new(), after);
    loop {
        let page = world.scim.changes().after(last, 1000).await.unwrap();
        let Some(change) = page.last() else { return read };
        last = change.number;
        read.extend(page);
    }
}

/// Returns what is said of hosts.
fn of_hosts(changes: Vec<Change>) -> Vec<Change> {
    changes.into_iter().filter(|change| change.kind == ChangeKind::HostOwner).collect()
}

async fn last(world: &World) -> i64 {
    catch_up(&world.scim).await.unwrap();
    world.scim.changes().last().await.unwrap()
}
