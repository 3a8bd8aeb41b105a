//! Compares the grammar of filters with another implementation of it, `scim_v2`.

use fleet_scim::internals::filter_shape;
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

use crate::filters_agree::filters;

fn of_oracle(filter: &str) -> Option<String> {
    filter.parse::<scim_v2::filter::Filter>().ok().map(|filter| filter.to_string())
}

#[test]
fn a_filter_means_what_the_other_reads_in_it() {
    for filter in filters(2000) {
        let theirs = of_oracle(&filter).unwrap_or_else(|| panic!("the oracle refuses {filter}"));
        assert_eq!(filter_shape(&filter), filter_shape(&theirs), "{filter}\n{theirs}");
    }
}

/// Adds the blank that `scim_v2` needs where a parenthesis or a quote touches a word. This library reads such a filter
/// as if the blank were there: `not(` is the grammar's own spelling, `)and` and `eq"x"` are tolerances.
fn spaced(filter: &str) -> String {
    let mut text = String::new();
    let (mut quoted, mut escaped) = (false, false);
    for c in filter.chars() {
        let before = text.chars().last().unwrap_or(' ');
        let opens = matches!(c, '(' | '"') && before.is_ascii_alphabetic();
        let closed = matches!(before, ')' | '"') && c.is_ascii_alphabetic();
        if !quoted && (opens || closed) {
            text.push(' ');
        }
        quoted ^= c == '"' && !escaped;
        escaped = quoted && c == '\\' && !escaped;
        text.push(c);
    }
    text
}

/// One character is removed or replaced. Both implementations refuse the filter, or both read the same in it.
#[test]
fn a_misspelled_filter_is_refused_by_both_or_means_the_same() {
    let mut runner = TestRunner::deterministic();
    let places =
        (any::<prop::sample::Index>(), prop::sample::select(vec!["", "(", ")", "[", "]", "\"", ".", " ", "x"]));
    let (mut refused, mut read, mut differ) = (0, 0, vec![]);
    for filter in filters(2000) {
        let (place, piece) = places.new_tree(&mut runner).unwrap().current();
        let at = place.index(filter.chars().count());
        let misspelled: String =
            filter.chars().enumerate().map(|(n, c)| if n == at { piece.to_owned() } else { c.to_string() }).collect();
        match (filter_shape(&misspelled), of_oracle(&spaced(&misspelled))) {
            (Err(_), None) => refused += 1,
            (Ok(ours), Some(theirs)) if Ok(&ours) == filter_shape(&theirs).as_ref() => read += 1,
            // Only this library reads a bare word as a string.
            (Ok(ours), None) if ours.contains("Bare(") => read += 1,
            (ours, theirs) => differ.push(format!("{misspelled}\n  here: {ours:?}\n  there: {theirs:?}")),
        }
    }
    assert!(refused > 300 && read > 300, "{refused} refused, {read} read");
    assert!(differ.is_empty(), "{} of 2000:\n{}", differ.len(), differ[..differ.len().min(20)].join("\n"));
}
