//! The rows of a list: the ids are read first, so that a deep page does not read the documents before it.

use std::cmp::Ordering;

use sea_orm::QueryResult;

use super::{
    condition::{Scope, Selection},
    counts::{self, Counted},
    dialect::Dialect,
    operation_error::OperationError,
    order::{Direction, Order, order_by},
    session::Session,
    sql::Sql,
};
use crate::protocol::query::cursor::{Key, Position, Start};

/// Which resources of one type are listed, and in which order.
#[derive(Debug, Clone)]
pub struct Listing<'a> {
    pub scope: Scope<'a>,
    pub selection: Option<Selection>,
    pub order: Option<Order>,
}

/// Which rows of a listing are read.
#[derive(Debug, Clone)]
pub struct Window {
    pub start: Start,
    /// The number of rows to skip.
    pub offset: u64,
    pub limit: u64,
}

/// A row and its place in the order.
#[derive(Debug)]
pub struct Placed<T> {
    pub row: T,
    pub position: Position,
    /// Whether it is left for the next page: the rows before it fill this one.
    pub left_out: bool,
}

/// The place of a row on a page, and whether it is left out.
pub type Spot = (Position, bool);

impl<T> Placed<T> {
    /// Separates rows from their places.
    pub fn split(page: Vec<Self>) -> (Vec<T>, Vec<Spot>) {
        page.into_iter().map(|placed| (placed.row, (placed.position, placed.left_out))).unzip()
    }

    /// Puts rows back at the places they were separated from.
    pub fn join(rows: Vec<T>, spots: Vec<Spot>) -> Vec<Self> {
        rows.into_iter().zip(spots).map(|(row, (position, left_out))| Self { row, position, left_out }).collect()
    }
}

impl Window {
    pub const fn direction(&self) -> Direction {
        match self.start {
            Start::Before(_) | Start::Last => Direction::Backward,
            Start::First | Start::After(_) => Direction::Forward,
        }
    }
}

