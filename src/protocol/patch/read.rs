//! Reads the text of a PATCH operation by operation, so that fifty thousand of them are held in their parsed form only.

use std::borrow::Cow;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::request::{self, Operation, from_members, no_operations, not_an_object, too_many};
use crate::protocol::{
    bounds,
    json::Budget,
    messages::error::ScimError,
    schema::{ResourceType, path::Target},
};

/// Reads the body of a PATCH.
///
/// # Errors
/// Same as [`parse`](super::parse), and 400 `invalidSyntax` for a text that is not a JSON object.
pub fn read(text: &[u8], resource_type: &ResourceType) -> Result<Vec<Operation>, ScimError> {
    let budget = Budget::default();
    budget.read(text, Message { budget: &budget, resource_type })?.ok_or_else(no_operations)
}

#[derive(Clone, Copy)]
struct Message<'a> {
    budget: &'a Budget,
    resource_type: &'a ResourceType,
}

impl<'de> DeserializeSeed<'de> for Message<'_> {
    type Value = Option<Vec<Operation>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Message<'_> {
    type Value = Option<Vec<Operation>>;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a PatchOp")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut message: A) -> Result<Self::Value, A::Error> {
        let mut operations = None;
        let mut names = 0;
        while let Some(name) = message.next_key::<Cow<'de, str>>()? {
            names += 1;
            self.budget.check_names(names)?;
            if name.eq_ignore_ascii_case("Operations") {
                self.budget.expect(no_operations());
                operations = Some(message.next_value_seed(Operations(self))?);
            } else {
                message.next_value::<IgnoredAny>()?;
            }
        }
        Ok(operations)
    }
}

struct Operations<'a>(Message<'a>);

impl<'de> DeserializeSeed<'de> for Operations<'_> {
    type Value = Vec<Operation>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Operations<'_> {
    type Value = Vec<Operation>;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Self::Value, A::Error> {
        let mut operations = Vec::new();
        loop {
            self.0.budget.expect(not_an_object());
            let Some(operation) = values.next_element_seed(One(self.0))? else { break };
            if operations.len() == bounds::OPERATIONS {
                return self.0.budget.refuse(too_many());
            }
            operations.push(operation);
        }
        self.0.budget.came();
        Ok(operations)
    }
}

struct One<'a>(Message<'a>);

impl<'de> DeserializeSeed<'de> for One<'_> {
    type Value = Operation;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for One<'_> {
    type Value = Operation;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("an object")
    }

    /// Reads one operation. If the path comes before the value, as all known clients send it, only the ids of members are
    /// kept.
    fn visit_map<A: MapAccess<'de>>(self, mut operation: A) -> Result<Self::Value, A::Error> {
        let Message { budget, resource_type } = self.0;
        budget.came();
        let (mut op, mut target, mut value) = (None, None, None);
        let mut names = 0;
        while let Some(name) = operation.next_key::<Cow<'de, str>>()? {
            names += 1;
            budget.check_names(names)?;
            match name.to_ascii_lowercase().as_str() {
                "op" => op = Some(operation.next_value_seed(budget.scalar())?),
                "path" => {
                    let path = operation.next_value_seed(budget.scalar())?;
                    target = request::target(path, resource_type).or_else(|refusal| budget.refuse(refusal))?;
                }
                "value" => {
                    let reader = match target {
                        None => budget.group(resource_type),
                        Some(Target::Members(None)) => budget.members(),
                        Some(_) => budget.any(),
                    };
                    value = Some(operation.next_value_seed(reader)?);
                }
                _ => {
                    operation.next_value::<IgnoredAny>()?;
                }
            }
        }
        from_members(op, target, value).or_else(|refusal| budget.refuse(refusal))
    }
}
