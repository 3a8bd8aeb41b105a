//! The identifier of a group, as Harness derives it from the name: a dot, a hyphen or a blank becomes `_` (2026-11).

use crate::protocol::{bounds, case_fold::case_fold};

/// Characters that are left for a number behind the name.
const NUMBER: usize = 24;

/// The identifier that a group's name gives, before it has a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stem {
    text: String,
    /// The same case-folded; identifiers whose stems have the same key differ in their numbers.
    pub key: String,
}

impl Stem {
    /// Derives it from a `displayName`.
    pub fn of_name(display_name: &str) -> Self {
        let joined = |c: char| if c.is_whitespace() || matches!(c, '.' | '-') { '_' } else { c };
        let text: String = display_name.trim().chars().map(joined).take(bounds::KEY - NUMBER).collect();
        let key = case_fold(&text).chars().take(bounds::KEY - NUMBER).collect();
        Self { text, key }
    }

    /// Returns the identifier with a number, and the same case-folded; the first has no number.
    pub fn numbered(&self, number: i64) -> (String, String) {
        match number {
            1 => (self.text.clone(), self.key.clone()),
            number => (format!("{}_{number}", self.text), format!("{}_{number}", self.key)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_hyphens_and_blanks_become_underscores() {
        for (name, identifier) in
            [("Engineering", "Engineering"), (" R.&-D  team ", "R_&_D__team"), ("Åland", "Åland"), ("...", "___")]
        {
            assert_eq!(Stem::of_name(name).numbered(1).0, identifier, "{name}");
        }
        assert_eq!(Stem::of_name("A.B").key, Stem::of_name("a b").key);
        assert_eq!(Stem::of_name("A B").numbered(2), ("A_B_2".to_owned(), "a_b_2".to_owned()));
    }

    #[test]
    fn the_longest_name_has_room_for_every_number() {
        for name in ["x".repeat(bounds::KEY), "\u{130}".repeat(bounds::KEY / 2)] {
            let (identifier, key) = Stem::of_name(&name).numbered(i64::MAX);
            assert!(bounds::fits_key(&identifier) && bounds::fits_key(&key));
        }
    }
}
