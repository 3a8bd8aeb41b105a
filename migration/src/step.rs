//! A step of the migration.

/// What a step creates, and what it removes when it is reverted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    Table(&'static str),
    View(&'static str),
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
    pub const fn name(self) -> &'static str {
        match self {
            Self::Table(name) | Self::View(name) => name,
        }
    }

    /// Writes the statement that drops it if it exists.
    pub fn drop(self) -> String {
        match self {
            Self::Table(name) => format!("DROP TABLE IF EXISTS {name}"),
            Self::View(name) => format!("DROP VIEW IF EXISTS {name}"),
        }
    }
}
