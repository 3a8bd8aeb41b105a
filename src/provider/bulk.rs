//! Bulk: each operation is atomic by itself, and none harms another.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use super::{Answer, Call, PatchedGroup, Preconditions, Provider, groups, users};
use crate::{
    protocol::{
        bulk::{BulkOperation, BulkRequest, Outcome, unresolved},
        error::ScimError,
        projection::Projection,
        urn,
        version::Tags,
    },
    store::failure::Failure,
};

/// A Bulk request on its way.
struct Progress<'a> {
    provider: &'a Provider,
    call: Call<'a>,
    explain: fn(Failure) -> ScimError,
    operations: &'a [BulkOperation],
    /// What each operation refers to.
    references: Vec<HashSet<String>>,
    outcomes: Vec<Option<Outcome>>,
    ids: HashMap<String, String>,
    failed: HashSet<String>,
    errors: u64,
}

/// The BulkResponse. Operations go in their order, except that one waits for what it refers to. Where they wait for each
/// other, one is created without its references and completed at the end.
pub async fn bulk(
    provider: &Provider,
    call: Call<'_>,
    request: &BulkRequest,
    explain: fn(Failure) -> ScimError,
) -> String {
    let operations = &request.operations;
    let created: HashSet<&String> = operations
        .iter()
        .filter(|operation| operation.is_create())
        .filter_map(|operation| operation.bulk_id.as_ref())
        .collect();
    let references: Vec<HashSet<String>> = operations.iter().map(BulkOperation::references).collect();
    let undefined = references.iter().flatten().filter(|bulk_id| !created.contains(bulk_id)).cloned().collect();
    let mut progress = Progress {
        provider,
        call,
        explain,
        operations,
        outcomes: operations.iter().map(|_| None).collect(),
        ids: HashMap::new(),
        failed: undefined,
        references,
        errors: 0,
    };
    let bound = request.fail_on_errors.unwrap_or(u64::MAX);
    let mut shells = Vec::new();
    loop {
        while progress.pass(bound).await {}
        let waiting = (0..operations.len()).find(|at| progress.outcomes[*at].is_none() && operations[*at].is_create());
        match waiting {
            Some(at) if progress.errors < bound => {
                let shell = operations[at].resolve(&progress.ids).without_references();
                progress.run(at, &shell).await;
                shells.push(at);
            }
            _ => break,
        }
    }
    for at in shells {
        progress.complete(at).await;
    }
    let responses = operations.iter().zip(&progress.outcomes);
    let responses = responses.filter_map(|(operation, outcome)| Some(operation.response(outcome.as_ref()?)));
    json!({ "schemas": [urn::BULK_RESPONSE], "Operations": responses.collect::<Vec<Value>>() }).to_string()
}

