//! The example host stops gracefully: it answers the requests that have begun, and writes its request log.

use std::{
    io::{Read, Write},
    net::TcpStream,
    process::Command,
    time::Duration,
};

use fleet_scim::sea_orm::{ConnectionTrait, Statement};

use crate::{
    databases::{Backend, connect},
    host::{start, url_of},
};

async fn stops_gracefully(backend: Backend) {
    let Some(place) = backend.empty_place(false).await else { return };
    let (mut host, address) = start(&url_of(backend, &place));
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
    if backend == Backend::Sqlite {
        let log = format!("{}-wal", place.url.trim_start_matches("sqlite://"));
        assert!(!std::path::Path::new(&log).exists(), "the write-ahead log was moved into the database file");
    }
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

fleet_scim_dev::on_postgres! {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        stops_gracefully(Backend::Postgres).await;
    }
}

fleet_scim_dev::on_mysql! {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn mysql() {
        stops_gracefully(Backend::MySql).await;
    }
}
