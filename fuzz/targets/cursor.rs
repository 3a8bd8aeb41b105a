#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Err(fault) = fleet_scim::internals::probes::cursor(text) {
        panic!("{fault}");
    }
});
