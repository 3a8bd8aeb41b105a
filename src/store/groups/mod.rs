//! Groups: the row and its document are stored here, the members in rows of their own.

mod member_list;
mod members;
mod read;
mod tables;
mod write;

pub use {
    member_list::{
        exceeds, fitting, members, members_of, members_of_page, native_groups_of, parents_of, provisioned_members,
    },
    members::{insert_members, known, remove_members},
    read::{StoredGroup, find, find_by_display_name, lock, of_ids, page},
    tables::GroupsOf,
    write::{delete, insert, lock_all, raised, touch, update},
};
