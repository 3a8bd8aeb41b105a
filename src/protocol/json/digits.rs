//! Whole numbers that exceed 64 bits, whose digits a JSON parser would round: Google's ids have 21 digits (Google).

use std::borrow::Cow;

/// Number of characters that always fits 64 bits.
const FIT: usize = 18;

/// Puts such numbers in quotes, which makes them strings of the same digits.
pub fn quoted(text: &[u8]) -> Cow<'_, [u8]> {
    let mut quoted = Vec::new();
    let (mut at, mut copied) = (0, 0);
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => at = end_of_string(text, at + 1),
            b'-' | b'0'..=b'9' => {
                let end = end_of(text, at + 1, |byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'));
                let number = &text[at..end];
                if number.len() > FIT && !fits(number) {
                    quoted.extend_from_slice(&text[copied..at]);
                    quoted.push(b'"');
                    quoted.extend_from_slice(number);
                    quoted.push(b'"');
                    copied = end;
                }
                at = end;
            }
            _ => at += 1,
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    quoted.extend_from_slice(&text[copied..]);
    Cow::Owned(quoted)
}

/// Says whether a number fits 64 bits or is not a whole number.
fn fits(number: &[u8]) -> bool {
    let digits = number.strip_prefix(b"-").unwrap_or(number);
    // A number with a leading zero is invalid, which is left for the parser to report.
    if digits.starts_with(b"0") || !digits.iter().all(u8::is_ascii_digit) {
        return true;
    }
    std::str::from_utf8(number).is_ok_and(|number| number.parse::<i64>().is_ok() || number.parse::<u64>().is_ok())
}

fn end_of_string(text: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(byte) = text.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

fn end_of(text: &[u8], from: usize, within: impl Fn(&u8) -> bool) -> usize {
    from + text[from..].iter().take_while(|byte| within(byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_numbers_past_64_bits_become_texts() {
        for (text, expected) in [
            ("[110248495921238986420]", r#"["110248495921238986420"]"#),
            (r#"{"a":-9223372036854775809,"b":1}"#, r#"{"a":"-9223372036854775809","b":1}"#),
            ("[18446744073709551616,18446744073709551616]", r#"["18446744073709551616","18446744073709551616"]"#),
            ("[18446744073709551615,-9223372036854775808]", "[18446744073709551615,-9223372036854775808]"),
            ("[11024849592123898642.5,110248495921238986e20]", "[11024849592123898642.5,110248495921238986e20]"),
            (
                r#"["110248495921238986420","\"110248495921238986420"]"#,
                r#"["110248495921238986420","\"110248495921238986420"]"#,
            ),
            ("[000000000000000000000001", "[000000000000000000000001"),
            (r#""110248495921238986420\"#, r#""110248495921238986420\"#),
        ] {
            assert_eq!(String::from_utf8_lossy(&quoted(text.as_bytes())), expected, "{text}");
        }
    }
}
