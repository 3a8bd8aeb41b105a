//! The SQL of a [`Sort`]: a column if there is one, otherwise the search document.

use sea_orm::QueryResult;

use super::{
    columns::{Column, Expression, IDENTIFIER},
    condition::Scope,
    dialect::Dialect,
    operation_error::OperationError,
    sql::Sql,
};
use crate::protocol::query::{cursor::Key, sort::Sort};

/// The type of an SQL sort key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KeyType {
    Text,
    Number,
    Boolean,
}

/// The order of a list: by an expression, with missing values last if ascending, and ties broken by id.
#[derive(Debug, Clone)]
pub struct Order {
    expression: String,
    key_type: KeyType,
    column: Option<&'static Column>,
    descending: bool,
    pub reads_search_document: bool,
}

/// Which way rows are read: along the order, or backwards to find what comes before a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Forward,
    Backward,
}

impl Scope<'_> {
    /// Finds the SQL expression for a sort.
    pub fn order(&self, sort: &Sort) -> Order {
        let column = self.table().column(&sort.keys);
        let (expression, key_type) = match column.map(|column| column.expression) {
            Some(Expression::Text(name) | Expression::Prefix(name)) => (name.to_owned(), KeyType::Text),
            Some(Expression::Instant(name)) => (name.to_owned(), KeyType::Number),
            Some(Expression::Boolean(name)) => (name.to_owned(), KeyType::Boolean),
            Some(Expression::Identifier) => (IDENTIFIER.to_owned(), KeyType::Text),
            Some(Expression::Id) => ("u.id".to_owned(), KeyType::Number),
            // Within one type these differ only in the id.
            // Owners of hosts are never sorted.
            Some(Expression::ResourceType | Expression::Location | Expression::MatchedBy | Expression::Status) => {
                (self.dialect.constant(self.resource_type.name), KeyType::Text)
            }
            None if sort.untyped => {
                let (is_text, text) = (self.dialect.search_is_text(&sort.keys), self.dialect.search_text(&sort.keys));
                (format!("(CASE WHEN {is_text} THEN {text} END)"), KeyType::Text)
            }
            None => (self.dialect.search_text(&sort.keys), KeyType::Text),
        };
        Order { expression, key_type, column, descending: sort.descending, reads_search_document: column.is_none() }
    }
}

impl Order {
    /// Builds the order for a resource type that lacks the attribute, beside one that has it.
    pub fn without_value(dialect: Dialect, other: &Self) -> Self {
        let sql_type = match other.key_type {
            KeyType::Text => "TEXT",
            KeyType::Number => "BIGINT",
            KeyType::Boolean => "BOOLEAN",
        };
        let null = || "NULL".to_owned();
        let expression = if dialect == Dialect::Postgres { format!("CAST(NULL AS {sql_type})") } else { null() };
        Self { expression, column: None, reads_search_document: false, ..other.clone() }
    }

    /// Says whether each row has to be looked at to sort by it.
    pub fn scans(&self) -> bool {
        self.reads_search_document || self.column.is_some_and(|column| column.expression == Expression::Identifier)
    }

    pub fn expression(&self) -> &str {
        &self.expression
    }

    /// Returns the index that keeps resources in this order.
    pub fn index(&self) -> Option<&'static str> {
        self.column.and_then(|column| column.index)
    }

    pub fn is_nullable(&self) -> bool {
        self.column.is_none_or(|column| column.nullable)
    }

    /// Says whether no two resources of a listing compare equal.
    pub fn is_unique(&self) -> bool {
        self.column.is_some_and(|column| column.unique)
    }

    /// Says whether smaller values come first in this direction.
    pub fn ascends(&self, direction: Direction) -> bool {
        self.descending == (direction == Direction::Backward)
    }

    /// Reads the key of a row, from a column of its result.
    pub fn key(&self, row: &QueryResult, column: &str) -> Result<Option<Key>, OperationError> {
        Ok(match self.key_type {
            KeyType::Text => row.try_get::<Option<String>>("", column)?.map(Key::Text),
            KeyType::Number => row.try_get::<Option<i64>>("", column)?.map(Key::Number),
            KeyType::Boolean => row.try_get::<Option<bool>>("", column)?.map(Key::Boolean),
        })
    }
}

/// Appends ` ORDER BY`: by a key of this order, then by the columns that break ties.
pub fn order_by(sql: &mut Sql, order: Option<&Order>, key: &str, ties: &[&str], direction: Direction) {
    let ascends = order.map_or(direction == Direction::Forward, |order| order.ascends(direction));
    let way = if ascends { "" } else { " DESC" };
    let mut parts = Vec::new();
    if let Some(order) = order {
        // An index can only serve the order of a column that is never NULL.
        if order.is_nullable() {
            parts.push(format!("({key} IS NULL){way}"));
        }
        parts.push(format!("{key}{way}"));
    }
    parts.extend(ties.iter().map(|tie| format!("{tie}{way}")));
    sql.push(" ORDER BY ").push(&parts.join(", "));
}
