//! Reads the changes for one part of this server, from where it was when the process ended.

use std::{future::Future, time::Duration};

use fleet_scim::{
    Change, Error, ScimModule,
    sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, sea_query::OnConflict},
};

use crate::{
    HostError,
    store::{
        Store,
        reader::{ActiveModel, Column, Entity},
    },
};

/// The number of changes that are read together.
const AT_ONCE: u64 = 100;
/// How long to wait after a failure.
const PAUSE: Duration = Duration::from_secs(2);

/// Has a new reader begin with what happens from now on. One that was there goes on where it was.
pub async fn begin(scim: &ScimModule, store: &Store, name: &str) -> Result<i64, HostError> {
    Ok(match Entity::find_by_id(name).one(&store.writer).await? {
        Some(reader) => reader.number,
        None => keep(&store.writer, name, scim.changes().last().await?).await?,
    })
}

/// Calls `deal` with each change, in their order, and keeps its number afterwards: a change that was dealt with just before the
/// process ended comes again. It never returns.
pub async fn read<F>(scim: &ScimModule, store: &Store, name: &str, mut deal: impl FnMut(Change) -> F)
where
    F: Future<Output = Result<(), HostError>>,
{
    loop {
        if let Err(error) = read_on(scim, store, name, &mut deal).await {
            tracing::warn!(reader = name, %error, "the changes cannot be dealt with just now");
            tokio::time::sleep(PAUSE).await;
        }
    }
}

async fn read_on<F>(
    scim: &ScimModule,
    store: &Store,
    name: &str,
    deal: &mut impl FnMut(Change) -> F,
) -> Result<(), HostError>
where
    F: Future<Output = Result<(), HostError>>,
{
    let changes = scim.changes();
    let mut number = begin(scim, store, name).await?;
    loop {
        changes.changed(number).await?;
        let page = match changes.after(number, AT_ONCE).await {
            Err(error @ Error::ChangesForgotten { .. }) => {
                tracing::error!(reader = name, %error, "changes were missed: compare what you have with all hosts");
                number = keep(&store.writer, name, changes.last().await?).await?;
                continue;
            }
            page => page?,
        };
        for change in page {
            number = change.number;
            deal(change).await?;
            keep(&store.writer, name, number).await?;
        }
    }
}

async fn keep(database: &impl ConnectionTrait, name: &str, number: i64) -> Result<i64, DbErr> {
    let row = ActiveModel { name: Set(name.to_owned()), number: Set(number) };
    let over = OnConflict::column(Column::Name).update_column(Column::Number).to_owned();
    Entity::insert(row).on_conflict(over).exec_without_returning(database).await?;
    Ok(number)
}
