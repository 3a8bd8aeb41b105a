//! `scim_changes`: what changed, appended in the transaction that changed it, and numbered once that is committed.

mod append;
mod change;
mod members;
mod number;
mod prune;
mod read;

pub use {
    append::{append, append_all, append_hosts, append_with},
    change::{CredentialKind, Entry, GroupChange, NewChange, UserChange, entry_of},
    members::{append_departure, entries_of_members},
    number::{
        Counter, NUMBERED, last, lock_counter, newest_unnumbered, number, oldest_unnumbered, read_counter, sweep_again,
        write_counter,
    },
    prune::prune,
    read::{Numbered, after, is_there, oldest, to_tell},
};
