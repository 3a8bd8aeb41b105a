//! The webhook: signed, retried, and a line in the log for the hosts of those who left.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::Stdio,
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use fleet_scim_dev::{on_mysql, on_postgres};
use serde_json::{Value, json};
use standardwebhooks::Webhook;

use crate::{
    databases::Backend,
    host::{command, get, send, url_of},
};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// Accepts posts, answers 500 to the first `failures`, and passes on the others if their signature is right.
fn receiver(failures: usize) -> (String, Receiver<(String, Value)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (taken, posts) = channel();
    thread::spawn(move || {
        let webhook = Webhook::new(SECRET).unwrap();
        for (number, stream) in listener.incoming().enumerate() {
            let (headers, body) = read(stream.as_ref().unwrap());
            let status = if number < failures { "500 Oops" } else { "204 No Content" };
            write!(stream.unwrap(), "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
            webhook.verify(body.as_bytes(), &headers).unwrap();
            let id = headers["webhook-id"].to_str().unwrap().to_owned();
            if number >= failures && taken.send((id, serde_json::from_str(&body).unwrap())).is_err() {
                return;
            }
        }
    });
    (url, posts)
}

fn read(stream: &TcpStream) -> (fleet_scim::poem::http::HeaderMap, String) {
    let mut reader = BufReader::new(stream);
    let mut headers = fleet_scim::poem::http::HeaderMap::new();
    let mut line = String::new();
    while reader.read_line(&mut line).unwrap() > 2 {
        if let Some((name, value)) = line.trim_end().split_once(": ") {
            let name: fleet_scim::poem::http::HeaderName = name.parse().unwrap();
            headers.insert(name, value.parse().unwrap());
        }
        line.clear();
    }
    let mut body = vec![0; headers["content-length"].to_str().unwrap().parse().unwrap()];
    reader.read_exact(&mut body).unwrap();
    (headers, String::from_utf8(body).unwrap())
}

async fn a_leaver_is_posted_and_their_host_would_be_locked(backend: Backend) {
    let Some(place) = backend.place().await else { return };
    let (hook, posts) = receiver(2);
    let mut host = command(&url_of(backend, &place))
        .env("SCIM_TOKEN", "secret")
        .env("OBSERVER_TOKEN", "watch")
        .env("WEBHOOK_URL", hook)
        .env("WEBHOOK_SECRET", SECRET)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let address = crate::host::address_of(&mut host);
    let user = json!({ "userName": "ava@example.com", "active": true }).to_string();
    let created = send(&address, "POST", "/api/v1/fleet/scim/Users", "secret", &user);
    assert!(created.starts_with("HTTP/1.1 201"), "{created}");
    let laptop = json!({ "hostname": "laptop-042", "emails": [{ "email": "ava@example.com", "source": "idp" }] });
    let enrolled = send(&address, "POST", "/api/v1/fleet/hosts", "secret", &laptop.to_string());
    assert!(enrolled.starts_with("HTTP/1.1 201"), "{enrolled}");
    let id = created.split("\"id\":\"").nth(1).unwrap().split('"').next().unwrap();
    let mut kinds: Vec<String> = Vec::new();
    let mut ids = Vec::new();
    let mut next = || {
        let (id, post) = posts.recv_timeout(Duration::from_secs(30)).unwrap();
        let inactive = post["data"]["after"]["idp_active"] == false;
        kinds.push(format!("{}{}", post["type"].as_str().unwrap(), if inactive { " inactive" } else { "" }));
        ids.push(id);
        kinds.clone()
    };
    while !next().contains(&"host.owner".to_owned()) {}
    let leave = json!({ "Operations": [{ "op": "replace", "path": "active", "value": false }] }).to_string();
    send(&address, "PATCH", &format!("/api/v1/fleet/scim/Users/{id}"), "secret", &leave);
    // What is shown of the laptop is told a moment before or after what its user did.
    let awaited = ["host.owner inactive".to_owned(), "user.deactivated".to_owned()];
    let mut known = Vec::new();
    while !awaited.iter().all(|kind| known.contains(kind)) {
        known = next();
    }
    assert!(kinds.contains(&"user.created".to_owned()), "{kinds:?}");
    let once: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(once.len(), ids.len(), "each change is posted once");
    let changes = get(&address, "/api/v1/fleet/scim/changes?after=0&limit=1000", "secret");
    assert!(changes.contains("\"kind\":\"user.deactivated\"") && changes.contains("\"next\":"), "{changes}");
    assert!(get(&address, "/api/v1/fleet/scim/changes", "watch").starts_with("HTTP/1.1 403"));
    assert!(get(&address, "/api/v1/fleet/scim/changes?after=999", "secret").starts_with("HTTP/1.1 410"));
    assert!(get(&address, "/api/v1/fleet/scim/changes?limit=0", "secret").starts_with("HTTP/1.1 422"));
    assert!(get(&address, "/api/v1/fleet/webhook/dead_letters", "secret").contains("{\"dead_letters\":[]}"));
    let log = BufReader::new(host.stderr.take().unwrap());
    let (said, lines) = channel();
    thread::spawn(move || log.lines().map_while(Result::ok).for_each(|line| drop(said.send(line))));
    let locks = std::iter::from_fn(|| lines.recv_timeout(Duration::from_secs(20)).ok());
    let lines: Vec<String> = locks
        .scan(false, |over, line| (!std::mem::replace(over, line.contains("would lock laptop-042"))).then_some(line))
        .collect();
    assert!(lines.last().is_some_and(|line| line.contains("would lock laptop-042")), "{lines:#?}");
    assert!(lines.iter().any(|line| line.contains("a user left")), "{lines:#?}");
    assert!(lines.iter().all(|line| !line.contains("ava@example.com")), "{lines:#?}");
    host.kill().unwrap();
    host.wait().unwrap();
    place.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leaver_is_posted_on_sqlite() {
    a_leaver_is_posted_and_their_host_would_be_locked(Backend::Sqlite).await;
}

on_postgres! {
    #[tokio::test(flavor = "multi_thread")]
    async fn a_leaver_is_posted_on_postgres() {
        a_leaver_is_posted_and_their_host_would_be_locked(Backend::Postgres).await;
    }
}

on_mysql! {
    #[tokio::test(flavor = "multi_thread")]
    async fn a_leaver_is_posted_on_mysql() {
        a_leaver_is_posted_and_their_host_would_be_locked(Backend::MySql).await;
    }
}
