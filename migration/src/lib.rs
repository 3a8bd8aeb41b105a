//! The tables of fleet-scim, next to the host's own: everything is prefixed `scim_`, except the view `host_scim_user`.
//!
//! A step is one table with its indexes, or columns or an index that are added to one. The ledger `scim_migrations` records which steps were applied, and which were begun
//! but not completed: on MySQL and MariaDB each statement is committed by itself, and a process that is killed between two
//! of them leaves a step half done. The next run completes it.
//!
//! The steps up to 000316 are the baseline: steps are only added after them, and none breaks the version before.

mod dialect;
mod ledger;
mod run;
mod step;

mod m20261127_000301_create_scim_connections;
mod m20261127_000302_create_scim_users;
mod m20261127_000303_create_scim_user_search;
mod m20261127_000304_create_scim_user_emails;
mod m20261127_000305_create_scim_user_keys;
mod m20261127_000306_create_scim_groups;
mod m20261127_000307_create_scim_group_search;
mod m20261127_000308_create_scim_counts;
mod m20261127_000309_create_scim_user_group;
mod m20261127_000310_create_scim_group_group;
mod m20261127_000311_create_scim_host_emails;
mod m20261127_000312_create_scim_host_names;
mod m20261127_000313_create_scim_changes;
mod m20261127_000314_create_scim_requests;
mod m20261127_000315_create_scim_properties;
mod m20261127_000316_create_host_scim_user;
mod m20261128_000401_create_scim_connection_profiles;
mod m20261128_000402_create_scim_tokens;
mod m20261128_000403_create_scim_hosts;
mod m20261128_000404_create_scim_host_connections;
mod m20261128_000405_add_limited_to_scim_host_emails;
mod m20261128_000406_add_domains_to_scim_connections;
mod m20261128_000407_add_finds_hosts_to_scim_user_keys;
mod m20261128_000408_limit_host_scim_user;
mod m20261128_000409_create_scim_clients;
mod m20261128_000410_create_scim_client_secrets;
mod m20261128_000411_create_scim_access_tokens;
mod m20261128_000412_add_requests_per_second;
mod m20261128_000413_add_settings_of_requests;
mod m20261128_000414_add_announced_days_to_scim_tokens;
mod m20261128_000415_add_announced_days_to_scim_client_secrets;
mod m20261128_000416_add_federation_to_scim_clients;
mod m20261128_000417_add_attributes_to_scim_connections;
mod m20261128_000418_create_scim_native_group_user;
mod m20261128_000419_create_scim_group_identifiers;
mod m20261128_000420_add_keeps_identifiers;
mod m20261128_000421_add_number_to_scim_changes;
mod m20261128_000422_create_scim_changes_number_idx;
mod m20261128_000423_create_scim_change_counter;
mod m20261128_000424_create_scim_host_told;
mod m20261128_000425_create_scim_group_group_connection_idx;
mod m20261128_000426_add_causes_to_scim_host_told;
mod m20261128_000427_create_scim_host_assignments;
mod m20261128_000428_create_scim_host_leavers;

use step::Step;

pub use run::{down, is_current, up};

/// The steps, in their order.
const STEPS: &[Step] = &[
    m20261127_000301_create_scim_connections::STEP,
    m20261127_000302_create_scim_users::STEP,
    m20261127_000303_create_scim_user_search::STEP,
    m20261127_000304_create_scim_user_emails::STEP,
    m20261127_000305_create_scim_user_keys::STEP,
    m20261127_000306_create_scim_groups::STEP,
    m20261127_000307_create_scim_group_search::STEP,
    m20261127_000308_create_scim_counts::STEP,
    m20261127_000309_create_scim_user_group::STEP,
    m20261127_000310_create_scim_group_group::STEP,
    m20261127_000311_create_scim_host_emails::STEP,
    m20261127_000312_create_scim_host_names::STEP,
    m20261127_000313_create_scim_changes::STEP,
    m20261127_000314_create_scim_requests::STEP,
    m20261127_000315_create_scim_properties::STEP,
    m20261127_000316_create_host_scim_user::STEP,
    m20261128_000401_create_scim_connection_profiles::STEP,
    m20261128_000402_create_scim_tokens::STEP,
    m20261128_000403_create_scim_hosts::STEP,
    m20261128_000404_create_scim_host_connections::STEP,
    m20261128_000405_add_limited_to_scim_host_emails::STEP,
    m20261128_000406_add_domains_to_scim_connections::STEP,
    m20261128_000407_add_finds_hosts_to_scim_user_keys::STEP,
    m20261128_000408_limit_host_scim_user::STEP,
    m20261128_000409_create_scim_clients::STEP,
    m20261128_000410_create_scim_client_secrets::STEP,
    m20261128_000411_create_scim_access_tokens::STEP,
    m20261128_000412_add_requests_per_second::STEP,
    m20261128_000413_add_settings_of_requests::STEP,
    m20261128_000414_add_announced_days_to_scim_tokens::STEP,
    m20261128_000415_add_announced_days_to_scim_client_secrets::STEP,
    m20261128_000416_add_federation_to_scim_clients::STEP,
    m20261128_000417_add_attributes_to_scim_connections::STEP,
    m20261128_000418_create_scim_native_group_user::STEP,
    m20261128_000419_create_scim_group_identifiers::STEP,
    m20261128_000420_add_keeps_identifiers::STEP,
    m20261128_000421_add_number_to_scim_changes::STEP,
    m20261128_000422_create_scim_changes_number_idx::STEP,
    m20261128_000423_create_scim_change_counter::STEP,
    m20261128_000424_create_scim_host_told::STEP,
    m20261128_000425_create_scim_group_group_connection_idx::STEP,
    m20261128_000426_add_causes_to_scim_host_told::STEP,
    m20261128_000427_create_scim_host_assignments::STEP,
    m20261128_000428_create_scim_host_leavers::STEP,
];
