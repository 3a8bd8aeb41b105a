//! Reads JSON bodies within limits. The length of a body says nothing about what it costs: `[1,1,…]` takes eighty times its
//! length in memory, and an object of 43,000 keys took 9 s to read (2026-11-27).

mod digits;
mod reader;

use std::cell::{Cell, RefCell};

use serde::de::DeserializeSeed;
use serde_json::{Map, Value};

use crate::protocol::{bounds, messages::error::ScimError, schema::ResourceType};
use reader::{Part, Reader};

/// The byte-order mark of UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Counts the JSON values in a value, including itself.
pub fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(values) => values.iter().map(count).sum::<usize>(),
        Value::Object(object) => object.values().map(count).sum(),
        _ => 0,
    }
}

/// What remains of the limits for one body.
#[derive(Debug)]
pub struct Budget {
    values: Cell<usize>,
    members: Cell<usize>,
    /// Why reading stopped, if not because of the syntax.
    refusal: RefCell<Option<ScimError>>,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            values: Cell::new(bounds::JSON_VALUES),
            members: Cell::new(bounds::MEMBERS),
            refusal: RefCell::default(),
        }
    }
}

impl Budget {
    /// Reads a complete JSON text. A byte-order mark in front of it is skipped (RFC 8259 section 8.1), since .NET clients
    /// send one.
    ///
    /// # Errors
    /// 400 `invalidSyntax` for invalid JSON, `tooMany` if a limit is exceeded.
    pub fn read<T, S>(&self, text: &[u8], seed: S) -> Result<T, ScimError>
    where
        S: for<'de> DeserializeSeed<'de, Value = T>,
    {
        let text = digits::quoted(text.strip_prefix(MARK).unwrap_or(text));
        let mut deserializer = serde_json::Deserializer::from_slice(&text);
        let read = seed.deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
        read.map_err(|error| match self.refusal.take() {
            Some(refusal) if error.is_data() => refusal,
            _ => not_json(&error),
        })
    }

    /// Returns a reader for any value.
    pub const fn any(&self) -> Reader<'_> {
        Reader::new(self, Part::Any)
    }

    /// Returns a reader for the members of a group that keeps only their ids: a group of everybody has a hundred thousand
    /// members, with names and addresses that nobody looks at. [`ids`](crate::protocol::patch::members::ids) reads the same
    /// from what is kept as from what was sent.
    pub const fn members(&self) -> Reader<'_> {
        Reader::new(self, Part::Members)
    }

    /// Returns a reader for a string, a number or null, which do not count towards the limits; anything else becomes false.
    pub const fn scalar(&self) -> Reader<'_> {
        Reader::new(self, Part::Scalar)
    }

    /// Returns a reader for an object whose keys are paths of a group's attributes, including its members.
    pub const fn group<'b>(&'b self, group: &'b ResourceType) -> Reader<'b> {
        Reader::new(self, Part::Group(group))
    }

    fn spend_value<E: serde::de::Error>(&self) -> Result<(), E> {
        self.spend(&self.values, || format!("the body has more than {} values beside members", bounds::JSON_VALUES))
    }

    fn spend_member<E: serde::de::Error>(&self) -> Result<(), E> {
        self.spend(&self.members, || {
            format!("a request may name {} members at most: send the others in another", bounds::MEMBERS)
        })
    }

    fn spend<E: serde::de::Error>(&self, of: &Cell<usize>, past: impl Fn() -> String) -> Result<(), E> {
        let Some(left) = of.get().checked_sub(1) else { return self.refuse(ScimError::too_many(past())) };
        of.set(left);
        Ok(())
    }

    /// Refuses an object with too many names.
    pub fn check_names<E: serde::de::Error>(&self, names: usize) -> Result<(), E> {
        if names <= bounds::NAMES {
            return Ok(());
        }
        self.refuse(ScimError::too_many(format!("an object of the body has more than {} names", bounds::NAMES)))
    }

    /// Sets the error to return if the next value has the wrong type, until [`came`](Self::came) is called.
    pub fn expect(&self, refusal: ScimError) {
        self.refusal.replace(Some(refusal));
    }

    /// Clears the error set by [`expect`](Self::expect): the value has the right type.
    pub fn came(&self) {
        self.refusal.take();
    }

    /// Stops reading with an error that [`Budget::read`] returns.
    pub fn refuse<T, E: serde::de::Error>(&self, refusal: ScimError) -> Result<T, E> {
        self.refusal.replace(Some(refusal));
        Err(E::custom("refused"))
    }
}

