//! As many values, names and extensions as a user may have.

use fleet_scim::poem::http::Method;
use serde_json::{Map, Value, json};

use super::{Bounded, Fixture, without_query};

/// Returns 1,000 values of each of six attributes.
pub fn thousand_of_each() -> Map<String, Value> {
    let of = |attribute: &str| {
        let value = |n: usize| match attribute {
            "emails" => json!({ "value": format!("e{n}@x.y"), "type": "work" }),
            "addresses" => json!({ "locality": format!("Berlin {n}"), "type": "home" }),
            _ => json!({ "value": format!("v{n}"), "type": "t" }),
        };
        (attribute.to_owned(), (0..1000).map(value).collect())
    };
    ["emails", "phoneNumbers", "ims", "addresses", "entitlements", "roles"].into_iter().map(of).collect()
}

pub fn extensions(urns: usize, names: usize, value: &Value) -> Map<String, Value> {
    let object = || (0..names).map(|n| (format!("n{n}"), value.clone())).collect();
    (0..urns).map(|urn| (format!("urn:x:{urn}"), Value::Object(object()))).collect()
}

fn named(mut attributes: Map<String, Value>, name: &str) -> Value {
    attributes.insert("userName".to_owned(), name.into());
    attributes.into()
}

fn patch(attributes: Map<String, Value>) -> Value {
    json!({ "Operations": [{ "op": "add", "value": attributes }] })
}

impl Fixture {
    pub fn values(&self) -> Vec<Bounded> {
        type Attributes = fn() -> Map<String, Value>;
        let kinds: [(&str, Attributes, usize); 3] = [
            ("1,000 values of each attribute", thousand_of_each, 36),
            ("100 extensions of 490 names", || extensions(100, 490, &json!(1)), 150),
            ("an extension of 1 MiB", || extensions(1, 250, &"x".repeat(4000).into()), 30),
        ];
        let mut all = vec![];
        for (path, (kind, attributes, mib)) in self.poor.iter().zip(kinds) {
            let mut send = |way: &str, method, path: &str, status, body: Box<dyn FnOnce() -> Value + Send>| {
                let body: Box<dyn FnOnce() -> String + Send> = Box::new(move || body().to_string());
                let name = format!("{way}: {kind}");
                all.push(Bounded {
                    name,
                    method,
                    path: path.to_owned(),
                    body: Some(body),
                    status,
                    statements: 14,
                    mib,
                });
            };
            let (name, bulk_path) = (path.clone(), without_query(path));
            let put = move || named(attributes(), &name);
            send("POST", Method::POST, "/Users?attributes=id", 201, Box::new(move || named(attributes(), kind)));
            send("PUT", Method::PUT, path, 200, Box::new(put.clone()));
            send("PUT of the same", Method::PUT, path, 200, Box::new(put));
            let name = path.clone();
            send("PUT of nothing", Method::PUT, path, 200, Box::new(move || named(Map::new(), &name)));
            send("PATCH", Method::PATCH, path, 200, Box::new(move || patch(attributes())));
            let bulk = move || json!({ "Operations": [{ "method": "PATCH", "path": bulk_path, "data": patch(attributes()) }] });
            send("Bulk", Method::POST, "/Bulk", 200, Box::new(bulk));
        }
        all
    }
}
