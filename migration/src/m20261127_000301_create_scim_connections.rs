//! Connections: one for each identity provider, `default` from the start.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261127_000301_create_scim_connections",
    makes: Made::Table("scim_connections"),
    up: &[
        "CREATE TABLE scim_connections (
        id {id},
        name {key} NOT NULL,
        name_key {key} NOT NULL,
        additive_replace BOOLEAN NOT NULL,
        keeps_members BOOLEAN NOT NULL,
        created_at BIGINT NOT NULL,
        CONSTRAINT scim_connections_name_key UNIQUE (name_key)
    ) {table}",
        "INSERT INTO scim_connections ({first_column}name, name_key, additive_replace, keeps_members, created_at)
        VALUES ({first_value}'default', 'default', FALSE, FALSE, {now})",
    ],
};
