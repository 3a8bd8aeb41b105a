//! A report as CSV (RFC 4180), safe to open in a spreadsheet.

use super::{ReportRow, ReportUser};
use crate::protocol::date;

impl ReportRow {
    /// The names of the columns, as a line of CSV.
    pub const CSV_HEADER: &'static str =
        "host,hostname,user,userName,externalId,active,addresses,since,reason,requestId\r\n";

    /// Returns the row as lines of CSV: one for each user, or one without any.
    ///
    /// A value that a spreadsheet would take for a formula begins with an apostrophe: a `userName` is what an identity provider says.
    #[must_use]
    pub fn to_csv(&self) -> String {
        match self.users.as_slice() {
            [] => self.line(None),
            users => users.iter().map(|user| self.line(Some(user))).collect(),
        }
    }

    fn line(&self, user: Option<&ReportUser>) -> String {
        let addresses: Vec<String> =
            self.addresses.iter().map(|address| format!("{} ({})", address.email, address.source)).collect();
        let active = user.and_then(|user| user.active).map_or("", |active| if active { "true" } else { "false" });
        let cells = [
            self.host.map(|host| host.0.to_string()).unwrap_or_default(),
            self.host_name.clone().unwrap_or_default(),
            user.map(|user| user.id.to_string()).unwrap_or_default(),
            user.and_then(|user| user.user_name.clone()).unwrap_or_default(),
            user.and_then(|user| user.external_id.clone()).unwrap_or_default(),
            active.to_owned(),
            addresses.join("; "),
            self.since.map(date::format).unwrap_or_default(),
            self.reason.clone(),
            self.request_id.clone().unwrap_or_default(),
        ];
        cells.map(|text| cell(&text)).join(",") + "\r\n"
    }
}

/// Writes a cell. Spreadsheets take what begins so for a formula (OWASP, CSV injection), full-width forms too.
fn cell(text: &str) -> String {
    let is_formula =
        text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    let guard = if is_formula { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn what_begins_like_a_formula_is_a_text() {
        for text in ["=1+1", "+1", "-1", "@sum(a)", "\t=1", "\r=1", "\u{ff1d}1"] {
            assert_eq!(cell(text), format!("\"'{text}\""));
        }
        assert_eq!(cell("a,\"b\"\r\n"), "\"a,\"\"b\"\"\r\n\"");
        assert_eq!(cell(""), "\"\"");
    }
}
