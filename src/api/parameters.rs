//! Query parameters and headers that several endpoints have.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use poem::Request;

use crate::protocol::{messages::error::ScimError, resource::projection::Projection, schema::ResourceType};

/// Reads the filter of a query string with each raw `+` taken as a plus, not as a blank.
///
/// RFC 7644 wants `+` encoded, and in a query string it means a blank; Entra ID uses it that way. rauthy and Keycloak's
/// plugin send a name such as `C++ Developers` with its plus signs unencoded (sources of 2026-09).
pub fn filter_with_plus(request: &Request) -> Option<String> {
    let pairs = request.uri().query()?.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) =
        pairs.into_iter().find(|(name, value)| name.eq_ignore_ascii_case("filter") && value.contains('+'))?;
    let decoded = |text: &str| percent_decode_str(text).decode_utf8().ok().map(Cow::into_owned);
    // Outside a text, a plus separates words.
    let mut filter = String::with_capacity(value.len());
    let mut in_text = false;
    for (at, part) in value.split('+').enumerate() {
        if at > 0 {
            filter.push(if in_text { '+' } else { ' ' });
        }
        let part = decoded(part)?;
        let mut escaped = false;
        for character in part.chars() {
            match character {
                _ if escaped => escaped = false,
                '\\' if in_text => escaped = true,
                '"' => in_text = !in_text,
                _ => {}
            }
        }
        filter += &part;
    }
    Some(filter)
}

/// Reads the two comma-separated lists that select what is returned.
///
/// # Errors
/// 400 `tooMany` for too many names.
pub fn projection(
    attributes: &Option<String>,
    excluded: &Option<String>,
    resource_type: &ResourceType,
) -> Result<Projection, ScimError> {
    Projection::parse(attributes.as_deref(), excluded.as_deref(), resource_type)
}
