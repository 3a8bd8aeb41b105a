//! Bulk: each operation is atomic by itself, and none affects another.

mod cycle;
mod perform;

use std::{
    collections::{HashMap, HashSet},
    time::Instant,
};

use serde_json::{Value, json};

use super::RequestContext;
use crate::protocol::{
    bounds,
    messages::{
        bulk::{BulkOperation, BulkRequest, Outcome, Schedule, Unit, is_consequence, refers, unresolved},
        error::ScimError,
    },
    schema::urn,
    warnings::Warnings,
};
use perform::{Done, perform};

/// The outcome of a Bulk request.
#[derive(Debug)]
pub struct BulkAnswer {
    /// The BulkResponse as JSON text.
    pub text: String,
    pub warnings: Warnings,
    /// How many operations were refused, and the first reason that is not merely a failed reference.
    pub refused: usize,
    pub first_refusal: Option<ScimError>,
}

/// A Bulk request in progress.
struct Progress<'a> {
    context: &'a RequestContext,
    operations: Vec<BulkOperation>,
    /// The POSTs whose bulkId an earlier POST already has (RFC 7644 section 3.7: it must be unique).
    repeated: HashSet<usize>,
    outcomes: Vec<Option<Outcome>>,
    /// The ids of the created resources, by bulkId.
    ids: HashMap<String, String>,
    errors: u64,
    warnings: Warnings,
    began: Instant,
}

/// Runs the operations in their order, except that each waits for the ones it refers to and for earlier ones on the same
/// resource. POSTs that refer to each other are one transaction: all of them succeed, or none.
pub async fn bulk(context: &RequestContext, request: BulkRequest) -> BulkAnswer {
    let operations = request.operations;
    let mut seen = HashSet::new();
    let creates = operations.iter().enumerate().filter(|(_, operation)| operation.is_create());
    let repeated = creates.filter_map(|(at, operation)| (!seen.insert(operation.bulk_id.as_ref()?)).then_some(at));
    let repeated = repeated.collect();
    let mut waiting = Schedule::from_operations(&operations).0;
    let mut progress = Progress {
        context,
        outcomes: operations.iter().map(|_| None).collect(),
        operations,
        repeated,
        ids: HashMap::new(),
        errors: 0,
        warnings: Warnings::default(),
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
    let done = progress.operations.iter().zip(&progress.outcomes);
    let responses: Vec<Value> =
        done.filter_map(|(operation, outcome)| Some(operation.response(outcome.as_ref()?))).collect();
    let refusals = || progress.outcomes.iter().flatten().filter_map(Outcome::refusal);
    BulkAnswer {
        text: json!({ "schemas": [urn::BULK_RESPONSE], "Operations": responses }).to_string(),
        refused: refusals().count(),
        first_refusal: refusals().find(|error| !is_consequence(error)).or_else(|| refusals().next()).cloned(),
        warnings: progress.warnings,
    }
}

/// Refuses an operation when the operations before it have read so much of what is stored that the request would keep the
/// processor from others.
fn too_much_stored() -> ScimError {
    let bound = bounds::BULK_STORED / 1024 / 1024;
    ScimError::new(
        503,
        format!(
            "not tried, since the operations before it changed users and groups of {bound} MiB: send it again in another request"
        ),
    )
}

/// Refuses an operation when the time is up: each operation has its own limits, but many expensive ones would take longer
/// than a client waits.
fn out_of_time() -> ScimError {
    ScimError::new(
        503,
        "not tried, since the operations before it took too long; send it again, with fewer in one request",
    )
}

impl Progress<'_> {
    async fn run(&mut self, unit: &Unit) {
        let refusal = if self.context.stored.total() >= bounds::BULK_STORED {
            Some(too_much_stored())
        } else if self.began.elapsed() >= self.context.provider.bulk_time {
            Some(out_of_time())
        } else {
            None
        };
        if let Some(refusal) = refusal {
            for at in &unit.operations {
                self.refuse(*at, refusal.clone());
            }
        } else if let Some(bulk_id) = unit.references.iter().find(|bulk_id| !self.ids.contains_key(*bulk_id)) {
            for at in &unit.operations {
                self.refuse(*at, unresolved(bulk_id));
            }
        } else if unit.is_cycle {
            self.run_cycle(&unit.operations).await;
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
        match perform(self.context, operation).await {
            Ok((done, warnings)) => self.succeed(at, done, warnings),
            Err(failure) => self.refuse(at, failure.to_scim_error()),
        }
    }

    /// Runs all of a cycle or none: each refers to all the others, directly or through them.
    async fn run_cycle(&mut self, cycle: &[usize]) {
        let posts: Vec<&BulkOperation> = cycle.iter().map(|at| &self.operations[*at]).collect();
        match cycle::create(self.context, &posts, &self.ids).await {
            Ok(created) => {
                for (at, (done, warnings)) in cycle.iter().zip(created) {
                    self.succeed(*at, done, warnings);
                }
            }
            Err((failed, failure)) => {
                let bulk_id = posts[failed].bulk_id.clone().unwrap_or_default();
                let mut refusal = Some(failure.to_scim_error());
                for (position, at) in cycle.iter().enumerate() {
                    let own = if position == failed { refusal.take() } else { None };
                    self.refuse(*at, own.unwrap_or_else(|| unresolved(&bulk_id)));
                }
            }
        }
    }

    fn succeed(&mut self, at: usize, done: Done, warnings: Warnings) {
        let operation = &self.operations[at];
        if let (Some(bulk_id), Some(id)) = (&operation.bulk_id, done.id) {
            self.ids.insert(bulk_id.clone(), id);
        }
        self.warnings.extend(warnings);
        self.outcomes[at] = Some(Outcome::Done { status: done.status, location: done.location, version: done.version });
    }

    fn refuse(&mut self, at: usize, error: ScimError) {
        self.errors += 1;
        let operation = self.operations[at].take().resolve(&self.ids);
        // RFC 7644 section 3.7.3: only a failed POST has no location. It is also left out if it is unclear which resource
        // was meant.
        let location = operation.resource_path().filter(|_| !operation.is_create() && !refers(&operation.path));
        let location = location.and_then(|path| path.location(self.context.base_url()));
        self.outcomes[at] = Some(Outcome::Refused { error, location });
    }
}
