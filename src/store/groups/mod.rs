//! Groups: the row and its document are stored here, the members in rows of their own.

mod depth;
mod identifiers;
mod member_list;
mod members;
mod names;
mod nesting;
mod provisioned;
mod read;
mod tables;
mod unidentified;
mod write;

pub use {
    depth::{Nesting, nesting_of},
    identifiers::{assign_identifier, delete_identifiers, follow_name, identifiers_of},
    member_list::{exceeds, fitting, members, members_of, members_of_page, parents_of, some_members},
    members::{insert_members, known, remove_members},
    names::names,
    nesting::{are_nested, below, effective_groups, has_nested, nested_below, nests, push_nests},
    provisioned::{native_groups_of, provisioned_members},
    read::{StoredGroup, find, find_by_display_name, lock, of_ids, page},
    tables::GroupsOf,
    unidentified::{identify, unidentified},
    write::{delete, insert, lock_all, raised, touch, update},
};
