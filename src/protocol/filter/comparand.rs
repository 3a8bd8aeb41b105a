//! Reads a literal of a filter as the type of its attribute.

use super::{Comparand, Literal, Operator};
use crate::protocol::{
    case_fold::{case_fold, case_fold_part},
    date,
    messages::error::ScimError,
    resource::search_document,
    schema::attribute::{Attribute, DataType},
    shorten::shorten,
};

/// Reads a literal that the attribute `leaf` is compared with; `None` stands for an attribute of an unregistered extension.
///
/// # Errors
/// 400 `invalidFilter` for a literal of the wrong type, and for an operator the type does not support.
pub(super) fn comparand(
    name: &str,
    leaf: Option<&Attribute>,
    operator: Operator,
    literal: &Literal,
) -> Result<Comparand, ScimError> {
    let refuse = |expected: &str| Err(refusal(name, &format!("can only be compared with {expected}")));
    let comparand = match (leaf.map(|leaf| leaf.data_type), literal) {
        (Some(DataType::Boolean), Literal::Boolean(value)) => Comparand::Boolean(*value),
        // Entra ID writes `primary eq "True"` (documentation and validator, 2026-09).
        (Some(DataType::Boolean), Literal::String(text)) => match text.to_ascii_lowercase().as_str() {
            "true" => Comparand::Boolean(true),
            "false" => Comparand::Boolean(false),
            _ => return refuse("true or false"),
        },
        (Some(DataType::Boolean), _) => return refuse("true or false"),
        (Some(DataType::DateTime), Literal::String(text)) => match date::parse(text) {
            Some(instant) => Comparand::Instant(instant),
            None => return refuse("a date and time such as \"2026-11-21T10:00:00Z\""),
        },
        (Some(DataType::DateTime), _) => return refuse("a date and time in quotes"),
        (Some(DataType::Integer | DataType::Decimal) | None, Literal::Number(digits)) => match digits.parse() {
            Ok(number) => Comparand::Number(number),
            Err(_) => return refuse("a number"),
        },
        (Some(DataType::Integer | DataType::Decimal), _) => return refuse("a number"),
        (None, Literal::Boolean(value)) => Comparand::Boolean(*value),
        // RFC 7644 section 3.4.2.2: neither Booleans nor binaries have an order.
        (Some(DataType::Binary), Literal::String(_)) if operator.orders() => {
            return refuse("eq, ne, co, sw, ew and pr: it has no order");
        }
        // A text of digits only, such as an id, may come without quotes too.
        (Some(_), Literal::Number(text)) | (Some(_) | None, Literal::String(text) | Literal::Bare(text)) => {
            return Ok(text_comparand(operator, leaf.is_some_and(|leaf| leaf.case_exact), text));
        }
        (_, _) => return refuse("a string in double quotes"),
    };
    let has_order = !matches!(comparand, Comparand::Boolean(_));
    if operator.searches_part() || operator.orders() && !has_order {
        return Err(refusal(name, "has no values that co, sw, ew or this order could be asked of"));
    }
    Ok(comparand)
}

/// Makes a text comparable: blanks at its ends matter in a substring search, but not in a whole value.
fn text_comparand(operator: Operator, case_exact: bool, text: &str) -> Comparand {
    Comparand::Text(match (case_exact, operator.searches_part()) {
        (true, _) => search_document::exact(text),
        (false, true) => search_document::exact(&case_fold_part(text)),
        (false, false) => search_document::exact(&case_fold(text)),
    })
}

/// Builds the error for a name that cannot be compared so.
pub(super) fn refusal(name: &str, why: &str) -> ScimError {
    ScimError::invalid_filter(format!("{} {why}", shorten(name)))
}
