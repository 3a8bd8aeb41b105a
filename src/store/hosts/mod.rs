//! The addresses of hosts, and who is found by them.

mod addresses;
mod owners;

pub use {
    addresses::{Address, addresses, forget_host, forget_hosts, import, set},
    owners::{Candidate, Owner, candidates, hosts_of_group, hosts_of_user, owners},
};
