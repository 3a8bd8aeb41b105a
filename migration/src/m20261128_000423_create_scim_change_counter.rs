//! One row: the last number that was given, and how far the hosts have been told.
//!
//! `told` is the last entry whose hosts were told, `position` how far the next one has come. `swept` is the last host that
//! was compared without an entry, NULL when all were compared: an installation of the version before has hosts of which
//! nothing was told.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261128_000423_create_scim_change_counter",
    makes: Made::Table("scim_change_counter"),
    up: &[
        "CREATE TABLE scim_change_counter (
        id SMALLINT NOT NULL PRIMARY KEY,
        last BIGINT NOT NULL,
        told BIGINT NOT NULL,
        position {text} NULL,
        swept BIGINT NULL
    ) {table}",
        "INSERT INTO scim_change_counter (id, last, told, swept) VALUES (1, 0, 0, -9223372036854775808)",
    ],
};
