//! What a connection does with emails that change, with users who are deactivated, and with members that nobody knows.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261128_000413_add_settings_of_requests",
    makes: Made::Columns {
        table: "scim_connection_profiles",
        names: &["keeps_emails", "deletes_deactivated", "refuses_unknown_members"],
    },
    up: &[
        "ALTER TABLE scim_connection_profiles ADD COLUMN keeps_emails BOOLEAN NOT NULL DEFAULT FALSE",
        "ALTER TABLE scim_connection_profiles ADD COLUMN deletes_deactivated BOOLEAN NOT NULL DEFAULT FALSE",
        "ALTER TABLE scim_connection_profiles ADD COLUMN refuses_unknown_members BOOLEAN NOT NULL DEFAULT FALSE",
    ],
};
