//! Hosts that start together, and hosts that cannot start: they say what is wrong, where, and what to do.

use std::{
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    process::{Child, Command},
    time::{Duration, Instant},
};

use fleet_scim::sea_orm::{ConnectionTrait, Statement};

use crate::{
    databases::{Backend, connect},
    host::{address_of, command, failure, greeting, log_of, url_of},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_hosts_that_start_together_all_serve_and_seed_once() {
    for backend in Backend::ALL {
        let Some(place) = backend.empty_place(false).await else { continue };
        let url = url_of(backend, &place);
        let mut hosts: Vec<Child> = (0..4).map(|_| command(&url).spawn().unwrap()).collect();
        let greetings: Vec<(String, _)> = hosts.iter_mut().map(greeting).collect();
        for host in &mut hosts {
            if host.try_wait().unwrap().is_some() {
                panic!("a host ended on {backend:?}: {}", log_of(host));
            }
            host.kill().unwrap();
            host.wait().unwrap();
        }
        let shown = greetings.iter().filter(|(text, _)| text.contains("shown this once")).count();
        assert_eq!(shown, 1, "{greetings:?}");
        let database = connect(&place.url, 1).await;
        let count = Statement::from_string(database.get_database_backend(), "SELECT COUNT(*) AS count FROM hosts");
        let count: i64 = database.query_one_raw(count).await.unwrap().unwrap().try_get("", "count").unwrap();
        assert_eq!(count, 12);
        database.close().await.unwrap();
        place.remove().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_port_that_is_taken_costs_no_token() {
    let Some(place) = Backend::Sqlite.empty_place(false).await else { return };
    let url = url_of(Backend::Sqlite, &place);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut refused = command(&url);
    refused.env("LISTEN", &address);
    let why = failure(refused);
    assert!(why.contains(&address) && why.contains("--listen"), "{why}");
    let mut served = command(&url).spawn().unwrap();
    let (text, _output) = greeting(&mut served);
    assert!(text.contains("shown this once"), "the first start that serves shows the token");
    served.kill().unwrap();
    served.wait().unwrap();
    place.remove().await;
}

/// Says that a host does not start on a URL, and that it says all of this within a second.
fn assert_says(url: &str, words: &[&str]) {
    let began = Instant::now();
    let said = failure(command(url));
    assert!(began.elapsed() < Duration::from_secs(3), "{url}: it took {:?}", began.elapsed());
    assert_eq!(said.trim().lines().count(), 1, "one sentence, not {said}");
    for word in words {
        assert!(said.contains(word), "{word:?} is missing: {said}");
    }
    assert!(!said.contains("hidden"), "the password is not repeated: {said}");
}

#[test]
fn a_url_that_means_no_database_is_refused_in_a_sentence() {
    assert_says("", &["sqlite://", "postgres://", "mysql://", "mariadb://"]);
    assert_says("oracle://x:hidden@y/z", &["sqlite://", "postgres://"]);
    assert_says("postgres://x:hidden@[y/z", &["cannot be read", "postgres://user:password@host:5432/database"]);
    assert_says("sqlite::memory:", &["sqlite::memory:", "give a file"]);
}

#[test]
fn a_file_that_cannot_be_used_is_refused_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display();
    assert_says(&format!("sqlite://{path}/scim.db"), &["there is no file", "?mode=rwc"]);
    assert_says(&format!("sqlite://{path}/nowhere/scim.db?mode=rwc"), &["there is no folder", "nowhere", "create it"]);
    assert_says(&format!("sqlite://{path}?mode=rwc"), &["is a folder"]);
    std::fs::write(folder.path().join("text"), "not a database, and longer than a header of one").unwrap();
    assert_says(&format!("sqlite://{path}/text"), &["is no SQLite database"]);
}

/// The user `root` may write anywhere, so another one tries.
#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o555)).unwrap();
    let host = env!("CARGO_BIN_EXE_fleet-scim-host");
    let url = format!("sqlite://{}/scim.db?mode=rwc", folder.path().display());
    let mut nobody = Command::new("setpriv");
    nobody
        .args(["--reuid=65534", "--regid=65534", "--clear-groups", host])
        .env("DATABASE_URL", url)
        .env("LISTEN", "127.0.0.1:0");
    let said = failure(nobody);
    assert!(said.contains("cannot be written") && said.contains(&folder.path().display().to_string()), "{said}");
}

#[test]
fn a_server_where_nothing_listens_is_named_at_once() {
    // A port that was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for scheme in ["postgres", "mysql", "mariadb"] {
        let url = format!("{scheme}://fleet:hidden@127.0.0.1:{port}/fleet");
        assert_says(&url, &[&format!("nothing listens at 127.0.0.1:{port}"), "start the database server"]);
    }
}

