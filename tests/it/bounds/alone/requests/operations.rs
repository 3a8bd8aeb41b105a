//! As many operations as a request may have, each as expensive as it may be.

use fleet_scim::poem::http::Method;

use super::{Bounded, Fixture, without_query};

/// Builds a PatchOp with this many operations.
fn of(count: i64, operation: impl Fn(i64) -> String) -> String {
    let mut text = r#"{"Operations":["#.to_owned();
    for number in 0..count {
        text += &operation(number);
        text.push(',');
    }
    text.pop();
    text + "]}"
}

fn add(path: &str, value: &str) -> String {
    format!(r#"{{"op":"add","path":"{path}","value":{value}}}"#)
}

fn remove(path: &str) -> String {
    format!(r#"{{"op":"remove","path":"{path}"}}"#)
}

impl Fixture {
    pub fn operations(&self) -> Vec<Bounded> {
        let (first, rich, poor) = (self.first, &self.rich, &self.poor[3]);
        let patch = |name: &str, path: &str, mib, status, body: Box<dyn FnOnce() -> String + Send>| Bounded {
            name: format!("PATCH: {name}"),
            method: Method::PATCH,
            path: path.to_owned(),
            body: Some(body),
            status,
            statements: 110,
            mib,
        };
        let by_id = move |n: i64| format!(r#"members[value eq \"{}\"]"#, first + n);
        let display = |n: i64| add(&format!(r#"emails[value eq \"e{n}@x.y\"].display"#), "\"x\"");
        let keys = move || {
            let keys: Vec<String> = (0..1000).map(|n| format!("\"{}\":{{}}", by_id(n))).collect();
            of(1, |_| format!(r#"{{"op":"add","value":{{{}}}}}"#, keys.join(",")))
        };
        let long = || of(1, |_| remove(&format!("emails[{}]", vec![r#"value eq \"x\""#; 50].join(" or "))));
        let member = move |n: i64| add("members", &format!(r#"[{{"value":"{}"}}]"#, first + n));
        let mut all = vec![
            patch("50,000 × add a member", &self.small, 130, 200, Box::new(move || of(50_000, member))),
            patch(
                "50,000 × remove by filter",
                &self.small,
                130,
                200,
                Box::new(move || of(50_000, |n| remove(&by_id(n)))),
            ),
            patch(
                "20 comparisons",
                &self.large,
                30,
                200,
                Box::new(|| of(20, |n| remove(&format!(r#"members[value co \"x{n}\"]"#)))),
            ),
            patch("1,000 keys that are filters", &self.large, 5, 200, Box::new(keys)),
            patch("20,000 × add title", poor, 20, 200, Box::new(|| of(20_000, |n| add("title", &n.to_string())))),
            patch("50 filters over 1,000 emails", rich, 70, 200, Box::new(move || of(50, display))),
            patch("50 comparisons over 1,000 emails", rich, 20, 200, Box::new(long)),
            patch("10,000 filters over 1,000 emails", rich, 60, 400, Box::new(move || of(10_000, display))),
            patch("20,000 names", poor, 15, 400, Box::new(|| of(20_000, |n| add(&format!("urn:x:y:n{n}"), "1")))),
            patch("20,000 extensions", poor, 15, 400, Box::new(|| of(20_000, |n| add(&format!("urn:x:y{n}:n"), "1")))),
            patch("a path of 8,192 bytes", poor, 1, 400, Box::new(|| of(1, |_| add(&"(".repeat(8192), "1")))),
        ];
        let path = without_query(poor);
        let rename = move |n: i64| {
            let operation = format!(r#"{{"op":"replace","path":"userName","value":"poor{n}@x.y"}}"#);
            format!(r#"{{"method":"PATCH","path":"{path}","data":{{"Operations":[{operation}]}}}}"#)
        };
        all.push(Bounded {
            name: "Bulk: 100 renames".to_owned(),
            method: Method::POST,
            path: "/Bulk".to_owned(),
            body: Some(Box::new(move || of(100, rename))),
            status: 200,
            statements: 1000,
            mib: 15,
        });
        all
    }
}
