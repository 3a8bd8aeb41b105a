//! Turns a [`Condition`] into SQL: indexed columns and child tables if there are any, otherwise the search document.

mod column;
mod list;
mod membership;
mod merged;
mod nested;
mod reads;
mod scope;

use membership::Side;
use merged::merged;
use reads::{fields, subqueries};
pub use scope::Scope;
use sea_orm::Value;

use super::{columns::required_value, dialect::Dialect, sql::Sql};
use crate::protocol::{
    case_fold::case_fold_address,
    filter::{Comparand, Condition, Field, Operator},
    id::HostId,
    resource::search_document::MARK,
};

/// A condition as SQL.
#[derive(Debug, Clone)]
pub struct Selection {
    pub sql: Sql,
    /// How often it reads the search document of each row.
    pub search_document_reads: usize,
    /// An index finds every match, and these are few: the list needs no snapshot, since its page is not full.
    pub finds_few: bool,
}

/// Where the fields of a condition belong.
enum Level<'a> {
    Resource,
    /// A value of a multi-valued attribute, with the sub-attributes that were turned into columns.
    Value(&'a [Vec<String>]),
    /// A value of an array in an unregistered extension.
    UntypedValue,
    Member(Side),
}

struct Writer<'a> {
    scope: Scope<'a>,
    sql: Sql,
    search_document_reads: usize,
    /// Whether subqueries may become joins: that makes a few of them fast. With many, PostgreSQL plans for hours and MariaDB
    /// refuses more than 61 tables.
    joins: bool,
}

/// The number of subqueries up to which they may become joins.
const JOINED: usize = 4;

impl Scope<'_> {
    /// Writes a condition as SQL.
    pub fn select(&self, condition: &Condition) -> Selection {
        let condition = &merged(condition);
        let joins = subqueries(condition) <= JOINED;
        let mut writer = Writer { scope: *self, sql: Sql::default(), search_document_reads: 0, joins };
        writer.condition(condition, &Level::Resource);
        let finds_few = joins && self.table().finds_few(condition);
        Selection { sql: writer.sql, search_document_reads: writer.search_document_reads, finds_few }
    }
}