#[tokio::test]
async fn a_database_or_a_user_that_is_not_there_is_named() {
    for backend in [Backend::Postgres, Backend::MySql] {
        let Some(place) = backend.empty_place(false).await else { continue };
        let (server, _) = place.url.rsplit_once('/').unwrap();
        assert_says(&format!("{server}/nowhere"), &["nowhere", "create the database"]);
        let (scheme, rest) = place.url.split_once("://").unwrap();
        let (_, address) = rest.split_once('@').unwrap();
        // PostgreSQL may trust everybody on this machine; it has no such role then.
        assert_says(
            &format!("{scheme}://stranger:hidden@{address}"),
            &["stranger", "correct the user and the password"],
        );
        place.remove().await;
    }
}

#[test]
fn the_version_is_told() {
    let output = Command::new(env!("CARGO_BIN_EXE_fleet-scim-host")).arg("--version").output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("fleet-scim-host {}\n", env!("CARGO_PKG_VERSION")));
}

/// Starts a host, and returns the log of its whole life.
async fn log_with(format: Option<&str>) -> String {
    let token = "a-secret-of-the-administrator";
    let place = Backend::Sqlite.empty_place(false).await.unwrap();
    let mut host = command(&url_of(Backend::Sqlite, &place));
    host.env("SCIM_TOKEN", token).envs(format.map(|format| ("LOG_FORMAT", format)));
    let mut host = host.spawn().unwrap();
    let address = &address_of(&mut host);
    for (path, token) in
        [("/Users/7", token), ("/Users?filter=userName%20eq%20%22ava%40x.y%22", "wrong"), ("/Groups", token)]
    {
        crate::host::get(address, &format!("/api/v1/fleet/scim{path}"), token);
    }
    Command::new("kill").args(["-TERM", &host.id().to_string()]).status().unwrap();
    host.wait().unwrap();
    let log = log_of(&mut host);
    assert!(!log.contains(token) && !log.contains("x.y"), "{log}");
    place.remove().await;
    log
}

#[tokio::test]
async fn each_refused_request_is_one_line_of_the_log_without_colour_or_personal_data() {
    let log = log_with(None).await;
    assert!(!log.contains('\u{1b}'), "colour is for a terminal: {log}");
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("refused")).collect();
    let [missing, unauthorized] = lines.as_slice() else { panic!("{log}") };
    for word in
        ["INFO", "method=\"GET\"", "route=\"/Users/{id}\"", "status=404", "connection=1", "duration_ms=", "request="]
    {
        assert!(missing.contains(word), "{word} is missing: {missing}");
    }
    assert!(unauthorized.contains("route=\"/Users\"") && unauthorized.contains("status=401"), "{unauthorized}");
}

#[tokio::test]
async fn the_log_as_json_is_an_object_a_line() {
    let log = log_with(Some("json")).await;
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let refused = lines.iter().find(|line| line["status"] == 404).unwrap();
    assert_eq!(
        (&refused["level"], &refused["method"], &refused["route"]),
        (&"INFO".into(), &"GET".into(), &"/Users/{id}".into())
    );
}

#[tokio::test]
async fn a_browser_is_led_to_the_documentation() {
    let place = Backend::Sqlite.empty_place(false).await.unwrap();
    let (mut host, address) = crate::host::start(&url_of(Backend::Sqlite, &place));
    let root = crate::host::get(&address, "/", "none");
    assert!(root.starts_with("HTTP/1.1 303") && root.to_lowercase().contains("location: /docs\r\n"), "{root}");
    let docs = crate::host::get(&address, "/docs", "none");
    assert!(docs.starts_with("HTTP/1.1 200") && docs.contains("/api/v1/fleet/hosts"), "{docs}");
    for (path, status) in
        [("/api/v1/fleet/hosts", "401"), ("/openapi.json", "401"), ("/metrics", "401"), ("/nowhere", "404")]
    {
        let answer = crate::host::get(&address, path, "none");
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")) && answer.contains("\"message\""),
            "{path}: {answer}"
        );
    }
    let hosts = crate::host::get(&address, "/api/v1/fleet/hosts?per_page=1", "secret");
    assert!(hosts.starts_with("HTTP/1.1 200") && hosts.contains("\"count\":12"), "{hosts}");
    host.kill().unwrap();
    host.wait().unwrap();
    place.remove().await;
}
