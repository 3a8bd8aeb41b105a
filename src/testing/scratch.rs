//! What a check creates, deleted when it ends.

use std::sync::Mutex;

use poem::http::Method;
use serde_json::Value;

use super::{
    client::{Client, route},
    reply::Reply,
    report::Failed,
};

/// A client of one check: its names are its own, and what it creates is deleted at the end.
pub struct Scratch<'a> {
    pub client: &'a Client,
    /// Part of each name, so that two runs never meet.
    pub tag: String,
    created: Mutex<Vec<String>>,
}

impl<'a> Scratch<'a> {
    pub fn new(client: &'a Client) -> Self {
        let mut random = [0; 6];
        // Without random bytes, names of two runs at the same moment may meet.
        let _ = getrandom::fill(&mut random);
        let tag = random.iter().map(|byte| format!("{byte:02x}")).collect();
        Self { client, tag, created: Mutex::default() }
    }

    /// Returns an address of this check's own.
    pub fn address(&self, name: &str) -> String {
        format!("{name}.{}@selftest.example", self.tag)
    }

    /// Sends a request, and refuses any other status than those expected.
    pub async fn expect(
        &self,
        statuses: &[u16],
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Reply, Failed> {
        let answer = self.client.send(method.clone(), path, body.as_ref()).await?;
        if statuses.contains(&answer.status) {
            return Ok(answer);
        }
        let expected: Vec<String> = statuses.iter().map(u16::to_string).collect();
        let found = format!("{method} {} was answered {}, not {}", route(path), answer.told(), expected.join(" or "));
        Err(Failed::new(found, self.advice(&answer)))
    }

    fn advice(&self, answer: &Reply) -> &'static str {
        match (answer.is_scim_error(), answer.status) {
            (true, 403) => "give a token of a maintainer or an administrator",
            (true, _) => "see the log of the host server: it has a line for each refused request",
            (false, 404) => "something between rewrites the path, or the base URL is wrong",
            (false, 405 | 501) => "let what stands between pass PUT, PATCH and DELETE",
            (false, 413) => "let what stands between pass bodies of 16 MiB (in nginx: client_max_body_size 16m)",
            (false, 502..=504) => "the host server is not reached by what stands between",
            (false, _) => "something between answers instead of fleet-scim",
        }
    }

    pub async fn get(&self, path: &str) -> Result<Reply, Failed> {
        self.expect(&[200], Method::GET, path, None).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Result<Reply, Failed> {
        self.expect(&[200], Method::PUT, path, Some(body)).await
    }

    /// Sends a PATCH; its answer has a body or, of a large group, none.
    pub async fn patch(&self, path: &str, body: Value) -> Result<Reply, Failed> {
        self.expect(&[200, 204], Method::PATCH, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Result<Reply, Failed> {
        self.expect(&[204], Method::DELETE, path, None).await
    }

    /// Creates a resource below an endpoint such as `/Users`; returns its path.
    pub async fn create(&self, endpoint: &str, body: Value) -> Result<String, Failed> {
        let answer = self.expect(&[201], Method::POST, endpoint, Some(body)).await?;
        self.adopt(endpoint, &answer)
    }

    /// Deletes at the end what the answer to a POST says was created; returns its path.
    pub fn adopt(&self, endpoint: &str, answer: &Reply) -> Result<String, Failed> {
        let (201, Some(id)) = (answer.status, answer.body["id"].as_str()) else {
            let found = format!("POST {endpoint} was answered {}, not 201 with an id", answer.told());
            return Err(Failed::new(found, self.advice(answer)));
        };
        let path = format!("{endpoint}/{id}");
        if let Ok(mut created) = self.created.lock() {
            created.push(path.clone());
        }
        Ok(path)
    }

    /// Refuses another value than the expected one at a JSON pointer of an answer.
    pub fn same(&self, answer: &Reply, pointer: &str, expected: &Value) -> Result<(), Failed> {
        let found = answer.body.pointer(pointer).unwrap_or(&Value::Null);
        if found == expected {
            return Ok(());
        }
        Err(Failed::new(
            format!("{pointer} is {found}, not {expected}"),
            "something between changes bodies, or this is a fault of fleet-scim",
        ))
    }

    /// Deletes what was created and is still there.
    pub async fn clean(self) {
        let created = self.created.into_inner().unwrap_or_default();
        for path in created.iter().rev() {
            // What the check deleted itself is 404, and after a failure nothing more can be done.
            let _ = self.client.send(Method::DELETE, path, None).await;
        }
    }
}
