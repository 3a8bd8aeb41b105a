//! Any input at all is answered or refused, and nothing panics. The fuzz targets ask the same, from the same seeds.
//!
//! Each property runs a few thousand cases, unless `PROPTEST_CASES` says otherwise.

use fleet_scim::internals::probes;
use proptest::prelude::*;

use crate::world::{cases, seed};

fn seeds(target: &str) -> Vec<String> {
    let folder = format!("{}/fuzz/corpus/{target}", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(folder).unwrap();
    let mut seeds: Vec<String> = files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    seeds.sort();
    assert!(seeds.len() > 3, "{target}");
    seeds
}

/// Generates mutated seeds: parts are removed, replaced or inserted. The new text is a seed, a token or random.
fn mutated(target: &str) -> impl Strategy<Value = String> {
    let seeds = seeds(target);
    let piece = prop_oneof![
        prop::sample::select(seeds.clone()),
        prop::sample::select(vec![
            "(", ")", "[", "]", "\"", "\\", ".", ":", " and ", " or ", "not ", " eq ", " pr", "null", "true", "-1",
            "{", "}", ",", "\u{0}", "ß", "😀", "$ref", "value", "primary", "[]", "{}", "1e999", "schemas",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ];
    let change = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), piece, 0..3_u8);
    (prop::sample::select(seeds), prop::collection::vec(change, 0..6)).prop_map(|(seed, changes)| {
        let mut text: Vec<char> = seed.chars().collect();
        for (from, to, piece, kind) in changes {
            let (from, to) = (from.index(text.len() + 1), to.index(text.len() + 1));
            let range = from.min(to)..from.max(to);
            match kind {
                0 => drop(text.drain(range)),
                1 => drop(text.splice(range, piece.chars())),
                _ => drop(text.splice(from..from, piece.chars())),
            }
        }
        text.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(4000), failure_persistence: None, rng_seed: seed(), ..ProptestConfig::default() })]

    #[test]
    fn any_filter_is_a_condition_or_refused(text in prop_oneof![mutated("filter"), any::<String>()]) {
        prop_assert_eq!(probes::filter(&text), Ok(()));
    }

    #[test]
    fn any_path_names_something_or_is_refused(text in prop_oneof![mutated("path"), any::<String>()]) {
        prop_assert_eq!(probes::path(&text), Ok(()));
    }

    #[test]
    fn any_patch_leaves_a_document_or_is_refused(text in mutated("patch")) {
        prop_assert_eq!(probes::patch(&text), Ok(()));
    }

    #[test]
    fn no_cursor_opens_that_was_not_sealed(text in prop_oneof![mutated("cursor"), any::<String>()]) {
        prop_assert_eq!(probes::cursor(&text), Ok(()));
    }
}
