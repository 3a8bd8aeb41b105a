//! The rows of fleet-scim, for a host server's own queries: one file for each table, and one for the view that a host joins
//! with.
//!
//! The tables `scim_user_search` and `scim_group_search`, which hold what filters read, have no file: their columns have a
//! different type on each database.
//!
//! - Only read them, never write: fleet-scim keeps them consistent with each other.
//! - Times are milliseconds since 1970-01-01T00:00:00Z.
//! - `connection_id` is the identity provider's connection. A user's SCIM id is its `id`; a group's SCIM id is `group-`
//!   followed by its `id`.
//! - A column `…_key` is the form in which the column next to it is compared: NFC, lower case, trimmed.
//! - `source_rank` is the rank of a source: -1 assigned by hand (its `email_key` is no address), 0 `idp`, 1 `mdm_idp_accounts`, 2 `google_chrome_profiles`, 3 `custom`, 4 any
//!   other. `match_rank` is how an address finds a user: 0 active by `userName`, 1 active by `emails`, 2 inactive by
//!   `userName`, 3 inactive by `emails`, 4 by a former `userName`.

pub mod host_scim_user;
pub mod scim_access_token;
pub mod scim_change;
pub mod scim_change_counter;
pub mod scim_client;
pub mod scim_client_secret;
pub mod scim_connection;
pub mod scim_connection_profile;
pub mod scim_count;
pub mod scim_group;
pub mod scim_group_group;
pub mod scim_group_identifier;
pub mod scim_host;
pub mod scim_host_assignment;
pub mod scim_host_connection;
pub mod scim_host_email;
pub mod scim_host_leaver;
pub mod scim_host_name;
pub mod scim_host_told;
pub mod scim_native_group_user;
pub mod scim_property;
pub mod scim_request;
pub mod scim_token;
pub mod scim_user;
pub mod scim_user_email;
pub mod scim_user_group;
pub mod scim_user_key;
