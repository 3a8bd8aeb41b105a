//! The only case folding in use: two spellings of a caseExact-false value are equal exactly when they fold to the same text.

use unicode_normalization::UnicodeNormalization;

/// Folds a text for substring searches: NFC, lower-case character by character, NFC.
pub fn case_fold_part(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfc().flat_map(char::to_lowercase).nfc().collect()
}

/// Returns the spelling in which a value is compared: NFC, lower-case character by character, NFC, no blanks around it.
///
/// The columns `*_key` of [`entity`] hold this, so a host that searches them uses it too.
///
/// ```
/// assert_eq!(fleet_scim::case_fold(" Åva@Example.COM "), "åva@example.com");
/// ```
pub fn case_fold(text: &str) -> String {
    case_fold_part(text.trim())
}

/// Folds an address to its key, ignoring Exchange's `smtp:` before a proxy address (Entra ID, seen 2026-09).
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
