//! Applies the steps, and reverts them.

use sea_orm::{ConnectionTrait, DbErr, Statement};

use crate::{
    STEPS,
    dialect::{Words, now},
    ledger::{self, Progress},
};

/// How long a step that another node of a cluster began is left to that node, in milliseconds.
const LEFT_TO_OTHERS: i64 = 60_000;

/// Applies every step that was not applied, and completes one that was begun; returns false if another node of the cluster
/// may be applying one right now, and this should be called again a little later.
///
/// The caller must hold a lock: on this server nobody else applies a step meanwhile. The nodes of a `cluster` do not see
/// each other's locks.
///
/// # Errors
/// [`DbErr::Migration`] for a ledger that this version cannot work with, and if there is a table with one of our names that
/// none of our steps created; nothing was touched then. Otherwise if a statement fails.
pub async fn up(connection: &impl ConnectionTrait, cluster: bool) -> Result<bool, DbErr> {
    let words = Words::of(connection).await?;
    let known = ledger::read(connection).await?;
    refuse_strangers(connection, &known.clone().unwrap_or_default()).await?;
    if known.is_none() {
        ledger::create(connection, &words.spell("{key}"), &words.spell("{table}")).await?;
    }
    for step in STEPS {
        // Read again for each step: another node may have applied it.
        let ledger = ledger::read(connection).await?.unwrap_or_default();
        let begun = ledger.get(step.name).copied();
        let mark = match begun {
            Some(Progress::Applied(_)) => continue,
            Some(Progress::Begun(at)) if cluster && now() - at < LEFT_TO_OTHERS => return Ok(false),
            Some(begun @ Progress::Begun(_)) => match ledger::begin_again(connection, step, begun.written()).await? {
                Some(mark) => mark,
                None => return Ok(false),
            },
            None => match ledger::begin(connection, step).await {
                // Another node came first.
                Err(error) if cluster && is_taken(&error) => return Ok(false),
                begun => begun?,
            },
        };
        step.makes.clear(connection, begun.is_some()).await?;
        for statement in step.up {
            connection.execute_unprepared(&words.spell(statement)).await?;
        }
        ledger::end(connection, step, mark).await?;
    }
    Ok(true)
}

/// Reverts every step, the last first, including one that was only begun.
///
/// # Errors
/// As [`up`].
pub async fn down(connection: &impl ConnectionTrait) -> Result<(), DbErr> {
    let Some(ledger) = ledger::read(connection).await? else { return Ok(()) };
    if let Some(newer) = ledger.keys().find(|name| STEPS.iter().all(|step| step.name != name.as_str())) {
        return Err(DbErr::Migration(format!(
            "a newer version of fleet-scim took the step {newer}: revert with that one"
        )));
    }
    refuse_loss(connection, &ledger).await?;
    for step in STEPS.iter().rev().filter(|step| ledger.contains_key(step.name)) {
        let read = ledger.get(step.name).map_or(0, |progress| progress.written());
        if ledger::begin_again(connection, step, read).await?.is_none() {
            return Err(DbErr::Migration(format!("another process is at the step {}", step.name)));
        }
        step.makes.revert(connection).await?;
        ledger::forget(connection, step).await?;
    }
    Ok(())
}

/// Says whether every step was applied. Steps of a newer version, after ours, do no harm.
///
/// # Errors
/// As [`up`], for the ledger.
pub async fn is_current(connection: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let ledger = ledger::read(connection).await?.unwrap_or_default();
    Ok(STEPS.iter().all(|step| matches!(ledger.get(step.name), Some(Progress::Applied(_)))))
}

/// Refuses to drop the users and groups of connections beside the first: whoever reverts may not know of other identity providers.
///
/// # Errors
/// Names the connections that hold users.
async fn refuse_loss(
    connection: &impl ConnectionTrait,
    ledger: &std::collections::BTreeMap<String, Progress>,
) -> Result<(), DbErr> {
    if !STEPS.iter().take(2).all(|step| matches!(ledger.get(step.name), Some(Progress::Applied(_)))) {
        return Ok(());
    }
    // The tables come one by one.
    let is_there = |step: &str| {
        let mut applied = ledger.iter().filter(|(_, progress)| matches!(progress, Progress::Applied(_)));
        applied.any(|(name, _)| name.ends_with(step))
    };
    // The name in the routes, if there is one.
    let name = match is_there("_create_scim_connection_profiles") {
        true => "COALESCE((SELECT p.name FROM scim_connection_profiles p WHERE p.connection_id = c.id), c.name)",
        false => "c.name",
    };
    let of_groups = match is_there("_create_scim_groups") {
        true => "OR EXISTS (SELECT 1 FROM scim_groups g WHERE g.connection_id = c.id)",
        false => "",
    };
    let sql = format!(
        "SELECT {name} AS name FROM scim_connections c WHERE c.id > 1
         AND (EXISTS (SELECT 1 FROM scim_users u WHERE u.connection_id = c.id) {of_groups}) ORDER BY c.id LIMIT 10"
    );
    let rows = connection.query_all_raw(Statement::from_string(connection.get_database_backend(), sql)).await?;
    let names: Vec<String> = rows.iter().map(|row| row.try_get("", "name")).collect::<Result<_, _>>()?;
    if names.is_empty() {
        return Ok(());
    }
    Err(DbErr::Migration(format!(
        "connections beside the first hold users or groups: {}; delete these connections first, and what native holds; nothing was touched",
        names.join(", ")
    )))
}

/// Refuses tables and columns that the ledger does not know.
///
/// # Errors
/// Names what exists but is not known to the ledger.
async fn refuse_strangers(
    connection: &impl ConnectionTrait,
    ledger: &std::collections::BTreeMap<String, Progress>,
) -> Result<(), DbErr> {
    for step in STEPS.iter().filter(|step| !ledger.contains_key(step.name)) {
        if let Some(existing) = step.makes.existing(connection).await? {
            // Another node of a cluster may have begun the step since the ledger was read (Galera, 2026-11-28): a step is
            // recorded before it makes anything.
            if ledger::read(connection).await?.unwrap_or_default().contains_key(step.name) {
                continue;
            }
            return Err(DbErr::Migration(format!(
                "there is {existing} that fleet-scim did not make: rename it, or give fleet-scim a database or \
                 schema of its own; nothing was touched"
            )));
        }
    }
    Ok(())
}

/// Says whether a row of the ledger existed already or, as Galera reports it, has just come from another node.
fn is_taken(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(sea_orm::SqlErr::UniqueConstraintViolation(_))) || error.to_string().contains("1213")
}
