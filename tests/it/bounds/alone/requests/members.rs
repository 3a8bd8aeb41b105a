//! As many members as a request may name. One in five exists.

use std::fmt::Write;

use fleet_scim::poem::http::Method;

use super::{Bounded, Fixture};

const MEMBERS: i64 = 100_000;

fn list(first: i64) -> String {
    let mut text = "[".to_owned();
    for id in first..first + MEMBERS {
        let _ = write!(text, r#"{{"value":"{id}","display":"Ava"}},"#);
    }
    text.pop();
    text + "]"
}

impl Fixture {
    pub fn members(&self) -> Vec<Bounded> {
        let first = self.first;
        let with = move |before: &'static str, after: &'static str| {
            let body: Box<dyn FnOnce() -> String + Send> = Box::new(move || format!("{before}{}{after}", list(first)));
            Some(body)
        };
        let patch = |op: &str| {
            let before = format!(r#"{{"Operations":[{{"op":"{op}","path":"members","value":"#);
            with(before.leak(), "}]}")
        };
        let pathless = |op: &str| {
            let before = format!(r#"{{"Operations":[{{"op":"{op}","value":{{"members":"#);
            with(before.leak(), "}}]}")
        };
        let send = |way: &str, method, path: &str, body, status| Bounded {
            name: format!("{way}: 100,000 members"),
            method,
            path: path.to_owned(),
            body,
            status,
            statements: 210,
            mib: 130,
        };
        let small = &self.small;
        vec![
            send("POST", Method::POST, "/Groups?attributes=id", with(r#"{"displayName":"new","members":"#, "}"), 201),
            send("PUT", Method::PUT, small, with(r#"{"displayName":"small","members":"#, "}"), 200),
            send("PUT of the same", Method::PUT, small, with(r#"{"displayName":"small","members":"#, "}"), 200),
            send("PATCH remove", Method::PATCH, small, patch("remove"), 200),
            send("PATCH add", Method::PATCH, small, patch("add"), 200),
            send("PATCH replace", Method::PATCH, small, patch("replace"), 200),
            send("PATCH add without path", Method::PATCH, small, pathless("add"), 200),
            send("PATCH replace without path", Method::PATCH, small, pathless("replace"), 200),
        ]
    }
}