impl Writer<'_> {
    fn condition(&mut self, condition: &Condition, level: &Level<'_>) {
        match condition {
            Condition::All(conditions) => self.join(conditions, " AND ", level),
            Condition::Any(conditions) => self.any(conditions, level),
            // NULL is neither true nor false: a missing value fails a condition and satisfies its negation.
            Condition::Not(condition) => {
                self.sql.push("NOT COALESCE((");
                self.condition(condition, level);
                self.sql.push("), FALSE)");
            }
            Condition::Never => {
                self.sql.push("1 = 0");
            }
            Condition::Present(field) => self.present(field, level),
            Condition::Compare(field, operator, comparand) => self.compare(field, *operator, comparand, level),
            Condition::AnyValue(field, condition) => self.any_value(field, condition),
        }
    }

    /// Joins conditions by halves: SQLite accepts an expression 1,000 levels deep, and a plain list is as deep as it is
    /// long.
    fn join(&mut self, conditions: &[Condition], operator: &str, level: &Level<'_>) {
        if let [condition] = conditions {
            return self.condition(condition, level);
        }
        let (left, right) = conditions.split_at(conditions.len() / 2);
        self.sql.push("(");
        self.join(left, operator, level);
        self.sql.push(operator);
        self.join(right, operator, level);
        self.sql.push(")");
    }

    fn present(&mut self, field: &Field, level: &Level<'_>) {
        let dialect = self.scope.dialect;
        match level {
            Level::Resource if self.column_present(field) => {}
            Level::Resource => {
                self.search_document_reads += 1;
                self.sql.push(&dialect.search_has(&field.keys));
            }
            level => match self.expression(field, level) {
                Some(expression) => _ = self.sql.append(&expression).push(" IS NOT NULL"),
                None => self.constant(false),
            },
        }
    }

    fn compare(&mut self, field: &Field, operator: Operator, comparand: &Comparand, level: &Level<'_>) {
        if matches!(level, Level::Resource) && self.column(field, operator, comparand) {
            return;
        }
        let Some(expression) = self.expression(field, level) else { return self.constant(false) };
        if !field.untyped {
            return self.text(&expression, operator, &comparand.encoded());
        }
        let is_text = match level {
            Level::UntypedValue => self.scope.dialect.element_is_text().to_owned(),
            _ => self.scope.dialect.search_is_text(&field.keys),
        };
        self.untyped(&expression, operator, comparand, &is_text);
    }

    /// Writes a field as SQL at its level; `None` if it can have no value there.
    fn expression(&mut self, field: &Field, level: &Level<'_>) -> Option<Sql> {
        let dialect = self.scope.dialect;
        match level {
            Level::Member(side) => {
                let keys: Vec<&str> = field.keys.iter().map(String::as_str).collect();
                membership::expression(&self.scope, *side, &keys)
            }
            Level::UntypedValue => Some(Sql::new(&dialect.element_text(&[], &[vec![]]))),
            Level::Value(read) => Some(Sql::new(&dialect.element_text(&field.keys, read))),
            Level::Resource => {
                self.search_document_reads += 1;
                Some(Sql::new(&dialect.search_text(&field.keys)))
            }
        }
    }

    fn text(&mut self, expression: &Sql, operator: Operator, text: &str) {
        self.scope.dialect.compare(&mut self.sql, expression, operator, text);
    }

    /// Compares an attribute that may hold any type: only values of the literal's type are compared.
    fn untyped(&mut self, expression: &Sql, operator: Operator, comparand: &Comparand, is_text: &str) {
        self.sql.push("(").push(is_text).push(" AND ");
        if operator != Operator::Eq {
            let prefix = comparand.type_prefix();
            if prefix.is_none() {
                self.sql.push("NOT ");
            }
            self.text(expression, Operator::Sw, &prefix.unwrap_or_else(|| MARK.to_string()));
            self.sql.push(" AND ");
        }
        self.text(expression, operator, &comparand.encoded());
        self.sql.push(")");
    }

    fn any_value(&mut self, field: &Field, condition: &Condition) {
        let sides = self.scope.sides(field);
        if sides.contains(&Side::HostOfUser) {
            self.narrow_by_host(condition);
        }
        if !sides.is_empty() {
            return self.membership(sides, condition);
        }
        if self.scope.is_user() && field.keys == ["emails"] {
            self.narrow_by_address(condition);
        }
        self.search_document_reads += 1;
        if field.untyped {
            self.sql.push("(").push(&self.scope.dialect.search_is_array(&field.keys)).push(" AND ");
            self.open_subquery(&self.scope.dialect.elements(&field.keys, &[vec![]]), " WHERE ");
            self.condition(condition, &Level::UntypedValue);
            self.close_subquery();
            self.sql.push(")");
            return;
        }
        let mut read = Vec::new();
        fields(condition, &mut read);
        let elements = self.scope.dialect.elements(&field.keys, &read);
        self.open_subquery(&elements, " WHERE ");
        self.condition(condition, &Level::Value(&read));
        self.close_subquery();
    }

    /// Narrows by address first: the addresses have an index, and a lookup by address must use it. The search document then
    /// confirms the match.
    fn narrow_by_address(&mut self, condition: &Condition) {
        let Some(address) = required_value(condition).filter(|_| self.joins) else { return };
        let mut users = Sql::new("SELECT m.user_id FROM scim_user_emails m WHERE m.email_key = ");
        users.bind(case_fold_address(address)).push(" AND ");
        self.scope.of_connection(&mut users, "m.connection_id");
        self.narrow(&users);
    }

    /// Narrows by host first: a host has one owner, and otherwise the view would be read once for each user.
    fn narrow_by_host(&mut self, condition: &Condition) {
        let host = required_value(condition).and_then(HostId::parse).filter(|_| self.joins);
        let Some(host) = host else { return };
        let mut users = Sql::new("SELECT h.scim_user_id FROM host_scim_user h WHERE h.host_id = ");
        users.bind(host.0);
        self.narrow(&users);
    }

    /// Restricts the search to the users of a subquery. PostgreSQL has to run it once, and first: without statistics it
    /// reads every user and checks each against the subquery (a lookup by address took 35 ms at 24,000 users, 2026-11-26).
    fn narrow(&mut self, users: &Sql) {
        self.is_among(users);
        self.sql.push(" AND ");
    }

    fn is_among(&mut self, ids: &Sql) {
        let (open, close) = match self.scope.dialect {
            Dialect::Postgres => ("u.id = ANY(ARRAY(", "))"),
            _ => ("u.id IN (", ")"),
        };
        self.sql.push(open).append(ids).push(close);
    }

    fn membership(&mut self, sides: &[Side], condition: &Condition) {
        if self.scope.nests && sides.contains(&Side::GroupOfUser) {
            return self.effective_group(condition);
        }
        for (at, side) in sides.iter().enumerate() {
            self.sql.push(if at == 0 { "(" } else { " OR " });
            self.open_subquery(side.tables(), " AND ");
            if !membership::by_id(&mut self.sql, side.id_column(), *side, condition) {
                self.member(*side, condition);
            }
            self.close_subquery();
        }
        self.sql.push(")");
    }

    fn member(&mut self, side: Side, condition: &Condition) {
        let level = Level::Member(side);
        let Some(first) = side.asked_first() else { return self.condition(condition, &level) };
        // Without statistics PostgreSQL makes a join of it and reads the groups again for each user (ten comparisons took
        // 1.7 s at 20,000 users and 200 groups, 2026-11-27). IS TRUE makes it read them once into a hash table. An equal name
        // is found by its index.
        let once =
            self.scope.dialect == Dialect::Postgres && !matches!(condition, Condition::Compare(_, Operator::Eq, _));
        self.sql.push(if once { "((" } else { "(" });
        self.sql.push(first);
        self.scope.of_connection(&mut self.sql, "o.connection_id");
        self.sql.push(" AND (");
        self.condition(condition, &level);
        self.sql.push(if once { "))) IS TRUE)" } else { ")))" });
    }

    fn open_subquery(&mut self, tables: &str, word: &str) {
        self.sql.push(if self.joins { "EXISTS (SELECT 1 FROM " } else { "(SELECT 1 FROM " }).push(tables).push(word);
    }

    fn close_subquery(&mut self) {
        self.sql.push(if self.joins { ")" } else { " LIMIT 1) IS NOT NULL" });
    }

    fn constant(&mut self, value: bool) {
        self.sql.push(if value { "1 = 1" } else { "1 = 0" });
    }

    fn bind(&mut self, text: &str, value: impl Into<Value>) {
        self.sql.push(text).bind(value);
    }
}
