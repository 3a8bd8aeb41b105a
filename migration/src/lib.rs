//! The tables of fleet-scim, beside the host's own: everything is prefixed `scim_`, the view `host_scim_user` alone excepted.

mod dialect;
mod m20261121_000001_create_scim_connections;
mod m20261121_000002_create_scim_users;
mod m20261121_000003_create_scim_groups;
mod m20261121_000004_create_scim_host_emails;
mod m20261121_000005_create_scim_changes;
mod m20261121_000006_create_scim_requests;
mod m20261121_000007_create_host_scim_user;
mod m20261122_000008_create_scim_properties;
mod m20261122_000009_create_scim_host_names;
mod m20261122_000010_order_scim_requests_by_end;

use sea_orm_migration::prelude::*;
pub use sea_orm_migration::{MigratorTrait, SchemaManager};

/// The steps, in their order. Never call `fresh` or `refresh` on it: they drop the host's tables too.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_000001_create_scim_connections::Migration),
            Box::new(m20261121_000002_create_scim_users::Migration),
            Box::new(m20261121_000003_create_scim_groups::Migration),
            Box::new(m20261121_000004_create_scim_host_emails::Migration),
            Box::new(m20261121_000005_create_scim_changes::Migration),
            Box::new(m20261121_000006_create_scim_requests::Migration),
            Box::new(m20261121_000007_create_host_scim_user::Migration),
            Box::new(m20261122_000008_create_scim_properties::Migration),
            Box::new(m20261122_000009_create_scim_host_names::Migration),
            Box::new(m20261122_000010_order_scim_requests_by_end::Migration),
        ]
    }

    /// A ledger of its own: in the host's, either would miss the other's migration files.
    fn migration_table_name() -> DynIden {
        "scim_migrations".into_iden()
    }
}
