//! No two files of `src` import each other, directly or through others. A folder's `mod.rs` is left out because it only
//! re-exports names: what a file takes from it belongs to another file.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use crate::layers::{SRC, files};

/// Writes out each path that a braced import names.
fn written_out(import: &str) -> Vec<String> {
    let Some((before, rest)) = import.split_once('{') else { return vec![import.trim().to_owned()] };
    let inner = rest.rsplit_once('}').map_or(rest, |(inner, _)| inner);
    let (mut depth, mut parts) = (0, vec![String::new()]);
    for letter in inner.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if letter == ',' && depth == 0 {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(letter);
        }
    }
    parts.iter().flat_map(|part| written_out(part)).map(|part| format!("{}{part}", before.trim())).collect()
}

/// Returns the path of a file as a module, such as `protocol::filter::parse`; `None` for a `mod.rs` and for the crate
/// itself.
fn module(file: &Path) -> Option<String> {
    let path = file.strip_prefix(SRC).unwrap().with_extension("");
    let segments: Vec<_> = path.iter().map(|segment| segment.to_string_lossy().into_owned()).collect();
    let last = segments.last()?;
    (last != "mod" && last != "lib").then(|| segments.join("::"))
}

/// Returns the modules that each file imports something from.
fn imports() -> BTreeMap<String, BTreeSet<String>> {
    let all = files(Path::new(SRC));
    let modules: BTreeSet<String> = all.iter().filter_map(|file| module(file)).collect();
    let mut imports = BTreeMap::new();
    for file in &all {
        let Some(own) = module(file) else { continue };
        let parent = own.rsplit_once("::").map_or("", |(parent, _)| parent).to_owned();
        let text = std::fs::read_to_string(file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let mut named = BTreeSet::new();
        for import in code.split("\nuse ").skip(1) {
            for path in written_out(import.split(';').next().unwrap_or_default()) {
                let path = path.replacen(
                    "super::super::",
                    &format!("crate::{}::", parent.rsplit_once("::").map_or("", |(above, _)| above)),
                    1,
                );
                let path = path.replacen("super::", &format!("crate::{parent}::"), 1);
                let Some(path) = path.strip_prefix("crate::") else { continue };
                let is_from = |module: &&String| {
                    path.strip_prefix(module.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
                };
                named.extend(modules.iter().filter(is_from).max_by_key(|module| module.len()).cloned());
            }
        }
        named.remove(&own);
        imports.insert(own, named);
    }
    imports
}

#[test]
fn braces_are_written_out() {
    assert_eq!(written_out("a::{b, c::{self, d},\n e}"), ["a::b", "a::c::self", "a::c::d", "a::e"]);
}

#[test]
fn no_two_files_import_each_other() {
    let mut left = imports();
    assert!(left["provider::groups::patch"].contains("provider::groups::save") && left.len() > 150, "they are read");
    // A file that imports none of the remaining files is in no cycle.
    loop {
        let ground: Vec<String> =
            left.iter().filter(|(_, named)| named.is_empty()).map(|(own, _)| own.clone()).collect();
        if ground.is_empty() {
            break;
        }
        left.retain(|own, _| !ground.contains(own));
        left.values_mut().for_each(|named| named.retain(|name| !ground.contains(name)));
    }
    assert!(left.is_empty(), "these stand in a circle, or above one: {left:#?}");
}
