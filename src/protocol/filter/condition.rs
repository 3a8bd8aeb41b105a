//! A filter whose names were found in the attribute table: both the SQL writer and the evaluator read it.

use super::Operator;
use crate::protocol::search_document;

/// A condition over the search document of a resource, or of one value of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    /// Matches nothing: a string with U+0000, which no value has.
    Never,
    /// The field has a value.
    Present(Field),
    /// The field has a value, and the comparison holds. Without a value no comparison holds.
    Compare(Field, Operator, Comparand),
    /// At least one value of a multi-valued attribute meets the condition.
    AnyValue(Field, Box<Condition>),
}

/// Where a value stands in the search document.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The keys down to it, lower-case; empty for the value of a simple multi-valued attribute.
    pub keys: Vec<String>,
    /// It belongs to an unregistered extension, so that any JSON type may stand there.
    pub untyped: bool,
}

/// A literal as its attribute compares it.
#[derive(Debug, Clone, PartialEq)]
pub enum Comparand {
    Text(String),
    Boolean(bool),
    Number(f64),
    Instant(i64),
}

impl Comparand {
    /// Writes the text that stands for it in the search document.
    pub fn encoded(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Boolean(value) => search_document::boolean(*value).to_owned(),
            Self::Number(number) => search_document::number(*number),
            Self::Instant(milliseconds) => search_document::instant(*milliseconds),
        }
    }

    /// The first characters of every encoded value of its type; `None` for a text, which begins with anything but a mark.
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

    /// Says whether it asks for one value of `value` and nothing else, and for which.
    pub fn value_eq(&self) -> Option<&str> {
        match self {
            Self::Compare(field, Operator::Eq, Comparand::Text(text)) if field.keys == ["value"] => Some(text),
            _ => None,
        }
    }
}
