//! What Prometheus reads, and the dashboard that shows it.

use std::time::Duration;

use serde_json::Value;

use crate::{
    databases::Backend,
    host::{get, send, start, url_of},
};

const DASHBOARD: &str = include_str!("../../../../docs/grafana-dashboard.json");
const GUIDE: &str = include_str!("../../../../docs/hosting.md");

/// Reads `/metrics` once the worker has counted.
async fn metrics(backend: Backend) -> Option<String> {
    let place = backend.empty_place(false).await?;
    let (mut host, address) = start(&url_of(backend, &place));
    // The owner of the first demo host, and two people with the address of the second. An address set by hand that nobody
    // has ends the search for the third.
    for user in [
        r#"{"userName":"ava.nguyen@example.com"}"#,
        r#"{"userName":"sam@x.y","emails":[{"value":"sam.okafor@example.com"}]}"#,
        r#"{"userName":"mia@x.y","emails":[{"value":"sam.okafor@example.com"},{"value":"mia.larsen@example.com"}]}"#,
    ] {
        assert!(send(&address, "POST", "/api/v1/fleet/scim/Users", "secret", user).starts_with("HTTP/1.1 201"));
    }
    let by_hand = r#"{"email":"nobody@example.com","source":"idp"}"#;
    let mapped = send(&address, "PUT", "/api/v1/fleet/hosts/3/device_mapping", "secret", by_hand);
    assert!(mapped.starts_with("HTTP/1.1 200"), "{mapped}");
    host.kill().unwrap();
    host.wait().unwrap();
    // It counts when it starts, and then once a minute.
    let (mut host, address) = start(&url_of(backend, &place));
    get(&address, "/api/v1/fleet/scim/Users?startIndex=1&count=2", "secret");
    get(&address, "/api/v1/fleet/scim/Users/12345", "secret");
    get(&address, "/api/v1/fleet/scim/Users", "wrong");
    let mut text = String::new();
    for _ in 0..100 {
        text = get(&address, "/metrics", "secret");
        if text.contains("scim_hosts") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    host.kill().unwrap();
    host.wait().unwrap();
    place.remove().await;
    Some(text)
}

#[tokio::test]
async fn requests_and_numbers_are_measured_on_each_database() {
    for backend in Backend::ALL {
        let Some(text) = metrics(backend).await else { continue };
        for line in [
            "# TYPE scim_request_duration_seconds histogram",
            "scim_request_duration_seconds_bucket{method=\"GET\",route=\"/Users\",status=\"2xx\",le=\"+Inf\"} 1",
            "scim_request_duration_seconds_count{method=\"GET\",route=\"/Users/{id}\",status=\"4xx\"} 1",
            "scim_request_duration_seconds_count{method=\"GET\",route=\"/Users\",status=\"4xx\"} 1",
            "scim_users{connection=\"default\"} 3",
            "scim_groups{connection=\"default\"} 0",
            "scim_hosts{ownership=\"owned\"} 1",
            "scim_hosts{ownership=\"unowned\"} 10",
            "scim_hosts{ownership=\"ambiguous\"} 1",
            "scim_ending_credentials{connection=\"default\",within=\"7d\"} 0",
        ] {
            assert!(text.lines().any(|found| found == line), "{backend:?}: {line} is missing:\n{text}");
        }
        assert!(!text.contains("12345"), "a route has no id");
    }
}

/// The names of what is measured, from their HELP lines.
fn names(text: &str) -> Vec<String> {
    let help = text.lines().filter_map(|line| line.strip_prefix("# HELP "));
    help.filter_map(|rest| rest.split(' ').next()).map(str::to_owned).collect()
}

#[tokio::test]
async fn the_guide_and_the_dashboard_name_what_is_measured_and_nothing_else() {
    let names = names(&metrics(Backend::Sqlite).await.unwrap());
    assert_eq!(names.len(), 5, "{names:?}");
    for name in &names {
        assert!(GUIDE.contains(&format!("| `{name}` |")), "the guide does not name {name}");
        assert!(DASHBOARD.contains(name), "the dashboard does not show {name}");
    }
    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    for key in ["title", "uid", "schemaVersion", "panels", "templating", "__inputs"] {
        assert!(!dashboard[key].is_null(), "Grafana wants {key}");
    }
    let panels = dashboard["panels"].as_array().unwrap();
    assert!(!panels.is_empty());
    for panel in panels {
        assert!(panel["gridPos"]["w"].is_u64() && panel["type"].is_string() && panel["title"].is_string(), "{panel}");
        for target in panel["targets"].as_array().unwrap() {
            let expression = target["expr"].as_str().unwrap();
            let named =
                expression.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|w| w.starts_with("scim_"));
            for name in named {
                let known = names.iter().any(|known| {
                    name == known || ["_bucket", "_count", "_sum"].iter().any(|part| name == format!("{known}{part}"))
                });
                assert!(known, "{name} is not measured");
            }
        }
    }
}
