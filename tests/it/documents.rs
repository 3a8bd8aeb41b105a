//! The documentation is true: what it names exists, and its numbers are those of the code.

use std::{collections::BTreeMap, path::Path};

use fleet_scim::internals::bounds;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn documents() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for name in ["README.md", "CONTRIBUTING.md", "tests/README.md"] {
        found.insert(name.to_owned(), std::fs::read_to_string(Path::new(ROOT).join(name)).unwrap());
    }
    for entry in std::fs::read_dir(Path::new(ROOT).join("docs")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "md") {
            let name = format!("docs/{}", path.file_name().unwrap().to_string_lossy());
            found.insert(name, std::fs::read_to_string(path).unwrap());
        }
    }
    found
}

/// Returns the texts between backticks, outside of code blocks.
fn quoted(text: &str) -> Vec<String> {
    let outside = text.split("```").step_by(2).collect::<Vec<_>>().join("\n");
    outside.lines().flat_map(|line| line.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>()).collect()
}

#[test]
fn every_file_that_is_named_exists() {
    for (document, text) in documents() {
        for name in quoted(&text) {
            let path = name.strip_prefix("it/").map_or_else(|| name.clone(), |rest| format!("tests/it/{rest}"));
            let is_ours =
                ["src/", "tests/", "docs/", "migration/", "entity/", "dev/", "fuzz/", "examples/", ".ci/", "benches/"]
                    .iter()
                    .any(|folder| path.starts_with(folder));
            if is_ours && !path.contains([' ', '*', '…']) {
                assert!(Path::new(ROOT).join(&path).exists(), "{document} names {name}");
            }
        }
    }
}

#[test]
fn every_link_leads_somewhere() {
    for (document, text) in documents() {
        let folder = Path::new(ROOT).join(&document).parent().unwrap().to_owned();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            if link.starts_with("http") {
                continue;
            }
            let target = if path.is_empty() { Path::new(ROOT).join(&document) } else { folder.join(path) };
            assert!(target.exists(), "{document} links to {link}");
            if !anchor.is_empty() {
                let text = std::fs::read_to_string(&target).unwrap();
                let slug = |heading: &str| -> String {
                    let kept = heading
                        .to_lowercase()
                        .chars()
                        .filter(|c| c.is_alphanumeric() || " -_".contains(*c))
                        .collect::<String>();
                    kept.trim().replace(' ', "-")
                };
                let found = text
                    .lines()
                    .filter(|line| line.starts_with('#'))
                    .any(|line| slug(line.trim_start_matches('#')) == anchor);
                assert!(found, "{document} links to {link}");
            }
        }
    }
}

/// `` `name` (`src/file.rs`) `` names something that the file defines.
#[test]
fn every_function_that_is_named_with_its_file_is_there() {
    let text = &documents()["docs/ARCHITECTURE.md"];
    let text = text.replace("\n   ", " ");
    let mut checked = 0;
    for (before, after) in text.match_indices("` (`src/").map(|(at, found)| (&text[..at], &text[at + found.len()..])) {
        let name = before.rsplit('`').next().unwrap();
        let file = format!("src/{}", after.split('`').next().unwrap());
        let source = std::fs::read_to_string(Path::new(ROOT).join(&file)).unwrap_or_else(|_| panic!("no {file}"));
        let defines = |kind: &str| source.contains(&format!("{kind} {name}"));
        assert!(["fn", "struct", "enum"].iter().any(|kind| defines(kind)), "{file} has no {name}");
        checked += 1;
    }
    assert!(checked > 20, "{checked}");
}

#[test]
fn the_front_door_is_small_and_prose_is_narrow() {
    let documents = documents();
    assert!(documents["README.md"].len() <= 8 * 1024);
    for (document, text) in documents {
        for line in text.lines().filter(|line| !line.starts_with('|')) {
            assert!(line.chars().count() <= 160, "{document}: {line}");
        }
    }
}

#[test]
fn the_example_of_the_readme_is_the_one_that_compiles() {
    let readme = &documents()["README.md"];
    let shown = readme.split("```rust\n").nth(1).unwrap().split("```").next().unwrap();
    let library = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/lib.rs")).unwrap();
    let compiled = library.split("/// The README's example").nth(1).unwrap().split("```").nth(1).unwrap();
    let lines = compiled
        .lines()
        .filter_map(|line| line.strip_prefix("/// "))
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    assert_eq!(lines.collect::<Vec<_>>(), shown.lines().collect::<Vec<_>>());
}

#[test]
fn the_table_of_bounds_is_the_codes() {
    let text = &documents()["docs/PROTOCOL.md"];
    for (row, value) in bounds() {
        let line =
            text.lines().find(|line| line.starts_with(&format!("| {row}"))).unwrap_or_else(|| panic!("no row {row}"));
        let cell = line.split('|').nth(2).unwrap();
        let numbers: Vec<String> =
            cell.split(|c: char| !c.is_ascii_digit() && c != ',').map(|number| number.replace(',', "")).collect();
        assert!(numbers.contains(&value.to_string()), "{row}: {value} is not in {cell}");
    }
}
