//! Tolerances that are more than a value's spelling.
//!
//! A tolerance that harms nobody is on for everyone and stands beside the rule it bends, with its client and date. Here
//! are those that would otherwise be hard to find, and the one that clients contradict each other about.

use percent_encoding::percent_decode_str;

use super::filter::{Filter, Literal, Operator};

/// Other readings of a filter that found nothing, in the order they are tried.
///
/// rauthy sends a `+` of an address unencoded, which a query string means as a blank (source of 2026-09). Entra ID was
/// seen to encode an `@` twice (learn.microsoft.com 2238842, 2025-03): decoded once more, but never a `+` to a blank,
/// since then `a+b@x` could not be found (the seed's bug).
pub fn second_readings(filter: &Filter) -> Vec<Filter> {
    let plus = |text: &str| (text.contains('@') && text.contains(' ')).then(|| text.replace(' ', "+"));
    let decoded = |text: &str| {
        let decoded = text.contains('%').then(|| percent_decode_str(text).decode_utf8().ok()).flatten()?;
        (decoded != text).then(|| decoded.into_owned())
    };
    [rewritten(filter, &plus), rewritten(filter, &decoded)].into_iter().flatten().collect()
}

fn rewritten(filter: &Filter, rewrite: &impl Fn(&str) -> Option<String>) -> Option<Filter> {
    let mut filter = filter.clone();
    rewrite_strings(&mut filter, rewrite).then_some(filter)
}

/// Only comparisons by `eq` that are not negated are lookups.
fn rewrite_strings(filter: &mut Filter, rewrite: &impl Fn(&str) -> Option<String>) -> bool {
    match filter {
        Filter::And(filters) | Filter::Or(filters) => {
            // Each of them, not only the first.
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

/// The token of an Authorization header: the scheme in any case, and once too often where an administrator pasted
/// `Bearer …` into a field to which Okta adds the scheme itself (lab of 2026-10).
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
        let readings = |text: &str| second_readings(&Filter::parse(text).unwrap());
        assert_eq!(readings(r#"userName eq "a b@x.y""#), vec![Filter::parse(r#"userName eq "a+b@x.y""#).unwrap()]);
        assert_eq!(readings(r#"userName eq "a%40x.y""#), vec![Filter::parse(r#"userName eq "a@x.y""#).unwrap()]);
        for text in [r#"userName eq "a+b@x.y""#, r#"displayName eq "a b""#, r#"not (userName eq "a b@x.y")"#] {
            assert!(readings(text).is_empty(), "{text}");
        }
    }
}
