//! A step of the migration.

use sea_orm::{ConnectionTrait, DbBackend, DbErr};

use crate::ledger;

/// What a step creates, and what it removes when it is reverted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    Table(&'static str),
    View(&'static str),
    /// Another text for a view that an earlier step created.
    ViewText {
        name: &'static str,
        /// The statement of the earlier step.
        before: &'static str,
    },
    Columns {
        table: &'static str,
        names: &'static [&'static str],
    },
    Index {
        table: &'static str,
        name: &'static str,
    },
}

#[derive(Debug)]
pub struct Step {
    /// The name in the ledger: the date, a number and what the step does.
    pub name: &'static str,
    pub makes: Made,
    /// Statements with words in braces that each database spells in its own way.
    pub up: &'static [&'static str],
}

impl Made {
    /// Says what exists already of what this creates.
    pub async fn existing(self, connection: &impl ConnectionTrait) -> Result<Option<String>, DbErr> {
        match self {
            Self::Table(name) | Self::View(name) => {
                Ok(ledger::is_there(connection, name).await?.then(|| format!("a table or view {name}")))
            }
            Self::ViewText { .. } | Self::Index { .. } => Ok(None),
            Self::Columns { table, names } => {
                for name in names {
                    if has_column(connection, table, name).await? {
                        return Ok(Some(format!("a column {name} of {table}")));
                    }
                }
                Ok(None)
            }
        }
    }

    /// Makes room before the step is taken, possibly again: what a begun step left behind is its own, and is created again.
    pub async fn clear(self, connection: &impl ConnectionTrait, begun: bool) -> Result<(), DbErr> {
        match self {
            // SQLite cannot replace a view; elsewhere one that is dropped would be missed by other processes.
            Self::ViewText { name, .. } if connection.get_database_backend() == DbBackend::Sqlite => {
                drop_view(connection, name).await
            }
            Self::ViewText { .. } => Ok(()),
            _ if begun => self.revert(connection).await,
            _ => Ok(()),
        }
    }

    /// Removes what the step made.
    pub async fn revert(self, connection: &impl ConnectionTrait) -> Result<(), DbErr> {
        match self {
            Self::Table(name) => {
                connection.execute_unprepared(&format!("DROP TABLE IF EXISTS {name}")).await?;
            }
            Self::View(name) => drop_view(connection, name).await?,
            Self::ViewText { name, before } => {
                drop_view(connection, name).await?;
                connection.execute_unprepared(before).await?;
            }
            Self::Columns { table, names } => {
                for name in names {
                    if has_column(connection, table, name).await? {
                        connection.execute_unprepared(&format!("ALTER TABLE {table} DROP COLUMN {name}")).await?;
                    }
                }
            }
            Self::Index { table, name } => drop_index(connection, table, name).await?,
        }
        Ok(())
    }
}

async fn drop_view(connection: &impl ConnectionTrait, name: &str) -> Result<(), DbErr> {
    connection.execute_unprepared(&format!("DROP VIEW IF EXISTS {name}")).await.map(drop)
}

/// MySQL cannot be asked to drop an index only if it is there.
async fn drop_index(connection: &impl ConnectionTrait, table: &str, name: &str) -> Result<(), DbErr> {
    if connection.get_database_backend() != DbBackend::MySql {
        return connection.execute_unprepared(&format!("DROP INDEX IF EXISTS {name}")).await.map(drop);
    }
    let sql = format!(
        "SELECT 1 AS one FROM information_schema.statistics
         WHERE table_schema = DATABASE() AND table_name = '{table}' AND index_name = '{name}' LIMIT 1"
    );
    if ledger::answers(connection, sql).await? {
        connection.execute_unprepared(&format!("DROP INDEX {name} ON {table}")).await?;
    }
    Ok(())
}

/// Says whether a table has a column, where our statements would find it.
async fn has_column(connection: &impl ConnectionTrait, table: &str, name: &str) -> Result<bool, DbErr> {
    let sql = match connection.get_database_backend() {
        DbBackend::Sqlite => format!("SELECT 1 AS one FROM pragma_table_info('{table}') WHERE name = '{name}'"),
        DbBackend::Postgres => format!(
            "SELECT 1 AS one FROM pg_attribute WHERE attrelid = to_regclass('{table}') AND attname = '{name}'
             AND NOT attisdropped"
        ),
        _ => format!(
            "SELECT 1 AS one FROM information_schema.columns
             WHERE table_schema = DATABASE() AND table_name = '{table}' AND column_name = '{name}'"
        ),
    };
    ledger::answers(connection, sql).await
}
