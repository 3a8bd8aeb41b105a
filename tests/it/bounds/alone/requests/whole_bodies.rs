//! Bodies of the largest size with too many values or names. They are refused while they are read.

use std::fmt::Write;

use fleet_scim::poem::http::Method;

use super::{Bounded, Fixture, MIB};

/// The kind of body around the values.
#[derive(Debug, Clone, Copy)]
enum Around {
    Resource,
    Patch,
    Bulk,
}

impl Around {
    const fn ends(self) -> (&'static str, &'static str) {
        match self {
            Self::Resource => (r#"{"displayName":"new","userName":"new","filter":"userName pr","urn:x:y":{"a":"#, "}}"),
            Self::Patch => (r#"{"Operations":[{"op":"add","path":"urn:x:y:a","value":"#, "}]}"),
            Self::Bulk => (r#"{"Operations":[{"method":"POST","path":"/Users","data":{"a":"#, "}}]}"),
        }
    }
}

/// What fills the body.
#[derive(Debug, Clone, Copy)]
enum Filling {
    Values,
    Names,
}

/// Builds a body of at most this many bytes, in one allocation.
fn body(around: Around, kind: Filling, bytes: usize) -> String {
    let (before, after) = around.ends();
    let mut text = String::with_capacity(bytes);
    text += before;
    text += if matches!(kind, Filling::Values) { "[1" } else { "{\"n\":1" };
    for number in 0.. {
        if text.len() + after.len() + 20 > bytes {
            break;
        }
        match kind {
            Filling::Values => text += ",1",
            Filling::Names => {
                let _ = write!(text, ",\"n{number:08}\":1");
            }
        }
    }
    text += if matches!(kind, Filling::Values) { "]" } else { "}" };
    text + after
}

impl Fixture {
    pub fn whole_bodies(&self) -> Vec<Bounded> {
        let refused = |method: &Method, path: &str, around: Around, kind: Filling| {
            let bytes = if path.starts_with("/Groups") && !path.contains('.') { 16 * MIB } else { MIB };
            Bounded {
                name: format!("{method} {path}: {bytes} bytes of {kind:?}"),
                method: method.clone(),
                path: path.to_owned(),
                body: Some(Box::new(move || body(around, kind, bytes))),
                status: 400,
                statements: 0,
                mib: if bytes == MIB { 22 } else { 52 },
            }
        };
        let ways = [
            (Method::POST, "/Groups", Around::Resource),
            (Method::PUT, &self.small, Around::Resource),
            (Method::PATCH, &self.small, Around::Patch),
            (Method::POST, "/Groups/.search", Around::Resource),
            (Method::POST, "/Users", Around::Resource),
            (Method::PUT, &self.poor[3], Around::Resource),
            (Method::PATCH, &self.poor[3], Around::Patch),
            (Method::POST, "/Users/.search", Around::Resource),
            (Method::POST, "/.search", Around::Resource),
            (Method::POST, "/Bulk", Around::Bulk),
        ];
        ways.iter()
            .flat_map(|(method, path, around)| {
                [Filling::Values, Filling::Names].map(|kind| refused(method, path, *around, kind))
            })
            .collect()
    }
}
