//! Requests in the one spelling that the framework understands.

use poem::{
    Request,
    http::{HeaderMap, HeaderName, HeaderValue, Uri},
};

/// Joins the lines of a header, which form one list (RFC 9110 section 5.3). Its tags may contain any byte; none of our tags
/// has one that is not ASCII, and poem would drop the whole header because of such a byte, and with it the precondition.
pub fn join(headers: &mut HeaderMap, name: &HeaderName) {
    let lines: Vec<&[u8]> = headers.get_all(name).iter().map(HeaderValue::as_bytes).collect();
    let mut list = lines.join(&b", "[..]);
    list.iter_mut().filter(|byte| !matches!(byte, b'\t' | b' '..=b'~')).for_each(|byte| *byte = b'?');
    if !lines.is_empty()
        && let Ok(list) = HeaderValue::from_bytes(&list)
    {
        headers.insert(name, list);
    }
}

/// Removes the parameters that have no value from a query, such as `count=`; `None` if every parameter has one. An empty
/// cursor counts as a value: it asks for the first page (RFC 9865 section 2).
pub fn without_empty(query: &str) -> Option<String> {
    let is_empty = |pair: &&str| {
        pair.split_once('=').is_some_and(|(name, value)| value.is_empty() && !name.eq_ignore_ascii_case("cursor"))
    };
    query
        .split('&')
        .any(|pair| is_empty(&pair))
        .then(|| query.split('&').filter(|pair| !is_empty(pair)).collect::<Vec<_>>().join("&"))
}

pub fn set_uri(request: &mut Request, path: &str, query: Option<&str>) {
    let mut parts = request.uri().clone().into_parts();
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    parts.path_and_query = format!("{path}{query}").parse().ok();
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
}
