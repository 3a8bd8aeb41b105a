//! The number of users and groups of each connection, in several rows that are summed up: writers of a single row would wait
//! for each other.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261127_000308_create_scim_counts",
    makes: Made::Table("scim_counts"),
    up: &["CREATE TABLE scim_counts (
        connection_id BIGINT NOT NULL,
        resource_type SMALLINT NOT NULL,
        shard SMALLINT NOT NULL,
        resources BIGINT NOT NULL,
        PRIMARY KEY (connection_id, resource_type, shard),
        CONSTRAINT scim_counts_connection_fk FOREIGN KEY (connection_id) REFERENCES scim_connections (id) ON DELETE CASCADE
    ) {table}"],
};
