//! The worst cost of each bound. It is counted, not timed: statements, bytes allocated, and bytes at the peak.
//!
//! Allocations are counted for the whole process, so this test runs in a process of its own for each database.

mod counted;
mod requests;

use std::process::Command;

use counted::{Ballast, Counted};
use requests::{Bounded, Fixture};

use crate::{databases::Backend, on_each_database, world::World};

/// The variable that is set in the process that counts.
const ALONE: &str = "FLEET_SCIM_TEST_ALONE";
const MIB: usize = 1024 * 1024;
/// Bytes that any request may take at its peak.
const PEAK: usize = 64 * MIB;

/// Runs this test again, in a process where nothing else runs.
fn run_alone(backend: Backend) {
    let database = match backend {
        Backend::Sqlite => "sqlite",
        Backend::Postgres => "postgres",
        Backend::MySql => "mysql",
    };
    let promise = format!("bounds::alone::no_request_costs_more_than_it_may::{database}");
    let mut command = Command::new(std::env::current_exe().unwrap());
    let output = command.args(["--exact", &promise, "--nocapture"]).env(ALONE, "1").output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    assert!(told.contains("1 passed"), "{told}");
}

on_each_database! {
    async fn no_request_costs_more_than_it_may(world: World) {
        if std::env::var_os(ALONE).is_none() {
            return run_alone(world.backend);
        }
        let fixture = Fixture::new(world).await;
        let (mut dear, mut ballast) = (Vec::new(), Ballast::default());
        for mut request in fixture.requests() {
            let sent = request.prepare(world);
            ballast.level();
            let before = Counted::now();
            let (statements, (status, bytes)) = world.statements_of(world.status_of(sent)).await;
            let (allocated, peak) = (before.since(), before.peak());
            let Bounded { name, status: expected, statements: may_run, mib, .. } = &request;
            let cost = format!("{statements} statements, {} KiB in all, {} at the peak", allocated / 1024, peak / 1024);
            println!("{name}: {status} of {bytes} bytes, {cost}");
            if status != *expected || statements > *may_run || allocated > mib * MIB || peak > PEAK {
                dear.push(format!("{name}: {status} for {cost}; {expected}, {may_run} statements and {mib} MiB are right"));
            }
        }
        assert!(dear.is_empty(), "{}", dear.join("\n"));
    }
}