impl Listing<'_> {
    /// Returns the rank of the type in a search over both types.
    pub fn kind(&self) -> u8 {
        u8::from(!self.scope.resource_type.is_user())
    }

    /// Selects the ids of a window as `pid`, with their keys as `sort_key`.
    pub fn ids(&self, window: &Window) -> Sql {
        let mut sql = Sql::new("SELECT u.id AS pid");
        if let Some(order) = &self.order {
            sql.push(", ").push(order.expression()).push(" AS sort_key");
        }
        self.from(&mut sql, self.index(window));
        if let Start::After(position) | Start::Before(position) = &window.start {
            sql.push(" AND ");
            self.beyond(&mut sql, position, window.direction());
        }
        let key = self.order.as_ref().map(Order::expression).unwrap_or_default();
        order_by(&mut sql, self.order.as_ref(), key, self.ties(), window.direction());
        sql.push(" LIMIT ").bind(window.limit);
        if window.offset > 0 {
            sql.push(" OFFSET ").bind(window.offset);
        }
        sql
    }

    /// Returns how rows are joined to [`Listing::ids`]. It makes SQLite read them in the order of the ids, since SQLite
    /// reads the tables of a CROSS JOIN in the order they are written.
    pub fn join(&self) -> &'static str {
        if self.scope.dialect == Dialect::Sqlite { "CROSS JOIN" } else { "JOIN" }
    }

    /// Appends the order of [`Listing::ids`] for the rows joined to them. Not on SQLite, which would push whole documents
    /// through its sorter: a page of 200 users of 1 MB took 1.4 s and 112 MB (2026-11-27).
    pub fn order_joined(&self, sql: &mut Sql, window: &Window) {
        if self.scope.dialect == Dialect::Sqlite {
            return;
        }
        order_by(sql, self.order.as_ref(), "p.sort_key", self.ties(), window.direction());
    }

    /// Returns the columns that break ties: none if there can be no ties. MariaDB sorts by a unique index only if nothing
    /// follows it.
    fn ties(&self) -> &'static [&'static str] {
        if self.order.as_ref().is_some_and(Order::is_unique) { &[] } else { &["u.id"] }
    }

    /// Says whether an index finds the few matches: such a page needs no snapshot, since it is never full.
    pub fn finds_few(&self) -> bool {
        self.selection.as_ref().is_some_and(|selection| selection.finds_few)
    }

    /// Says whether more than a few rows are looked at: such lists wait for each other.
    pub fn scans(&self) -> bool {
        let sorts_all = self.order.as_ref().is_some_and(Order::scans);
        (self.selection.is_some() || sorts_all) && !self.finds_few()
    }

    /// Counts the resources; the number of all resources of a type is kept in a table.
    pub async fn count(&self, session: &Session) -> Result<u64, OperationError> {
        if let (None, Some(connection)) = (&self.selection, self.scope.connection) {
            let of = if self.scope.resource_type.is_user() { Counted::Users } else { Counted::Groups };
            return counts::total(session, connection, of).await;
        }
        let unordered = Self { order: None, ..self.clone() };
        let mut sql = Sql::new("SELECT COUNT(*) AS total");
        unordered.from(&mut sql, None);
        let row = session.row(sql).await?;
        let total: i64 = row.map_or(Ok(0), |row| row.try_get("", "total"))?;
        Ok(total.unsigned_abs())
    }

    /// Reads the position of a row from its `sort_key`.
    pub fn position(&self, row: &QueryResult, id: i64) -> Result<Position, OperationError> {
        let key = self.order.as_ref().map(|order| order.key(row, "sort_key")).transpose()?.flatten();
        Ok(Position { key, kind: self.kind(), id })
    }

    /// Returns the index to read a window after a position from, if it must be named: MariaDB chooses the same one by itself
    /// but then reads every row before the position (10.11, seen 2026-11).
    fn index(&self, window: &Window) -> Option<&'static str> {
        let positioned = matches!(window.start, Start::After(_) | Start::Before(_));
        let by_itself = matches!(self.scope.dialect, Dialect::MariaDb | Dialect::MySql);
        if !positioned || !by_itself || self.selection.is_some() {
            return None;
        }
        match &self.order {
            None => Some(self.scope.table().page_index),
            Some(order) => order.index(),
        }
    }

    /// Appends the tables and which of their rows are listed.
    pub fn from(&self, sql: &mut Sql, index: Option<&str>) {
        sql.push(&format!(" FROM {} u", self.scope.table().rows));
        if let Some(index) = index {
            sql.push(&format!(" FORCE INDEX ({index})"));
        }
        let selected = self.selection.as_ref().map_or(0, |selection| selection.search_document_reads);
        let ordered = usize::from(self.order.as_ref().is_some_and(|order| order.reads_search_document));
        sql.push(&self.scope.join_search_document(selected + ordered));
        sql.push(" WHERE ");
        self.scope.of_connection(sql, "u.connection_id");
        // This lets PostgreSQL use the page indexes; no other statement can use them.
        if self.scope.dialect == Dialect::Postgres && !self.finds_few() {
            sql.push(" AND u.created_at >= 0");
        }
        if let Some(selection) = &self.selection {
            sql.push(" AND (").append(&selection.sql).push(")");
        }
    }

    /// Appends the condition that selects the rows beyond a position: a range of the order, so that every page costs the
    /// same.
    fn beyond(&self, sql: &mut Sql, position: &Position, direction: Direction) {
        let Some(order) = &self.order else {
            return self.tie(sql, position, direction == Direction::Forward);
        };
        let (expression, ascends) = (order.expression(), order.ascends(direction));
        let than = if ascends { ">" } else { "<" };
        sql.push("(");
        match (&position.key, ascends) {
            (Some(key), _) if order.is_unique() && position.kind == self.kind() => {
                sql.push(&format!("{expression} {than} "));
                bind(sql, key);
            }
            (Some(key), _) => {
                // The first comparison is the one that an index can serve.
                sql.push(&format!("({expression} {than}= "));
                bind(sql, key);
                sql.push(&format!(" AND ({expression} {than} "));
                bind(sql, key);
                sql.push(" OR ");
                self.tie(sql, position, ascends);
                sql.push("))");
                if ascends && order.is_nullable() {
                    sql.push(&format!(" OR {expression} IS NULL"));
                }
            }
            (None, _) => {
                sql.push(&format!("({expression} IS NULL AND "));
                self.tie(sql, position, ascends);
                sql.push(")");
                if !ascends {
                    sql.push(&format!(" OR {expression} IS NOT NULL"));
                }
            }
        }
        sql.push(")");
    }

    /// Appends the comparison that tells apart resources that are equal in the order.
    fn tie(&self, sql: &mut Sql, position: &Position, ascends: bool) {
        let beyond = if ascends { Ordering::Greater } else { Ordering::Less };
        match position.tie(self.kind()) {
            Ordering::Equal => sql.push(if ascends { "u.id > " } else { "u.id < " }).bind(position.id),
            way if way == beyond => sql.push("1 = 1"),
            _ => sql.push("1 = 0"),
        };
    }
}

fn bind(sql: &mut Sql, key: &Key) {
    match key {
        Key::Text(text) => sql.bind(text.as_str()),
        Key::Number(number) => sql.bind(*number),
        Key::Boolean(value) => sql.bind(*value),
    };
}
