//! Something to look at on the first start.

use fleet_scim::{
    hosts::Source,
    sea_orm::{ActiveModelTrait, ActiveValue::Set, DatabaseTransaction, DbErr, EntityTrait, SqlErr},
};

use crate::{
    HostError,
    hosts::HostServer,
    store::{Store, host, setting},
};

const PEOPLE: [&str; 6] = ["ava.nguyen", "sam.okafor", "mia.larsen", "leo.rossi", "zoe.martin", "kai.tanaka"];

/// Makes hosts on an empty database, once: of several processes that start at the same moment one does, and the others wait
/// for it. Returns the address of the first host.
pub async fn seed(store: &Store, count: u32) -> Result<Option<String>, HostError> {
    let transaction = store.begin().await?;
    if !is_first(&transaction).await? || host::Entity::find().one(&transaction).await?.is_some() {
        return Ok(None);
    }
    let mut first = None;
    for number in 1..=count {
        let person = PEOPLE[(number as usize - 1) % PEOPLE.len()];
        let suffix = (number as usize - 1) / PEOPLE.len();
        let email = if suffix == 0 { format!("{person}@example.com") } else { format!("{person}{suffix}@example.com") };
        let emails = [(Source::MdmIdpAccounts, vec![email.clone()])];
        HostServer::enrol_in(&transaction, &format!("laptop-{number:03}"), None, &emails).await?;
        first.get_or_insert(email);
    }
    transaction.commit().await?;
    Ok(first)
}

/// Writes the row that says it was done; whoever writes it first keeps the others waiting for what becomes of it.
async fn is_first(transaction: &DatabaseTransaction) -> Result<bool, DbErr> {
    match (setting::ActiveModel { name: Set(setting::SEEDED.to_owned()) }).insert(transaction).await {
        Ok(_) => Ok(true),
        Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => Ok(false),
        Err(error) => Err(error),
    }
}
