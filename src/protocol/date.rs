//! Instants: milliseconds since 1970 internally, RFC 3339 in SCIM (RFC 7643 section 2.3.5).

use chrono::{DateTime, FixedOffset, NaiveDateTime, SecondsFormat, Utc};

/// Reads any xsd:dateTime with an offset, with any number of fraction digits, and one without an offset as UTC; truncates to
/// milliseconds.
pub fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(instant) = DateTime::<FixedOffset>::parse_from_rfc3339(text) {
        return Some(instant.timestamp_millis());
    }
    // `+0000` without a colon: authentik, seen 2026-09.
    if let Ok(instant) = DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z") {
        return Some(instant.timestamp_millis());
    }
    let naive = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok()?;
    Some(naive.and_utc().timestamp_millis())
}

/// Writes an instant as `2026-11-21T21:59:01.123Z`.
pub fn format(milliseconds: i64) -> String {
    DateTime::<Utc>::from_timestamp_millis(milliseconds)
        .unwrap_or_default()
        .to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_and_fractions_name_the_same_instant() {
        let instant = parse("2018-02-13T23:05:24Z").unwrap();
        assert_eq!(parse("2018-02-13T15:05:24.000-08:00"), Some(instant));
        assert_eq!(parse("2018-02-13T23:05:24.0000000+0000"), Some(instant));
        assert_eq!(parse("2018-02-13T23:05:24"), Some(instant));
        assert_eq!(parse("2018-02-13T23:05:24.1239Z"), Some(instant + 123));
        assert_eq!(parse("yesterday"), None);
        assert_eq!(format(instant), "2018-02-13T23:05:24.000Z");
    }
}
