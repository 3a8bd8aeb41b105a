//! The example host stops gracefully: it answers the requests that have begun, and writes its request log.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use fleet_scim::sea_orm::{ConnectionTrait, Statement};

use crate::databases::{Backend, connect};

/// Returns the path of the example host, which `cargo test` builds beside the tests.
pub fn binary() -> PathBuf {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.pop();
    let path = path.join("examples/host");
    assert!(path.exists(), "{} is missing: cargo build --example host", path.display());
    path
}

pub fn start(url: &str) -> (Child, String) {
    let mut host = Command::new(binary())
        .env("DATABASE_URL", url)
        .env("LISTEN", "127.0.0.1:0")
        .env("SCIM_TOKEN", "secret")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(host.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.split("http://").nth(1).and_then(|rest| rest.split(',').next()).unwrap().to_owned();
    (host, address)
}

async fn stops_gracefully(backend: Backend) {
    let Some(place) = backend.empty_place(false).await else { return };
    let url = if backend == Backend::Sqlite { format!("{}?mode=rwc", place.url) } else { place.url.clone() };
    let (mut host, address) = start(&url);
    let body = r#"{"userName":"ava@x.y"}"#;
    let mut stream = TcpStream::connect(&address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    write!(
        stream,
        "POST /api/v1/fleet/scim/Users HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer secret\r\n\
         Content-Type: application/scim+json\r\nContent-Length: {}\r\n\r\n{}",
        body.len(),
        &body[..5]
    )
    .unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(Command::new("kill").args(["-TERM", &host.id().to_string()]).status().unwrap().success());
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(host.try_wait().unwrap().is_none(), "it waits for a request that began");
    stream.write_all(&body.as_bytes()[5..]).unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 201");
    drop(stream);
    let mut exited = None;
    for _ in 0..300 {
        exited = host.try_wait().unwrap();
        if exited.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(exited.is_some_and(|status| status.success()), "{exited:?}");
    let database = connect(&place.url, 1).await;
    let requests = Statement::from_string(database.get_database_backend(), "SELECT status FROM scim_requests");
    let row = database.query_one_raw(requests).await.unwrap().unwrap();
    assert_eq!(row.try_get::<i16>("", "status").unwrap(), 201, "the last request was written before the end");
    database.close().await.unwrap();
    place.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite() {
    stops_gracefully(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres() {
    stops_gracefully(Backend::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mysql() {
    stops_gracefully(Backend::MySql).await;
}
