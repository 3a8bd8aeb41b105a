//! The rows of a list: the ids first, so that a deep page does not read the documents before it.

use std::cmp::Ordering;

use sea_orm::{ConnectionTrait, QueryResult};

use super::{
    columns::{Found, Table},
    condition::{Scope, Selection},
    counts::{self, Counted},
    dialect::Dialect,
    operation_error::OperationError,
    order::{Direction, Order, order_by},
    session::Session,
    sql::Sql,
};
use crate::protocol::{
    bounds,
    cursor::{Key, Position, Start},
};

/// Which resources of one type, and in which order.
#[derive(Debug, Clone)]
pub struct Listing<'a> {
    pub scope: Scope<'a>,
    pub selection: Option<Selection>,
    pub order: Option<Order>,
}

/// Which rows of a listing.
#[derive(Debug, Clone)]
pub struct Window {
    pub start: Start,
    /// Rows of the order that are passed over.
    pub offset: u64,
    pub limit: u64,
}

/// A row and where it stands in its order.
#[derive(Debug)]
pub struct Placed<T> {
    pub row: T,
    pub position: Position,
    /// It is for the next page: those before it are as much as a page may hold.
    pub left_out: bool,
}

/// Where a row of a page stands.
pub type Spot = (Position, bool);

impl<T> Placed<T> {
    pub fn split(page: Vec<Self>) -> (Vec<T>, Vec<Spot>) {
        page.into_iter().map(|placed| (placed.row, (placed.position, placed.left_out))).unzip()
    }

    /// Rows at the places that others were split from.
    pub fn join(rows: Vec<T>, spots: Vec<Spot>) -> Vec<Self> {
        rows.into_iter().zip(spots).map(|(row, (position, left_out))| Self { row, position, left_out }).collect()
    }
}

/// What is left of a page: a client may ask for a thousand resources, and each may have a megabyte, or be in every group.
#[derive(Debug, Default)]
pub struct PageBudget {
    bytes: usize,
    groups: usize,
}

impl PageBudget {
    /// Keeps the text of a resource, or drops it: whether it is left out, for the next page.
    pub fn leaves_out(&mut self, resource: &mut String, groups: usize) -> bool {
        let left_out = !self.take(resource.len(), groups);
        if left_out {
            *resource = String::new();
        }
        left_out
    }

    /// Takes a resource of so many bytes that is in so many groups; false when it is for the next page. The first is never.
    pub const fn take(&mut self, bytes: usize, groups: usize) -> bool {
        let (bytes, groups) = (self.bytes.saturating_add(bytes), self.groups.saturating_add(groups));
        let fits = self.bytes == 0 || (bytes <= bounds::PAGE_BYTES && groups <= bounds::PAGE_GROUPS);
        // What comes after one that does not fit does not either.
        (self.bytes, self.groups) = if fits { (bytes, groups) } else { (usize::MAX, usize::MAX) };
        fits
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
    /// The place of the type in a search over both.
    pub fn kind(&self) -> u8 {
        u8::from(!self.scope.resource_type.is_user())
    }

    /// The ids of a window as `pid`, with their keys as `sort_key`.
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

    /// How rows are joined to [`Listing::ids`]. SQLite reads them in the order of the ids by it, since it takes the tables of a
    /// CROSS JOIN in their order.
    pub fn join(&self) -> &'static str {
        if self.scope.dialect == Dialect::Sqlite { "CROSS JOIN" } else { "JOIN" }
    }

    /// Appends the order of [`Listing::ids`] for the rows that were joined to them. Not on SQLite, which would carry whole
    /// documents through its sorter: a page of 200 users of 1 MB took 1.4 s and 112 MB (2026-11-27).
    pub fn order_joined(&self, sql: &mut Sql, window: &Window) {
        if self.scope.dialect == Dialect::Sqlite {
            return;
        }
        order_by(sql, self.order.as_ref(), "p.sort_key", self.ties(), window.direction());
    }

    /// What tells equal resources apart: nothing where there are none. MariaDB sorts by a unique index only without more.
    fn ties(&self) -> &'static [&'static str] {
        if self.order.as_ref().is_some_and(Order::is_unique) { &[] } else { &["u.id"] }
    }

    /// Says whether an index finds the few that are asked for: such a page needs no snapshot, since it is not full.
    pub fn finds_few(&self) -> bool {
        self.selection.as_ref().is_some_and(|selection| selection.found == Found::Few)
    }

    /// Says whether every resource is looked at.
    pub fn scans(&self) -> bool {
        self.selection.as_ref().is_some_and(|selection| selection.found == Found::ByScan)
            || self.order.as_ref().is_some_and(|order| order.reads_search_document) && !self.finds_few()
    }

    /// How many resources there are; of all of a type it is known.
    pub async fn count(&self, session: &Session) -> Result<u64, OperationError> {
        if self.selection.is_none() {
            let of = if self.scope.resource_type.is_user() { Counted::Users } else { Counted::Groups };
            return counts::total(session, self.scope.connection, of).await;
        }
        let unordered = Self { order: None, ..self.clone() };
        let mut sql = Sql::new("SELECT COUNT(*) AS total");
        unordered.from(&mut sql, None);
        let row = session.query_one_raw(sql.into_statement(session.get_database_backend())).await?;
        let total: i64 = row.map_or(Ok(0), |row| row.try_get("", "total"))?;
        Ok(total.unsigned_abs())
    }

    /// Where a row stands, from its `sort_key`.
    pub fn position(&self, row: &QueryResult, id: i64) -> Result<Position, OperationError> {
        let key = self.order.as_ref().map(|order| order.key(row, "sort_key")).transpose()?.flatten();
        Ok(Position { key, kind: self.kind(), id })
    }

    /// The index that a window behind a position is read from, where it must be said: MariaDB chooses the same one and then
    /// reads every row before the position (10.11, seen 2026-11).
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

    fn from(&self, sql: &mut Sql, index: Option<&str>) {
        let Table { rows, search_documents, key, .. } = self.scope.table();
        sql.push(&format!(" FROM {rows} u"));
        if let Some(index) = index {
            sql.push(&format!(" FORCE INDEX ({index})"));
        }
        let selected = self.selection.as_ref().map_or(0, |selection| selection.search_document_reads);
        match selected + usize::from(self.order.as_ref().is_some_and(|order| order.reads_search_document)) {
            0 => {}
            1 => _ = sql.push(&format!(" JOIN {search_documents} s ON s.{key} = u.id")),
            _ => _ = sql.push(&self.scope.dialect.join_search_document(search_documents, key)),
        }
        sql.push(" WHERE u.connection_id = ").bind(self.scope.connection.0);
        // What lets PostgreSQL use the indexes of pages, and nothing else use them.
        if self.scope.dialect == Dialect::Postgres && !self.finds_few() {
            sql.push(" AND u.created_at >= 0");
        }
        if let Some(selection) = &self.selection {
            sql.push(" AND (").append(&selection.sql).push(")");
        }
    }

    /// Appends the condition of what stands beyond a position: a range of the order, so that every page costs the same.
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
                // The first comparison is the one an index serves.
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

    /// Appends what tells resources apart that are equal in the order.
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
