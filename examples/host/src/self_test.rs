//! The self-test: the checks of `fleet_scim::testing` against a URL, with whatever stands between.

use std::time::Duration;

use fleet_scim::{
    poem::http::{Request, Response},
    testing::{Client, Report},
};
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};
use ureq::Agent;

use crate::{HostError, arguments::SelfTest};

/// How long one request may take: a body of 16 MiB over a slow line.
const PATIENCE: Duration = Duration::from_secs(60);
/// Bytes of an answer that are read.
const ANSWER: u64 = 64 * 1024 * 1024;

/// Checks a mount, prints what was found, and writes a report if one is wanted.
pub async fn run(test: SelfTest) -> Result<(), HostError> {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .allow_non_standard_methods(true)
        .timeout_global(Some(PATIENCE))
        .build();
    let agent = Agent::new_with_config(config);
    let client = Client::sending(&test.url, &test.token, move |request| {
        let agent = agent.clone();
        async move {
            let sent = tokio::task::spawn_blocking(move || send(&agent, request));
            sent.await.map_err(|error| error.to_string())?.map_err(|error| error.to_string())
        }
    });
    let report = client.check().await;
    print!("{report}");
    if let Some(path) = &test.junit {
        let text = junit(&test.url, &report).to_string()?;
        tokio::fs::write(path, text).await.map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    }
    let failed = report.checks.iter().filter(|check| check.outcome.is_err()).count();
    match failed {
        0 => Ok(()),
        failed => Err(format!("{failed} of {} checks failed", report.checks.len()).into()),
    }
}

fn send(agent: &Agent, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, ureq::Error> {
    let (parts, mut body) = agent.run(request)?.into_parts();
    let bytes = body.with_config().limit(ANSWER).read_to_vec()?;
    Ok(Response::from_parts(parts, bytes))
}

fn junit(url: &str, report: &Report) -> quick_junit::Report {
    let mut suite = TestSuite::new(url);
    for check in &report.checks {
        let status = match &check.outcome {
            Ok(()) => TestCaseStatus::success(),
            Err(failed) => {
                let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                status.set_message(failed.found.clone()).set_description(failed.advice.clone());
                status
            }
        };
        let mut case = TestCase::new(check.name, status);
        case.set_classname("fleet-scim.self-test").set_time(check.took);
        suite.add_test_case(case);
    }
    let mut junit = quick_junit::Report::new("fleet-scim self-test");
    junit.add_test_suite(suite);
    junit
}
