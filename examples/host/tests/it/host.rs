//! A process of the reference host.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

use crate::databases::{Backend, Place};

/// Builds a command that starts a host on a database, at a port of its own.
pub fn command(url: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fleet-scim-host"));
    for name in [
        "SCIM_TOKEN",
        "OBSERVER_TOKEN",
        "PUBLIC_URL",
        "WEBHOOK_URL",
        "WEBHOOK_SECRET",
        "DEMO_HOSTS",
        "LOG_FORMAT",
        "RUST_LOG",
    ] {
        command.env_remove(name);
    }
    command.env("DATABASE_URL", url).env("LISTEN", "127.0.0.1:0");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Starts a host whose administrator's token is `secret`; returns where it listens.
pub fn start(url: &str) -> (Child, String) {
    let mut host = command(url).env("SCIM_TOKEN", "secret").stderr(Stdio::null()).spawn().unwrap();
    let address = address_of(&mut host);
    (host, address)
}

/// Waits until a host whose token is given serves; returns where it listens.
pub fn address_of(host: &mut Child) -> String {
    let mut line = String::new();
    BufReader::new(host.stdout.take().unwrap()).read_line(&mut line).unwrap();
    line.split("http://").nth(1).and_then(|rest| rest.split(',').next()).unwrap().to_owned()
}

/// Returns what a host prints at its start, to the end of what it says of the token, and the rest of its output, which has to
/// stay open.
pub fn greeting(host: &mut Child) -> (String, BufReader<ChildStdout>) {
    let mut output = BufReader::new(host.stdout.take().unwrap());
    let mut text = String::new();
    while !text.contains("The administrator's token") && output.read_line(&mut text).unwrap() > 0 {}
    (text, output)
}

/// Sends a GET with a token, and returns the answer with its head.
pub fn get(address: &str, path: &str, token: &str) -> String {
    send(address, "GET", path, token, "")
}

/// Sends a request with a token, and returns the answer with its head.
pub fn send(address: &str, method: &str, path: &str, token: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Returns what a host that cannot start writes, once it has ended.
pub fn failure(mut command: Command) -> String {
    let output = command.output().unwrap();
    assert!(!output.status.success(), "it started");
    String::from_utf8(output.stderr).unwrap()
}

/// Returns what a process that has ended wrote to its log.
pub fn log_of(host: &mut Child) -> String {
    let mut text = String::new();
    host.stderr.take().unwrap().read_to_string(&mut text).unwrap();
    text
}

/// Reads the body of an answer.
pub fn body(answer: &str) -> serde_json::Value {
    serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap()
}

/// Returns the URL of a database that may not exist yet.
pub fn url_of(backend: Backend, place: &Place) -> String {
    if backend == Backend::Sqlite { format!("{}?mode=rwc", place.url) } else { place.url.clone() }
}
