//! The addresses of hosts, the users found by them, and the connections that hosts are limited to.

mod addresses;
pub mod assigned;
pub mod assignments;
mod cause;
mod found;
pub mod leavers;
mod limits;
mod matching;
mod names;
mod of_users;
mod owned;
mod owners;
mod owners_in;
mod people;
pub mod reports;
mod told;
mod touched;
mod without_owner;

pub use {
    addresses::{Address, addresses, by_hand, forget_host, import, set},
    cause::Cause,
    found::{Found, found},
    limits::{Limits, connections_of, forget as forget_limit, limit, limits, lock, missing, unlimit},
    matching::OwnersMeeting,
    names::{forget_name, names, set_names},
    of_users::of_users,
    owned::{hosts_of_group, hosts_of_user},
    owners::{Barred, CANDIDATES, Candidate, Depth, Owner, candidates, owners},
    told::{StoredTold, Told, told, write_told},
    touched::{Reached, Touched, next_swept, next_touched},
    without_owner::{ambiguous, count_without_owner, hosts_without_owner},
};