impl Progress<'_> {
    /// Runs what is ready; whether anything was.
    async fn pass(&mut self, bound: u64) -> bool {
        let mut any = false;
        for at in 0..self.operations.len() {
            if self.outcomes[at].is_some() || self.errors >= bound {
                continue;
            }
            let (operation, references) = (&self.operations[at], &self.references[at]);
            if let Some(failed) = references.iter().find(|bulk_id| self.failed.contains(*bulk_id)) {
                let refusal = unresolved(failed);
                // RFC 7644 section 3.7.3: the location is left out of a failed POST alone.
                let resolved = operation.resolve(&self.ids);
                let location = (!operation.is_create()).then(|| format!("{}{}", self.call.base, resolved.path));
                self.settle(at, Err((refusal, location)));
            } else if references.iter().all(|bulk_id| self.ids.contains_key(bulk_id)) {
                let ready = operation.resolve(&self.ids);
                self.run(at, &ready).await;
            } else {
                continue;
            }
            any = true;
        }
        any
    }

    async fn run(&mut self, at: usize, operation: &BulkOperation) {
        let location = (!operation.is_create()).then(|| format!("{}{}", self.call.base, operation.path));
        let outcome = self.perform(operation).await.map_err(|failure| ((self.explain)(failure), location));
        self.settle(at, outcome);
    }

    /// Gives a shell the references it was created without, or takes it back when one of them failed.
    async fn complete(&mut self, at: usize) {
        let operation = &self.operations[at];
        let Some(id) = operation.bulk_id.as_ref().and_then(|bulk_id| self.ids.get(bulk_id)).cloned() else { return };
        let whole = BulkOperation {
            method: "PUT".to_owned(),
            path: format!("{}/{id}", operation.path.trim_end_matches('/')),
            ..operation.resolve(&self.ids)
        };
        let failed = self.references[at].iter().find(|bulk_id| !self.ids.contains_key(*bulk_id));
        let completed = match failed {
            None => self.perform(&whole).await.map_err(self.explain),
            Some(bulk_id) => Err(unresolved(bulk_id)),
        };
        match completed {
            Ok(done) => self.settle(at, Ok(Done { status: 201, ..done })),
            Err(error) => {
                if self.was_created(at) {
                    let shell = BulkOperation { method: "DELETE".to_owned(), version: None, ..whole };
                    if let Err(failure) = self.perform(&shell).await {
                        (self.explain)(failure);
                    }
                }
                self.settle(at, Err((error, None)));
            }
        }
    }

    /// Whether the POST made the resource: one that brought a leaver back raised the version of what was there before.
    fn was_created(&self, at: usize) -> bool {
        matches!(&self.outcomes[at], Some(Outcome::Done { version: Some(version), .. })
            if version.starts_with("W/\"1-") || version == "W/\"1\"")
    }

    fn settle(&mut self, at: usize, outcome: Result<Done, (ScimError, Option<String>)>) {
        let operation = &self.operations[at];
        self.outcomes[at] = Some(match outcome {
            Ok(Done { status, id, location, version }) => {
                if let (Some(bulk_id), Some(id)) = (&operation.bulk_id, id) {
                    self.ids.insert(bulk_id.clone(), id);
                }
                Outcome::Done { status, location, version }
            }
            Err((error, location)) => {
                self.errors += 1;
                if let Some(bulk_id) = operation.bulk_id.as_ref().filter(|_| operation.is_create()) {
                    self.ids.remove(bulk_id);
                    self.failed.insert(bulk_id.clone());
                }
                Outcome::Refused { error, location }
            }
        });
    }

    async fn perform(&self, operation: &BulkOperation) -> Result<Done, Failure> {
        let path = operation.path.trim_end_matches('/');
        let mut segments = path.trim_start_matches('/').split('/');
        let (endpoint, id, more) = (segments.next().unwrap_or_default(), segments.next(), segments.next());
        let is_user = endpoint.eq_ignore_ascii_case("Users");
        if !is_user && !endpoint.eq_ignore_ascii_case("Groups") || more.is_some() {
            return Err(ScimError::invalid_value("path is /Users or /Groups, or one of these with an id").into());
        }
        let (provider, call) = (self.provider, self.call);
        let data = operation.data.clone();
        let projection = &Projection::parse(None, Some("members"), &call.types.group)?;
        let conditions =
            &Preconditions { if_match: operation.version.as_deref().map(Tags::parse), if_none_match: None };
        let answer = match (operation.method.as_str(), id, is_user) {
            ("POST", None, _) if operation.bulk_id.is_none() => {
                return Err(ScimError::invalid_value("a POST needs a bulkId").into());
            }
            ("POST", None, true) => users::create_user(provider, call, data, conditions, projection).await?,
            ("POST", None, false) => groups::create_group(provider, call, data, conditions, projection).await?,
            ("PUT", Some(id), true) => users::replace_user(provider, call, id, data, conditions, projection).await?,
            ("PUT", Some(id), false) => groups::replace_group(provider, call, id, data, conditions, projection).await?,
            ("PATCH", Some(id), true) => users::patch_user(provider, call, id, data, conditions, projection).await?,
            ("PATCH", Some(id), false) => {
                match groups::patch_group(provider, call, id, data, conditions, projection).await? {
                    PatchedGroup::Whole(answer) => answer,
                    PatchedGroup::Large { etag, location, .. } => {
                        return Ok(Done { status: 200, id: None, location: Some(location), version: Some(etag) });
                    }
                }
            }
            ("DELETE", Some(id), _) => {
                if is_user {
                    users::delete_user(provider, call, id, conditions).await?;
                } else {
                    groups::delete_group(provider, call, id, conditions).await?;
                }
                let location = format!("{}/{endpoint}/{id}", call.base);
                return Ok(Done { status: 204, id: None, location: Some(location), version: None });
            }
            _ => {
                let detail = "method is POST with a path without an id, or PUT, PATCH or DELETE with one";
                return Err(ScimError::invalid_value(detail).into());
            }
        };
        Ok(Done::of(answer, if operation.is_create() { 201 } else { 200 }))
    }
}

/// What an operation that succeeded left.
struct Done {
    status: u16,
    id: Option<String>,
    location: Option<String>,
    version: Option<String>,
}

impl Done {
    fn of(answer: Answer, status: u16) -> Self {
        let location = answer.representation.location;
        let id = location.rsplit('/').next().map(str::to_owned);
        Self { status, id, location: Some(location), version: Some(answer.representation.etag) }
    }
}
