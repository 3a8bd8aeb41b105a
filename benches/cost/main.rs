//! A fuzzer of cost. It builds bodies up to the largest size from pieces that clients can repeat, and measures the
//! processor time and the memory that each body costs. It fails at the first body that costs more than a request may.
//!
//! `cargo bench --bench cost` tries 300 bodies of each kind. `CASES` sets another number, `SEED` another seed.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on has failed")]

use std::time::{Duration, Instant};

use fleet_scim::internals::{patch_group_text, patch_user_text, post_user_text};
use fleet_scim_dev::process;
use proptest::{
    prelude::{Just, Strategy, any, prop_oneof},
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Value, json};

/// What a request may cost.
const PROCESSOR: Duration = Duration::from_millis(250);
const MEMORY: u64 = 64 * 1024 * 1024;
/// The largest body of a user, and of a group, in bytes.
const USER: usize = 1024 * 1024;
const GROUP: usize = 16 * 1024 * 1024;
/// Members of the group that is patched.
const MEMBERS: i64 = 100_000;
/// The processor time that each member of the group may add.
const OF_A_MEMBER: Duration = Duration::from_micros(10);

/// Generates attribute names and paths, in which `#` stands for a number.
fn path() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        Just("title"),
        Just("emails"),
        Just("emails.value"),
        Just("emails[value eq \"e#@x.y\"].display"),
        Just("emails[type eq \"work\"].value"),
        Just("emails[value co \"#\" or display sw \"#\"]"),
        Just("phoneNumbers[type eq \"t#\"].value"),
        Just("name.givenName"),
        Just("urn:x:#"),
        Just("urn:x:y:n#"),
        Just("urn:x:y#:n"),
        Just("urn:x:y:n.#"),
        Just("members"),
        Just("members[value eq \"#\"]"),
        Just("nothing#"),
        Just("members[type eq \"x\"]"),
        Just("members[value co \"#\"]"),
        Just("department"),
        Just("manager"),
        Just("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"),
        Just("schemas"),
        Just(""),
        Just("(((((((((((((((((((((((((((((("),
        Just("emails[(((((((value pr)))))))]"),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!("x#")),
        Just(json!(1)),
        Just(Value::Null),
        Just(json!(true)),
        Just(json!([])),
        Just(json!({})),
        Just(json!([{ "value": "#" }])),
        Just(json!({ "value": "#" })),
        Just(json!([1, 1, 1, 1])),
        Just(json!({ "a": { "b": { "c": [1, "#"] } } })),
        Just(json!([[[[[["#"]]]]]])),
        Just(json!("x".repeat(4000))),
        Just(json!({ "type": "t#", "value": "#", "primary": true })),
    ]
}

/// Generates a body: one to three pieces, repeated in turn as often as fits into all, a half or a third of `bytes`.
fn body(of_patch: bool, bytes: usize) -> impl Strategy<Value = Vec<u8>> {
    let piece = (path(), value(), any::<bool>(), prop_oneof![Just("add"), Just("replace"), Just("remove")]);
    let pieces = proptest::collection::vec(piece, 1..4);
    (pieces, prop_oneof![Just(1_usize), Just(10), Just(1000), Just(1_000_000)], 1..4_usize).prop_map(
        move |(pieces, distinct, parts)| {
            let piece = |number: usize| {
                let (path, value, pathless, op) = &pieces[number % pieces.len()];
                let number = (number % distinct).to_string();
                let (path, value) = (path.replace('#', &number), value.to_string().replace('#', &number));
                let path = Value::String(path).to_string();
                match (of_patch, pathless) {
                    (false, _) => format!("{path}:{value}"),
                    (true, true) => format!("{{\"op\":\"{op}\",\"value\":{{{path}:{value}}}}}"),
                    (true, false) => format!("{{\"op\":\"{op}\",\"path\":{path},\"value\":{value}}}"),
                }
            };
            let mut text = if of_patch { "{\"Operations\":[".to_owned() } else { "{\"userName\":\"u\"".to_owned() };
            let all = bytes / parts - 100;
            for number in 0.. {
                let next = piece(number);
                if text.len() + next.len() > all {
                    break;
                }
                if number > 0 || !of_patch {
                    text.push(',');
                }
                text += &next;
            }
            text += if of_patch { "]}" } else { "}" };
            text.into_bytes()
        },
    )
}

fn try_all(
    kind: &str,
    runner: &mut TestRunner,
    cases: usize,
    body: impl Strategy<Value = Vec<u8>>,
    may: Duration,
    run: impl Fn(&[u8]) -> bool,
) {
    let (mut dearest, mut largest, mut done) = (Duration::ZERO, 0, 0);
    for _ in 0..cases {
        let body = body.new_tree(runner).unwrap().current();
        let before = process::cost();
        let began = Instant::now();
        done += usize::from(run(&body));
        let took = began.elapsed();
        let after = process::cost();
        let processor = after.processor.saturating_sub(before.processor);
        let memory = after.peak.saturating_sub(before.resident);
        let text = String::from_utf8_lossy(&body[..body.len().min(300)]).into_owned();
        assert!(processor <= may, "{kind}: {processor:?} of the processor for {} bytes: {text}", body.len());
        assert!(memory <= MEMORY, "{kind}: {memory} bytes for {} bytes: {text}", body.len());
        (dearest, largest) = (dearest.max(took), largest.max(memory));
    }
    println!("{kind}: {cases} bodies, {done} of them served; the dearest {dearest:?} and {largest} bytes");
}

fn main() {
    // `cargo test --benches` runs this program without `--bench`. There is nothing to measure then.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let number = |name: &str, unless_told: u64| {
        std::env::var(name).ok().and_then(|number| number.parse().ok()).unwrap_or(unless_told)
    };
    let (cases, seed) = (usize::try_from(number("CASES", 300)).unwrap(), number("SEED", 1));
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let emails: Vec<Value> = (0..1000).map(|n| json!({ "value": format!("e{n}@x.y"), "type": "work" })).collect();
    let extension: serde_json::Map<String, Value> = (0..1000).map(|n| (format!("n{n}"), json!(n))).collect();
    let user = json!({ "userName": "u", "emails": emails, "urn:x:y": extension });
    try_all("POST of a user", &mut runner, cases, body(false, USER), PROCESSOR, |text| post_user_text(text).is_ok());
    try_all("PATCH of a user", &mut runner, cases, body(true, USER), PROCESSOR, |text| {
        patch_user_text(&user, text).is_ok()
    });
    let members = OF_A_MEMBER * u32::try_from(MEMBERS).unwrap();
    try_all("PATCH of a group", &mut runner, cases, body(true, GROUP), PROCESSOR + members, |text| {
        patch_group_text(MEMBERS, text).is_ok()
    });
}
