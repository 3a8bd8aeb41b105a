//! What one request costs, through the whole endpoint, on each database.
//!
//! `cargo bench` runs on SQLite, and on the servers that `TEST_POSTGRES_URL` and `TEST_MYSQL_URL` name. Writes are as
//! durable as the given server makes them. Adding a member must cost the same in a group of any size: compare the three
//! medians.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on has failed")]

mod population;

use divan::Bencher;
use fleet_scim_dev::{databases, people};
use population::{Backend, Population};

fn main() {
    divan::main();
    Population::remove_all();
}

#[divan::bench(args = population::backends(), sample_count = 300, sample_size = 1)]
fn lookup(bencher: Bencher, backend: Backend) {
    let population = Population::of(backend);
    bencher.bench(|| population.get("/Users?filter=userName%20eq%20%22U777%40x.y%22", 200));
}

#[divan::bench(args = population::backends(), sample_count = 300, sample_size = 1)]
fn get_user(bencher: Bencher, backend: Backend) {
    let population = Population::of(backend);
    bencher.bench(|| population.get("/Users/777", 200));
}

#[divan::bench(args = population::backends(), sample_count = 100, sample_size = 1)]
fn page_of_a_hundred_users(bencher: Bencher, backend: Backend) {
    let population = Population::of(backend);
    bencher.bench(|| population.get("/Users?startIndex=40001&count=100", 200));
}

#[divan::bench(args = population::backends(), sample_count = 100, sample_size = 1)]
fn page_of_a_department(bencher: Bencher, backend: Backend) {
    let population = Population::of(backend);
    bencher.bench(|| population.get("/Users?filter=department%20eq%20%22Sales%207%22&count=100", 200));
}

#[divan::bench(args = population::backends(), sample_count = 100, sample_size = 1)]
fn page_by_family_name(bencher: Bencher, backend: Backend) {
    let population = Population::of(backend);
    bencher.bench(|| population.get("/Users?sortBy=name.familyName&count=100", 200));
}

#[divan::bench(args = population::backends(), sample_count = 100, sample_size = 1)]
fn page_of_the_last_changed(bencher: Bencher, backend: Backend) {
    let population = Population::of(backend);
    bencher.bench(|| population.get("/Users?sortBy=meta.lastModified&sortOrder=descending&count=100", 200));
}

#[divan::bench(args = population::backends(), sample_count = 200, sample_size = 1)]
fn create_user(bencher: Bencher, backend: Backend) {
    let population = Population::of(backend);
    bencher.bench(|| population.create_user());
}

#[divan::bench(args = population::backends(), sample_count = 200, sample_size = 1)]
fn patch_active(bencher: Bencher, backend: Backend) {
    let population = Population::of(backend);
    bencher.bench(|| population.toggle_active());
}

#[divan::bench(args = population::backends(), sample_count = 300, sample_size = 1)]
fn add_one_member_to_100(bencher: Bencher, backend: Backend) {
    let population = Population::of(backend);
    bencher.bench(|| population.add_member(1));
}

#[divan::bench(args = population::backends(), sample_count = 300, sample_size = 1)]
fn add_one_member_to_20_000(bencher: Bencher, backend: Backend) {
    let population = Population::of(backend);
    bencher.bench(|| population.add_member(2));
}

#[divan::bench(args = population::backends(), sample_count = 300, sample_size = 1)]
fn add_one_member_to_50_000(bencher: Bencher, backend: Backend) {
    let population = Population::of(backend);
    bencher.bench(|| population.add_member(3));
}

#[divan::bench(args = population::backends(), sample_count = 5, sample_size = 1)]
fn get_a_group_of_50_000(bencher: Bencher, backend: Backend) {
    let population = Population::of(backend);
    bencher.bench(|| population.get_group_of_50_000());
}

#[divan::bench(args = population::backends(), sample_count = 100, sample_size = 1)]
fn end_users_of_a_hundred_hosts(bencher: Bencher, backend: Backend) {
    let population = Population::of(backend);
    bencher.bench(|| population.end_users());
}
