//! A filter with its names resolved against the attribute table; both the SQL writer and the evaluator read it.

use std::borrow::Cow;

use super::Operator;
use crate::protocol::resource::search_document;

/// A condition on the search document of a resource, or on one of its values.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    /// Matches nothing: a string with U+0000, which no value has, or an attribute that the type lacks.
    Never,
    /// The field has a value.
    Present(Field),
    /// The field has a value, and the comparison holds. No comparison holds without a value.
    Compare(Field, Operator, Comparand),
    /// At least one value of a multi-valued attribute meets the condition.
    AnyValue(Field, Box<Condition>),
}

/// Where a value is in the search document.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The lower-case keys that lead to it; empty for the value of a simple multi-valued attribute.
    pub keys: Vec<String>,
    /// It belongs to an unregistered extension, so its value may have any JSON type.
    pub untyped: bool,
}

/// A literal converted for comparison with its attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum Comparand {
    Text(String),
    Boolean(bool),
    Number(f64),
    Instant(i64),
}

impl Comparand {
    /// Encodes it as the search document does.
    pub fn encoded(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => text.into(),
            Self::Boolean(value) => search_document::boolean(*value).into(),
            Self::Number(number) => search_document::number(*number).into(),
            Self::Instant(milliseconds) => search_document::instant(*milliseconds).into(),
        }
    }

    /// Returns the prefix of every encoded value of its type; `None` for a text, which never begins with the mark.
    pub fn type_prefix(&self) -> Option<String> {
        match self {
            Self::Text(_) => None,
            other => Some(other.encoded().chars().take(2).collect()),
        }
    }
}

impl Condition {
    /// Builds a comparison. U+0000 is refused in every value, so a comparison with it matches nothing.
    pub fn compare(field: Field, operator: Operator, comparand: Comparand) -> Self {
        match &comparand {
            Comparand::Text(text) if text.contains('\0') => Self::Never,
            // Every value contains the empty string.
            Comparand::Text(text) if text.is_empty() && operator.searches_part() => Self::Present(field),
            _ => Self::Compare(field, operator, comparand),
        }
    }

    /// Says whether the values of a multi-valued attribute are read.
    pub fn reads(&self, attribute: &str) -> bool {
        match self {
            Self::All(conditions) | Self::Any(conditions) => {
                conditions.iter().any(|condition| condition.reads(attribute))
            }
            Self::Not(condition) => condition.reads(attribute),
            Self::AnyValue(field, _) => field.keys.first().is_some_and(|key| key == attribute),
            Self::Never | Self::Present(_) | Self::Compare(..) => false,
        }
    }

    /// Returns the text if the condition is only `value eq` that text.
    pub fn value_eq(&self) -> Option<&str> {
        match self {
            Self::Compare(field, Operator::Eq, Comparand::Text(text)) if field.keys == ["value"] => Some(text),
            _ => None,
        }
    }
}
