//! Users: reading is one statement, writing keeps the document and its indexes equal.

mod delete;
mod insert;
mod membership;
mod read;
mod write;

pub use {
    delete::{delete, keys_of},
    insert::insert,
    membership::{groups_of, leave_groups},
    read::{StoredUser, find, find_by_user_name, find_former, group_list, groups_of_list, lock, of_ids, page, sizes},
    write::update,
};
