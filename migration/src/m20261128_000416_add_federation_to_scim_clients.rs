//! Whose assertions prove a client that has no secret; NULL for one with secrets.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261128_000416_add_federation_to_scim_clients",
    makes: Made::Columns { table: "scim_clients", names: &["issuer", "subject", "audience"] },
    up: &[
        "ALTER TABLE scim_clients ADD COLUMN issuer {text} NULL",
        "ALTER TABLE scim_clients ADD COLUMN subject {text} NULL",
        "ALTER TABLE scim_clients ADD COLUMN audience {text} NULL",
    ],
};
