//! Tells what is shown of hosts where it is something else than was told last.
//!
//! What is to be told is worked out on one state of the database, without a lock. Then the counter is locked; if another process
//! has told hosts meanwhile, it is worked out again. What is committed after that state has an entry that is told later.

use std::collections::{BTreeMap, HashSet};

use serde_json::{Map, Value, json};

use super::{
    ShownUser,
    causes::{Causes, Event, departure},
};
use crate::{
    protocol::id::{HostId, RequestId},
    store::{
        changes::{self, Counter},
        database::Database,
        hosts::{self, Cause, Depth, Owner, Told, Touched, leavers::Leaver},
        operation_error::OperationError,
        retry::Retry,
        session::Session,
    },
};

/// The largest number of hosts that are told in one transaction.
const HOSTS: usize = 500;

/// Tells hosts, in batches that become smaller when one fails: what is told of 500 hosts may be larger than the database takes.
pub struct Teller {
    /// The number of hosts in the next batch.
    hosts: usize,
    /// Whether a batch of the sweep comes before the entries: neither waits for the other to end.
    sweeps_next: bool,
}

/// What is to be told, and how far the hosts have been told then.
struct Telling {
    /// The counter as it was read.
    counter: Counter,
    reached: hosts::Reached,
    told: Vec<Told>,
}

impl Teller {
    pub const fn new() -> Self {
        Self { hosts: HOSTS, sweeps_next: false }
    }

    /// Tells a batch of hosts; says whether there may be more.
    ///
    /// # Errors
    /// If the database cannot be reached, or did not take what was told of several hosts: the next batch is smaller.
    pub async fn tell_some(&mut self, database: &Database) -> Result<bool, OperationError> {
        let snapshot = database.snapshot().await?;
        let telling = self.work_out(&snapshot).await;
        snapshot.end_read().await;
        let told = match telling {
            Ok(None) => return Ok(false),
            Ok(Some(telling)) => self.write(database, telling).await,
            Err(failure) => Err(failure),
        };
        self.hosts = if told.is_ok() { HOSTS.min(self.hosts * 2) } else { 1.max(self.hosts / 2) };
        self.sweeps_next = !self.sweeps_next;
        told
    }

    /// Finds the hosts that the next entries may touch, and compares what is shown of them with what was told.
    async fn work_out(&self, snapshot: &Session) -> Result<Option<Telling>, OperationError> {
        let counter = changes::read_counter(snapshot).await?;
        let mut next = None;
        if self.sweeps_next {
            next = hosts::next_swept(snapshot, &counter, self.hosts).await?;
        }
        if next.is_none() {
            next = hosts::next_touched(snapshot, &counter, self.hosts).await?;
        }
        if next.is_none() && !self.sweeps_next {
            next = hosts::next_swept(snapshot, &counter, self.hosts).await?;
        }
        let Some((reached, touched)) = next else { return Ok(None) };
        let told = compare(snapshot, &touched).await?;
        Ok(Some(Telling { counter, reached, told }))
    }

    /// Writes what is told. What the database does not take of a single host is left out: the others must not wait for it.
    async fn write(&self, database: &Database, mut telling: Telling) -> Result<bool, OperationError> {
        let outcome = write(database, &telling).await;
        let last = match outcome {
            Err(failure) if self.hosts == 1 && failure.transient().is_none() => {
                let host = telling.told.first().map(|told| told.host.0);
                tracing::error!(host, error = %failure.redact(), "what is shown of a host cannot be told");
                telling.told.clear();
                write(database, &telling).await?
            }
            outcome => outcome?,
        };
        if let Some(last) = last {
            database.signals().numbered(last);
        }
        // Another process that tells hosts does not need help.
        Ok(last.is_some())
    }
}

async fn write(database: &Database, telling: &Telling) -> Result<Option<i64>, OperationError> {
    let mut retry = Retry::new(database, RequestId::NONE);
    while let Some(session) = retry.begin().await {
        let outcome = append(&session, telling).await;
        retry.end(session, outcome).await;
    }
    retry.outcome()
}

async fn compare(snapshot: &Session, touched: &Touched) -> Result<Vec<Told>, OperationError> {
    let touched_hosts: Vec<HostId> = touched.keys().copied().collect();
    if touched_hosts.is_empty() {
        return Ok(vec![]);
    }
    let owners = hosts::owners(snapshot, &touched_hosts, Depth::Shown).await?;
    let owners: BTreeMap<HostId, &Owner> = owners.iter().map(|owner| (owner.host, owner)).collect();
    let stored = hosts::told(snapshot, &touched_hosts).await?;
    let (mut told, mut former) = (Vec::new(), BTreeMap::new());
    for (host, cause) in touched {
        let owner = owners.get(host);
        let stored = stored.get(host);
        let was: Option<ShownUser> = stored.and_then(|stored| serde_json::from_str(&stored.shown).ok());
        let is = owner.map(|owner| ShownUser::of(owner));
        let causes = is.as_ref().map(|is| Causes::read(stored).after(was.as_ref(), is, cause.as_ref()).to_string());
        let (before, after) = (ShownUser::fields(was.as_ref()), ShownUser::fields(is.as_ref()));
        // All of them if there is one side only.
        let all = if after.is_empty() { &before } else { &after };
        let attributes: Vec<&String> = all.keys().filter(|key| before.get(*key) != after.get(*key)).collect();
        if attributes.is_empty() {
            continue;
        }
        let side = |fields: &Map<String, Value>| (!fields.is_empty()).then(|| Value::Object(fields.clone()));
        let detail = json!({ "attributes": attributes, "before": side(&before), "after": side(&after) });
        told.push(Told {
            host: *host,
            user: owner.map(|owner| owner.user),
            shown: side(&after).map(|shown| shown.to_string()),
            causes,
            // Without an entry, the user's own record is what is known.
            cause: cause.clone().unwrap_or_else(|| Cause::unknown(owner.map_or(0, |owner| owner.updated_at))),
            detail: detail.to_string(),
            leaver: None,
        });
        former.extend(was.filter(|_| is.is_none()).map(|was| (*host, was)));
    }
    let ids: Vec<i64> = former.values().filter_map(|was| was.scim_user_id.parse().ok()).collect();
    let there = hosts::leavers::still_there(snapshot, &ids).await?;
    for told in &mut told {
        let cause = touched.get(&told.host).and_then(Option::as_ref);
        let left = departure(cause)
            .or_else(|| cause.map(|cause| Event { at: cause.at, request: cause.request.clone() }))
            // Compared without an entry: it was before now.
            .unwrap_or_else(|| Event { at: snapshot.now(), request: RequestId::NONE.to_string() });
        told.leaver = former.get(&told.host).and_then(|was| leaver(told.host, was, left, &there));
    }
    Ok(told)
}

/// Returns what is kept of an owner who was deleted.
fn leaver(host: HostId, was: &ShownUser, left: Event, there: &HashSet<i64>) -> Option<Leaver> {
    let user_id = was.scim_user_id.parse().ok().filter(|user| !there.contains(user))?;
    Some(Leaver {
        host_id: host.0,
        user_id,
        user_name: was.idp_username.clone(),
        external_id: was.idp_id.clone(),
        left_at: left.at,
        request_id: left.request,
    })
}

/// Appends what is told; returns the last number, or `None` if another process has told hosts meanwhile.
async fn append(session: &Session, telling: &Telling) -> Result<Option<i64>, OperationError> {
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
