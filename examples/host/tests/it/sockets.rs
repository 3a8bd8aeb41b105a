//! A request that is refused before its body is read gets its answer. A client that sends drop by drop loses its TCP
//! connection.

use std::{
    io::{Read, Write},
    net::TcpStream,
    process::Child,
    time::{Duration, Instant},
};

use crate::{
    databases::{Backend, Place},
    host::start,
};

struct Host {
    process: Child,
    address: String,
    _place: Place,
}

impl Host {
    async fn start() -> Self {
        let place = Backend::Sqlite.empty_place(false).await.unwrap();
        let (process, address) = start(&format!("{}?mode=rwc", place.url));
        Self { process, address, _place: place }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn header(path: &str, token: &str, more: &str) -> String {
    format!("POST /api/v1/fleet/scim{path} HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {token}\r\n{more}\r\n")
}

fn status(stream: &mut TcpStream) -> String {
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    String::from_utf8_lossy(&answer[9..]).into_owned()
}

/// The client writes its whole body before it reads the answer, as Java's and Node's clients do.
#[tokio::test]
async fn a_body_that_is_refused_unread_costs_no_client_its_answer() {
    let host = Host::start().await;
    let json = "Content-Type: application/scim+json\r\n";
    for (expected, path, token, more, bytes) in [
        ("401", "/Groups", "wrong", json, 8 << 20),
        ("413", "/Users", "secret", json, 8 << 20),
        ("415", "/Users", "secret", "Content-Type: text/csv\r\n", 900_000),
        ("415", "/Users", "secret", "Content-Type: application/json\r\nContent-Encoding: gzip\r\n", 900_000),
        ("400", "/Users?count=x&attributes=%5B", "secret", json, 900_000),
        ("404", "/Nothing", "secret", json, 8 << 20),
    ] {
        for _ in 0..5 {
            let mut stream = host.connect();
            let body = vec![b' '; bytes];
            let header = header(path, token, &format!("{more}Content-Length: {bytes}\r\n"));
            stream.write_all(header.as_bytes()).unwrap();
            stream.write_all(&body).unwrap_or_else(|error| panic!("{expected} {path}: {error}"));
            let answered = status(&mut stream);
            assert!(answered == expected || expected == "400", "{path}: {answered}");
        }
    }
}

#[tokio::test]
async fn a_client_that_waits_to_be_asked_for_its_body_is_refused_at_once() {
    let host = Host::start().await;
    for (expected, path, token) in [("401", "/Groups", "wrong"), ("413", "/Users", "secret")] {
        let begun = Instant::now();
        let mut stream = host.connect();
        let more = "Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 9000000\r\n";
        stream.write_all(header(path, token, more).as_bytes()).unwrap();
        assert_eq!(status(&mut stream), expected);
        assert!(begun.elapsed() < Duration::from_secs(3));
    }
}

#[tokio::test]
async fn a_header_that_drips_keeps_no_connection() {
    let host = Host::start().await;
    let mut stream = host.connect();
    stream.write_all(b"GET /healthz HTTP/1.1\r\n").unwrap();
    let begun = Instant::now();
    let closed = loop {
        assert!(begun.elapsed() < Duration::from_secs(30), "it is still open");
        tokio::time::sleep(Duration::from_millis(200)).await;
        stream.set_read_timeout(Some(Duration::from_millis(10))).unwrap();
        let ended = matches!(stream.read(&mut [0; 1]), Ok(0)) || stream.write_all(b"X: y\r\n").is_err();
        if ended {
            break begun.elapsed();
        }
    };
    assert!(closed > Duration::from_secs(5), "{closed:?}");
    // Other clients are still served, also twice on one TCP connection.
    let mut other = host.connect();
    for _ in 0..2 {
        other.write_all(b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n").unwrap();
        let mut answer = [0; 512];
        let read = other.read(&mut answer).unwrap();
        assert!(answer[..read].starts_with(b"HTTP/1.1 200"));
    }
}
