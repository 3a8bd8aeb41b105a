//! The addresses of hosts, and the users found by them.

mod addresses;
mod names;
mod of_users;
mod owners;

pub use {
    addresses::{Address, addresses, forget_host, forget_hosts, import, set},
    names::{forget_name, set_names},
    of_users::of_users,
    owners::{CANDIDATES, Candidate, Owner, candidates, hosts_of_group, hosts_of_user, owners},
};
