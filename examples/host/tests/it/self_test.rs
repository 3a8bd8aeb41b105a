//! The self-test, against the host as it is and behind proxies that do what proxies do.

use std::{process::Output, sync::Arc};

use fleet_scim::poem::{
    EndpointExt, Request, Response, Server,
    endpoint::make,
    http::{StatusCode, header},
    listener::{Acceptor, Listener, TcpListener},
};
use tokio::process::Command;

use crate::{
    databases::Backend,
    host::{start, url_of},
};

/// What a proxy does to a request before it forwards it; an answer of its own ends it there.
type Fault = fn(&mut ureq::http::Request<Vec<u8>>) -> Option<StatusCode>;

/// Serves a proxy before an address; returns where it listens.
async fn proxy(upstream: String, fault: Fault) -> String {
    let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.unwrap();
    let address = acceptor.local_addr()[0].to_string().trim_start_matches("socket://").to_owned();
    let upstream = Arc::new(upstream);
    let app = make(move |request: Request| {
        let upstream = upstream.clone();
        async move { forward(&upstream, fault, request).await }
    });
    tokio::spawn(Server::new_with_acceptor(acceptor).run(app.map_to_response()));
    address
}

async fn forward(upstream: &str, fault: Fault, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().unwrap().to_string();
    let mut forwarded = ureq::http::Request::builder().method(parts.method).uri(format!("http://{upstream}{path}"));
    for (name, value) in parts.headers.iter().filter(|(name, _)| **name != header::CONTENT_LENGTH) {
        forwarded = forwarded.header(name, value);
    }
    let mut forwarded = forwarded.body(body.into_vec().await.unwrap()).unwrap();
    if let Some(status) = fault(&mut forwarded) {
        return Response::builder().status(status).body("<html>no</html>");
    }
    let answered = tokio::task::spawn_blocking(move || {
        let config = ureq::Agent::config_builder().http_status_as_error(false).allow_non_standard_methods(true).build();
        let (parts, mut body) = ureq::Agent::new_with_config(config).run(forwarded).unwrap().into_parts();
        (parts, body.with_config().limit(64 << 20).read_to_vec().unwrap())
    });
    let (parts, bytes) = answered.await.unwrap();
    let mut response = Response::builder().status(parts.status).body(bytes);
    *response.headers_mut() = parts.headers;
    response.headers_mut().remove(header::TRANSFER_ENCODING);
    response
}

async fn self_test(address: &str, token: &str, more: &[&str]) -> Output {
    let url = format!("http://{address}/api/v1/fleet/scim");
    let mut command = Command::new(env!("CARGO_BIN_EXE_fleet-scim-host"));
    command.args(["self-test", &url, "--token", token]).args(more).output().await.unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Says that the self-test behind a proxy fails in just one check, whose text says all of this.
async fn assert_found(fault: Fault, check: &str, words: &[&str]) {
    let place = Backend::Sqlite.empty_place(false).await.unwrap();
    let (mut host, upstream) = start(&url_of(Backend::Sqlite, &place));
    let output = self_test(&proxy(upstream, fault).await, "secret", &[]).await;
    let said = said(&output);
    assert!(!output.status.success() && said.contains("1 of"), "{said}");
    let failure = said.split("FAILED  ").nth(1).unwrap();
    assert!(failure.starts_with(check), "{said}");
    for word in words {
        assert!(failure.contains(word), "{word:?} is missing: {said}");
    }
    host.kill().unwrap();
    host.wait().unwrap();
    place.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_finds_nothing_wrong_with_the_host() {
    for backend in Backend::ALL {
        let Some(place) = backend.empty_place(false).await else { continue };
        let (mut host, address) = start(&url_of(backend, &place));
        let folder = tempfile::tempdir().unwrap();
        let junit = folder.path().join("junit.xml");
        let output = self_test(&address, "secret", &["--junit", junit.to_str().unwrap()]).await;
        assert!(output.status.success(), "{}", said(&output));
        assert_eq!(said(&output).matches("ok  ").count(), 10, "{}", said(&output));
        let junit = std::fs::read_to_string(junit).unwrap();
        assert!(junit.contains("tests=\"10\"") && junit.contains("failures=\"0\""), "{junit}");
        host.kill().unwrap();
        host.wait().unwrap();
        place.remove().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_finds_a_proxy_that_refuses_bodies_over_1_mib() {
    let fault: Fault = |request| (request.body().len() > 1 << 20).then_some(StatusCode::PAYLOAD_TOO_LARGE);
    let words = ["2 MiB", "413", "not by fleet-scim", "client_max_body_size 16m"];
    assert_found(fault, "a body of 16 MiB arrives whole", &words).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_finds_a_proxy_that_cuts_bodies_at_1_mib() {
    let fault: Fault = |request| {
        request.body_mut().truncate(1 << 20);
        None
    };
    assert_found(fault, "a body of 16 MiB arrives whole", &["2 MiB", "client_max_body_size 16m"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_finds_a_proxy_that_drops_the_token() {
    let fault: Fault = |request| {
        request.headers_mut().remove(header::AUTHORIZATION);
        None
    };
    assert_found(fault, "the token arrives", &["no Authorization header reached fleet-scim", "CGIPassAuth"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_finds_a_proxy_that_decodes_a_plus() {
    let fault: Fault = |request| {
        *request.uri_mut() = request.uri().to_string().replace("%2B", "+").parse().unwrap();
        None
    };
    assert_found(fault, "a filter arrives as it was encoded", &["with a +", "%2B"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_finds_a_proxy_that_drops_a_header() {
    let fault: Fault = |request| {
        request.headers_mut().remove(header::IF_MATCH);
        None
    };
    assert_found(fault, "If-Match, If-None-Match, ETag and Location arrive", &["If-Match", "pass all headers"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_finds_a_proxy_that_sends_another_host() {
    let fault: Fault = |request| {
        request.headers_mut().insert(header::HOST, "internal:8080".parse().unwrap());
        None
    };
    // The Location of a new user is another URL too.
    let place = Backend::Sqlite.empty_place(false).await.unwrap();
    let (mut host, upstream) = start(&url_of(Backend::Sqlite, &place));
    let output = self_test(&proxy(upstream, fault).await, "secret", &[]).await;
    let said = said(&output);
    assert!(said.contains("FAILED  locations are the URLs") && said.contains("http://internal:8080/"), "{said}");
    assert!(said.contains("set public_url"), "{said}");
    host.kill().unwrap();
    host.wait().unwrap();
    place.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_says_what_is_wrong_with_a_token_or_a_url() {
    let place = Backend::Sqlite.empty_place(false).await.unwrap();
    let (mut host, address) = start(&url_of(Backend::Sqlite, &place));
    assert!(said(&self_test(&address, "wrong", &[]).await).contains("the token was refused"));
    let nowhere = self_test("127.0.0.1:9", "secret", &[]).await;
    assert!(said(&nowhere).contains("had no answer") && !nowhere.status.success(), "{}", said(&nowhere));
    host.kill().unwrap();
    host.wait().unwrap();
    place.remove().await;
}
