//! Ownership: for each host the candidate that no other candidate beats or ties, so no owner if the best two tie.
//!
//! It must not use DISTINCT, GROUP BY or window functions: with one of them no database pushes `host_id = ?` down into the
//! view, and one host then costs as much as all of them.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261127_000316_create_host_scim_user",
    makes: Made::View("host_scim_user"),
    up: &["CREATE VIEW host_scim_user AS
     SELECT h.host_id, k.scim_user_id, k.connection_id, h.source, h.source_rank, h.email, k.match_rank
     FROM scim_host_emails h
     JOIN scim_user_keys k ON k.email_key = h.email_key
     WHERE NOT EXISTS (
         SELECT 1
         FROM scim_host_emails o
         JOIN scim_user_keys p ON p.email_key = o.email_key
         WHERE o.host_id = h.host_id
           AND (o.source_rank < h.source_rank
             OR (o.source_rank = h.source_rank AND (p.match_rank < k.match_rank
               OR (p.match_rank = k.match_rank AND p.connection_id < k.connection_id)))
             OR (o.source_rank = h.source_rank AND p.match_rank = k.match_rank AND p.connection_id = k.connection_id
               AND (p.scim_user_id <> k.scim_user_id OR o.email_key < h.email_key
                 OR (o.email_key = h.email_key AND o.source < h.source)))))
       AND (h.source_rank = 0
         OR NOT EXISTS (SELECT 1 FROM scim_host_emails m WHERE m.host_id = h.host_id AND m.source_rank = 0))"],
};
