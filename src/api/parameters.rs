//! Query parameters and headers that several endpoints have.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use poem::Request;

use crate::{
    protocol::{error::ScimError, filter::Filter, schema::ResourceType, search::SearchRequest},
    provider::{ListQuery, cursor_scope},
};

/// What a list asks for, in its query string or in a body.
///
/// # Errors
/// 400 `invalidFilter`, `invalidValue` for what cannot be sorted by, `invalidCount` for a page by cursor that is too large.
pub fn query(request: &SearchRequest, bound: u64, resource_type: &ResourceType) -> Result<ListQuery, ScimError> {
    Ok(ListQuery {
        filter: request.filter()?,
        filter_with_plus: request.filter_with_plus.as_deref().and_then(|filter| Filter::parse(filter).ok()),
        sort: request.sort(resource_type)?,
        paging: request.paging(bound)?,
        cursor_scope: cursor_scope(request),
    })
}

/// The filter of a query string as it reads where each raw `+` is a plus and no blank.
///
/// RFC 7644 wants `+` encoded, and a query string means a blank by it: so does Entra ID. rauthy and Keycloak's plugin send
/// a name such as `C++ Developers` with its plus signs as they are (sources of 2026-09).
pub fn filter_with_plus(request: &Request) -> Option<String> {
    let pairs = request.uri().query()?.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) =
        pairs.into_iter().find(|(name, value)| name.eq_ignore_ascii_case("filter") && value.contains('+'))?;
    let decoded = |text: &str| percent_decode_str(text).decode_utf8().ok().map(Cow::into_owned);
    // Outside of a text it stands between words.
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
