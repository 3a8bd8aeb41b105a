//! Filters, names and pages as large as they may be.

use fleet_scim::poem::http::Method;
use serde_json::json;

use super::{Bounded, Fixture, without_query};
use crate::world::encode;

fn terms(term: &str, times: usize) -> String {
    (0..times).map(|n| term.replace('#', &n.to_string())).collect::<Vec<_>>().join(" or ")
}

impl Fixture {
    pub fn queries(&self) -> Vec<Bounded> {
        let mut all = vec![];
        let mut ask = |name: String, method, path: String, body: Option<String>, status, mib| {
            let body = body.map(|body| Box::new(move || body) as Box<dyn FnOnce() -> String + Send>);
            all.push(Bounded { name, method, path, body, status, statements: 5, mib });
        };
        for (name, filter, status) in [
            ("330 names", terms("userName eq \"u#\"", 330), 200),
            ("12 attributes", terms("title co \"x#\"", 12), 200),
            ("10 multi-valued attributes", terms("emails.value co \"x#\"", 10), 200),
            ("10 names of groups", terms("groups.display co \"x#\"", 10), 200),
            ("31 levels", format!("{}userName eq \"a\"{}", "(".repeat(31), ")".repeat(31)), 200),
            ("a filter that costs too much", terms("emails co \"x#\"", 500), 400),
            ("8,192 bytes that are none", "(".repeat(8192), 400),
        ] {
            let search = json!({ "filter": filter, "attributes": ["id"] }).to_string();
            let path = format!("/Users?attributes=id&filter={}", encode(&filter));
            ask(format!("GET: {name}"), Method::GET, path, None, status, 4);
            ask(
                format!("search of users: {name}"),
                Method::POST,
                "/Users/.search".to_owned(),
                Some(search.clone()),
                status,
                4,
            );
            ask(format!("search: {name}"), Method::POST, "/.search".to_owned(), Some(search), status, 4);
        }
        let attributes: Vec<String> = (0..500).map(|n| format!("urn:x:y:n{n}")).collect();
        for (name, path, status, mib) in [
            ("500 attributes", format!("/Users?attributes={}", encode(&attributes.join(","))), 200, 4),
            ("a cursor of 60 KiB", format!("/Users?cursor={}", "A".repeat(60_000)), 400, 1),
            ("a page of users of 1 MB", "/Users?filter=userName%20sw%20%22fat%22".to_owned(), 200, 50),
            ("a page of users", "/Users?count=200".to_owned(), 200, 2),
            ("a page of groups with everybody", "/Groups".to_owned(), 200, 40),
            ("a group with everybody", without_query(&self.large), 200, 20),
        ] {
            ask(format!("GET: {name}"), Method::GET, path, None, status, mib);
        }
        all
    }
}
