//! The rows of fleet-scim: one file per table, and the view a host joins by.

pub mod host_scim_user;
pub mod scim_change;
pub mod scim_connection;
pub mod scim_group;
pub mod scim_group_group;
pub mod scim_host_email;
pub mod scim_host_name;
pub mod scim_property;
pub mod scim_request;
pub mod scim_user;
pub mod scim_user_email;
pub mod scim_user_group;
pub mod scim_user_key;
