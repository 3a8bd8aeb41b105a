//! Bulk: each operation is atomic by itself, and none harms another.

mod circle;
mod perform;

use std::{
    collections::{HashMap, HashSet},
    time::Instant,
};

use serde_json::{Value, json};

use super::{Call, Provider};
use crate::{
    protocol::{
        bulk::{BulkOperation, BulkRequest, Outcome, Schedule, Unit, is_consequence, refers, unresolved},
        error::ScimError,
        remarks::Remarks,
        urn,
    },
    store::failure::Failure,
};
use perform::{Done, perform};

/// What became of a Bulk request.
#[derive(Debug)]
pub struct BulkAnswer {
    /// The BulkResponse.
    pub text: String,
    pub remarks: Remarks,
    /// How many operations were refused, and why the first was that did not only refer to another.
    pub refused: usize,
    pub first_refusal: Option<ScimError>,
}

/// A Bulk request on its way.
struct Progress<'a> {
    provider: &'a Provider,
    call: Call<'a>,
    explain: fn(Failure) -> ScimError,
    operations: Vec<BulkOperation>,
    /// The POSTs whose bulkId another has before them (RFC 7644 section 3.7: it is unique).
    repeated: HashSet<usize>,
    outcomes: Vec<Option<Outcome>>,
    /// The ids of what was created, by bulkId.
    ids: HashMap<String, String>,
    errors: u64,
    remarks: Remarks,
    began: Instant,
}

/// Runs the operations in their order, except that each waits for what it refers to and for those before it on the same
/// resource. POSTs that refer to each other are one transaction: all of them, or none.
pub async fn bulk(
    provider: &Provider,
    call: Call<'_>,
    request: BulkRequest,
    explain: fn(Failure) -> ScimError,
) -> BulkAnswer {
    let operations = request.operations;
    let mut seen = HashSet::new();
    let creates = operations.iter().enumerate().filter(|(_, operation)| operation.is_create());
    let repeated = creates.filter_map(|(at, operation)| (!seen.insert(operation.bulk_id.as_ref()?)).then_some(at));
    let repeated = repeated.collect();
    let mut waiting = Schedule::of(&operations).0;
    let mut progress = Progress {
        provider,
        call,
        explain,
        outcomes: operations.iter().map(|_| None).collect(),
        operations,
        repeated,
        ids: HashMap::new(),
        errors: 0,
        remarks: Remarks::default(),
        began: Instant::now(),
    };
    let bound = request.fail_on_errors.unwrap_or(u64::MAX);
    loop {
        let units = waiting.len();
        let mut still_waiting = Vec::new();
        for unit in waiting {
            if progress.errors < bound && unit.after.iter().all(|at| progress.outcomes[*at].is_some()) {
                progress.run(&unit).await;
            } else {
                still_waiting.push(unit);
            }
        }
        waiting = still_waiting;
        if waiting.is_empty() || waiting.len() == units || progress.errors >= bound {
            break;
        }
    }
    let settled = progress.operations.iter().zip(&progress.outcomes);
    let responses: Vec<Value> =
        settled.filter_map(|(operation, outcome)| Some(operation.response(outcome.as_ref()?))).collect();
    let refusals = || progress.outcomes.iter().flatten().filter_map(Outcome::refusal);
    BulkAnswer {
        text: json!({ "schemas": [urn::BULK_RESPONSE], "Operations": responses }).to_string(),
        refused: refusals().count(),
        first_refusal: refusals().find(|error| !is_consequence(error)).or_else(|| refusals().next()).cloned(),
        remarks: progress.remarks,
    }
}

/// Each operation is done within its bounds, but a thousand of the dearest would keep a client waiting for longer than it does.
fn out_of_time() -> ScimError {
    ScimError::new(
        503,
        "not tried, since the operations before it took too long; send it again, with fewer in one request",
    )
}

impl Progress<'_> {
    async fn run(&mut self, unit: &Unit) {
        if self.began.elapsed() >= self.provider.bulk_time {
            for at in &unit.operations {
                self.refuse(*at, out_of_time());
            }
        } else if let Some(bulk_id) = unit.references.iter().find(|bulk_id| !self.ids.contains_key(*bulk_id)) {
            for at in &unit.operations {
                self.refuse(*at, unresolved(bulk_id));
            }
        } else if unit.is_circle {
            self.run_circle(&unit.operations).await;
        } else {
            for at in &unit.operations {
                self.run_one(*at).await;
            }
        }
    }

    async fn run_one(&mut self, at: usize) {
        if self.repeated.contains(&at) {
            return self.refuse(at, ScimError::invalid_value("another POST of this request has this bulkId already"));
        }
        let operation = self.operations[at].take().resolve(&self.ids);
        match perform(self.provider, self.call, operation).await {
            Ok((done, remarks)) => self.settle(at, done, remarks),
            Err(failure) => self.refuse(at, (self.explain)(failure)),
        }
    }

    /// All of a circle or none: each refers to all the others, directly or through them.
    async fn run_circle(&mut self, circle: &[usize]) {
        let posts: Vec<&BulkOperation> = circle.iter().map(|at| &self.operations[*at]).collect();
        match circle::create(self.provider, self.call, &posts, &self.ids).await {
            Ok(created) => {
                for (at, (done, remarks)) in circle.iter().zip(created) {
                    self.settle(*at, done, remarks);
                }
            }
            Err((failed, failure)) => {
                let bulk_id = posts[failed].bulk_id.clone().unwrap_or_default();
                let mut refusal = Some((self.explain)(failure));
                for (position, at) in circle.iter().enumerate() {
                    let own = if position == failed { refusal.take() } else { None };
                    self.refuse(*at, own.unwrap_or_else(|| unresolved(&bulk_id)));
                }
            }
        }
    }

    fn settle(&mut self, at: usize, done: Done, remarks: Remarks) {
        let operation = &self.operations[at];
        if let (Some(bulk_id), Some(id)) = (&operation.bulk_id, done.id) {
            self.ids.insert(bulk_id.clone(), id);
        }
        self.remarks.extend(remarks);
        self.outcomes[at] = Some(Outcome::Done { status: done.status, location: done.location, version: done.version });
    }

    fn refuse(&mut self, at: usize, error: ScimError) {
        self.errors += 1;
        let operation = self.operations[at].take().resolve(&self.ids);
        // RFC 7644 section 3.7.3: the location is left out of a failed POST alone.
        // And where it could not be told which resource was meant.
        let location = operation.place().filter(|_| !operation.is_create() && !refers(&operation.path));
        let location = location.and_then(|place| place.location(self.call.base));
        self.outcomes[at] = Some(Outcome::Refused { error, location });
    }
}
