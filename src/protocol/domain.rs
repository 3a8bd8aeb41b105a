//! Domains of addresses: a connection may be limited to some of them.

use super::case_fold::case_fold;

/// The domains of a connection, at most.
pub const DOMAINS: usize = 50;
/// Characters of a domain, at most (RFC 1035 section 2.3.4).
const DOMAIN: usize = 253;

/// Reads a domain, such as `corp.com`, in the form in which it is compared; `None` for anything else.
///
/// An `@` before it is dropped. A domain of other letters is compared as it is written, not in its ASCII form.
pub fn parse_domain(text: &str) -> Option<String> {
    let domain = case_fold(text.trim().trim_start_matches('@'));
    is_domain(&domain).then_some(domain)
}

/// Returns the domain of an address in the form in which it is compared.
pub fn domain_of(address_key: &str) -> Option<&str> {
    let (_, domain) = address_key.rsplit_once('@')?;
    is_domain(domain).then_some(domain)
}

/// Says whether a text is a domain. None has a character that means something in a pattern of SQL.
fn is_domain(text: &str) -> bool {
    (1..=DOMAIN).contains(&text.chars().count())
        && text.split('.').all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_read_however_it_is_written() {
        for text in ["corp.com", " Corp.COM ", "@corp.com"] {
            assert_eq!(parse_domain(text).as_deref(), Some("corp.com"), "{text}");
        }
        assert_eq!(parse_domain("Müller.example").as_deref(), Some("müller.example"));
        for text in ["", "@", "a@corp.com", "corp..com", ".com", "corp.com.", "*.corp.com", "%", "a_b.com", "a b.com"] {
            assert_eq!(parse_domain(text), None, "{text}");
        }
    }

    #[test]
    fn the_domain_of_an_address_follows_its_last_at_sign() {
        assert_eq!(domain_of("ava@corp.com"), Some("corp.com"));
        assert_eq!(domain_of("\"a@evil.com\"@corp.com"), Some("corp.com"));
        assert_eq!(domain_of("ava@corp.com@evil.com"), Some("evil.com"));
        for address in ["ava", "ava@", "ava@%", "ava@corp.com "] {
            assert_eq!(domain_of(address), None, "{address}");
        }
    }
}
