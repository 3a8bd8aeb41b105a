//! The SQL of a [`Sort`]: a column where there is one, else the folded twin.

use sea_orm::QueryResult;

use super::{condition::Scope, dialect::Dialect, failure::Failure, sql::Sql};
use crate::protocol::{cursor::Key, sort::Sort};

/// What stands in the column that resources are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    Text,
    Number,
    Boolean,
}

/// What is known of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Plain,
    Nullable,
    /// One resource of a connection at most has a value.
    Unique,
}

/// The order of a list: by an expression, what is missing last when ascending, and what is equal by id.
#[derive(Debug, Clone)]
pub struct Order {
    expression: String,
    of: Type,
    nullable: bool,
    /// No two resources of a listing are equal in it.
    unique: bool,
    descending: bool,
    pub reads_twin: bool,
}

/// Which way rows are read: along the order, or against it to find what stands before a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Forward,
    Backward,
}

impl Scope<'_> {
    pub fn order(&self, sort: &Sort) -> Order {
        let keys: Vec<&str> = sort.keys.iter().map(String::as_str).collect();
        let is_user = self.resource_type.is_user();
        let column = match keys.as_slice() {
            ["id"] => Some(("u.id".to_owned(), Type::Number, Column::Unique)),
            // Within one type these differ by the id alone.
            ["meta"] | ["meta", "location" | "resourcetype"] if is_user => {
                Some((self.dialect.constant("User"), Type::Text, Column::Plain))
            }
            ["meta"] | ["meta", "location" | "resourcetype"] => {
                Some((self.dialect.constant("Group"), Type::Text, Column::Plain))
            }
            ["meta", "created"] => Some(("u.created_at".to_owned(), Type::Number, Column::Plain)),
            ["meta", "lastmodified"] => Some(("u.updated_at".to_owned(), Type::Number, Column::Plain)),
            ["externalid"] => Some(("u.external_id".to_owned(), Type::Text, Column::Nullable)),
            ["username"] if is_user => Some(("u.user_name_key".to_owned(), Type::Text, Column::Unique)),
            ["active"] if is_user => Some(("u.active".to_owned(), Type::Boolean, Column::Plain)),
            ["displayname"] if !is_user => Some(("u.display_name_key".to_owned(), Type::Text, Column::Unique)),
            _ => None,
        };
        let descending = sort.descending;
        match column {
            Some((column, of, is)) => Order {
                expression: column,
                of,
                nullable: is == Column::Nullable,
                unique: is == Column::Unique,
                descending,
                reads_twin: false,
            },
            None => Order {
                expression: match sort.open {
                    true => format!(
                        "(CASE WHEN {} THEN {} END)",
                        self.dialect.twin_is_text(&sort.keys),
                        self.dialect.twin_text(&sort.keys)
                    ),
                    false => self.dialect.twin_text(&sort.keys),
                },
                of: Type::Text,
                nullable: true,
                unique: false,
                descending,
                reads_twin: true,
            },
        }
    }
}

impl Order {
    /// The order of a resource type that has no such attribute, beside one that has.
    pub fn without_value(dialect: Dialect, of: &Self) -> Self {
        let kind = match of.of {
            Type::Text => "TEXT",
            Type::Number => "BIGINT",
            Type::Boolean => "BOOLEAN",
        };
        let expression = if dialect == Dialect::Postgres { format!("CAST(NULL AS {kind})") } else { "NULL".to_owned() };
        Self { expression, nullable: true, unique: false, reads_twin: false, ..of.clone() }
    }

    pub fn expression(&self) -> &str {
        &self.expression
    }

    pub const fn is_nullable(&self) -> bool {
        self.nullable
    }

    pub const fn is_unique(&self) -> bool {
        self.unique
    }

    /// Whether the smaller values come first, read this way.
    pub fn ascends(&self, direction: Direction) -> bool {
        self.descending == (direction == Direction::Backward)
    }

    /// The key of a row, from a column of its result.
    pub fn key(&self, row: &QueryResult, column: &str) -> Result<Option<Key>, Failure> {
        Ok(match self.of {
            Type::Text => row.try_get::<Option<String>>("", column)?.map(Key::Text),
            Type::Number => row.try_get::<Option<i64>>("", column)?.map(Key::Number),
            Type::Boolean => row.try_get::<Option<bool>>("", column)?.map(Key::Boolean),
        })
    }
}

/// Appends ` ORDER BY`: by a key of this order, then by the places that tell what is equal apart.
pub fn order_by(sql: &mut Sql, order: Option<&Order>, key: &str, ties: &[&str], direction: Direction) {
    let ascends = order.map_or(direction == Direction::Forward, |order| order.ascends(direction));
    let way = if ascends { "" } else { " DESC" };
    let mut parts = Vec::new();
    if let Some(order) = order {
        // An index serves the order of a column that is never NULL, and of nothing else.
        if order.nullable {
            parts.push(format!("({key} IS NULL){way}"));
        }
        parts.push(format!("{key}{way}"));
    }
    parts.extend(ties.iter().map(|tie| format!("{tie}{way}")));
    sql.push(" ORDER BY ").push(&parts.join(", "));
}
