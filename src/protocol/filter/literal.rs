//! The `compValue` of the grammar.

/// A JSON literal, or a bare word.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    Null,
    Boolean(bool),
    /// The number as it was written.
    Number(String),
    String(String),
    /// A text without quotes (authentik before #16455, WSO2's clients).
    Bare(String),
}

impl Literal {
    /// Reads a JSON literal, with `true`, `false` and `null` in any letter case, or a bare word.
    pub fn parse(text: &str) -> Option<Self> {
        if text.starts_with('"') {
            return serde_json::from_str(text).ok().map(Self::String);
        }
        match text.to_ascii_lowercase().as_str() {
            "null" => Some(Self::Null),
            "true" => Some(Self::Boolean(true)),
            "false" => Some(Self::Boolean(false)),
            _ if is_number(text) => Some(Self::Number(text.to_owned())),
            _ => is_word(text).then(|| Self::Bare(text.to_owned())),
        }
    }
}

fn is_number(text: &str) -> bool {
    serde_json::from_str(text).is_ok_and(|number: f64| number.is_finite())
}

/// Says whether a text can only be a bare value: not a word of the grammar, and without quotes of another kind.
fn is_word(text: &str) -> bool {
    let begins = text.starts_with(|c: char| c.is_alphanumeric());
    let reserved = ["and", "or", "not", "pr"].iter().any(|word| text.eq_ignore_ascii_case(word));
    begins && !reserved && text.chars().all(|c| c.is_alphanumeric() || "-_.@+#:/".contains(c))
}
