//! The rows of fleet-scim, for a host server's own queries: one file for each table, and the view a host joins by.
//!
//! The tables `scim_user_search` and `scim_group_search`, which hold what filters read, have no file: their columns are
//! another type on each database.
//!
//! - Read them, and write none of them: fleet-scim keeps them in step with each other.
//! - Times are milliseconds since 1970-01-01T00:00:00Z.
//! - `connection_id` is the identity provider's connection. `id` of a user is its SCIM id; a group's SCIM id is `group-` and
//!   its `id`.
//! - A column `…_key` is what its neighbour is compared by: NFC, in lower case, without blanks around it.
//! - `source_rank` is the place of a source in the order of sources: 0 `idp`, 1 `mdm_idp_accounts`,
//!   2 `google_chrome_profiles`, 3 `custom`, 4 any other. `match_rank` is how a user is found by an address: 0 active by
//!   `userName`, 1 active by `emails`, 2 inactive by `userName`, 3 inactive by `emails`, 4 by a former `userName`.

pub mod host_scim_user;
pub mod scim_change;
pub mod scim_connection;
pub mod scim_count;
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
