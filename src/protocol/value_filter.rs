//! The filter in the brackets of a PATCH path: which values it chooses, and which one it describes.

use serde_json::{Map, Value};

use super::{
    attribute::Attribute,
    coerce,
    error::ScimError,
    filter::{Condition, Filter, Literal, Operator},
    warnings::Warnings,
};

/// The brackets of a value path.
#[derive(Debug, Clone)]
pub struct ValueFilter {
    pub condition: Condition,
    /// The value that meets the condition by itself, where the filter is only `eq` joined by `and`.
    pub implied: Option<Map<String, Value>>,
    /// Whether `value` itself is compared.
    pub names_value: bool,
}

impl ValueFilter {
    /// Reads what stands in brackets behind an attribute, or behind one of an unregistered extension.
    ///
    /// # Errors
    /// 400 `invalidFilter`.
    pub fn parse(text: &str, attribute: Option<&'static Attribute>) -> Result<Self, ScimError> {
        let filter = Filter::parse(text)?;
        let condition = Condition::from_value_filter(&filter, attribute)?;
        let mut implied = Map::new();
        let implied = imply(&filter, attribute, &mut implied).then_some(implied);
        Ok(Self { condition, implied, names_value: names_value(&filter) })
    }

    /// The value to create where none matches. A filter that names `value` says which one is meant, and creates none.
    ///
    /// # Errors
    /// 400 `noTarget`.
    pub fn created(&self, attribute: &str) -> Result<Map<String, Value>, ScimError> {
        self.implied
            .clone()
            .filter(|_| !self.names_value)
            .ok_or_else(|| ScimError::no_target(format!("no value of {attribute} matches the filter of the path")))
    }
}

/// Collects what a filter of `eq` and `and` says of a value, of an attribute or of none that is known; false for any other
/// filter.
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

/// Whether a filter compares `value`.
fn names_value(filter: &Filter) -> bool {
    match filter {
        Filter::And(filters) | Filter::Or(filters) => filters.iter().any(names_value),
        Filter::Not(filter) => names_value(filter),
        Filter::Compare(name, ..) => name.eq_ignore_ascii_case("value"),
        Filter::Present(_) | Filter::Values(..) => false,
    }
}
