//! Splits a filter into tokens.

use crate::protocol::messages::error::ScimError;

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Token<'a> {
    Open,
    Close,
    OpenBracket,
    CloseBracket,
    /// A name, an operator, or a literal with its quotes.
    Text(&'a str),
}

/// Splits a filter into tokens, each with the byte offset it begins at.
///
/// # Errors
/// 400 `invalidFilter` for an unterminated string.
pub fn tokens(text: &str) -> Result<Vec<(usize, Token<'_>)>, ScimError> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let at = text.len() - rest.len();
        let Some(first) = rest.chars().next() else { return Ok(tokens) };
        let (token, length) = match first {
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            '[' => (Token::OpenBracket, 1),
            ']' => (Token::CloseBracket, 1),
            '"' => {
                let length = string_length(rest).ok_or_else(|| {
                    ScimError::invalid_filter(format!("the string {} does not end", character(text, at)))
                })?;
                (Token::Text(&rest[..length]), length)
            }
            _ => {
                let length = rest.find(|c: char| c.is_whitespace() || "()[]\"".contains(c)).unwrap_or(rest.len());
                (Token::Text(&rest[..length]), length)
            }
        };
        tokens.push((at, token));
        rest = &rest[length..];
    }
}

/// Describes a position in a filter for an error message.
pub fn character(text: &str, at: usize) -> String {
    format!("at character {} of the filter", text[..at].chars().count() + 1)
}

fn string_length(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}
