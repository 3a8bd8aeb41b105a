//! What the host does with its own database connections and transactions loses nothing that was acknowledged.

use std::time::{Duration, Instant};

use fleet_scim::{
    HostId, ScimModule, connect,
    hosts::{Source, set_emails_in},
    sea_orm::{ConnectionTrait, Statement, TransactionTrait},
};

use super::{heal, keeps_what_it_acknowledges, refuse_rows};
use crate::{
    databases::Backend,
    on_each_database,
    world::{Roles, World},
};

on_each_database! {
    /// The module uses a savepoint, so the host can continue with its own transaction.
    async fn a_statement_of_ours_that_fails_leaves_the_hosts_transaction_as_it_was(world: World) {
        // On SQLite a full disk rolls back the whole transaction, and so does this fault.
        if world.backend != Backend::Sqlite {
            let ava = world.user("ava@x.y").await;
            world.writer.execute_unprepared("CREATE TABLE of_the_host (number BIGINT)").await.unwrap();
            refuse_rows(world, "scim_host_emails").await;
            let transaction = world.writer.begin().await.unwrap();
            transaction.execute_unprepared("INSERT INTO of_the_host VALUES (1)").await.unwrap();
            set_emails_in(&transaction, HostId(1), &Source::MdmIdpAccounts, &["ava@x.y"]).await.unwrap_err();
            transaction.execute_unprepared("INSERT INTO of_the_host VALUES (2)").await.unwrap();
            transaction.commit().await.unwrap();
            heal(world, "scim_host_emails").await;
            let rows = Statement::from_string(world.writer.get_database_backend(), "SELECT number FROM of_the_host");
            assert_eq!(world.writer.query_all_raw(rows).await.unwrap().len(), 2);
            assert_eq!(world.owner(1).await, None);
            world.host(1, &Source::MdmIdpAccounts, "ava@x.y").await;
            assert_eq!(world.owner(1).await, Some(ava));
        }
        keeps_what_it_acknowledges(world).await;
    }
}

/// On a full disk SQLite rolls back by itself, and the driver's own ROLLBACK fails. From then on the driver believes
/// that it is in a transaction, and what begins next is a savepoint that nobody commits.
#[tokio::test]
async fn a_connection_on_which_the_hosts_transaction_failed_to_end_serves_nobody() {
    let place = Backend::Sqlite.place().await.unwrap();
    let pools = connect(&place.url).await.unwrap();
    let scim = ScimModule::builder(pools.clone(), Roles).build().await.unwrap();
    for _ in 0..3 {
        let transaction = pools.writer.begin().await.unwrap();
        transaction.execute_unprepared("ROLLBACK").await.unwrap();
        transaction.rollback().await.unwrap_err();
    }
    let set = scim.hosts().set_emails(HostId(7), &Source::MdmIdpAccounts, &["ava@x.y"]).await;
    set.unwrap();
    let other = connect(&place.url).await.unwrap();
    let rows = Statement::from_string(other.reader.get_database_backend(), "SELECT host_id FROM scim_host_emails");
    assert_eq!(other.reader.query_all_raw(rows).await.unwrap().len(), 1);
    drop(scim);
    place.remove().await;
}

fleet_scim_dev::on_mysql! {
    /// The lock of a migration belongs to its database connection, and a pool keeps database connections.
    #[tokio::test]
    async fn a_migration_that_is_given_up_leaves_no_lock_in_the_pool() {
        let Some(place) = Backend::MySql.empty_place(false).await else { return };
        let (pools, other) = (connect(&place.url).await.unwrap(), connect(&place.url).await.unwrap().writer);
        for milliseconds in [5, 20, 80] {
            let given_up = Duration::from_millis(milliseconds);
            let _ = tokio::time::timeout(given_up, ScimModule::migrate(&pools.writer)).await;
            let begun = Instant::now();
            ScimModule::migrate(&other).await.unwrap();
            // It takes as long as with a free lock, not the minute for which a migration waits for the lock.
            assert!(begun.elapsed() < Duration::from_secs(30));
            ScimModule::revert(&other).await.unwrap();
        }
        pools.writer.close().await.unwrap();
        other.close().await.unwrap();
        place.remove().await;
    }
}

/// A host runs its own transaction again where a later attempt may succeed.
#[tokio::test]
async fn an_error_says_whether_another_attempt_may_succeed() {
    let database = fleet_scim::testing::TemporaryDatabase::sqlite().await.unwrap();
    let scim = ScimModule::builder(database.pools(), Roles).build().await.unwrap();
    let invalid = scim.hosts().set_emails(HostId(1), &Source::Idp, &["no address\0"]).await.unwrap_err();
    assert!(!invalid.is_transient(), "{invalid}");
    let nowhere = fleet_scim::connect("sqlite:///nowhere/scim.db").await.unwrap_err();
    assert!(!nowhere.is_transient(), "{nowhere}: somebody has to change something");
    database.pools().close().await.unwrap();
    let away = scim.hosts().set_emails(HostId(1), &Source::Idp, &["ava@x.y"]).await.unwrap_err();
    assert!(away.is_transient(), "{away}");
}
