//! Tells what is shown of hosts where it is something else than was told last.
//!
//! What is to be told is worked out on one state of the database, without a lock. Then the counter is locked; if another process
//! has told hosts meanwhile, it is worked out again. What is committed after that state has an entry that is told later.

use std::collections::BTreeMap;

use super::ShownUser;
use crate::{
    protocol::id::{HostId, RequestId},
    store::{
        changes::{self, Counter},
        database::Database,
        hosts::{self, Cause, Depth, Told, Touched},
        operation_error::OperationError,
        retry::Retry,
        session::Session,
    },
};

/// What is to be told, and how far the hosts have been told then.
struct Telling {
    /// The counter as it was read.
    counter: Counter,
    reached: hosts::Reached,
    told: Vec<Told>,
}

/// Tells a batch of hosts; says whether there may be more.
pub async fn tell_some(database: &Database) -> Result<bool, OperationError> {
    let snapshot = database.snapshot().await?;
    let telling = work_out(&snapshot).await;
    snapshot.end_read().await;
    let Some(telling) = telling? else { return Ok(false) };
    let mut retry = Retry::new(database, RequestId::NONE);
    while let Some(session) = retry.begin().await {
        let outcome = write(&session, &telling).await;
        retry.end(session, outcome).await;
    }
    if let Some(last) = retry.outcome()? {
        database.signals().numbered(last);
    }
    Ok(true)
}

/// Finds the hosts that the next entries may touch, and compares what is shown of them with what was told.
async fn work_out(snapshot: &Session) -> Result<Option<Telling>, OperationError> {
    let counter = changes::read_counter(snapshot).await?;
    let Some((reached, touched)) = hosts::next_touched(snapshot, &counter).await? else { return Ok(None) };
    let told = compare(snapshot, &touched).await?;
    Ok(Some(Telling { counter, reached, told }))
}

async fn compare(snapshot: &Session, touched: &Touched) -> Result<Vec<Told>, OperationError> {
    let touched_hosts: Vec<HostId> = touched.keys().copied().collect();
    if touched_hosts.is_empty() {
        return Ok(vec![]);
    }
    let owners = hosts::owners(snapshot, &touched_hosts, Depth::Shown).await?;
    let mut shown: BTreeMap<HostId, (ShownUser, i64)> =
        owners.iter().map(|owner| (owner.host, (ShownUser::of(owner), owner.updated_at))).collect();
    let mut before = hosts::told(snapshot, &touched_hosts).await?;
    let mut told = Vec::new();
    for (host, cause) in touched {
        let (now, updated_at) = shown.remove(host).unzip();
        let was = before.remove(host).and_then(|stored| serde_json::from_str(&stored).ok());
        let was = was.as_ref().and_then(ShownUser::from_json);
        let attributes = ShownUser::differences(was.as_ref(), now.as_ref());
        if attributes.is_empty() {
            continue;
        }
        let json = |user: Option<&ShownUser>| user.and_then(|user| serde_json::to_value(user).ok());
        let detail = serde_json::json!({
            "attributes": attributes, "before": json(was.as_ref()), "after": json(now.as_ref()),
        });
        told.push(Told {
            host: *host,
            user: owners.iter().find(|owner| owner.host == *host).map(|owner| owner.user),
            shown: json(now.as_ref()).map(|shown| shown.to_string()),
            // Without an entry, the user's own record is what is known.
            cause: cause.clone().unwrap_or_else(|| Cause::unknown(updated_at.unwrap_or_default())),
            detail: detail.to_string(),
        });
    }
    Ok(told)
}

/// Appends what is told; returns the last number, or `None` if another process has told hosts meanwhile.
async fn write(session: &Session, telling: &Telling) -> Result<Option<i64>, OperationError> {
    let counter = changes::lock_counter(session).await?;
    let read = &telling.counter;
    if (counter.told, &counter.position, counter.swept) != (read.told, &read.position, read.swept) {
        return Ok(None);
    }
    hosts::write_told(session, counter.last, &telling.told).await?;
    let last = counter.last + telling.told.len() as i64;
    let reached = telling.reached.clone();
    let after =
        Counter { last, told: reached.told, position: reached.position, swept: reached.swept, ..counter.clone() };
    changes::write_counter(session, &counter, after).await?;
    Ok(Some(last))
}
