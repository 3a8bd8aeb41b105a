//! The `compValue` of the grammar.

/// A JSON literal.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    Null,
    Boolean(bool),
    Number(f64),
    String(String),
}

impl Literal {
    /// Reads a JSON literal; `true`, `false` and `null` in any case.
    pub fn parse(text: &str) -> Option<Self> {
        if text.starts_with('"') {
            return serde_json::from_str(text).ok().map(Self::String);
        }
        match text.to_ascii_lowercase().as_str() {
            "null" => Some(Self::Null),
            "true" => Some(Self::Boolean(true)),
            "false" => Some(Self::Boolean(false)),
            _ => serde_json::from_str(text).ok().filter(|n: &f64| n.is_finite()).map(Self::Number),
        }
    }
}
