//! The steps of a client, and how values are looked up in answers.

use std::{collections::HashMap, fs, path::Path};

use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub step: String,
    pub method: String,
    pub path: String,
    #[serde(default)]
    pub headers: HashMap<String, String>,
    pub body: Option<Value>,
    pub status: Status,
    /// Values that the answer must have, by path.
    #[serde(default)]
    pub assert: Map<String, Value>,
    /// A name for the id of the resource that was answered; `{name.version}` is its version.
    pub save: Option<String>,
    /// Values that a GET must have afterwards, by path. It reads the resource, or the list if a POST created none.
    #[serde(default)]
    pub then: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Status {
    One(u16),
    Any(Vec<u16>),
}

impl Status {
    pub fn allows(&self, status: u16) -> bool {
        match self {
            Self::One(one) => *one == status,
            Self::Any(any) => any.contains(&status),
        }
    }
}

/// Returns the steps of a folder, in the order of their file names.
pub fn steps(client: &str) -> Vec<(String, Step)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(client);
    let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    let step = |file: &Path| {
        let step: Result<Step, _> = serde_json::from_str(&fs::read_to_string(file).unwrap());
        assert!(step.is_ok(), "{}: {step:?}", file.display());
        (format!("{client}/{}", file.file_name().unwrap().to_string_lossy()), step.unwrap())
    };
    files.iter().map(|file| step(file)).collect()
}

/// Returns the paths of the folders inside a folder of `tests/fixtures`.
pub fn folders(of: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(of);
    let names = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut folders: Vec<String> = names.map(|name| format!("{of}/{name}")).collect();
    folders.sort();
    folders
}

/// Looks up a value by a path of keys, positions, `key=value` for the element that has it, and `*` for all elements.
///
/// The parts are divided by a slash, since the URN of an extension has dots.
pub fn look(value: &Value, path: &str) -> Value {
    let (part, rest) = path.split_once('/').map_or((path, None), |(part, rest)| (part, Some(rest)));
    let found = match (value, part.split_once('=')) {
        (Value::Array(elements), _) if part == "*" => {
            let elements =
                elements.iter().map(|element| rest.map_or_else(|| element.clone(), |rest| look(element, rest)));
            return elements.collect();
        }
        (Value::Array(elements), Some((key, text))) => elements.iter().find(|element| element[key] == text),
        (Value::Array(elements), None) => part.parse::<usize>().ok().and_then(|at| elements.get(at)),
        _ => value.get(part),
    };
    match (found, rest) {
        (None, _) => Value::Null,
        (Some(found), None) => found.clone(),
        (Some(found), Some(rest)) => look(found, rest),
    }
}

/// Replaces each `{name}` with the value that was saved under it.
pub fn fill(value: &Value, saved: &HashMap<String, String>) -> Value {
    match value {
        Value::String(text) => fill_text(text, saved).into(),
        Value::Array(values) => values.iter().map(|value| fill(value, saved)).collect(),
        Value::Object(object) => {
            object.iter().map(|(key, value)| (fill_text(key, saved), fill(value, saved))).collect()
        }
        other => other.clone(),
    }
}

pub fn fill_text(text: &str, saved: &HashMap<String, String>) -> String {
    saved.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}
