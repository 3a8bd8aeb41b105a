//! One integration binary. Every promise is tested through the real endpoint over a real database.
#![recursion_limit = "256"]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod access;
mod baseline;
mod bounds;
mod bulk;
mod circles;
mod clock;
mod compression;
mod concurrency;
mod connections;
mod counts;
mod criteria;
mod cursors;
mod details;
mod discovery;
mod documents;
mod entra_validator;
mod errors;
mod explain;
mod extensions;
mod faults;
mod feed;
mod filters;
mod filters_agree;
mod grammar;
mod groups;
mod hosts;
mod layers;
mod me;
mod migrations;
mod native;
mod openapi;
mod ownership;
mod patch;
mod patch_properties;
mod privacy;
mod probes;
mod put_properties;
mod replace;
mod replay;
mod resumed;
mod schema;
mod snapshots;
mod sorting;
mod spelling;
mod statements;
mod testing;
mod tls;
mod users;
mod variables;
mod vocabulary;
mod ways_in;
mod world;

use fleet_scim_dev::databases;
