//! Reported by the host server: the addresses of each host by source. `position` makes two writers of one source meet at a
//! row.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261127_000311_create_scim_host_emails",
    makes: Made::Table("scim_host_emails"),
    up: &[
        "CREATE TABLE scim_host_emails (
        host_id BIGINT NOT NULL,
        source {key} NOT NULL,
        position SMALLINT NOT NULL,
        source_rank SMALLINT NOT NULL,
        email {key} NOT NULL,
        email_key {key} NOT NULL,
        PRIMARY KEY (host_id, source, position)
    ) {table}",
        "CREATE INDEX scim_host_emails_host_idx ON scim_host_emails (host_id, source_rank, email_key)",
        "CREATE INDEX scim_host_emails_email_idx ON scim_host_emails (email_key)",
    ],
};