/// Reads a body that is one object.
///
/// # Errors
/// Same as [`Budget::read`], and 400 `invalidSyntax` for anything but an object.
pub fn object(text: &[u8]) -> Result<Map<String, Value>, ScimError> {
    let budget = Budget::default();
    whole(&budget, text, budget.any())
}

/// Reads the body of a group, keeping only the ids of its members.
///
/// # Errors
/// Same as [`object`].
pub fn group(text: &[u8], group: &ResourceType) -> Result<Map<String, Value>, ScimError> {
    let budget = Budget::default();
    whole(&budget, text, budget.group(group))
}

fn whole(budget: &Budget, text: &[u8], reader: Reader<'_>) -> Result<Map<String, Value>, ScimError> {
    match budget.read(text, reader)? {
        Value::Object(object) => Ok(object),
        _ => Err(no_object()),
    }
}

fn no_object() -> ScimError {
    ScimError::invalid_syntax("the body must be a JSON object")
}

fn not_json(error: &serde_json::Error) -> ScimError {
    let kind = match error.classify() {
        serde_json::error::Category::Eof => "it ends early",
        serde_json::error::Category::Data => return no_object(),
        _ => "unexpected text",
    };
    // The parser's messages contain a position, never a value.
    ScimError::invalid_syntax(format!(
        "the body is not JSON: {kind} at line {} column {}",
        error.line(),
        error.column()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::patch::members::ids;

    fn members(text: &str) -> Result<Value, ScimError> {
        let budget = Budget::default();
        budget.read(text.as_bytes(), budget.members())
    }

    #[test]
    fn what_is_kept_of_members_means_what_was_sent() {
        for text in [
            r#"[{"value":"1","display":"Ava"},{"VALUE":2},{"display":"x"},{},null,"3",4]"#,
            r#"[{"value":null,"value":"7"},{"value":"8","value":"9"}]"#,
            r#"{"value":"1"}"#,
            r#"{"display":"x"}"#,
            r#"{"value":null}"#,
            r#""1""#,
            "null",
            "[]",
            "[true]",
            "[[1]]",
            r#"[{"value":[1]}]"#,
            r#"[{"value":{"a":1}}]"#,
            r#"[{"value":true}]"#,
            "true",
            r#"{"value":true}"#,
            "[1.5]",
        ] {
            let whole = ids(serde_json::from_str(text).unwrap());
            let kept = ids(members(text).unwrap());
            assert_eq!(kept.map_err(|error| error.detail), whole.map_err(|error| error.detail), "{text}");
        }
    }

    #[test]
    fn any_value_is_read_as_the_parser_reads_it() {
        for text in [
            r#"{"a":[1,-2,3.5,18446744073709551615,1e400,"\u00e9\n",true,false,null],"b":{"c":{}},"a":1}"#,
            r#"{"$serde_json::private::Number":"1"}"#,
        ] {
            let whole: Result<Value, _> = serde_json::from_str(text);
            let read = object(text.as_bytes());
            match whole {
                Ok(whole) => assert_eq!(Value::Object(read.unwrap()), whole),
                Err(_) => assert!(read.is_err()),
            }
        }
        assert!(object(b"[]").unwrap_err().detail.contains("object"));
        assert!(object(br#"{"a":1} x"#).is_err());
    }
}
