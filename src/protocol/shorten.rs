//! How names that a client chose are quoted.

/// Shortens a name to at most 100 characters for an error or a warning. It leaves out the values of a filter and anything
/// not spelled like a name or a URN, because that may be a person's name, address or telephone number.
pub fn shorten(text: &str) -> String {
    let name = match text.split_once(['[', '"']) {
        Some((name, _)) => name,
        None => text,
    };
    let is_spelled = |c: char| c.is_ascii_alphanumeric() || "-_$.:/".contains(c);
    let begins = |c: char| c.is_ascii_alphabetic() || c == '$';
    if !name.trim().starts_with(begins) || !name.trim().chars().all(is_spelled) {
        return "…".to_owned();
    }
    let end = name.char_indices().nth(100).map_or(name.len(), |(end, _)| end);
    if end == text.len() { text.to_owned() } else { format!("{}…", &name[..end]) }
}
