//! Reads values from serde, each according to its part in the body.

use std::borrow::Cow;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::Budget;
use crate::protocol::{
    patch::members::{Named, names_members},
    schema::ResourceType,
};

/// Reads one part of a body.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'b> {
    budget: &'b Budget,
    part: Part<'b>,
}

/// What a value is used for.
#[derive(Debug, Clone, Copy)]
pub enum Part<'b> {
    Any,
    Group(&'b ResourceType),
    Members,
    /// One of the members; a value that cannot be a member becomes false.
    Member,
    Scalar,
}

impl<'b> Reader<'b> {
    pub const fn new(budget: &'b Budget, part: Part<'b>) -> Self {
        Self { budget, part }
    }

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
                // The same name again replaces the first one; a different letter case does not.
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
            // Null instead of the list means no list; an object without a value is a member without an id.
            (Part::Members, None | Some(Value::Null)) => Value::Object(read),
            (_, id) => id.unwrap_or_default(),
        })
    }
}
