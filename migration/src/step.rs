//! A step of the migration.

/// What a step makes, and what it takes away when it is reverted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    Table(&'static str),
    View(&'static str),
}

#[derive(Debug)]
pub struct Step {
    /// By which the ledger knows it: the date, a number and what it does.
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

    /// Takes it away, where it is there.
    pub fn drop(self) -> String {
        match self {
            Self::Table(name) => format!("DROP TABLE IF EXISTS {name}"),
            Self::View(name) => format!("DROP VIEW IF EXISTS {name}"),
        }
    }
}
