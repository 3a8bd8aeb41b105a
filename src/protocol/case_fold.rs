//! The one folding: two spellings of a caseExact-false value are the same exactly when they fold alike.

use unicode_normalization::UnicodeNormalization;

/// NFC, lower-case character by character, NFC: what a part of a value is searched by.
pub fn case_fold_part(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfc().flat_map(char::to_lowercase).nfc().collect()
}

/// The key of a whole value: blanks around it do not count.
pub fn case_fold(text: &str) -> String {
    case_fold_part(text.trim())
}

/// The key of an address: Exchange's `smtp:` before a proxy address does not count (Entra ID, seen 2026-09).
pub fn case_fold_address(address: &str) -> String {
    let key = case_fold(address);
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
        assert_eq!(case_fold(" ÅSA@Example.COM "), case_fold("a\u{30a}sa@example.com"));
        assert_eq!(case_fold("ΣΊΣΥΦΟΣ"), case_fold("σίσυφοσ"), "no final sigma: each character by itself");
        assert_ne!(case_fold("straße"), case_fold("strasse"), "lower-casing is not case folding");
        assert_eq!(case_fold("İ"), case_fold(&case_fold("İ")), "folding twice changes nothing");
    }

    #[test]
    fn dots_and_plus_tags_are_significant_and_smtp_is_not() {
        assert_ne!(case_fold_address("a.b@x.y"), case_fold_address("ab@x.y"));
        assert_ne!(case_fold_address("a+b@x.y"), case_fold_address("a@x.y"));
        assert_eq!(case_fold_address("SMTP:a@x.y"), case_fold_address("a@x.y"));
        assert_eq!(case_fold_address("smtp:"), "smtp:");
    }
}
