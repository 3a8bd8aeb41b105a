//! Words that are ambiguous, or that nobody outside this project says, must not come back.

use std::path::{Path, PathBuf};

use crate::layers::{SRC, files};

/// Identifiers that were removed, and what replaced them.
const GONE: [(&str, &str); 38] = [
    ("twin", "search_document"),
    ("twins", "search_documents"),
    ("folded", "search_document"),
    ("refold", "reindex"),
    ("chosen", "sort_value"),
    ("Remarks", "Warnings"),
    ("remarks", "warnings"),
    ("Journal", "RequestLog"),
    ("Ended", "RequestRecord"),
    ("fitness", "connection_check"),
    ("Tries", "Retry"),
    ("Failure", "OperationError"),
    ("rehire", "reactivate"),
    ("circle", "cycle"),
    ("is_circle", "is_cycle"),
    ("Moves", "MembershipChange"),
    ("moves", "membership_change"),
    ("readings", "interpretations"),
    ("asked_of", "cursor_scope"),
    ("Seal", "CursorCipher"),
    ("Binding", "AssociatedData"),
    ("binding", "associated_data"),
    ("hollow", "placeholder"),
    ("is_hollow", "is_placeholder"),
    ("held", "name_taken"),
    ("held_by", "name_taken"),
    ("refuse_held", "refuse_taken_name"),
    ("settle", "next_cursors"),
    ("Kind", "DataType"),
    ("Word", "Token"),
    ("Nothing", "NoContent"),
    ("TextTest", "Operator"),
    ("bearer", "caller"),
    ("Origin", "BaseUrls"),
    ("origin", "base_url"),
    ("holds_back", "has_hidden_by_default"),
    ("directory", "connection"),
    ("Call", "RequestContext"),
];

/// Files in which a word of the list has another sense: the origin of a URL, a column of a table.
const OTHER_SENSE: [(&str, &str); 2] = [("origin", "src/api/base_url.rs"), ("Kind", "src/store/changes/")];

/// Names of types that may be defined only once.
const ONE_TYPE: [&str; 8] = ["Place", "Change", "Plan", "Scope", "Answer", "Document", "Query", "SearchRequest"];

/// Returns the files of `src` with their texts.
fn source() -> Vec<(String, String)> {
    let read = |path: PathBuf| {
        let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().display().to_string();
        (name, std::fs::read_to_string(&path).unwrap())
    };
    files(Path::new(SRC)).into_iter().map(read).collect()
}

/// Returns the code of a line without its comment and its strings.
fn code(line: &str) -> String {
    let line = line.split("//").next().unwrap_or_default();
    line.split('"').step_by(2).collect::<Vec<_>>().join(" ")
}

fn identifiers(line: &str) -> Vec<String> {
    code(line).split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_owned).collect()
}

#[test]
fn no_word_of_the_private_dialect_comes_back() {
    for (file, text) in source() {
        for (number, line) in text.lines().enumerate() {
            for (gone, instead) in GONE {
                let other_sense = OTHER_SENSE.iter().any(|(word, place)| *word == gone && file.starts_with(place));
                let here = identifiers(line).iter().any(|identifier| identifier == gone);
                assert!(!here || other_sense, "{file}:{}: say {instead}, not {gone}", number + 1);
            }
        }
    }
}

#[test]
fn a_type_has_one_meaning() {
    let source = source();
    for name in ONE_TYPE {
        let defines = |line: &&str| {
            ["struct", "enum", "type", "trait"].iter().any(|kind| {
                let words = identifiers(line);
                words.windows(2).any(|pair| pair[0] == *kind && pair[1] == name)
            })
        };
        let defined: Vec<&str> =
            source.iter().flat_map(|(file, text)| text.lines().filter(defines).map(move |_| file.as_str())).collect();
        assert!(defined.len() <= 1, "{name} is defined in {defined:?}");
    }
}
