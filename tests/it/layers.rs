//! Dependencies between the folders of `src` point one way.

use std::path::{Path, PathBuf};

pub const SRC: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src");

/// Folders and files of `src`, and the words that their code must not contain.
const FORBIDDEN: [(&str, &[&str]); 12] = [
    (
        "protocol",
        &[
            "async fn",
            "sea_orm",
            "poem",
            "tokio",
            "Utc::now",
            "crate::store",
            "crate::provider",
            "crate::runtime",
            "crate::api",
            "crate::hosts",
        ],
    ),
    ("store", &["poem", "crate::provider", "crate::runtime", "crate::api", "crate::hosts"]),
    (
        "provider",
        &[
            "poem",
            "crate::api",
            "crate::hosts",
            "Statement",
            "execute_raw",
            "query_all_raw",
            "query_one_raw",
            "entity::",
        ],
    ),
    ("hosts", &["poem", "crate::api", "crate::provider", "execute_raw", "query_all_raw", "query_one_raw"]),
    ("runtime", &["poem", "crate::api", "crate::hosts", "execute_raw", "query_all_raw", "query_one_raw", "entity::"]),
    ("auth.rs", &["poem", "sea_orm", "crate::store", "crate::provider", "crate::api", "crate::hosts"]),
    ("begin_write.rs", &["poem", "crate::store", "crate::provider", "crate::api", "crate::hosts", "entity::"]),
    ("native", &["poem", "sea_orm", "crate::api", "crate::hosts", "crate::runtime", "entity::"]),
    ("connect", &["poem", "crate::provider", "crate::api", "crate::hosts", "entity::"]),
    ("testing", &["crate::store", "crate::provider", "crate::protocol", "crate::api", "crate::runtime"]),
    ("error.rs", &["poem", "crate::provider", "crate::api", "crate::hosts", "entity::"]),
    ("api", &["execute_raw", "query_all_raw", "query_one_raw", "entity::", "hosts::"]),
];

pub fn files(folder: &Path) -> Vec<PathBuf> {
    if folder.is_file() {
        return vec![folder.to_owned()];
    }
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

/// Returns the code of a file without comments and tests. Each name in a `use crate::{…}` is added as `crate::name`.
fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let names: Vec<String> = code.split("use crate::{").skip(1).flat_map(named).collect();
    code + &names.concat()
}

/// Returns the paths in a braced import, each up to its own braces.
fn named(import: &str) -> Vec<String> {
    let (mut depth, mut names, mut name) = (0, Vec::new(), String::new());
    for letter in import.chars() {
        match letter {
            '}' if depth == 0 => break,
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(std::mem::take(&mut name)),
            letter if depth == 0 => name.push(letter),
            _ => {}
        }
    }
    names.push(name);
    names.iter().map(|name| format!("\ncrate::{}", name.trim())).collect()
}

#[test]
fn a_braced_import_names_each_of_its_folders() {
    let import = "\n    api::x,\n    protocol::{a::{b, c}, d},\n    store,\n};\nuse other::{runtime};";
    assert_eq!(named(import), ["\ncrate::api::x", "\ncrate::protocol::", "\ncrate::store", "\ncrate::"]);
}

#[test]
fn no_folder_names_what_stands_above_it() {
    for (folder, words) in FORBIDDEN {
        for file in files(&Path::new(SRC).join(folder)) {
            let code = code(&file);
            for word in words {
                assert!(!code.contains(word), "{} has {word}", file.display());
            }
        }
    }
}

#[test]
fn files_stay_small() {
    let mut sizes: Vec<(usize, PathBuf)> = files(Path::new(SRC))
        .into_iter()
        .map(|file| (std::fs::read_to_string(&file).unwrap().lines().count(), file))
        .collect();
    sizes.sort_unstable();
    let (largest, file) = sizes.last().unwrap();
    assert!(*largest <= 320, "{} has {largest} lines", file.display());
    let median = sizes[sizes.len() / 2].0;
    assert!(median <= 95, "the median is {median} lines");
}
