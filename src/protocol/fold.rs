//! The one folding: two spellings of a caseExact-false value are the same exactly when they fold alike.

use unicode_normalization::UnicodeNormalization;

/// NFC, lower-case character by character, NFC: what a part of a value is searched by.
pub fn fold_part(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfc().flat_map(char::to_lowercase).nfc().collect()
}

/// The key of a whole value: blanks around it do not count.
pub fn fold(text: &str) -> String {
    fold_part(text.trim())
}

/// The key of an address: Exchange's `smtp:` before a proxy address does not count (Entra ID, seen 2026-09).
pub fn fold_address(address: &str) -> String {
    let key = fold(address);
    match key.strip_prefix("smtp:") {
        Some(rest) if !rest.trim().is_empty() => rest.trim().to_owned(),
        _ => key,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_is_independent_of_spelling_and_composition() {
        assert_eq!(fold(" ÅSA@Example.COM "), fold("a\u{30a}sa@example.com"));
        assert_eq!(fold("ΣΊΣΥΦΟΣ"), fold("σίσυφοσ"), "no final sigma: each character by itself");
        assert_ne!(fold("straße"), fold("strasse"), "lower-casing is not case folding");
        assert_eq!(fold("İ"), fold(&fold("İ")), "folding twice changes nothing");
    }

    #[test]
    fn dots_and_plus_tags_are_significant_and_smtp_is_not() {
        assert_ne!(fold_address("a.b@x.y"), fold_address("ab@x.y"));
        assert_ne!(fold_address("a+b@x.y"), fold_address("a@x.y"));
        assert_eq!(fold_address("SMTP:a@x.y"), fold_address("a@x.y"));
        assert_eq!(fold_address("smtp:"), "smtp:");
    }
}
