//! The addresses of hosts, the users found by them, and the connections that hosts are limited to.

mod addresses;
mod limits;
mod names;
mod of_users;
mod owners;

pub use {
    addresses::{Address, addresses, forget_host, import, set},
    limits::{Limits, connections_of, forget as forget_limit, limit, limits, lock, missing, unlimit},
    names::{forget_name, set_names},
    of_users::of_users,
    owners::{Barred, CANDIDATES, Candidate, Owner, candidates, hosts_of_group, hosts_of_user, owners},
};
