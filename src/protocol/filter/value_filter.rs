//! The filter in the brackets of a PATCH path: which values it selects, and which value it describes.

use serde_json::{Map, Value};

use crate::protocol::{
    filter::{Condition, Filter, Literal, Operator},
    messages::error::ScimError,
    resource::coerce,
    schema::attribute::Attribute,
    warnings::Warnings,
};

/// The filter in the brackets of a value path.
#[derive(Debug, Clone)]
pub struct ValueFilter {
    pub condition: Condition,
    /// The value that the filter itself describes, if it consists only of `eq` joined by `and`.
    pub implied: Option<Map<String, Value>>,
    /// Whether the filter compares `value` itself.
    names_value: bool,
}

impl ValueFilter {
    /// Reads the filter in brackets after an attribute; `None` is an attribute of an unregistered extension.
    ///
    /// # Errors
    /// 400 `invalidFilter` for an invalid filter.
    pub fn parse(text: &str, attribute: Option<&'static Attribute>) -> Result<Self, ScimError> {
        let filter = Filter::parse(text)?;
        let condition = Condition::from_value_filter(&filter, attribute)?;
        let mut implied = Map::new();
        let implied = imply(&filter, attribute, &mut implied).then_some(implied);
        Ok(Self { condition, implied, names_value: names_value(&filter) })
    }

    /// Returns the value to create if none matches. A filter that names `value` selects a specific value, so it creates
    /// none.
    ///
    /// # Errors
    /// 400 `noTarget` if the filter does not describe a value to create.
    pub fn created(&self, attribute: &str) -> Result<Map<String, Value>, ScimError> {
        self.implied
            .clone()
            .filter(|_| !self.names_value)
            .ok_or_else(|| ScimError::no_target(format!("no value of {attribute} matches the filter of the path")))
    }
}

/// Collects the sub-attributes that a filter of only `eq` and `and` implies for a value, of a known or an untyped attribute;
/// returns false for any other filter.
fn imply(filter: &Filter, attribute: Option<&'static Attribute>, value: &mut Map<String, Value>) -> bool {
    match filter {
        Filter::And(filters) => filters.iter().all(|filter| imply(filter, attribute, value)),
        Filter::Compare(name, Operator::Eq, literal) => {
            let literal = match literal {
                Literal::Null => return true,
                Literal::Boolean(literal) => Value::Bool(*literal),
                Literal::Number(digits) => serde_json::from_str(digits).unwrap_or_default(),
                Literal::String(literal) | Literal::Bare(literal) => Value::String(literal.clone()),
            };
            let Some(attribute) = attribute else { return value.insert(name.clone(), literal).is_none() };
            let Some(sub) = attribute.sub_attribute(name).filter(|sub| !sub.is_read_only()) else {
                return false;
            };
            match coerce::single(sub, sub.name, literal, &mut Warnings::default()) {
                Ok(Some(literal)) => value.insert(sub.name.to_owned(), literal).is_none(),
                _ => false,
            }
        }
        _ => false,
    }
}

/// Says whether a filter compares `value`.
fn names_value(filter: &Filter) -> bool {
    match filter {
        Filter::And(filters) | Filter::Or(filters) => filters.iter().any(names_value),
        Filter::Not(filter) => names_value(filter),
        Filter::Compare(name, ..) => name.eq_ignore_ascii_case("value"),
        Filter::Present(_) | Filter::Values(..) => false,
    }
}
