//! JSON bodies, read within bounds: what a body costs is told by its length no better than by nothing, for `[1,1,…]` takes
//! eighty times its length in memory, and an object of 43,000 keys took 9 s to read (2026-11-27).

use std::{
    borrow::Cow,
    cell::{Cell, RefCell},
};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::{
    bounds,
    error::ScimError,
    members::{Named, names_members},
    schema::ResourceType,
};

/// What is left of the bounds of one body.
#[derive(Debug)]
pub struct Budget {
    values: Cell<usize>,
    members: Cell<usize>,
    /// Why reading was given up, where that is not the syntax.
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
    /// Reads a whole text.
    ///
    /// # Errors
    /// 400 `invalidSyntax` for a text that is no JSON, `tooMany` past a bound.
    pub fn read<'de, S: DeserializeSeed<'de>>(&self, text: &'de [u8], seed: S) -> Result<S::Value, ScimError> {
        let mut deserializer = serde_json::Deserializer::from_slice(text);
        let read = seed.deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
        read.map_err(|error| match self.refusal.take() {
            Some(refusal) if error.is_data() => refusal,
            _ => not_json(&error),
        })
    }

    /// Reads any value.
    pub const fn any(&self) -> Reader<'_> {
        Reader { budget: self, part: Part::Any }
    }

    /// Reads the members of a group, of each of which only the id is kept: a group of everybody has a hundred thousand, with
    /// names and addresses that nobody looks at. To [`ids`](super::members::ids) what is kept means what was sent.
    pub const fn members(&self) -> Reader<'_> {
        Reader { budget: self, part: Part::Members }
    }

    /// Reads a text, a number or null, which cost nothing; what is none of them becomes false.
    pub const fn scalar(&self) -> Reader<'_> {
        Reader { budget: self, part: Part::Scalar }
    }

    /// Reads an object whose names are paths of a group's attributes, and its members among them.
    pub const fn group<'b>(&'b self, group: &'b ResourceType) -> Reader<'b> {
        Reader { budget: self, part: Part::Group(group) }
    }

    fn spend_value<E: serde::de::Error>(&self) -> Result<(), E> {
        match self.values.get().checked_sub(1) {
            Some(left) => {
                self.values.set(left);
                Ok(())
            }
            None => self.refuse(ScimError::too_many(format!(
                "the body has more than {} values beside members",
                bounds::JSON_VALUES
            ))),
        }
    }

    fn spend_member<E: serde::de::Error>(&self) -> Result<(), E> {
        match self.members.get().checked_sub(1) {
            Some(left) => {
                self.members.set(left);
                Ok(())
            }
            None => self.refuse(ScimError::too_many(format!(
                "a request may name {} members at most: send the others in another",
                bounds::MEMBERS
            ))),
        }
    }

    /// Counts the names of an object.
    pub fn check_names<E: serde::de::Error>(&self, names: usize) -> Result<(), E> {
        if names <= bounds::NAMES {
            return Ok(());
        }
        self.refuse(ScimError::too_many(format!("an object of the body has more than {} names", bounds::NAMES)))
    }

    /// Says what to answer if what comes is of another kind, until it [came](Self::came).
    pub fn expect(&self, refusal: ScimError) {
        self.refusal.replace(Some(refusal));
    }

    pub fn came(&self) {
        self.refusal.take();
    }

    /// Gives reading up, for a reason that [`Budget::read`] answers.
    pub fn refuse<T, E: serde::de::Error>(&self, refusal: ScimError) -> Result<T, E> {
        self.refusal.replace(Some(refusal));
        Err(E::custom("refused"))
    }
}

/// Reads a body that is one object.
///
/// # Errors
/// As [`Budget::read`], and 400 `invalidSyntax` for anything but an object.
pub fn object(text: &[u8]) -> Result<Map<String, Value>, ScimError> {
    let budget = Budget::default();
    whole(&budget, text, budget.any())
}

/// As [`object`], for the body of a group.
///
/// # Errors
/// As [`object`].
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
    // The words of the parser name a place, never a value.
    ScimError::invalid_syntax(format!(
        "the body is not JSON: {kind} at line {} column {}",
        error.line(),
        error.column()
    ))
}

/// Reads one part of a body.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'b> {
    budget: &'b Budget,
    part: Part<'b>,
}

#[derive(Debug, Clone, Copy)]
enum Part<'b> {
    Any,
    Group(&'b ResourceType),
    Members,
    /// One of the members; what can be none becomes false.
    Member,
    Scalar,
}

impl<'b> Reader<'b> {
    const fn of(self, part: Part<'b>) -> Self {
        Self { budget: self.budget, part }
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        match self.part {
            Part::Any | Part::Group(_) => self.budget.spend_value()?,
            Part::Member => self.budget.spend_member()?,
            Part::Members | Part::Scalar => {}
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value && matches!(self.part, Part::Any)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Value, A::Error> {
        let part = match self.part {
            Part::Any | Part::Group(_) => Part::Any,
            Part::Members => Part::Member,
            Part::Member | Part::Scalar => {
                while values.next_element::<IgnoredAny>()?.is_some() {}
                return Ok(Value::Bool(false));
            }
        };
        let mut read = Vec::new();
        while let Some(value) = values.next_element_seed(self.of(part))? {
            read.push(value);
        }
        Ok(Value::Array(read))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut names = 0;
        let mut read = Map::new();
        let mut id: Option<(Cow<'de, str>, Value)> = None;
        while let Some(name) = object.next_key::<Cow<'de, str>>()? {
            names += 1;
            self.budget.check_names(names)?;
            let part = match self.part {
                Part::Group(group) if names_members(&name, group) == Named::Members => Part::Members,
                Part::Any | Part::Group(_) => Part::Any,
                part => part,
            };
            if matches!(self.part, Part::Any | Part::Group(_)) {
                read.insert(name.into_owned(), object.next_value_seed(self.of(part))?);
            } else if !matches!(self.part, Part::Scalar)
                && name.eq_ignore_ascii_case("value")
                // The same name again takes its place, in other letters it does not.
                && id.as_ref().is_none_or(|(first, _)| *first == name)
            {
                id = Some((name, object.next_value_seed(self.of(Part::Scalar))?));
            } else {
                object.next_value::<IgnoredAny>()?;
            }
        }
        Ok(match (self.part, id.map(|(_, id)| id)) {
            (Part::Any | Part::Group(_), _) => Value::Object(read),
            (Part::Scalar, _) => Value::Bool(false),
            // Null in the place of the list is no list; an object without a value is a member without an id.
            (Part::Members, None | Some(Value::Null)) => Value::Object(read),
            (_, id) => id.unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::members::ids;

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
