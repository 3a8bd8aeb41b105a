//! What was done differently from what was asked, without failing the request; the administrator reads it in `details`.

use crate::protocol::{bounds, messages::error::ScimError, shorten::shorten};

/// Names kept for each kind of warning.
const NAMED: usize = 20;

#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Warnings {
    dropped: Vec<String>,
    skipped: Vec<String>,
    skipped_count: usize,
    advice: Vec<&'static str>,
    /// Attributes that had a value which was too long.
    left_out: Vec<&'static str>,
    /// Number of values that operations have looked at so far.
    visits: usize,
}

impl Warnings {
    /// Records an attribute that no schema has.
    pub fn drop_attribute(&mut self, name: &str) {
        let name: String = shorten(name).chars().filter(|c| !c.is_control()).collect();
        if self.dropped.len() < NAMED && !self.dropped.contains(&name) {
            self.dropped.push(name);
        }
    }

    /// Counts the values of a multi-valued attribute that an operation looks at: thousands of operations on thousands of
    /// values kept the database busy for half a minute (2026-11-27).
    ///
    /// # Errors
    /// 400 `tooMany` for too many visits.
    pub fn visit(&mut self, values: usize) -> Result<(), ScimError> {
        self.visits = self.visits.saturating_add(values);
        if self.visits > bounds::VISITS {
            return Err(ScimError::too_many(format!(
                "the operations of one PATCH look at more than {} values: send them in several requests",
                bounds::VISITS
            )));
        }
        Ok(())
    }

    /// Records an attribute whose value was left out because it was too long.
    pub fn leave_out(&mut self, attribute: &'static str) {
        if !self.left_out.contains(&attribute) {
            self.left_out.push(attribute);
        }
    }

    /// Records a member that is not a user or group of the connection.
    pub fn skip_member(&mut self, id: &str) {
        self.skipped_count += 1;
        if self.skipped.len() < NAMED {
            self.skipped.push(id.chars().filter(|c| !c.is_control()).collect());
        }
    }

    /// Records what the administrator should change in the identity provider.
    pub fn advise(&mut self, advice: &'static str) {
        if !self.advice.contains(&advice) {
            self.advice.push(advice);
        }
    }

    /// Adds the warnings of another operation of the request.
    pub fn extend(&mut self, more: Self) {
        more.dropped.iter().for_each(|name| self.drop_attribute(name));
        self.skipped_count += more.skipped_count;
        let room = NAMED - self.skipped.len();
        self.skipped.extend(more.skipped.into_iter().take(room));
        more.advice.into_iter().for_each(|advice| self.advise(advice));
        more.left_out.iter().for_each(|attribute| self.leave_out(attribute));
    }

    /// Writes one sentence for each kind of warning; empty without warnings.
    pub fn to_text(&self) -> String {
        let mut sentences = Vec::new();
        if !self.skipped.is_empty() {
            let more = self.skipped_count - self.skipped.len();
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            sentences
                .push(format!("skipped members that are no user or group here: {}{more}", self.skipped.join(", ")));
        }
        if !self.dropped.is_empty() {
            sentences.push(format!("ignored attributes that no schema has: {}", self.dropped.join(", ")));
        }
        if !self.left_out.is_empty() {
            let (names, bound) = (self.left_out.join(", "), bounds::STRING);
            sentences.push(format!("left out values of {names} that are longer than {bound} characters"));
        }
        sentences.extend(self.advice.iter().map(|advice| (*advice).to_owned()));
        sentences.join("; ")
    }
}
