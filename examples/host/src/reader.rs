//! Reads the changes for one part of this server, from where it was when the process ended. Of several processes one reads.

use std::{
    future::Future,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use fleet_scim::{
    Change, Error, ScimModule,
    sea_orm::{
        ActiveValue::Set,
        ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter,
        sea_query::{Expr, OnConflict},
    },
};

use crate::{
    HostError,
    access::random,
    store::{
        Store,
        reader::{ActiveModel, Column, Entity},
    },
};

/// The number of changes that are read together.
const AT_ONCE: u64 = 100;
/// How long to wait after a failure, and how often another process asks whether the one that reads is gone.
const PAUSE: Duration = Duration::from_secs(2);
/// How long a process that is gone keeps the others waiting.
const LEASE: Duration = Duration::from_secs(60);
/// How often a process that reads says that it is there.
const RENEW: Duration = Duration::from_secs(15);

/// A reader of this process.
pub struct Reader {
    scim: ScimModule,
    store: Store,
    name: &'static str,
    holder: String,
}

impl Reader {
    /// Opens a reader. A new one begins with what happens from now on; one that was there goes on where it was.
    pub async fn open(scim: &ScimModule, store: &Store, name: &'static str) -> Result<Self, HostError> {
        let reader = Self { scim: scim.clone(), store: store.clone(), name, holder: random()? };
        if Entity::find_by_id(name).one(&store.writer).await?.is_none() {
            let row = ActiveModel {
                name: Set(name.to_owned()),
                number: Set(scim.changes().now().await?),
                holder: Set(String::new()),
                held_until: Set(0),
            };
            // Another process may have made it a moment ago: then it stays as it is.
            let taken = OnConflict::column(Column::Name).update_column(Column::Name).to_owned();
            Entity::insert(row).on_conflict(taken).exec_without_returning(&store.writer).await?;
        }
        Ok(reader)
    }

    /// Calls `deal` with each change, in their order, and keeps its number afterwards: a change that was dealt with just before the
    /// process ended comes again. It never returns.
    pub async fn read<F>(self, mut deal: impl FnMut(Change) -> F)
    where
        F: Future<Output = Result<(), HostError>>,
    {
        loop {
            if let Err(error) = self.read_on(&mut deal).await {
                tracing::warn!(reader = self.name, %error, "the changes cannot be dealt with just now");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Reads while this process is the one that does.
    async fn read_on<F>(&self, deal: &mut impl FnMut(Change) -> F) -> Result<(), HostError>
    where
        F: Future<Output = Result<(), HostError>>,
    {
        let Some(mut number) = self.take().await? else { return Ok(()) };
        let changes = self.scim.changes();
        loop {
            self.holding(async { Ok(changes.changed(number).await?) }).await?;
            let page = match changes.after(number, AT_ONCE).await {
                Err(error @ Error::ChangesForgotten { .. }) => {
                    tracing::error!(reader = self.name, %error, "changes were missed: compare what you have with all hosts");
                    number = changes.now().await?;
                    self.keep(Some(number)).await?;
                    continue;
                }
                page => page?,
            };
            for change in page {
                number = change.number;
                self.holding(deal(change)).await?;
                self.keep(Some(number)).await?;
            }
        }
    }

    /// Does something, for as long as it takes, while the others know that this process is there.
    async fn holding(&self, work: impl Future<Output = Result<(), HostError>>) -> Result<(), HostError> {
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                () = tokio::time::sleep(RENEW) => self.keep(None).await?,
            }
        }
    }

    /// Becomes the process that reads, if no other one is; returns where to go on.
    async fn take(&self) -> Result<Option<i64>, HostError> {
        let free = Condition::any().add(Column::Holder.eq(&self.holder)).add(Column::HeldUntil.lt(now()));
        let taken = Entity::update_many()
            .col_expr(Column::Holder, Expr::value(&self.holder))
            .col_expr(Column::HeldUntil, Expr::value(now() + LEASE.as_millis() as i64))
            .filter(Column::Name.eq(self.name))
            .filter(free)
            .exec(&self.store.writer)
            .await?;
        if taken.rows_affected == 0 {
            return Ok(None);
        }
        Ok(Entity::find_by_id(self.name).one(&self.store.writer).await?.map(|reader| reader.number))
    }

    /// Keeps the number, if one was dealt with, and that this process is there.
    async fn keep(&self, number: Option<i64>) -> Result<(), HostError> {
        let mut kept = Entity::update_many()
            .col_expr(Column::HeldUntil, Expr::value(now() + LEASE.as_millis() as i64))
            .filter(Column::Name.eq(self.name))
            .filter(Column::Holder.eq(&self.holder));
        if let Some(number) = number {
            kept = kept.col_expr(Column::Number, Expr::value(number));
        }
        match kept.exec(&self.store.writer).await?.rows_affected {
            0 => Err(DbErr::Custom("another process reads the changes now".to_owned()).into()),
            _ => Ok(()),
        }
    }
}

/// Returns the time in milliseconds since 1970.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_millis().try_into().unwrap_or(i64::MAX)
}
