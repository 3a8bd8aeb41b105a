//! Something to look at on the first start.

use fleet_scim::{
    hosts::Source,
    sea_orm::{ConnectionTrait, DatabaseTransaction},
};

use crate::{
    HostError,
    hosts::HostServer,
    store::{Store, statement},
};

const PEOPLE: [&str; 6] = ["ava.nguyen", "sam.okafor", "mia.larsen", "leo.rossi", "zoe.martin", "kai.tanaka"];

/// Makes hosts on an empty database, once: of several processes that start at the same moment one does, and the others wait
/// for it. Answers the address of the first.
pub async fn seed(store: &Store, count: u32) -> Result<Option<String>, HostError> {
    let transaction = store.begin().await?;
    // Whoever writes this row first keeps the others waiting for what becomes of it.
    let first =
        Store::insert_if_absent(&transaction, "INSERT INTO host_settings (name) VALUES ('seeded')", vec![]).await?;
    if !first || !is_empty(&transaction).await? {
        return Ok(None);
    }
    let mut first = None;
    for number in 1..=count {
        let person = PEOPLE[(number as usize - 1) % PEOPLE.len()];
        let suffix = (number as usize - 1) / PEOPLE.len();
        let email = if suffix == 0 { format!("{person}@example.com") } else { format!("{person}{suffix}@example.com") };
        let emails = [(Source::MdmIdpAccounts, vec![email.clone()])];
        HostServer::enrol_in(&transaction, &format!("laptop-{number:03}"), &emails).await?;
        first.get_or_insert(email);
    }
    transaction.commit().await?;
    Ok(first)
}

async fn is_empty(transaction: &DatabaseTransaction) -> Result<bool, HostError> {
    let any = statement(transaction.get_database_backend(), "SELECT id FROM hosts LIMIT 1", vec![]);
    Ok(transaction.query_one_raw(any).await?.is_none())
}
