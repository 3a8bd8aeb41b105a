//! Tolerances that go beyond the spelling of a value.
//!
//! A tolerance that harms nobody is on for everyone and is documented next to the rule it bends, with its client and date.
//! This file has the ones that would otherwise be hard to find. What clients contradict each other about is a setting of a
//! connection.

use percent_encoding::percent_decode_str;

use crate::protocol::filter::{Filter, Literal, Operator};

/// Attributes whose values are left out if they are too long, while the user is kept: Entra ID sends photos as data URIs
/// (reports of 2026-11).
pub const OPTIONAL: [&str; 2] = ["photos", "x509Certificates"];

/// Returns other interpretations of a filter that found nothing, in the order they are tried.
///
/// A single `eq` is read with each raw `+` of the query string as a plus. A blank that came as `%20` or in a body stays a
/// blank: `a b@x` never means `a+b@x`, which is another person. Entra ID was seen to encode an `@` twice
/// (learn.microsoft.com 2238842, 2025-03), so the text is decoded once more, but a `+` never becomes a blank, since `a+b@x`
/// could not be found then (a bug of Fleet's).
pub fn other_interpretations(filter: &Filter, with_plus: Option<&Filter>) -> Vec<Filter> {
    let plus = with_plus.filter(|with_plus| is_lookup(with_plus)).filter(|with_plus| *with_plus != filter).cloned();
    let decoded = |text: &str| {
        let decoded = text.contains('%').then(|| percent_decode_str(text).decode_utf8().ok()).flatten()?;
        (decoded != text).then(|| decoded.into_owned())
    };
    [plus, rewritten(filter, &decoded)].into_iter().flatten().collect()
}

/// Says whether a filter is a single `eq`, or a value path whose brackets contain only `eq` joined by `and`.
fn is_lookup(filter: &Filter) -> bool {
    let is_eq = |filter: &Filter| matches!(filter, Filter::Compare(_, Operator::Eq, Literal::String(_)));
    match filter {
        Filter::Values(_, inner) => match &**inner {
            Filter::And(filters) => filters.iter().all(is_eq),
            inner => is_eq(inner),
        },
        filter => is_eq(filter),
    }
}

fn rewritten(filter: &Filter, rewrite: &impl Fn(&str) -> Option<String>) -> Option<Filter> {
    let mut filter = filter.clone();
    rewrite_strings(&mut filter, rewrite).then_some(filter)
}

/// Rewrites the strings of a filter's lookups: only `eq` comparisons that are not negated.
fn rewrite_strings(filter: &mut Filter, rewrite: &impl Fn(&str) -> Option<String>) -> bool {
    match filter {
        Filter::And(filters) | Filter::Or(filters) => {
            // Rewrite each of them, not only the first.
            filters.iter_mut().filter_map(|filter| rewrite_strings(filter, rewrite).then_some(())).count() > 0
        }
        Filter::Values(_, inner) => rewrite_strings(inner, rewrite),
        Filter::Compare(_, Operator::Eq, Literal::String(text)) => match rewrite(text) {
            Some(rewritten) => {
                *text = rewritten;
                true
            }
            None => false,
        },
        _ => false,
    }
}

/// Reads the token of an Authorization header. The scheme may be in any letter case, and may be repeated if an administrator
/// pasted `Bearer …` into a field to which Okta adds the scheme itself (lab of 2026-10).
pub fn bearer_token(header: &str) -> Option<&str> {
    let mut rest = header.trim();
    let mut schemes = 0;
    while let Some((scheme, token)) = rest.split_once(char::is_whitespace) {
        if !scheme.eq_ignore_ascii_case("bearer") {
            break;
        }
        schemes += 1;
        rest = token.trim_start();
    }
    (schemes > 0 && !rest.is_empty() && !rest.contains(char::is_whitespace)).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_is_stripped_however_often_and_however_spelled() {
        for header in ["Bearer t", "bearer t", "BEARER  t", "Bearer Bearer t", " Bearer bearer t "] {
            assert_eq!(bearer_token(header), Some("t"), "{header:?}");
        }
        for header in ["", "t", "Bearer", "Bearer ", "Basic t", "Bearer a b"] {
            assert_eq!(bearer_token(header), None, "{header:?}");
        }
    }

    #[test]
    fn a_lookup_is_read_again_only_where_an_address_was_mangled() {
        let filter = |text: &str| Filter::parse(text).unwrap();
        let interpretations = |text: &str, plus: &str| other_interpretations(&filter(text), Some(&filter(plus)));
        let (blank, plus) = (r#"userName eq "a b@x.y""#, r#"userName eq "a+b@x.y""#);
        assert_eq!(interpretations(blank, plus), vec![filter(plus)]);
        assert_eq!(
            other_interpretations(&filter(r#"userName eq "a%40x.y""#), None),
            vec![filter(r#"userName eq "a@x.y""#)]
        );
        assert!(other_interpretations(&filter(blank), None).is_empty());
        assert!(interpretations(plus, plus).is_empty());
        assert!(interpretations(&format!("not ({blank})"), &format!("not ({plus})")).is_empty());
        assert!(interpretations(&format!("{blank} or title pr"), &format!("{plus} or title pr")).is_empty());
    }
}
