//! Users: a read is one statement, and a write keeps the document and its indexes in step.

mod delete;
mod group_aggregate;
mod group_list;
mod insert;
mod membership;
mod read;
mod write;

pub use {
    delete::{delete, identities},
    group_aggregate::Memberships,
    group_list::groups_of_list,
    insert::insert,
    membership::{groups_of, leave_groups},
    read::{StoredUser, find, find_by_user_name, find_former, lock, of_ids, page, sizes},
    write::update,
};
