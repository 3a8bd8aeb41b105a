//! Groups: the row and its document are stored here, the members in rows of their own.

mod members;
mod read;
mod write;

pub use {
    members::{
        exceeds, fitting, insert_members, known, members, members_of, members_of_page, parents_of, remove_members,
    },
    read::{StoredGroup, find, find_by_display_name, lock, of_ids, page},
    write::{delete, insert, lock_all, raised, touch, update},
};
